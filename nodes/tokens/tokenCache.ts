import type { ICredentialDataDecryptedObject as Data } from 'n8n-workflow';

import { lifeOf, shortHash } from '../wechat/values';

/** A token and what is known about its life. */
export interface Token {
	/** '' for a token that was given up: older ones must not come back. */
	value: string;
	/** One more than that of the token it replaced: the higher number counts, whatever the clocks say. */
	serial: number;
	/** When it is no longer used: milliseconds since 1970, by the clock of the process that made it. */
	renewAt: number;
}

/** A token that has just been made, before it has a serial number. */
export type NewToken = Omit<Token, 'serial'>;

/** Whether a token replaces the other one of its account, whatever the clocks say. */
export function isNewer(token: Token, other: Token | undefined): boolean {
	if (!other || token.serial !== other.serial) return token.serial > (other?.serial ?? -1);
	return shortHash(token.value) > shortHash(other.value);
}

/** How a credential type keeps its tokens. */
export interface TokenFields {
	/** Identifies the credential, for everything that it keeps. */
	identityOf(credentials: Data): string;
	/** Identifies what the tokens are made from; after an edit, they are no longer used. */
	originOf(credentials: Data): string;
	/** The tokens of an origin that a credential keeps, by key. */
	read(credentials: Data, origin: string): Array<[key: string, token: Token]>;
	/** The fields to store so that it keeps these tokens as well; undefined if it does already. */
	missing(credentials: Data, origin: string, tokens: ReadonlyMap<string, Token>): Data | undefined;
}

/** Reads a token without the white space that a paste from a console or a mail may contain. '' for none. */
export function readToken(value: unknown): string {
	return typeof value === 'string' ? value.replace(/\s/g, '') : '';
}

/** The usual and longest life of WeChat's tokens, in seconds (doc/oplatform/openApi/ticket-token/). */
const USUAL_LIFE = 7200;

/**
 * A token that has just been made.
 *
 * @param expiresIn as in the answer, in seconds; anything but a positive number counts as the usual life, since
 *   a token that ends at once would be made again for each item
 * @param reserve milliseconds before its end from which it is no longer used; a tenth of its life
 *   for a short-lived one
 */
export function newToken(value: string, expiresIn: unknown, reserve: number): NewToken {
	const life = Math.min(lifeOf(expiresIn, USUAL_LIFE), USUAL_LIFE) * 1000;
	return { value, renewAt: Date.now() + life - Math.min(reserve, life / 10) };
}

/** Replaces a token that was given up, so that no token that was made before is used again. */
export function givenUp(): NewToken {
	return { value: '', renewAt: Date.now() + USUAL_LIFE * 1000 };
}

/**
 * Maximum number of keys. Ended tokens are dropped first, then random ones: if the least recently used ones were
 * dropped, a long list of merchants that is always called in the same order would lose all of them.
 */
const CAPACITY = 20_000;

/** Number of rejected tokens to remember for an account, since they may come back from the credential. */
const REJECTIONS = 5;

/** Number of new tokens in a row that may be rejected, and milliseconds until another one is made after that. */
const MOST_REJECTIONS = 2;
const COOL_DOWN = 60_000;

interface Entry {
	token: Token | undefined;
	/** The highest serial number so far, even if that token was given up: lower ones are void. */
	serial: number;
	/** Whether WeChat has accepted it. */
	isProven: boolean;
	/** Newest last. */
	rejected: string[];
	/** Those of them after which another one was requested from the token service. */
	told: string[];
	/** Number of new tokens that were rejected in a row, and when the last one was. */
	rejections: number;
	rejectedAt: number;
}

/**
 * The tokens in this process's memory, for all its runs. A key contains everything that a token was made
 * from, so that no caller gets the token of another one.
 */
export class TokenCache {
	private readonly entries = new Map<string, Entry>();

	constructor(private readonly capacity = CAPACITY) {}

	/** @returns the token while it is valid */
	get(key: string): string | undefined {
		return this.tokenOf(key)?.value;
	}

	/** @returns the token while it is valid, with its serial number and its end */
	tokenOf(key: string): Readonly<Token> | undefined {
		const token = this.entries.get(key)?.token;
		return token && token.value !== '' && isValid(token) ? token : undefined;
	}

	/** The key of an origin under which a token is kept or was rejected, if any. */
	holderOf(origin: string, value: string): string | undefined {
		for (const [key, { token, rejected }] of this.entries) {
			const isHere = token?.value === value || rejected.includes(value);
			if (isHere && key.startsWith(`${origin}/`)) return key;
		}
		return undefined;
	}

