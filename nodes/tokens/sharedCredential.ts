import type { ICredentialDataDecryptedObject as Data } from 'n8n-workflow';

import { pause, unlessStopped } from '../calls/waiting';
import type { CredentialAccess } from './credentialStore';

/*
 * Several processes change one record. n8n writes the whole of it and has no lock, so a write that was
 * under way elsewhere may take out what has just been stored. Nothing counts as stored here before it was
 * found in a later read, and what goes missing after that is stored again for a while.
 */

/** Milliseconds for one read or one write of n8n's database. */
const DEADLINE = 10_000;

/** Milliseconds between a write and the look that finds it stored, and for which it is looked for. */
const LOOK_AFTER = 300;
const WATCH_FOR = 5000;

/** Milliseconds between two looks for what other processes have stored. */
const LOOK_INTERVAL = 500;

/** How often one change is stored at the most: others may want something else. */
const MOST_STORES = 10;

/** Failures in a row until a change is given up: one that somebody waits for, and one that nobody does. */
const TRIES = 2;
const MOST_TRIES = 10;

/** The fields that a change misses in the credential as it is now; undefined where it misses none. */
export type Change = (now: Data) => Data | undefined;

/** A change on its way into the credential. */
interface Pending {
	change: Change;
	/** Milliseconds of this process's clock: when it is to be stored, or looked for. */
	dueAt: number;
	/** When it was last stored, undefined as long as it was not, and how often. */
	storedAt?: number;
	stores: number;
	/** Milliseconds after its write until the look that counts. */
	lookAfter: number;
	/** Whether it is stored once only: another process may have the same claim. */
	isClaim: boolean;
	/** Whether somebody waits for it. */
	isAwaited: boolean;
	isFound: boolean;
	failures: number;
	end(outcome: Outcome): void;
	ended: Promise<Outcome>;
}

/**
 * How a change ended: `gone` for a claim that another process's write took out, `failed` where n8n reads or
 * stores nothing, `late` where no answer came in time, `edited` for another credential than before.
 */
export type Outcome = 'stored' | 'gone' | 'failed' | 'late' | 'edited';

/** How a change is stored. */
interface Storing {
	/** Milliseconds for which it may wait for others to be stored with it. */
	delay?: number;
	lookAfter?: number;
	isClaim?: boolean;
	isAwaited?: boolean;
}

/** What a look found: `edited` for another credential than before, `late` where no answer came in time. */
export type Look = 'seen' | 'edited' | 'failed' | 'late';

/** What all runs of this process share of one credential, which other processes change as well. */
export class SharedCredential {
	/** The credential as it was read or stored last. */
	latest: Data;

	private readonly identity: string;

	private readonly readers = new Set<(now: Data) => void>();

	private readonly runs = new Set<CredentialAccess>();

	/** Of a trigger: it can be used for as long as the process lives. */
	private lasting: CredentialAccess | undefined;

	private readonly pending = new Set<Pending>();

	private tending: Promise<void> | undefined;

	private waking = new AbortController();

	private nextLook: Promise<Look> | undefined;

	/** By this process's clock: when the last read began, and when the last write and the last round ended. */
	private lookedAt = -Infinity;
	private wroteAt = -Infinity;
	private workedAt = -Infinity;

	/**
	 * @param identityOf what tells the credential from one with other values, such as the platform's appid
	 * @param credentials as they have just been read
	 */
	constructor(
		private readonly identityOf: (credentials: Data) => string,
		credentials: Data,
	) {
		this.identity = identityOf(credentials);
		this.latest = credentials;
		this.see(credentials);
	}

	/** Has a function called with the credential now, and whenever it was read. */
	onRead(reader: (now: Data) => void): void {
		this.readers.add(reader);
		reader(this.latest);
	}

	/**
	 * Takes over what was just read.
	 *
	 * @returns whether it still is the same credential
	 */
	private see(now: Data): boolean {
		if (this.identityOf(now) !== this.identity) return false;
		this.latest = now;
		for (const reader of this.readers) reader(now);
		return true;
	}

	/** Takes over what a run has begun to read then, unless something was stored or read here since. */
	seeIfNewer(now: Data, readAt: number): void {
		if (readAt <= this.wroteAt || readAt <= this.lookedAt) return;
		this.lookedAt = readAt;
		this.see(now);
	}

