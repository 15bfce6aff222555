import type { Memory } from '../../../nodes/WeChatMiniProgramLinkTrigger/memory';
import { checkTicket } from '../../../nodes/WeChatMiniProgramLinkTrigger/ticket';

type KnownTicket = Memory['ticket'];

const MINUTE = 60_000;
const NOW = Date.parse('2025-03-04T05:06:40.000Z');
const MINUTES = Math.floor(NOW / MINUTE);
const NONE = undefined;
const NEVER = 0;
/** Tickets come at whole minutes here. */
const ago = (minutes: number) => (MINUTES - minutes) * MINUTE;
const since = (minutes: number, isReported = false): KnownTicket => ({
	since: MINUTES - minutes,
	isReported,
});

const check = (lastTicket: number, before: KnownTicket, isPublishing = false, origin = 'a') =>
	checkTicket({ origin, lastTicket }, before, NOW, isPublishing, 'en');
const isOverdue = (...given: Parameters<typeof check>) => check(...given).items.length > 0;

beforeEach(() => jest.spyOn(performance, 'now').mockReturnValue(60 * MINUTE));
afterEach(() => jest.restoreAllMocks());

it.each<[string, boolean, number, KnownTicket, KnownTicket]>([
	['came a minute ago', false, ago(1), NONE, NONE],
	['came 59 minutes ago', false, ago(59), NONE, NONE],
	['came 61 minutes ago', true, ago(61), NONE, since(61, true)],
	['came a year ago', true, ago(525_600), NONE, since(525_600, true)],
	['comes in two hours (the clock was set back)', false, ago(-120), NONE, NONE],
	['came 61 minutes ago and was reported', false, ago(61), since(61, true), since(61, true)],
	[
		'came 61 minutes ago, after an earlier report',
		true,
		ago(61),
		since(200, true),
		since(61, true),
	],
	['came after a report that none had', false, ago(5), since(100, true), NONE],
	['has never come before', false, NEVER, NONE, since(0)],
	['has not come for 59 minutes', false, NEVER, since(59), since(59)],
	['has not come for 60 minutes', true, NEVER, since(60), since(60, true)],
	['has not come for 60 minutes and was reported', false, NEVER, since(60, true), since(60, true)],
	['has not come since tomorrow (the clock was set back)', false, NEVER, since(-1440), since(0)],
])('A ticket that %s is overdue: %p', (_, overdue, last, before, known) => {
	expect(isOverdue(last, before)).toBe(overdue);
	expect(check(last, before).known).toEqual(known);
});

it('A first ticket has an hour from the publication, but a later one does not', () => {
	expect(check(NEVER, since(600), true)).toMatchObject({ known: since(0), items: [] });
	expect(check(NEVER, since(600, true), true)).toMatchObject({ known: since(0, true), items: [] });
	expect(isOverdue(ago(61), NONE, true)).toBe(true);
});

it('Each platform and each time without a ticket has an event ID of its own', () => {
	const idOf = (minutes: number, origin: string) =>
		check(NEVER, since(minutes), false, origin).items[0].eventId;
	expect(new Set([idOf(61, 'a'), idOf(62, 'a'), idOf(61, 'b')]).size).toBe(3);
	expect(idOf(61, 'a')).toBe(idOf(61, 'a'));
});
