import { setTimeout as wait } from 'node:timers/promises';

interface WaitOptions {
	/** What to wait for, and perhaps what was there instead; the end of the error message. */
	what: string | (() => string);
	timeoutMs: number;
	intervalMs?: number;
}

/** Asks repeatedly until the answer is not null. Throws an error when the time is over. */
export async function waitFor<T>(
	ask: () => Promise<T | null>,
	{ what, timeoutMs, intervalMs = 50 }: WaitOptions,
): Promise<T> {
	const deadline = Date.now() + timeoutMs;
	for (;;) {
		const answer = await ask();
		if (answer !== null) return answer;
		if (Date.now() > deadline) {
			const whatFor = typeof what === 'string' ? what : what();
			throw new Error(`Waited ${timeoutMs / 1000} s for ${whatFor}`);
		}
		await wait(intervalMs);
	}
}
