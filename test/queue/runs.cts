import { astray, LATENCY_MS, LINK_PATH, printTable } from './world.cts';
import type { QueueWorld } from './world.cts';
import { waitFor } from '../n8n/waitFor.cts';

const MERCHANTS = 200;
const ITEMS = 1000;
const MANY = 50_000;

/** The share of tokens that may be made again because a worker was killed. */
const EXTRA_SHARE = 0.05;

/** How long after a stop calls may still come. */
const STOPPED_MS = 1000;
/** How soon after a stop a worker takes its next job. */
const NEXT_JOB_MS = 5000;

const SMALL_HEAP = { NODE_OPTIONS: '--max-old-space-size=2048' };
const MS_PER_S = 1000;

const WAIT_MS = 120_000;

/** Runs that are killed or stopped, and a long run in little memory. */
export function testRuns(world: QueueWorld): void {
	const links = async () => await world.controls.count(LINK_PATH);

	/** Waits until WeChat got this many more calls. */
	const afterLinks = async (count: number) => {
		const before = await links();
		const ask = async () => ((await links()) >= before + count ? true : null);
		await waitFor(ask, { what: `${count} links`, timeoutMs: WAIT_MS, intervalMs: 10 });
	};

	const workerOf = async (id: string) =>
		await waitFor(async () => world.n8n.workerOf(id), {
			what: `a worker to take execution ${id}`,
			timeoutMs: WAIT_MS,
			intervalMs: 10,
		});

	beforeAll(async () => {
		await world.controls.configure({ authorizerTokenGraceSeconds: 300 });
	});

	it('After a worker is killed in the middle of a run, the next run links every item and makes few tokens a second time', async () => {
		const platform = await world.addPlatform(MERCHANTS);
		const id = await world.startRun(platform, ITEMS);
		await afterLinks(ITEMS / 2);
		const killed = await workerOf(id);
		await killed.kill();
		const made = await world.minted(platform);
		const next = await world.endOf(await world.startRun(platform, ITEMS));
		const total = await world.minted(platform);
		await killed.start();
		printTable(
			['Merchants', 'Tokens before the kill', 'in all', 'Next run: astray'],
			[[MERCHANTS, made, total, astray(next, ITEMS)].map(String)],
		);
		const most = MERCHANTS * (1 + EXTRA_SHARE);
		expect(astray(next, ITEMS)).toBe(0);
		expect(total).toBeLessThanOrEqual(most);
	});

	describe('50,000 items', () => {
		beforeAll(async () => {
			const [, other] = world.n8n.workers;
			await other.stop();
		});

		afterAll(async () => {
			const [worker, other] = world.n8n.workers;
			await worker.stop();
			await Promise.all([worker.start(), other.start()]);
		});

		it('A stopped run of 50,000 items makes no call after a second, and the worker takes the next run', async () => {
			const [worker] = world.n8n.workers;
			const [platform, nextPlatform] = [
				await world.addPlatform(MERCHANTS),
				await world.addPlatform(1),
			];
			const id = await world.startRun(platform, MANY);
			await afterLinks(ITEMS);
			const nextId = await world.startRun(nextPlatform, 1);
			const askedAt = Date.now();
			await world.n8n.running.stopExecution(id);
			// n8n reads the whole run before it tells the worker, which takes seconds on a busy machine.
			const stoppedAt = Date.now();
			const taken = async () => (world.n8n.workerOf(nextId) === worker ? Date.now() : null);
			const takenAt = await waitFor(taken, {
				what: 'the worker to take the next run',
				timeoutMs: WAIT_MS,
				intervalMs: 10,
			});
			expect(astray(await world.endOf(nextId), 1)).toBe(0);

			const calls = await world.controls.calls({ path: LINK_PATH });
			const own = calls.filter(({ account }) => platform.accounts.includes(String(account)));
			const last = Math.max(...own.map(({ at }) => at)) - stoppedAt;
			printTable(
				[
					'Calls of the stopped run',
					'n8n took',
					'last call after the stop',
					'next run taken after',
				],
				[
					[
						String(own.length),
						`${stoppedAt - askedAt} ms`,
						`${last} ms`,
						`${takenAt - stoppedAt} ms`,
					],
				],
			);
			expect(last).toBeLessThanOrEqual(STOPPED_MS);
			expect(takenAt - stoppedAt).toBeLessThanOrEqual(NEXT_JOB_MS);
			expect(await world.n8n.statusOf(id)).toBe('canceled');
		});

		it('A run of 50,000 items returns all of them on a worker with a heap of 2 GB', async () => {
			const [worker] = world.n8n.workers;
			await worker.stop();
			await worker.start(SMALL_HEAP);
			const platform = await world.addPlatform(MERCHANTS);
			// The test measures the worker, not the way to WeChat.
			await world.controls.setLatency(0);
			const begin = Date.now();
			const execution = await world.endOf(await world.startRun(platform, MANY));
			const seconds = Math.round((Date.now() - begin) / MS_PER_S);
			await world.controls.setLatency(LATENCY_MS);
			const lost = astray(execution, MANY);
			printTable(
				['Items', 'Astray', 'Time', 'Peak memory'],
				[[String(MANY), String(lost), `${seconds} s`, `${worker.peakMemoryMiB()} MiB`]],
			);
			expect(execution.status).toBe('success');
			expect(lost).toBe(0);
		});
	});
}
