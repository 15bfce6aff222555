import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import { pause } from '../calls/waiting';
import { givenUp, type Token } from './token';
import type { TokenCache } from './tokenCache';
import { Turn } from './turn';

/** A credential as a run can read and change it. */
export interface CredentialAccess {
	/** Reads it from n8n's database, as it is now. */
	read(): Promise<ICredentialDataDecryptedObject>;
	/** Changes fields of it, as read just before. Returns whether n8n stored them. */
	store(
		credentials: ICredentialDataDecryptedObject,
		changes: ICredentialDataDecryptedObject,
	): Promise<boolean>;
	/** Tells an administrator what went wrong, without secrets. */
	warn(message: string): void;
}

/** For a credential that differs by item: it must not be changed, so nothing is stored. */
export const PRIVATE_ACCESS: Omit<CredentialAccess, 'read'> = {
	store: async () => true,
	warn: () => undefined,
};

/** How a credential type keeps its tokens. */
export interface Shelf {
	/** Hash of everything that the tokens are made from; they end when these fields are edited. */
	originOf(credentials: ICredentialDataDecryptedObject): string;
	/** The tokens it holds, by key. */
	read(credentials: ICredentialDataDecryptedObject): Iterable<[key: string, token: Token]>;
	/** The fields to store, so that it holds these, too. */
	write(
		credentials: ICredentialDataDecryptedObject,
		tokens: ReadonlyMap<string, Token>,
	): ICredentialDataDecryptedObject;
}

/** How a change of a credential ended; `edited` where it is another platform's by now. */
type Outcome = 'done' | 'busy' | 'edited';

/** A change of a credential: the fields to store, or undefined where nothing is to be changed. */
export type Change = (
	credentials: ICredentialDataDecryptedObject,
) => ICredentialDataDecryptedObject | undefined;

/** Milliseconds between two looks into the credential, and between two batches of new tokens. */
const LOOK_INTERVAL = 500;
const BATCH_INTERVAL = 250;

/** Milliseconds until a change that was not stored is tried once more. */
const RETRY_PAUSE = 500;

/**
 * Milliseconds after which a stored token is looked for, and how often it is stored at the most: a
 * write of another process that was under way replaces the record with an older one.
 */
const CHECK_AFTER = 1000;
const MOST_STORES = 5;

/** Batches in a row that could not be stored, after which their tokens stay in memory alone. */
const MOST_FAILED_BATCHES = 10;

/** A token on its way into the credential. */
interface Pending {
	token: Token;
	/** How often it was stored, and when: 0 while it is to be stored. */
	stores: number;
	storedAt: number;
}

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

/**
 * What all runs of this process share about one credential. n8n's processes share nothing but the
 * database, and a write there replaces the whole record: here all reads and writes of this process go
 * one after the other, and each write reads right before.
 */
export class Vault {
	/** The credential as it was read last. */
	latest: ICredentialDataDecryptedObject;

	private readonly turn = new Turn();

	private readonly pending = new Map<string, Pending>();

	private queue: Promise<unknown> = Promise.resolve();

	private nextLook: Promise<boolean> | undefined;

	private lookedAt = 0;

	private tending: Promise<void> | undefined;

	/** Of the run that has made the newest token: earlier ones may have ended. */
	private newestAccess: CredentialAccess | undefined;

	private taking: Promise<boolean> | undefined;

	/** @param credentials as they have just been read */
	constructor(
		private readonly shelf: Shelf,
		private readonly cache: TokenCache,
		credentials: ICredentialDataDecryptedObject,
		readonly origin = shelf.originOf(credentials),
	) {
		this.latest = credentials;
		this.see(credentials);
	}

	/**
	 * Takes over what the credential holds, as it has just been read.
	 *
	 * @returns whether it still is the credential that the tokens belong to
	 */
	see(credentials: ICredentialDataDecryptedObject): boolean {
		if (this.shelf.originOf(credentials) !== this.origin) return false;
		this.latest = credentials;
		this.turn.see(credentials);
		for (const [key, token] of this.shelf.read(credentials)) this.cache.adopt(key, token);
		return true;
	}

	/** Reads the credential and takes over what it holds, at most twice a second; see `see`. */
	async look(access: CredentialAccess): Promise<boolean> {
		this.nextLook ??= this.lookOnce(access);
		return await this.nextLook;
	}

	/** Whether this process may make tokens now, and has seen all that others have made. */
	get hasTurn(): boolean {
		return this.turn.isMine;
	}

	/**
	 * Tries to be the one process that makes tokens; see Turn.
	 *
	 * @returns whether it is, after a look into the credential
	 */
	async takeTurn(access: CredentialAccess): Promise<boolean> {
		if (this.turn.isMine) return true;
		this.taking ??= this.tryToTakeTurn(access).finally(() => {
			this.taking = undefined;
		});
		return await this.taking;
	}

	/** Runs work that makes tokens, and keeps the turn for as long as it takes. */
	async whileMaking<T>(access: CredentialAccess, work: () => Promise<T>): Promise<T> {
		this.turn.makers++;
		this.tend(access);
		try {
			return await work();
		} finally {
			this.turn.makers--;
		}
	}

	/**
	 * Keeps a new token, here at once and in the credential within a moment.
	 *
	 * @returns whether it is new: one that was rejected before is not kept
	 */
	keep(access: CredentialAccess, key: string, made: Token): boolean {
		const kept = this.cache.keep(key, made);
		if (!kept) return false;
		this.pending.set(key, { token: kept, stores: 0, storedAt: 0 });
		this.tend(access);
		return true;
	}

