import type { ICredentialDataDecryptedObject as Data } from 'n8n-workflow';

import { sharedCredentialOf } from '../../../nodes/tokens/keptTokens';
import type { CredentialChange } from '../../../nodes/tokens/pendingChange';
import { PlatformField, platformOf } from '../../../nodes/tokens/platformFields';
import { SharedCredential } from '../../../nodes/tokens/sharedCredential';
import { fakeTimeouts, Table } from '../table.cts';

const NOW = Date.parse('2025-03-04T05:06:40.000Z');
const SECOND = 1000;
const APP_ID = 'wx0123456789abcdef';
const CREDENTIALS: Data = { componentAppId: APP_ID, componentAppSecret: 'secret' };

beforeEach(() => {
	jest.useFakeTimers({ now: NOW });
	fakeTimeouts();
});
afterEach(() => {
	jest.restoreAllMocks();
	jest.useRealTimers();
});

/** A process that may read and write until it closes its access. */
function processOf(table: Table, lasts = false) {
	const access = table.process(lasts);
	const shared = new SharedCredential(platformOf, { ...table.record });
	shared.open(access);
	return { access, shared };
}

/** A change that gives a field this value. */
const having =
	(name: string, value: string): CredentialChange =>
	(now) =>
		now[name] === value ? undefined : { [name]: value };

const LIST = new PlatformField<string[]>('list');

/** A change that adds an entry to a list that all processes write to. */
const listing =
	(entry: string): CredentialChange =>
	(now) => {
		const entries = LIST.read(now, APP_ID) ?? [];
		return entries.includes(entry)
			? undefined
			: LIST.write(now, APP_ID, [...entries, entry].sort());
	};

const listIn = ({ record }: Table) => LIST.read(record, APP_ID) ?? [];

/** Lets time pass. */
const pass = async (milliseconds: number) => await jest.advanceTimersByTimeAsync(milliseconds);

/** The result of some work within a time, and after how many milliseconds it came. */
async function within<T>(milliseconds: number, work: Promise<T>) {
	const startedAt = Date.now();
	let done: { value: T; after: number } | undefined;
	void work.then((value) => {
		done = { value, after: Date.now() - startedAt };
	});
	for (let left = milliseconds; left > 0 && !done; left -= 10) await pass(10);
	return done;
}

