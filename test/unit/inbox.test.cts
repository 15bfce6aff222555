import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import { ABANDONED_AFTER, Inbox, type Received } from '../../nodes/WeChatOpenPlatformTrigger/inbox';
import { PLATFORM_SHELF } from '../../nodes/tokens/platformShelf';
import { TokenCache } from '../../nodes/tokens/tokenCache';
import { Vault } from '../../nodes/tokens/vault';
import { Table } from './table.cts';

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
		await inbox.take(push('1'), () => ({ componentVerifyTicket: '1' }));
		await inbox.take(push('2'), () => ({ componentVerifyTicket: '2' }));
		await inbox.take(push('1'), () => ({ componentVerifyTicket: '1' }));
		expect(table.record.componentVerifyTicket).toBe('2');
	});

	it('is new to each trigger node of the credential, and what came along is stored once', async () => {
		let count = 0;
		const alongWith = () => ({ messageToken: `${++count}` });
		expect(await inboxOf(table, 'one').take(push('1'), alongWith)).toBe('new');
		expect(await inboxOf(table, 'two').take(push('1'), alongWith)).toBe('new');
		expect(await inboxOf(table, 'one').take(push('1'), alongWith)).toBe('known');
		expect(await inboxOf(table, 'two').take(push('1'), alongWith)).toBe('known');
		expect(table.record.messageToken).toBe('1');
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

	it('is remembered for a day', async () => {
		await inboxOf(table).take(push('1', { item: undefined }), nothing);
		jest.setSystemTime(NOW + 24 * HOUR - 1);
		expect(await inboxOf(table).take(push('1'), nothing)).toBe('known');
		jest.setSystemTime(NOW + 24 * HOUR);
		expect(await inboxOf(table).take(push('1'), nothing)).toBe('new');
		expect(keptIn(table)).toHaveLength(1);
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
		expect(alongWith).not.toHaveBeenCalled();
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
