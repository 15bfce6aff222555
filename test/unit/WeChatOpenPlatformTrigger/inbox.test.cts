import type { ICredentialDataDecryptedObject as Data } from 'n8n-workflow';

import type { Inbox } from '../../../nodes/WeChatOpenPlatformTrigger/inbox';
import type { Received } from '../../../nodes/WeChatOpenPlatformTrigger/receivedPushes';
import type { CredentialChange } from '../../../nodes/tokens/pendingChange';
import { PlatformField, platformOf } from '../../../nodes/tokens/platformFields';
import { newProcess } from '../processes.cts';
import { asStored, fakeTimeouts, Table } from '../table.cts';

const NOW = Date.parse('2025-03-04T05:06:40.000Z');
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const CREDENTIALS: Data = {
	componentAppId: 'wx0123456789abcdef',
	componentAppSecret: 'secret',
};

let table: Table;

beforeEach(() => {
	jest.useFakeTimers({ now: NOW });
	fakeTimeouts();
	table = new Table(CREDENTIALS, { read: 5, write: 20 });
});
afterEach(() => {
	jest.restoreAllMocks();
	jest.useRealTimers();
});

const push = (eventId: string, fields: Partial<Received> = {}): Received => ({
	eventId,
	item: { event: 'authorized', eventId },
	codeId: 'c',
	...fields,
});

const nothing = () => undefined;

/** Lets time pass until some work ends. */
async function done<T>(work: Promise<T>, longest = 300 * SECOND): Promise<T> {
	let isDone = false;
	void work.finally(() => (isDone = true)).catch(() => undefined);
	for (let left = longest; left > 0 && !isDone; left -= 20) {
		await jest.advanceTimersByTimeAsync(20);
	}
	if (!isDone) throw new Error(`It has not come to its end within ${longest} ms`);
	return await work;
}

const pass = async (milliseconds: number) => await jest.advanceTimersByTimeAsync(milliseconds);

/**
 * A process of n8n with trigger nodes.
 *
 * @param shift milliseconds that its clock is ahead
 */
function processOf(shift = 0, of = table) {
	const modules = newProcess(shift);
	const access = of.process(true);
	const shared = new modules.sharedCredential.SharedCredential(platformOf, { ...of.record });
	shared.open(access);
	/** The inbox that each push of a node gets. */
	const inbox = (node = 'node'): Inbox => new modules.inbox.Inbox(shared, node);
	const take = async (
		received: Received,
		{ node = 'node', alongWith = nothing as CredentialChange, within = 4 * SECOND } = {},
	) => await done(inbox(node).take(received, alongWith, AbortSignal.timeout(within)));
	/** Looks for pushes that were left, as the trigger does after a push that starts nothing. */
	const watch = async (milliseconds: number, node = 'node') => {
		await done(shared.refresh());
		const seen = inbox(node);
		await pass(milliseconds);
		await done(shared.refresh());
		seen.observe(shared.latest);
		return seen;
	};
	const takeAbandoned = async (after = 12 * SECOND, node = 'node') =>
		await done((await watch(after, node)).takeAbandoned());
	const takeForwards = async (after: number, node = 'node') =>
		await done((await watch(after, node)).takeForwards());
	return { access, shared, inbox, take, takeAbandoned, takeForwards };
}

interface Kept {
	eventId: string;
	item?: unknown;
	raw?: unknown;
}

const FIELD = new PlatformField<Kept[]>('receivedPushes');

/** The pushes that the table keeps. */
const kept = () => FIELD.read(table.record, platformOf(table.record)) ?? [];
const keptIds = () => kept().map(({ eventId }) => eventId);

