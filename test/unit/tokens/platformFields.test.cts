import type { ICredentialDataDecryptedObject as Data } from 'n8n-workflow';

import { missingCode, readCodes, toKeptCode } from '../../../nodes/tokens/keptCodes';
import { haveReadTicket, missingTicket, PlatformField } from '../../../nodes/tokens/platformFields';
import type { Token } from '../../../nodes/tokens/tokenCache';
import {
	authorizerKey,
	componentKey,
	keptComponentToken,
	originOf,
	PLATFORM_TOKENS,
} from '../../../nodes/tokens/tokenFields';
import { asStored } from '../table.cts';

const NOW = Date.parse('2025-03-04T05:06:40.000Z');
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const SECRET = 'secret_canary_0123456789';
const CREDENTIALS: Data = {
	componentAppId: 'wx0123456789abcdef',
	componentAppSecret: SECRET,
	apiBaseUrl: 'https://api.weixin.qq.com',
};
const ORIGIN = originOf(CREDENTIALS);
const FIELD = 'authorizerAccessTokens';

beforeEach(() => jest.useFakeTimers({ now: NOW }));
afterEach(() => jest.useRealTimers());

const token = (value: string, serial = 1, life = HOUR): Token => ({
	value,
	serial,
	renewAt: NOW + life,
});

const stored = (credentials: Data, fields: Data | undefined): Data =>
	asStored({ ...credentials, ...fields });

/** The credential after these tokens were stored, batch by batch. */
function store(credentials: Data, ...batches: Array<Record<string, Token>>): Data {
	return batches.reduce((now, batch) => {
		const origin = originOf(now);
		const tokens = Object.entries(batch).map(([appId, made]): [string, Token] => [
			authorizerKey(origin, appId),
			made,
		]);
		return stored(now, PLATFORM_TOKENS.missing(now, origin, new Map(tokens)));
	}, credentials);
}

function storeComponent(made: Token, credentials = CREDENTIALS): Data {
	const origin = originOf(credentials);
	const tokens = new Map([[componentKey(origin), made]]);
	return stored(credentials, PLATFORM_TOKENS.missing(credentials, origin, tokens));
}

/** The tokens that a credential holds, by the part of the key behind its origin. */
function read(credentials: Data): Record<string, Token> {
	const origin = originOf(credentials);
	return Object.fromEntries(
		PLATFORM_TOKENS.read(credentials, origin).map(([key, kept]) => {
			expect(key.startsWith(`${origin}/`)).toBe(true);
			return [key.slice(origin.length + 1), kept];
		}),
	);
}

const withText = (text: unknown): Data => ({ ...CREDENTIALS, [FIELD]: text as string });
const withTokens = (...tokens: unknown[]) => withText(JSON.stringify([[ORIGIN, tokens]]));
const GOOD = ['wxgood', 'T', 1, NOW + HOUR];

describe("the merchants' tokens in the credential", () => {
	it('are read as they were stored, the one of a merchant that was made last', () => {
		const kept = store(
			CREDENTIALS,
			{ a: token('T1'), b: token('T2', 2) },
			{ a: token('T3', 2) },
			{ b: token('older', 1), c: token('T4') },
		);
		expect(read(kept)).toEqual({ a: token('T3', 2), b: token('T2', 2), c: token('T4') });
	});

	it('miss nothing once they are stored', () => {
		const kept = store(CREDENTIALS, { a: token('T1'), b: token('T2') });
		const missing = (made: Token) =>
			PLATFORM_TOKENS.missing(kept, ORIGIN, new Map([[authorizerKey(ORIGIN, 'a'), made]]));
		expect(missing(token('T1'))).toBeUndefined();
		expect(missing(token('older', 0))).toBeUndefined();
		expect(missing(token('T3', 2))).toBeDefined();
	});

	it('of the same number are the same in the end, whichever was stored first', () => {
		const [one, two] = [{ a: token('T1') }, { a: token('T2') }];
		expect(read(store(CREDENTIALS, one, two))).toEqual(read(store(CREDENTIALS, two, one)));
	});

	it('are given up for a place that says so, and older ones do not come back', () => {
		const kept = store(
			CREDENTIALS,
			{ a: token('T1', 1) },
			{ a: token('', 3) },
			{ a: token('late', 2) },
		);
		expect(read(kept).a.value).toBe('');
		expect(read(store(kept, { a: token('T2', 4) })).a.value).toBe('T2');
	});

	it('end with their time', () => {
		const kept = store(CREDENTIALS, { a: token('T1', 1, MINUTE), b: token('T2') });
		jest.setSystemTime(NOW + MINUTE);
		expect(Object.keys(read(store(kept, { c: token('T3') }))).sort()).toEqual(['b', 'c']);
	});

	it.each(['componentAppId', 'componentAppSecret', 'apiBaseUrl'])(
		'are of no use once %s was edited, and are there again once it is edited back',
		(field) => {
			const kept = store(CREDENTIALS, { a: token('T1') });
			const edited = { ...kept, [field]: 'other' };
			expect(read(edited)).toEqual({});
			const both = store(edited, { b: token('T2') });
			expect(Object.keys(read(both))).toEqual(['b']);
			expect(Object.keys(read({ ...both, [field]: CREDENTIALS[field] }))).toEqual(['a']);
		},
	);

	it('stay when anything else is edited, and with a slash at the end of API Base URL', () => {
		const kept = store(CREDENTIALS, { a: token('T1') });
		expect(read({ ...kept, componentVerifyTicket: 'new' })).toEqual({ a: token('T1') });
		const slash = { ...kept, apiBaseUrl: `${String(kept.apiBaseUrl)}/` };
		expect(read(slash)).toEqual({ a: token('T1') });
	});

	it('may be used for two hours at the most, whatever is said about them', () => {
		const kept = withTokens(['a', 'T', 1, NOW + 365 * 24 * HOUR]);
		expect(read(kept).a.renewAt).toBe(NOW + 2 * HOUR);
	});

	it('are bounded to 2,000 merchants; those that end first go first, and never the platform\u2019s', () => {
		const many = Object.fromEntries(
			Array.from({ length: 3000 }, (_, n) => [`wx${n}`, token(`T${n}`, 1, HOUR + n)]),
		);
		const kept = read(store(storeComponent(token('P', 1, MINUTE)), many));
		expect(Object.keys(kept)).toHaveLength(2000);
		expect(kept).not.toHaveProperty('wx999');
		expect(kept.component.value).toBe('P');
		expect(kept.wx2999).toEqual(many.wx2999);
	});

	it('show no secret of the platform', () => {
		const kept = store(CREDENTIALS, { a: token('T1') });
		expect(String(kept[FIELD])).not.toContain(SECRET);
	});
});

