import { readAppId } from '../../../nodes/wechat/appId';
import type { Obstacle } from '../../../nodes/wechat/obstacle';

const APP_ID = 'wx0123456789abcdef';

function refusal(value: unknown, acceptOriginalId = false): Obstacle {
	const read = readAppId(value, 'Mini Program', acceptOriginalId);
	if (typeof read === 'string') throw new Error(`${read} was accepted`);
	return read;
}

/** What is wrong with a character, in Chinese. */
const inChinese = (told: string) =>
	told
		.replace(/^character (.+) is "(.+)" \((.+)\)$/u, '第 $1 个字符是“$2”（$3）')
		.replace(/^there is an invisible character \((.+)\) /, '有一个不可见字符（$1）')
		.replace(/^(.+)at the beginning$/, '开头$1')
		.replace(/^(.+)after character (.+)$/, '第 $2 个字符之后$1');

describe.each([
	['Link', false],
	['Get Status', true],
])('Mini Program in %s', (operation, acceptOriginalId) => {
	it(`An appid is accepted in ${operation}`, () => {
		expect(readAppId(APP_ID, 'Mini Program', acceptOriginalId)).toBe(APP_ID);
	});

	it.each([` ${APP_ID}`, `${APP_ID}\n`, `\t${APP_ID}\r\n`, `\u00a0${APP_ID}\u3000`])(
		`White space around %j is dropped in ${operation}`,
		(value) => expect(readAppId(value, 'Mini Program', acceptOriginalId)).toBe(APP_ID),
	);

	it(`An appid in upper case is accepted in ${operation}`, () => {
		expect(readAppId(APP_ID.toUpperCase(), 'Mini Program', acceptOriginalId)).toBe(APP_ID);
	});

	it.each([undefined, null, ''])(
		`A Mini Program of %j is reported as empty in ${operation}`,
		(value) => {
			const { category, problem, hint } = refusal(value, acceptOriginalId);
			expect(category).toBe('other');
			expect(problem).toContain('empty');
			expect(hint.en).toMatch(/expression/);
			expect(hint['zh-CN']).toMatch(/^请在参数 Mini Program 中填写 appid（.+表达式/);
		},
	);

	it.each([
		[1234567890, 'number'],
		[true, 'boolean'],
		[[APP_ID], 'array'],
		[{ appid: APP_ID }, 'object'],
	])(`A Mini Program of %j is rejected in ${operation}, with its type: %s`, (value, type) => {
		const { category, problem, hint } = refusal(value, acceptOriginalId);
		expect(category).toBe('other');
		expect(problem).toContain(type);
		expect(hint.en).not.toBe('');
	});

	it.each([
		'wx0123456789abcde',
		'wx0123456789abcdef0',
		'wx0123456789abcdeg',
		'ww0123456789abcdef',
		'wx01234567 89abcdef',
		`${APP_ID},wxfedcba9876543210`,
		`${APP_ID}\nwxfedcba9876543210`,
		'[object Object]',
		'   ',
		'gh_',
		'Mini Shop',
	])(
		`The Mini Program %j is rejected in ${operation}, and the hint shows the form of an appid`,
		(value) => {
			const { category, problem, hint, whoActs } = refusal(value, acceptOriginalId);
			expect({ category, problem, whoActs }).toEqual({
				category: 'other',
				problem: `"${value.trim()}" is not the appid of a Mini Program`,
				whoActs: 'operator',
			});
			expect(hint.en).toContain('"wx" and 16 characters');
		},
	);

	it.each([
		['wx012\u200b3456789abcdef', 'there is an invisible character (U+200B) after character 5'],
		['\u200bwx0123456789abcdef', 'there is an invisible character (U+200B) at the beginning'],
		['wx0123456789abcdef\u00ad', 'there is an invisible character (U+00AD) after character 18'],
		['wx0123\u00a0456789abcdef', 'there is an invisible character (U+00A0) after character 6'],
		['wx\u31640123456789abcde', 'there is an invisible character (U+3164) after character 2'],
		['w\uff580123456789abcdef', 'character 2 is "\uff58" (U+FF58)'],
		['wx01234567\uff188abcdef', 'character 11 is "\uff18" (U+FF18)'],
		['wx0123456789\u0430bcdef', 'character 13 is "\u0430" (U+0430)'],
		['wx😀😀0123456789\u200babcd', 'character 3 is "😀" (U+1F600)'],
		['wx\ud8000123456789abcde', 'there is an invisible character (U+D800) after character 2'],
	])(`A Mini Program of %j is rejected in ${operation}: %s`, (value, told) => {
		const { problem, hint } = refusal(value, acceptOriginalId);
		expect(problem).toBe(`"${value}" is not the appid of a Mini Program: ${told}`);
		expect(hint.en).toContain(`Type it again: ${told}.`);
		expect(hint.en).toContain('"wx" and 16 characters');
		expect(hint['zh-CN']).toContain('请在参数 Mini Program 中填写 appid（');
		expect(hint['zh-CN']).toContain(`请重新输入：${inChinese(told)}。`);
		expect(hint.en.length).toBeLessThanOrEqual(260);
	});

	it(`A long value is cut between characters in ${operation}`, () => {
		const { problem } = refusal('😀'.repeat(50), acceptOriginalId);
		expect(problem).toContain(`"${'😀'.repeat(40)}" is not`);
		expect(problem).not.toMatch(/\p{Cs}/u);
	});

	it(`A message shows at most 40 characters of the value in ${operation}`, () => {
		const { problem } = refusal(`\n  ${'x'.repeat(10_000)}`, acceptOriginalId);
		expect(problem).toBe(`"${'x'.repeat(40)}" is not the appid of a Mini Program`);
	});
});

describe('Original IDs', () => {
	it('Get Status accepts an original ID, in any case and with spaces around it', () => {
		expect(readAppId(' gh_0a1b2c3d4e5f ', 'Mini Program', true)).toBe('gh_0a1b2c3d4e5f');
		expect(String(readAppId('GH_0A1B2C3D4E5F', 'Mini Program', true)).toLowerCase()).toBe(
			'gh_0a1b2c3d4e5f',
		);
	});

	it('Link rejects an original ID, and the hint asks for the appid', () => {
		const { category, problem, hint } = refusal('gh_0a1b2c3d4e5f');
		expect(category).toBe('other');
		expect(problem).toContain('gh_0a1b2c3d4e5f');
		expect(hint.en).toContain('original ID');
		expect(hint.en).toContain('Enter the appid instead');
		expect(hint['zh-CN']).toContain('可在小程序后台中查看');
	});
});

describe('Official Account', () => {
	it('The appid of an Official Account is read like that of a Mini Program', () => {
		expect(readAppId(` ${APP_ID.toUpperCase()}\n`, 'Official Account')).toBe(APP_ID);
	});

	it.each(['', 'gh_0a1b2c3d4e5f', 'Shop', 42])(
		'The message about an Official Account of %j names the parameter',
		(value) => {
			const read = readAppId(value, 'Official Account');
			if (typeof read === 'string') throw new Error(`${read} was accepted`);
			expect(read.problem + read.hint.en).toContain('Official Account');
			expect(read.problem + read.hint.en).not.toContain('Mini Program');
			expect(read.problem).toMatch(/(?:^The|of an) Official Account\b/);
		},
	);
});
