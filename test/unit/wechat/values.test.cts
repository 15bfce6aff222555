import { cut, givenText, lifeOf, switchOf, textOf, timeOf } from '../../../nodes/wechat/values';

const YEAR_10000 = 253_402_300_800;
const LEAP_YEAR = 366 * 24 * 3600;

describe('a point of time of an answer', () => {
	it.each<[unknown, string | null]>([
		[1, '1970-01-01T00:00:01.000Z'],
		['1635156704', '2021-10-25T10:11:44.000Z'],
		[YEAR_10000 - 1, '9999-12-31T23:59:59.000Z'],
		[YEAR_10000, null],
		[0, null],
		[-1, null],
		['soon', null],
		[null, null],
	])('%j is %j', (value, time) => expect(timeOf(value)).toBe(time));
});

describe('a life of an answer', () => {
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
	])('%j is %i seconds where 60 is usual', (value, life) => expect(lifeOf(value, 60)).toBe(life));
});

describe('a text', () => {
	it.each<[unknown, string, string]>([
		[' a b\n', 'a b', 'a b'],
		['', '', ''],
		[undefined, '', ''],
		[null, '', ''],
		[7, '7', ''],
	])('%j is %j where a person has given it, and %j in an answer', (value, given, text) => {
		expect(givenText(value)).toBe(given);
		expect(textOf(value)).toBe(text);
	});
});

describe('The first characters of a text', () => {
	it.each<[string, number, string]>([
		['abc', 2, 'ab'],
		['abc', 3, 'abc'],
		['😀😀😀', 2, '😀😀'],
		['a😀', 1, 'a'],
		['', 5, ''],
	])('of %j, %i of them, are %j.', (text, most, first) => expect(cut(text, most)).toBe(first));
});

describe('A switch', () => {
	it.each<[unknown, boolean | undefined]>([
		[true, true],
		['ON', true],
		['\uff11', true],
		[false, false],
		['\u3000否', false],
		['trues', undefined],
		['', undefined],
		[NaN, undefined],
		[['true'], undefined],
	])('given as %j is %j.', (value, is) => expect(switchOf(value)).toBe(is));
});
