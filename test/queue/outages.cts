import { setTimeout as wait } from 'node:timers/promises';

import { waitFor } from '../n8n/waitFor.cts';
import { astray, printTable, TOKEN_PATH } from './world.cts';
import type { Platform, QueueWorld } from './world.cts';

const MERCHANTS = 200;
const ITEMS = 1000;

/** How long Redis or PostgreSQL is away; n8n gives up after ten seconds without Redis. */
const AWAY_MS = 3000;

/** Tokens that were made within this many milliseconds before the outage may be lost. */
const LOSS_MS = 1000;

const WAIT_MS = 60_000;

/** Stops Redis or PostgreSQL for a while in the middle of a run. */
export function testOutages(world: QueueWorld): void {
	const rows: string[][] = [];

	afterAll(() => {
		printTable(['Away', 'Status', 'Astray', 'Next run: astray', 'tokens', 'allowed'], rows);
	});

	const made = async ({ accounts }: Platform) => {
		const calls = await world.controls.calls({ path: TOKEN_PATH, errcode: 0 });
		return calls
			.filter(({ authorizer }) => accounts.includes(String(authorizer)))
			.map(({ at }) => at);
	};

	/** The highest number of tokens made within a second. */
	const mostInASecond = (times: number[]) =>
		Math.max(
			0,
			...times.map((from) => times.filter((at) => at >= from && at < from + LOSS_MS).length),
		);

	const halfMade = async (platform: Platform) => {
		const ask = async () => ((await made(platform)).length >= MERCHANTS / 2 ? true : null);
		await waitFor(ask, { what: 'half of the tokens', timeoutMs: WAIT_MS, intervalMs: 10 });
	};

	it.each(['redis', 'postgres'] as const)(
		'After %s was away for 3 s, each item has left through its output, or n8n says that the run failed',
		async (name) => {
			const { n8n } = world;
			const platform = await world.addPlatform(MERCHANTS);
			const id = await world.startRun(platform, ITEMS);
			await halfMade(platform);
			await n8n[name].stop();
			await wait(AWAY_MS);
			await n8n[name].start();
			const run = await world.endOf(id);
			const allowed = mostInASecond(await made(platform));
			const before = (await made(platform)).length;
			await n8n.supervise();

			const next = await world.endOf(await world.startRun(platform, ITEMS));
			const anew = (await made(platform)).length - Math.max(before, MERCHANTS);
			const lost = astray(run, ITEMS);
			const lostNext = astray(next, ITEMS);
			rows.push([name, run.status, ...[lost, lostNext, anew, allowed].map(String)]);
			expect(run.status === 'success' ? lost : 0).toBe(0);
			expect(['success', 'error', 'crashed']).toContain(run.status);
			expect(lostNext).toBe(0);
			expect(anew).toBeLessThanOrEqual(allowed);
		},
	);
}
