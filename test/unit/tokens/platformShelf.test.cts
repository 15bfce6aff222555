import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import {
	authorizerKey,
	componentKey,
	keptComponentToken,
	originOf,
	PLATFORM_SHELF,
} from '../../../nodes/tokens/platformShelf';
import type { Token } from '../../../nodes/tokens/token';

const NOW = Date.parse('2025-03-04T05:06:40.000Z');
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const SECRET = 'secret_canary_0123456789';
const CREDENTIALS: ICredentialDataDecryptedObject = {
	componentAppId: 'wx0123456789abcdef',
	componentAppSecret: SECRET,
	apiBaseUrl: 'https://api.weixin.qq.com',
};
const ORIGIN = originOf(CREDENTIALS);
const FIELD = 'authorizerAccessTokens';

beforeEach(() => jest.useFakeTimers({ now: NOW }));
afterEach(() => jest.useRealTimers());

const token = (value: string, madeAfter = 0, life = HOUR): Token => ({
	value,
	madeAt: NOW + madeAfter,
	renewAt: NOW + madeAfter + life,
});

/** The credential after these tokens were stored, batch by batch. */
function store(
	credentials: ICredentialDataDecryptedObject,
	...batches: Array<Record<string, Token>>
): ICredentialDataDecryptedObject {
	let stored = credentials;
	for (const batch of batches) {
		const origin = originOf(stored);
		const tokens = Object.entries(batch).map(([appId, made]): [string, Token] => [
			authorizerKey(origin, appId),
			made,
		]);
		stored = { ...stored, ...PLATFORM_SHELF.write(stored, new Map(tokens)) };
	}
	return stored;
}

function storeComponent(made: Token, credentials = CREDENTIALS): ICredentialDataDecryptedObject {
	const key = componentKey(originOf(credentials));
	return { ...credentials, ...PLATFORM_SHELF.write(credentials, new Map([[key, made]])) };
}

/** The tokens that a credential holds, by the part of the key behind its origin. */
function read(credentials: ICredentialDataDecryptedObject): Record<string, Token> {
	const prefix = `${originOf(credentials)}/`;
	return Object.fromEntries(
		[...PLATFORM_SHELF.read(credentials)].map(([key, kept]) => {
			expect(key.startsWith(prefix)).toBe(true);
			return [key.slice(prefix.length), kept];
		}),
	);
}

const withText = (text: unknown): ICredentialDataDecryptedObject => ({
	...CREDENTIALS,
	[FIELD]: text as string,
});
const withTokens = (...tokens: unknown[]) =>
	withText(JSON.stringify({ v: 2, origin: ORIGIN, tokens }));
const GOOD = ['wxgood', 'T', NOW, NOW + HOUR];