describe('Taking pushes', () => {
	it('A push is new, and is stored with what came along in one write', async () => {
		const { take, access } = processOf();
		const alongWith: CredentialChange = (now) =>
			now.componentVerifyTicket === 't' ? undefined : { componentVerifyTicket: 't' };
		expect(await take(push('1'), { alongWith })).toBe('new');
		expect(table.record.componentVerifyTicket).toBe('t');
		expect(kept()).toMatchObject([{ eventId: '1', item: { event: 'authorized' } }]);
		expect(access.storedAt).toHaveLength(1);
	});

	it('A push that comes again is known, in this process and in another one', async () => {
		const one = processOf();
		expect(await one.take(push('1'))).toBe('new');
		expect(await one.take(push('1'))).toBe('known');
		const two = processOf();
		expect(await two.take(push('1'))).toBe('known');
		expect(await two.take(push('2'))).toBe('new');
	});

	it('A push that comes again while it is being stored waits for the same write', async () => {
		const { inbox, access } = processOf();
		const signal = AbortSignal.timeout(4 * SECOND);
		const both = [0, 0].map(async () => await inbox().take(push('1'), nothing, signal));
		expect(await done(Promise.all(both))).toEqual(['new', 'known']);
		expect(access.storedAt).toHaveLength(1);
	});

	it('A push that comes again while it cannot be stored is left to the first one', async () => {
		table.stores.failing = Infinity;
		const { inbox } = processOf();
		const signal = AbortSignal.timeout(4 * SECOND);
		const both = [0, 0].map(async () => await inbox().take(push('1'), nothing, signal));
		expect(await done(Promise.all(both))).toEqual(['unsaved', 'joined']);
	});

	it.each([
		['at once', 0],
		['a moment later', 15],
		['two moments later', 30],
	])(
		'A push that two processes receive, the second %s, is new in one of them',
		async (_, apart) => {
			const processes = [processOf(), processOf(HOUR)];
			const signal = AbortSignal.timeout(4 * SECOND);
			const first = processes[0].inbox().take(push('1'), nothing, signal);
			await pass(apart);
			const second = processes[1].inbox().take(push('1'), nothing, signal);
			expect((await done(Promise.all([first, second]))).sort()).toEqual(['known', 'new']);
		},
	);

	it('A push is new to each trigger node of the credential', async () => {
		expect(await processOf().take(push('1'), { node: 'one' })).toBe('new');
		const two = processOf();
		expect(await two.take(push('1'), { node: 'two' })).toBe('new');
		expect(await two.take(push('1'), { node: 'one' })).toBe('known');
		expect(kept()).toHaveLength(1);
	});

	it('A push that another platform has had is new, and both are kept', async () => {
		await processOf().take(push('1'));
		table.record = { ...table.record, componentAppId: 'wx00000000000000c2' };
		expect(await processOf().take(push('1'))).toBe('new');
		expect(kept()).toHaveLength(1);
		table.record = { ...table.record, componentAppId: CREDENTIALS.componentAppId };
		expect(await processOf().take(push('1'))).toBe('known');
	});

	it.each<Data>([
		{ apiBaseUrl: 'https://api2.weixin.qq.com' },
		{ componentAppSecret: 'other' },
		{ tokenSource: 'tokenService' },
	])('A push is known although the credential was edited since: %j', async (edited) => {
		await processOf().take(push('1'));
		table.record = { ...table.record, ...edited };
		expect(await processOf().take(push('1'))).toBe('known');
	});

	it('A push is refused if the database keeps failing, and kept if it fails once', async () => {
		table.stores.failing = Infinity;
		const process = processOf();
		expect(await process.take(push('1'))).toBe('unsaved');
		process.inbox().leave('1');
		expect(kept()).toStrictEqual([]);
		table.stores.failing = 1;
		expect(await process.take(push('1'))).toBe('new');
		expect(keptIds()).toEqual(['1']);
	});

	it('A push is refused within 4 seconds if the database does not answer, and is new when it comes again', async () => {
		table.stores.hanging = 1;
		const process = processOf();
		const cameAt = Date.now();
		expect(await process.take(push('1'))).toBe('unsaved');
		expect(Date.now() - cameAt).toBeLessThanOrEqual(4 * SECOND + 20);
		process.inbox().leave('1');
		await pass(10 * SECOND);
		expect(await process.take(push('1'))).toBe('new');
	});

	it('A push is remembered for a day', async () => {
		await processOf().take(push('1', { item: undefined }));
		jest.setSystemTime(NOW + 24 * HOUR - MINUTE);
		expect(await processOf().take(push('1'))).toBe('known');
		jest.setSystemTime(NOW + 24 * HOUR + MINUTE);
		expect(await processOf().take(push('1'))).toBe('new');
		expect(kept()).toHaveLength(1);
	});
});

