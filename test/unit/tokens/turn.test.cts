import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import { authorizerKey, originOf, PLATFORM_SHELF } from '../../../nodes/tokens/platformShelf';
import type { Token } from '../../../nodes/tokens/token';
import { Turn } from '../../../nodes/tokens/turn';
import type { Vault } from '../../../nodes/tokens/vault';
import { ownCopy } from '../../ownCopy.cts';
import { Table, type Process } from '../table.cts';

const NOW = Date.parse('2025-03-04T05:06:40.000Z');
const SECOND = 1000;
const HOUR = 60 * 60 * SECOND;

/** What one process of n8n has loaded: its tokens and renewals are its own. */
interface Modules {
	renewal: typeof import('../../../nodes/tokens/renewal');
	vault: typeof import('../../../nodes/tokens/vault');
}

const loaded: Modules[] = [];

beforeAll(() => {
	while (loaded.length < 4) {
		loaded.push(
			ownCopy<Modules>(
				"export * as renewal from './nodes/tokens/renewal'; export * as vault from './nodes/tokens/vault';",
			),
		);
	}
});

/** Numbers that look like chance and are the same in each run. */
function chance(seed: number): () => number {
	let state = seed;
	return () => {
		state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
		return state / 2 ** 32;
	};
}

let random: () => number;

function useChance(seed: number): void {
	random = chance(seed);
	jest.spyOn(Math, 'random').mockImplementation(random);
}