describe.each([
	['n8n from 2.34 on', false],
	['n8n up to 2.30', true],
])('Changes (%s)', (_, isOldN8n) => {
	const tableWith = (read: number, write: number) =>
		new Table(CREDENTIALS, { read, write }, isOldN8n);

	it('A change is in the table when it is reported as stored, at least 300 ms after the write', async () => {
		const table = tableWith(10, 50);
		const { access, shared } = processOf(table);
		const stored = await within(2 * SECOND, shared.ensure(having('messageToken', 'm')));
		expect(stored).toMatchObject({ value: true });
		expect(stored?.after).toBeGreaterThanOrEqual(300);
		expect(table.record).toEqual({ ...CREDENTIALS, messageToken: 'm' });
		expect(access.storedAt).toHaveLength(1);
	});

	it('Changes that come at the same time share one write', async () => {
		const table = tableWith(10, 50);
		const { access, shared } = processOf(table);
		const all = Array.from({ length: 50 }, async (__, n) => await shared.ensure(listing(`${n}`)));
		shared.keep(having('messageToken', 'm'), 0);
		await within(2 * SECOND, Promise.all(all));
		expect(listIn(table)).toHaveLength(50);
		expect(table.record.messageToken).toBe('m');
		expect(access.storedAt).toHaveLength(1);
	});

	it('Changes that come during a write share the next one', async () => {
		const table = tableWith(10, 200);
		const { access, shared } = processOf(table);
		const all = [shared.ensure(listing('a'))];
		for (const id of ['b', 'c', 'd']) {
			await pass(50);
			all.push(shared.ensure(listing(id)));
		}
		expect((await within(4 * SECOND, Promise.all(all)))?.value).toEqual([true, true, true, true]);
		expect(listIn(table)).toEqual(['a', 'b', 'c', 'd']);
		expect(access.storedAt).toHaveLength(2);
	});

	it('Many changes cost few writes', async () => {
		const table = tableWith(10, 50);
		const { access, shared } = processOf(table);
		for (let n = 0; n < 500; n++) {
			shared.keep(listing(`${n}`), 500);
			await pass(20);
		}
		await pass(SECOND);
		expect(listIn(table)).toHaveLength(500);
		expect(access.storedAt.length).toBeLessThanOrEqual(30);
	});

	it('Changes of several processes at the same time are all stored', async () => {
		const table = tableWith(30, 150);
		const processes = [1, 2, 3].map(() => processOf(table));
		const all = processes.map(async ({ shared }, n) => {
			return await Promise.all([
				shared.ensure(listing(`${n}`)),
				shared.ensure(having(`field${n}`, 'x')),
			]);
		});
		await within(8 * SECOND, Promise.all(all));
		await pass(8 * SECOND);
		expect(listIn(table)).toEqual(['0', '1', '2']);
		expect(table.record).toMatchObject({ field0: 'x', field1: 'x', field2: 'x' });
	});

	it('A change that another process removes within 5 seconds is stored again', async () => {
		const table = tableWith(10, 50);
		const { shared } = processOf(table);
		await within(SECOND, shared.ensure(having('messageToken', 'm')));
		await pass(3 * SECOND);
		table.record = { ...CREDENTIALS, theirs: 't' };
		await pass(6 * SECOND);
		expect(table.record).toEqual({ ...CREDENTIALS, theirs: 't', messageToken: 'm' });
	});

	it('Two processes with contrary changes do not overwrite each other forever', async () => {
		const table = tableWith(10, 50);
		const [mine, theirs] = [processOf(table), processOf(table)];
		mine.shared.keep(having('messageToken', 'mine'), 0);
		theirs.shared.keep(having('messageToken', 'theirs'), 0);
		await pass(60 * SECOND);
		expect(mine.access.storedAt.length).toBeLessThanOrEqual(10);
		expect(theirs.access.storedAt.length).toBeLessThanOrEqual(10);
	});
});

describe('Changes that wait for others', () => {
	it('A change that nobody waits for is stored after its delay, not with an urgent one before', async () => {
		const table = new Table(CREDENTIALS);
		const { access, shared } = processOf(table);
		shared.keep(having('messageToken', 'm'), 2 * SECOND);
		await pass(SECOND);
		expect(access.storedAt).toStrictEqual([]);
		await within(SECOND, shared.ensure(having('hintLanguage', 'zh-CN')));
		expect(table.record).toEqual({ ...CREDENTIALS, hintLanguage: 'zh-CN' });
		await pass(2 * SECOND);
		expect(table.record).toMatchObject({ messageToken: 'm', hintLanguage: 'zh-CN' });
	});
});

describe('No change', () => {
	it('A change that is already there is reported at once, without a write', async () => {
		const table = new Table({ ...CREDENTIALS, messageToken: 'm' });
		const { access, shared } = processOf(table);
		const done = await within(SECOND, shared.ensure(having('messageToken', 'm')));
		expect(done).toMatchObject({ value: true, after: 0 });
		expect(access.storedAt).toStrictEqual([]);
	});
});

