import type { ICredentialDataDecryptedObject as Data } from 'n8n-workflow';

/** Milliseconds between a write and the look that finds it stored, and for which it is looked for. */
export const LOOK_AFTER = 300;
const WATCH_FOR = 5000;

/** Milliseconds between the looks for which nobody waits: one serves many changes. */
const LOOKS_EVERY = 2500;

/** Milliseconds until what failed is tried again. */
const TRIED_AGAIN_AFTER = 500;

/** How often one change is stored at the most: others may want something else. */
const MOST_STORES = 10;

/** Failures in a row until a change is given up: one that somebody waits for, and one that nobody does. */
const TRIES = 2;
const MOST_TRIES = 10;

/** The fields that a change misses in the credential as it is now; undefined where it misses none. */
export type CredentialChange = (now: Data) => Data | undefined;

/**
 * How a change ended: `gone` for a claim that another process's write took out, `failed` where n8n reads or
 * stores nothing, `late` where no answer arrived in time or no run is left that could ask, `edited` for
 * another credential than before.
 */
export type Outcome = 'stored' | 'gone' | 'failed' | 'late' | 'edited';

/** How a change is stored. */
export interface Storing {
	/** Milliseconds for which it may wait for others to be stored with it. */
	delay?: number;
	/** Milliseconds after its write until the look that counts. */
	lookAfter?: number;
	/** Whether it is stored once only: another process may have the same claim. */
	isClaim?: boolean;
	/** Whether somebody waits for it. */
	isAwaited?: boolean;
}

/** A change on its way into the credential. All times are of this process's clock. */
export class PendingChange {
	/** When it is to be stored, or looked for. */
	dueAt: number;

	readonly ended: Promise<Outcome>;

	/** Ends the wait for it. */
	end: (outcome: Outcome) => void = () => undefined;

	/** Whether it was found stored; from then on it is watched for a while. */
	isFound = false;

	private storedAt: number | undefined;

	private stores = 0;

	private failures = 0;

	private readonly lookAfter: number;

	private readonly isClaim: boolean;

	private readonly isAwaited: boolean;

	/** Whether its first look is not to wait for others. */
	private isUrgent: boolean;

	constructor(
		readonly change: CredentialChange,
		{ delay = 0, lookAfter = LOOK_AFTER, isClaim = false, isAwaited = false }: Storing,
	) {
		this.dueAt = performance.now() + delay;
		this.lookAfter = lookAfter;
		this.isClaim = isClaim;
		this.isAwaited = isAwaited;
		this.isUrgent = isAwaited;
		this.ended = new Promise<Outcome>((resolve) => {
			this.end = resolve;
		});
	}

	/** Whether it may wait for others that are stored with it. */
	get isWaiting(): boolean {
		return this.storedAt === undefined && this.dueAt > performance.now();
	}

	/** Whether somebody waits until it is found stored. */
	get isWaitedFor(): boolean {
		return this.isAwaited && !this.isFound;
	}

	/** Whether it was stored as often as it may be. */
	get isUsedUp(): boolean {
		return this.stores >= (this.isClaim ? 1 : MOST_STORES);
	}

	noteStored(): void {
		this.stores++;
		this.storedAt = performance.now();
		const lookAt = this.storedAt + this.lookAfter;
		this.dueAt = this.isUrgent && !this.isFound ? lookAt : withOthers(lookAt);
	}

	/**
	 * It misses nothing: it was stored, or there was nothing to do.
	 *
	 * @param readAt when the read began that has shown that
	 * @returns whether it needs no further look
	 */
	noteFound(readAt: number): boolean {
		const { storedAt = -Infinity } = this;
		if (readAt - storedAt < this.lookAfter) return false;
		this.isFound = true;
		this.end('stored');
		this.dueAt = withOthers(storedAt + WATCH_FOR);
		return this.isClaim || readAt >= storedAt + WATCH_FOR;
	}

	/** The run that has kept it is about to end. */
	hurry(): void {
		this.isUrgent = true;
		this.dueAt = this.storedAt === undefined ? 0 : this.storedAt + this.lookAfter;
	}

	/** The database could be read and written. */
	noteSuccess(): void {
		this.failures = 0;
	}

	/** @returns whether it is given up, and `lost` where nobody learns of that */
	noteFailure(outcome: 'failed' | 'late'): 'goes on' | 'given up' | 'lost' {
		this.failures++;
		this.dueAt = performance.now() + TRIED_AGAIN_AFTER;
		const isOver = this.failures >= (this.isWaitedFor ? TRIES : MOST_TRIES);
		if (!isOver && !(this.isWaitedFor && outcome === 'late')) return 'goes on';
		return this.isWaitedFor || this.isFound ? 'given up' : 'lost';
	}
}

function withOthers(lookAt: number): number {
	return Math.ceil(lookAt / LOOKS_EVERY) * LOOKS_EVERY;
}
