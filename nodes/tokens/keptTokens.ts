import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import { pause } from '../calls/waiting';
import { dropOldest } from '../wechat/values';
import type { CredentialAccess } from './credentialStore';
import { SharedCredential } from './sharedCredential';
import {
	givenUp,
	TOKENS,
	type NewToken,
	type Token,
	type TokenCache,
	type TokenFields,
} from './tokenCache';
import { Turn, WRITE_TIME } from './turn';

/** Milliseconds in which new tokens are stored together. */
const BATCH = 500;

/** Milliseconds between two looks at whether the turn is to go on, and that it lasts after the last token. */
const TEND = 250;
const LINGER = 2000;

/** Tokens that are stored together. */
interface Batch {
	tokens: Map<string, Token>;
	/** Whether it is on its way: what comes later goes into the next one. */
	isSealed: boolean;
}

/** The tokens that are made from one set of keys: where they are kept, and whose turn it is to make them. */
export class KeptTokens {
	private readonly turn: Turn;

	/** Tokens being made here, and when the last one was done. */
	private makers = 0;
	private idleSince = -Infinity;

	private batch: Batch | undefined;

	private taking: Promise<boolean> | undefined;

	private isTending = false;

	readonly origin: string;

	/**
	 * @param credentials as they have just been read
	 * @param shared undefined where nothing may be kept but in this process's memory
	 */
	constructor(
		private readonly credentials: ICredentialDataDecryptedObject,
		private readonly fields: TokenFields,
		private readonly cache: TokenCache,
		readonly shared: SharedCredential | undefined,
	) {
		this.origin = fields.originOf(credentials);
		const { origin } = this;
		this.turn = new Turn(origin);
		shared?.onRead((now) => {
			this.turn.see(now);
			for (const [key, token] of fields.read(now, origin)) cache.adopt(key, token);
		});
	}

	/** The credential as it was read last. */
	get latest(): ICredentialDataDecryptedObject {
		return this.shared?.latest ?? this.credentials;
	}

	/** Whether the credential is made of other values by now. */
	get isEdited(): boolean {
		return this.fields.originOf(this.latest) !== this.origin;
	}

	/** Whether a call that makes a token may start here now; what is not shared needs no turn. */
	get hasTurn(): boolean {
		return !this.shared || this.turn.isMine;
	}

	/**
	 * Tries to be the one process that makes tokens; see Turn.
	 *
	 * @returns whether it is, after a look into the credential
	 */
	async takeTurn(): Promise<boolean> {
		if (!this.shared || this.hasTurn) return true;
		this.taking ??= this.tryToTakeTurn(this.shared).finally(() => {
			this.taking = undefined;
		});
		return await this.taking;
	}

	/** Runs work that makes tokens. */
	async whileMaking<T>(work: () => Promise<T>): Promise<T> {
		this.makers++;
		try {
			return await work();
		} finally {
			this.makers--;
			this.idleSince = performance.now();
		}
	}

	/**
	 * Keeps a new token, here at once and in the credential within a moment.
	 *
	 * @returns whether it is new: one that was rejected before is not kept
	 */
	keep(key: string, made: NewToken): boolean {
		const kept = this.cache.keep(key, made);
		if (kept) this.storeSoon(key, kept);
		return kept !== undefined;
	}

	/** Gives up an account's token, here and in the credential. */
	giveUp(key: string): void {
		this.keep(key, givenUp());
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
	rejectionsOf(key: string): ReturnType<TokenCache['rejectionsOf']> {
		return this.cache.rejectionsOf(key);
	}

	/** Ends the turn if no token is being made. */
	async endTurn(): Promise<void> {
		if (!this.turn.isHeld || this.makers > 0) return;
		this.turn.leave();
		await this.shared?.claim(this.turn.end);
	}

	private storeSoon(key: string, token: Token): void {
		if (!this.shared) return;
		if (!this.batch || this.batch.isSealed) {
			const batch = { tokens: new Map<string, Token>(), isSealed: false };
			this.batch = batch;
			this.shared.keep((now) => {
				batch.isSealed = true;
				const missing = this.fields.missing(now, this.origin, batch.tokens);
				return missing && { ...missing, ...this.turn.goOnWith(now) };
			}, BATCH);
		}
		this.batch.tokens.set(key, token);
	}

	private async tryToTakeTurn(shared: SharedCredential): Promise<boolean> {
		const { turn } = this;
		if (turn.isHeld) {
			if (turn.isToEnd) await this.endTurn();
			return turn.isMine;
		}
		if (turn.isTaken) {
			await shared.claim(turn.ask);
			return false;
		}
		const outcome = await shared.claim(turn.claim(), WRITE_TIME);
		turn.begin(outcome === 'failed');
		if (turn.isHeld && !this.isTending) void this.tend(shared);
		// The look at the claim may have found other values.
		return turn.isMine && !this.isEdited;
	}

	/** Has the turn go on for as long as tokens are being made, and then ends it. */
	private async tend(shared: SharedCredential): Promise<void> {
		this.isTending = true;
		while (this.turn.isHeld) {
			await pause(TEND);
			const isIdle = this.makers === 0 && performance.now() - this.idleSince > LINGER;
			if (isIdle || this.turn.isToEnd) await this.endTurn();
			else if (this.turn.isBeatDue) await shared.claim(this.turn.goOn);
		}
		this.isTending = false;
	}
}

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
