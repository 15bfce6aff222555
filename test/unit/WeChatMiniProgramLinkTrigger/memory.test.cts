import fc from 'fast-check';

import { compare } from '../../../nodes/WeChatMiniProgramLinkTrigger/changes';
import {
	newAccount,
	packAccount,
	packLinks,
	readMemory,
	unpackAccount,
	unpackLinks,
	writeMemory,
	type KnownAccount,
	type Memory,
} from '../../../nodes/WeChatMiniProgramLinkTrigger/memory';

const NOTHING: Memory = { isWhole: false, accounts: new Map(), others: new Map() };

/** The memory after n8n has stored it in its database. */
function stored(memory: Memory): { data: { seen: unknown }; read: Memory } {
	const data = {} as { seen: unknown };
	writeMemory(data as never, 'o', memory);
	return { data, read: readMemory(JSON.parse(JSON.stringify(data)) as never, 'o') };
}

const withAccount = (account: Partial<KnownAccount>): Memory => ({
	...NOTHING,
	accounts: new Map([['wxa', packAccount({ ...newAccount(), ...account })]]),
});
/** Static data with this text for an account, and with these other fields. */
const open = (text: unknown, more: object = {}) => {
	const seen = { version: 2, origin: 'o', isWhole: true, accounts: { wxa: text }, others: {} };
	return readMemory({ seen: { ...seen, ...more } } as never, 'o');
};
const accountOf = (text: unknown) => unpackAccount(open(text).accounts.get('wxa') ?? '');
/** Count, last visit, hold, state and youngest open invitation. */
const HEAD = '7,9,b,4,a';

it.each<[string, Partial<KnownAccount>]>([
	['that was never visited', {}],
	['without links', { links: '' }],
	['with numbers', { openSince: 10, count: 7, visitedAt: 9, heldUntil: 11 }],
	['that was reported as unavailable', { isUnavailable: true }],
	['whose list was gone', { isEmptied: true }],
	['that missed one visit', { misses: 1 }],
	['that missed two visits', { misses: 2 }],
	['that is new', { isNew: true }],
	['with several marks', { isUnavailable: true, isEmptied: true, misses: 2, links: 'gh_c,,1' }],
])('An account %s is read as it was written', (_, account) => {
	const { read } = stored(withAccount(account));
	expect(unpackAccount(read.accounts.get('wxa') ?? '')).toEqual({ ...newAccount(), ...account });
});

it('Any links are read as they were written', () => {
	const entries = fc.uniqueArray(
		fc.record({
			status: fc.constantFrom(1, 2, 3, 12, 4, null),
			username: fc.oneof(
				fc.constantFrom('gh_00000000000a', 'gh_b!~', '%'),
				fc.string({ minLength: 1 }),
			),
			appid: fc.constantFrom('wx00000000000000b1', 'wx1', undefined),
		}),
		{ selector: ({ username }) => username.toLowerCase() },
	);
	fc.assert(
		fc.property(entries, (list) => {
			const now = Date.UTC(2026, 10, 25);
			const given = { account: 'wxa', before: undefined, count: 0, now, waitingDays: 3 };
			const { after } = compare({ ...given, entries: list });
			const { read } = stored(withAccount({ links: packLinks(after) }));
			const { links } = unpackAccount(read.accounts.get('wxa') ?? '') ?? {};
			expect(unpackLinks(links ?? '-')).toEqual(after);
		}),
	);
});

it('An account takes a few numbers and one word per link in the static data', () => {
	const links = new Map([
		['gh_00000000000a', { appId: 'wx00000000000000b1', status: 1, since: 0, isReminded: false }],
		['gh_b', { appId: null, status: 12, since: 36, isReminded: true }],
	]);
	const { data } = stored(withAccount({ links: packLinks(links), count: 40, misses: 2 }));
	expect(data.seen).toMatchObject({
		accounts: { wxa: '14,0,0,k,0 !AAAAAAAK,~AAAAAAAAALE,1 gh_b,,12,10,1' },
	});
});

it('Accounts of other kinds take twelve bytes each in the static data, and are read as they were written', () => {
	const others: Memory['others'] = new Map([
		['wx00000000000000b1', 'miniProgram'],
		['wx00000000000000b2', 'shop'],
		['wx00000000000000b3', 'miniProgram'],
	]);
	const { data, read } = stored({ ...NOTHING, others });
	expect(data.seen).toMatchObject({
		others: { miniProgram: '~AAAAAAAAALE ~AAAAAAAAALM', shop: '~AAAAAAAAALI' },
	});
	expect(read.others).toEqual(others);
});

it.each<Memory['ticket']>([
	undefined,
	{ since: 1, isReported: false },
	{ since: 29_000_000, isReported: true },
	{ since: 0, isReported: false },
])('The ticket %j is read as it was written', (ticket) => {
	expect(stored({ ...NOTHING, ticket }).read.ticket).toEqual(ticket);
});