describe('Limits', () => {
	/** Makes a number of stored pushes. */
	const entries = (count: number, isStarted: boolean, from = 0) =>
		Array.from({ length: count }, (_, n) => ({
			eventId: `${from + n}`,
			at: NOW - HOUR + from + n,
			nodes: { node: { by: 'another', isStarted } },
			...(!isStarted && { item: { event: 'authorized' } }),
		}));
	const keeping = (...all: object[][]) => {
		const fields = FIELD.write(CREDENTIALS, platformOf(CREDENTIALS), all.flat() as Kept[]);
		table.record = asStored({ ...CREDENTIALS, ...fields });
	};

	it('The credential keeps 300 finished pushes: the next one replaces the oldest', async () => {
		keeping(entries(300, true));
		const { take, inbox } = processOf();
		await take(push('new'));
		expect(keptIds()).toHaveLength(301);
		inbox().noteStarted('new');
		await pass(5 * SECOND);
		expect(keptIds()).toHaveLength(300);
		expect(keptIds()).toContain('new');
		expect(keptIds()).not.toContain('0');
	});

	it('A push that has started nothing is never dropped, however many come', async () => {
		keeping(entries(20, false), entries(300, true, 20));
		const { take, inbox } = processOf();
		for (let n = 0; n < 30; n++) {
			await take(push(`new ${n}`));
			inbox().noteStarted(`new ${n}`);
		}
		await pass(5 * SECOND);
		for (let n = 0; n < 20; n++) expect(keptIds()).toContain(`${n}`);
		expect(keptIds()).toHaveLength(320);
	});

	it('The credential keeps 1,000 waiting pushes: the next one is refused, and nothing of it is kept', async () => {
		keeping(entries(1000, false));
		const { take } = processOf();
		const alongWith = () => ({ componentVerifyTicket: 't' });
		expect(await take(push('new'), { alongWith })).toBe('unsaved');
		expect(keptIds()).toHaveLength(1000);
		expect(table.record.componentVerifyTicket).toBeUndefined();
		expect(await take(push('7'))).toBe('known');
	});
});

