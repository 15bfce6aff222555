import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import {
	ABANDONED_AFTER,
	Inbox,
	type Received,
} from '../../../nodes/WeChatOpenPlatformTrigger/inbox';
import { PLATFORM_SHELF } from '../../../nodes/tokens/platformShelf';
import { TokenCache } from '../../../nodes/tokens/tokenCache';
import { Vault } from '../../../nodes/tokens/vault';
import { Table } from '../table.cts';

const NOW = Date.parse('2025-03-04T05:06:40.000Z');
const SECOND = 1000;
const HOUR = 60 * 60 * SECOND;
const CREDENTIALS: ICredentialDataDecryptedObject = {
	componentAppId: 'wx0123456789abcdef',
	componentAppSecret: 'secret',
};

beforeEach(() => jest.useFakeTimers({ now: NOW }));
afterEach(() => jest.useRealTimers());

const push = (eventId: string, fields: Partial<Received> = {}): Received => ({
	eventId,
	item: { event: 'authorized', eventId },
	codeId: '',
	...fields,
});

/** A trigger node in a process of its own. */
function inboxOf(table: Table, node = 'node'): Inbox {
	const vault = new Vault(PLATFORM_SHELF, new TokenCache(), { ...table.record });
	return new Inbox(vault, table.process(), node);
}

const nothing = () => ({});

async function finish<T>(work: Promise<T>): Promise<T> {
	await jest.runAllTimersAsync();
	return await work;
}

/** The pushes that a table keeps. */
function keptIn({ record }: Table): Array<{ eventId: string; item?: unknown }> {
	const { pushes } = JSON.parse(String(record.receivedPushes)) as {
		pushes: Array<{ eventId: string; item?: unknown }>;
	};
	return pushes;
}

let table: Table;

beforeEach(() => {
	table = new Table(CREDENTIALS);
});

