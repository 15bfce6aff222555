import { setTimeout as wait } from 'node:timers/promises';

import { LINK, linkWorkflow, pushWorkflow, WEBHOOK_PATH } from '../e2e/platformWorkflows.cts';
import { waitFor } from '../n8n/waitFor.cts';
import type { PushAnswer } from '../sandbox/index.cts';
import { astray, printTable, REPETITIONS, TOKEN_PATH } from './world.cts';
import type { Platform, QueueWorld } from './world.cts';

const MERCHANTS = 600;
/** Few calls at once, so that making the tokens takes long enough. */
const RUN_OPTIONS = { maxConcurrency: 3 };

/** How many tokens the first worker makes before the second one starts to wait for its turn. */
const FIRST_TOKENS = 20;
const PUSH_INTERVAL_MS = 500;
const WAIT_MS = 120_000;

/** How soon the other worker must make tokens. */
const TAKEN_OVER_MS = 12_000;

const MS_PER_S = 1000;

/** Kills the worker whose turn it is to make tokens. */
export function testHolder(world: QueueWorld): void {
	const rows: string[][] = [];

	afterAll(() => {
		const header = [
			'Next token after',
			'Pushes',
			'answered',
			'slowest',
			'Astray',
			'Tokens',
			'most',
		];
		printTable(header, rows);
	});

	const tokenTimes = async ({ accounts }: Platform) => {
		const calls = await world.controls.calls({ path: TOKEN_PATH, errcode: 0 });
		return calls
			.filter(({ authorizer }) => accounts.includes(String(authorizer)))
			.map(({ at }) => at);
	};

	const untilMade = async (platform: Platform, count: number) => {
		const ask = async () => (await world.minted(platform)) >= count || null;
		await waitFor(ask, { what: `${count} tokens`, timeoutMs: WAIT_MS, intervalMs: 10 });
	};

	const takerOf = async (id: string) =>
		await waitFor(async () => world.n8n.workerOf(id), {
			what: `a worker to take execution ${id}`,
			timeoutMs: WAIT_MS,
			intervalMs: 10,
		});

	const startRun = async (platform: Platform) => {
		const items = world.items(platform, MERCHANTS);
		const { id } = await world.n8n.running.createWorkflow(
			linkWorkflow({
				items,
				credential: platform.credential,
				parameters: { ...LINK, options: RUN_OPTIONS },
			}),
		);
		return async () => await world.n8n.running.startWorkflow(id);
	};

	const pushTickets = async (platform: Platform, isOver: () => boolean) => {
		const answers: PushAnswer[] = [];
		while (!isOver()) {
			const record = await world.controls.pushTicket(undefined, platform.appId);
			answers.push(...record.answers);
			await wait(PUSH_INTERVAL_MS);
		}
		return answers;
	};

	it.each(Array.from({ length: REPETITIONS }, (_, n) => n + 1))(
		'When the worker that makes tokens is lost, the other one takes its turn, and pushes are answered meanwhile (round %i)',
		async () => {
			await world.controls.configure({ authorizerTokenGraceSeconds: 300 });
			const platform = await world.addPlatform(MERCHANTS);
			const workflow = await world.n8n.running.createWorkflow(pushWorkflow(platform.credential));
			await world.n8n.running.activateWorkflow(workflow.id);
			const url = `${world.n8n.webhooks[0].url}/webhook/${WEBHOOK_PATH}`;
			await world.controls.setEventUrl(url, platform.appId);

			const [startFirst, startNext] = [await startRun(platform), await startRun(platform)];
			const holder = await takerOf(await startFirst());
			await untilMade(platform, FIRST_TOKENS);
			const next = await startNext();
			const other = await takerOf(next);
			expect(other).not.toBe(holder);
			await untilMade(platform, (await world.minted(platform)) + 1);
			await holder.kill();
			const killedAt = Date.now();
			let isOver = false;
			const pushes = pushTickets(platform, () => isOver);
			const ask = async () => (await tokenTimes(platform)).find((time) => time > killedAt) ?? null;
			const wanted = { what: 'the next token', timeoutMs: WAIT_MS, intervalMs: 10 };
			const after = (await waitFor(ask, wanted)) - killedAt;
			isOver = true;
			const answers = await pushes;
			const lost = astray(await world.endOf(next), MERCHANTS);
			await holder.start();
			await world.n8n.running.deactivateWorkflow(workflow.id);

			const answered = answers.filter(({ body }) => body === 'success').length;
			const slowest = Math.max(...answers.map(({ ms }) => ms));
			const { sum, most } = await world.tokensOf(platform);
			rows.push([
				`${(after / MS_PER_S).toFixed(1)} s`,
				String(answers.length),
				String(answered),
				`${slowest} ms`,
				...[lost, sum, most].map(String),
			]);
			expect(lost).toBe(0);
			expect(after).toBeLessThanOrEqual(TAKEN_OVER_MS);
			expect(answered).toBe(answers.length);
		},
	);
}
