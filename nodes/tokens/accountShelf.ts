import { createHash } from 'crypto';
import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import type { Context } from '../calls/transport';
import type { KeptTokens } from './keptTokens';
import type { Recipe } from './renewal';
import { isNewer, type TokenFields } from './tokenCache';
import { askingFrom, fetchToken, tokenServiceRequest } from './tokenService';
import { REJECTED } from './tokenServiceTexts';

/** Name of the credential type, and of its hidden fields. */
export const ACCOUNT_CREDENTIAL = 'weChatAuthorizerTokenApi';
const TOKEN = 'authorizerAccessToken';
const SERIAL = 'storedSerial';
const RENEW_AT = 'storedRenewAt';
const ORIGIN = 'storedOrigin';

/**
 * Tells token services apart, so that a token is never used for another account after the
 * credential was edited. A hash, since the header's value is a secret.
 */
export function tokenServiceOrigin(credentials: ICredentialDataDecryptedObject): string {
	const { tokenServiceUrl, tokenServiceHeaderName, tokenServiceHeaderValue, apiBaseUrl } =
		credentials;
	return createHash('sha256')
		.update(
			JSON.stringify([
				tokenServiceUrl,
				tokenServiceHeaderName,
				tokenServiceHeaderValue,
				apiBaseUrl,
			]),
		)
		.digest('base64url');
}

/** The key of the token that a service gives. */
function keyOf(origin: string): string {
	return `${origin}/service`;
}

/** How the credential `weChatAuthorizerTokenApi` keeps a fetched token. */
export const ACCOUNT_TOKEN: TokenFields = {
	identityOf: tokenServiceOrigin,
	originOf: tokenServiceOrigin,

	read(credentials, origin) {
		const value = credentials[TOKEN];
		if (typeof value !== 'string' || value === '' || credentials[ORIGIN] !== origin) return [];
		const renewAt = Number(credentials[RENEW_AT] ?? 0);
		const serial = Number(credentials[SERIAL] ?? 0);
		return [[keyOf(origin), { value, serial, renewAt }]];
	},

	missing(credentials, origin, tokens) {
		const token = tokens.get(keyOf(origin));
		const [[, known] = []] = this.read(credentials, origin);
		if (!token || !isNewer(token, known)) return undefined;
		const { value, serial, renewAt } = token;
		return { [TOKEN]: value, [SERIAL]: serial, [RENEW_AT]: renewAt, [ORIGIN]: origin };
	},
};

/** The key of the token that the service of a credential gives. */
export function serviceTokenKey(credentials: ICredentialDataDecryptedObject): string {
	return keyOf(tokenServiceOrigin(credentials));
}

/** How a token is had from the token service of a credential; it makes them, this package does not. */
export function serviceTokenRecipe(
	context: Context,
	kept: KeptTokens,
	credentials: ICredentialDataDecryptedObject,
): Recipe {
	const key = keyOf(kept.origin);
	const request = tokenServiceRequest(credentials);
	return {
		key,
		isExclusive: false,
		hopeless: REJECTED,
		make: async (isUnwanted) =>
			await fetchToken(askingFrom(context), request, kept.rejectionsOf(key), isUnwanted),
	};
}
