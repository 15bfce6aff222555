import fc from 'fast-check';

import {
	compare,
	openSinceOf,
	sample,
	type Change,
	type KnownLinks,
} from '../../../nodes/WeChatMiniProgramLinkTrigger/changes';
import {
	newAccount,
	packAccount,
	packLinks,
	readMemory,
	unpackAccount,
	unpackLinks,
	writeMemory,
} from '../../../nodes/WeChatMiniProgramLinkTrigger/memory';
import type { LinkEntry } from '../../../nodes/wechat/linkList';

const NOW = Date.UTC(2026, 10, 25);
const DAY = 24 * 3600 * 1000;
const ID = 'gh_00000000000a';
const APP = 'wx00000000000000b1';

const look = (entries: LinkEntry[], before?: KnownLinks, now = NOW, count = 0) =>
	compare({ account: 'wxa', before, entries, count, now, waitingDays: 3 });
const entry = (status: number | null): LinkEntry => ({ status, username: ID, appid: APP });
const between = (from: number | null | undefined, to: number | null | undefined): Change[] => {
	const of = (status: number | null | undefined) => (status === undefined ? [] : [entry(status)]);
	return look(of(to), look(of(from)).after).changes;
};

describe('a link', () => {
	it.each([
		[undefined, 12, ['invited']],
		[undefined, 2, ['invited', 'officialAccountAdminAgreed']],
		[undefined, 1, ['linked']],
		[undefined, 4, ['unknownStatus']],
		[12, 2, ['officialAccountAdminAgreed']],
		[12, 1, ['linked']],
		[12, undefined, ['removed']],
		[2, 1, ['linked']],
		[2, 3, ['refused']],
		[2, 12, ['invited']],
		[2, undefined, ['removed']],
		[1, undefined, ['removed']],
		[1, 12, ['invited']],
		[1, null, ['unknownStatus']],
		[3, 12, ['invited']],
		[3, undefined, []],
		[4, undefined, []],
		[4, 5, ['unknownStatus']],
		[4, 1, ['linked']],
		[1, 1, []],
		[12, 12, []],
		[null, null, []],
	])('that goes from %p to %p gives %p', (from, to, events) => {
		expect(between(from, to).map(({ event }) => event)).toEqual(events);
	});

	it('that waits is told once, with the days, also after the first administrator agreed', () => {
		const { after } = look([entry(12)]);
		const early = look([entry(12)], after, NOW + 3 * DAY - 60_000);
		expect(early.changes).toStrictEqual([]);
		const late = look([entry(12)], early.after, NOW + 4 * DAY);
		expect(late.changes).toMatchObject([{ event: 'waiting', waitingDays: 4 }]);
		const agreed = look([entry(2)], late.after, NOW + 9 * DAY);
		expect(agreed.changes.map(({ event }) => event)).toEqual(['officialAccountAdminAgreed']);
		const again = look([entry(12)], agreed.after, NOW + 10 * DAY);
		expect(look([entry(12)], again.after, NOW + 13 * DAY).changes).toMatchObject([
			{ event: 'waiting', waitingDays: 3 },
		]);
	});

	it('that waits for the Mini Program administrator is told, too', () => {
		const { after } = look([entry(2)]);
		const { changes } = look([entry(2)], after, NOW + 3 * DAY);
		expect(changes).toMatchObject([{ event: 'waiting', status: 2, waitingDays: 3 }]);
	});

	it('that stands in the list twice counts once, with what is furthest', () => {
		const { after } = look([entry(12)]);
		expect(look([entry(3), entry(2), entry(3)], after).changes).toMatchObject([
			{ event: 'officialAccountAdminAgreed' },
		]);
	});

	it('keeps its appid where WeChat leaves it out', () => {
		const { after } = look([entry(2)]);
		expect(look([{ status: 3, username: ID }], after).changes).toMatchObject([
			{ event: 'refused', appId: APP, username: ID },
		]);
	});
});