describe('A process that ends before it starts the workflow', () => {
	it('A push of a process that ended is taken up by another one after 12 seconds of silence by its own clock', async () => {
		await processOf(-3 * HOUR).take(push('1'));
		const next = processOf(HOUR);
		expect(await next.takeAbandoned(11 * SECOND)).toStrictEqual([]);
		expect(await next.takeAbandoned(SECOND)).toEqual([push('1')]);
		expect(await next.takeAbandoned()).toStrictEqual([]);
	});

	it('A push of a process that ended is new when WeChat repeats it after the silence', async () => {
		await processOf().take(push('1'));
		const next = processOf();
		expect(await next.take(push('1'))).toBe('known');
		await pass(13 * SECOND);
		expect(await next.take(push('1'))).toBe('new');
		expect(kept()).toHaveLength(1);
	});

	it('A push of a process that ended is taken up by one of two that look at once', async () => {
		await processOf().take(push('1'));
		const late = [processOf(), processOf()];
		const seen = late.map(({ inbox }) => inbox());
		await pass(13 * SECOND);
		const taken = await done(Promise.all(seen.map(async (one) => await one.takeAbandoned())));
		expect(taken.flat()).toEqual([push('1')]);
	});

	it('A push is taken up again if the process that took it up ends, too', async () => {
		await processOf().take(push('1'));
		expect(await processOf().takeAbandoned()).toHaveLength(1);
		expect(await processOf().takeAbandoned()).toHaveLength(1);
	});

	it('A push is left alone while its process deals with others', async () => {
		const busy = processOf();
		await busy.take(push('slow'));
		await busy.take(push('1', { forward: FORWARD }));
		const next = processOf();
		const seen = next.inbox();
		for (let n = 0; n < 5; n++) {
			busy.inbox().noteTried('1');
			await pass(5 * SECOND);
			await done(next.shared.refresh());
			seen.observe(next.shared.latest);
		}
		expect(await done(seen.takeAbandoned())).toStrictEqual([]);
	});

	it('A push of a process that ended is taken up only by its own trigger node', async () => {
		await processOf().take(push('1'), { node: 'one' });
		expect(await processOf().takeAbandoned(12 * SECOND, 'two')).toStrictEqual([]);
		expect(await processOf().takeAbandoned(12 * SECOND, 'one')).toHaveLength(1);
	});

	it('A push that came to nothing is taken up once in its own process, however many look at once', async () => {
		const { take, inbox, takeAbandoned } = processOf();
		await take(push('1'));
		expect(await takeAbandoned()).toStrictEqual([]);
		inbox().leave('1');
		const looks = Array.from({ length: 3 }, async () => await inbox().takeAbandoned());
		const taken = (await done(Promise.all(looks))).flat();
		expect(taken.map(({ eventId }) => eventId)).toEqual(['1']);
	});

	it('A push is not taken up if that cannot be noted, since two processes would then start its workflow', async () => {
		await processOf().take(push('1'));
		const next = processOf();
		table.stores.failing = 2;
		expect(await next.takeAbandoned()).toStrictEqual([]);
		expect(await next.takeAbandoned(0)).toHaveLength(1);
	});

	it('A push that starts no workflow is not taken up', async () => {
		await processOf().take(push('1', { item: undefined }));
		const next = processOf();
		expect(await next.takeAbandoned()).toStrictEqual([]);
		expect(await next.take(push('1'))).toBe('known');
	});

	it('A push that came to nothing is taken up again in its own process', async () => {
		const { take, inbox, takeAbandoned } = processOf();
		await take(push('1'));
		expect(await takeAbandoned()).toStrictEqual([]);
		inbox().leave('1');
		expect(await takeAbandoned(0)).toEqual([push('1')]);
	});
});

describe('After the workflow was started', () => {
	it('A push that started its workflow starts nothing again, and its item is no longer kept', async () => {
		const one = processOf();
		await one.take(push('1'));
		one.inbox().noteStarted('1');
		await pass(5 * SECOND);
		expect(kept()).toEqual([expect.not.objectContaining({ item: expect.anything() })]);
		const two = processOf();
		expect(await two.takeAbandoned()).toStrictEqual([]);
		expect(await two.take(push('1'))).toBe('known');
	});

	it('A push starts nothing again in its process, even if the credential has lost it', async () => {
		const one = processOf();
		await one.take(push('1'));
		one.inbox().noteStarted('1');
		await pass(MINUTE);
		table.record = { ...CREDENTIALS };
		expect(await one.take(push('1'))).toBe('known');
	});

	it("A started push is stored again as started if another process's write removes it", async () => {
		const one = processOf();
		await one.take(push('1', { forward: FORWARD }));
		one.inbox().noteStarted('1');
		one.inbox().noteForwarded('1', 'a');
		await pass(3 * SECOND);
		table.record = { ...CREDENTIALS };
		await pass(8 * SECOND);
		expect(kept()).toEqual([expect.not.objectContaining({ item: expect.anything() })]);
		const two = processOf();
		expect(await two.take(push('1'))).toBe('known');
		expect(await two.takeForwards(4 * MINUTE)).toMatchObject([{ to: ['b'] }]);
	});

	it('A push keeps its item until every trigger node has started its workflow', async () => {
		const one = processOf();
		await one.take(push('1'), { node: 'one' });
		await one.take(push('1'), { node: 'two' });
		one.inbox('one').noteStarted('1');
		await pass(5 * SECOND);
		expect(await processOf().takeAbandoned(12 * SECOND, 'one')).toStrictEqual([]);
		expect(await processOf().takeAbandoned(12 * SECOND, 'two')).toEqual([push('1')]);
	});

	it('Several started pushes are noted in one write', async () => {
		const { take, inbox, access } = processOf();
		for (const id of ['1', '2', '3']) await take(push(id));
		const stores = access.storedAt.length;
		for (const id of ['1', '3']) inbox().noteStarted(id);
		await pass(5 * SECOND);
		expect(access.storedAt).toHaveLength(stores + 1);
		expect(await processOf().takeAbandoned()).toEqual([push('2')]);
	});
});

