import { spawn } from 'node:child_process';
import { cpus } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import type { INode } from 'n8n-workflow';
import { pushWorkflow, WEBHOOK_PATH } from '../e2e/platformWorkflows.cts';
import type { Workflow } from '../n8n/n8n.cts';
import { waitFor } from '../n8n/waitFor.cts';
import { fingerprintOf } from '../sandbox/index.cts';
import type { AuthorizationResult, PushAnswer, PushRecord } from '../sandbox/index.cts';
import type { Environment } from './environment.cts';
import { checkThat } from './measure.cts';

const MERCHANTS_PREFIX = 'b0';
const SETS = [1, 33];

/** Longer than WeChat waits, so that the bench measures how late an answer is. */
const WAITS_FOR_MS = 120_000;
const EXCHANGE_PATH = '/cgi-bin/component/api_query_auth';

/** How long n8n may work on answered pushes. */
const SETTLE_TIMEOUT_MS = 600_000;
const LOOK_INTERVAL_MS = 500;

/** The time after which another push finishes a push whose workflow was not started. */
const ABANDONED_AFTER_MS = 13_000;

/** How often WeChat repeats a push at most. */
const MOST_REPEATS = 3;

/** The share of a core below which n8n counts as idle. */
const QUIET_SHARE = 0.15;
const QUIET_LOOKS = 3;

/** A published workflow that receives pushes. */
export interface Receiver {
	name: string;
	workflowId: string;
	url: string;
}

/** The results of pushes of new merchants. */
export interface Outcome {
	/** The first answer to each push. */
	answers: PushAnswer[];
	/** Merchants with a push that was answered `success` at any try. */
	delivered: string[];
	/** How often the workflow was started for each merchant. */
	started: Map<string, number>;
	/** How often each code was exchanged, and the number of calls for that. */
	exchanged: number[];
	exchangeCalls: number;
}

/** The package's trigger and one that only answers, in the same n8n. */
export class PushWorld {
	private merchants = 0;

	private constructor(
		readonly environment: Environment,
		readonly trigger: Receiver,
		/** Only answers `success`. */
		readonly reference: Receiver,
		/** Answers `success` and starts a run. */
		readonly startingReference: Receiver,
	) {}

	/** Resolves when the first ticket has arrived. */
	static async create(environment: Environment): Promise<PushWorld> {
		const { n8n, wechat } = environment;
		await environment.untilReady();
		await wechat.reset(0);
		const platform = await wechat.addPlatform(1);
		const data = wechat.credentialOf(platform);
		const type = 'weChatOpenPlatformApi';
		const credential = await n8n.createCredential({ name: 'Platform', type, data });
		const publish = async (name: string, workflow: Workflow, path: string): Promise<Receiver> => {
			const { id } = await n8n.createWorkflow(workflow);
			await n8n.activateWorkflow(id);
			return { name, workflowId: id, url: `${n8n.url}/webhook/${path}` };
		};
		const [trigger, reference, starting] = [
			await publish('trigger', noting(pushWorkflow(credential)), WEBHOOK_PATH),
			await publish('reference', ...referenceWorkflow(false)),
			await publish('reference that starts a run', ...referenceWorkflow(true)),
		];
		await wechat.controls.setEventUrl(trigger.url);
		const { delivered } = await wechat.controls.pushTicket();
		checkThat(delivered, 'the first ticket was not taken');
		await wechat.controls.configure({ pushTries: 1, pushTimeoutMs: WAITS_FOR_MS });
		return new PushWorld(environment, trigger, reference, starting);
	}

	/** Adds accounts that have not authorized the platform yet. */
	async newMerchants(count: number): Promise<string[]> {
		const options = { prefix: MERCHANTS_PREFIX, from: this.merchants, status: 'none' } as const;
		this.merchants += count;
		return await this.environment.wechat.controls.addAccounts(count, options);
	}

	/** Has a merchant authorize, and WeChat push that to the trigger once. */
	async authorize(account: string): Promise<AuthorizationResult> {
		return await this.environment.wechat.controls.authorize({ account, permissionSets: SETS });
	}

	async pushTicket(): Promise<PushRecord> {
		return await this.environment.wechat.controls.pushTicket();
	}

	/** Sends the same bytes to another receiver. */
	async repeatTo({ url }: Receiver, { sequence }: PushRecord): Promise<PushAnswer> {
		const { controls } = this.environment.wechat;
		const { answers } = await controls.repeatPush(sequence, url);
		return answers[answers.length - 1];
	}

