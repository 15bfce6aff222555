import type { Counted } from '../platform/accounts.cts';
import { dayOf, minuteOf, monthOf } from '../clock.cts';
import type { Limits } from '../types.cts';
import type { World } from '../world.cts';

/** Clearings a month for one account or platform (documented). */
const CLEARINGS_PER_MONTH = 10;

export type CallLimits = Pick<Limits, 'callsPerDay' | 'callsPerMinute'>;

const NO_LIMITS: CallLimits = { callsPerDay: null, callsPerMinute: null };

/** Limits for all APIs apply to accounts; a platform has only limits for one API. */
export function limitsFor(counted: Counted, path: string, world: World): CallLimits {
	const ofAccounts = 'authorization' in counted ? world.limits : NO_LIMITS;
	return world.apiLimits.get(path) ?? ofAccounts;
}

/** Today's allowed calls to one API. @param now milliseconds since 1970 */
export function callsToday(counted: Counted, path: string, now: number): number {
	const counter = counted.callCounters.get(path);
	return counter?.day === dayOf(now) ? counter.callsToday : 0;
}

/**
 * Counts one call of an API against the day and minute limits of an account or a platform.
 *
 * Both limits are documented, their numbers are not. Assumed: the day is checked first, and a
 * call that is refused here does not count.
 *
 * @param now milliseconds since 1970
 * @returns 45009 (day), 45011 (minute) or 0
 */
export function countCall(counted: Counted, path: string, limits: CallLimits, now: number): number {
	const minute = minuteOf(now);
	const day = dayOf(now);
	let counter = counted.callCounters.get(path);
	if (!counter) {
		counter = { minute, callsThisMinute: 0, day, callsToday: 0 };
		counted.callCounters.set(path, counter);
	}
	if (counter.day !== day) {
		counter.day = day;
		counter.callsToday = 0;
	}
	if (counter.minute !== minute) {
		counter.minute = minute;
		counter.callsThisMinute = 0;
	}
	if (limits.callsPerDay !== null && counter.callsToday >= limits.callsPerDay) return 45009;
	if (limits.callsPerMinute !== null && counter.callsThisMinute >= limits.callsPerMinute) {
		return 45011;
	}
	counter.callsToday += 1;
	counter.callsThisMinute += 1;
	return 0;
}

/**
 * Sets the counters of all APIs to 0, at once (developers wait up to 30 minutes).
 *
 * @returns 48006 after ten times in a month, otherwise 0
 */
export function clearCounters(counted: Counted, now: number): number {
	const month = monthOf(now);
	if (counted.clearings.month !== month) counted.clearings = { month, count: 0 };
	if (counted.clearings.count >= CLEARINGS_PER_MONTH) return 48006;
	counted.clearings.count += 1;
	counted.callCounters.clear();
	return 0;
}
