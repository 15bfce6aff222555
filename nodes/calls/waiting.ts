import { sleep } from 'n8n-workflow';

/** Waits for some milliseconds, or returns early when the signal is given. */
export async function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
	await unlessStopped(sleep(milliseconds), signal);
}

/**
 * Waits for some work, or stops waiting when the signal is given; the work itself goes on.
 *
 * @returns undefined when the signal came first
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

/** What work is that does not end in time. */
export const LATE = new Error('It did not end in time');

/**
 * Waits for some work for a time; the work itself goes on.
 *
 * @throws LATE when it does not end within these milliseconds
 */
export async function inTime<T>(work: Promise<T>, milliseconds: number): Promise<T> {
	const timeout = AbortSignal.timeout(milliseconds);
	const result = await unlessStopped(work, timeout);
	if (result === undefined && timeout.aborted) throw LATE;
	return result as T;
}
