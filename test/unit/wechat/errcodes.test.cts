import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { LinkApi } from '../../../nodes/wechat/apis';
import {
	describeErrcode,
	nextDayInBeijing,
	nextMinute,
	retryAtOf,
} from '../../../nodes/wechat/errcodes';
import {
	ERRCODES,
	ERRCODES_BY_API,
	type Category,
	type RetryAfter,
	type WhoActs,
} from '../../../nodes/wechat/errcodeTable';
import { NO_TEXT, NOTHING_TO_DO, type Language } from '../../../nodes/wechat/text';
import { renderErrcodesDoc } from '../../../scripts/errcodes-doc.cts';

const CODES = Object.keys(ERRCODES).map(Number);
const APIS: readonly LinkApi[] = ['wxamplink', 'wxamplinkget', 'wxampunlink'];

/**
 * The codes that WeChat's pages list for the link calls, the token chain, quota and rid queries, and those
 * that developers report for them.
 */
const BY_CATEGORY: ReadonlyArray<[Category, number[]]> = [
	['success', [0, 89015]],
	['pending', [89010, 89018, 89035]],
	['quotaReached', [1001, 1003, 1005, 1007, 45040, 48006, 89007, 89009, 89016, 89017, 89407]],
	[
		'notAllowed',
		[
			[1002, 1004, 1006, 1008, 45102, 45501, 48004, 50002, 61028],
			[89008, 89011, 89012, 89013, 89245],
		].flat(),
	],
	[
		'authorization',
		[
			[40001, 40014, 40091, 40125, 40164, 41001, 41004, 41021, 42001, 42006, 42007, 45035],
			[48001, 48012, 61003, 61004, 61005, 61006, 61007, 61009, 61010, 61011, 61014, 61015],
			[61016, 61017, 61023, 76003],
		].flat(),
	],
	['retryLater', [-1, 45009, 45011]],
	[
		'other',
		[
			[40013, 40035, 40066, 40097, 40170, 41002, 41018, 43001, 43002, 43003, 44002, 47001],
			[47002, 61018, 61019, 76001, 76002, 76021, 76022],
		].flat(),
	],
];

describe('Codes', () => {
	it.each(BY_CATEGORY)('The category %s contains %j', (category, codes) => {
		for (const code of codes) {
			expect(CODES).toContain(code);
			const found = [undefined, ...APIS].map((api) => describeErrcode(code, api).category);
			expect(found).toEqual(found.map(() => category));
		}
	});

	it.each<[number, RetryAfter]>([
		[-1, 'minutes'],
		[45011, 'minutes'],
		[45061, 'minutes'],
		[45009, 'nextDay'],
		[89007, 'nextMonth'],
		[89009, 'none'],
		[89010, 'none'],
		[40001, 'none'],
		[0, 'none'],
		[987654, 'none'],
	])('The code %i says how long to wait before another try: %s', (code, retryAfter) => {
		expect(describeErrcode(code)).toMatchObject({
			retryAfter,
			retryable: retryAfter !== 'none',
		});
	});

	it('Only codes about a rejected token renew it', () => {
		expect(CODES.filter((code) => describeErrcode(code).retry === 'renewToken')).toEqual([
			40001, 40014, 42001, 42006, 48012,
		]);
	});

	it.each([987654, Number.NaN, 1.5])(
		'The hint of the unknown code %d says how to find out',
		(code) => {
			const described = describeErrcode(code, 'wxamplink');
			expect(described).toMatchObject({
				category: 'other',
				retry: 'no',
				whoActs: 'operator',
				meaning: NO_TEXT,
			});
			for (const word of ['errmsg', 'rid', '7 days', 'openapi/rid/get', 'WeChat support']) {
				expect(described.hint.en).toContain(word);
			}
		},
	);

	it.each([40029, 41033, 42002, 45064, 61012, 61026, 61450, 85001, 89000])(
		'The code %i, which only other calls return, is unknown',
		(code) => expect(CODES).not.toContain(code),
	);

	it('The hint of an accepted call depends on the API', () => {
		expect(describeErrcode(0)).toMatchObject({ whoActs: 'nobody', hint: NOTHING_TO_DO });
		expect(describeErrcode(0, 'wxamplinkget')).toMatchObject({
			whoActs: 'nobody',
			hint: NOTHING_TO_DO,
		});
		expect(describeErrcode(0, 'wxamplink')).toMatchObject({
			whoActs: 'officialAccountAdmin',
			hint: { en: expect.stringMatching(/^Not linked yet/) },
		});
		expect(describeErrcode(0, 'wxampunlink')).toMatchObject({
			whoActs: 'officialAccountAdmin',
			hint: { en: expect.stringMatching(/^Not unlinked yet/) },
		});
	});

	it.each<[WhoActs, number[]]>([
		['nobody', [-1, 45009, 45011, 45040, 45061, 48006, 89007, 89015, 89016, 89017]],
		['officialAccountAdmin', [42007, 48001, 50002, 61003, 61007, 61017, 89010, 89018]],
		['miniProgramAdmin', [1003, 1005, 1006, 89011, 89013, 89035, 89245]],
		['provider', [40125, 40187, 61004, 61005, 61006, 61028]],
		['operator', [40001, 40013, 42001, 47001, 61010, 85015, 89008, 89009, 89407, 987654]],
		['weChat', [1001, 1008, 43104, 61021]],
	])('%s is the one who acts after %j', (whoActs, codes) => {
		expect(codes.filter((code) => describeErrcode(code).whoActs !== whoActs)).toStrictEqual([]);
	});
});