describe('a push', () => {
	it('is new, and kept with what came along', async () => {
		const inbox = inboxOf(table);
		const ticket = () => ({ componentVerifyTicket: 'ticket' });
		expect(await inbox.take(push('1'), ticket)).toBe('new');
		expect(table.record.componentVerifyTicket).toBe('ticket');
		expect(keptIn(table)).toMatchObject([{ eventId: '1', item: { event: 'authorized' } }]);
	});

	it('is known when it comes again, in this process and in another one', async () => {
		const inbox = inboxOf(table);
		await inbox.take(push('1'), nothing);
		expect(await inbox.take(push('1'), nothing)).toBe('known');
		expect(await inboxOf(table).take(push('1'), nothing)).toBe('known');
		expect(await inboxOf(table).take(push('2'), nothing)).toBe('new');
	});

	it('that comes again does not undo what came later', async () => {
		const inbox = inboxOf(table);
		const ticket = (componentVerifyTicket: string) => (_: unknown, isRepeat: boolean) =>
			isRepeat ? nothing() : { componentVerifyTicket };
		await inbox.take(push('1'), ticket('1'));
		await inbox.take(push('2'), ticket('2'));
		await inbox.take(push('1'), ticket('1'));
		expect(table.record.componentVerifyTicket).toBe('2');
	});

	it('that comes again stores what a repeat changes, once', async () => {
		const access = table.process();
		const vault = new Vault(PLATFORM_SHELF, new TokenCache(), { ...table.record });
		const inbox = new Inbox(vault, access, 'node');
		const alongWith = (_: unknown, isRepeat: boolean) =>
			isRepeat ? { verifyTicketReceivedAt: NOW } : nothing();
		expect(await inbox.take(push('1'), alongWith)).toBe('new');
		expect(table.record.verifyTicketReceivedAt).toBeUndefined();
		expect(await inbox.take(push('1'), alongWith)).toBe('known');
		expect(table.record.verifyTicketReceivedAt).toBe(NOW);
		expect(await inbox.take(push('1'), nothing)).toBe('known');
		expect(access.storedAt).toHaveLength(2);
	});

	it('is new to each trigger node of the credential, and what came along is stored once', async () => {
		let count = 0;
		const alongWith = (_: unknown, isRepeat: boolean) =>
			isRepeat ? nothing() : { messageToken: `${++count}` };
		expect(await inboxOf(table, 'one').take(push('1'), alongWith)).toBe('new');
		expect(await inboxOf(table, 'two').take(push('1'), alongWith)).toBe('new');
		expect(await inboxOf(table, 'one').take(push('1'), alongWith)).toBe('known');
		expect(await inboxOf(table, 'two').take(push('1'), alongWith)).toBe('known');
		expect(table.record.messageToken).toBe('1');
		expect(keptIn(table)).toHaveLength(1);
	});

	it('is new where another platform has had it', async () => {
		await inboxOf(table).take(push('1'), nothing);
		table = new Table({ ...table.record, componentAppId: 'wx00000000000000c2' });
		expect(await inboxOf(table).take(push('1'), nothing)).toBe('new');
		expect(keptIn(table)).toHaveLength(1);
	});

	it('is not kept where the database fails for good', async () => {
		table.failingStores = Infinity;
		expect(await finish(inboxOf(table).take(push('1'), nothing))).toBe('unsaved');
		expect(table.record).toEqual(CREDENTIALS);
	});

	it('is kept where the database fails once', async () => {
		table.failingStores = 1;
		expect(await finish(inboxOf(table).take(push('1'), nothing))).toBe('new');
		expect(keptIn(table)).toHaveLength(1);
	});

	it('is not kept in a credential of other values', async () => {
		const inbox = inboxOf(table);
		table.record = { ...CREDENTIALS, componentAppSecret: 'other' };
		expect(await finish(inbox.take(push('1'), nothing))).toBe('unsaved');
		expect(table.record.receivedPushes).toBeUndefined();
	});

	it('is one of 300 at the most; the newest stay', async () => {
		const inbox = inboxOf(table);
		for (let n = 0; n < 310; n++) {
			jest.setSystemTime(NOW + n);
			await inbox.take(push(`${n}`), nothing);
		}
		const ids = keptIn(table).map(({ eventId }) => eventId);
		expect(ids).toHaveLength(300);
		expect(ids).toContain('309');
		expect(ids).toContain('10');
		expect(ids).not.toContain('9');
	});

	it('that came first goes first, also where it was looked at since', async () => {
		const inbox = inboxOf(table);
		for (let n = 0; n < 300; n++) {
			jest.setSystemTime(NOW + n);
			await inbox.take(push(`${n}`), nothing);
		}
		await inbox.noteStarted(['0']);
		await inbox.take(push('300'), nothing);
		const ids = keptIn(table).map(({ eventId }) => eventId);
		expect(ids).toHaveLength(300);
		expect(ids).not.toContain('0');
	});

	it('is remembered for a day', async () => {
		await inboxOf(table).take(push('1', { item: undefined }), nothing);
		jest.setSystemTime(NOW + 24 * HOUR - 1);
		expect(await inboxOf(table).take(push('1'), nothing)).toBe('known');
		jest.setSystemTime(NOW + 24 * HOUR);
		expect(await inboxOf(table).take(push('1'), nothing)).toBe('new');
		expect(keptIn(table)).toHaveLength(1);
	});

	it('is new where what is kept of it is damaged, and the others are not', async () => {
		await inboxOf(table).take(push('1'), nothing);
		await inboxOf(table).take(push('2'), nothing);
		const kept = JSON.parse(String(table.record.receivedPushes)) as { pushes: object[] };
		const damages = [{ eventId: 7 }, { nodes: undefined }, { nodes: null }, { nodes: 'x' }];
		for (const damage of [null, 7, ...damages.map((one) => ({ ...kept.pushes[0], ...one }))]) {
			const receivedPushes = JSON.stringify({ ...kept, pushes: [damage, kept.pushes[1]] });
			table.record = { ...CREDENTIALS, receivedPushes };
			const [lost, left] = kept.pushes as Array<{ eventId: string }>;
			expect(await inboxOf(table).take(push(lost.eventId), nothing)).toBe('new');
			expect(await inboxOf(table).take(push(left.eventId), nothing)).toBe('known');
			expect(keptIn(table)).toHaveLength(2);
		}
	});

	it.each(['no JSON', '[]', 'null', '7', '{"pushes":7}'])(
		'is new where the credential holds %j',
		async (receivedPushes) => {
			table.record = { ...CREDENTIALS, receivedPushes };
			expect(await inboxOf(table).take(push('1'), nothing)).toBe('new');
			expect(keptIn(table)).toHaveLength(1);
		},
	);
});

