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

/** A token as the credential keeps it; the higher serial number counts. */
const token = (value: string, serial = 1): Token => ({ value, serial, renewAt: Date.now() + HOUR });

const keep = (key: string, value: string) => cache.keep(key, { value, renewAt: Date.now() + HOUR });

describe('Kept tokens', () => {
	it('A kept token is used until it ends', () => {
		keep('a', 'T');
		after(HOUR - 1);
		expect(cache.get('a')).toBe('T');
		after(HOUR);
		expect(cache.get('a')).toBeUndefined();
	});

	it.each([NOW, NOW - 1, 0, NaN])('A token that ends at %d is not used', (renewAt) => {
		cache.keep('a', { value: 'T', renewAt });
		expect(cache.get('a')).toBeUndefined();
	});

	it('A kept token has its end while it is valid', () => {
		expect(cache.tokenOf('a')).toBeUndefined();
		keep('a', 'T');
		expect(cache.tokenOf('a')?.renewAt).toBe(NOW + HOUR);
		cache.reject('a', 'T');
		expect(cache.tokenOf('a')).toBeUndefined();
	});

	it('Each key has its own, newest token', () => {
		keep('a', 'A');
		keep('b', 'B');
		keep('a', 'A2');
		expect([cache.get('a'), cache.get('b'), cache.get('c')]).toEqual(['A2', 'B', undefined]);
	});
});

describe('Tokens of other processes', () => {
	it('A token of another process is taken over if this process has none, or if it replaces the one here', () => {
		cache.adopt('a', token('T1', 1));
		expect(cache.get('a')).toBe('T1');
		cache.adopt('a', token('T2', 2));
		expect(cache.get('a')).toBe('T2');
	});

	it('A token of another process does not replace a newer one, whatever the clocks say', () => {
		cache.adopt('a', token('before', 5));
		keep('a', 'mine');
		cache.adopt('a', { ...token('before', 5), renewAt: NOW + 2 * HOUR });
		cache.adopt('a', { ...token('older', 4), renewAt: NOW + 2 * HOUR });
		expect(cache.get('a')).toBe('mine');
	});

	it('Of two tokens with the same serial number, all processes choose the same one', () => {
		const [one, two] = [new TokenCache(), new TokenCache()];
		for (const value of ['T1', 'T2']) one.adopt('a', token(value, 3));
		for (const value of ['T2', 'T1']) two.adopt('a', token(value, 3));
		expect(one.get('a')).toBe(two.get('a'));
		expect(isNewer(token('T1', 3), token('T2', 3))).toBe(!isNewer(token('T2', 3), token('T1', 3)));
	});

	it('An older token is not used again after a newer one was rejected', () => {
		cache.adopt('a', token('older', 1));
		keep('a', 'mine');
		cache.reject('a', 'mine');
		cache.adopt('a', token('older', 1));
		expect(cache.get('a')).toBeUndefined();
		cache.adopt('a', token('newer', 3));
		expect(cache.get('a')).toBe('newer');
	});

	it('A rejected token is not used again, however high its serial number is', () => {
		cache.adopt('a', token('T1', 1));
		cache.reject('a', 'T1');
		for (const serial of [1, 2, 1000]) cache.adopt('a', token('T1', serial));
		expect(cache.get('a')).toBeUndefined();
	});

	it('The last five rejected tokens are not used again', () => {
		for (const value of ['1', '2', '3', '4', '5', '6']) {
			cache.adopt('a', token(value, Number(value)));
			for (let item = 0; item < 3; item++) cache.reject('a', value);
		}
		for (const value of ['2', '4', '6']) cache.adopt('a', token(value, 100));
		expect(cache.get('a')).toBeUndefined();
		cache.adopt('a', token('1', 100));
		expect(cache.get('a')).toBe('1');
	});

	it('A token that ends earlier according to the credential ends earlier here', () => {
		const kept = keep('a', 'T');
		cache.adopt('a', { ...token('T', kept?.serial), renewAt: NOW + MINUTE });
		after(MINUTE);
		expect(cache.get('a')).toBeUndefined();
	});

	it('A token that was given up elsewhere is not used, and older ones do not come back', () => {
		cache.adopt('a', token('T1', 1));
		cache.adopt('a', token('', 3));
		expect(cache.get('a')).toBeUndefined();
		cache.adopt('a', token('T1', 1));
		cache.adopt('a', token('T2', 2));
		expect(cache.get('a')).toBeUndefined();
		cache.adopt('a', token('T3', 4));
		expect(cache.get('a')).toBe('T3');
	});

	it('A token that has ended is replaced even if all processes forgot its serial number', () => {
		cache.adopt('a', token('old', 50));
		after(HOUR);
		expect(cache.get('a')).toBeUndefined();
		cache.adopt('a', token('new', 1));
		expect(cache.get('a')).toBe('new');
		expect(keep('a', 'mine')?.serial).toBe(51);
	});
});

