import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import type { Shelf } from './shelf';
import type { TokenCache } from './tokenCache';
import { Vault } from './vault';

/** Credentials whose vaults are kept; the least recently used go first. */
const MOST_VAULTS = 200;

const VAULTS = new Map<string, Vault>();

/** The vault of a credential that has just been read, the same for all runs of this process. */
export function vaultOf(
	credentialId: string,
	shelf: Shelf,
	cache: TokenCache,
	credentials: ICredentialDataDecryptedObject,
): Vault {
	const key = `${credentialId}/${shelf.originOf(credentials)}`;
	const known = VAULTS.get(key);
	if (known) known.see(credentials);
	const vault = known ?? new Vault(shelf, cache, credentials);
	VAULTS.delete(key);
	VAULTS.set(key, vault);
	if (VAULTS.size > MOST_VAULTS) {
		const [oldest] = VAULTS.keys();
		VAULTS.delete(oldest);
	}
	return vault;
}