	/**
	 * Gives up an account's token here and now.
	 *
	 * @returns the fields that do the same in the credential
	 */
	giveUp(credentials: ICredentialDataDecryptedObject, key: string): ICredentialDataDecryptedObject {
		const none = this.cache.keep(key, givenUp());
		return none ? this.shelf.write(credentials, new Map([[key, none]])) : {};
	}

	/** Stores the tokens made so far; those that cannot be stored now are tried again meanwhile. */
	async settle(access: CredentialAccess): Promise<void> {
		if (this.unstored.length > 0) await this.storeBatch(access);
	}

	/**
	 * Changes the credential: reads it, has the change made of what it is now, and stores that; once
	 * more where the database was busy.
	 *
	 * @returns whether the credential is as the change wants it
	 */
	async change(access: CredentialAccess, change: Change): Promise<boolean> {
		return (await this.enqueue(access, change)) === 'done';
	}

	private async enqueue(access: CredentialAccess, change: Change): Promise<Outcome> {
		const work = async () => {
			const outcome = await this.tryToChange(access, change);
			if (outcome !== 'busy') return outcome;
			await pause(RETRY_PAUSE);
			return await this.tryToChange(access, change);
		};
		const result = this.queue.then(work);
		this.queue = result.catch(() => undefined);
		return await result;
	}

	private async tryToChange(access: CredentialAccess, change: Change): Promise<Outcome> {
		try {
			const credentials = await access.read();
			if (!this.see(credentials)) {
				// What was made for the former fields has no place in it.
				this.pending.clear();
				return 'edited';
			}
			const changes = change(credentials);
			if (changes === undefined) return 'done';
			if (!(await access.store(credentials, changes))) return 'busy';
			this.latest = { ...credentials, ...changes };
			return 'done';
		} catch {
			return 'busy';
		}
	}

	private async lookOnce(access: CredentialAccess): Promise<boolean> {
		const sinceLast = Math.abs(Date.now() - this.lookedAt);
		// Also where there is nothing to wait for: `look` has to note this look before it begins.
		await pause(Math.max(0, LOOK_INTERVAL - sinceLast));
		// Who asks from now on wants to know what is stored from now on.
		this.nextLook = undefined;
		this.lookedAt = Date.now();
		try {
			return this.see(await access.read());
		} catch {
			// A database that is away for a moment has nothing new to tell.
			return true;
		}
	}

	private async tryToTakeTurn(access: CredentialAccess): Promise<boolean> {
		let isClaimed = false;
		const outcome = await this.enqueue(access, () => {
			isClaimed = !this.turn.isTaken;
			return isClaimed ? this.turn.claim() : this.turn.ask();
		});
		// A credential that cannot be changed is shared with nobody.
		if (outcome === 'busy') return this.turn.begin(true);
		if (outcome === 'edited' || !isClaimed) return false;
		await this.turn.waitForOthers();
		const isStillThere = await this.change(access, () => undefined);
		return isStillThere && this.turn.begin();
	}

	/** Stores new tokens in batches while there are some, one batch after the other, and checks them. */
	private tend(access: CredentialAccess): void {
		this.newestAccess = access;
		this.tending ??= this.storeBatches().finally(() => {
			this.tending = undefined;
		});
	}

	private async storeBatches(): Promise<void> {
		let failed = 0;
		while (this.pending.size > 0 || this.turn.makers > 0) {
			await pause(BATCH_INTERVAL);
			if (this.unstored.length === 0 && !this.isBeatDue && !this.isCheckDue) continue;
			failed = (await this.storeBatch(this.newestAccess)) ? 0 : failed + 1;
			if (failed < MOST_FAILED_BATCHES) continue;
			this.newestAccess?.warn(
				'New tokens could not be stored in the credential and are made again later',
			);
			this.pending.clear();
			failed = 0;
		}
	}

	private async storeBatch(access: CredentialAccess | undefined): Promise<boolean> {
		if (!access) return false;
		let batch: Array<[string, Pending]> = [];
		const isStored = await this.change(access, (credentials) => {
			this.check(credentials);
			batch = this.unstored;
			if (batch.length === 0 && !this.isBeatDue) return undefined;
			const tokens = new Map(batch.map(([key, { token }]) => [key, token]));
			return {
				...(tokens.size > 0 && this.shelf.write(credentials, tokens)),
				...this.turn.goOn(),
			};
		});
		for (const [, pending] of isStored ? batch : []) {
			pending.stores++;
			pending.storedAt = Date.now();
		}
		return isStored;
	}

	/** Has tokens stored again that another process's write has taken out of the credential. */
	private check(credentials: ICredentialDataDecryptedObject): void {
		const held = new Map(this.shelf.read(credentials));
		for (const [key, pending] of this.pending) {
			if (!isToBeChecked(pending)) continue;
			const isHeld = (held.get(key)?.madeAt ?? 0) >= pending.token.madeAt;
			if (isHeld || pending.stores >= MOST_STORES) this.pending.delete(key);
			// While another process stores its own, one of the two would get lost again.
			else pending.storedAt = this.turn.isTaken ? Date.now() : 0;
		}
	}

	private get unstored(): Array<[key: string, pending: Pending]> {
		return [...this.pending].filter(([, { storedAt }]) => storedAt === 0);
	}

	private get isCheckDue(): boolean {
		return [...this.pending.values()].some(isToBeChecked);
	}

	private get isBeatDue(): boolean {
		return this.turn.makers > 0 && this.turn.isBeatDue;
	}
}

function isToBeChecked({ storedAt }: Pending): boolean {
	return storedAt > 0 && Math.abs(Date.now() - storedAt) >= CHECK_AFTER;
}
