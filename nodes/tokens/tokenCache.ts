/** Tokens of merchants kept at the most; the least recently used go first. */
const CAPACITY = 5000;
/** Milliseconds before its end from which a token is no longer used. */
const RENEW_BEFORE_END = 5 * 60_000;

/** How often in a row a fresh token may be rejected, and milliseconds until it is tried again. */
const MOST_REJECTIONS = 2;
const COOL_DOWN = 60_000;

/** A token and when it is no longer used, in milliseconds since 1970. */
export interface CachedToken {
	token: string;
	renewAt: number;
}

/**
 * Tokens of this process's memory, shared by all its runs, and the renewals under way: for one key
 * there is never more than one.
 */
export class TokenCache<Failure extends object> {
	private readonly entries = new Map<string, CachedToken>();

	private readonly rejections = new Map<string, { count: number; at: number; token: string }>();

	private readonly renewals = new Map<string, Promise<string | Failure>>();

	/** @returns the token while it is good, and makes it the most recently used one */
	get(key: string): string | undefined {
		const entry = this.entries.get(key);
		if (!entry) return undefined;
		this.entries.delete(key);
		if (!(entry.renewAt > Date.now())) return undefined;
		this.entries.set(key, entry);
		return entry.token;
	}

	/**
	 * Throws a token away, but only if it is still the one that was rejected.
	 *
	 * @returns whether another one may be asked for: where WeChat rejects one fresh token after
	 *   the other, they are of the wrong kind, and asking on would use up the platform's quota
	 */
	expire(key: string, rejected: string): boolean {
		if (this.entries.get(key)?.token !== rejected) return true;
		const { count = 0, at = 0 } = this.rejections.get(key) ?? {};
		const isCooledDown = Date.now() - at > COOL_DOWN;
		if (count >= MOST_REJECTIONS && !isCooledDown) return false;
		this.rejections.set(key, {
			count: isCooledDown ? 1 : count + 1,
			at: Date.now(),
			token: rejected,
		});
		this.entries.delete(key);
		return true;
	}

	/** WeChat accepted the account's token. */
	accept(key: string): void {
		this.rejections.delete(key);
	}

	/** Forgets an account, whose authorization has changed. */
	drop(key: string): void {
		this.entries.delete(key);
	}

	/**
	 * @param life of the token in milliseconds, from now
	 */
	set(key: string, token: string, life: number): CachedToken {
		const renewAt = Date.now() + life - Math.min(RENEW_BEFORE_END, life / 10);
		const entry = { token, renewAt };
		this.entries.delete(key);
		this.entries.set(key, entry);
		const [oldest] = this.entries.keys();
		if (this.entries.size > CAPACITY) this.entries.delete(oldest);
		return entry;
	}

	/** Takes over a token that another process has stored, if it is newer and not rejected. */
	takeOver(key: string, stored: CachedToken): void {
		const known = this.entries.get(key);
		const isRejected = this.rejections.get(key)?.token === stored.token;
		if (!isRejected && stored.renewAt > (known?.renewAt ?? Date.now())) {
			this.entries.set(key, stored);
		}
	}

	/** Runs a renewal, or joins the one that is under way for the same key. */
	async renew(key: string, fetch: () => Promise<string | Failure>): Promise<string | Failure> {
		const underWay = this.renewals.get(key);
		if (underWay) return await underWay;
		const renewal = fetch().finally(() => this.renewals.delete(key));
		this.renewals.set(key, renewal);
		return await renewal;
	}
}
