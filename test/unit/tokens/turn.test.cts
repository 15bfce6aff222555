import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import { PlatformField } from '../../../nodes/tokens/platformFields';
import type { NewToken } from '../../../nodes/tokens/tokenCache';
import { authorizerKey, originOf, PLATFORM_TOKENS } from '../../../nodes/tokens/tokenFields';
import { newProcess, type Modules } from '../processes.cts';
import { chance, fakeTimeouts, Table } from '../table.cts';

const NOW = Date.parse('2025-03-04T05:06:40.000Z');
const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** The clocks of the processes differ, since no process may rely on another one's. */
const SHIFTS = [0, 20 * MINUTE, -20 * MINUTE, 5 * MINUTE];

let loaded: Modules[];

beforeAll(() => {
	loaded = SHIFTS.map(newProcess);
});

let random: () => number;

function useChance(seed: number): void {
	random = chance(seed);
	jest.spyOn(Math, 'random').mockImplementation(random);
}

beforeEach(() => {
	jest.useFakeTimers({ now: NOW });
	fakeTimeouts();
	useChance(1);
});
afterEach(() => {
	jest.restoreAllMocks();
	jest.useRealTimers();
});

async function wait(milliseconds: number): Promise<void> {
	await new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** WeChat: each new token of a merchant voids the one before. */
class FakeWeChat {
	/** The valid token of each merchant. */
	readonly good = new Map<string, string>();
	readonly madeAt: number[] = [];
	/** How often a process made a token while another one was making some. */
	overlaps = 0;
	private readonly making = new Map<string, number>();

	async make(process: string, appId: string, now: number): Promise<NewToken> {
		const others = [...this.making].filter(([name, count]) => name !== process && count > 0);
		if (others.length > 0) this.overlaps++;
		this.count(process, 1);
		await wait(100 + random() * 200);
		this.count(process, -1);
		const value = `${appId} of ${process}, number ${this.madeAt.push(Date.now())}`;
		this.good.set(appId, value);
		return { value, renewAt: now + 90 * MINUTE };
	}

	private count(process: string, change: number): void {
		this.making.set(process, (this.making.get(process) ?? 0) + change);
	}
}

const MAKER = new PlatformField<{ by: string; count: number }>('tokenMaker');

let worlds = 0;

/** Processes of n8n over one table, and WeChat. */
function worldWith(
	count: number,
	delays: ConstructorParameters<typeof Table>[1] = { read: 20, write: 60 },
	isOldN8n = false,
) {
	const credentials: ICredentialDataDecryptedObject = {
		componentAppId: 'wx0123456789abcdef',
		componentAppSecret: `secret ${++worlds}`,
		apiBaseUrl: 'https://api.weixin.qq.com',
	};
	const table = new Table(credentials, delays, isOldN8n);
	const wechat = new FakeWeChat();
	const origin = originOf(credentials);
	const start = (modules: Modules, index: number) => {
		const name = `process ${index}`;
		const access = table.process();
		const known = { ...table.record };
		const { SharedCredential } = modules.sharedCredential;
		const shared = new SharedCredential(PLATFORM_TOKENS.identityOf, known);
		shared.open(access);
		const kept = new modules.keptTokens.KeptTokens(
			known,
			modules.tokenFields.PLATFORM_TOKENS,
			modules.tokenCache.TOKENS,
			shared,
		);
		const getOne = async (appId: string) =>
			await new modules.renewal.RenewableToken(kept, {
				key: authorizerKey(origin, appId),
				isExclusive: true,
				make: async () => {
					const made = await wechat.make(name, appId, Date.now() + SHIFTS[index]);
					return access.hasEnded ? await new Promise<never>(() => undefined) : made;
				},
			}).get();
		/** Gets merchants' tokens, ten at a time. */
		const get = async (appIds: readonly string[]) => {
			const left = appIds.map((appId, place) => ({ appId, place }));
			const got: unknown[] = [];
			const work = async () => {
				for (let next = left.shift(); next; next = left.shift()) {
					got[next.place] = await getOne(next.appId);
				}
			};
			await Promise.all(Array.from({ length: 10 }, work));
			return got;
		};
		/** One run after the other, each with an access of its own. */
		const run = async (appIds: readonly string[]) => {
			const own = table.process();
			shared.open(own);
			const got = await get(appIds);
			await kept.settle(own);
			return got;
		};
		return { name, access, kept, shared, get, run };
	};
	const processes = loaded.slice(0, count).map(start);
	const inTable = () =>
		new Map(
			PLATFORM_TOKENS.read(table.record, origin).map(([key, { value }]) => [
				key.slice(origin.length + 1),
				value,
			]),
		);
	const note = () => MAKER.read(table.record, origin);
	const setNote = (value: { by: string; count: number } | null) => {
		table.record = { ...table.record, ...MAKER.write(table.record, origin, value) };
	};
	return { table, wechat, processes, inTable, note, setNote };
}

const merchants = (count: number, name = 'wx') =>
	Array.from({ length: count }, (_, n) => `${name}${n}`);

/** Lets time pass until some work is done. */
async function passUntil<T>(work: Promise<T>, longest = 120 * SECOND): Promise<T> {
	let isDone = false;
	void work.finally(() => (isDone = true)).catch(() => undefined);
	const end = Date.now() + longest;
	while (!isDone && Date.now() < end) await jest.advanceTimersByTimeAsync(50);
	if (!isDone) throw new Error(`It was not done within ${longest} ms`);
	return await work;
}

const SEEDS = [1, 2, 3, 4, 5, 6];

describe.each([
	['n8n from 2.34 on', false],
	['n8n up to 2.30', true],
])('Several processes that need tokens at the same moment (%s)', (_, isOldN8n) => {
	/** A write is in the table within 500 ms after the read before it. */
	const slow = { read: () => random() * 150, write: () => random() * 350 };

	it.each(SEEDS)(
		'Several processes make tokens one process at a time, and each token once (seed %i)',
		async (seed) => {
			useChance(seed);
			const { wechat, processes } = worldWith(4, slow, isOldN8n);
			const appIds = merchants(20);
			const got = await passUntil(Promise.all(processes.map(async ({ get }) => await get(appIds))));
			for (const tokens of got) {
				expect(tokens).toEqual(appIds.map((appId) => wechat.good.get(appId)));
			}
			expect(wechat.overlaps).toBe(0);
			expect(wechat.madeAt).toHaveLength(20);
		},
	);

	it.each(SEEDS)(
		'Several processes with merchants of their own lose no token in the table (seed %i)',
		async (seed) => {
			useChance(seed);
			const { wechat, processes, inTable } = worldWith(3, slow, isOldN8n);
			const work = processes.map(async ({ get, name }) => await get(merchants(60, name)));
			await passUntil(Promise.all(work));
			await jest.advanceTimersByTimeAsync(10 * SECOND);
			expect(wechat.overlaps).toBe(0);
			expect(wechat.madeAt).toHaveLength(180);
			expect(new Map([...inTable()].sort())).toEqual(new Map([...wechat.good].sort()));
		},
	);
});

describe('Processes that wait', () => {
	it('A process that waits gets its turn within 8 seconds while another one makes many tokens', async () => {
		const { wechat, processes } = worldWith(2);
		const [busy, late] = processes;
		const much = busy.get(merchants(600));
		await jest.advanceTimersByTimeAsync(3 * SECOND);
		const askedAt = Date.now();
		expect(wechat.madeAt.length).toBeGreaterThan(10);
		expect(await passUntil(late.get(['wxlate']))).toEqual([wechat.good.get('wxlate')]);
		expect(Date.now() - askedAt).toBeLessThan(8 * SECOND);
		expect(wechat.madeAt.length).toBeLessThan(500);
		await passUntil(much);
		expect(wechat.overlaps).toBe(0);
		expect(wechat.madeAt).toHaveLength(601);
	});

	it('A process that waits gets its turn within 20 seconds while two others make many tokens', async () => {
		const { wechat, processes } = worldWith(3);
		const [one, two, late] = processes;
		const much = [one.get(merchants(200, 'a')), two.get(merchants(200, 'b'))];
		await jest.advanceTimersByTimeAsync(5 * SECOND);
		const askedAt = Date.now();
		await passUntil(late.get(['wxlate']));
		expect(Date.now() - askedAt).toBeLessThan(20 * SECOND);
		await passUntil(Promise.all(much));
		expect(wechat.overlaps).toBe(0);
	});

	it('A process that waits gets its turn within 10 seconds while another one starts run after run', async () => {
		const { processes } = worldWith(2);
		const [busy, late] = processes;
		let isOver = false;
		const runs = (async () => {
			for (let n = 0; !isOver; n++) await busy.run([`wxrun${n}`]);
		})();
		await jest.advanceTimersByTimeAsync(3 * SECOND);
		const askedAt = Date.now();
		await passUntil(late.get(['wxlate']));
		expect(Date.now() - askedAt).toBeLessThan(10 * SECOND);
		isOver = true;
		await passUntil(runs);
	});
});

describe('A single process', () => {
	it('A process that runs alone has its first token within 1.5 seconds, and the next ones without a wait', async () => {
		const { processes } = worldWith(1);
		await passUntil(processes[0].get(['wx1']));
		expect(Date.now() - NOW).toBeLessThan(1500);
		const then = Date.now();
		await passUntil(processes[0].get(['wx2']));
		expect(Date.now() - then).toBeLessThan(400);
	});

	it('A process that runs alone makes the tokens of 500 merchants about as fast as WeChat returns them', async () => {
		const { wechat, processes } = worldWith(1);
		await passUntil(processes[0].get(merchants(500)));
		expect(wechat.madeAt).toHaveLength(500);
		expect(Date.now() - NOW).toBeLessThan(500 * 20 + 4 * SECOND);
	});

	it('A process that makes tokens writes about once a second', async () => {
		const { processes } = worldWith(1);
		await passUntil(processes[0].get(merchants(500)));
		const seconds = (Date.now() - NOW) / SECOND;
		expect(processes[0].access.storedAt.length).toBeLessThan(2.5 * seconds);
	});

	it('A process makes tokens even if its credential cannot be changed', async () => {
		const { table, wechat, processes } = worldWith(1);
		table.stores.failing = Infinity;
		const got = await passUntil(processes[0].get(merchants(30)), 15 * SECOND);
		expect(got).toEqual(merchants(30).map((appId) => wechat.good.get(appId)));
	});

	it('A process makes no token while the database does not answer its claim', async () => {
		const { table, wechat, processes } = worldWith(1);
		table.stores.hanging = 1;
		const got = processes[0].get(['wx1']);
		await jest.advanceTimersByTimeAsync(10 * SECOND);
		expect(wechat.madeAt).toStrictEqual([]);
		expect(await passUntil(got)).toEqual([wechat.good.get('wx1')]);
	});
});

describe('Ends of turns', () => {
	it('A turn ends with the run', async () => {
		const { processes, note } = worldWith(1);
		const [{ run }] = processes;
		const got = run(['wx1']);
		await jest.advanceTimersByTimeAsync(SECOND);
		expect(note()).toBeDefined();
		await passUntil(got);
		expect(note()).toBeUndefined();
	});

	it('A turn ends a few seconds after the last token while the run continues', async () => {
		const { processes, note } = worldWith(1);
		await passUntil(processes[0].get(['wx1']));
		expect(note()).toBeDefined();
		await jest.advanceTimersByTimeAsync(4 * SECOND);
		expect(note()).toBeUndefined();
		const stores = processes[0].access.storedAt.length;
		await jest.advanceTimersByTimeAsync(MINUTE);
		expect(processes[0].access.storedAt).toHaveLength(stores);
	});

	it('The next process gets its turn at once when the former one has ended', async () => {
		const { wechat, processes } = worldWith(2);
		const [one, two] = processes;
		await passUntil(one.run(['wx1']));
		const endedAt = Date.now();
		await passUntil(two.get(['wx2']));
		expect(Date.now() - endedAt).toBeLessThan(2 * SECOND);
		expect(wechat.overlaps).toBe(0);
	});
});

describe('Processes that end', () => {
	it('A process that ends while it makes tokens is followed by another one after 6 to 12 seconds', async () => {
		const { wechat, processes } = worldWith(2);
		const [dying, next] = processes;
		void dying.get(merchants(300));
		await jest.advanceTimersByTimeAsync(2 * SECOND);
		const got = next.get(['wx299']);
		await jest.advanceTimersByTimeAsync(SECOND / 2);
		expect(wechat.madeAt.length).toBeGreaterThan(0);
		dying.access.hasEnded = true;
		const endedAt = Date.now();
		const [token] = await passUntil(got);
		expect(token).toContain(next.name);
		expect(Date.now() - endedAt).toBeGreaterThan(6 * SECOND);
		expect(Date.now() - endedAt).toBeLessThan(12 * SECOND);
	});

	it('A process that finds the name of an ended one makes tokens within 12 seconds', async () => {
		const { processes, setNote } = worldWith(1);
		setNote({ by: 'dead', count: 7 });
		await passUntil(processes[0].get(['wx1']), 12 * SECOND);
		expect(Date.now() - NOW).toBeGreaterThan(8 * SECOND);
	});
});

describe('Lost names', () => {
	it('A process whose name was overwritten does not restore it, and starts no call more than two seconds later', async () => {
		const { table, wechat, processes, setNote } = worldWith(1);
		const [{ access, get }] = processes;
		void get(merchants(900));
		await jest.advanceTimersByTimeAsync(3 * SECOND);
		setNote({ by: 'other', count: 1 });
		await jest.advanceTimersByTimeAsync(3 * SECOND);
		const [made, stores] = [wechat.madeAt.length, access.storedAt.length];
		for (let count = 2; count < 12; count++) {
			setNote({ by: 'other', count });
			await jest.advanceTimersByTimeAsync(SECOND);
		}
		expect(wechat.madeAt).toHaveLength(made);
		// The process asks for its turn once; its tokens are stored already.
		expect(access.storedAt.length - stores).toBeLessThanOrEqual(10);
		expect(JSON.stringify(table.record)).toContain('other');
	});

	it.each(SEEDS)(
		'A process does not start at once when a late write brings its old name back (seed %i)',
		async (seed) => {
			useChance(seed);
			const { wechat, processes, note, setNote } = worldWith(2, {
				read: () => random() * 100,
				write: () => random() * 400,
			});
			const [one, two] = processes;
			const got = one.get(['wx1']);
			while (!note()) await jest.advanceTimersByTimeAsync(50);
			const old = note();
			await passUntil(two.shared.refresh());
			await passUntil(got);
			await jest.advanceTimersByTimeAsync(20 * SECOND);
			expect(note()).toBeUndefined();
			if (old) setNote(old);
			const theirs = two.get(merchants(30, 'b'));
			await jest.advanceTimersByTimeAsync(random() * 500);
			await passUntil(Promise.all([one.get(merchants(30, 'a')), theirs]));
			expect(wechat.overlaps).toBe(0);
		},
	);
});

describe('Edited credentials', () => {
	it('A process that waits for its turn makes no token after the credential was edited', async () => {
		const { table, wechat, processes } = worldWith(2);
		const [busy, waiting] = processes;
		void busy.get(merchants(300));
		await jest.advanceTimersByTimeAsync(2 * SECOND);
		const got = waiting.get(['wxlate']);
		do await jest.advanceTimersByTimeAsync(10);
		while (table.storing > 0);
		table.record = { ...table.record, componentAppSecret: 'edited' };
		const [obstacle] = await passUntil(got, 5 * SECOND);
		expect(obstacle).toMatchObject({ category: 'authorization' });
		expect(wechat.good.has('wxlate')).toBe(false);
	});

	it.each(['componentAppSecret', 'componentAppId'])(
		'A process makes no token after %s was edited just before its claim',
		async (field) => {
			const { table, wechat, processes } = worldWith(1, { read: 100, write: 60 });
			const got = processes[0].get(['wx1']);
			await jest.advanceTimersByTimeAsync(100);
			table.record = { ...table.record, [field]: 'edited' };
			const [obstacle] = await passUntil(got, 5 * SECOND);
			expect(obstacle).toMatchObject({ category: 'authorization' });
			expect(wechat.madeAt).toStrictEqual([]);
		},
	);
});

describe('Damaged notes', () => {
	it.each([7, 'text', [], {}, { by: 7 }, { by: 'x', count: 'y' }])(
		'The note %j stops no process from making tokens for longer than 12 seconds',
		async (value) => {
			const { processes, setNote } = worldWith(1);
			setNote(value as never);
			await passUntil(processes[0].get(['wx1']), 12 * SECOND);
		},
	);
});
