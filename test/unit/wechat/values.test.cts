import {
	cut,
	dropOldest,
	givenText,
	lifeOf,
	objectOf,
	shortHash,
	switchOf,
	textFor,
	textOf,
	timeOf,
	wholeNumberOf,
} from '../../../nodes/wechat/values';

const YEAR_10000 = 253_402_300_800;
const LEAP_YEAR = 366 * 24 * 3600;

describe('Numbers and times', () => {
	it.each<[unknown, number | undefined]>([
		[61003, 61003],
		['-1', -1],
		['0', 0],
		[2 ** 53, undefined],
		['1.0', undefined],
		['x1', undefined],
		['1x', undefined],
		['', undefined],
		[null, undefined],
		[false, undefined],
		[[], undefined],
	])('The whole number of %j is %j', (value, number) => expect(wholeNumberOf(value)).toBe(number));

	it.each<[unknown, string | null]>([
		[1, '1970-01-01T00:00:01.000Z'],
		['1635156704', '2021-10-25T10:11:44.000Z'],
		[YEAR_10000 - 1, '9999-12-31T23:59:59.000Z'],
		[YEAR_10000, null],
		[0, null],
		[-1, null],
		['soon', null],
		[null, null],
	])('The time of %j is %j', (value, time) => expect(timeOf(value)).toBe(time));

	it.each<[unknown, number]>([
		[7200, 7200],
		['600', 600],
		[599.5, 599.5],
		[true, 60],
		['soon', 60],
		[1, 1],
		[LEAP_YEAR, LEAP_YEAR],
		[LEAP_YEAR + 1, 60],
		[0, 60],
		[-1, 60],
		[undefined, 60],
	])('The life %j is read as %d seconds if the default is 60', (value, life) =>
		expect(lifeOf(value, 60)).toBe(life),
	);
});

describe('Texts', () => {
	it.each<[unknown, string, string]>([
		[' a b\n', 'a b', 'a b'],
		['', '', ''],
		[undefined, '', ''],
		[null, '', ''],
		[7, '7', ''],
		[{ a: 1 }, '{"a":1}', ''],
	])('The value %j is %j if a person entered it, and %j in an answer', (value, given, text) => {
		expect(givenText(value)).toBe(given);
		expect(textOf(value)).toBe(text);
	});

	it('An object whose toString is not a function has a text', () => {
		expect(textFor({ toString: 'no function' })).toBe('{"toString":"no function"}');
	});

	it.each<[string, number, string]>([
		['abc', 2, 'ab'],
		['abc', 3, 'abc'],
		['😀😀😀', 2, '😀😀'],
		['a😀', 1, 'a'],
		['', 5, ''],
	])('The text %j, cut to %i characters, is %j', (text, most, first) =>
		expect(cut(text, most)).toBe(first),
	);

	it('A short hash is the first 16 hexadecimal digits of the SHA-256', () => {
		expect(shortHash('abc')).toBe('ba7816bf8f01cfea');
	});
});

describe('Switches', () => {
	it.each<[unknown, boolean | undefined]>([
		[true, true],
		['ON', true],
		['\uff11', true],
		['yes', true],
		[' 是 ', true],
		[false, false],
		[0, false],
		['No', false],
		['off', false],
		['\u3000否', false],
		['trues', undefined],
		['', undefined],
		[NaN, undefined],
		[null, undefined],
		[['true'], undefined],
	])('The switch %j is read as %j', (value, is) => expect(switchOf(value)).toBe(is));
});

describe('Collections', () => {
	it.each<[unknown, object]>([
		[{ a: 1 }, { a: 1 }],
		[[1], {}],
		[null, {}],
		['text', {}],
	])('The fields of %j are %j', (value, fields) => expect(objectOf(value)).toEqual(fields));

	it('A full collection drops its oldest entry', () => {
		const names = new Set(['first', 'second', 'third']);
		dropOldest(names, 3);
		expect([...names]).toEqual(['first', 'second', 'third']);
		dropOldest(names, 2);
		expect([...names]).toEqual(['second', 'third']);
	});
});