describe('Clocks', () => {
	it.each([
		['back', -HOUR],
		['forward', HOUR],
	])('A clock that was put %s by an hour does not make a new token older', (_, shift) => {
		keep('a', 'before');
		cache.reject('a', 'before');
		after(shift);
		const kept = keep('a', 'after');
		expect(cache.get('a')).toBe('after');
		expect(kept?.serial).toBe(2);
		cache.adopt('a', token('before', 1));
		expect(cache.get('a')).toBe('after');
	});

	it('A clock that was put back by an hour does not extend the pause after rejections', () => {
		for (const value of ['1', '2']) {
			keep('a', value);
			cache.reject('a', value);
		}
		expect(cache.isHopeless('a')).toBe(true);
		after(-HOUR);
		expect(cache.isHopeless('a')).toBe(false);
	});
});

describe('Capacity', () => {
	/** Reads the tokens of merchants five times in a fixed order; returns how many were missing the last time. */
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

	it('The cache keeps the tokens of 6,000 merchants, however they are read', () => {
		expect(walk(6000)).toBe(0);
	});

	it('One merchant too many costs a few tokens and not all', () => {
		cache = new TokenCache(1000);
		expect(walk(1001)).toBeLessThan(150);
	});

	it('Keeping one key again and again removes no other', () => {
		cache = new TokenCache(100);
		keep('a', 'A');
		for (let n = 0; n < 200; n++) keep('b', `${n}`);
		expect(cache.get('a')).toBe('A');
	});

	it('Tokens that have ended are removed before valid ones', () => {
		cache = new TokenCache(100);
		for (let n = 0; n < 50; n++) keep(`ended ${n}`, 'T');
		after(HOUR);
		for (let n = 0; n < 60; n++) keep(`good ${n}`, 'T');
		for (let n = 0; n < 60; n++) expect(cache.get(`good ${n}`)).toBe('T');
	});

	it('Tokens of other processes count as well', () => {
		cache = new TokenCache(100);
		for (let n = 0; n < 1000; n++) cache.adopt(`${n}`, token('T'));
		const kept = Array.from({ length: 1000 }, (_, n) => cache.get(`${n}`)).filter(Boolean);
		expect(kept.length).toBeLessThanOrEqual(100);
		expect(kept.length).toBeGreaterThanOrEqual(90);
	});
});

describe('Rejections', () => {
	it('A rejected token is removed only if it is still in use', () => {
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

	it('Two new tokens that are rejected in a row start a pause', () => {
		failWith('1');
		expect(cache.isHopeless('a')).toBe(false);
		failWith('2');
		expect(cache.isHopeless('a')).toBe(true);
	});

	it('The pause after rejections ends after a minute', () => {
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

	it('Two rejections within a minute count together', () => {
		failWith('1');
		after(MINUTE);
		failWith('2');
		expect(cache.isHopeless('a')).toBe(true);
	});

	it('A token that many items had rejected counts once', () => {
		keep('a', '1');
		for (let item = 0; item < 50; item++) cache.reject('a', '1');
		expect(cache.isHopeless('a')).toBe(false);
	});

	it('The rejection of a token that WeChat had accepted does not count', () => {
		for (const value of ['1', '2', '3', '4']) {
			keep('a', value);
			cache.accept('a', value);
			cache.reject('a', value);
		}
		expect(cache.isHopeless('a')).toBe(false);
	});

	it("The rejection of another process's token does not count", () => {
		for (const value of ['1', '2', '3', '4']) {
			cache.adopt('a', token(value, Number(value)));
			cache.reject('a', value);
		}
		expect(cache.isHopeless('a')).toBe(false);
	});

	it('An accepted token resets the rejections', () => {
		failWith('1');
		keep('a', '2');
		cache.accept('a', '2');
		cache.reject('a', '2');
		failWith('3');
		expect(cache.isHopeless('a')).toBe(false);
	});

	it('A late success of the former token does not reset the rejections', () => {
		keep('a', 'old');
		cache.accept('a', 'old');
		cache.reject('a', 'old');
		failWith('1');
		keep('a', '2');
		cache.accept('a', 'old');
		cache.reject('a', '2');
		expect(cache.isHopeless('a')).toBe(true);
	});

	it('A rejected token that is made again is not kept and starts a pause', () => {
		failWith('1');
		expect(keep('a', '1')).toBeUndefined();
		expect(cache.get('a')).toBeUndefined();
		expect(cache.isHopeless('a')).toBe(true);
		after(MINUTE + 1);
		expect(cache.isHopeless('a')).toBe(false);
		expect(keep('a', '2')?.value).toBe('2');
	});

	it('The rejections of one key do not affect others', () => {
		failWith('1', '2');
		expect(cache.isHopeless('b')).toBe(false);
		cache.accept('c', 'T');
		expect(cache.get('c')).toBeUndefined();
	});
});
