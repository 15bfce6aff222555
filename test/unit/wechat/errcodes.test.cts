import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { LinkApi } from '../../../nodes/wechat/apis';
import { describeErrcode } from '../../../nodes/wechat/errcodes';
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
const LINK_PAGE: ReadonlyArray<[number, Category]> = [
	[-1, 'retryLater'],
	[0, 'success'],
	[1003, 'quotaReached'],
	[1005, 'quotaReached'],
	[1006, 'notAllowed'],
	[40001, 'authorization'],
	[89007, 'quotaReached'],
	[89008, 'notAllowed'],
	[89009, 'quotaReached'],
	[89010, 'pending'],
	[89011, 'notAllowed'],
	[89012, 'notAllowed'],
	[89013, 'notAllowed'],
	[89015, 'success'],
	[89016, 'quotaReached'],
	[89017, 'quotaReached'],
	[89035, 'pending'],
	[89245, 'notAllowed'],
];
const BEYOND_LINK_PAGE: ReadonlyArray<[number, Category]> = [
	[45009, 'retryLater'],
	[45011, 'retryLater'],
	[48001, 'authorization'],
	[50002, 'notAllowed'],
	[61003, 'authorization'],
	[61004, 'authorization'],
	[61007, 'authorization'],
	[89018, 'pending'],
	[89407, 'quotaReached'],
];

describe('describeErrcode', () => {
	it.each([...LINK_PAGE, ...BEYOND_LINK_PAGE])('puts %i into %s', (code, category) => {
		expect(describeErrcode(code).category).toBe(category);
		for (const api of APIS) expect(describeErrcode(code, api).category).toBe(category);
	});

	it.each<[number, RetryAfter]>([
		[-1, 'minutes'],
		[45011, 'minutes'],
		[45061, 'minutes'],
		[45009, 'nextDay'],
		[89007, 'nextMonth'],
		[89016, 'nextMonth'],
		[89017, 'nextMonth'],
		[89009, 'none'],
		[89010, 'none'],
		[40001, 'none'],
		[61005, 'none'],
		[61023, 'none'],
		[0, 'none'],
		[987654, 'none'],
	])('lets %i be sent again after: %s', (code, retryAfter) => {
		expect(describeErrcode(code)).toMatchObject({
			retryAfter,
			retryable: retryAfter !== 'none',
		});
	});

	it.each([40001, 40014, 42001, 42006, 48012])('renews the token for %i', (code) => {
		expect(describeErrcode(code).retry).toBe('renewToken');
	});

	it('renews a token for no other code', () => {
		expect(CODES.filter((code) => ERRCODES[code].retry === 'renewToken')).toEqual([
			40001, 40014, 42001, 42006, 48012,
		]);
	});

	it.each([987654, Number.NaN, 1.5])('admits that %d is not known', (code) => {
		const described = describeErrcode(code, 'wxamplink');
		expect(described).toMatchObject({
			category: 'other',
			retry: 'no',
			retryable: false,
			retryAfter: 'none',
			whoActs: 'operator',
			meaning: NO_TEXT,
		});
		for (const word of ['errmsg', 'rid', '7 days', 'openapi/rid/get', 'WeChat support']) {
			expect(described.hint.en).toContain(word);
		}
	});

	it.each([40029, 41033, 42002, 45064, 61012, 61026, 61450, 85001, 89000])(
		'admits that %i, which only other calls give, is not known',
		(code) => {
			expect(describeErrcode(code)).toEqual(describeErrcode(987654));
		},
	);

	it('says per API what an accepted call means', () => {
		expect(describeErrcode(0)).toMatchObject({ meaning: { en: 'Accepted' }, hint: NOTHING_TO_DO });
		expect(describeErrcode(0, 'wxamplink').hint.en).toMatch(/^Not linked yet/);
		expect(describeErrcode(0, 'wxampunlink').hint.en).toMatch(/^Not unlinked yet/);
		expect(describeErrcode(0, 'wxamplinkget').hint).toEqual(NOTHING_TO_DO);
	});
});

