import { createHash } from 'crypto';
import type { ICredentialDataDecryptedObject, IDataObject, IHttpRequestHelper } from 'n8n-workflow';

import { TokenFailure } from './tokenFailure';
import type { TokenFields } from './credentialToken';

/** Milliseconds that a token service has for its answer. */
const TIMEOUT = 10_000;
/** A token is renewed this long before its end; a short-lived one when a tenth of its life is left. */
const RENEW_BEFORE_END = 5 * 60_000;

/** The hidden fields of the credential `weChatAuthorizerTokenApi` that keep a fetched token. */
export interface StoredToken extends IDataObject {
	authorizerAccessToken: string;
	/** Milliseconds since 1970 from which the token counts as used up; 0 when its end is unknown. */
	storedRenewAt: number;
	/** Tells which token service the token came from. */
	storedOrigin: string;
}

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

/** Where the credential `weChatAuthorizerTokenApi` keeps a fetched token. */
export const TOKEN_SERVICE: TokenFields = {
	type: 'weChatAuthorizerTokenApi',
	token: 'authorizerAccessToken',
	renewAt: ({ storedRenewAt }) => Number(storedRenewAt ?? 0),
	isCurrent: (credentials) => credentials.storedOrigin === tokenServiceOrigin(credentials),
};

/**
 * Asks the token service of a credential for the account's token.
 *
 * @returns the fields to keep in the credential
 * @throws TokenFailure when the service gives none
 */
export async function fetchFromTokenService(
	helpers: IHttpRequestHelper['helpers'],
	credentials: ICredentialDataDecryptedObject,
): Promise<StoredToken> {
	const request = tokenServiceRequest(credentials);
	let answer: { statusCode: number; body: unknown };
	try {
		answer = (await helpers.httpRequest({
			...request,
			timeout: TIMEOUT,
			encoding: 'text',
			returnFullResponse: true,
			ignoreHttpStatusErrors: true,
			disableFollowRedirect: true,
		})) as { statusCode: number; body: unknown };
	} catch {
		answer = { statusCode: 0, body: '' };
	}
	return readTokenServiceAnswer(answer.statusCode, answer.body, credentials);
}

/** The request that reads the token: GET with one optional secret header. */
export function tokenServiceRequest(credentials: ICredentialDataDecryptedObject): {
	method: 'GET';
	url: string;
	headers: Record<string, string>;
} {
	const url = String(credentials.tokenServiceUrl ?? '').trim();
	if (!/^https?:\/\/\S+$/i.test(url)) {
		throw new TokenFailure(
			'The address of the token service is not a URL',
			'authorization',
			'Fill in Token Service URL in the credential; it starts with https:// and holds no spaces.',
		);
	}
	const name = String(credentials.tokenServiceHeaderName ?? '').trim();
	const value = String(credentials.tokenServiceHeaderValue ?? '').trim();
	return {
		method: 'GET',
		url,
		headers: { Accept: 'application/json', ...(name && { [name]: value }) },
	};
}

/**
 * Reads the answer of a token service: JSON with `authorizer_access_token` or `access_token`,
 * and optionally `expires_in` in seconds.
 *
 * @param statusCode HTTP status, 0 when no answer came
 * @throws TokenFailure when there is no token in it
 */
export function readTokenServiceAnswer(
	statusCode: number,
	body: unknown,
	credentials: ICredentialDataDecryptedObject,
): StoredToken {
	if (statusCode === 0 || statusCode >= 500) {
		throw new TokenFailure(
			statusCode === 0
				? 'The token service did not answer'
				: `The token service answered HTTP ${statusCode}`,
			'retryable',
			'Check that the token service of the credential is running and can be reached from n8n, then send the item again.',
		);
	}
	const answer = parseAnswer(body);
	const value = answer?.authorizer_access_token ?? answer?.access_token;
	const token = typeof value === 'string' ? value.replace(/\s+/g, '') : '';
	if (statusCode >= 400 || token === '') {
		throw new TokenFailure(
			`The token service gave no token (HTTP ${statusCode})`,
			'authorization',
			'The token service has to answer with JSON that holds authorizer_access_token or access_token. Check Token Service URL, Header Name and Header Value in the credential with whoever runs the service.',
		);
	}
	const life = Number(answer?.expires_in) * 1000;
	const renewAt = life > 0 ? Date.now() + life - Math.min(RENEW_BEFORE_END, life / 10) : 0;
	return {
		authorizerAccessToken: token,
		storedRenewAt: renewAt,
		storedOrigin: tokenServiceOrigin(credentials),
	};
}

function parseAnswer(body: unknown): IDataObject | undefined {
	try {
		const value: unknown = typeof body === 'string' ? JSON.parse(body) : body;
		return typeof value === 'object' && value !== null ? (value as IDataObject) : undefined;
	} catch {
		return undefined;
	}
}
