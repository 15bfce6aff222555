import type { ICredentialDataDecryptedObject as Data } from 'n8n-workflow';

import { missingCode, readCodes, toKeptCode } from '../../../nodes/tokens/keptCodes';
import {
	haveReadTicket,
	lastTicketOf,
	missingTicket,
	noteParsedBody,
	PlatformField,
	ticketReceivedAt,
	workflowsWithParsedBodies,
} from '../../../nodes/tokens/platformFields';
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

/** The tokens that a credential keeps, by the part of the key after the origin. */
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

describe("Merchants' tokens", () => {
	it("Merchants' tokens are read as they were stored, the newest one of each merchant", () => {
		const kept = store(
			CREDENTIALS,
			{ a: token('T1'), b: token('T2', 2) },
			{ a: token('T3', 2) },
			{ b: token('older', 1), c: token('T4') },
		);
		expect(read(kept)).toEqual({ a: token('T3', 2), b: token('T2', 2), c: token('T4') });
	});

	it("Merchants' tokens that are stored need no other write", () => {
		const kept = store(CREDENTIALS, { a: token('T1'), b: token('T2') });
		const missing = (made: Token) =>
			PLATFORM_TOKENS.missing(kept, ORIGIN, new Map([[authorizerKey(ORIGIN, 'a'), made]]));
		expect(missing(token('T1'))).toBeUndefined();
		expect(missing(token('older', 0))).toBeUndefined();
		expect(missing(token('T3', 2))).toBeDefined();
	});

	it('Of two tokens with the same serial number, the same one stays, in whatever order they were stored', () => {
		const [one, two] = [{ a: token('T1') }, { a: token('T2') }];
		expect(read(store(CREDENTIALS, one, two))).toEqual(read(store(CREDENTIALS, two, one)));
	});

	it('A token that was given up stays given up when older ones are stored', () => {
		const kept = store(
			CREDENTIALS,
			{ a: token('T1', 1) },
			{ a: token('', 3) },
			{ a: token('late', 2) },
		);
		expect(read(kept).a.value).toBe('');
		expect(read(store(kept, { a: token('T2', 4) })).a.value).toBe('T2');
	});

	it("Merchants' tokens are dropped when they end", () => {
		const kept = store(CREDENTIALS, { a: token('T1', 1, MINUTE), b: token('T2') });
		jest.setSystemTime(NOW + MINUTE);
		expect(Object.keys(read(store(kept, { c: token('T3') }))).sort()).toEqual(['b', 'c']);
	});

	it.each(['componentAppId', 'componentAppSecret', 'apiBaseUrl'])(
		"Merchants' tokens are not used after %s was edited, and are used again once the edit is reverted",
		(field) => {
			const kept = store(CREDENTIALS, { a: token('T1') });
			const edited = { ...kept, [field]: 'other' };
			expect(read(edited)).toEqual({});
			const both = store(edited, { b: token('T2') });
			expect(Object.keys(read(both))).toEqual(['b']);
			expect(Object.keys(read({ ...both, [field]: CREDENTIALS[field] }))).toEqual(['a']);
		},
	);

	it("Merchants' tokens stay when another field is edited, and with a slash at the end of API Base URL", () => {
		const kept = store(CREDENTIALS, { a: token('T1') });
		expect(read({ ...kept, componentVerifyTicket: 'new' })).toEqual({ a: token('T1') });
		const slash = { ...kept, apiBaseUrl: `${String(kept.apiBaseUrl)}/` };
		expect(read(slash)).toEqual({ a: token('T1') });
	});

	it("Merchants' tokens can be used for at most two hours, whatever the credential says", () => {
		const kept = withTokens(['a', 'T', 1, NOW + 365 * 24 * HOUR]);
		expect(read(kept).a.renewAt).toBe(NOW + 2 * HOUR);
	});

	it('The credential keeps the tokens of at most 2,000 merchants, those that end last, and always the platform token', () => {
		const many = Object.fromEntries(
			Array.from({ length: 3000 }, (_, n) => [`wx${n}`, token(`T${n}`, 1, HOUR + n)]),
		);
		const kept = read(store(storeComponent(token('P', 1, MINUTE)), many));
		expect(Object.keys(kept)).toHaveLength(2000);
		expect(kept).not.toHaveProperty('wx999');
		expect(kept.component.value).toBe('P');
		expect(kept.wx2999).toEqual(many.wx2999);
	});

	it("Merchants' tokens do not show the platform's secret", () => {
		const kept = store(CREDENTIALS, { a: token('T1') });
		expect(String(kept[FIELD])).not.toContain(SECRET);
	});
});

describe('Fields of another version or with damage', () => {
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
	])('A field with the value %j contains no token and takes a new one', (text) => {
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
	])('A field with the damaged entry %j keeps its valid entries', (entry) => {
		expect(read(withTokens(entry, GOOD))).toEqual({ wxgood: token('T') });
	});

	it('A field that is too long to have been written by this package is not read', () => {
		const kept = withTokens(GOOD);
		const ofLength = (length: number) => withText(String(kept[FIELD]).padEnd(length));
		expect(Object.keys(read(ofLength(4_000_000)))).toEqual(['wxgood']);
		expect(read(ofLength(4_000_001))).toEqual({});
	});
});

