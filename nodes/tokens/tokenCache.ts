import type { Token } from './token';
import type { Rejections } from './tokenService';

/** Tokens kept at the most; the least recently used go first. */
const CAPACITY = 5000;

/** Rejected tokens remembered for an account: as many as may come back from the credential. */
const REJECTIONS = 5;

/** How often in a row a new token may be rejected, and milliseconds until one is made again. */
const MOST_REJECTIONS = 2;
const COOL_DOWN = 60_000;

interface Entry {
	token: Token | undefined;
	/** When the newest token was made, also one that was given up since: older ones are void. */
	newest: number;
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

	/** @returns the token while it is good */
	get(key: string): string | undefined {
		return this.tokenOf(key)?.value;
	}

	/** @returns the token while it is good, with what is known of its life */
	tokenOf(key: string): Readonly<Token> | undefined {
		const token = this.entries.get(key)?.token;
		if (!token || token.value === '' || !(token.renewAt > Date.now())) return undefined;
		this.touch(key);
		return token;
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
	 * Takes a token that has just been made here. It counts as the newest one, also where the clock
	 * was put back or another process's is ahead.
	 *
	 * @returns undefined when it is one that was rejected before: a token service may give it again
	 */
	keep(key: string, made: Token): Token | undefined {
		const entry = this.touch(key);
		if (entry.rejected.includes(made.value)) {
			entry.rejections = MOST_REJECTIONS;
			entry.rejectedAt = Date.now();
			return undefined;
		}
		entry.isProven = false;
		entry.newest = Math.max(made.madeAt, entry.newest + 1);
		entry.token = { ...made, madeAt: entry.newest };
		return entry.token;
	}

	/** Takes over what the credential holds, if it is newer than what is known and not rejected. */
	adopt(key: string, stored: Token): void {
		const known = this.entries.get(key);
		if (known?.rejected.includes(stored.value)) return;
		if (known?.token?.value === stored.value) {
			known.token.renewAt = Math.min(known.token.renewAt, stored.renewAt);
			return;
		}
		if (stored.madeAt <= (known?.newest ?? 0)) return;
		const entry = this.touch(key);
		entry.token = stored;
		entry.newest = stored.madeAt;
		entry.isProven = true;
	}

	/** Gives a token up, but only if it is still the one that was rejected. */
	reject(key: string, value: string): void {
		const entry = this.touch(key);
		if (entry.rejected.includes(value)) return;
		entry.rejected = [...entry.rejected, value].slice(-REJECTIONS);
		if (entry.token?.value !== value) return;
		entry.token = undefined;
		if (entry.isProven) return;
		const isCooledDown = Math.abs(Date.now() - entry.rejectedAt) > COOL_DOWN;
		entry.rejections = isCooledDown ? 1 : entry.rejections + 1;
		entry.rejectedAt = Date.now();
	}

	/** The tokens of a key that were rejected. */
	rejectionsOf(key: string): Rejections {
		return {
			isUntold: (token) => {
				const entry = this.entries.get(key);
				return entry?.rejected.includes(token) === true && !entry.told.includes(token);
			},
			noteTold: (token) => {
				const entry = this.touch(key);
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

	/** WeChat took a token. */
	accept(key: string): void {
		const entry = this.entries.get(key);
		if (!entry) return;
		entry.isProven = true;
		entry.rejections = 0;
	}

	private touch(key: string): Entry {
		const entry = this.entries.get(key) ?? {
			token: undefined,
			newest: 0,
			isProven: false,
			rejected: [],
			told: [],
			rejections: 0,
			rejectedAt: 0,
		};
		this.entries.delete(key);
		this.entries.set(key, entry);
		if (this.entries.size > CAPACITY) {
			const [oldest] = this.entries.keys();
			this.entries.delete(oldest);
		}
		return entry;
	}
}
