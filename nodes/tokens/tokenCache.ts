import type { ICredentialDataDecryptedObject as Data } from 'n8n-workflow';

import { lifeOf, shortHash } from '../wechat/values';

/** A token and what is known about its life. */
export interface Token {
	/** '' for a token that was given up: older ones must not come back. */
	value: string;
	/** One more than that of the token it replaced: of two the higher one counts, whatever clocks say. */
	serial: number;
	/** From then on it is no longer used: milliseconds since 1970, by the clock of who made it. */
	renewAt: number;
}

/** A token that has just been made, before its place among the others is known. */
export type NewToken = Omit<Token, 'serial'>;

/** Whether a token counts and not the other one of its account: which came after which, whatever clocks say. */
export function isNewer(token: Token, other: Token | undefined): boolean {
	if (!other || token.serial !== other.serial) return token.serial > (other?.serial ?? -1);
	return shortHash(token.value) > shortHash(other.value);
}

/** How a credential type keeps its tokens. */
export interface TokenFields {
	/** What tells the credential from one with other values, for all that is kept in it. */
	identityOf(credentials: Data): string;
	/** What the tokens are made from; they end when it is edited. */
	originOf(credentials: Data): string;
	/** The tokens of an origin that a credential holds, by key. */
	read(credentials: Data, origin: string): Array<[key: string, token: Token]>;
	/** The fields to store, so that it holds these, too; undefined where it does. */
	missing(credentials: Data, origin: string, tokens: ReadonlyMap<string, Token>): Data | undefined;
}

/** Reads a token, which holds no white space; a paste from a console or a mail may. '' for none. */
export function readToken(value: unknown): string {
	return typeof value === 'string' ? value.replace(/\s/g, '') : '';
}

/** Seconds that WeChat's tokens live (doc/oplatform/openApi/ticket-token/), and at the most. */
const USUAL_LIFE = 7200;

/**
 * A token that has just been made.
 *
 * @param expiresIn as the answer gives it, in seconds; what is no positive number counts as the
 *   usual life, since a token that ends at once would be made anew for each item
 * @param reserve milliseconds before its end from which it is no longer used; a tenth of its life
 *   for a short-lived one
 */
export function newToken(value: string, expiresIn: unknown, reserve: number): NewToken {
	const life = Math.min(lifeOf(expiresIn, USUAL_LIFE), USUAL_LIFE) * 1000;
	return { value, renewAt: Date.now() + life - Math.min(reserve, life / 10) };
}

/** A place in which no token is good any more that was made before now. */
export function givenUp(): NewToken {
	return { value: '', renewAt: Date.now() + USUAL_LIFE * 1000 };
}

/**
 * Keys kept at the most. Tokens that have ended make room first, and then any one: a list of merchants
 * that is walked in a fixed order would lose all of them if the least recently used one went.
 */
const CAPACITY = 20_000;

/** Rejected tokens remembered for an account: as many as may come back from the credential. */
const REJECTIONS = 5;

/** How often in a row a new token may be rejected, and milliseconds until one is made again. */
const MOST_REJECTIONS = 2;
const COOL_DOWN = 60_000;

interface Entry {
	token: Token | undefined;
	/** The highest serial number so far, also of a token that was given up since: lower ones are void. */
	serial: number;
	/** Whether WeChat has taken it. */
	isProven: boolean;
	/** Newest last. */
	rejected: string[];
	/** Those of them after which a token service was asked for another one. */
	told: string[];
	/** New tokens that were rejected, one after the other, and when the last one was. */
	rejections: number;
	rejectedAt: number;
}

/**
 * The tokens in this process's memory, for all its runs. A key holds everything that a token was
 * made from, so that nobody gets another one's.
 */
export class TokenCache {
	private readonly entries = new Map<string, Entry>();

	constructor(private readonly capacity = CAPACITY) {}

	/** @returns the token while it is good */
	get(key: string): string | undefined {
		return this.tokenOf(key)?.value;
	}

	/** @returns the token while it is good, with what is known of its life */
	tokenOf(key: string): Readonly<Token> | undefined {
		const token = this.entries.get(key)?.token;
		return token && token.value !== '' && isGood(token) ? token : undefined;
	}

	/** The key of an origin that a token is kept or was rejected under, if any. */
	holderOf(origin: string, value: string): string | undefined {
		for (const [key, { token, rejected }] of this.entries) {
			const isHere = token?.value === value || rejected.includes(value);
			if (isHere && key.startsWith(`${origin}/`)) return key;
		}
		return undefined;
	}

	/**
	 * Takes a token that has just been made here, as the one after all others.
	 *
	 * @returns undefined when it is one that was rejected before: a token service may give it again
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

	/** Takes over what the credential holds, if it counts more than what is known and was not rejected. */
	adopt(key: string, stored: Token): void {
		const known = this.entries.get(key);
		if (known?.rejected.includes(stored.value)) return;
		if (known?.token?.value === stored.value) {
			known.serial = Math.max(known.serial, stored.serial);
			known.token.renewAt = Math.min(known.token.renewAt, stored.renewAt);
			return;
		}
		// The count begins anew where all have forgotten an account whose token has ended.
		const hasEnded = known?.token !== undefined && !isGood(known.token);
		const current = known?.token ?? { value: '', serial: known?.serial ?? -1, renewAt: 0 };
		if (!hasEnded && !isNewer(stored, current)) return;
		const entry = this.entryOf(key);
		entry.token = { ...stored };
		entry.serial = Math.max(entry.serial, stored.serial);
		entry.isProven = true;
	}

	/** Gives a token up, but only if it is still the one that was rejected. */
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
	 * Whether one new token after the other was rejected: they are of the wrong kind then, or
	 * another system makes them, too. To ask on would use up the quota and void the other's.
	 */
	isHopeless(key: string): boolean {
		const entry = this.entries.get(key);
		if (!entry || entry.rejections < MOST_REJECTIONS) return false;
		return Math.abs(Date.now() - entry.rejectedAt) <= COOL_DOWN;
	}

	/** WeChat took a token; that of a call which began before it was replaced says nothing of the new one. */
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
			if (!token || !isGood(token)) this.entries.delete(key);
		}
		if (this.entries.size < this.capacity) return;
		const keys = [...this.entries.keys()];
		// A twentieth at a time, so that this is seldom done.
		for (let n = 0; n < Math.ceil(this.capacity / 20); n++) {
			this.entries.delete(keys[Math.floor(Math.random() * keys.length)]);
		}
	}
}

/** The tokens in this process. */
export const TOKENS = new TokenCache();

function isGood({ renewAt }: Token): boolean {
	return renewAt > Date.now();
}