describe('a field of another version, or one that somebody has spoilt', () => {
	it.each([
		'',
		'no JSON',
		'{',
		'[]',
		'null',
		'7',
		'{"v":2,"tokens":[]}',
		'{"__proto__":{"length":1}}',
		'[null]',
		'[[]]',
		'[[7,7]]',
		`["${ORIGIN}"]`,
		`[["${ORIGIN}"]]`,
		`[["${ORIGIN}",null]]`,
		`[["${ORIGIN}",7]]`,
		`[["${ORIGIN}",{"length":1}]]`,
		`[["${ORIGIN}","text"]]`,
		undefined,
		null,
		7,
		true,
		{},
	])('holds no token and takes a new one: %j', (text) => {
		expect(read(withText(text))).toEqual({});
		expect(read(store(withText(text), { a: token('T') }))).toEqual({ a: token('T') });
	});

	it.each([
		[['a', 7, 1, NOW + HOUR]],
		[['a', null, 1, NOW + HOUR]],
		[[7, 'T', 1, NOW + HOUR]],
		[['a', 'T', 'soon', NOW + HOUR]],
		[['a', 'T', 1.5, NOW + HOUR]],
		[['a', 'T', 1e300, NOW + HOUR]],
		[['a', 'T', 1, 'never']],
		[['a', 'T']],
		[[]],
		[{}],
		['text'],
		[7],
		[null],
	])('leaves the good entries beside %j', (entry) => {
		expect(read(withTokens(entry, GOOD))).toEqual({ wxgood: token('T') });
	});

	it('is not read where it is too long to have been written here', () => {
		const kept = withTokens(GOOD);
		const ofLength = (length: number) => withText(String(kept[FIELD]).padEnd(length));
		expect(Object.keys(read(ofLength(4_000_000)))).toEqual(['wxgood']);
		expect(read(ofLength(4_000_001))).toEqual({});
	});
});

