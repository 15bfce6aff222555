import fc from 'fast-check';

import {
	compare,
	type Change,
	type KnownLinks,
} from '../../nodes/WeChatMiniProgramLinkTrigger/changes';
import {
	newAccount,
	readMemory,
	writeMemory,
} from '../../nodes/WeChatMiniProgramLinkTrigger/memory';
import { isWholeList, type LinkEntry } from '../../nodes/wechat/linkList';

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
				const memory = readMemory({}, 'o', NOW);
				memory.accounts.set('wxa', { ...newAccount(), links, count: 7, lookedAt: 9 });
				const data = {};
				writeMemory(data, 'o', memory);
				const read = readMemory(JSON.parse(JSON.stringify(data)) as object as never, 'o', NOW);
				expect(read).toEqual({ ...memory, isNew: false });
				expect(readMemory(data, 'another', NOW).accounts.size).toBe(0);
			}),
		);
	});
});

describe('static data', () => {
	it('that holds anything at all gives a memory', () => {
		fc.assert(
			fc.property(fc.anything(), fc.anything(), fc.string(), (seen, accounts, text) => {
				const kept = { version: 1, origin: 'o', accounts: { a: text, b: accounts } };
				expect(readMemory({ seen } as never, 'o', NOW).accounts).toBeInstanceOf(Map);
				expect(readMemory({ seen: kept } as never, 'o', NOW).accounts).toBeInstanceOf(Map);
			}),
		);
	});
});

describe('a list', () => {
	it.each([
		[{ wxopens: { items: [] } }, true],
		[{ wxopens: { items: [{ status: 1, username: ID }] } }, true],
		[{ wxopens: { items: [{ status: 3, username: ID }, null] } }, false],
		[{ wxopens: { items: [{ status: 1 }] } }, false],
		[{ wxopens: {} }, false],
		[{ wxopens: null }, false],
		[{}, false],
	])('%j is whole: %p', (payload, isWhole) => {
		expect(isWholeList(payload)).toBe(isWhole);
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