describe('who acts', () => {
	it.each<[WhoActs, number[]]>([
		['nobody', [-1, 45009, 45011, 45040, 45061, 48006, 89007, 89015, 89016, 89017]],
		['officialAccountAdmin', [42007, 48001, 50002, 61003, 61007, 61017, 89010, 89018]],
		['miniProgramAdmin', [1003, 1005, 1006, 89011, 89013, 89035, 89245]],
		['provider', [40125, 40187, 61004, 61005, 61006, 61028]],
		['operator', [40001, 40013, 42001, 47001, 61010, 85015, 89008, 89009, 89407, 987654]],
		['weChat', [1001, 1008, 43104, 61021]],
	])('%s, for %j', (whoActs, codes) => {
		expect(codes.filter((code) => describeErrcode(code).whoActs !== whoActs)).toStrictEqual([]);
	});

	it('is the administrator who has to agree first, where an invitation was taken', () => {
		expect(describeErrcode(0, 'wxamplink').whoActs).toBe('officialAccountAdmin');
		expect(describeErrcode(0, 'wxampunlink').whoActs).toBe('officialAccountAdmin');
		expect(describeErrcode(0, 'wxamplinkget').whoActs).toBe('nobody');
	});

	it.each(CODES)('is nobody for %i wherever time by itself helps', (code) => {
		const { retryable, whoActs } = describeErrcode(code);
		if (retryable) expect(whoActs).toBe('nobody');
	});
});

describe('the table', () => {
	it('has a known code under every override', () => {
		const overridden = Object.values(ERRCODES_BY_API).flatMap((rows) => Object.keys(rows));
		expect(CODES).toEqual(expect.arrayContaining(overridden.map(Number)));
	});

	// What WeChat's pages of the link calls, the token chain, quota and rid queries list, and what
	// developers report for them.
	it.each(
		[
			[-1, 0, 1001, 1002, 1003, 1004, 1005, 1006, 1007, 1008],
			[40001, 40013, 40014, 40035, 40066, 40091, 40097, 40125, 40164, 40170],
			[41001, 41002, 41004, 41018, 41021, 42001, 42006, 42007, 43001, 43002, 43003, 44002],
			[45009, 45011, 45035, 45040, 45102, 45501, 47001, 47002, 48001, 48004, 48006, 48012],
			[50002, 61003, 61004, 61005, 61006, 61007, 61009, 61010, 61011, 61014, 61015, 61016],
			[61017, 61018, 61019, 61023, 61028, 76001, 76002, 76003, 76021, 76022],
			[89007, 89008, 89009, 89010, 89011, 89012, 89013, 89015, 89016, 89017, 89018, 89035],
			[89245, 89407],
		].flat(),
	)('knows %i, which the calls of this package may get', (code) => {
		expect(CODES).toContain(code);
	});

	it.each(CODES)('gives %i a meaning and a hint', (code) => {
		const { meaning, hint } = describeErrcode(code);
		expect(meaning.en).not.toBe('');
		expect(meaning.en.length).toBeLessThanOrEqual(90);
		expect(hint.en).toMatch(/\.$/);
		expect(hint.en.length).toBeLessThanOrEqual(260);
	});

	it.each(CODES)('keeps to the tone of n8n for %i', (code) => {
		const texts = [undefined, ...APIS].map((api) => describeErrcode(code, api));
		for (const { meaning, hint } of texts) {
			expect(`${meaning.en} ${hint.en}`).not.toMatch(
				/\b(errors?|problems?|failures?|mistakes?|please)\b/i,
			);
		}
	});

	it.each(CODES)('keeps category and retry rule of %i in step', (code) => {
		const { category, retry } = describeErrcode(code);
		expect(category === 'retryLater').toBe(['backOff', 'nextMinute', 'nextDay'].includes(retry));
		if (retry === 'nextMonth') expect(category).toBe('quotaReached');
		if (retry === 'renewToken') expect(category).toBe('authorization');
	});

	it.each<[number, string]>([
		[1003, 'security assistant'],
		[1005, 'security assistant'],
		[40001, 'newest authorizer_access_token'],
		[61004, 'IP whitelist'],
		[61007, '小程序关联管理'],
		[89010, 'Get Status'],
		[89245, 'settings, linked Official Accounts'],
	])('names the next step for %i', (code, step) => {
		expect(describeErrcode(code).hint.en).toContain(step);
	});
});

describe.each<[string, Language]>([
	['errcodes.md', 'en'],
	['errcodes.zh-CN.md', 'zh-CN'],
])('docs/%s', (file, language) => {
	const doc = readFileSync(join(__dirname, '../../../docs', file), 'utf8');

	it('is in step with the table', () => {
		expect(doc).toBe(renderErrcodesDoc(language));
	});

	it('lists every code once', () => {
		const listed = [...doc.matchAll(/^\| (-?\d+) \|/gm)].map(([, code]) => Number(code));
		expect([...listed].sort((a, b) => a - b)).toEqual([...CODES].sort((a, b) => a - b));
	});
});

it('There are more than 100 codes, as the README says', () => {
	expect(readFileSync(join(__dirname, '../../../README.md'), 'utf8')).toContain(
		'[more than 100 answer codes](docs/errcodes.md)',
	);
	expect(CODES.length).toBeGreaterThan(100);
});
