import { setTimeout as wait } from 'node:timers/promises';

interface WaitOptions {
	/** What is waited for; it ends the message of the failure. */
	what: string;
	timeoutMs: number;
	intervalMs?: number;
}

/** Asks again and again until the answer is not null. Throws when the time is over. */
export async function waitFor<T>(
	ask: () => Promise<T | null>,
	{ what, timeoutMs, intervalMs = 50 }: WaitOptions,
): Promise<T> {
	const deadline = Date.now() + timeoutMs;
	for (;;) {
		const answer = await ask();
		if (answer !== null) return answer;
		if (Date.now() > deadline) throw new Error(`Waited ${timeoutMs / 1000} s for ${what}`);
		await wait(intervalMs);
	}
}
