import { createHash, randomBytes } from 'node:crypto';
import type { TokenKind, TokenState } from '../types.cts';

/** An issued token. Times are milliseconds since 1970. */
export interface TokenRecord {
	readonly value: string;
	readonly kind: TokenKind;
	/** Appid of its account (or platform). */
	readonly owner: string;
	readonly fingerprint: string;
	expiresAt: number;
	/** null while it is the newest of its owner; otherwise how long it still works. */
	replacedValidUntil: number | null;
	/** The next accepted use is the last. */
	endsWithUse?: boolean;
}

export interface NewToken {
	kind: TokenKind;
	owner: string;
	now: number;
	lifetimeSeconds: number;
	graceSeconds: number;
	value?: string;
}

/** First 12 hex digits of the SHA-256 of a token, to distinguish tokens without showing them. */
export function fingerprintOf(token: string): string {
	return createHash('sha256').update(token).digest('hex').slice(0, 12);
}

/** `61_` and 137 random characters, as developers' logs show them. */
function randomToken(): string {
	return `61_${randomBytes(103).toString('base64url').slice(0, 137)}`;
}

/** All issued tokens; the newest one of an owner and kind is its current one. */
export class TokenStore {
	private readonly byValue = new Map<string, TokenRecord>();
	private readonly current = new Map<string, TokenRecord>();
	private readonly replaceAfter = new Map<string, number>();

	clear(): void {
		this.byValue.clear();
		this.current.clear();
		this.replaceAfter.clear();
	}

	find(value: string): TokenRecord | undefined {
		return this.byValue.get(value);
	}

	/** Every issued token. */
	values(): string[] {
		return [...this.byValue.keys()];
	}

	currentOf(kind: TokenKind, owner: string): TokenRecord | undefined {
		return this.current.get(`${kind} ${owner}`);
	}

	/**
	 * Makes a token the current one; the former one is replaced and works for `graceSeconds` more.
	 *
	 * @throws Error if the given value is already in use
	 */
	issue(token: NewToken): TokenRecord {
		const value = token.value ?? randomToken();
		if (this.byValue.has(value)) throw new Error('this token value is already in use');
		const record: TokenRecord = {
			value,
			kind: token.kind,
			owner: token.owner,
			fingerprint: fingerprintOf(value),
			expiresAt: token.now + token.lifetimeSeconds * 1000,
			replacedValidUntil: null,
		};
		const former = this.currentOf(token.kind, token.owner);
		if (former) former.replacedValidUntil ??= token.now + token.graceSeconds * 1000;
		this.byValue.set(value, record);
		this.current.set(`${token.kind} ${token.owner}`, record);
		return record;
	}

	/** Schedules the replacement of the owner's authorizer token after this many further accepted uses. */
	scheduleReplacement(owner: string, uses: number): void {
		this.replaceAfter.set(owner, uses);
	}

	/** Counts one accepted use. Returns true if the scheduled replacement is due now. */
	countUse(owner: string): boolean {
		if (this.replaceAfter.size === 0) return false;
		const left = this.replaceAfter.get(owner);
		if (left === undefined) return false;
		if (left > 1) {
			this.replaceAfter.set(owner, left - 1);
			return false;
		}
		this.replaceAfter.delete(owner);
		return true;
	}
}

/** Whether a token works: not expired, and not replaced before its grace period. */
export function isAlive(token: TokenRecord, now: number): boolean {
	return errcodeOfAge(token, now) === 0;
}

/** 42001 if expired (which overrides replaced, assumed), 40001 if replaced, otherwise 0. */
export function errcodeOfAge(token: TokenRecord, now: number): number {
	if (now >= token.expiresAt) return 42001;
	if (token.replacedValidUntil !== null && now >= token.replacedValidUntil) return 40001;
	return 0;
}

/** The state of a token; undefined = never issued. */
export function stateOf(token: TokenRecord | undefined, now: number): TokenState {
	if (!token) return 'unknown';
	if (now >= token.expiresAt) return 'expired';
	if (token.replacedValidUntil === null) return 'newest';
	return now < token.replacedValidUntil ? 'inGrace' : 'replaced';
}
