import { setTimeout as wait } from 'node:timers/promises';

import {
	LINK,
	linkWorkflow,
	pushWorkflow,
	sizesOf,
	WEBHOOK_PATH,
} from '../e2e/platformWorkflows.cts';
import { waitFor } from '../n8n/waitFor.cts';
import type { PushRecord } from '../sandbox/index.cts';
import { HangingReads } from './hangingReads.cts';
import { printTable, TOKEN_PATH } from './world.cts';
import type { Platform, QueueWorld } from './world.cts';

const MERCHANTS = 300;
/** Merchants that authorise meanwhile. */
const NEW_MERCHANTS = 300;
const TOKENS_BEFORE = 60;

/** Which reads hang, and for how long. */
const CASES = [
	['every', 20],
	['every', 60],
	['every second', 60],
] as const;

/** n8n opens two connections by default; two reads that hang leave it none. */
const CONNECTIONS = [2, 10];

const RUN_OPTIONS = { maxConcurrency: 2 };
const PUSH_INTERVAL_MS = 1000;
/** Longer than WeChat waits, so that late answers are seen. */
const PATIENCE_MS = 20_000;
const WECHAT_PATIENCE_MS = 5000;
/** How soon all goes on. */
const GOES_ON_MS = 15_000;
const WAIT_MS = 120_000;
const MS_PER_S = 1000;

const HEADER = [
	'Reads that hang',
	'Connections',
	'Pushes meanwhile: success',
	'later than 5 s',
	'503',
	"n8n's",
	'other',
	'none in 20 s',
	'slowest',
	'Success again after',
	'Token again after',
	'Run',
	'its outputs',
];

const seconds = (milliseconds: number | null) =>
	milliseconds === null ? 'never' : `${(milliseconds / MS_PER_S).toFixed(1)} s`;

/** Reads of the credential get no answer for a while. */
export function testHangs(world: QueueWorld): void {
	const rows: string[][] = [];

	const restart = async (settings: Record<string, string> = {}) => {
		for (const part of [world.n8n.webhooks[0], ...world.n8n.workers]) {
			await part.kill();
			await part.start(settings);
		}
	};

	afterAll(async () => {
		printTable(HEADER, rows);
		await world.controls.configure({ pushTimeoutMs: WECHAT_PATIENCE_MS });
		await restart();
	});

	const tokenTimes = async ({ accounts }: Platform) => {
		const calls = await world.controls.calls({ path: TOKEN_PATH, errcode: 0 });
		return calls
			.filter(({ authorizer }) => accounts.includes(String(authorizer)))
			.map(({ at }) => at);
	};

	/** Tickets and authorizations in turn, however long each takes. */
	const push = async (platform: Platform, accounts: string[], isOver: () => boolean) => {
		const sent: Array<Promise<{ at: number; record: PushRecord }>> = [];
		for (let number = 0; !isOver(); number += 1) {
			const at = Date.now();
			const account = accounts[number];
			const record =
				number % 2 === 0
					? world.controls.pushTicket(undefined, platform.appId)
					: world.controls.authorize({ account }).then((result) => result.push);
			sent.push(record.then((one) => ({ at, record: one })));
			await wait(PUSH_INTERVAL_MS);
		}
		return await Promise.all(sent);
	};

	const cases = CONNECTIONS.flatMap((connections) =>
		CASES.map(([which, time]): [string, number, number] => [which, time, connections]),
	);

	it.each(cases)(
		'when %s read hangs for %i s, pushes and renewals go on soon after (%i connections)',
		async (which, time, connections) => {
			await restart({ DB_POSTGRESDB_POOL_SIZE: String(connections) });
			await world.controls.configure({
				authorizerTokenGraceSeconds: 300,
				pushTimeoutMs: PATIENCE_MS,
			});
			const platform = await world.addPlatform(MERCHANTS);
			const accounts = await world.controls.addAccounts(NEW_MERCHANTS, {
				prefix: `e${platform.appId.slice(-4)}`,
				platform: platform.appId,
				status: 'none',
			});
			const { running } = world.n8n;
			const workflow = await running.createWorkflow(pushWorkflow(platform.credential));
			await running.activateWorkflow(workflow.id);
			const url = `${world.n8n.webhooks[0].url}/webhook/${WEBHOOK_PATH}`;
			await world.controls.setEventUrl(url, platform.appId);
			await world.controls.pushTicket(undefined, platform.appId);

			const items = world.items(platform, MERCHANTS);
			const parameters = { ...LINK, options: RUN_OPTIONS };
			const { credential } = platform;
			const id = await running.startWorkflow(linkWorkflow({ items, credential, parameters }));
			const ready = async () => (await world.minted(platform)) >= TOKENS_BEFORE || null;
			await waitFor(ready, { what: 'tokens', timeoutMs: WAIT_MS, intervalMs: 10 });

			const reads = await HangingReads.begin(world.n8n.postgres, which === 'every');
			const begin = Date.now();
			let isOver = false;
			const pushes = push(platform, accounts, () => isOver);
			await wait(time * MS_PER_S);
			await reads.end();
			const end = Date.now();
			const next = async () => (await tokenTimes(platform)).find((at) => at > end) ?? null;
			const runOver = async () => ((await world.n8n.statusOf(id)) === 'running' ? null : true);
			const tokenAt = await waitFor(
				async () => (await next()) ?? ((await runOver()) ? Infinity : null),
				{ what: 'the next token', timeoutMs: WAIT_MS, intervalMs: 20 },
			).catch(() => null);
			const sinceEnd = Date.now() - end;
			await wait(Math.max(0, GOES_ON_MS - sinceEnd));
			isOver = true;
			const sent = await pushes;
			const run = await world.endOf(id);
			await running.deactivateWorkflow(workflow.id);

			const meanwhile = sent.filter(({ at }) => at >= begin && at < end);
			const answers = meanwhile.flatMap(({ record }) => record.answers);
			const successes = answers.filter(({ body }) => body === 'success');
			const late = successes.filter(({ ms }) => ms > WECHAT_PATIENCE_MS).length;
			const refused = answers.filter(({ status }) => status === 503);
			const ofN8n = refused.filter(({ body }) => body !== 'busy').length;
			const none = answers.filter(({ status }) => status === null).length;
			const others = answers.length - successes.length - refused.length - none;
			const slowest = Math.max(0, ...answers.map(({ ms }) => ms));
			const again = sent
				.filter(({ record }) => record.delivered)
				.map(({ at, record }) => at + record.answers[0].ms)
				.filter((at) => at > end);
			const pushAgain = again.length > 0 ? Math.min(...again) - end : null;
			const tokenAgain = tokenAt === null || tokenAt === Infinity ? null : tokenAt - end;
			const outputs = Object.keys(run.nodes).length > 1 ? sizesOf(run).join(' ') : 'none';
			rows.push([
				`${which}, ${time} s`,
				...[connections, successes.length - late, late, refused.length - ofN8n, ofN8n].map(String),
				...[others, none].map(String),
				seconds(slowest),
				seconds(pushAgain),
				seconds(tokenAgain),
				run.status,
				outputs,
			]);
			expect(pushAgain ?? Infinity).toBeLessThanOrEqual(GOES_ON_MS);
		},
	);
}