describe('what is told of a change', () => {
	it('is everything that is known of the link, before and after', () => {
		const { after } = look([entry(12)]);
		const agreed = { ...entry(2), nickname: 'Tea' };
		expect(look([agreed], after, NOW + 2 * DAY).changes).toEqual([
			{
				event: 'officialAccountAdminAgreed',
				eventId: expect.stringMatching(/^[0-9a-f]{16}$/),
				username: ID,
				appId: APP,
				nickname: 'Tea',
				previousStatus: 12,
				status: 2,
				waitingDays: 2,
			},
		]);
	});

	it('is what was known of a link that was removed', () => {
		const { after } = look([entry(2)]);
		expect(look([], after, NOW + 9 * DAY).changes).toMatchObject([
			{
				event: 'removed',
				username: ID,
				appId: APP,
				nickname: null,
				previousStatus: 2,
				status: null,
				waitingDays: null,
			},
		]);
	});

	it('leaves out what WeChat did not give: an id, a name, a status before', () => {
		const bare: LinkEntry = { status: 1, appid: APP.toUpperCase() };
		const [linked] = look([bare], new Map()).changes;
		expect(linked).toMatchObject({
			username: null,
			appId: APP,
			nickname: null,
			previousStatus: null,
			waitingDays: null,
		});
		const [removed] = look([], look([bare]).after).changes;
		expect(removed).toMatchObject({ username: null, appId: APP });
		const [nameless] = look([{ status: 1, username: ID }], new Map()).changes;
		expect(nameless.appId).toBeNull();
		expect(look([{ status: 1 }], new Map()).changes).toStrictEqual([]);
	});

	it('has an id of its own by account, link, event, status before, status and count', () => {
		const idOf = (given: {
			account?: string;
			username?: string;
			from?: number;
			to?: number;
			count?: number;
		}) => {
			const { account = 'wxa', username = ID, from = 12, to = 1, count = 0 } = given;
			const of = (status: number): LinkEntry => ({ status, username, appid: APP });
			const all = { account, count, now: NOW, waitingDays: 3 };
			const { after } = compare({ ...all, before: undefined, entries: [of(from)] });
			return compare({ ...all, before: after, entries: [of(to)] }).changes[0].eventId;
		};
		const given = [
			{},
			{ account: 'wxb' },
			{ username: 'gh_b' },
			{ from: 2 },
			{ to: 3 },
			{ count: 1 },
		];
		const ids = given.map(idOf);
		expect(new Set(ids).size).toBe(given.length);
		expect(given.map(idOf)).toEqual(ids);
	});

	it('of an invitation that waits has the same id, whatever else was seen meanwhile', () => {
		const { after } = look([entry(12)]);
		const idOf = (count: number, days: number) =>
			look([entry(12)], after, NOW + days * DAY, count).changes[0].eventId;
		expect(idOf(0, 3)).toBe(idOf(5, 4));
	});
});

describe('the first look', () => {
	it('remembers and tells nothing', () => {
		const { changes, after } = look([entry(1), { status: 12, username: 'gh_b' }]);
		expect(changes).toStrictEqual([]);
		expect([...after]).toEqual([
			[ID, { appId: APP, status: 1, since: 0, isReminded: false }],
			['gh_b', { appId: null, status: 12, since: NOW / 60_000, isReminded: false }],
		]);
	});

	it('at a new account tells all that it finds', () => {
		const entries: LinkEntry[] = [
			entry(1),
			{ status: 12, username: 'gh_b' },
			{ status: 3, username: 'gh_c' },
		];
		const all = { account: 'wxa', before: undefined, entries, count: 0, now: NOW, waitingDays: 3 };
		expect(compare({ ...all, isNewAccount: true }).changes).toMatchObject([
			{ event: 'linked', username: ID, previousStatus: null, waitingDays: null },
			{ event: 'invited', username: 'gh_b', previousStatus: null, waitingDays: 0 },
			{ event: 'refused', username: 'gh_c', appId: null, previousStatus: null },
		]);
		expect(compare({ ...all, isNewAccount: false }).changes).toStrictEqual([]);
	});

	it('after a clock that was put back counts no days', () => {
		const { after } = look([entry(12)]);
		expect(look([entry(2)], after, NOW - DAY).changes).toMatchObject([{ waitingDays: 0 }]);
	});
});