describe('Old reads', () => {
	it('A change is applied to what the credential contains now, not to an old read', async () => {
		const table = new Table(CREDENTIALS);
		const { shared } = processOf(table);
		const read = { ...table.record };
		const readAt = performance.now();
		await pass(SECOND);
		table.record = { ...table.record, ...LIST.write(CREDENTIALS, APP_ID, ['theirs']) };
		shared.seeIfNewer(read, readAt);
		await within(SECOND, shared.ensure(listing('mine')));
		expect(listIn(table)).toEqual(['mine', 'theirs']);
	});

	it('A read of a run that began before a write does not replace what was stored', async () => {
		const table = new Table(CREDENTIALS, { read: 0, write: 100 });
		const { access, shared } = processOf(table);
		const old = { ...CREDENTIALS, hintLanguage: 'old' };
		await pass(SECOND);
		void shared.ensure(having('messageToken', 'm'));
		while (access.storedAt.length === 0) await pass(1);
		await pass(10);
		const duringWrite = performance.now();
		shared.seeIfNewer(old, duringWrite);
		expect(shared.latest).toEqual(CREDENTIALS);
		await pass(100);
		shared.seeIfNewer(old, duringWrite);
		expect(shared.latest).toEqual({ ...CREDENTIALS, messageToken: 'm' });
		await pass(SECOND);
	});

	it('A newer read of a run replaces an older read', async () => {
		const { shared } = processOf(new Table(CREDENTIALS));
		const before = performance.now();
		await pass(SECOND);
		await within(SECOND, shared.refresh());
		shared.seeIfNewer({ ...CREDENTIALS, hintLanguage: 'old' }, before);
		expect(shared.latest).toEqual(CREDENTIALS);
		await pass(SECOND);
		shared.seeIfNewer({ ...CREDENTIALS, hintLanguage: 'new' }, performance.now());
		expect(shared.latest.hintLanguage).toBe('new');
	});

	it('Whoever follows the credential gets it at once, and again after each read', async () => {
		const table = new Table(CREDENTIALS);
		const { shared } = processOf(table);
		const seen: unknown[] = [];
		shared.onRead(({ messageToken }) => seen.push(messageToken));
		expect(seen).toEqual([undefined]);
		table.record = { ...CREDENTIALS, messageToken: 'm' };
		await within(SECOND, shared.refresh());
		expect(seen).toEqual([undefined, 'm']);
	});

	it('A read that began before the write does not report the change as stored', async () => {
		const table = new Table(CREDENTIALS, { read: 0, write: 0 });
		const { access, shared } = processOf(table);
		await pass(SECOND);
		const read = access.read.bind(access);
		// One slow read, which returns what was there when it began.
		let isFirst = true;
		access.read = async () => {
			const record = await read();
			if (isFirst) {
				isFirst = false;
				await new Promise((resolve) => setTimeout(resolve, 290));
			}
			return record;
		};
		void shared.refresh();
		await pass(0);
		const stored = shared.ensure(having('messageToken', 'm'));
		expect(await within(2 * SECOND, stored)).toMatchObject({ value: true });
		await pass(SECOND);
		expect(access.storedAt).toHaveLength(1);
	});
});

describe('Claims', () => {
	it('A claim is stored once and succeeds if it is found after its time', async () => {
		const table = new Table(CREDENTIALS);
		const { access, shared } = processOf(table);
		const claimed = await within(SECOND, shared.claim(having('tokenMaker', 'me'), 500));
		expect(claimed?.value).toBe('stored');
		expect(claimed?.after).toBeGreaterThanOrEqual(500);
		table.record = { ...CREDENTIALS };
		await pass(10 * SECOND);
		expect(access.storedAt).toHaveLength(1);
	});

	it('A claim that another process removes fails and is not stored again', async () => {
		const table = new Table(CREDENTIALS);
		const { access, shared } = processOf(table);
		const claimed = shared.claim(having('tokenMaker', 'me'), 500);
		await pass(100);
		table.record = { ...CREDENTIALS };
		expect((await within(SECOND, claimed))?.value).toBe('gone');
		await pass(10 * SECOND);
		expect(table.record).toEqual(CREDENTIALS);
		expect(access.storedAt).toHaveLength(1);
	});
});

describe('Processes without a run', () => {
	it('A process without a run fails its claims and changes at once', async () => {
		const { access, shared } = processOf(new Table(CREDENTIALS));
		await shared.close(access);
		expect((await within(SECOND, shared.claim(having('tokenMaker', 'me'))))?.value).toBe('late');
		expect((await within(SECOND, shared.ensure(having('messageToken', 'm'))))?.value).toBe(false);
		expect(access.storedAt).toStrictEqual([]);
	});

	it('A process without a run fails the claims that its last run could not store', async () => {
		const table = new Table(CREDENTIALS);
		const { access, shared } = processOf(table);
		table.reads.failing = Infinity;
		const kept = shared.claim(having('tokenMaker', 'me'), 60 * SECOND);
		await within(11 * SECOND, shared.close(access));
		expect(await within(SECOND, kept)).toBeDefined();
	});

	it('A change that nobody waits for is stored by the next run', async () => {
		const table = new Table(CREDENTIALS);
		const { access, shared } = processOf(table);
		await shared.close(access);
		shared.keep(having('messageToken', 'm'), 0);
		await pass(SECOND);
		shared.open(table.process());
		await pass(2 * SECOND);
		expect(table.record.messageToken).toBe('m');
	});
});

