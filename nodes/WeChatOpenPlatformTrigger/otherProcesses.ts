import { dropOldest } from '../wechat/values';

/*
 * Whether another process of n8n still deals with a push cannot be asked. It is known by what it writes, as
 * this process sees it, and by this process's own clock: those of two machines may differ.
 */

/**
 * Milliseconds in which nothing was seen of the process that has a push, after which it has ended: one
 * answers WeChat and exchanges a code within less, and tries a silent target more often.
 */
export const ABANDONED_AFTER = 12_000;
export const FORWARDS_ABANDONED_AFTER = 180_000;

/** Pushes that are kept in mind; those that were seen first go first. */
const CAPACITY = 5000;

/** Pushes as they were last seen, and since when. */
const SEEN = new Map<string, { state: string; since: number }>();

/** When a process was last seen to do something. */
const ALIVE = new Map<string, number>();

/** Takes note of what a process has noted about a push. */
export function noteSign(process: string, push: string, state: string): void {
	const known = SEEN.get(push);
	if (known?.state === state) return;
	SEEN.set(push, { state, since: performance.now() });
	if (known) ALIVE.set(process, performance.now());
	dropOldest(SEEN, CAPACITY);
}

/** Milliseconds since the process that has a push was last seen to do anything, 0 for one never seen. */
export function silenceOf(process: string, push: string): number {
	const since = SEEN.get(push)?.since ?? performance.now();
	return performance.now() - Math.max(since, ALIVE.get(process) ?? since);
}