describe('a push whose workflow was not started', () => {
	it('is taken up by the next process once its own has had its time', async () => {
		await inboxOf(table).take(push('1', { codeId: 'c' }), nothing);
		jest.setSystemTime(NOW + ABANDONED_AFTER);
		expect(await inboxOf(table).takeAbandoned()).toStrictEqual([]);
		jest.setSystemTime(NOW + ABANDONED_AFTER + 1);
		expect(await inboxOf(table).takeAbandoned()).toEqual([push('1', { codeId: 'c' })]);
	});

	it('is taken up by one of two that look at once, and the other stores nothing', async () => {
		await inboxOf(table).take(push('1'), nothing);
		jest.setSystemTime(NOW + ABANDONED_AFTER + 1);
		const vault = new Vault(PLATFORM_SHELF, new TokenCache(), { ...table.record });
		const access = table.process();
		const late = new Inbox(vault, access, 'node');
		expect(await inboxOf(table).takeAbandoned()).toEqual([push('1')]);
		expect(await late.takeAbandoned()).toStrictEqual([]);
		expect(access.storedAt).toStrictEqual([]);
	});

	it('is taken up once, and again when that process ends, too', async () => {
		await inboxOf(table).take(push('1'), nothing);
		jest.setSystemTime(NOW + ABANDONED_AFTER + 1);
		expect(await inboxOf(table).takeAbandoned()).toHaveLength(1);
		expect(await inboxOf(table).takeAbandoned()).toStrictEqual([]);
		jest.setSystemTime(NOW + 2 * ABANDONED_AFTER + 2);
		expect(await inboxOf(table).takeAbandoned()).toHaveLength(1);
	});

	it('is new when WeChat repeats it', async () => {
		await inboxOf(table).take(push('1'), nothing);
		jest.setSystemTime(NOW + ABANDONED_AFTER + 1);
		const alongWith = jest.fn(nothing);
		expect(await inboxOf(table).take(push('1'), alongWith)).toBe('new');
		expect(alongWith).toHaveBeenCalledWith(expect.anything(), true);
		expect(keptIn(table)).toHaveLength(1);
	});

	it('is taken up by its own trigger node alone', async () => {
		await inboxOf(table, 'one').take(push('1'), nothing);
		jest.setSystemTime(NOW + ABANDONED_AFTER + 1);
		expect(await inboxOf(table, 'two').takeAbandoned()).toStrictEqual([]);
		expect(await inboxOf(table, 'one').takeAbandoned()).toHaveLength(1);
	});

	it('is left where that cannot be noted: two would start it', async () => {
		await inboxOf(table).take(push('1'), nothing);
		jest.setSystemTime(NOW + ABANDONED_AFTER + 1);
		table.failingStores = 2;
		expect(await finish(inboxOf(table).takeAbandoned())).toStrictEqual([]);
		expect(await inboxOf(table).takeAbandoned()).toHaveLength(1);
	});

	it('is left alone where none was to start', async () => {
		await inboxOf(table).take(push('1', { item: undefined }), nothing);
		jest.setSystemTime(NOW + ABANDONED_AFTER + 1);
		expect(await inboxOf(table).takeAbandoned()).toStrictEqual([]);
		expect(await inboxOf(table).take(push('1'), nothing)).toBe('known');
	});
});

