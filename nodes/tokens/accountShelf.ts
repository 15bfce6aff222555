import { createHash } from 'crypto';
import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import type { Context } from '../calls/context';
import type { Recipe } from './renewal';
import type { Shelf } from './shelf';
import type { Token } from './token';
import { askingFrom, fetchToken, tokenServiceRequest } from './tokenService';
import { REJECTED } from './tokenServiceTexts';
import type { Vault } from './vault';

/** Name of the credential type, and of its hidden fields. */
export const ACCOUNT_CREDENTIAL = 'weChatAuthorizerTokenApi';
const TOKEN = 'authorizerAccessToken';
const MADE_AT = 'storedMadeAt';
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
export const SERVICE_SHELF: Shelf = {
	originOf: tokenServiceOrigin,

	read(credentials): Array<[string, Token]> {
		const origin = tokenServiceOrigin(credentials);
		const value = credentials[TOKEN];
		if (typeof value !== 'string' || value === '' || credentials[ORIGIN] !== origin) return [];
		const renewAt = Number(credentials[RENEW_AT] ?? 0);
		const madeAt = Number(credentials[MADE_AT] ?? 0);
		return [[keyOf(origin), { value, madeAt, renewAt }]];
	},

	write(credentials, changed): ICredentialDataDecryptedObject {
		const origin = tokenServiceOrigin(credentials);
		const token = changed.get(keyOf(origin));
		const knownMadeAt = credentials[ORIGIN] === origin ? Number(credentials[MADE_AT] ?? 0) : 0;
		if (!token || token.madeAt <= knownMadeAt) return {};
		const { value, madeAt, renewAt } = token;
		return { [TOKEN]: value, [MADE_AT]: madeAt, [RENEW_AT]: renewAt, [ORIGIN]: origin };
	},
};

/** The key of the token that the service of a credential gives. */
export function serviceTokenKey(credentials: ICredentialDataDecryptedObject): string {
	return keyOf(tokenServiceOrigin(credentials));
}

/** How a token is had from the token service of a credential; it makes them, this package does not. */
export function serviceTokenRecipe(
	context: Context,
	vault: Vault,
	credentials: ICredentialDataDecryptedObject,
): Recipe {
	const key = keyOf(vault.origin);
	const request = tokenServiceRequest(credentials);
	return {
		key,
		isExclusive: false,
		hopeless: REJECTED,
		make: async (isUnwanted) =>
			await fetchToken(askingFrom(context), request, vault.rejectionsOf(key), isUnwanted),
	};
}