describe('Databases that fail', () => {
	it.each([
		['once to read', (table: Table) => (table.reads.failing = 1)],
		['once to store', (table: Table) => (table.stores.failing = 1)],
		['to read every second time', (table: Table) => (table.reads.failsByTurns = true)],
		['to store every second time', (table: Table) => (table.stores.failsByTurns = true)],
	])('A database that fails %s gets a change within 4 seconds', async (_, trouble) => {
		const table = new Table(CREDENTIALS, { read: 10, write: 50 });
		trouble(table);
		const { shared } = processOf(table);
		const stored = await within(4 * SECOND, shared.ensure(having('messageToken', 'm')));
		expect(stored?.value).toBe(true);
		expect(table.record.messageToken).toBe('m');
	});

	it.each([
		['read', 'reads'],
		['store', 'stores'],
	] as const)(
		'A database that always fails to %s is reported within 4 seconds',
		async (_, what) => {
			const table = new Table(CREDENTIALS);
			table[what].failing = Infinity;
			const { shared } = processOf(table);
			expect(await within(4 * SECOND, shared.ensure(having('messageToken', 'm')))).toMatchObject({
				value: false,
			});
		},
	);

	it('A database that always fails is reported once for all changes, without their content', async () => {
		const table = new Table(CREDENTIALS);
		table.stores.failing = Infinity;
		const { access, shared } = processOf(table);
		shared.keep(having('messageToken', 'canary'), 0);
		shared.keep(having('other', 'canary'), 0);
		await pass(60 * SECOND);
		expect(access.warnings).toEqual([expect.stringContaining('could not store its data')]);
		expect(access.warnings[0]).not.toContain('canary');
		expect(access.storedAt.length).toBeLessThanOrEqual(10);
	});

	it('A caller that learns of a failure gets no line in the log', async () => {
		const table = new Table(CREDENTIALS);
		const { access, shared } = processOf(table);
		table.stores.failing = 100;
		const done = await within(60 * SECOND, shared.ensure(having('messageToken', 'm')));
		expect(done).toMatchObject({ value: false });
		expect(access.warnings).toStrictEqual([]);
	});

	it('A database that fails is read twice a second at most', async () => {
		const table = new Table(CREDENTIALS);
		const { access, shared } = processOf(table);
		table.reads.failing = 100;
		shared.keep(having('messageToken', 'm'), 0);
		await pass(4 * SECOND);
		expect(access.readAt.length).toBeLessThanOrEqual(9);
	});

	it('A stored change that can no longer be watched is not reported as lost', async () => {
		const table = new Table(CREDENTIALS);
		const { access, shared } = processOf(table);
		await within(SECOND, shared.ensure(having('messageToken', 'm')));
		table.reads.failing = 1000;
		await pass(60 * SECOND);
		expect(access.warnings).toStrictEqual([]);
	});

	it('A database that fails for a while gets the changes as soon as it works again', async () => {
		const table = new Table(CREDENTIALS);
		table.stores.failing = 5;
		const { access, shared } = processOf(table);
		shared.keep(having('messageToken', 'm'), 0);
		await pass(5 * SECOND);
		expect(table.record.messageToken).toBe('m');
		expect(access.warnings).toStrictEqual([]);
	});

	it('A stored change is still watched after the database fails', async () => {
		const table = new Table(CREDENTIALS);
		const { shared } = processOf(table);
		await within(SECOND, shared.ensure(having('messageToken', 'm')));
		table.record = { ...CREDENTIALS };
		table.reads.failing = 3;
		const [wakes] = [shared.ensure(having('other', 'o'))];
		await pass(5 * SECOND);
		await wakes;
		expect(table.record.messageToken).toBe('m');
	});
});

