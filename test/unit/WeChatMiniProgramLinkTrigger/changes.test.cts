import fc from 'fast-check';

import {
	compare,
	latestChanges,
	openSinceOf,
	type KnownLinks,
	type LinkChange,
} from '../../../nodes/WeChatMiniProgramLinkTrigger/changes';
import type { LinkEntry } from '../../../nodes/wechat/linkList';

const NOW = Date.UTC(2026, 10, 25);
const DAY = 24 * 3600 * 1000;
const ID = 'gh_00000000000a';
const APP = 'wx00000000000000b1';

const visit = (entries: LinkEntry[], before?: KnownLinks, now = NOW, count = 0) =>
	compare({ account: 'wxa', before, entries, count, now, waitingDays: 3 });
const entry = (status: number | null): LinkEntry => ({ status, username: ID, appid: APP });
const between = (from: number | null | undefined, to: number | null | undefined): LinkChange[] => {
	const of = (status: number | null | undefined) => (status === undefined ? [] : [entry(status)]);
	return visit(of(to), visit(of(from)).after).changes;
};

describe('Status', () => {
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
	])('A link whose status goes from %p to %p reports %j', (from, to, events) => {
		expect(between(from, to).map(({ event }) => event)).toEqual(events);
	});

	it('A waiting invitation is reported once, with the days it has waited, whichever administrator has agreed', () => {
		const { after } = visit([entry(12)]);
		const early = visit([entry(12)], after, NOW + 3 * DAY - 60_000);
		expect(early.changes).toStrictEqual([]);
		const late = visit([entry(12)], early.after, NOW + 4 * DAY);
		expect(late.changes).toMatchObject([{ event: 'waiting', waitingDays: 4 }]);
		const agreed = visit([entry(2)], late.after, NOW + 9 * DAY);
		expect(agreed.changes.map(({ event }) => event)).toEqual(['officialAccountAdminAgreed']);
		const again = visit([entry(12)], agreed.after, NOW + 10 * DAY);
		expect(visit([entry(12)], again.after, NOW + 13 * DAY).changes).toMatchObject([
			{ event: 'waiting', waitingDays: 3 },
		]);
		const first = visit([entry(2)]);
		expect(visit([entry(2)], first.after, NOW + 3 * DAY).changes).toMatchObject([
			{ event: 'waiting', status: 2, waitingDays: 3 },
		]);
	});

	it('A Mini Program that is listed several times counts once, with the entry closest to a link', () => {
		const { after } = visit([entry(12)]);
		expect(visit([entry(3), entry(2), entry(3)], after).changes).toMatchObject([
			{ event: 'officialAccountAdminAgreed' },
		]);
	});

	it('A link keeps its appid if WeChat leaves it out', () => {
		const { after } = visit([entry(2)]);
		expect(visit([{ status: 3, username: ID }], after).changes).toMatchObject([
			{ event: 'refused', appId: APP, username: ID },
		]);
	});
});

