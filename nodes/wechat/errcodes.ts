import type { LinkApi } from './apis';
import { ERRCODES, ERRCODES_BY_API, UNKNOWN, type Retry, type RetryAfter } from './errcodeTable';

const RETRY_AFTER: Readonly<Record<Retry, RetryAfter>> = {
	no: 'none',
	renewToken: 'none',
	backOff: 'minutes',
	nextMinute: 'minutes',
	nextDay: 'nextDay',
	nextMonth: 'nextMonth',
};

/**
 * Explains an errcode. Pass the link API that answered, if known: a few codes mean something else for one API.
 *
 * `retryAfter` follows from the retry rule alone: it tells when waiting alone helps. `retryable` is true if
 * `retryAfter` is anything but `none`. A run renews tokens by itself, so a code that remains after that needs a
 * person. Pending items are followed, not sent again.
 */
export function describeErrcode(errcode: number, api?: LinkApi) {
	const row = errcode in ERRCODES ? ERRCODES[errcode] : UNKNOWN;
	const retry: Retry = row.retry ?? 'no';
	const retryAfter = RETRY_AFTER[retry];
	return {
		...row,
		...(api && ERRCODES_BY_API[api][errcode]),
		retry,
		retryable: retryAfter !== 'none',
		retryAfter,
	};
}

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
/** Beijing is 8 hours ahead of UTC all year round. */
const BEIJING = 8 * 60 * MINUTE;
/** How long "in a few minutes" is, if WeChat is busy or does not answer. */
const A_FEW = 5 * MINUTE;

/**
 * When an item may be sent again: on the next day or in the next month, both in Beijing's time as WeChat counts
 * them, in the next minute after the minute limit (45011), or otherwise 5 minutes from now.
 *
 * @param now milliseconds since 1970
 * @returns ISO 8601 in Beijing's time, to the second; null if time by itself does not help
 */
export function retryAtOf(
	retryAfter: RetryAfter,
	errcode: number | null,
	now: number,
): string | null {
	const beijing = new Date(now + BEIJING);
	switch (retryAfter) {
		case 'none':
			return null;
		case 'nextMonth':
			return inBeijing(Date.UTC(beijing.getUTCFullYear(), beijing.getUTCMonth() + 1) - BEIJING);
		case 'nextDay':
			return inBeijing(nextDayInBeijing(now));
		case 'minutes': {
			const isMinuteLimit = errcode !== null && describeErrcode(errcode).retry === 'nextMinute';
			return inBeijing(isMinuteLimit ? nextMinute(now) : now + A_FEW);
		}
	}
}

/** When WeChat's next minute begins, in milliseconds since 1970. */
export function nextMinute(now: number): number {
	return (Math.floor(now / MINUTE) + 1) * MINUTE;
}

/** When the next day begins in Beijing, in milliseconds since 1970. */
export function nextDayInBeijing(now: number): number {
	return (Math.floor((now + BEIJING) / DAY) + 1) * DAY - BEIJING;
}

function inBeijing(time: number): string {
	return new Date(time + BEIJING).toISOString().replace(/\.\d+Z$/, '+08:00');
}