describe('Databases that do not answer', () => {
	it.each([
		['read', 'reads'],
		['write', 'stores'],
	] as const)(
		'A %s that never ends fails the change within 10 seconds, and the next one works',
		async (_, what) => {
			const table = new Table(CREDENTIALS);
			table[what].hanging = 1;
			const { shared } = processOf(table);
			await pass(100);
			const first = shared.ensure(having('first', '1'));
			const failed = await within(11 * SECOND, first);
			expect(failed).toMatchObject({ value: false });
			expect(failed?.after).toBeLessThanOrEqual(10 * SECOND + 100);
			const next = await within(2 * SECOND, shared.ensure(having('next', '2')));
			expect(next?.value).toBe(true);
			expect(table.record).toEqual({ ...CREDENTIALS, next: '2' });
		},
	);

	it('A refresh that never ends is reported within 10.5 seconds', async () => {
		const table = new Table(CREDENTIALS);
		table.reads.hanging = 1;
		const { shared } = processOf(table);
		expect(await within(11 * SECOND, shared.refresh())).toMatchObject({ value: 'late' });
		expect(await within(SECOND, shared.refresh())).toMatchObject({ value: 'read' });
	});

	it('A claim that waits for a read that never ends fails', async () => {
		const table = new Table(CREDENTIALS);
		table.reads.hanging = 1;
		const { shared } = processOf(table);
		await pass(100);
		const claimed = await within(11 * SECOND, shared.claim(having('tokenMaker', 'me')));
		expect(claimed?.value).toBe('late');
	});

	it('A change that nobody waits for is kept until the database answers', async () => {
		const table = new Table(CREDENTIALS);
		table.stores.hanging = 1;
		const { access, shared } = processOf(table);
		shared.keep(having('messageToken', 'm'), 0);
		await pass(12 * SECOND);
		expect(table.record.messageToken).toBe('m');
		expect(access.warnings).toStrictEqual([]);
	});
});

describe('Stops', () => {
	it('A change is not stored after its caller has stopped waiting', async () => {
		const table = new Table(CREDENTIALS);
		table.reads.failing = 1;
		const { shared } = processOf(table);
		const stop = new AbortController();
		const stored = shared.ensure(having('messageToken', 'm'), stop.signal);
		await pass(100);
		stop.abort();
		expect((await within(SECOND, stored))?.value).toBe(false);
		await pass(10 * SECOND);
		expect(table.record).toEqual(CREDENTIALS);
	});
});

describe('Ends of runs', () => {
	it('The end of a run stores pending changes at once and waits until they are found', async () => {
		const table = new Table(CREDENTIALS, { read: 10, write: 50 });
		const { access, shared } = processOf(table);
		shared.keep(having('messageToken', 'm'), 60 * SECOND);
		const closed = await within(2 * SECOND, shared.close(access));
		expect(closed).toBeDefined();
		expect(table.record.messageToken).toBe('m');
	});

	it('The end of a run does not wait if nothing is pending', async () => {
		const { access, shared } = processOf(new Table(CREDENTIALS));
		expect(await within(SECOND, shared.close(access))).toMatchObject({ after: 0 });
	});

	it('The end of a run waits at most 10 seconds', async () => {
		const table = new Table(CREDENTIALS);
		const { access, shared } = processOf(table);
		table.stores.failing = Infinity;
		shared.keep(having('messageToken', 'm'), 0);
		const closed = await within(11 * SECOND, shared.close(access));
		expect(closed?.after).toBeLessThanOrEqual(10 * SECOND + 10);
	});

	it('After the end of a run, nothing is read or written through its access', async () => {
		const table = new Table(CREDENTIALS, { read: 10, write: 50 });
		const { access, shared } = processOf(table);
		await within(SECOND, shared.ensure(having('messageToken', 'm')));
		shared.keep(having('other', 'o'), 0);
		void shared.refresh();
		await within(2 * SECOND, shared.close(access));
		const [reads, stores] = [access.readAt.length, access.storedAt.length];
		shared.keep(having('late', 'l'), 0);
		const look = shared.refresh();
		await pass(60 * SECOND);
		expect([access.readAt.length, access.storedAt.length]).toEqual([reads, stores]);
		expect(await look).toBe('failed');
	});

	it('A change that comes after the end of a run is stored by the next one', async () => {
		const table = new Table(CREDENTIALS);
		const { access, shared } = processOf(table);
		await within(SECOND, shared.close(access));
		shared.keep(having('late', 'l'), 0);
		await pass(SECOND);
		shared.open(table.process());
		await pass(2 * SECOND);
		expect(table.record.late).toBe('l');
	});

	it("The end of a run does not end a trigger's access", async () => {
		const table = new Table(CREDENTIALS);
		const { shared } = processOf(table, true);
		const run = table.process();
		shared.open(run);
		await within(SECOND, shared.ensure(having('messageToken', 'm')));
		await within(SECOND, shared.close(run));
		const reads = run.readAt.length;
		table.record = { ...CREDENTIALS };
		expect((await within(2 * SECOND, shared.ensure(having('other', 'o'))))?.value).toBe(true);
		expect(table.record).toMatchObject({ messageToken: 'm', other: 'o' });
		expect(run.readAt).toHaveLength(reads);
	});
});

