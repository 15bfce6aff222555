import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import { dropOldest } from '../wechat/values';
import type { CredentialAccess } from './credentialStore';
import { KeptTokens } from './keptTokens';
import { SharedCredential } from './sharedCredential';
import { TOKENS, type TokenFields } from './tokenCache';

/*
 * What the runs of this process share: each credential, and the tokens that are made from one set of keys.
 */

/** Credentials and sets of keys that are kept in mind; the least recently used go first. */
const CAPACITY = 200;

const SHARED = new Map<string, SharedCredential>();

/**
 * A credential that has just been read, the same for all runs of this process.
 *
 * @param readAt when its reading began, by `performance.now()`
 */
export function sharedCredentialOf(
	credentialId: string,
	identityOf: (credentials: ICredentialDataDecryptedObject) => string,
	credentials: ICredentialDataDecryptedObject,
	readAt: number,
): SharedCredential {
	const key = `${credentialId}/${identityOf(credentials)}`;
	const known = SHARED.get(key);
	known?.seeIfNewer(credentials, readAt);
	const shared = known ?? new SharedCredential(identityOf, credentials);
	return asNewest(SHARED, key, shared);
}

const KEPT = new Map<string, KeptTokens>();

/**
 * The tokens of a credential that has just been read, the same for all runs of this process.
 *
 * @param readAt when its reading began, by `performance.now()`
 * @param credentialId '' for a credential that differs by item: then nothing is kept in it
 */
export function keptTokensOf(
	credentialId: string,
	fields: TokenFields,
	credentials: ICredentialDataDecryptedObject,
	readAt: number,
): KeptTokens {
	const shared = credentialId
		? sharedCredentialOf(credentialId, fields.identityOf, credentials, readAt)
		: undefined;
	const key = `${credentialId}/${fields.originOf(credentials)}`;
	const known = KEPT.get(key);
	const kept =
		known && known.shared === shared ? known : new KeptTokens(credentials, fields, TOKENS, shared);
	return asNewest(KEPT, key, kept);
}

/** At the end of a run: stores what it has kept, and uses its access no more. */
export async function settle(kept: KeptTokens, access: CredentialAccess): Promise<void> {
	await Promise.all([kept.endTurn(), kept.shared?.close(access)]);
}

function asNewest<T>(all: Map<string, T>, key: string, one: T): T {
	all.delete(key);
	all.set(key, one);
	dropOldest(all, CAPACITY);
	return one;
}
