import type { ICredentialDataDecryptedObject as Data } from 'n8n-workflow';

import { LATE, pause, unlessStopped } from '../calls/waiting';
import { Accesses, type CredentialAccess } from './credentialStore';
import { PendingChange, READ_AFTER, type CredentialChange, type Outcome } from './pendingChange';

/*
 * Several processes change one record. n8n writes the whole record and has no lock, so a write that is under
 * way elsewhere may remove what was just stored. So a change counts as stored only when a later read finds
 * it, and for a while after that it is stored again if it goes missing.
 */

/** Milliseconds that the end of a run waits for its changes to be stored. */
const CLOSES_WITHIN = 10_000;

/** Milliseconds between two reads for callers that wait for what other processes store. */
const REFRESH_INTERVAL = 500;

/** The result of a read: `edited` if the credential was edited, `late` if no answer came in time. */
type Refreshed = 'read' | 'edited' | 'failed' | 'late';

/** A credential that all runs of this process share; other processes change it as well. */
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
	 * @param identityOf returns what identifies the credential, such as the platform's appid
	 * @param latest the credential as it was last read or stored
	 */
	constructor(
		private readonly identityOf: (credentials: Data) => string,
		public latest: Data,
	) {}

	/** Calls a function with the credential now, and after each read. */
	onRead(reader: (now: Data) => void): void {
		this.readers.add(reader);
		reader(this.latest);
	}

	/** Takes over what was just read; returns whether it is still the same credential. */
	private see(now: Data): boolean {
		if (this.identityOf(now) !== this.identityOf(this.latest)) return false;
		this.latest = now;
		for (const reader of this.readers) reader(now);
		return true;
	}

	/** Takes over what a run began to read at that time, unless something was stored or read here since. */
	seeIfNewer(now: Data, readAt: number): void {
		if (readAt <= this.wroteAt || readAt <= this.lastReadAt) return;
		this.lastReadAt = readAt;
		this.see(now);
	}

	/** Makes an access usable: that of a run until it is closed, that of a trigger until the next one opens. */
	open(access: CredentialAccess): void {
		this.accesses.open(access);
		this.tend();
	}

	/** Waits until all pending changes are found stored, and then stops using the access of a run. */
	async close(access: CredentialAccess): Promise<void> {
		const left = [...this.pending].filter(({ isFound }) => !isFound);
		for (const one of left) one.hurry();
		this.waking.abort();
		const ended = Promise.all(left.map(async (one) => await one.ended));
		await unlessStopped(ended, AbortSignal.timeout(CLOSES_WITHIN));
		this.accesses.close(access);
		this.waking.abort();
	}

	/** Reads the credential, at most twice a second for all callers together. */
	async refresh(): Promise<Refreshed> {
		this.nextRefresh ??= this.refreshOnce();
		return await this.nextRefresh;
	}

	/**
	 * Stores a change, and stores it again if it goes missing.
	 *
	 * @param signal ends the wait, and drops the change if it is not stored yet
	 * @returns whether a read found it
	 */
	async ensure(change: CredentialChange, signal?: AbortSignal): Promise<boolean> {
		const pending = this.add(new PendingChange(change, true));
		const outcome = await unlessStopped(pending.ended, signal);
		if (outcome === undefined) this.pending.delete(pending);
		return outcome === 'stored';
	}

	/** Stores a change that nobody waits for, together with others that come within the delay. */
	keep(change: CredentialChange, delay: number): void {
		this.add(new PendingChange(change, false, delay));
	}

	/**
	 * Stores a change once.
	 *
	 * @param readAfter milliseconds until the read that tells whether the change is still there
	 */
	async claim(change: CredentialChange, readAfter?: number): Promise<Outcome> {
		return await this.add(new PendingChange(change, true, 0, readAfter, true)).ended;
	}

	private add(pending: PendingChange): PendingChange {
		this.pending.add(pending);
		this.waking.abort();
		this.tend();
		return pending;
	}

	private async refreshOnce(): Promise<Refreshed> {
		// Pauses even for 0 milliseconds: `refresh` has to note this call before the read begins.
		await pause(Math.max(0, this.lastReadAt + REFRESH_INTERVAL - performance.now()));
		// A call from now on needs a later read, which sees what is stored meanwhile.
		this.nextRefresh = undefined;
		try {
			return (await this.read()) ? 'read' : 'edited';
		} catch (error) {
			return error === LATE ? 'late' : 'failed';
		}
	}

	/** @returns undefined if the credential was edited; throws if it cannot be read */
	private async read(): Promise<Data | undefined> {
		this.lastReadAt = performance.now();
		const now = await this.accesses.read();
		return this.see(now) ? now : undefined;
	}

	/** Works through the pending changes while there are any and the database can be reached. */
	private tend(): void {
		if (!this.accesses.current) {
			// No run is left that could store anything, and nobody should wait for the next one.
			for (const one of this.pending) if (one.isWaitedFor) this.finish(one, 'late');
			return;
		}
		this.tending ??= this.work().finally(() => {
			this.tending = undefined;
			if (this.pending.size > 0) this.tend();
		});
	}

	private async work(): Promise<void> {
		// Changes that come at the same moment are stored together.
		await pause(0);
		while (this.pending.size > 0 && this.accesses.current) {
			const dueAt = Math.min(...[...this.pending].map((one) => one.dueAt));
			const wait = Math.max(dueAt, this.workedAt + READ_AFTER) - performance.now();
			if (wait > 0) {
				this.waking = new AbortController();
				await pause(wait, this.waking.signal);
				continue;
			}
			await this.round();
			this.workedAt = performance.now();
		}
	}

	/** Reads, finds what is stored, and stores what is missing with one write. */
	private async round(): Promise<void> {
		try {
			const readAt = performance.now();
			const now = await this.read();
			if (now) await this.store(now, this.compare(now, readAt));
			// Changes for the former values do not belong in the new ones.
			else for (const one of this.pending) this.finish(one, 'edited');
			for (const one of this.pending) one.noteSuccess();
		} catch (error) {
			this.fail(error === LATE ? 'late' : 'failed');
		}
	}

	/**
	 * @param readAt when the read that returned `now` began
	 * @returns the changes that are not stored, with their fields
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
				'This package could not store its data in the credential; later runs make new tokens',
			);
	}
}