describe('Refreshes', () => {
	it('Refreshes read at most twice a second, and each caller sees what was stored when it asked', async () => {
		const table = new Table(CREDENTIALS, { read: 30, write: 0 });
		const { access, shared } = processOf(table);
		const lag: number[] = [];
		for (let time = 0; time < 5 * SECOND; time += 10) {
			const askedAt = Date.now();
			void shared.refresh().then(() => {
				const readFrom = access.readAt.filter((at) => at + 30 <= Date.now()).at(-1) ?? 0;
				lag.push(readFrom - askedAt);
			});
			await pass(10);
		}
		await pass(SECOND);
		expect(lag).toHaveLength(500);
		expect(Math.min(...lag)).toBeGreaterThanOrEqual(0);
		expect(access.readAt.length).toBeLessThanOrEqual(12);
	});

	it.each([-3600 * SECOND, 3600 * SECOND])(
		'A refresh does not wait longer when the clock is changed by %i ms',
		async (shift) => {
			const table = new Table(CREDENTIALS);
			const { access, shared } = processOf(table);
			await within(SECOND, shared.refresh());
			jest.setSystemTime(NOW + shift);
			const looked = shared.refresh();
			await pass(500);
			expect(await looked).toBe('read');
			expect(access.readAt).toHaveLength(2);
		},
	);

	it('A refresh reports a credential of another platform, and nothing is written to it', async () => {
		const table = new Table(CREDENTIALS);
		const { access, shared } = processOf(table);
		table.record = { ...CREDENTIALS, componentAppId: 'wx00000000000000c2' };
		expect((await within(SECOND, shared.refresh()))?.value).toBe('edited');
		expect((await within(SECOND, shared.ensure(having('x', 'x'))))?.value).toBe(false);
		expect((await within(SECOND, shared.claim(having('x', 'x'))))?.value).toBe('edited');
		shared.keep(having('x', 'x'), 0);
		await pass(10 * SECOND);
		expect(access.storedAt).toStrictEqual([]);
		expect(shared.latest).toEqual(CREDENTIALS);
	});
});

describe('Runs of one process', () => {
	const of = (id: string, credentials = CREDENTIALS) =>
		sharedCredentialOf(id, platformOf, credentials, performance.now());

	it('Runs share a credential unless its platform is edited', () => {
		const shared = of('1');
		expect(of('1', { ...CREDENTIALS, componentAppSecret: 'other' })).toBe(shared);
		expect(shared.latest.componentAppSecret).toBe('other');
		expect(of('1', { ...CREDENTIALS, componentAppId: 'wx00000000000000c2' })).not.toBe(shared);
		expect(of('2')).not.toBe(shared);
	});

	it('A credential is forgotten after 200 others were used', () => {
		const use = (from: number, count: number) => {
			for (let n = from; n < from + count; n++) of(`many ${n}`);
		};
		const first = of('first');
		use(0, 199);
		expect(of('first')).toBe(first);
		use(200, 200);
		expect(of('first')).not.toBe(first);
	});
});