describe("the merchants' tokens in the credential", () => {
	it('are read as they were stored, the one of a merchant that was made last', () => {
		const stored = store(
			CREDENTIALS,
			{ a: token('T1'), b: token('T2') },
			{ a: token('T3', 1) },
			{ b: token('older', -1), c: token('T4') },
		);
		expect(read(stored)).toEqual({ a: token('T3', 1), b: token('T2'), c: token('T4') });
	});

	it('of a merchant stay where another one was made at the same time', () => {
		const stored = store(CREDENTIALS, { a: token('T1', 5) }, { a: token('T2', 5) });
		expect(read(stored)).toEqual({ a: token('T1', 5) });
	});

	it('are given up for a place that says so, and older ones do not come back', () => {
		const stored = store(
			CREDENTIALS,
			{ a: token('T1') },
			{ a: token('', 10) },
			{ a: token('late', 9) },
		);
		expect(read(stored).a.value).toBe('');
		expect(read(store(stored, { a: token('T2', 11) })).a.value).toBe('T2');
	});

	it('end with their time', () => {
		const stored = store(CREDENTIALS, { a: token('T1', 0, MINUTE), b: token('T2') });
		jest.setSystemTime(NOW + MINUTE);
		expect(Object.keys(read(store(stored, { c: token('T3') }))).sort()).toEqual(['b', 'c']);
	});

	it.each(['componentAppId', 'componentAppSecret', 'apiBaseUrl'])(
		'are of no use once %s was edited, and are not mixed with those made from it',
		(field) => {
			const edited = { ...store(CREDENTIALS, { a: token('T1') }), [field]: 'other' };
			expect(read(edited)).toEqual({});
			expect(Object.keys(read(store(edited, { b: token('T2') })))).toEqual(['b']);
		},
	);

	it('stay when anything else is edited', () => {
		const stored = { ...store(CREDENTIALS, { a: token('T1') }), componentVerifyTicket: 'new' };
		expect(read(stored)).toEqual({ a: token('T1') });
	});

	it('may be used for two hours at the most, whatever is said about them', () => {
		const stored = withTokens(['a', 'T', NOW, NOW + 365 * 24 * HOUR]);
		expect(read(stored).a.renewAt).toBe(NOW + 2 * HOUR);
	});

	it('are bounded to 2,000 merchants; those that end first go first', () => {
		const many = Object.fromEntries(
			Array.from({ length: 3000 }, (_, n) => [`wx${n}`, token(`T${n}`, 0, HOUR + n)]),
		);
		const kept = read(store(CREDENTIALS, many));
		expect(Object.keys(kept)).toHaveLength(2000);
		expect(kept).not.toHaveProperty('wx999');
		expect(kept.wx1000).toEqual(many.wx1000);
		expect(kept.wx2999).toEqual(many.wx2999);
	});

	it.each([
		'',
		'no JSON',
		'{',
		'[]',
		'null',
		'7',
		'{"tokens":7}',
		`{"v":2,"origin":"${ORIGIN}"}`,
		`{"v":2,"origin":"${ORIGIN}","tokens":{"length":1}}`,
	])('are none in the text %j', (text) => {
		expect(read(withText(text))).toEqual({});
	});

	it.each([undefined, null, 7, true, {}, []])('are none where the field holds %j', (value) => {
		expect(read(withText(value))).toEqual({});
	});

	it('are none in a text that is too long to have been written here', () => {
		const stored = withTokens(GOOD);
		expect(Object.keys(read(stored))).toEqual(['wxgood']);
		const ofLength = (length: number) => ({
			...stored,
			[FIELD]: String(stored[FIELD]).padEnd(length),
		});
		expect(Object.keys(read(ofLength(4_000_000)))).toEqual(['wxgood']);
		expect(read(ofLength(4_000_001))).toEqual({});
	});

	it.each([
		[{ v: 3, origin: ORIGIN, tokens: [GOOD] }],
		[{ v: 1, origin: ORIGIN, tokens: [GOOD] }],
		[{ origin: ORIGIN, tokens: [GOOD] }],
		[{ v: 2, origin: 'another', tokens: [GOOD] }],
		[{ v: 2, tokens: [GOOD] }],
	])('are none in a text of another form or origin: %j', (stored) => {
		expect(read(withText(JSON.stringify(stored)))).toEqual({});
	});

	it.each([
		[[7, 'T', NOW, NOW + HOUR]],
		[['a', 7, NOW, NOW + HOUR]],
		[['a', { T: 1 }, NOW, NOW + HOUR]],
		[['a', 'T', 'soon', NOW + HOUR]],
		[['a', 'T', NOW, 'never']],
		[['a', 'T']],
		[[]],
		[{}],
		[{ a: 'T' }],
		['text'],
		[7],
		[null],
	])('do not suffer from an entry %j', (entry) => {
		const kept = read(withTokens(entry, GOOD));
		expect(kept).toEqual({ wxgood: token('T') });
	});

	it('show no secret of the platform', () => {
		const stored = store(CREDENTIALS, { a: token('T1') });
		expect(String(stored[FIELD])).not.toContain(SECRET);
	});
});