it('The static data is assigned only if something has changed, since n8n saves whatever is assigned', () => {
	const data: { seen?: unknown } = {};
	const memory: Memory = { ...NOTHING, accounts: new Map(), others: new Map() };
	const isAssigned = (): boolean => {
		const before = data.seen;
		writeMemory(data as never, 'o', memory);
		return data.seen !== before;
	};
	expect(isAssigned()).toBe(true);
	expect(isAssigned()).toBe(false);
	const changes = [
		() => memory.accounts.set('wxa', packAccount(newAccount())),
		() => memory.accounts.set('wxa', packAccount({ ...newAccount(), links: '' })),
		() => memory.accounts.set('wxb', packAccount(newAccount())),
		() => memory.accounts.delete('wxa'),
		() => memory.others.set('wxa', 'shop'),
		() => memory.others.set('wxa', 'miniProgram'),
		() => memory.others.delete('wxa'),
		() => (memory.ticket = { since: 1, isReported: false }),
		() => (memory.ticket = undefined),
		() => (memory.isWhole = true),
	];
	for (const change of changes) {
		change();
		expect(isAssigned()).toBe(true);
		expect(isAssigned()).toBe(false);
	}
	writeMemory(data as never, 'another', memory);
	expect(isAssigned()).toBe(true);
});

it('The former static data stays as it was when new data is assigned', () => {
	const memory = withAccount({});
	const { data } = stored(memory);
	const before = data.seen;
	const text = JSON.stringify(before);
	memory.accounts.set('wxa', packAccount({ ...newAccount(), count: 1 }));
	writeMemory(data as never, 'o', memory);
	expect(JSON.stringify(before)).toBe(text);
});

describe('Damaged or foreign static data', () => {
	it.each([
		{ seen: null },
		{ seen: [] },
		{ seen: 'text' },
		{ seen: { version: 1, origin: 'o', isWhole: true, accounts: { wxa: HEAD }, others: {} } },
		{ seen: { version: '2', origin: 'o', isWhole: true, accounts: { wxa: HEAD }, others: {} } },
		{ seen: { version: 2, origin: 'another', isWhole: true, accounts: { wxa: HEAD }, others: {} } },
	])('The static data %j is ignored', (data) => {
		expect(readMemory(data as never, 'o')).toEqual(NOTHING);
	});

	it.each([null, [], 'text', undefined])('%j instead of the accounts is ignored', (accounts) => {
		expect(open('', { accounts })).toEqual(NOTHING);
	});

	it.each([null, 7, [], { miniProgram: 7 }, { miniProgram: null }, { hotel: 'wxa' }])(
		'%j instead of the accounts of other kinds is ignored',
		(others) => expect(open(HEAD, { others }).others.size).toBe(0),
	);

	it.each([
		{ others: null },
		{ others: [] },
		{ others: 'text' },
		{ others: undefined },
		{ isWhole: 1 },
		{ isWhole: 'true' },
		{ isWhole: null },
		{ isWhole: undefined },
	])('The memory with %j does not count as the whole list of the platform', (more) => {
		expect(open(HEAD).isWhole).toBe(true);
		expect(open(HEAD, more).isWhole).toBe(false);
	});

	it.each(['', 'x', 'x,2', ',1', '-1,0', 'zzzzzzzzzzzz,1', 7, null, {}, ['1,1']])(
		'The ticket %j is ignored',
		(ticket) => expect(open(HEAD, { ticket }).ticket).toBeUndefined(),
	);

	it.each([7, null, '', '7,9,b,4', '7,9,b,4,1,1', '7,9,b,4,?', '7,-9,b,4,1'])(
		'The account %j is forgotten, but not that it was listed',
		(text) => {
			expect(accountOf(text)).toBeUndefined();
			expect([...open(text).accounts.keys()]).toEqual(['wxa']);
		},
	);

	it.each([
		' ',
		'gh_c',
		'gh_c,',
		',,1',
		'gh_c,,x',
		'gh_c,,1.5',
		'gh_c,,12',
		'gh_c,,12,0,0',
		'gh_c,,12,?,0',
		'gh_c,,1,a,0',
		'gh_c,,1 gh_d',
	])('The links %j are forgotten', (text) => {
		expect(unpackLinks(text)).toBeUndefined();
	});

	it('An ID that cannot be decoded stays as it is', () => {
		expect([...(unpackLinks('%,,1')?.keys() ?? [])]).toEqual(['%']);
	});

	it('The trigger survives any value in its static data', () => {
		fc.assert(
			fc.property(fc.anything(), fc.anything(), fc.string(), (seen, accounts, text) => {
				const kept = { version: 2, origin: 'o', accounts: { a: text, b: accounts } };
				expect(readMemory({ seen } as never, 'o').accounts).toBeInstanceOf(Map);
				for (const one of readMemory({ seen: kept } as never, 'o').accounts.values()) {
					const links = unpackAccount(one)?.links;
					if (links !== undefined) unpackLinks(links);
				}
			}),
		);
	});
});
