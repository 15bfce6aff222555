import { isNewer, TokenCache, type Token } from '../../../nodes/tokens/tokenCache';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const NOW = Date.parse('2025-03-04T05:06:40.000Z');

let cache: TokenCache;

beforeEach(() => {
	jest.useFakeTimers({ now: NOW });
	cache = new TokenCache();
});
afterEach(() => jest.useRealTimers());

const after = (milliseconds: number) => jest.setSystemTime(NOW + milliseconds);

/** A token as the credential holds it; the higher serial number counts. */
const token = (value: string, serial = 1): Token => ({ value, serial, renewAt: Date.now() + HOUR });

const keep = (key: string, value: string) => cache.keep(key, { value, renewAt: Date.now() + HOUR });

describe('a kept token', () => {
	it('is used until its time', () => {
		keep('a', 'T');
		after(HOUR - 1);
		expect(cache.get('a')).toBe('T');
		after(HOUR);
		expect(cache.get('a')).toBeUndefined();
	});

	it.each([NOW, NOW - 1, 0, NaN])('that ends at %d is not used', (renewAt) => {
		cache.keep('a', { value: 'T', renewAt });
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
	it('is taken over where this one has none, or one that it has replaced', () => {
		cache.adopt('a', token('T1', 1));
		expect(cache.get('a')).toBe('T1');
		cache.adopt('a', token('T2', 2));
		expect(cache.get('a')).toBe('T2');
	});

	it('never takes the place of the one that has replaced it, whatever the clocks say', () => {
		cache.adopt('a', token('before', 5));
		keep('a', 'mine');
		cache.adopt('a', { ...token('before', 5), renewAt: NOW + 2 * HOUR });
		cache.adopt('a', { ...token('older', 4), renewAt: NOW + 2 * HOUR });
		expect(cache.get('a')).toBe('mine');
	});

	it('of the same number is chosen alike by all processes, in whatever order they see both', () => {
		const [one, two] = [new TokenCache(), new TokenCache()];
		for (const value of ['T1', 'T2']) one.adopt('a', token(value, 3));
		for (const value of ['T2', 'T1']) two.adopt('a', token(value, 3));
		expect(one.get('a')).toBe(two.get('a'));
		expect(isNewer(token('T1', 3), token('T2', 3))).toBe(!isNewer(token('T2', 3), token('T1', 3)));
	});

	it('does not come back once a newer one was rejected', () => {
		cache.adopt('a', token('older', 1));
		keep('a', 'mine');
		cache.reject('a', 'mine');
		cache.adopt('a', token('older', 1));
		expect(cache.get('a')).toBeUndefined();
		cache.adopt('a', token('newer', 3));
		expect(cache.get('a')).toBe('newer');
	});

	it('is left alone when WeChat has rejected it, however new it says to be', () => {
		cache.adopt('a', token('T1', 1));
		cache.reject('a', 'T1');
		for (const serial of [1, 2, 1000]) cache.adopt('a', token('T1', serial));
		expect(cache.get('a')).toBeUndefined();
	});

	it('is left alone when it is one of the last five that were rejected', () => {
		for (const value of ['1', '2', '3', '4', '5', '6']) {
			cache.adopt('a', token(value, Number(value)));
			for (let item = 0; item < 3; item++) cache.reject('a', value);
		}
		for (const value of ['2', '4', '6']) cache.adopt('a', token(value, 100));
		expect(cache.get('a')).toBeUndefined();
		cache.adopt('a', token('1', 100));
		expect(cache.get('a')).toBe('1');
	});

	it('that ends earlier than was known here is believed', () => {
		const kept = keep('a', 'T');
		cache.adopt('a', { ...token('T', kept?.serial), renewAt: NOW + MINUTE });
		after(MINUTE);
		expect(cache.get('a')).toBeUndefined();
	});

	it('is none where the place was given up, and older ones do not come back', () => {
		cache.adopt('a', token('T1', 1));
		cache.adopt('a', token('', 3));
		expect(cache.get('a')).toBeUndefined();
		cache.adopt('a', token('T1', 1));
		cache.adopt('a', token('T2', 2));
		expect(cache.get('a')).toBeUndefined();
		cache.adopt('a', token('T3', 4));
		expect(cache.get('a')).toBe('T3');
	});

	it('takes the place of one that has ended, also where all have forgotten its number', () => {
		cache.adopt('a', token('old', 50));
		after(HOUR);
		expect(cache.get('a')).toBeUndefined();
		cache.adopt('a', token('new', 1));
		expect(cache.get('a')).toBe('new');
		expect(keep('a', 'mine')?.serial).toBe(51);
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
		expect(kept?.serial).toBe(2);
		cache.adopt('a', token('before', 1));
		expect(cache.get('a')).toBe('after');
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
	/** Merchants that are walked in a fixed order, five times; how many tokens were missing in the last. */
	const walk = (merchants: number) => {
		let missing = 0;
		for (let round = 0; round < 5; round++) {
			missing = 0;
			for (let n = 0; n < merchants; n++) {
				if (cache.get(`${n}`) !== undefined) continue;
				missing++;
				keep(`${n}`, 'T');
			}
		}
		return missing;
	};

	it('is above 6,000 merchants, however they are walked', () => {
		expect(walk(6000)).toBe(0);
	});

	it('plus one merchant costs a few tokens and not all', () => {
		cache = new TokenCache(1000);
		expect(walk(1001)).toBeLessThan(150);
	});

	it('is not reached by keeping one key again and again', () => {
		cache = new TokenCache(100);
		keep('a', 'A');
		for (let n = 0; n < 200; n++) keep('b', `${n}`);
		expect(cache.get('a')).toBe('A');
	});

	it('takes ended tokens out before any that is good', () => {
		cache = new TokenCache(100);
		for (let n = 0; n < 50; n++) keep(`ended ${n}`, 'T');
		after(HOUR);
		for (let n = 0; n < 60; n++) keep(`good ${n}`, 'T');
		for (let n = 0; n < 60; n++) expect(cache.get(`good ${n}`)).toBe('T');
	});

	it('holds for what others have stored, too', () => {
		cache = new TokenCache(100);
		for (let n = 0; n < 1000; n++) cache.adopt(`${n}`, token('T'));
		const kept = Array.from({ length: 1000 }, (_, n) => cache.get(`${n}`)).filter(Boolean);
		expect(kept.length).toBeLessThanOrEqual(100);
		expect(kept.length).toBeGreaterThanOrEqual(90);
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
			cache.accept('a', value);
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
		cache.accept('a', '2');
		cache.reject('a', '2');
		failWith('3');
		expect(cache.isHopeless('a')).toBe(false);
	});

	it('is not forgiven for a late success of the one before it', () => {
		keep('a', 'old');
		cache.accept('a', 'old');
		cache.reject('a', 'old');
		failWith('1');
		keep('a', '2');
		cache.accept('a', 'old');
		cache.reject('a', '2');
		expect(cache.isHopeless('a')).toBe(true);
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
		cache.accept('c', 'T');
		expect(cache.get('c')).toBeUndefined();
	});
});
