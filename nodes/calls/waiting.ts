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