describe('Several platforms', () => {
	const platform = (n: number): Data => ({ ...CREDENTIALS, componentAppId: `wx${n}` });
	const as = (now: Data, n: number): Data => ({ ...now, componentAppId: `wx${n}` });
	const code = (n: number) => toKeptCode('wxmerchant', `code of ${n}`, undefined);

	/** The credential after each platform has stored a token and a code, in this order. */
	const after = (...order: number[]) =>
		order.reduce((now, n) => {
			const mine = store(as(now, n), { a: token(`T${n}`) });
			return stored(mine, missingCode(mine, code(n)));
		}, platform(0));

	it('Several platforms keep their tokens and codes in one credential', () => {
		const now = after(1, 2);
		for (const n of [1, 2]) {
			expect(read(as(now, n))).toEqual({ a: token(`T${n}`) });
			expect(readCodes(as(now, n))).toEqual([code(n)]);
		}
	});

	it('A sixth platform replaces the one that wrote least recently', () => {
		const now = after(1, 2, 3, 4, 5);
		const again = store(as(now, 1), { b: token('T') });
		const all = store(as(again, 6), { a: token('T6') });
		expect(read(as(all, 2))).toEqual({});
		for (const n of [1, 3, 4, 5, 6]) expect(read(as(all, n)).a.value).toBe(`T${n}`);
	});

	it('A platform keeps its codes whatever its host and secret are, and with spaces around its appid', () => {
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

	it('A platform can remove its own entry and leave the others', () => {
		const field = new PlatformField<string>('field');
		const both = { ...field.write(field.write({}, 'a', 'A'), 'b', 'B') };
		const left = asStored(field.write(both, 'a', null));
		expect([field.read(left, 'a'), field.read(left, 'b')]).toEqual([undefined, 'B']);
	});
});

describe("The platform's own token", () => {
	it("The platform's own token is read as it was stored, and its end is in the visible field", () => {
		const made = token('P', 1, 110 * MINUTE);
		const kept = storeComponent(made);
		expect(read(kept)).toEqual({ component: made });
		expect(kept).toMatchObject({
			componentAccessToken: 'P',
			componentAccessTokenExpiresAt: NOW + 2 * HOUR,
		});
	});

	it("The platform's own token is stored together with the merchants' tokens", () => {
		const kept = storeComponent(token('P'), store(CREDENTIALS, { a: token('T1') }));
		expect(read(store(kept, { a: token('T2', 2) }))).toEqual({
			component: token('P'),
			a: token('T2', 2),
		});
	});

	it("The platform's own token is not replaced by an older one", () => {
		const kept = storeComponent(token('newer', 2));
		expect(read(storeComponent(token('older', 1), kept)).component.value).toBe('newer');
		expect(read(storeComponent(token('newest', 3), kept)).component.value).toBe('newest');
	});

	it("The platform's own token ends earlier if a person enters that in the credential, and never later", () => {
		const kept = storeComponent(token('P', 1, 110 * MINUTE));
		const ending = (at: number) => ({ ...kept, componentAccessTokenExpiresAt: at });
		expect(read(ending(NOW + HOUR)).component.renewAt).toBe(NOW + 50 * MINUTE);
		expect(read(ending(NOW + 24 * HOUR)).component.renewAt).toBe(NOW + 110 * MINUTE);
	});

	it("The platform's own token is known while it is valid, even if it was made with other values", () => {
		const kept = storeComponent(token('P'));
		expect(keptComponentToken(kept)).toEqual({ value: 'P', isOfOtherValues: false });
		const edited = { ...kept, componentAppSecret: 'other' };
		expect(keptComponentToken(edited)).toEqual({ value: 'P', isOfOtherValues: true });
		jest.setSystemTime(NOW + HOUR);
		expect(keptComponentToken(kept)).toBeUndefined();
		expect(keptComponentToken(CREDENTIALS)).toBeUndefined();
	});
});

describe('Tickets', () => {
	const KEYS: Data = { messageToken: 'm', encodingAesKey: 'k' };
	const ticket = (name: string, pushedAt: number, receivedAt = NOW) => ({
		ticket: name,
		pushedAt,
		receivedAt,
		readWith: KEYS,
	});
	const keep = (now: Data, received: ReturnType<typeof ticket>) =>
		stored(now, missingTicket(now, received));

	it('The credential keeps the ticket that was pushed last, in whatever order tickets arrive', () => {
		const now = keep(keep(CREDENTIALS, ticket('2', 200)), ticket('1', 100));
		expect(now.componentVerifyTicket).toBe('2');
		expect(missingTicket(now, ticket('2', 200))).toBeUndefined();
	});

	it('A repeated ticket updates its time, and replaces a pasted one', () => {
		const now = { ...keep(CREDENTIALS, ticket('2', 200)), componentVerifyTicket: 'pasted' };
		const again = keep(now, ticket('2', 200, NOW + MINUTE));
		expect(again).toMatchObject({
			componentVerifyTicket: '2',
			verifyTicketReceivedAt: NOW + MINUTE,
		});
	});

	it('A credential knows whether its keys for pushes are those that read the last ticket, without showing them', () => {
		const now = { ...keep(CREDENTIALS, ticket('1', 100)), ...KEYS };
		expect(haveReadTicket(now)).toBe(true);
		expect(haveReadTicket({ ...now, encodingAesKey: 'other' })).toBe(false);
		expect(now.verifyTicketReadWith).toMatch(/^[0-9a-f]{16}$/);
	});
});

describe('Origins of tokens', () => {
	it('The origin of tokens does not show the secret', () => {
		expect(ORIGIN).not.toContain(SECRET);
		expect(ORIGIN).not.toBe(originOf({ ...CREDENTIALS, componentAppSecret: 'other' }));
	});

	it('The origin of tokens is the same with spaces around a pasted secret', () => {
		const pasted = { ...CREDENTIALS, componentAppSecret: ` ${SECRET}\n` };
		expect(originOf(pasted)).toBe(ORIGIN);
	});

	it('The origin of tokens differs for a token service, and for another one of its fields', () => {
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

	it('The origin of tokens distinguishes values that are the same when joined', () => {
		const joined = { ...CREDENTIALS, componentAppId: 'ab', componentAppSecret: 'c' };
		expect(originOf(joined)).not.toBe(
			originOf({ ...joined, componentAppId: 'a', componentAppSecret: 'bc' }),
		);
	});
});

describe('Times of tickets', () => {
	const PASTED = { componentVerifyTicket: 'ticket@@@1' };
	const PUSHED = { ...PASTED, verifyTicketReceivedAt: NOW };

	it.each<[string, object, number | undefined]>([
		['came by a push', PUSHED, NOW],
		['came by a push, as a text', { ...PASTED, verifyTicketReceivedAt: String(NOW) }, NOW],
		['has not come yet', {}, 0],
		['has not come yet and has an invalid time', { verifyTicketReceivedAt: 'x' }, 0],
		['was pasted', PASTED, undefined],
		['has an invalid time', { ...PASTED, verifyTicketReceivedAt: 'x' }, undefined],
		['has a time before 1970', { ...PASTED, verifyTicketReceivedAt: -1 }, undefined],
		['has an infinite time', { ...PASTED, verifyTicketReceivedAt: Infinity }, undefined],
		[
			'comes by an expression',
			{ ...PUSHED, typedExpressions: '0:[["componentVerifyTicket","={{ 1 }}"]]' },
			undefined,
		],
		[
			'came by a push, beside an expression in another field',
			{ ...PUSHED, typedExpressions: '0:[["componentAppSecret","={{ 1 }}"]]' },
			NOW,
		],
		['is for a server', { ...PUSHED, tokenSource: 'tokenService' }, undefined],
	])('A ticket that %s has the right time (%#)', (_, credentials, last) => {
		expect(lastTicketOf(credentials as Data)).toBe(last);
	});

	it('A ticket has its time even if a token service makes the tokens', () => {
		expect(ticketReceivedAt({ ...PUSHED, tokenSource: 'tokenService' })).toBe(NOW);
		expect(ticketReceivedAt({})).toBeUndefined();
	});
});

describe('Workflows with parsed bodies', () => {
	const noted = (credentials: Data, workflow: object, isParsed = true) => ({
		...credentials,
		...noteParsedBody(credentials, workflow, isParsed),
	});
	const [TEA, BREAD] = [
		{ id: '1', name: 'Tea' },
		{ id: '2', name: 'Bread' },
	];

	it('The credential names the workflows whose trigger gets parsed bodies', () => {
		const both = noted(noted(CREDENTIALS, TEA), BREAD);
		expect(workflowsWithParsedBodies(both)).toEqual(['Tea', 'Bread']);
		expect(workflowsWithParsedBodies(noted(both, TEA, false))).toEqual(['Bread']);
		expect(workflowsWithParsedBodies(noted(both, { ...TEA, name: 'Coffee' }))).toEqual([
			'Coffee',
			'Bread',
		]);
	});

	it('A workflow without a name is named by its id', () => {
		expect(workflowsWithParsedBodies(noted(CREDENTIALS, { id: '7' }))).toEqual(['7']);
	});

	it('Nothing is stored if the credential already says so', () => {
		expect(noteParsedBody(CREDENTIALS, TEA, false)).toBeUndefined();
		expect(noteParsedBody(noted(CREDENTIALS, TEA), TEA, true)).toBeUndefined();
	});

	it.each(['', 'no JSON', 'null', '[]', '{}'])('The text %j names no workflows', (text) => {
		expect(workflowsWithParsedBodies({ ...CREDENTIALS, triggerParsesBody: text })).toEqual([]);
	});
});
