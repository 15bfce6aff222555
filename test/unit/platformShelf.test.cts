import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import {
	readStoredTokens,
	STORED_TOKENS,
	writeStoredTokens,
} from '../../nodes/tokens/storedTokens';
import { TokenCache } from '../../nodes/tokens/tokenCache';

const NOW = Date.parse('2025-03-04T05:06:40.000Z');
const LATER = NOW + 60 * 60_000;
const CREDENTIALS: ICredentialDataDecryptedObject = {
	componentAppId: 'wx0123456789abcdef',
	componentAppSecret: 'secret',
	apiBaseUrl: 'https://api.weixin.qq.com',
};

const token = (value: string, renewAt = LATER) => ({ token: value, renewAt });

function store(...changes: Array<[string, { token: string; renewAt: number } | null]>) {
	let credentials = CREDENTIALS;
	for (const change of changes) {
		const text = writeStoredTokens(credentials, new Map([change]), NOW);
		credentials = { ...credentials, [STORED_TOKENS]: text };
	}
	return credentials;
}

beforeEach(() => jest.useFakeTimers({ now: NOW }));
afterEach(() => jest.useRealTimers());

describe("the merchants' tokens in the credential", () => {
	it('are read as they were stored, the newer one of a merchant', () => {
		const credentials = store(['a', token('T1')], ['b', token('T2')], ['a', token('T3')]);
		expect(readStoredTokens(credentials)).toEqual(
			new Map([
				['a', token('T3')],
				['b', token('T2')],
			]),
		);
	});

	it('end with the authorization, and with their time', () => {
		const credentials = store(['a', token('T1')], ['b', token('T2', NOW - 1)], ['a', null]);
		expect(readStoredTokens(credentials).size).toBe(0);
	});

	it.each(['componentAppId', 'componentAppSecret', 'apiBaseUrl'])(
		'are of no use once %s was edited',
		(field) => {
			const edited = { ...store(['a', token('T1')]), [field]: 'other' };
			expect(readStoredTokens(edited).size).toBe(0);
		},
	);

	it.each(['', 'no JSON', '[]', 'null', '{"tokens":7}'])('are none in the text %j', (text) => {
		expect(readStoredTokens({ ...CREDENTIALS, [STORED_TOKENS]: text }).size).toBe(0);
	});

	it('are bounded; those that end first go first', () => {
		const many = new Map(
			Array.from({ length: 2001 }, (_, n) => [`wx${n}`, token(`T${n}`, LATER + n)]),
		);
		const text = writeStoredTokens(CREDENTIALS, many, NOW);
		const kept = readStoredTokens({ ...CREDENTIALS, [STORED_TOKENS]: text });
		expect(kept.size).toBe(2000);
		expect(kept.has('wx0')).toBe(false);
	});
});

describe('a token that another process has stored', () => {
	it('is taken over where this one has none, or an older one', () => {
		const cache = new TokenCache<object>();
		cache.takeOver('a', token('T1'));
		expect(cache.get('a')).toBe('T1');
		cache.takeOver('a', token('T2', LATER + 1));
		expect(cache.get('a')).toBe('T2');
		cache.takeOver('a', token('T0', LATER - 1));
		expect(cache.get('a')).toBe('T2');
	});

	it('is left alone when WeChat has just rejected it', () => {
		const cache = new TokenCache<object>();
		cache.takeOver('a', token('T1'));
		cache.expire('a', 'T1');
		cache.takeOver('a', token('T1'));
		expect(cache.get('a')).toBeUndefined();
	});
});
