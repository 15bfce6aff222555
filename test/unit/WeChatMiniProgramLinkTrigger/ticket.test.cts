import {
	lookAtTicket,
	type KnownTicket,
} from '../../../nodes/WeChatMiniProgramLinkTrigger/ticket';
import { readMemory, writeMemory } from '../../../nodes/WeChatMiniProgramLinkTrigger/memory';
import { ticketItem } from '../../../nodes/WeChatMiniProgramLinkTrigger/item';

const MINUTE = 60_000;
const NOW = Date.parse('2025-03-04T05:06:40.000Z');
const MINUTES = Math.floor(NOW / MINUTE);
const NONE = undefined;
const ago = (minutes: number) => NOW - minutes * MINUTE;
/** What is remembered since so many minutes. */
const since = (minutes: number, isTold = false): KnownTicket => ({
	since: MINUTES - minutes,
	isTold,
});

beforeEach(() => jest.spyOn(performance, 'now').mockReturnValue(60 * MINUTE));
afterEach(() => jest.restoreAllMocks());

describe('the ticket of a platform', () => {
	it.each<[string, number, KnownTicket | undefined, boolean]>([
		['came a minute ago', ago(1), NONE, false],
		['came 59 minutes ago', ago(59), NONE, false],
		['came 61 minutes ago', ago(61), NONE, true],
		['came a year ago', ago(525_600), NONE, true],
		['will have come: the clock was put back', ago(-120), NONE, false],
		['came 61 minutes ago, as was told', ago(61), { since: MINUTES - 60, isTold: true }, false],
		['came 61 minutes ago, after it was told of another one', ago(61), since(200, true), true],
		['came after it was told that none ever had', ago(5), since(100, true), false],
		['has never come, and nothing is known', 0, NONE, false],
		['has not come for 59 minutes', 0, since(59), false],
		['has not come for 60 minutes', 0, since(60), true],
		['has not come for 60 minutes, as was told', 0, since(60, true), false],
		['has not come since tomorrow: the clock was put back', 0, since(-1440), false],
	])('that %s: %#', (_, last, before, isOverdue) => {
		expect(lookAtTicket(last, before, NOW, false).isOverdue).toBe(isOverdue);
	});

	it.each<[string, number, KnownTicket | undefined, KnownTicket | undefined]>([
		['came in time', ago(1), NONE, NONE],
		['came after it was told', ago(1), since(90, true), NONE],
		['is told now', ago(90) - 40_000, NONE, since(90, true)],
		['was told', ago(90) - 40_000, since(90, true), since(90, true)],
		['has never come', 0, NONE, since(0)],
		['has not come for an hour', 0, since(60), since(60, true)],
		['has not come since tomorrow', 0, since(-1440), since(0)],
	])('leaves to be remembered, if it %s: %#', (_, last, before, known) => {
		expect(lookAtTicket(last, before, NOW, false).known).toEqual(known);
	});

	it('has an hour from the publication, if none has ever come', () => {
		const look = (last: number, before?: KnownTicket) => lookAtTicket(last, before, NOW, true);
		expect(look(0, since(600))).toEqual({ known: since(0), isOverdue: false });
		expect(look(0, since(600, true))).toEqual({ known: since(0, true), isOverdue: false });
		expect(look(ago(61)).isOverdue).toBe(true);
	});

	it('has the first quarter of an hour of the process to come', () => {
		const now = jest.spyOn(performance, 'now');
		now.mockReturnValue(15 * MINUTE - 1);
		expect(lookAtTicket(ago(600), NONE, NOW, false)).toEqual({ known: NONE, isOverdue: false });
		now.mockReturnValue(15 * MINUTE);
		expect(lookAtTicket(ago(600), NONE, NOW, false).isOverdue).toBe(true);
	});
});

describe('what is remembered of the ticket', () => {
	const kept = (ticket?: KnownTicket) => {
		const data = {};
		writeMemory(data, 'o', { isWhole: false, accounts: new Map(), others: new Map(), ticket });
		return data as { seen: Record<string, unknown> };
	};

	it.each([undefined, since(0), since(1, true), { since: 0, isTold: false }])(
		'comes back: %j',
		(ticket) => {
			const data = JSON.parse(JSON.stringify(kept(ticket))) as ReturnType<typeof kept>;
			expect(readMemory(data as never, 'o').ticket).toEqual(ticket);
			expect(readMemory(data as never, 'another').ticket).toBeUndefined();
		},
	);

	it.each(['', 'x', 'x,2', ',1', '-1,0', 'zzzzzzzzzzzz,1', 7, null, {}, ['1,1']])(
		'is nothing where it was damaged to %j',
		(ticket) => {
			const data = { seen: { ...kept().seen, ticket } };
			expect(readMemory(data as never, 'o').ticket).toBeUndefined();
		},
	);

	it('is written only if it changes', () => {
		const data = kept(since(1));
		const { seen } = data;
		const memory = readMemory(data as never, 'o');
		writeMemory(data as never, 'o', memory);
		expect(data.seen).toBe(seen);
		writeMemory(data as never, 'o', { ...memory, ticket: undefined });
		expect(data.seen).not.toHaveProperty('ticket');
	});
});

describe('the item about an overdue ticket', () => {
	const item = (platform: string, last: number, minute: number, language: 'en' | 'zh-CN' = 'en') =>
		ticketItem(platform, last, minute, NOW, language);

	it('has an id of its own for each platform and each time', () => {
		const ids = [item('a', 0, 1), item('a', 0, 2), item('b', 0, 1)].map(({ eventId }) => eventId);
		expect(new Set(ids).size).toBe(3);
		expect(item('a', NOW, 1).eventId).toBe(ids[0]);
	});

	it('says when the last one came, if one has', () => {
		expect(item('a', NOW, 1).hint).toContain('came at 2025-03-04T05:06:40.000Z');
		expect(item('a', NOW, 1, 'zh-CN').hint).toContain('2025-03-04T05:06:40.000Z');
		expect(item('a', 0, 1).hint).not.toContain('came at');
	});
});