describe('the present state', () => {
	it('is shown in a test as its last step, each link once', () => {
		const entries: LinkEntry[] = [
			entry(2),
			entry(12),
			{ status: 1, username: 'gh_b' },
			{ status: 3, username: 'gh_c' },
			{ status: 4, username: 'gh_d' },
			{ status: null, username: 'gh_e' },
			{ status: 12, username: 'gh_f' },
		];
		const shown = sample({
			account: 'wxa',
			before: undefined,
			entries,
			count: 0,
			now: NOW,
			waitingDays: 3,
		});
		expect(shown.map(({ event, username }) => [username, event])).toEqual([
			[ID, 'officialAccountAdminAgreed'],
			['gh_b', 'linked'],
			['gh_c', 'refused'],
			['gh_d', 'unknownStatus'],
			['gh_e', 'unknownStatus'],
			['gh_f', 'invited'],
		]);
		expect(shown.map(({ previousStatus }) => previousStatus)).toEqual(shown.map(() => null));
	});
});

const lists = fc.array(
	fc.uniqueArray(
		fc.record({
			status: fc.constantFrom(1, 2, 3, 12, 4, null),
			username: fc.constantFrom('gh_00000000000a', 'gh_00000000000b', 'gh_other', 'gh_000c'),
		}),
		{ selector: ({ username }) => username },
	),
	{ minLength: 1, maxLength: 8 },
);

describe('any lists', () => {
	it('one after the other: each change of a status is told, and nothing else', () => {
		fc.assert(
			fc.property(lists, (all) => {
				let { after } = look(all[0]);
				let count = 0;
				const ids: string[] = [];
				for (const list of all.slice(1)) {
					const before = after;
					const result = look(list, before, NOW, count);
					expect(look(list, before, NOW, count).changes).toEqual(result.changes);
					({ after } = result);
					count += result.changes.length;
					ids.push(...result.changes.map(({ eventId }) => eventId));
					const told = new Set(result.changes.map(({ username }) => username));
					for (const id of new Set([...before.keys(), ...after.keys()])) {
						const [from, to] = [before.get(id), after.get(id)];
						const isForgotten = !to && [3, 4, null].includes(from?.status ?? null);
						const isChanged = from?.status !== to?.status && !isForgotten;
						expect(told.has(id)).toBe(isChanged);
					}
				}
				expect(new Set(ids).size).toBe(ids.length);
			}),
		);
	});

	it('are remembered as they were', () => {
		fc.assert(
			fc.property(lists, ([list]) => {
				const links = look(list).after;
				const memory = { ...readMemory({}, 'o'), isWhole: true };
				const account = { ...newAccount(), links: packLinks(links), count: 7, lookedAt: 9 };
				memory.accounts.set('wxa', packAccount(account));
				const data = {};
				writeMemory(data, 'o', memory);
				const read = readMemory(JSON.parse(JSON.stringify(data)) as object as never, 'o');
				expect(read).toEqual(memory);
				expect(unpackAccount(read.accounts.get('wxa') ?? '')).toEqual(account);
				expect(unpackLinks(account.links)).toEqual(links);
				expect(readMemory(data, 'another').accounts.size).toBe(0);
			}),
		);
	});
});