describe('Reported fields', () => {
	it('A change contains everything that is known about the link, before and after', () => {
		const { after } = visit([entry(12)]);
		const agreed = { ...entry(2), nickname: 'Tea' };
		expect(visit([agreed], after, NOW + 2 * DAY).changes).toEqual([
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

	it('A removal contains what was known about the link', () => {
		const { after } = visit([entry(2)]);
		expect(visit([], after, NOW + 9 * DAY).changes).toMatchObject([
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

	it('A change has null for what WeChat leaves out', () => {
		const bare: LinkEntry = { status: 1, appid: APP.toUpperCase() };
		const [linked] = visit([bare], new Map()).changes;
		expect(linked).toMatchObject({
			username: null,
			appId: APP,
			nickname: null,
			previousStatus: null,
			waitingDays: null,
		});
		const [removed] = visit([], visit([bare]).after).changes;
		expect(removed).toMatchObject({ username: null, appId: APP });
		const [nameless] = visit([{ status: 1, username: ID }], new Map()).changes;
		expect(nameless.appId).toBeNull();
	});

	it('An entry without any ID is ignored', () => {
		expect(visit([{ status: 1 }], new Map()).changes).toStrictEqual([]);
	});

	it('Changes that differ in account, link, statuses or count have different event IDs', () => {
		const idOf = ({ account = 'wxa', username = ID, from = 12, to = 1, count = 0 }) => {
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

	it('The event ID of a waiting invitation does not depend on other changes of its account', () => {
		const { after } = visit([entry(12)]);
		const idOf = (count: number, days: number) =>
			visit([entry(12)], after, NOW + days * DAY, count).changes[0].eventId;
		expect(idOf(0, 3)).toBe(idOf(5, 4));
	});

	it('An invitation has waited no days after the clock was set back', () => {
		const { after } = visit([entry(12)]);
		expect(visit([entry(2)], after, NOW - DAY).changes).toMatchObject([{ waitingDays: 0 }]);
	});
});

it('The first visit reports nothing, and remembers statuses and when invitations were first seen', () => {
	const { changes, after } = visit([entry(1), { status: 12, username: 'gh_b' }]);
	expect(changes).toStrictEqual([]);
	expect([...after]).toEqual([
		[ID, { appId: APP, status: 1, since: 0, isReminded: false }],
		['gh_b', { appId: null, status: 12, since: NOW / 60_000, isReminded: false }],
	]);
});

it('The youngest open invitation decides how old the invitations of an account are', () => {
	const old = visit([{ status: 2, username: 'gh_a' }, entry(1)]).after;
	const both = visit(
		[{ status: 12, username: 'gh_b' }, { status: 2, username: 'gh_a' }, entry(3)],
		old,
		NOW + DAY,
	).after;
	expect(openSinceOf(both)).toBe((NOW + DAY) / 60_000);
	expect(openSinceOf(old)).toBe(NOW / 60_000);
	expect(openSinceOf(visit([entry(1), { status: 3, username: 'gh_a' }]).after)).toBe(0);
});

it('A test in the editor shows the latest step of each link once', () => {
	const entries: LinkEntry[] = [
		entry(2),
		entry(12),
		{ status: 1, username: 'gh_b' },
		{ status: 3, username: 'gh_c' },
		{ status: 4, username: 'gh_d' },
		{ status: null, username: 'gh_e' },
		{ status: 12, username: 'gh_f' },
	];
	const shown = latestChanges('wxa', entries, NOW);
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

it('Over any sequence of lists, each change of a status is reported and nothing else', () => {
	fc.assert(
		fc.property(lists, (all) => {
			let { after } = visit(all[0]);
			let count = 0;
			const ids: string[] = [];
			for (const list of all.slice(1)) {
				const before = after;
				const result = visit(list, before, NOW, count);
				expect(visit(list, before, NOW, count).changes).toEqual(result.changes);
				({ after } = result);
				count += result.changes.length;
				ids.push(...result.changes.map(({ eventId }) => eventId));
				const reported = new Set(result.changes.map(({ username }) => username));
				for (const id of new Set([...before.keys(), ...after.keys()])) {
					const [from, to] = [before.get(id), after.get(id)];
					const isForgotten = !to && [3, 4, null].includes(from?.status ?? null);
					const isChanged = from?.status !== to?.status && !isForgotten;
					expect(reported.has(id)).toBe(isChanged);
				}
			}
			expect(new Set(ids).size).toBe(ids.length);
		}),
	);
});

it('The changes of 5,000 links in one list are all reported, each under its own event ID', () => {
	const many = (status: number): LinkEntry[] =>
		Array.from({ length: 5_000 }, (_, n) => {
			const digits = n.toString(16).padStart(12, '0');
			return { status, username: `gh_${digits}`, appid: `wx0000${digits}` };
		});
	const { changes } = visit(many(1), visit(many(2)).after);
	expect(changes).toHaveLength(5_000);
	expect(new Set(changes.map(({ eventId }) => eventId)).size).toBe(5_000);
	expect(new Set(changes.map(({ event }) => event))).toEqual(new Set(['linked']));
});
