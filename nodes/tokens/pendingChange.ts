import type { ICredentialDataDecryptedObject as Data } from 'n8n-workflow';

/** Milliseconds between a write and the read that looks for it, and how long the change is then watched. */
export const READ_AFTER = 300;
const WATCH_FOR = 5000;

/** Milliseconds between reads that nobody waits for: one read serves many changes. */
const READS_EVERY = 2500;

/** Milliseconds until a failed read or write is tried again. */
const TRIED_AGAIN_AFTER = 500;

/** Maximum number of times that one change is stored: other processes may keep removing it. */
const MOST_STORES = 10;

/** Failures in a row until a change is given up: if somebody waits for it, and if nobody does. */
const TRIES = 2;
const MOST_TRIES = 10;

/** Returns the fields to change in the credential as it is now; undefined if none need to change. */
export type CredentialChange = (now: Data) => Data | undefined;

/**
 * How a change ended: `gone` for a claim that another process's write removed, `failed` if n8n reads or stores
 * nothing, `late` if n8n did not answer in time or no run is left that could ask it, `edited` if the credential
 * now has different values, such as another platform's appid.
 */
export type Outcome = 'stored' | 'gone' | 'failed' | 'late' | 'edited';

/** A change on its way into the credential. All times are by this process's clock. */
export class PendingChange {
	/** When to store it, or to check whether it is stored. */
	dueAt: number;

	readonly ended: Promise<Outcome>;

	/** Ends the wait for it. */
	end: (outcome: Outcome) => void = () => undefined;

	/** Whether a read has found it; from then on it is watched for a while. */
	isFound = false;

	private storedAt: number | undefined;

	private stores = 0;

	private failures = 0;

	/** Whether the first read that looks for it does not wait for others. */
	private isUrgent: boolean;

	/**
	 * @param isAwaited whether somebody waits for it
	 * @param delay milliseconds that it may wait for others to be stored with it
	 * @param readAfter milliseconds after its write until the read that counts
	 * @param isClaim whether it is stored only once: another process may have the same claim
	 */
	constructor(
		readonly change: CredentialChange,
		private readonly isAwaited: boolean,
		delay = 0,
		private readonly readAfter = READ_AFTER,
		private readonly isClaim = false,
	) {
		this.dueAt = performance.now() + delay;
		this.isUrgent = isAwaited;
		this.ended = new Promise<Outcome>((resolve) => {
			this.end = resolve;
		});
	}

	/** Whether it still waits for others to be stored with it. */
	get isWaiting(): boolean {
		return this.storedAt === undefined && this.dueAt > performance.now();
	}

	/** Whether somebody waits until it is found stored. */
	get isWaitedFor(): boolean {
		return this.isAwaited && !this.isFound;
	}

	/** Whether it was stored as often as allowed. */
	get isUsedUp(): boolean {
		return this.stores >= (this.isClaim ? 1 : MOST_STORES);
	}

	noteStored(): void {
		this.stores++;
		this.storedAt = performance.now();
		const readAt = this.storedAt + this.readAfter;
		this.dueAt = this.isUrgent && !this.isFound ? readAt : withOthers(readAt);
	}

	/**
	 * Nothing is left to change: it was stored, or there was nothing to do.
	 *
	 * @param readAt when the read that showed this began
	 * @returns whether it needs no further read
	 */
	noteFound(readAt: number): boolean {
		const { storedAt = -Infinity } = this;
		if (readAt - storedAt < this.readAfter) return false;
		this.isFound = true;
		this.end('stored');
		this.dueAt = withOthers(storedAt + WATCH_FOR);
		return this.isClaim || readAt >= storedAt + WATCH_FOR;
	}

	/** Looks for it without waiting for others: the run that kept it is about to end. */
	hurry(): void {
		this.isUrgent = true;
		this.dueAt = this.storedAt === undefined ? 0 : this.storedAt + this.readAfter;
	}

	/** Notes that the database could be read and written. */
	noteSuccess(): void {
		this.failures = 0;
	}

	/** @returns what happens to it; `lost` if it is given up and no caller learns of that */
	noteFailure(outcome: 'failed' | 'late'): 'goes on' | 'given up' | 'lost' {
		this.failures++;
		this.dueAt = performance.now() + TRIED_AGAIN_AFTER;
		const isOver = this.failures >= (this.isWaitedFor ? TRIES : MOST_TRIES);
		if (!isOver && !(this.isWaitedFor && outcome === 'late')) return 'goes on';
		return this.isWaitedFor || this.isFound ? 'given up' : 'lost';
	}
}

function withOthers(readAt: number): number {
	return Math.ceil(readAt / READS_EVERY) * READS_EVERY;
}