const RAW = { body: 'PHhtbD4=', query: 'nonce=1', contentType: 'text/xml' };
const FORWARD = { eventId: '1', receivedAt: NOW, infoType: 'authorized', raw: RAW, to: ['a', 'b'] };

describe('Forwarding to other servers', () => {
	const withForward = (eventId: string, ...to: string[]) =>
		push(eventId, { item: undefined, forward: { ...FORWARD, to } });
	const forwarded = (eventId: string, ...to: string[]) => ({
		eventId,
		receivedAt: expect.any(Number),
		infoType: 'authorized',
		raw: RAW,
		to,
	});

	it('A push that was not forwarded is taken up after three minutes of silence', async () => {
		await processOf().take(withForward('1', 'a', 'b'));
		const next = processOf();
		expect(await next.takeForwards(2 * MINUTE)).toStrictEqual([]);
		expect(await next.takeForwards(MINUTE)).toEqual([forwarded('1', 'a', 'b')]);
		expect(await next.takeForwards(4 * MINUTE)).toStrictEqual([]);
	});

	it('A push is left to its process while that tries to forward it every minute', async () => {
		const one = processOf();
		await one.take(withForward('1', 'a'));
		const next = processOf();
		const seen = next.inbox();
		for (let n = 0; n < 10; n++) {
			one.inbox().noteTried('1');
			await pass(MINUTE);
			await done(next.shared.refresh());
			seen.observe(next.shared.latest);
			expect(await done(seen.takeForwards())).toStrictEqual([]);
		}
	});

	it('A push that was not forwarded is taken up for an hour, oldest first', async () => {
		const one = processOf();
		for (const id of ['1', '2', '3']) {
			await one.take(withForward(id, 'a'));
			await pass(MINUTE);
		}
		const early = await processOf().takeForwards(4 * MINUTE);
		expect(early.map(({ eventId }) => eventId)).toEqual(['1', '2', '3']);
		jest.setSystemTime(NOW + HOUR - 3.5 * MINUTE);
		const late = await processOf().takeForwards(4 * MINUTE);
		expect(late.map(({ eventId }) => eventId)).toEqual(['2', '3']);
	});

	it('A push is forwarded only to targets that have not taken it, and is no longer kept once all have', async () => {
		const one = processOf();
		await one.take(withForward('1', 'a', 'b'));
		await one.take(withForward('2', 'a', 'b'));
		one.inbox().noteForwarded('1', 'a');
		await pass(5 * SECOND);
		const left = await processOf().takeForwards(4 * MINUTE);
		expect(left).toEqual([forwarded('1', 'b'), forwarded('2', 'a', 'b')]);
		for (const id of ['1', '2']) one.inbox().noteForwarded(id, 'b');
		await pass(5 * SECOND);
		const raws = Object.fromEntries(kept().map(({ eventId, raw }) => [eventId, raw]));
		expect(raws).toEqual({ 1: undefined, 2: RAW });
	});

	it('A push that was forwarded still starts its workflow, and a started one is still forwarded', async () => {
		const one = processOf();
		await one.take(push('1', { forward: FORWARD }));
		await one.take(push('2', { forward: FORWARD }));
		for (const target of FORWARD.to) one.inbox().noteForwarded('1', target);
		one.inbox().noteStarted('2');
		await pass(5 * SECOND);
		expect(await processOf().takeAbandoned()).toEqual([push('1')]);
		expect(await processOf().takeForwards(4 * MINUTE)).toEqual([forwarded('2', 'a', 'b')]);
	});

	it('A push that is taken up before its workflow was started is also forwarded', async () => {
		const one = processOf();
		await one.take(push('1', { forward: FORWARD }));
		one.inbox().noteForwarded('1', 'a');
		await pass(5 * SECOND);
		const [left] = await processOf().takeAbandoned();
		expect(left.forward).toEqual(forwarded('1', 'b'));
	});

	it('A push starts its workflow however long its process has been silent', async () => {
		await processOf().take(push('1', { forward: FORWARD }));
		const next = processOf();
		expect(await next.takeForwards(4 * MINUTE)).toStrictEqual([]);
		expect(await next.takeAbandoned(0)).toEqual([
			{ ...push('1'), forward: forwarded('1', 'a', 'b') },
		]);
	});

	it('Nothing is read if no push was left', async () => {
		const { inbox, access } = processOf();
		expect(await done(inbox().takeForwards())).toStrictEqual([]);
		expect(await done(inbox().takeAbandoned())).toStrictEqual([]);
		expect(access.readAt).toStrictEqual([]);
	});
});