beforeEach(() => {
	jest.useFakeTimers({ now: NOW });
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
	/** The one token of each merchant that is good. */
	readonly good = new Map<string, string>();
	readonly madeAt: number[] = [];
	/** How often a process made a token while another one was making some. */
	overlaps = 0;
	private readonly making = new Map<string, number>();

	async make(process: string, appId: string): Promise<Token> {
		const others = [...this.making].filter(([name, count]) => name !== process && count > 0);
		if (others.length > 0) this.overlaps++;
		this.count(process, 1);
		await wait(100 + random() * 200);
		this.count(process, -1);
		const value = `${appId} of ${process}, number ${this.madeAt.push(Date.now())}`;
		this.good.set(appId, value);
		return { value, madeAt: Date.now(), renewAt: Date.now() + HOUR };
	}

	private count(process: string, change: number): void {
		this.making.set(process, (this.making.get(process) ?? 0) + change);
	}
}

interface Running {
	name: string;
	access: Process;
	vault: Vault;
	/** Gets merchants' tokens, ten at a time. */
	get: (appIds: readonly string[]) => Promise<unknown[]>;
}

let worlds = 0;

/** Processes of n8n over one table, and WeChat. */
function worldWith(count: number, delays = { read: 20, write: 60 }) {
	const credentials: ICredentialDataDecryptedObject = {
		componentAppId: 'wx0123456789abcdef',
		componentAppSecret: `secret ${++worlds}`,
		apiBaseUrl: 'https://api.weixin.qq.com',
	};
	const table = new Table(credentials, delays);
	const wechat = new FakeWeChat();
	const origin = originOf(credentials);
	const start = ({ renewal, vault: vaults }: Modules, index: number): Running => {
		const name = `process ${index}`;
		const access = table.process();
		const vault = new vaults.Vault(PLATFORM_SHELF, renewal.TOKENS, { ...table.record });
		const getOne = async (appId: string) =>
			await new renewal.RenewableToken(
				{ vault, access },
				{
					key: authorizerKey(origin, appId),
					isExclusive: true,
					make: async () => {
						const made = await wechat.make(name, appId);
						return access.hasEnded ? await new Promise<never>(() => undefined) : made;
					},
				},
			).get();
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
		return { name, access, vault, get };
	};
	const processes = loaded.slice(0, count).map(start);
	const inTable = () =>
		new Map(
			[...PLATFORM_SHELF.read(table.record)].map(([key, { value }]) => [
				key.slice(origin.length + 1),
				value,
			]),
		);
	return { table, wechat, processes, inTable };
}

const merchants = (count: number, name = 'wx') =>
	Array.from({ length: count }, (_, n) => `${name}${n}`);

/** Lets time pass until some work has come to its end. */
async function passUntil<T>(work: Promise<T>, longest = 120 * SECOND): Promise<T> {
	let isDone = false;
	void work.finally(() => (isDone = true)).catch(() => undefined);
	const end = Date.now() + longest;
	while (!isDone && Date.now() < end) await jest.advanceTimersByTimeAsync(50);
	if (!isDone) throw new Error(`It has not come to its end within ${longest} ms`);
	return await work;
}

const SEEDS = [1, 2, 3, 4, 5, 6];

/** Processes that see the fields of one credential, each as soon as another has written some. */
function turnsWith(count: number) {
	let credential: ICredentialDataDecryptedObject = {};
	const turns = Array.from({ length: count }, () => new Turn());
	const write = (fields: ICredentialDataDecryptedObject | undefined) => {
		credential = { ...credential, ...fields };
		for (const turn of turns) turn.see(credential);
	};
	const take = (turn: Turn) => {
		write(turn.claim());
		turn.begin();
	};
	return { turns, write, take };
}

const pass = (milliseconds: number) => jest.setSystemTime(Date.now() + milliseconds);

describe('the turn to make tokens', () => {
	it('is nobody\u2019s at first, and nothing is written about it', () => {
		const [turn] = turnsWith(1).turns;
		expect([turn.isMine, turn.isTaken, turn.isBeatDue]).toEqual([false, false, false]);
		expect(turn.goOn()).toEqual({});
	});

	it('is one process\u2019s once its claim still stands, and taken for the others', () => {
		const { turns, write } = turnsWith(2);
		const [mine, theirs] = turns;
		write(mine.claim());
		expect([mine.isMine, mine.isTaken]).toEqual([false, false]);
		expect([theirs.isMine, theirs.isTaken]).toEqual([false, true]);
		expect(mine.begin()).toBe(true);
		expect([mine.isMine, theirs.begin()]).toEqual([true, false]);
	});

	it.each([0, 0.5, 0.999])('is waited for 300 to 450 ms (chance %d)', async (of) => {
		jest.spyOn(Math, 'random').mockReturnValue(of);
		await passUntil(new Turn().waitForOthers());
		expect(Date.now() - NOW).toBe(Math.ceil((300 + of * 150) / 50) * 50);
	});

	it('is not begun where another claim has replaced it, nor noted in the credential', () => {
		const { turns, write } = turnsWith(2);
		const [mine, theirs] = turns;
		write(mine.claim());
		write(theirs.claim());
		expect(mine.begin()).toBe(false);
		expect(mine.goOn()).toEqual({});
		expect(theirs.goOn()).toEqual({});
	});

	it('is not written again where the credential has lost it', () => {
		const { turns, write, take } = turnsWith(1);
		const [turn] = turns;
		take(turn);
		write({ tokenMaker: '' });
		expect(turn.goOn()).toEqual({});
	});

	it('counts for the others a second longer than for its holder', () => {
		const { turns, take } = turnsWith(2);
		const [mine, theirs] = turns;
		take(mine);
		pass(1999);
		expect(mine.isMine).toBe(true);
		pass(1);
		expect(mine.isMine).toBe(false);
		pass(999);
		expect(theirs.isTaken).toBe(true);
		pass(1);
		expect(theirs.isTaken).toBe(false);
	});

	it('goes on where its holder writes its name again, each second', () => {
		const { turns, write, take } = turnsWith(2);
		const [mine, theirs] = turns;
		take(mine);
		mine.makers = 1;
		for (let second = 0; second < 10; second++) {
			pass(999);
			expect(mine.isBeatDue).toBe(false);
			pass(1);
			expect(mine.isBeatDue).toBe(true);
			write(mine.goOn());
			expect([mine.isMine, theirs.isTaken, theirs.isBeatDue]).toEqual([true, true, false]);
		}
	});

	it('is lost where another process has begun meanwhile', () => {
		const { turns, write, take } = turnsWith(2);
		const [mine, theirs] = turns;
		take(mine);
		write(theirs.claim());
		expect([mine.isMine, mine.isBeatDue]).toEqual([false, false]);
		expect(mine.goOn()).toEqual({});
	});

	it('ends without an end of its own where the process was held up for long', () => {
		const { turns, write } = turnsWith(1);
		const [turn] = turns;
		write(turn.claim());
		turn.begin();
		pass(HOUR);
		expect(turn.isMine).toBe(false);
		pass(-2 * HOUR);
		expect(turn.isMine).toBe(false);
	});

	it.each(['{', 'null', '5', '[]', '{"maker":{}}'])(
		'is nobody\u2019s where the credential holds %s',
		(tokenMaker) => {
			const { turns, write } = turnsWith(1);
			const [turn] = turns;
			write({ tokenMaker });
			expect([turn.isMine, turn.isTaken]).toEqual([false, false]);
			expect(turn.ask()).toBeUndefined();
			write(turn.claim());
			expect(turn.begin()).toBe(true);
		},
	);
});

describe('a process that waits for its turn', () => {
	/** Two others wait; the first one has asked. */
	function asked() {
		const world = turnsWith(3);
		const [maker, waiting, other] = world.turns;
		world.take(maker);
		maker.makers = 1;
		for (const turn of [waiting, other]) expect(turn.ask()).toBeUndefined();
		pass(999);
		expect(waiting.ask()).toBeUndefined();
		pass(1);
		const ask = waiting.ask();
		expect(ask).toBeDefined();
		world.write(ask);
		return { ...world, maker, waiting, other };
	}

	it('asks for it after a second, once for all that wait, and again after another one and a half', () => {
		const { maker, waiting, other } = asked();
		expect(maker.isMine).toBe(true);
		pass(1499);
		expect([waiting.ask(), other.ask()]).toEqual([undefined, undefined]);
		pass(1);
		expect(waiting.ask()).toBeDefined();
		expect(other.ask()).toBeDefined();
	});

	it('has waited no longer once it had its turn', () => {
		const { waiting, take } = asked();
		pass(3000);
		take(waiting);
		pass(3000);
		expect(waiting.ask()).toBeUndefined();
	});

	it('is not made to wait longer by its own question', () => {
		const { waiting, write, take } = asked();
		take(waiting);
		write(waiting.ask());
		pass(1000);
		write(waiting.ask());
		pass(999);
		expect(waiting.goOn()).not.toEqual({ tokenMaker: '{}' });
		expect(waiting.isMine).toBe(true);
	});

	it('has the turn as soon as nothing is being made, and the former maker rests for it', () => {
		const { maker, waiting, write } = asked();
		maker.makers = 0;
		write(maker.goOn());
		expect([maker.isMine, maker.isTaken]).toEqual([false, true]);
		expect([waiting.isTaken, waiting.begin()]).toEqual([false, false]);
		expect([maker.isBeatDue, maker.goOn()]).toEqual([false, {}]);
		pass(1499);
		expect(maker.isTaken).toBe(true);
		pass(1);
		expect(maker.isTaken).toBe(false);
	});

	it('has the turn after three seconds at the latest, once what is under way has come to its end', () => {
		const { maker, waiting, write } = asked();
		write(maker.goOn());
		expect(maker.isMine).toBe(true);
		pass(1000);
		write(waiting.ask());
		write(maker.goOn());
		pass(999);
		write(maker.goOn());
		expect(maker.isMine).toBe(true);
		pass(1);
		write(maker.goOn());
		expect([maker.isMine, waiting.isTaken]).toEqual([false, true]);
		expect(maker.isBeatDue).toBe(false);
		pass(1000);
		expect(maker.isBeatDue).toBe(true);
		maker.makers = 0;
		write(maker.goOn());
		expect(waiting.isTaken).toBe(false);
		expect(maker.isTaken).toBe(true);
	});

	it('is not heard any more where its question is old', () => {
		const { maker, waiting, write } = asked();
		pass(1999);
		write(maker.goOn());
		pass(1001);
		write(maker.goOn());
		expect([maker.isMine, waiting.isTaken]).toEqual([true, true]);
	});
});

describe('several processes that want tokens at the same moment', () => {
	it.each(SEEDS)('make them one process at a time, and each only once (seed %i)', async (seed) => {
		useChance(seed);
		const { wechat, processes } = worldWith(4);
		const appIds = merchants(20);
		const got = await passUntil(Promise.all(processes.map(async ({ get }) => await get(appIds))));
		for (const tokens of got) {
			expect(tokens).toEqual(appIds.map((appId) => wechat.good.get(appId)));
		}
		expect(wechat.overlaps).toBe(0);
		expect(wechat.madeAt).toHaveLength(20);
	});

	it.each(SEEDS)(
		'lose nothing in the table, each with merchants of its own (seed %i)',
		async (seed) => {
			useChance(seed);
			const { wechat, processes, inTable } = worldWith(3);
			const work = processes.map(async ({ get, name }) => await get(merchants(60, name)));
			await passUntil(Promise.all(work));
			await jest.advanceTimersByTimeAsync(10 * SECOND);
			expect(wechat.overlaps).toBe(0);
			expect(wechat.madeAt).toHaveLength(180);
			expect(new Map([...inTable()].sort())).toEqual(new Map([...wechat.good].sort()));
		},
	);

	it('each come to their turn within some seconds, though one has much to do', async () => {
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

	it('each come to their turn within some seconds where two have much to do', async () => {
		const { wechat, processes } = worldWith(3);
		const [one, two, late] = processes;
		const much = [one.get(merchants(300, 'a')), two.get(merchants(300, 'b'))];
		await jest.advanceTimersByTimeAsync(5 * SECOND);
		const askedAt = Date.now();
		await passUntil(late.get(['wxlate']));
		expect(Date.now() - askedAt).toBeLessThan(20 * SECOND);
		await passUntil(Promise.all(much));
		expect(wechat.overlaps).toBe(0);
	});
});

describe('one process alone', () => {
	it('has its first token within a second, and the next ones without a wait', async () => {
		const { processes } = worldWith(1);
		await passUntil(processes[0].get(['wx1']));
		expect(Date.now() - NOW).toBeLessThan(1500);
		const then = Date.now();
		await passUntil(processes[0].get(['wx2']));
		expect(Date.now() - then).toBeLessThan(400);
	});

	it('makes the tokens of 500 merchants about as fast as WeChat gives them', async () => {
		const { wechat, processes } = worldWith(1);
		await passUntil(processes[0].get(merchants(500)));
		expect(wechat.madeAt).toHaveLength(500);
		expect(Date.now() - NOW).toBeLessThan(500 * 20 + 4 * SECOND);
	});

	it('makes tokens also where its credential cannot be changed', async () => {
		const { table, wechat, processes } = worldWith(1);
		table.failingStores = Infinity;
		const got = await passUntil(processes[0].get(merchants(30)), 15 * SECOND);
		expect(got).toEqual(merchants(30).map((appId) => wechat.good.get(appId)));
	});
});

describe('a process that ends while it makes tokens', () => {
	it('is followed by another one after its time, which makes them all', async () => {
		const { wechat, processes } = worldWith(2);
		const [dying, next] = processes;
		void dying.get(merchants(100));
		await jest.advanceTimersByTimeAsync(2 * SECOND);
		expect(wechat.madeAt.length).toBeGreaterThan(0);
		dying.access.hasEnded = true;
		const endedAt = Date.now();
		const [token] = await passUntil(next.get(['wx99']));
		expect(token).toContain(next.name);
		expect(Date.now() - endedAt).toBeGreaterThan(2 * SECOND);
		expect(Date.now() - endedAt).toBeLessThan(6 * SECOND);
	});
});

describe('a credential that is edited while a process waits for its turn', () => {
	it('ends the wait, and no token is made', async () => {
		const { table, wechat, processes } = worldWith(2);
		const [busy, waiting] = processes;
		void busy.get(merchants(300));
		await jest.advanceTimersByTimeAsync(2 * SECOND);
		const got = waiting.get(['wxlate']);
		do await jest.advanceTimersByTimeAsync(10);
		while (table.storing > 0);
		table.record = { ...table.record, componentAppSecret: 'edited' };
		const before = { ...table.record };
		const [obstacle] = await passUntil(got, 5 * SECOND);
		expect(obstacle).toMatchObject({ category: 'authorization' });
		expect(wechat.good.has('wxlate')).toBe(false);
		await jest.advanceTimersByTimeAsync(60 * SECOND);
		expect(table.record).toEqual(before);
	});

	it('also where that happens just before it claims its turn', async () => {
		const { table, wechat, processes } = worldWith(1, { read: 100, write: 60 });
		const got = processes[0].get(['wx1']);
		await jest.advanceTimersByTimeAsync(150);
		expect(processes[0].access.readAt).toHaveLength(2);
		table.record = { ...table.record, componentAppSecret: 'edited' };
		const [obstacle] = await passUntil(got, 5 * SECOND);
		expect(obstacle).toMatchObject({ category: 'authorization' });
		expect(wechat.madeAt).toStrictEqual([]);
		expect(processes[0].access.readAt).toHaveLength(3);
	});
});