	/** Lets an access be used: until it is closed, or for a trigger's until the next one comes. */
	open(access: CredentialAccess): void {
		if (access.lasts) this.lasting = access;
		else this.runs.add(access);
		this.tend();
	}

	/** Waits until all that is under way was found stored, and uses the access of a run no more. */
	async close(access: CredentialAccess): Promise<void> {
		const left = [...this.pending].filter(({ isFound }) => !isFound);
		for (const one of left) if (one.storedAt === undefined) one.dueAt = 0;
		this.wake();
		await unlessStopped(
			Promise.all(left.map(async ({ ended }) => await ended)),
			AbortSignal.timeout(DEADLINE),
		);
		this.runs.delete(access);
	}

	/** Reads the credential, at most twice a second for all that ask. */
	async look(): Promise<Look> {
		this.nextLook ??= this.lookOnce();
		return await this.nextLook;
	}

	/**
	 * Stores a change, and again where it goes missing.
	 *
	 * @param signal ends the wait; what was not stored by then is not stored any more
	 * @returns whether it was found stored
	 */
	async ensure(change: Change, signal?: AbortSignal): Promise<boolean> {
		const pending = this.add(change, { isAwaited: true });
		const outcome = await unlessStopped(pending.ended, signal);
		if (outcome === undefined) this.pending.delete(pending);
		return outcome === 'stored';
	}

	/** Stores a change for which nobody waits, together with others that come meanwhile. */
	keep(change: Change, delay: number): void {
		this.add(change, { delay });
	}

	/**
	 * Stores a change once.
	 *
	 * @param lookAfter milliseconds until the look that counts
	 */
	async claim(change: Change, lookAfter = LOOK_AFTER): Promise<Outcome> {
		return await this.add(change, { lookAfter, isClaim: true, isAwaited: true }).ended;
	}

	private add(change: Change, { delay = 0, ...how }: Storing): Pending {
		let end: Pending['end'] = () => undefined;
		const ended = new Promise<Outcome>((resolve) => {
			end = resolve;
		});
		const pending: Pending = {
			lookAfter: LOOK_AFTER,
			isClaim: false,
			isAwaited: false,
			...how,
			change,
			dueAt: performance.now() + delay,
			isFound: false,
			failures: 0,
			stores: 0,
			end,
			ended,
		};
		this.pending.add(pending);
		this.wake();
		this.tend();
		return pending;
	}

	private get access(): CredentialAccess | undefined {
		return [...this.runs].at(-1) ?? this.lasting;
	}

	private async lookOnce(): Promise<Look> {
		// Also where there is nothing to wait for: `look` has to note this look before it begins.
		await pause(Math.max(0, this.lookedAt + LOOK_INTERVAL - performance.now()));
		// Who asks from now on wants to know what is stored from now on.
		this.nextLook = undefined;
		try {
			return (await this.read()) ? 'seen' : 'edited';
		} catch (error) {
			return error === LATE ? 'late' : 'failed';
		}
	}

	/**
	 * @returns undefined where it is another credential by now
	 * @throws where it cannot be read
	 */
	private async read(): Promise<Data | undefined> {
		if (!this.access) throw new Error('No run can read the credential');
		this.lookedAt = performance.now();
		const now = await inTime(this.access.read());
		return this.see(now) ? now : undefined;
	}

	private wake(): void {
		this.waking.abort();
	}

	/** Works through the pending changes while there are some and a way to the database. */
	private tend(): void {
		this.tending ??= this.work().finally(() => {
			this.tending = undefined;
			if (this.pending.size > 0 && this.access) this.tend();
		});
	}

	private async work(): Promise<void> {
		// What comes at the same moment is stored together.
		await pause(0);
		while (this.pending.size > 0 && this.access) {
			const dueAt = Math.min(...[...this.pending].map((one) => one.dueAt));
			const wait = Math.max(dueAt, this.workedAt + LOOK_AFTER) - performance.now();
			if (wait > 0) {
				this.waking = new AbortController();
				await pause(wait, this.waking.signal);
				continue;
			}
			await this.round();
			this.workedAt = performance.now();
		}
	}

