import type { Account } from './accounts.cts';
import { dayOf, minuteOf } from './clock.cts';
import type { Limits } from './types.cts';

/**
 * Counts one call of an API against the account's day and minute limits.
 *
 * That both exist is documented, the numbers are not. Assumed: the day is looked at first, and a
 * call that is refused here does not count.
 *
 * @param now milliseconds since 1970
 * @returns 45009 (day), 45011 (minute) or 0
 */
export function countCall(account: Account, path: string, limits: Limits, now: number): number {
	const minute = minuteOf(now);
	const day = dayOf(now);
	let counter = account.callCounters.get(path);
	if (!counter) {
		counter = { minute, callsThisMinute: 0, day, callsToday: 0 };
		account.callCounters.set(path, counter);
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