describe('static data', () => {
	const open = (text: unknown, more: object = {}) => {
		const seen = {
			version: 2,
			origin: 'o',
			isWhole: true,
			accounts: { wxa: text },
			others: {},
			...more,
		};
		return readMemory({ seen } as never, 'o');
	};
	const accountOf = (text: unknown) => unpackAccount(open(text).accounts.get('wxa') ?? '');
	/** Count, last look, hold, state and youngest open invitation. */
	const HEAD = '7,9,b,4,a';

	it('is short: numbers, and one word for each link', () => {
		const data: { seen?: unknown } = {};
		const memory = readMemory({}, 'o');
		expect(memory).toEqual({ isWhole: false, accounts: new Map(), others: new Map() });
		const { after } = look([
			entry(1),
			{ status: 12, username: 'gh_b!~' },
			{ status: null, username: 'gh_c' },
		]);
		const account = {
			...newAccount(),
			links: packLinks(after),
			openSince: openSinceOf(after),
			count: 40,
			heldUntil: 12,
			isUnavailable: true,
			isEmptied: true,
			misses: 2,
		};
		memory.accounts.set('wxa', packAccount(account));
		memory.accounts.set('wxb', packAccount(newAccount()));
		memory.accounts.set('wxc', packAccount({ ...newAccount(), isNew: true }));
		memory.isWhole = true;
		writeMemory(data as never, 'o', memory);
		const now = (NOW / 60_000).toString(36);
		expect(data.seen).toEqual({
			version: 2,
			origin: 'o',
			isWhole: true,
			accounts: {
				wxa: `14,0,c,n,${now} !AAAAAAAK,~AAAAAAAAALE,1 gh_b%21%7E,,12,${now},0 gh_c,,`,
				wxb: '0,0,0,0,0',
				wxc: '0,0,0,w,0',
			},
			others: {},
		});
	});

	it('names the youngest of the open invitations', () => {
		const old = look([{ status: 2, username: 'gh_a' }, entry(1)]).after;
		const both = look(
			[{ status: 12, username: 'gh_b' }, { status: 2, username: 'gh_a' }, entry(3)],
			old,
			NOW + DAY,
		).after;
		expect(openSinceOf(both)).toBe((NOW + DAY) / 60_000);
		expect(openSinceOf(old)).toBe(NOW / 60_000);
		expect(openSinceOf(look([entry(1), { status: 3, username: 'gh_a' }]).after)).toBe(0);
	});

	it('holds the accounts of other kinds by kind, with twelve bytes each', () => {
		const data: { seen?: unknown } = {};
		const memory = readMemory({}, 'o');
		memory.others.set('wx00000000000000b1', 'miniProgram');
		memory.others.set('wx00000000000000b2', 'shop');
		memory.others.set('wx00000000000000b3', 'miniProgram');
		writeMemory(data as never, 'o', memory);
		expect(data.seen).toMatchObject({
			others: { miniProgram: '~AAAAAAAAALE ~AAAAAAAAALM', shop: '~AAAAAAAAALI' },
		});
		const read = readMemory(JSON.parse(JSON.stringify(data)) as object as never, 'o');
		expect(read.others).toEqual(memory.others);
	});

	it.each([null, 7, [], { miniProgram: 7 }, { miniProgram: null }, { hotel: 'wxa' }])(
		'with %j instead of the others has none',
		(others) => expect(open(HEAD, { others }).others.size).toBe(0),
	);

	it('is assigned only if something has changed, since n8n stores what is assigned', () => {
		const data: { seen?: unknown } = {};
		const memory = readMemory({}, 'o');
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

	it('is assigned as a new value: a poll that no longer counts has changed nothing', () => {
		const data: { seen?: unknown } = {};
		const memory = readMemory({}, 'o');
		memory.accounts.set('wxa', packAccount(newAccount()));
		writeMemory(data as never, 'o', memory);
		const before = data.seen;
		const text = JSON.stringify(before);
		memory.accounts.set('wxa', packAccount({ ...newAccount(), count: 1 }));
		writeMemory(data as never, 'o', memory);
		expect(JSON.stringify(before)).toBe(text);
	});

	it('is read as it was written', () => {
		expect(open(HEAD).isWhole).toBe(true);
		const account = accountOf(`${HEAD} !AAAAAAAK,~AAAAAAAAALE,1 gh_c,,12,a,1 %,,1`);
		expect(account).toEqual({
			count: 7,
			lookedAt: 9,
			heldUntil: 11,
			isUnavailable: false,
			isEmptied: false,
			misses: 0,
			isNew: false,
			openSince: 10,
			links: '!AAAAAAAK,~AAAAAAAAALE,1 gh_c,,12,a,1 %,,1',
		});
		expect(unpackLinks(account?.links ?? '')).toEqual(
			new Map([
				[ID, { appId: APP, status: 1, since: 0, isReminded: false }],
				['gh_c', { appId: null, status: 12, since: 10, isReminded: true }],
				['%', { appId: null, status: 1, since: 0, isReminded: false }],
			]),
		);
		const stateOf = (state: string) => accountOf(`0,0,0,${state},0`);
		expect(stateOf('1')).toEqual({ ...newAccount(), isUnavailable: true });
		expect(stateOf('2')).toEqual({ ...newAccount(), isEmptied: true });
		expect(stateOf('4')).toEqual({ ...newAccount(), links: '' });
		expect(stateOf('8')).toEqual({ ...newAccount(), misses: 1 });
		expect(stateOf('g')).toEqual({ ...newAccount(), misses: 2 });
		expect(stateOf('w')).toEqual({ ...newAccount(), isNew: true });
		expect(stateOf('v')).toMatchObject({ isUnavailable: true, isEmptied: true, misses: 2 });
	});

	it.each([7, null, '', '7,9,b,4', '7,9,b,4,1,1', '7,9,b,4,?', '7,-9,b,4,1'])(
		'forgets an account of which it holds %j',
		(text) => expect(accountOf(text)).toBeUndefined(),
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
	])('forgets the links of which it holds %j', (text) => {
		expect(unpackLinks(text)).toBeUndefined();
	});

	it.each([{ version: 1 }, { version: '2' }, { origin: 'another' }])(
		'that holds %j is no memory',
		(more) => {
			expect(open(HEAD, more)).toEqual({ isWhole: false, accounts: new Map(), others: new Map() });
		},
	);

	it.each([null, [], 'text', undefined])('with %j in place of accounts has none', (accounts) => {
		expect(open('', { accounts })).toEqual({
			isWhole: false,
			accounts: new Map(),
			others: new Map(),
		});
	});

	it.each([null, [], 'text', undefined])(
		'with %j in place of others knows no whole list',
		(others) => {
			expect(open(HEAD, { others }).isWhole).toBe(false);
		},
	);

	it('keeps in mind that an account was listed whose text is damaged', () => {
		expect([...open(7).accounts.keys()]).toEqual(['wxa']);
	});

	it.each([null, [], 'text'])('that is %j is no memory', (seen) => {
		expect(readMemory({ seen } as never, 'o')).toEqual({
			isWhole: false,
			accounts: new Map(),
			others: new Map(),
		});
	});

	it.each([1, 'true', null, undefined])('with %j as its mark knows no whole list', (isWhole) => {
		expect(open(HEAD, { isWhole }).isWhole).toBe(false);
	});

	it('that holds anything at all gives a memory', () => {
		fc.assert(
			fc.property(fc.anything(), fc.anything(), fc.string(), (seen, accounts, text) => {
				const kept = { version: 2, origin: 'o', accounts: { a: text, b: accounts } };
				expect(readMemory({ seen } as never, 'o').accounts).toBeInstanceOf(Map);
				const memory = readMemory({ seen: kept } as never, 'o');
				for (const one of memory.accounts.values()) {
					const links = unpackAccount(one)?.links;
					if (links !== undefined) unpackLinks(links);
				}
			}),
		);
	});
});

describe('5,000 links in one answer', () => {
	const many = (status: number): LinkEntry[] =>
		Array.from({ length: 5_000 }, (_, n) => {
			const digits = n.toString(16).padStart(12, '0');
			return { status, username: `gh_${digits}`, appid: `wx0000${digits}` };
		});

	it('are told one by one, each under an id of its own', () => {
		const { changes } = look(many(1), look(many(2)).after);
		expect(changes).toHaveLength(5_000);
		expect(new Set(changes.map(({ eventId }) => eventId)).size).toBe(5_000);
		expect(new Set(changes.map(({ event }) => event))).toEqual(new Set(['linked']));
	});
});