describe('a push whose workflow was started', () => {
	it('is dealt with, and its item is kept no longer', async () => {
		const inbox = inboxOf(table);
		await inbox.take(push('1'), nothing);
		await inbox.noteStarted(['1']);
		jest.setSystemTime(NOW + ABANDONED_AFTER + 1);
		expect(await inboxOf(table).takeAbandoned()).toStrictEqual([]);
		expect(await inboxOf(table).take(push('1'), nothing)).toBe('known');
		expect(keptIn(table)).toEqual([expect.not.objectContaining({ item: expect.anything() })]);
	});

	it('keeps its item while another trigger node has not started its own', async () => {
		const [one, two] = [inboxOf(table, 'one'), inboxOf(table, 'two')];
		await one.take(push('1'), nothing);
		await two.take(push('1'), nothing);
		await one.noteStarted(['1']);
		jest.setSystemTime(NOW + ABANDONED_AFTER + 1);
		expect(await inboxOf(table, 'one').takeAbandoned()).toStrictEqual([]);
		expect(await inboxOf(table, 'two').takeAbandoned()).toEqual([push('1')]);
	});

	it('leaves the others alone', async () => {
		const inbox = inboxOf(table);
		for (const id of ['1', '2', '3']) await inbox.take(push(id), nothing);
		await inbox.noteStarted(['1', '3']);
		jest.setSystemTime(NOW + ABANDONED_AFTER + 1);
		expect(await inboxOf(table).takeAbandoned()).toEqual([push('2')]);
	});
});