	/** Reads, finds what is stored, and stores with one write what is missing. */
	private async round(): Promise<void> {
		try {
			const readAt = performance.now();
			const now = await this.read();
			if (now) await this.store(now, this.compare(now, readAt));
			// What was kept for the former values has no place in it.
			else for (const one of this.pending) this.finish(one, 'edited');
			for (const one of this.pending) one.failures = 0;
		} catch (error) {
			this.fail(error === LATE ? 'late' : 'failed');
		}
	}

	/**
	 * @param readAt when the read began that gave the credential as it is now
	 * @returns the fields of the changes that miss some
	 */
	private compare(now: Data, readAt: number): Map<Pending, Data> {
		const missing = new Map<Pending, Data>();
		let next = now;
		for (const one of this.pending) {
			const isWaiting = one.storedAt === undefined && one.dueAt > performance.now();
			const fields = isWaiting ? undefined : one.change(next);
			if (isWaiting) continue;
			if (fields === undefined) this.find(one, readAt);
			else if (one.stores >= (one.isClaim ? 1 : MOST_STORES)) this.finish(one, 'gone');
			else missing.set(one, fields);
			next = { ...next, ...fields };
		}
		return missing;
	}

	private async store(now: Data, missing: ReadonlyMap<Pending, Data>): Promise<void> {
		if (missing.size === 0) return;
		const changes: Data = Object.assign({}, ...missing.values());
		this.wroteAt = Infinity;
		const isStored = await inTime(
			this.access?.store(now, changes) ?? Promise.resolve(false),
		).finally(() => {
			this.wroteAt = performance.now();
		});
		if (!isStored) throw new Error('n8n stored nothing');
		this.latest = { ...now, ...changes };
		for (const one of missing.keys()) {
			one.stores++;
			one.storedAt = performance.now();
			one.dueAt = one.storedAt + one.lookAfter;
		}
	}

	/** A change that misses nothing: it was stored, or there was nothing to do. */
	private find(one: Pending, readAt: number): void {
		const { storedAt } = one;
		const age = storedAt === undefined ? Infinity : readAt - storedAt;
		if (age < one.lookAfter) return;
		one.isFound = true;
		one.end('stored');
		one.dueAt = Number(storedAt) + WATCH_FOR;
		if (one.isClaim || age >= WATCH_FOR) this.pending.delete(one);
	}

	private finish(one: Pending, outcome: Outcome): void {
		this.pending.delete(one);
		one.end(outcome);
	}

	private fail(outcome: 'failed' | 'late'): void {
		let isLost = false;
		for (const one of this.pending) {
			one.failures++;
			one.dueAt = performance.now() + LOOK_INTERVAL;
			const isAwaited = one.isAwaited && !one.isFound;
			const most = isAwaited ? TRIES : MOST_TRIES;
			const isOver = one.failures >= most || (isAwaited && outcome === 'late');
			if (isOver) this.finish(one, outcome);
			isLost ||= isOver && !one.isFound && !isAwaited;
		}
		if (isLost) this.access?.warn(NOT_STORED);
	}
}

const NOT_STORED =
	'What this package keeps in its credential could not be stored; tokens are made again later';

/** What a read or write is that does not end in time. */
const LATE = new Error('The database did not answer in time');

async function inTime<T>(work: Promise<T>): Promise<T> {
	const timeout = AbortSignal.timeout(DEADLINE);
	const result = await unlessStopped(work, timeout);
	if (result === undefined && timeout.aborted) throw LATE;
	return result as T;
}

/** Credentials that are kept in mind; the least recently used go first. */
const CAPACITY = 200;

const SHARED = new Map<string, SharedCredential>();

/**
 * A credential that has just been read, the same for all runs of this process.
 *
 * @param readAt when its reading began, by `performance.now()`
 */
export function sharedCredentialOf(
	credentialId: string,
	identityOf: (credentials: Data) => string,
	credentials: Data,
	readAt: number,
): SharedCredential {
	const key = `${credentialId}/${identityOf(credentials)}`;
	const known = SHARED.get(key);
	known?.seeIfNewer(credentials, readAt);
	const shared = known ?? new SharedCredential(identityOf, credentials);
	SHARED.delete(key);
	SHARED.set(key, shared);
	if (SHARED.size > CAPACITY) {
		const [oldest] = SHARED.keys();
		SHARED.delete(oldest);
	}
	return shared;
}