	/**
	 * Keeps a token that has just been made here, as the newest one.
	 *
	 * @returns undefined if it was rejected before: a token service may return it again
	 */
	keep(key: string, made: NewToken): Token | undefined {
		const entry = this.entryOf(key);
		if (entry.rejected.includes(made.value)) {
			entry.rejections = MOST_REJECTIONS;
			entry.rejectedAt = Date.now();
			return undefined;
		}
		entry.isProven = false;
		entry.serial++;
		entry.token = { ...made, serial: entry.serial };
		return entry.token;
	}

	/** Takes over what the credential keeps, if it is newer than what is known here and was not rejected. */
	adopt(key: string, stored: Token): void {
		const known = this.entries.get(key);
		if (known?.rejected.includes(stored.value)) return;
		if (known?.token?.value === stored.value) {
			known.serial = Math.max(known.serial, stored.serial);
			known.token.renewAt = Math.min(known.token.renewAt, stored.renewAt);
			return;
		}
		// Serial numbers start again once all processes have forgotten an account whose token has ended.
		const hasEnded = known?.token !== undefined && !isValid(known.token);
		const current = known?.token ?? { value: '', serial: known?.serial ?? -1, renewAt: 0 };
		if (!hasEnded && !isNewer(stored, current)) return;
		const entry = this.entryOf(key);
		entry.token = { ...stored };
		entry.serial = Math.max(entry.serial, stored.serial);
		entry.isProven = true;
	}

	/** Notes that WeChat rejected a token, and gives it up if it is still in use. */
	reject(key: string, value: string): void {
		const entry = this.entryOf(key);
		if (entry.rejected.includes(value)) return;
		entry.rejected = [...entry.rejected, value].slice(-REJECTIONS);
		if (entry.token?.value !== value) return;
		entry.token = undefined;
		if (entry.isProven) return;
		const isCooledDown = Math.abs(Date.now() - entry.rejectedAt) > COOL_DOWN;
		entry.rejections = isCooledDown ? 1 : entry.rejections + 1;
		entry.rejectedAt = Date.now();
	}

	/** The tokens of a key that WeChat has rejected, as far as this process knows. */
	rejectionsOf(key: string) {
		return {
			/** Whether WeChat has rejected this token, and no other one was requested from the service since. */
			isUntold: (token: string): boolean => {
				const entry = this.entries.get(key);
				return entry?.rejected.includes(token) === true && !entry.told.includes(token);
			},
			/** Notes that another one was requested from the service. */
			noteTold: (token: string): void => {
				const entry = this.entryOf(key);
				entry.told = [...entry.told, token].slice(-REJECTIONS);
			},
		};
	}

	/**
	 * Whether several new tokens in a row were rejected: then they are of the wrong kind, or another system
	 * makes them as well. Making more would use up the quota and void the tokens of the other system.
	 */
	isHopeless(key: string): boolean {
		const entry = this.entries.get(key);
		if (!entry || entry.rejections < MOST_REJECTIONS) return false;
		return Math.abs(Date.now() - entry.rejectedAt) <= COOL_DOWN;
	}

	/** WeChat accepted a token. A call that began before it was replaced says nothing about the new one. */
	accept(key: string, value: string): void {
		const entry = this.entries.get(key);
		if (entry?.token?.value !== value) return;
		entry.isProven = true;
		entry.rejections = 0;
	}

	private entryOf(key: string): Entry {
		const known = this.entries.get(key);
		if (known) return known;
		if (this.entries.size >= this.capacity) this.makeRoom();
		const entry: Entry = {
			token: undefined,
			serial: 0,
			isProven: false,
			rejected: [],
			told: [],
			rejections: 0,
			rejectedAt: 0,
		};
		this.entries.set(key, entry);
		return entry;
	}

	private makeRoom(): void {
		for (const [key, { token }] of this.entries) {
			if (!token || !isValid(token)) this.entries.delete(key);
		}
		if (this.entries.size < this.capacity) return;
		const keys = [...this.entries.keys()];
		// A twentieth at a time, so that this rarely happens.
		for (let n = 0; n < Math.ceil(this.capacity / 20); n++) {
			this.entries.delete(keys[Math.floor(Math.random() * keys.length)]);
		}
	}
}

/** The tokens in this process. */
export const TOKENS = new TokenCache();

function isValid({ renewAt }: Token): boolean {
	return renewAt > Date.now();
}
