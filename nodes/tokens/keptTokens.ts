import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

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
import { Turn } from './turn';

/** Milliseconds that a new token waits for others, so that they are stored together. */
const BATCH = 500;

/** Maximum number of credentials, and of sets of keys, in memory; the least recently used are dropped first. */
const CAPACITY = 200;

/** Tokens that are stored together. */
interface Batch {
	tokens: Map<string, Token>;
	/** Whether it is being stored: what comes later goes into the next one. */
	isSealed: boolean;
}

/** The tokens that are made from one set of keys: where they are kept, and whose turn it is to make them. */
export class KeptTokens {
	readonly origin: string;

	/** Undefined if nothing is shared: then no turn is needed. */
	private readonly turn: Turn | undefined;

	private batch: Batch | undefined;

	/**
	 * @param credentials as they have just been read
	 * @param shared undefined if the tokens may be kept in this process's memory only
	 */
	constructor(
		private readonly credentials: ICredentialDataDecryptedObject,
		private readonly fields: TokenFields,
		private readonly cache: TokenCache,
		readonly shared: SharedCredential | undefined,
	) {
		this.origin = fields.originOf(credentials);
		const { origin } = this;
		this.turn = shared && new Turn(shared, origin);
		shared?.onRead((now) => {
			for (const [key, token] of fields.read(now, origin)) cache.adopt(key, token);
		});
	}

	/** The credential as it was read last. */
	get latest(): ICredentialDataDecryptedObject {
		return this.shared?.latest ?? this.credentials;
	}

	/** Whether the credential was edited. */
	get isEdited(): boolean {
		return this.fields.originOf(this.latest) !== this.origin;
	}

	/** Whether a call that makes a token may start here now. */
	get hasTurn(): boolean {
		return this.turn?.isMine ?? true;
	}

	/**
	 * Tries to be the one process that makes tokens; see Turn.
	 *
	 * @returns whether it is; false as well if the credential turned out to be edited
	 */
	async takeTurn(): Promise<boolean> {
		if (!this.turn || this.hasTurn) return true;
		return (await this.turn.take()) && !this.isEdited;
	}

	/** Runs work that makes a token. */
	async whileMaking<T>(work: () => Promise<T>): Promise<T> {
		return this.turn ? await this.turn.during(work) : await work();
	}

	/**
	 * Keeps a new token: in memory at once, and in the credential a moment later.
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
	 * Whether a token that a service returned for one account already belongs to another one. Then both are in
	 * doubt, so the other account's token is given up as well.
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

	/** At the end of a run: stores what the run has kept, and stops using its access. */
	async settle(access: CredentialAccess): Promise<void> {
		await Promise.all([this.turn?.end(), this.shared?.close(access)]);
	}

	private storeSoon(key: string, token: Token): void {
		if (!this.shared) return;
		if (!this.batch || this.batch.isSealed) {
			const batch = { tokens: new Map<string, Token>(), isSealed: false };
			this.batch = batch;
			this.shared.keep((now) => {
				batch.isSealed = true;
				const missing = this.fields.missing(now, this.origin, batch.tokens);
				return missing && { ...missing, ...this.turn?.beatAlong(now) };
			}, BATCH);
		}
		this.batch.tokens.set(key, token);
	}
}

const SHARED = new Map<string, SharedCredential>();

/**
 * The object that all runs of this process share for a credential that has just been read.
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
 * The tokens that all runs of this process share for a credential that has just been read.
 *
 * @param readAt when its reading began, by `performance.now()`
 * @param credentialId '' for a credential that differs by item, which does not keep the tokens
 */
export function keptTokensOf(
	credentialId: string,
	fields: TokenFields,
	credentials: ICredentialDataDecryptedObject,
	readAt: number,
): KeptTokens {
	if (!credentialId) return new KeptTokens(credentials, fields, TOKENS, undefined);
	const shared = sharedCredentialOf(credentialId, fields.identityOf, credentials, readAt);
	const key = `${credentialId}/${fields.originOf(credentials)}`;
	const known = KEPT.get(key);
	const kept =
		known?.shared === shared ? known : new KeptTokens(credentials, fields, TOKENS, shared);
	return asNewest(KEPT, key, kept);
}

function asNewest<T>(all: Map<string, T>, key: string, one: T): T {
	all.delete(key);
	all.set(key, one);
	dropOldest(all, CAPACITY);
	return one;
}
