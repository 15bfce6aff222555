import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import { originOf } from './componentToken';
import type { CachedToken } from './tokenCache';

/** Merchants' tokens kept in the credential at the most; those that end last stay. */
const CAPACITY = 2000;

/** Name of the credential's field. */
export const STORED_TOKENS = 'authorizerAccessTokens';

/** The merchants' tokens that the credential holds, by the appid of the Official Account. */
export function readStoredTokens(
	credentials: ICredentialDataDecryptedObject,
): Map<string, CachedToken> {
	try {
		const stored = JSON.parse(String(credentials[STORED_TOKENS] || '{}')) as {
			origin?: string;
			tokens?: Array<[string, string, number]>;
		};
		if (stored.origin !== originOf(credentials)) return new Map();
		return new Map(
			(stored.tokens ?? []).map(([appId, token, renewAt]) => [appId, { token, renewAt }]),
		);
	} catch {
		return new Map();
	}
}

/** The field's new text: what it holds and is still good, with what has changed since. */
export function writeStoredTokens(
	credentials: ICredentialDataDecryptedObject,
	changed: ReadonlyMap<string, CachedToken | null>,
	now: number,
): string {
	const all = new Map<string, CachedToken | null>([...readStoredTokens(credentials), ...changed]);
	const tokens = [...all]
		.flatMap(([appId, entry]) => (entry && entry.renewAt > now ? [{ appId, ...entry }] : []))
		.sort((a, b) => b.renewAt - a.renewAt)
		.slice(0, CAPACITY)
		.map(({ appId, token, renewAt }) => [appId, token, renewAt]);
	return JSON.stringify({ origin: originOf(credentials), tokens });
}