describe('a push that goes on to other servers', () => {
	const MINUTE = 60 * SECOND;
	const raw = { body: 'PHhtbD4=', query: 'nonce=1', contentType: 'text/xml' };
	const withForward = (eventId: string, ...to: string[]) =>
		push(eventId, { item: undefined, forward: { infoType: 'authorized', raw, to } });
	const forwarded = (eventId: string, ...to: string[]) => ({
		eventId,
		infoType: 'authorized',
		raw,
		to,
	});

	it('is left to the process that got it for a minute, and then taken up by the next', async () => {
		await inboxOf(table).take(withForward('1', 'a', 'b'), nothing);
		jest.setSystemTime(NOW + MINUTE);
		expect(await inboxOf(table).takeForwards()).toStrictEqual([]);
		jest.setSystemTime(NOW + MINUTE + 1);
		expect(await inboxOf(table).takeForwards()).toEqual([forwarded('1', 'a', 'b')]);
		expect(await inboxOf(table).takeForwards()).toStrictEqual([]);
		jest.setSystemTime(NOW + 2 * MINUTE + 2);
		expect(await inboxOf(table).takeForwards()).toEqual([forwarded('1', 'a', 'b')]);
	});

	it('is taken up for an hour, the oldest first', async () => {
		for (const [n, id] of ['1', '2', '3'].entries()) {
			jest.setSystemTime(NOW + n * MINUTE);
			await inboxOf(table).take(withForward(id, 'a'), nothing);
		}
		jest.setSystemTime(NOW + HOUR - 1);
		expect((await inboxOf(table).takeForwards()).map(({ eventId }) => eventId)).toEqual([
			'1',
			'2',
			'3',
		]);
		jest.setSystemTime(NOW + HOUR + MINUTE);
		expect((await inboxOf(table).takeForwards()).map(({ eventId }) => eventId)).toEqual(['3']);
	});

	it('goes on only to those that have not taken it, and is kept no longer once all have', async () => {
		const inbox = inboxOf(table);
		await inbox.take(withForward('1', 'a', 'b'), nothing);
		await inbox.take(withForward('2', 'a', 'b'), nothing);
		await inbox.noteForwarded(['1'], 'a');
		jest.setSystemTime(NOW + MINUTE + 1);
		const left = await inboxOf(table).takeForwards();
		expect(left).toHaveLength(2);
		expect(left).toEqual(expect.arrayContaining([forwarded('1', 'b'), forwarded('2', 'a', 'b')]));
		await inbox.noteForwarded(['1', '2'], 'b');
		expect(JSON.stringify(keptIn(table).find(({ eventId }) => eventId === '1'))).not.toContain(
			raw.body,
		);
		expect(JSON.stringify(keptIn(table).find(({ eventId }) => eventId === '2'))).toContain(
			raw.body,
		);
	});

	it('is kept while another trigger node has to send it', async () => {
		const [one, two] = [inboxOf(table, 'one'), inboxOf(table, 'two')];
		await one.take(withForward('1', 'a'), nothing);
		await two.take(withForward('1', 'a'), nothing);
		await one.noteForwarded(['1'], 'a');
		jest.setSystemTime(NOW + MINUTE + 1);
		expect(await inboxOf(table, 'one').takeForwards()).toStrictEqual([]);
		expect(await inboxOf(table, 'two').takeForwards()).toEqual([forwarded('1', 'a')]);
		await inboxOf(table, 'three').noteForwarded(['1'], 'a');
		expect(Object.keys((keptIn(table)[0] as { nodes?: object }).nodes ?? {})).toEqual([
			'one',
			'two',
		]);
	});

	it('goes on also where its workflow was started meanwhile', async () => {
		const inbox = inboxOf(table);
		await inbox.take({ ...withForward('1', 'a'), ...push('1') }, nothing);
		await inbox.noteStarted(['1']);
		jest.setSystemTime(NOW + MINUTE + 1);
		expect(await inboxOf(table).takeForwards()).toEqual([forwarded('1', 'a')]);
	});

	it('has its workflow started also where it was sent on meanwhile', async () => {
		const inbox = inboxOf(table);
		await inbox.take({ ...withForward('1', 'a'), ...push('1', { codeId: 'c' }) }, nothing);
		await inbox.noteForwarded(['1'], 'a');
		jest.setSystemTime(NOW + ABANDONED_AFTER + 1);
		expect(await inboxOf(table).takeAbandoned()).toEqual([push('1', { codeId: 'c' })]);
	});

	it('is taken up by one of two that look at once, and the other stores nothing', async () => {
		await inboxOf(table).take(withForward('1', 'a'), nothing);
		jest.setSystemTime(NOW + MINUTE + 1);
		const vault = new Vault(PLATFORM_SHELF, new TokenCache(), { ...table.record });
		const access = table.process();
		const late = new Inbox(vault, access, 'node');
		expect(await inboxOf(table).takeForwards()).toHaveLength(1);
		expect(await late.takeForwards()).toStrictEqual([]);
		expect(access.storedAt).toStrictEqual([]);
	});

	it('is not taken up where that cannot be noted: two would send it', async () => {
		await inboxOf(table).take(withForward('1', 'a'), nothing);
		jest.setSystemTime(NOW + MINUTE + 1);
		table.failingStores = 2;
		expect(await finish(inboxOf(table).takeForwards())).toStrictEqual([]);
		expect(await inboxOf(table).takeForwards()).toEqual([forwarded('1', 'a')]);
	});

	it('costs no reading where nothing is left', async () => {
		const vault = new Vault(PLATFORM_SHELF, new TokenCache(), { ...table.record });
		const access = table.process();
		const inbox = new Inbox(vault, access, 'node');
		expect(await inbox.takeForwards()).toStrictEqual([]);
		expect(await inbox.takeAbandoned()).toStrictEqual([]);
		expect(access.readAt).toStrictEqual([]);
	});
});
