import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { ERRCODES, ERRCODES_BY_API } from '../../nodes/wechat/errcodeTable';
import { describeErrcode } from '../../nodes/wechat/errcodes';
import type { Category, LinkApi, RetryAfter } from '../../nodes/wechat/errcodes';
import { renderErrcodesDoc } from '../../scripts/errcodes-doc.cts';

const CODES = Object.keys(ERRCODES).map(Number);
const APIS: readonly LinkApi[] = ['wxamplink', 'wxamplinkget', 'wxampunlink'];
const LINK_PAGE: ReadonlyArray<[number, Category]> = [
	[-1, 'retryable'],
	[0, 'success'],
	[1003, 'quota'],
	[1005, 'quota'],
	[1006, 'forbidden'],
	[40001, 'authorization'],
	[89007, 'quota'],
	[89008, 'forbidden'],
	[89009, 'quota'],
	[89010, 'pending'],
	[89011, 'forbidden'],
	[89012, 'forbidden'],
	[89013, 'forbidden'],
	[89015, 'success'],
	[89016, 'quota'],
	[89017, 'quota'],
	[89035, 'pending'],
	[89245, 'forbidden'],
];
const BEYOND_LINK_PAGE: ReadonlyArray<[number, Category]> = [
	[45009, 'retryable'],
	[45011, 'retryable'],
	[48001, 'authorization'],
	[50002, 'forbidden'],
	[61003, 'authorization'],
	[61004, 'authorization'],
	[61007, 'authorization'],
	[89018, 'pending'],
	[89407, 'quota'],
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
			category: 'unknown',
			retry: 'no',
			retryable: false,
			retryAfter: 'none',
			meaning: '',
		});
		for (const word of ['errmsg', 'rid', '7 days', 'openapi/rid/get', 'WeChat support']) {
			expect(described.hint).toContain(word);
		}
	});

	it('says per API what an accepted call means', () => {
		expect(describeErrcode(0)).toMatchObject({ meaning: 'Accepted', hint: '' });
		expect(describeErrcode(0, 'wxamplink').hint).toMatch(/^Not linked yet/);
		expect(describeErrcode(0, 'wxampunlink').hint).toMatch(/^Not unlinked yet/);
		expect(describeErrcode(0, 'wxamplinkget').hint).toBe('');
	});
});

describe('the table', () => {
	it('has a known code under every override', () => {
		const overridden = Object.values(ERRCODES_BY_API).flatMap((rows) => Object.keys(rows));
		expect(CODES).toEqual(expect.arrayContaining(overridden.map(Number)));
	});

	it.each(CODES)('gives %i a meaning, and a hint unless the call was accepted', (code) => {
		const { meaning, hint } = describeErrcode(code);
		expect(meaning).not.toBe('');
		expect(meaning.length).toBeLessThanOrEqual(90);
		if (code !== 0) expect(hint).toMatch(/\.$/);
		expect(hint.length).toBeLessThanOrEqual(260);
	});

	it.each(CODES)('keeps to the tone of n8n for %i', (code) => {
		const texts = [undefined, ...APIS].map((api) => describeErrcode(code, api));
		for (const { meaning, hint } of texts) {
			expect(`${meaning} ${hint}`).not.toMatch(
				/\b(errors?|problems?|failures?|mistakes?|please)\b/i,
			);
		}
	});

	it.each(CODES)('keeps category and retry rule of %i in step', (code) => {
		const { category, retry } = ERRCODES[code];
		expect(category === 'pending').toBe(retry === 'poll');
		expect(category === 'retryable').toBe(['backOff', 'nextMinute', 'nextDay'].includes(retry));
		if (retry === 'nextMonth') expect(category).toBe('quota');
		if (['renewToken', 'newTicket', 'reloadRefreshToken'].includes(retry)) {
			expect(category).toBe('authorization');
		}
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
		expect(describeErrcode(code).hint).toContain(step);
	});
});

describe('docs/errcodes.md', () => {
	const doc = readFileSync(join(__dirname, '../../docs/errcodes.md'), 'utf8');

	it('is in step with the table', () => {
		expect(doc).toBe(renderErrcodesDoc());
	});

	it('lists every code once', () => {
		const listed = [...doc.matchAll(/^\| (-?\d+) \|/gm)].map(([, code]) => Number(code));
		expect([...listed].sort((a, b) => a - b)).toEqual([...CODES].sort((a, b) => a - b));
	});
});