describe('Rows', () => {
	it.each(CODES)('The row of %i has short texts, and rules that fit together', (code) => {
		const { category, retry, retryable, whoActs, meaning, hint } = describeErrcode(code);
		expect(meaning.en).not.toBe('');
		expect(meaning.en.length).toBeLessThanOrEqual(90);
		expect(hint.en).toMatch(/\.$/);
		expect(hint.en.length).toBeLessThanOrEqual(260);
		expect(category === 'retryLater').toBe(['backOff', 'nextMinute', 'nextDay'].includes(retry));
		if (retry === 'nextMonth') expect(category).toBe('quotaReached');
		if (retry === 'renewToken') expect(category).toBe('authorization');
		if (retryable) expect(whoActs).toBe('nobody');
	});

	it('Meanings and hints keep to the tone of n8n', () => {
		const texts = CODES.flatMap((code) =>
			[undefined, ...APIS].map((api) => describeErrcode(code, api)),
		);
		for (const { meaning, hint } of texts) {
			expect(`${meaning.en} ${hint.en}`).not.toMatch(
				/\b(errors?|problems?|failures?|mistakes?|please)\b/i,
			);
		}
	});

	it('Every code with a meaning for one API has a row', () => {
		const overridden = Object.values(ERRCODES_BY_API).flatMap((rows) => Object.keys(rows));
		expect(CODES).toEqual(expect.arrayContaining(overridden.map(Number)));
	});
});

describe('Documents', () => {
	it.each<[string, Language]>([
		['errcodes.md', 'en'],
		['errcodes.zh-CN.md', 'zh-CN'],
	])('The page docs/%s is in step with the table and lists every code once', (file, language) => {
		const doc = readFileSync(join(__dirname, '../../../docs', file), 'utf8');
		expect(doc).toBe(renderErrcodesDoc(language));
		const listed = [...doc.matchAll(/^\| (-?\d+) \|/gm)].map(([, code]) => Number(code));
		expect([...listed].sort((a, b) => a - b)).toEqual([...CODES].sort((a, b) => a - b));
	});

	it('The table has more than 100 codes, as the README says', () => {
		expect(readFileSync(join(__dirname, '../../../README.md'), 'utf8')).toContain(
			'[more than 100 answer codes](docs/errcodes.md)',
		);
		expect(CODES.length).toBeGreaterThan(100);
	});
});

describe('Times', () => {
	const at = (retryAfter: RetryAfter, now: string, errcode: number | null = null) =>
		retryAtOf(retryAfter, errcode, Date.parse(now));

	it.each<[RetryAfter, string, string]>([
		['nextDay', '2026-11-25T03:00:00Z', '2026-11-26T00:00:00+08:00'],
		['nextDay', '2026-11-25T15:59:59.999Z', '2026-11-26T00:00:00+08:00'],
		['nextDay', '2026-11-25T16:00:00Z', '2026-11-27T00:00:00+08:00'],
		['nextDay', '2026-11-30T01:00:00Z', '2026-12-01T00:00:00+08:00'],
		['nextDay', '2028-02-28T02:00:00Z', '2028-02-29T00:00:00+08:00'],
		['nextMonth', '2026-11-25T03:00:00Z', '2026-12-01T00:00:00+08:00'],
		['nextMonth', '2026-11-30T16:00:00Z', '2027-01-01T00:00:00+08:00'],
		['nextMonth', '2026-12-31T15:59:59Z', '2027-01-01T00:00:00+08:00'],
		['nextMonth', '2027-01-31T12:00:00Z', '2027-02-01T00:00:00+08:00'],
		['minutes', '2026-11-25T03:00:10.500Z', '2026-11-25T11:05:10+08:00'],
		['minutes', '2026-12-31T15:58:00Z', '2027-01-01T00:03:00+08:00'],
	])('An item that can wait until %s may be sent again, at %s, at %s', (after, now, expected) => {
		expect(at(after, now)).toBe(expected);
	});

	it('An item that reached the minute limit may be sent again in the next minute', () => {
		expect(at('minutes', '2026-11-25T03:00:10Z', 45011)).toBe('2026-11-25T11:01:00+08:00');
		expect(at('minutes', '2026-11-25T03:59:59Z', 45011)).toBe('2026-11-25T12:00:00+08:00');
		expect(at('minutes', '2026-11-25T03:00:10Z', -1)).toBe('2026-11-25T11:05:10+08:00');
		expect(nextMinute(Date.parse('2026-11-25T03:01:00Z'))).toBe(Date.parse('2026-11-25T03:02:00Z'));
	});

	it('An item has no time to be sent again if somebody has to act first', () => {
		expect(at('none', '2026-11-25T03:00:00Z', 61007)).toBeNull();
	});

	it.each([
		['2025-03-04T02:00:20.000Z', '2025-03-04T16:00:00.000Z'],
		['2025-03-04T15:59:59.999Z', '2025-03-04T16:00:00.000Z'],
		['2025-03-04T16:00:00.000Z', '2025-03-05T16:00:00.000Z'],
	])('The day after %s begins in Beijing at %s', (now, next) => {
		expect(new Date(nextDayInBeijing(Date.parse(now))).toISOString()).toBe(next);
	});
});
