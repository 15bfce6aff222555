import type { ICredentialDataDecryptedObject as Data } from 'n8n-workflow';

import { LATE, pause, unlessStopped } from '../calls/waiting';
import { Accesses, type CredentialAccess } from './credentialStore';
import {
	LOOK_AFTER,
	PendingChange,
	type CredentialChange,
	type Outcome,
	type Storing,
} from './pendingChange';

/*
 * Several processes change one record. n8n writes the whole of it and has no lock, so a write that was
 * under way elsewhere may take out what has just been stored. Nothing counts as stored here before it was
 * found in a later read, and what goes missing after that is stored again for a while.
 */

/** Milliseconds that the end of a run waits for what it has kept. */
const CLOSES_WITHIN = 10_000;

/** Milliseconds between two reads for those that wait for what other processes store. */
const REFRESH_INTERVAL = 500;

/** What came of a read: `edited` for another credential than before, `late` if no answer came in time. */
type Refreshed = 'read' | 'edited' | 'failed' | 'late';

/** What all runs of this process share of one credential, which other processes change as well. */
export class SharedCredential {
	private readonly readers = new Set<(now: Data) => void>();

	private readonly accesses = new Accesses();

	private readonly pending = new Set<PendingChange>();

	private tending: Promise<void> | undefined;

	private waking = new AbortController();

	private nextRefresh: Promise<Refreshed> | undefined;

	/** By this process's clock: when the last read began, and when the last write and the last round ended. */
	private lastReadAt = -Infinity;
	private wroteAt = -Infinity;
	private workedAt = -Infinity;

	/**
	 * @param identityOf what tells the credential from one with other values, such as the platform's appid
	 * @param latest the credential as it was read or stored last
	 */
	constructor(
		private readonly identityOf: (credentials: Data) => string,
		public latest: Data,
	) {}

	/** Has a function called with the credential now, and whenever it was read. */
	onRead(reader: (now: Data) => void): void {
		this.readers.add(reader);
		reader(this.latest);
	}

	/** Takes over what was just read; tells whether it still is the same credential. */
	private see(now: Data): boolean {
		if (this.identityOf(now) !== this.identityOf(this.latest)) return false;
		this.latest = now;
		for (const reader of this.readers) reader(now);
		return true;
	}

	/** Takes over what a run has begun to read then, unless something was stored or read here since. */
	seeIfNewer(now: Data, readAt: number): void {
		if (readAt <= this.wroteAt || readAt <= this.lastReadAt) return;
		this.lastReadAt = readAt;
		this.see(now);
	}

	/** Lets an access be used: until it is closed, or for a trigger's until the next one comes. */
	open(access: CredentialAccess): void {
		this.accesses.open(access);
		this.tend();
	}

	/** Waits until all that is under way was found stored, and uses the access of a run no more. */
	async close(access: CredentialAccess): Promise<void> {
		const left = [...this.pending].filter(({ isFound }) => !isFound);
		for (const one of left) one.hurry();
		this.waking.abort();
		const ended = Promise.all(left.map(async (one) => await one.ended));
		await unlessStopped(ended, AbortSignal.timeout(CLOSES_WITHIN));
		this.accesses.close(access);
		this.waking.abort();
	}

	/** Reads the credential, at most twice a second for all that ask. */
	async refresh(): Promise<Refreshed> {
		this.nextRefresh ??= this.refreshOnce();
		return await this.nextRefresh;
	}

	/**
	 * Stores a change, and again where it goes missing.
	 *
	 * @param signal ends the wait; what was not stored by then is not stored any more
	 * @returns whether it was found stored
	 */
	async ensure(change: CredentialChange, signal?: AbortSignal): Promise<boolean> {
		const pending = this.add(change, { isAwaited: true });
		const outcome = await unlessStopped(pending.ended, signal);
		if (outcome === undefined) this.pending.delete(pending);
		return outcome === 'stored';
	}

	/** Stores a change for which nobody waits, together with others that come meanwhile. */
	keep(change: CredentialChange, delay: number): void {
		this.add(change, { delay });
	}

	/**
	 * Stores a change once.
	 *
	 * @param lookAfter milliseconds until the look that counts
	 */
	async claim(change: CredentialChange, lookAfter = LOOK_AFTER): Promise<Outcome> {
		return await this.add(change, { lookAfter, isClaim: true, isAwaited: true }).ended;
	}

	private add(change: CredentialChange, how: Storing): PendingChange {
		const pending = new PendingChange(change, how);
		this.pending.add(pending);
		this.waking.abort();
		this.tend();
		return pending;
	}

	private async refreshOnce(): Promise<Refreshed> {
		// Also if there is no time to wait: `refresh` has to note this call before it begins to read.
		await pause(Math.max(0, this.lastReadAt + REFRESH_INTERVAL - performance.now()));
		// A caller from now on needs to see what is stored from now on.
		this.nextRefresh = undefined;
		try {
			return (await this.read()) ? 'read' : 'edited';
		} catch (error) {
			return error === LATE ? 'late' : 'failed';
		}
	}

	/** @returns undefined if it is another credential by now; throws if it cannot be read */
	private async read(): Promise<Data | undefined> {
		this.lastReadAt = performance.now();
		const now = await this.accesses.read();
		return this.see(now) ? now : undefined;
	}

	/** Works through the pending changes while there are some and a way to the database. */
	private tend(): void {
		if (!this.accesses.current) {
			// No run is left that could store anything: nobody is to wait until the next one comes.
			for (const one of this.pending) if (one.isWaitedFor) this.finish(one, 'late');
			return;
		}
		this.tending ??= this.work().finally(() => {
			this.tending = undefined;
			if (this.pending.size > 0) this.tend();
		});
	}

	private async work(): Promise<void> {
		// What comes at the same moment is stored together.
		await pause(0);
		while (this.pending.size > 0 && this.accesses.current) {
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
			for (const one of this.pending) one.noteSuccess();
		} catch (error) {
			this.fail(error === LATE ? 'late' : 'failed');
		}
	}

	/**
	 * @param readAt when the read began that gave the credential as it is now
	 * @returns the fields of the changes that miss some
	 */
	private compare(now: Data, readAt: number): Map<PendingChange, Data> {
		const missing = new Map<PendingChange, Data>();
		let next = now;
		for (const one of this.pending) {
			if (one.isWaiting) continue;
			const fields = one.change(next);
			if (!fields) {
				if (one.noteFound(readAt)) this.pending.delete(one);
				continue;
			}
			if (one.isUsedUp) {
				this.finish(one, 'gone');
				continue;
			}
			missing.set(one, fields);
			next = { ...next, ...fields };
		}
		return missing;
	}

	private async store(now: Data, missing: ReadonlyMap<PendingChange, Data>): Promise<void> {
		if (missing.size === 0) return;
		const changes: Data = Object.assign({}, ...missing.values());
		this.wroteAt = Infinity;
		await this.accesses.store(now, changes).finally(() => {
			this.wroteAt = performance.now();
		});
		this.latest = { ...now, ...changes };
		for (const one of missing.keys()) one.noteStored();
	}

	private finish(one: PendingChange, outcome: Outcome): void {
		this.pending.delete(one);
		one.end(outcome);
	}

	private fail(outcome: 'failed' | 'late'): void {
		const ends = [...this.pending].map((one) => {
			const end = one.noteFailure(outcome);
			if (end !== 'goes on') this.finish(one, outcome);
			return end;
		});
		if (ends.includes('lost'))
			this.accesses.current?.warn(
				'What this package keeps in its credential could not be stored; tokens are made again later',
			);
	}
}
