import type { Token } from '../../../nodes/tokens/token';
import { TokenCache } from '../../../nodes/tokens/tokenCache';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const NOW = Date.parse('2025-03-04T05:06:40.000Z');
const CAPACITY = 5000;

let cache: TokenCache;

beforeEach(() => {
	jest.useFakeTimers({ now: NOW });
	cache = new TokenCache();
});
afterEach(() => jest.useRealTimers());

const after = (milliseconds: number) => jest.setSystemTime(NOW + milliseconds);

/** A token that was made some milliseconds after the start of the test, by default now. */
const token = (value: string, madeAfter = Date.now() - NOW): Token => ({
	value,
	madeAt: NOW + madeAfter,
	renewAt: NOW + madeAfter + HOUR,
});

const keep = (key: string, value: string) => cache.keep(key, token(value));

describe('a kept token', () => {
	it('is used until its time', () => {
		keep('a', 'T');
		after(HOUR - 1);
		expect(cache.get('a')).toBe('T');
		after(HOUR);
		expect(cache.get('a')).toBeUndefined();
	});

	it.each([NOW, NOW - 1, 0, NaN])('that ends at %d is not used', (renewAt) => {
		cache.keep('a', { value: 'T', madeAt: NOW, renewAt });
		expect(cache.get('a')).toBeUndefined();
	});

	it('says until when it is used, while there is one', () => {
		expect(cache.tokenOf('a')).toBeUndefined();
		keep('a', 'T');
		expect(cache.tokenOf('a')?.renewAt).toBe(NOW + HOUR);
		cache.reject('a', 'T');
		expect(cache.tokenOf('a')).toBeUndefined();
	});

	it('is its own for each key, and the newest one', () => {
		keep('a', 'A');
		keep('b', 'B');
		keep('a', 'A2');
		expect([cache.get('a'), cache.get('b'), cache.get('c')]).toEqual(['A2', 'B', undefined]);
	});
});

describe('a token that another process has stored', () => {
	it('is taken over where this one has none, or an older one', () => {
		cache.adopt('a', token('T1', 0));
		expect(cache.get('a')).toBe('T1');
		cache.adopt('a', token('T2', 1));
		expect(cache.get('a')).toBe('T2');
	});

	it('never takes the place of a newer one', () => {
		keep('a', 'mine');
		cache.adopt('a', token('older', -1));
		cache.adopt('a', token('asOld', 0));
		expect(cache.get('a')).toBe('mine');
	});

	it('does not come back once a newer one was rejected', () => {
		keep('a', 'mine');
		cache.reject('a', 'mine');
		cache.adopt('a', token('older', -1));
		expect(cache.get('a')).toBeUndefined();
		cache.adopt('a', token('newer', 1));
		expect(cache.get('a')).toBe('newer');
	});

	it('is left alone when WeChat has rejected it, however new it says to be', () => {
		cache.adopt('a', token('T1'));
		cache.reject('a', 'T1');
		cache.adopt('a', token('T1'));
		cache.adopt('a', token('T1', HOUR));
		expect(cache.get('a')).toBeUndefined();
	});

	it('is left alone when it is one of the last few that were rejected', () => {
		for (const value of ['1', '2', '3', '4', '5']) {
			cache.adopt('a', token(value, Number(value)));
			cache.reject('a', value);
		}
		for (const value of ['1', '3', '5']) cache.adopt('a', token(value, HOUR));
		expect(cache.get('a')).toBeUndefined();
	});

	it('is taken over again where it was rejected longer ago than the last five', () => {
		for (const value of ['1', '2', '3', '4', '5', '6']) {
			cache.adopt('a', token(value, Number(value)));
			for (let item = 0; item < 3; item++) cache.reject('a', value);
		}
		cache.adopt('a', token('2', HOUR));
		expect(cache.get('a')).toBeUndefined();
		cache.adopt('a', token('1', HOUR));
		expect(cache.get('a')).toBe('1');
	});

	it('that ends earlier than was known here is believed', () => {
		keep('a', 'T');
		cache.adopt('a', { ...token('T'), renewAt: NOW + MINUTE });
		after(MINUTE);
		expect(cache.get('a')).toBeUndefined();
	});

	it('is none where the place was given up, and older ones do not come back', () => {
		cache.adopt('a', token('T1', 0));
		cache.adopt('a', token('', 10));
		expect(cache.get('a')).toBeUndefined();
		cache.adopt('a', token('T1', 0));
		cache.adopt('a', token('T2', 9));
		expect(cache.get('a')).toBeUndefined();
		cache.adopt('a', token('T3', 11));
		expect(cache.get('a')).toBe('T3');
	});

	it('is none where the place was given up in between, though that was stored first', () => {
		cache.adopt('a', token('', 10));
		cache.adopt('a', token('older', 5));
		expect(cache.get('a')).toBeUndefined();
		expect(keep('a', 'new')?.value).toBe('new');
		expect(cache.get('a')).toBe('new');
	});
});