describe("the platform's own token in the credential", () => {
	it('is read as it was stored, with its end in the field that is shown', () => {
		const made = token('P', 0, 110 * MINUTE);
		const stored = storeComponent(made);
		expect(read(stored)).toEqual({ component: made });
		expect(stored.componentAccessTokenExpiresAt).toBe(NOW + 2 * HOUR);
	});

	it('lies beside the merchants\u2019 ones', () => {
		const stored = storeComponent(token('P'), store(CREDENTIALS, { a: token('T1') }));
		expect(read(stored)).toEqual({ component: token('P'), a: token('T1') });
		expect(read(store(stored, { a: token('T2', 1) }))).toEqual({
			component: token('P'),
			a: token('T2', 1),
		});
	});

	it('leaves the merchants\u2019 ones as they are, also a field of another version', () => {
		const written = PLATFORM_SHELF.write(
			withText('of another version'),
			new Map([[componentKey(ORIGIN), token('P')]]),
		);
		expect(written).toMatchObject({ componentAccessToken: 'P' });
		expect(written).not.toHaveProperty(FIELD);
	});

	it('is not overwritten by one that was made before it', () => {
		const stored = storeComponent(token('newer', 10));
		expect(read(storeComponent(token('same', 10), stored)).component.value).toBe('newer');
		expect(read(storeComponent(token('older', 9), stored)).component.value).toBe('newer');
		expect(read(storeComponent(token('newest', 11), stored)).component.value).toBe('newest');
	});

	it('gives way to one of other values, however old that is', () => {
		const edited = { ...storeComponent(token('former', 10)), componentAppSecret: 'other' };
		expect(read(edited)).toEqual({});
		expect(read(storeComponent(token('P', 5), edited)).component.value).toBe('P');
	});

	it('may be used for two hours at the most', () => {
		const stored = storeComponent(token('P', 0, 365 * 24 * HOUR));
		expect(read(stored).component.renewAt).toBe(NOW + 2 * HOUR);
	});

	it.each([
		['componentAccessToken', ''],
		['componentAccessToken', 7],
		['componentAccessTokenExpiresAt', 'soon'],
		['componentAccessTokenOrigin', 'another'],
	])('is none where %s is %j', (field, value) => {
		expect(read({ ...storeComponent(token('P')), [field]: value })).toEqual({});
	});

	it('that an earlier version has stored, without the time it was made, is older than any new one', () => {
		const stored = { ...storeComponent(token('P')) };
		delete stored.componentAccessTokenMadeAt;
		expect(read(stored).component.value).toBe('P');
		expect(read(storeComponent(token('new'), stored)).component.value).toBe('new');
	});
});

describe('the platform\u2019s token as the credential\u2019s test sees it', () => {
	it('is the one that is kept, while it is good', () => {
		const stored = storeComponent(token('P'));
		expect(keptComponentToken(stored)).toEqual({ value: 'P', isOfOtherValues: false });
		jest.setSystemTime(NOW + HOUR);
		expect(keptComponentToken(stored)).toBeUndefined();
		expect(keptComponentToken(CREDENTIALS)).toBeUndefined();
	});

	it('is told apart where it was made from other values than those to be tested', () => {
		const edited = { ...storeComponent(token('P')), componentAppSecret: 'other' };
		expect(keptComponentToken(edited)).toEqual({ value: 'P', isOfOtherValues: true });
	});
});

describe('the origin of a platform\u2019s tokens', () => {
	it('does not show the secret', () => {
		expect(ORIGIN).not.toContain(SECRET);
		expect(ORIGIN).not.toBe(originOf({ ...CREDENTIALS, componentAppSecret: 'other' }));
	});

	it('is the same with spaces around what was pasted', () => {
		const pasted = { ...CREDENTIALS, componentAppSecret: ` ${SECRET}\n` };
		expect(originOf(pasted)).toBe(ORIGIN);
	});

	it('is another one where a server makes the tokens, and with another server', () => {
		const service: ICredentialDataDecryptedObject = {
			...CREDENTIALS,
			tokenSource: 'tokenService',
			tokenServiceUrl: 'https://tokens.example.com/{appid}',
			tokenServiceHeaderName: 'X-Key',
			tokenServiceHeaderValue: SECRET,
		};
		const origins = [
			CREDENTIALS,
			service,
			...['tokenServiceUrl', 'tokenServiceHeaderName', 'tokenServiceHeaderValue', 'apiBaseUrl'].map(
				(field) => ({ ...service, [field]: 'other' }),
			),
		].map(originOf);
		expect(new Set(origins).size).toBe(origins.length);
		expect(originOf({ ...service, tokenSource: 'platform' })).toBe(ORIGIN);
		expect(originOf({ ...service, componentAppSecret: 'other' })).toBe(originOf(service));
	});

	it('tells values apart that look alike when joined', () => {
		const joined = { ...CREDENTIALS, componentAppId: 'ab', componentAppSecret: 'c' };
		expect(originOf(joined)).not.toBe(
			originOf({ ...joined, componentAppId: 'a', componentAppSecret: 'bc' }),
		);
	});
});
