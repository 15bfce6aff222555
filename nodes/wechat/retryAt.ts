import { describeErrcode, type RetryAfter } from './errcodes';

const MINUTE = 60_000;
/** Beijing is 8 hours ahead of UTC all year round. */
const BEIJING = 8 * 60 * MINUTE;
/** How long "in a few minutes" is, where WeChat is busy or does not answer. */
const A_FEW = 5 * MINUTE;

/**
 * When an item may be sent again: WeChat counts days and months in Beijing's time, and a limit by
 * the minute (45011) ends with that minute; otherwise it is 5 minutes from now.
 *
 * @param now milliseconds since 1970
 * @returns ISO 8601 in Beijing's time, to the second; null where time by itself does not help
 */
export function retryAtOf(
	retryAfter: RetryAfter,
	errcode: number | null,
	now: number,
): string | null {
	const beijing = new Date(now + BEIJING);
	const year = beijing.getUTCFullYear();
	const month = beijing.getUTCMonth();
	switch (retryAfter) {
		case 'none':
			return null;
		case 'nextMonth':
			return inBeijing(Date.UTC(year, month + 1));
		case 'nextDay':
			return inBeijing(Date.UTC(year, month, beijing.getUTCDate() + 1));
		case 'minutes': {
			const isMinuteLimit = errcode !== null && describeErrcode(errcode).retry === 'nextMinute';
			const start = isMinuteLimit ? Math.floor(now / MINUTE) * MINUTE + MINUTE : now + A_FEW;
			return inBeijing(start + BEIJING);
		}
	}
}

/** @param time milliseconds since 1970, in Beijing's time */
function inBeijing(time: number): string {
	return new Date(time).toISOString().replace(/\.\d+Z$/, '+08:00');
}
