import { retryAtOf } from '../../../nodes/wechat/errcodes';
import type { RetryAfter } from '../../../nodes/wechat/errcodeTable';

const at = (retryAfter: RetryAfter, now: string, errcode: number | null = null) =>
	retryAtOf(retryAfter, errcode, Date.parse(now));

describe('when an item may be sent again', () => {
	it.each<[string, RetryAfter, string, string]>([
		['the next day', 'nextDay', '2026-11-25T03:00:00Z', '2026-11-26T00:00:00+08:00'],
		[
			'the day after, when the evening in Europe is the next morning in Beijing',
			'nextDay',
			'2026-11-25T16:00:00Z',
			'2026-11-27T00:00:00+08:00',
		],
		['in a second', 'nextDay', '2026-11-25T15:59:59.999Z', '2026-11-26T00:00:00+08:00'],
		['the next month', 'nextDay', '2026-11-30T01:00:00Z', '2026-12-01T00:00:00+08:00'],
		['the next year', 'nextDay', '2026-12-31T15:00:00Z', '2027-01-01T00:00:00+08:00'],
		['on a leap day', 'nextDay', '2028-02-28T02:00:00Z', '2028-02-29T00:00:00+08:00'],
		['the next month', 'nextMonth', '2026-11-25T03:00:00Z', '2026-12-01T00:00:00+08:00'],
		[
			'the month after, when the new month has begun in Beijing',
			'nextMonth',
			'2026-11-30T16:00:00Z',
			'2027-01-01T00:00:00+08:00',
		],
		['the next year', 'nextMonth', '2026-12-31T15:59:59Z', '2027-01-01T00:00:00+08:00'],
		['after a long month', 'nextMonth', '2027-01-31T12:00:00Z', '2027-02-01T00:00:00+08:00'],
		['in five minutes', 'minutes', '2026-11-25T03:00:10.500Z', '2026-11-25T11:05:10+08:00'],
		[
			'in five minutes, with milliseconds that round',
			'minutes',
			'2026-11-25T03:00:59.999Z',
			'2026-11-25T11:05:59+08:00',
		],
		['in five minutes', 'minutes', '2026-12-31T15:58:00Z', '2027-01-01T00:03:00+08:00'],
	])('%s (%s at %s)', (_, retryAfter, now, expected) => {
		expect(at(retryAfter, now)).toBe(expected);
	});

	it('is the next minute for a limit by the minute, and 5 minutes later for any other code', () => {
		expect(at('minutes', '2026-11-25T03:00:10Z', 45011)).toBe('2026-11-25T11:01:00+08:00');
		expect(at('minutes', '2026-11-25T03:59:59Z', 45011)).toBe('2026-11-25T12:00:00+08:00');
		expect(at('minutes', '2026-11-25T03:00:10Z', -1)).toBe('2026-11-25T11:05:10+08:00');
	});

	it('is not known where somebody has to act first', () => {
		expect(at('none', '2026-11-25T03:00:00Z', 61007)).toBeNull();
	});

	it.each<RetryAfter>(['minutes', 'nextDay', 'nextMonth'])('is a time to come for %s', (after) => {
		for (let hour = 0; hour < 24 * 400; hour += 7) {
			const now = Date.parse('2026-11-25T00:00:00Z') + hour * 3600_000;
			const time = retryAtOf(after, null, now) ?? '';
			expect(time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+08:00$/);
			expect(Date.parse(time)).toBeGreaterThan(now);
		}
	});
});
