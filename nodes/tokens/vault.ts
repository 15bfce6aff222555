import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import { pause } from '../calls/waiting';
import { Changes, type Change } from './changes';
import type { CredentialAccess, Shelf } from './shelf';
import { givenUp, type Token } from './token';
import type { TokenCache } from './tokenCache';
import type { Rejections } from './tokenService';
import { Turn } from './turn';
import { UnstoredTokens } from './unstoredTokens';

/** Milliseconds between two looks into the credential, and between two batches of new tokens. */
const LOOK_INTERVAL = 500;
const BATCH_INTERVAL = 250;

/** Batches in a row that could not be stored, after which their tokens stay in memory alone. */
const MOST_FAILED_BATCHES = 10;

/** What all runs of this process share about one credential: its tokens, and whose turn it is. */
export class Vault {
	/** The credential as it was read last. */
	latest: ICredentialDataDecryptedObject;

	private readonly turn = new Turn();

	private readonly unstored = new UnstoredTokens();

	private readonly changes = new Changes(
		(credentials) => this.see(credentials),
		(credentials) => {
			this.latest = credentials;
		},
	);

	private nextLook: Promise<boolean> | undefined;

	private lookedAt = 0;

	private tending: Promise<void> | undefined;

	/** Of the run that has made the newest token: earlier ones may have ended. */
	private newestAccess!: CredentialAccess;

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
		if (this.shelf.originOf(credentials) !== this.origin) {
			// What was made for the former fields has no place in it.
			this.unstored.clear();
			return false;
		}
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
		this.unstored.add(key, kept);
		this.tend(access);
		return true;
	}

	/**
	 * Gives up an account's token here and now.
	 *
	 * @returns the fields that do the same in the credential
	 */
	giveUp(
		access: CredentialAccess,
		credentials: ICredentialDataDecryptedObject,
		key: string,
	): ICredentialDataDecryptedObject {
		const none = this.cache.keep(key, givenUp());
		if (!none) return {};
		// Another process's write may bring the token back: it is looked for like a new one.
		this.unstored.add(key, none);
		this.tend(access);
		return this.shelf.write(credentials, new Map([[key, none]]));
	}

	/**
	 * Whether a token that was given for one account is another one's already. Both are in doubt then, so
	 * the other account's is given up, too.
	 */
	belongsToOther(key: string, value: string): boolean {
		const holder = this.cache.holderOf(this.origin, value);
		if (holder === undefined || holder === key) return false;
		this.cache.reject(holder, value);
		return true;
	}

	/** The tokens of a key that WeChat has rejected. */
	rejectionsOf(key: string): Rejections {
		return this.cache.rejectionsOf(key);
	}

	/** Stores the tokens made so far; those that cannot be stored now are tried again meanwhile. */
	async settle(access: CredentialAccess): Promise<void> {
		if (this.unstored.needsFirstWrite) await this.storeBatch(access);
	}

	/**
	 * Changes the credential: reads it, has the change made of what it is now, and stores that; once
	 * more where the database was busy.
	 *
	 * @returns whether the credential is as the change wants it
	 */
	async change(access: CredentialAccess, change: Change): Promise<boolean> {
		return (await this.changes.make(access, change)) === 'done';
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
		const outcome = await this.changes.make(access, () => {
			isClaimed = !this.turn.isTaken;
			return isClaimed ? this.turn.claim() : this.turn.ask();
		});
		// A credential that cannot be changed is shared with nobody.
		if (outcome === 'busy') return this.turn.begin(true);
		if (!isClaimed) return false;
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
		while (this.unstored.size > 0 || this.turn.makers > 0) {
			await pause(BATCH_INTERVAL);
			if (!this.unstored.needsWrite && !this.isBeatDue) continue;
			failed = (await this.storeBatch(this.newestAccess)) ? 0 : failed + 1;
			if (failed < MOST_FAILED_BATCHES) continue;
			this.newestAccess.warn(
				'New tokens could not be stored in the credential and are made again later',
			);
			this.unstored.clear();
			failed = 0;
		}
	}

	private async storeBatch(access: CredentialAccess): Promise<boolean> {
		let noteStored = () => {};
		const isStored = await this.change(access, (credentials) => {
			this.unstored.check(this.shelf, credentials, this.turn.isTaken);
			const batch = this.unstored.batch();
			noteStored = batch.noteStored;
			if (batch.tokens.size === 0 && !this.isBeatDue) return undefined;
			return {
				...(batch.tokens.size > 0 && this.shelf.write(credentials, batch.tokens)),
				...this.turn.goOn(),
			};
		});
		if (isStored) noteStored();
		return isStored;
	}

	private get isBeatDue(): boolean {
		return this.turn.makers > 0 && this.turn.isBeatDue;
	}
}
