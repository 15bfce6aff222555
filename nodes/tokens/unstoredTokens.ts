import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import type { Shelf } from './shelf';
import type { Token } from './token';

/**
 * Milliseconds after which a stored token is looked for, and how often it is stored at the most: a
 * write of another process that was under way replaces the record with an older one.
 */
const CHECK_AFTER = 1000;
const MOST_STORES = 5;

/** A token on its way into the credential. */
interface Pending {
	token: Token;
	/** How often it was stored, and when: 0 while it is to be stored. */
	stores: number;
	storedAt: number;
}

/** The tokens that were made in this process and have not been seen in the credential yet. */
export class UnstoredTokens {
	private readonly pending = new Map<string, Pending>();

	get size(): number {
		return this.pending.size;
	}

	/** Whether there is something to store, or to look for. */
	get needsWrite(): boolean {
		return [...this.pending.values()].some((one) => one.storedAt === 0 || isToBeChecked(one));
	}

	/** Whether there is something that was not stored once. */
	get needsFirstWrite(): boolean {
		return [...this.pending.values()].some(({ storedAt }) => storedAt === 0);
	}

	add(key: string, token: Token): void {
		this.pending.set(key, { token, stores: 0, storedAt: 0 });
	}

	clear(): void {
		this.pending.clear();
	}

	/** The tokens to store now, and what to call when they were. */
	batch(): { tokens: ReadonlyMap<string, Token>; noteStored: () => void } {
		const batch = [...this.pending].filter(([, { storedAt }]) => storedAt === 0);
		const noteStored = () => {
			for (const [, pending] of batch) {
				pending.stores++;
				pending.storedAt = Date.now();
			}
		};
		return { tokens: new Map(batch.map(([key, { token }]) => [key, token])), noteStored };
	}

	/**
	 * Has tokens stored again that another process's write has taken out of the credential.
	 *
	 * @param isOthersTurn whether another process stores its own: one of the two would get lost again
	 */
	check(shelf: Shelf, credentials: ICredentialDataDecryptedObject, isOthersTurn: boolean): void {
		const held = new Map(shelf.read(credentials));
		for (const [key, pending] of this.pending) {
			if (!isToBeChecked(pending)) continue;
			const isHeld = (held.get(key)?.madeAt ?? 0) >= pending.token.madeAt;
			if (isHeld || pending.stores >= MOST_STORES) this.pending.delete(key);
			else pending.storedAt = isOthersTurn ? Date.now() : 0;
		}
	}
}

function isToBeChecked({ storedAt }: Pending): boolean {
	return storedAt > 0 && Math.abs(Date.now() - storedAt) >= CHECK_AFTER;
}