describe('the clock', () => {
	it.each([
		['back', -HOUR],
		['forward', HOUR],
	])('put %s by an hour does not make a new token older than the one before', (_, shift) => {
		keep('a', 'before');
		cache.reject('a', 'before');
		after(shift);
		const kept = keep('a', 'after');
		expect(cache.get('a')).toBe('after');
		expect(kept?.madeAt).toBeGreaterThan(NOW);
		cache.adopt('a', token('before', 0));
		expect(cache.get('a')).toBe('after');
	});

	it('of another process that is an hour ahead does not make a new token older than its one', () => {
		cache.adopt('a', token('ahead', HOUR));
		cache.reject('a', 'ahead');
		const kept = keep('a', 'mine');
		expect(kept?.madeAt).toBeGreaterThan(NOW + HOUR);
		expect(cache.get('a')).toBe('mine');
		cache.adopt('a', token('other', HOUR));
		expect(cache.get('a')).toBe('mine');
	});

	it('put back by an hour does not make the pause after rejections longer', () => {
		for (const value of ['1', '2']) {
			keep('a', value);
			cache.reject('a', value);
		}
		expect(cache.isHopeless('a')).toBe(true);
		after(-HOUR);
		expect(cache.isHopeless('a')).toBe(false);
	});
});

describe('the bound', () => {
	it('lets the least recently used one go first', () => {
		for (let n = 0; n < CAPACITY; n++) keep(`${n}`, 'T');
		expect(cache.get('0')).toBe('T');
		keep('new', 'T');
		expect(cache.get('1')).toBeUndefined();
		expect(cache.get('0')).toBe('T');
		expect(cache.get('2')).toBe('T');
		expect(cache.get('new')).toBe('T');
	});

	it('is not reached by keeping one key again and again', () => {
		keep('a', 'A');
		for (let n = 0; n < 2 * CAPACITY; n++) keep('b', `${n}`);
		expect(cache.get('a')).toBe('A');
	});

	it('holds for what others have stored, too', () => {
		for (let n = 0; n <= CAPACITY; n++) cache.adopt(`${n}`, token('T'));
		expect(cache.get('0')).toBeUndefined();
		expect(cache.get('1')).toBe('T');
		expect(cache.get(`${CAPACITY}`)).toBe('T');
	});

	it('is not reached by what others have stored without being newer', () => {
		keep('a', 'A');
		for (let n = 0; n < CAPACITY; n++) cache.adopt('b', token('B', 0));
		for (let n = 0; n < CAPACITY - 2; n++) keep(`${n}`, 'T');
		expect(cache.get('a')).toBe('A');
	});
});

describe('a rejected token', () => {
	it('is thrown away only if it is still the one', () => {
		keep('a', 'new');
		cache.reject('a', 'old');
		expect(cache.get('a')).toBe('new');
		cache.reject('a', 'new');
		expect(cache.get('a')).toBeUndefined();
	});

	/** A new token that WeChat rejects at once. */
	const failWith = (...values: string[]) => {
		for (const value of values) {
			keep('a', value);
			cache.reject('a', value);
		}
	};

	it('is replaced, but not for ever: after two new ones in a row there is a pause', () => {
		failWith('1');
		expect(cache.isHopeless('a')).toBe(false);
		failWith('2');
		expect(cache.isHopeless('a')).toBe(true);
	});

	it('is replaced again after a minute', () => {
		failWith('1', '2');
		after(MINUTE);
		expect(cache.isHopeless('a')).toBe(true);
		after(MINUTE + 1);
		expect(cache.isHopeless('a')).toBe(false);
		failWith('3');
		expect(cache.isHopeless('a')).toBe(false);
		failWith('4');
		expect(cache.isHopeless('a')).toBe(true);
	});

	it('counts with one that was rejected up to a minute before', () => {
		failWith('1');
		after(MINUTE);
		failWith('2');
		expect(cache.isHopeless('a')).toBe(true);
	});

	it('does not count twice when many items had it', () => {
		keep('a', '1');
		for (let item = 0; item < 50; item++) cache.reject('a', '1');
		expect(cache.isHopeless('a')).toBe(false);
	});

	it('does not count when WeChat had taken it before: it has only been replaced', () => {
		for (const value of ['1', '2', '3', '4']) {
			keep('a', value);
			cache.accept('a');
			cache.reject('a', value);
		}
		expect(cache.isHopeless('a')).toBe(false);
	});

	it('does not count when it was another process\u2019s', () => {
		for (const value of ['1', '2', '3', '4']) {
			cache.adopt('a', token(value, Number(value)));
			cache.reject('a', value);
		}
		expect(cache.isHopeless('a')).toBe(false);
	});

	it('is forgiven once WeChat accepts one', () => {
		failWith('1');
		keep('a', '2');
		cache.accept('a');
		cache.reject('a', '2');
		failWith('3');
		expect(cache.isHopeless('a')).toBe(false);
	});

	it('that is given again is not kept, and there is a pause', () => {
		failWith('1');
		expect(keep('a', '1')).toBeUndefined();
		expect(cache.get('a')).toBeUndefined();
		expect(cache.isHopeless('a')).toBe(true);
		after(MINUTE + 1);
		expect(cache.isHopeless('a')).toBe(false);
		expect(keep('a', '2')?.value).toBe('2');
	});

	it('of one key leaves the others alone', () => {
		failWith('1', '2');
		expect(cache.isHopeless('b')).toBe(false);
		cache.accept('c');
		expect(cache.get('c')).toBeUndefined();
	});
});