describe('A damaged list of pushes', () => {
	const spoiltBy = (entries: unknown) => {
		const fields = { receivedPushes: JSON.stringify([[CREDENTIALS.componentAppId, entries]]) };
		table.record = { ...CREDENTIALS, ...fields };
	};
	const GOOD = { eventId: 'good', at: NOW, nodes: { node: { by: 'another', isStarted: true } } };
	const node = (progress: unknown) => ({ ...GOOD, eventId: 'bad', nodes: { node: progress } });
	const OPEN = { by: 'another', isStarted: false };

	it.each([
		['no list', 7],
		['no list', 'text'],
		['no list', { length: 1 }],
		['nothing', [null, GOOD]],
		['a number', [7, GOOD]],
		['no id', [{ ...GOOD, eventId: 7 }, GOOD]],
		['no time', [{ ...GOOD, eventId: 'bad', at: 'soon' }, GOOD]],
		['no nodes', [{ ...GOOD, eventId: 'bad', nodes: null }, GOOD]],
		['a node that is a text', [node('x'), GOOD]],
		['targets that are a text', [node({ ...OPEN, forwardTo: 'abc' }), GOOD]],
		['targets that are an object', [node({ ...OPEN, forwardTo: {} }), GOOD]],
		['a push without its bytes', [{ ...node(OPEN), raw: {} }, GOOD]],
		['a push whose bytes are a number', [{ ...node(OPEN), raw: { body: 7 } }, GOOD]],
		['a push that is a text', [{ ...node(OPEN), raw: 'x' }, GOOD]],
		['an item that is a text', [{ ...node(OPEN), item: 'x' }, GOOD]],
		['no process', [node({ isStarted: false, forwardTo: ['a'] }), GOOD]],
	])('New pushes are taken although the stored list is damaged: %s (%j)', async (_, entries) => {
		spoiltBy(entries);
		const one = processOf();
		expect(await one.take(push('1', { forward: FORWARD }))).toBe('new');
		if (Array.isArray(entries)) expect(await one.take(push('good'))).toBe('known');
		one.inbox().noteForwarded('bad', 'a');
		one.inbox().noteTried('bad');
		one.inbox().noteStarted('1');
		await pass(5 * SECOND);
		expect(keptIds()).toContain('1');
		await one.takeForwards(4 * MINUTE);
		const left = await one.takeAbandoned();
		expect(left.map(({ item }) => typeof item)).not.toContain('string');
	});
});
