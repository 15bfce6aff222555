import { setTimeout as wait } from 'node:timers/promises';

import {
	LINK,
	linkWorkflow,
	pushWorkflow,
	sizesOf,
	WEBHOOK_PATH,
} from '../e2e/platformWorkflows.cts';
import { waitFor } from '../n8n/waitFor.cts';
import type { PushAnswer, PushRecord } from '../sandbox/index.cts';
import { HangingReads } from './hangingReads.cts';
import { printTable, REPETITIONS, TOKEN_PATH } from './world.cts';
import type { Platform, QueueWorld } from './world.cts';

const MERCHANTS = 300;
/** Merchants that authorize during the run. */
const NEW_MERCHANTS = 300;
const TOKENS_BEFORE = 60;
/** Few calls at once, so that tokens are still missing when the database answers again. */
const RUN_OPTIONS = { maxConcurrency: 2 };

/** Which reads hang, for how many seconds, and how many connections n8n opens (2 by default). */
const ALL_CASES = [
	['every', 20, 10],
	['every', 20, 2],
	['every second', 60, 10],
	['every second', 60, 2],
] as const;
const CASES = REPETITIONS > 1 ? ALL_CASES : ALL_CASES.slice(0, 1);

const PUSH_INTERVAL_MS = 1000;
const WECHAT_PATIENCE_MS = 5000;
/** Longer than WeChat waits, so that the test sees late answers. */
const PATIENCE_MS = 20_000;
/** How soon pushes must be answered again. */
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

/** A push and the time when it was sent. */
interface Sent {
	at: number;
	record: PushRecord;
}

const seconds = (milliseconds: number | null) =>
	milliseconds === null ? 'never' : `${(milliseconds / MS_PER_S).toFixed(1)} s`;

/** The answers to pushes, as columns of the table. */
function columnsOf(answers: PushAnswer[]): string[] {
	const successes = answers.filter(({ body }) => body === 'success');
	const late = successes.filter(({ ms }) => ms > WECHAT_PATIENCE_MS).length;
	const refused = answers.filter(({ status }) => status === 503);
	const ofN8n = refused.filter(({ body }) => body !== 'busy').length;
	const none = answers.filter(({ status }) => status === null).length;
	const others = answers.length - successes.length - refused.length - none;
	const counts = [successes.length - late, late, refused.length - ofN8n, ofN8n, others, none];
	return [...counts.map(String), seconds(Math.max(0, ...answers.map(({ ms }) => ms)))];
}

/** Milliseconds from a moment to the first success after it. */
function firstSuccess(sent: Sent[], from: number): number | null {
	const times = sent
		.filter(({ record }) => record.delivered)
		.map(({ at, record }) => at + record.answers[0].ms - from)
		.filter((time) => time > 0);
	return times.length > 0 ? Math.min(...times) : null;
}

/** Has reads of the credential hang for a while. */
export function testHangs(world: QueueWorld): void {
	const rows: string[][] = [];

	const restart = async (settings: Record<string, string> = {}) => {
		for (const part of [world.n8n.webhooks[0], ...world.n8n.workers]) {
			await part.kill();
			await part.start(settings);
		}
	};

	beforeAll(async () => {
		await world.controls.configure({
			authorizerTokenGraceSeconds: 300,
			pushTimeoutMs: PATIENCE_MS,
		});
	});

	afterAll(async () => {
		printTable(HEADER, rows);
		await world.controls.configure({ pushTimeoutMs: WECHAT_PATIENCE_MS });
		await restart();
	});

	const startTrigger = async ({ credential, appId }: Platform) => {
		const { running, webhooks } = world.n8n;
		const { id } = await running.createWorkflow(pushWorkflow(credential));
		await running.activateWorkflow(id);
		await world.controls.setEventUrl(`${webhooks[0].url}/webhook/${WEBHOOK_PATH}`, appId);
		await world.controls.pushTicket(undefined, appId);
		return id;
	};

	/** Starts a run and resolves in the middle of it. */
	const startRun = async (platform: Platform) => {
		const items = world.items(platform, MERCHANTS);
		const parameters = { ...LINK, options: RUN_OPTIONS };
		const { credential } = platform;
		const workflow = linkWorkflow({ items, credential, parameters });
		const id = await world.n8n.running.startWorkflow(workflow);
		const ask = async () => (await world.minted(platform)) >= TOKENS_BEFORE || null;
		await waitFor(ask, { what: 'tokens', timeoutMs: WAIT_MS, intervalMs: 10 });
		return id;
	};

	/** Pushes tickets and authorizations in turn, without waiting for answers. */
	const push = async (platform: Platform, accounts: string[], isOver: () => boolean) => {
		const sent: Array<Promise<Sent>> = [];
		const send = async (number: number): Promise<Sent> => {
			const at = Date.now();
			const account = accounts[number];
			if (number % 2 === 1)
				return { at, record: (await world.controls.authorize({ account })).push };
			return { at, record: await world.controls.pushTicket(undefined, platform.appId) };
		};
		for (let number = 0; !isOver(); number += 1) {
			sent.push(send(number));
			await wait(PUSH_INTERVAL_MS);
		}
		return await Promise.all(sent);
	};

	/** Milliseconds from a moment to the next token, or null if the run ends without one. */
	const nextToken = async ({ accounts }: Platform, run: string, from: number) => {
		const ask = async () => {
			const calls = await world.controls.calls({ path: TOKEN_PATH, errcode: 0 });
			const next = calls.find(
				({ at, authorizer }) => at > from && accounts.includes(String(authorizer)),
			);
			if (next) return next.at - from;
			return (await world.n8n.statusOf(run)) === 'running' ? null : Infinity;
		};
		const wanted = { what: 'the next token', timeoutMs: WAIT_MS, intervalMs: 20 };
		const time = await waitFor(ask, wanted).catch(() => Infinity);
		return time === Infinity ? null : time;
	};

	it.each(CASES)(
		'After %s read of the credential has hung for %i s, pushes are soon answered again (%i connections)',
		async (which, time, connections) => {
			await restart({ DB_POSTGRESDB_POOL_SIZE: String(connections) });
			const platform = await world.addPlatform(MERCHANTS);
			const accounts = await world.controls.addAccounts(NEW_MERCHANTS, {
				prefix: `e${platform.appId.slice(-4)}`,
				platform: platform.appId,
				status: 'none',
			});
			const trigger = await startTrigger(platform);
			const id = await startRun(platform);

			const reads = await HangingReads.begin(world.n8n.postgres, which === 'every');
			const begin = Date.now();
			let isOver = false;
			const pushes = push(platform, accounts, () => isOver);
			await wait(time * MS_PER_S);
			await reads.end();
			const end = Date.now();
			const tokenAgain = await nextToken(platform, id, end);
			await wait(Math.max(0, end + GOES_ON_MS - Date.now()));
			isOver = true;
			const sent = await pushes;
			const run = await world.endOf(id);
			await world.n8n.running.deactivateWorkflow(trigger);

			const meanwhile = sent.filter(({ at }) => at >= begin && at < end);
			const pushAgain = firstSuccess(sent, end);
			rows.push([
				`${which}, ${time} s`,
				String(connections),
				...columnsOf(meanwhile.flatMap(({ record }) => record.answers)),
				seconds(pushAgain),
				seconds(tokenAgain),
				run.status,
				Object.keys(run.nodes).length > 1 ? sizesOf(run).join(' ') : 'none',
			]);
			expect(pushAgain ?? Infinity).toBeLessThanOrEqual(GOES_ON_MS);
		},
	);
}
