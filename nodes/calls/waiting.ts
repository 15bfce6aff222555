import { sleep } from 'n8n-workflow';

/** Waits for some milliseconds, or until the signal aborts. */
export async function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
	await unlessStopped(sleep(milliseconds), signal);
}

/**
 * Waits for some work, or until the signal aborts; the work itself goes on.
 *
 * @returns undefined if the signal aborted first
 */
export async function unlessStopped<T>(
	work: Promise<T>,
	signal: AbortSignal | undefined,
): Promise<T | undefined> {
	if (!signal) return await work;
	if (signal.aborted) return undefined;
	let stop: () => void = () => undefined;
	const stopped = new Promise<undefined>((resolve) => {
		stop = () => resolve(undefined);
	});
	signal.addEventListener('abort', stop);
	try {
		return await Promise.race([work, stopped]);
	} finally {
		// One signal serves a run of 50,000 items: listeners must not pile up on it.
		signal.removeEventListener('abort', stop);
	}
}

/** The error for work that does not end in time. */
export const LATE = new Error('It did not end in time');

/**
 * Waits for some work, but not too long; the work itself goes on.
 *
 * @throws LATE if it does not end within these milliseconds
 */
export async function inTime<T>(work: Promise<T>, milliseconds: number): Promise<T> {
	const timeout = AbortSignal.timeout(milliseconds);
	const result = await unlessStopped(work, timeout);
	if (result === undefined && timeout.aborted) throw LATE;
	return result as T;
}

/**
 * Limits how many items are processed at the same time. Unlike with `limitConcurrency`, an item that has to
 * wait gives its place to others meanwhile.
 */
export class Places {
	private readonly waiting = new Set<() => void>();

	/** @param free number of places */
	constructor(private free: number) {}

	/** Waits for a place, first come, first served; `give` frees it again. */
	async take(): Promise<void> {
		if (this.free > 0) this.free--;
		else await new Promise<void>((resolve) => this.waiting.add(resolve));
	}

	give(): void {
		const [next] = this.waiting;
		if (next) {
			this.waiting.delete(next);
			next();
		} else {
			this.free++;
		}
	}

	/** Gives up the place while waiting for something, and then takes one again. */
	async aside<T>(wait: () => Promise<T>): Promise<T> {
		this.give();
		try {
			return await wait();
		} finally {
			await this.take();
		}
	}
}

/** Limits how many asynchronous functions run at the same time. The build bundles the library. */
export { default as limitConcurrency } from 'p-limit';
