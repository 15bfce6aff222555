import { TokenCache } from '../../nodes/tokens/tokenCache';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const NOW = Date.parse('2025-03-04T05:06:40.000Z');
const CAPACITY = 5000;

let cache: TokenCache<{ why: string }>;

beforeEach(() => {
	jest.useFakeTimers({ now: NOW });
	cache = new TokenCache();
});
afterEach(() => jest.useRealTimers());

const after = (milliseconds: number) => jest.setSystemTime(NOW + milliseconds);

describe('a kept token', () => {
	it('is used until 5 minutes before its end', () => {
		cache.set('a', 'T', 2 * HOUR);
		after(2 * HOUR - 5 * MINUTE - 1);
		expect(cache.get('a')).toBe('T');
		after(2 * HOUR - 5 * MINUTE);
		expect(cache.get('a')).toBeUndefined();
	});

	it.each([1000, MINUTE, 10 * MINUTE])('with a life of %i ms is used for most of it', (life) => {
		cache.set('a', 'T', life);
		after(life * 0.9 - 1);
		expect(cache.get('a')).toBe('T');
		after(life * 0.9);
		expect(cache.get('a')).toBeUndefined();
	});

	it.each([0, -1, NaN])('with a life of %d is not used', (life) => {
		cache.set('a', 'T', life);
		expect(cache.get('a')).toBeUndefined();
	});

	it('is its own for each key, and the newest one', () => {
		cache.set('a', 'A', HOUR);
		cache.set('b', 'B', HOUR);
		cache.set('a', 'A2', HOUR);
		expect([cache.get('a'), cache.get('b'), cache.get('c')]).toEqual(['A2', 'B', undefined]);
	});

	it('is forgotten when dropped', () => {
		cache.set('a', 'A', HOUR);
		cache.drop('a');
		cache.drop('unknown');
		expect(cache.get('a')).toBeUndefined();
	});
});

describe('the bound', () => {
	it('lets the least recently used one go first', () => {
		for (let n = 0; n < CAPACITY; n++) cache.set(`${n}`, 'T', HOUR);
		expect(cache.get('0')).toBe('T');
		cache.set('new', 'T', HOUR);
		expect(cache.get('1')).toBeUndefined();
		expect(cache.get('0')).toBe('T');
		expect(cache.get('2')).toBe('T');
		expect(cache.get('new')).toBe('T');
	});

	it('is not reached by setting one key again and again', () => {
		cache.set('a', 'A', HOUR);
		for (let n = 0; n < 2 * CAPACITY; n++) cache.set('b', `${n}`, HOUR);
		expect(cache.get('a')).toBe('A');
	});
});

describe('a rejected token', () => {
	it('is thrown away only if it is still the one', () => {
		cache.set('a', 'new', HOUR);
		expect(cache.expire('a', 'old')).toBe(true);
		expect(cache.get('a')).toBe('new');
		expect(cache.expire('a', 'new')).toBe(true);
		expect(cache.get('a')).toBeUndefined();
		expect(cache.expire('a', 'new')).toBe(true);
	});

	const reject = (token: string): boolean => {
		cache.set('a', token, HOUR);
		return cache.expire('a', token);
	};

	it('is not replaced for ever: after two in a row there is a pause', () => {
		expect([reject('1'), reject('2'), reject('3'), reject('4')]).toEqual([
			true,
			true,
			false,
			false,
		]);
		expect(cache.get('a')).toBe('4');
	});

	it('is replaced again after the pause', () => {
		for (const token of ['1', '2', '3']) reject(token);
		after(MINUTE);
		expect(reject('4')).toBe(false);
		after(MINUTE + 1);
		expect(reject('5')).toBe(true);
	});

	it('is forgiven once WeChat accepts one', () => {
		reject('1');
		reject('2');
		cache.accept('a');
		expect(reject('3')).toBe(true);
	});

	it('of one key leaves the others alone', () => {
		for (const token of ['1', '2', '3']) reject(token);
		cache.set('b', 'B', HOUR);
		expect(cache.expire('b', 'B')).toBe(true);
	});
});

describe('a renewal', () => {
	it('is under way once for each key', async () => {
		let fetches = 0;
		const fetch = async () => await Promise.resolve(`T${++fetches}`);
		const all = await Promise.all(
			['a', 'a', 'b', 'a'].map(async (key) => await cache.renew(key, fetch)),
		);
		expect(all).toEqual(['T1', 'T1', 'T2', 'T1']);
		expect(await cache.renew('a', fetch)).toBe('T3');
	});

	it('that fails is told to all who wait, and may be tried again', async () => {
		const failure = { why: 'no' };
		const fail = async () => await Promise.resolve(failure);
		expect(await Promise.all([cache.renew('a', fail), cache.renew('a', fail)])).toEqual([
			failure,
			failure,
		]);
		expect(await cache.renew('a', async () => await Promise.resolve('T'))).toBe('T');
	});

	it('that throws does not block the next one', async () => {
		const broken = async () => await Promise.reject(new Error('broken'));
		await expect(cache.renew('a', broken)).rejects.toThrow('broken');
		expect(await cache.renew('a', async () => await Promise.resolve('T'))).toBe('T');
	});
});