	/**
	 * The results of pushes of new merchants, once n8n is done with them. If a workflow was not started, a
	 * ticket follows, as it does within ten minutes from WeChat, and finishes the push left behind.
	 */
	async outcomeOf(accounts: string[], results: AuthorizationResult[]): Promise<Outcome> {
		const { controls } = this.environment.wechat;
		const delivered = accounts.filter((_, n) => results[n].push.delivered);
		await this.untilQuiet();
		if (this.startsFor(delivered).size < delivered.length) {
			await wait(ABANDONED_AFTER_MS);
			await this.pushTicket();
			await this.untilQuiet();
		}
		const times = new Map<string, number>();
		let exchangeCalls = 0;
		const codes = new Set(results.map(({ authorizationCode }) => fingerprintOf(authorizationCode)));
		for (const { body, errcode } of await controls.calls({ path: EXCHANGE_PATH })) {
			const [, code] = /secret (\w+)/.exec(JSON.stringify(body)) ?? [];
			if (!codes.has(code)) continue;
			exchangeCalls++;
			if (errcode === 0) times.set(code, (times.get(code) ?? 0) + 1);
		}
		return {
			answers: results.map(({ push }) => push.answers[0]),
			delivered,
			started: this.startsFor(accounts),
			exchanged: [...codes].map((code) => times.get(code) ?? 0),
			exchangeCalls,
		};
	}

	/** Repeats the pushes that were not delivered, one after the other, as WeChat does. */
	async repeatUndelivered(results: readonly AuthorizationResult[]): Promise<void> {
		for (let tries = 0; tries < MOST_REPEATS; tries++) {
			for (const { push } of results.filter(({ push }) => !push.delivered)) {
				const { delivered } = await this.environment.wechat.controls.repeatPush(push.sequence);
				push.delivered = delivered;
			}
		}
	}

	/** The cost of some work until n8n is idle again. */
	async cpuOf(work: () => Promise<unknown>): Promise<{ cpuMs: number; timeMs: number }> {
		const start = performance.now();
		const before = this.environment.cpuMs() ?? 0;
		await work();
		await this.untilQuiet();
		const cpuMs = (this.environment.cpuMs() ?? 0) - before;
		return { cpuMs, timeMs: performance.now() - start };
	}

	/** Waits until n8n is idle. */
	async untilQuiet(): Promise<void> {
		let before = this.environment.cpuMs() ?? 0;
		let quiet = -1;
		const ask = async () => {
			const now = this.environment.cpuMs() ?? 0;
			quiet = now - before < LOOK_INTERVAL_MS * QUIET_SHARE ? quiet + 1 : 0;
			before = now;
			return quiet >= QUIET_LOOKS ? true : null;
		};
		await waitFor(ask, {
			what: 'n8n to be done',
			timeoutMs: SETTLE_TIMEOUT_MS,
			intervalMs: LOOK_INTERVAL_MS,
		});
	}

	private startsFor(accounts: readonly string[]): Map<string, number> {
		const asked = new Set(accounts);
		const starts = new Map<string, number>();
		for (const { account } of this.environment.started()) {
			if (account === null || !asked.has(account)) continue;
			starts.set(account, (starts.get(account) ?? 0) + 1);
		}
		return starts;
	}
}

/** Does some work while each core is busy with other work. */
export async function whileCoresAreBusy<T>(work: () => Promise<T>): Promise<T> {
	const others = cpus().map(() => spawn(process.execPath, ['--eval', 'for (;;);']));
	const end = () => others.forEach((other) => other.kill('SIGKILL'));
	process.once('exit', end);
	try {
		return await work();
	} finally {
		end();
		process.off('exit', end);
	}
}

/** A workflow of a trigger and a node that notes each item. */
function noting({ nodes, ...workflow }: Workflow): Workflow {
	const [trigger] = nodes;
	const note: INode = {
		id: 'noted',
		name: 'Noted',
		type: 'CUSTOM.benchStarted',
		typeVersion: 1,
		position: [240, 0],
		parameters: {},
	};
	const connections: Workflow['connections'] = {
		[trigger.name]: { main: [[{ node: note.name, type: 'main', index: 0 }]] },
	};
	return { ...workflow, nodes: [trigger, note], connections };
}

/** @returns the workflow, and the path of its webhook */
function referenceWorkflow(startsRun: boolean): [Workflow, string] {
	const webhookId = `1d2c3b4a-0000-4000-8000-${startsRun ? '000000000002' : '000000000001'}`;
	const trigger: INode = {
		id: 'trigger',
		name: 'Reference',
		type: 'CUSTOM.benchTrigger',
		typeVersion: 1,
		position: [0, 0],
		webhookId,
		parameters: { startsRun },
	};
	const name = startsRun ? 'Reference that starts a run' : 'Reference';
	return [noting({ name, nodes: [trigger], connections: {} }), `${webhookId}/bench`];
}