describe('several platforms in one credential', () => {
	const platform = (n: number): Data => ({ ...CREDENTIALS, componentAppId: `wx${n}` });
	const as = (now: Data, n: number): Data => ({ ...now, componentAppId: `wx${n}` });
	const code = (n: number) => toKeptCode('wxmerchant', `code of ${n}`, undefined);

	/** The credential after each platform has stored a token and a code, in this order. */
	const after = (...order: number[]) =>
		order.reduce((now, n) => {
			const mine = store(as(now, n), { a: token(`T${n}`) });
			return stored(mine, missingCode(mine, code(n)));
		}, platform(0));

	it('keep their tokens and codes beside each other', () => {
		const now = after(1, 2);
		for (const n of [1, 2]) {
			expect(read(as(now, n))).toEqual({ a: token(`T${n}`) });
			expect(readCodes(as(now, n))).toEqual([code(n)]);
		}
	});

	it('are five at the most: the one that has written least recently makes room for a sixth', () => {
		const now = after(1, 2, 3, 4, 5);
		const again = store(as(now, 1), { b: token('T') });
		const all = store(as(again, 6), { a: token('T6') });
		expect(read(as(all, 2))).toEqual({});
		for (const n of [1, 3, 4, 5, 6]) expect(read(as(all, n)).a.value).toBe(`T${n}`);
	});

	it('keep their codes whatever the host and the secret are, and a slash at the end of it', () => {
		const now = as(after(1), 1);
		const edits: Data[] = [
			{ apiBaseUrl: 'https://api2.weixin.qq.com' },
			{ apiBaseUrl: 'https://api.weixin.qq.com/' },
			{ componentAppSecret: 'other' },
			{ tokenSource: 'tokenService' },
		];
		for (const edited of edits) {
			expect(readCodes({ ...now, ...edited })).toEqual([code(1)]);
		}
		expect(readCodes({ ...now, componentAppId: ' wx1\n' })).toEqual([code(1)]);
	});

	it('have a field that one of them can empty for itself', () => {
		const field = new PlatformField<string>('field');
		const both = { ...field.write(field.write({}, 'a', 'A'), 'b', 'B') };
		const left = asStored(field.write(both, 'a', null));
		expect([field.read(left, 'a'), field.read(left, 'b')]).toEqual([undefined, 'B']);
	});
});

describe("the platform's own token in the credential", () => {
	it('is read as it was stored, with its end in the field that is shown', () => {
		const made = token('P', 1, 110 * MINUTE);
		const kept = storeComponent(made);
		expect(read(kept)).toEqual({ component: made });
		expect(kept).toMatchObject({
			componentAccessToken: 'P',
			componentAccessTokenExpiresAt: NOW + 2 * HOUR,
		});
	});

	it('lies beside the merchants\u2019 ones', () => {
		const kept = storeComponent(token('P'), store(CREDENTIALS, { a: token('T1') }));
		expect(read(store(kept, { a: token('T2', 2) }))).toEqual({
			component: token('P'),
			a: token('T2', 2),
		});
	});

	it('is not overwritten by one that was made before it', () => {
		const kept = storeComponent(token('newer', 2));
		expect(read(storeComponent(token('older', 1), kept)).component.value).toBe('newer');
		expect(read(storeComponent(token('newest', 3), kept)).component.value).toBe('newest');
	});

	it('ends earlier where a person says so in the credential, and never later', () => {
		const kept = storeComponent(token('P', 1, 110 * MINUTE));
		const ending = (at: number) => ({ ...kept, componentAccessTokenExpiresAt: at });
		expect(read(ending(NOW + HOUR)).component.renewAt).toBe(NOW + 50 * MINUTE);
		expect(read(ending(NOW + 24 * HOUR)).component.renewAt).toBe(NOW + 110 * MINUTE);
	});

	it('is seen by the credential\u2019s test while it is good, also as one of other values', () => {
		const kept = storeComponent(token('P'));
		expect(keptComponentToken(kept)).toEqual({ value: 'P', isOfOtherValues: false });
		const edited = { ...kept, componentAppSecret: 'other' };
		expect(keptComponentToken(edited)).toEqual({ value: 'P', isOfOtherValues: true });
		jest.setSystemTime(NOW + HOUR);
		expect(keptComponentToken(kept)).toBeUndefined();
		expect(keptComponentToken(CREDENTIALS)).toBeUndefined();
	});
});

describe('the ticket', () => {
	const KEYS: Data = { messageToken: 'm', encodingAesKey: 'k' };
	const ticket = (name: string, pushedAt: number, receivedAt = NOW) => ({
		ticket: name,
		pushedAt,
		receivedAt,
		readWith: KEYS,
	});
	const keep = (now: Data, received: ReturnType<typeof ticket>) =>
		stored(now, missingTicket(now, received));

	it('is the one that was pushed last, in whatever order they arrive', () => {
		const now = keep(keep(CREDENTIALS, ticket('2', 200)), ticket('1', 100));
		expect(now.componentVerifyTicket).toBe('2');
		expect(missingTicket(now, ticket('2', 200))).toBeUndefined();
	});

	it('that comes again is noted as come, and is restored where it was overwritten', () => {
		const now = { ...keep(CREDENTIALS, ticket('2', 200)), componentVerifyTicket: 'pasted' };
		const again = keep(now, ticket('2', 200, NOW + MINUTE));
		expect(again).toMatchObject({
			componentVerifyTicket: '2',
			verifyTicketReceivedAt: NOW + MINUTE,
		});
	});

	it('tells whether the keys for pushes are still those that have read it, and shows none', () => {
		const now = { ...keep(CREDENTIALS, ticket('1', 100)), ...KEYS };
		expect(haveReadTicket(now)).toBe(true);
		expect(haveReadTicket({ ...now, encodingAesKey: 'other' })).toBe(false);
		expect(now.verifyTicketReadWith).toMatch(/^[0-9a-f]{16}$/);
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
		const service: Data = {
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
