import { givenUp, newToken } from '../../../nodes/tokens/token';

const NOW = Date.parse('2025-03-04T05:06:40.000Z');
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const RESERVE = 5 * MINUTE;

beforeEach(() => jest.useFakeTimers({ now: NOW }));
afterEach(() => jest.useRealTimers());

describe('a token that has just been made', () => {
	it('is renewed 5 minutes before its end', () => {
		expect(newToken('T', 7200, RESERVE)).toEqual({
			value: 'T',
			madeAt: NOW,
			renewAt: NOW + 2 * HOUR - RESERVE,
		});
	});

	it.each([
		[600, 9 * MINUTE],
		[60, 54 * SECOND],
		[1, 900],
	])('that lives for %i seconds is used for most of its life', (expiresIn, used) => {
		expect(newToken('T', expiresIn, RESERVE).renewAt).toBe(NOW + used);
	});

	it('may have its life as a text', () => {
		expect(newToken('T', '3600', RESERVE).renewAt).toBe(NOW + HOUR - RESERVE);
	});

	it.each([0, -1, -7200, 'soon', '', '0', undefined, null, NaN, {}, [], 365 * 24 * 3600, Infinity])(
		'lives as long as usual with expires_in %j',
		(expiresIn) => {
			expect(newToken('T', expiresIn, RESERVE).renewAt).toBe(NOW + 2 * HOUR - RESERVE);
		},
	);
});

describe('a place that was given up', () => {
	it('holds no token, from now on and for as long as older ones may live', () => {
		expect(givenUp()).toEqual({ value: '', madeAt: NOW, renewAt: NOW + 2 * HOUR });
	});
});
