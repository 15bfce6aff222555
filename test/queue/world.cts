import type { ICredentialDataDecryptedObject, IDataObject, INodeParameters } from 'n8n-workflow';

import { LINK, linkWorkflow, NODE, sizesOf } from '../e2e/platformWorkflows.cts';
import type { Execution } from '../n8n/execution.cts';
import { formatTable } from '../n8n/table.cts';
import { waitFor } from '../n8n/waitFor.cts';
import { startSandbox } from '../sandbox/index.cts';
import type { Controls, Sandbox } from '../sandbox/index.cts';
import { QueueN8n } from './queueN8n.cts';

/** Long enough for starts of n8n and runs of many items; tests end when their condition is met. */
const TIMEOUT_MS = 900_000;
/** n8n gives up a run without a worker after about two minutes. */
const RUN_TIMEOUT_MS = 800_000;
/** The interval between checks, each of which runs a short command. */
const LOOK_INTERVAL_MS = 250;

const TABLE_WIDTH = 100;

/** The latency of WeChat for a server in the same country. */
export const LATENCY_MS = 20;

const OVER = ['success', 'error', 'crashed', 'canceled'];

/** How often tests that depend on chance run. */
export const REPETITIONS = Number(process.env.QUEUE_REPETITIONS ?? 1);

export const TOKEN_PATH = '/cgi-bin/component/api_authorizer_token';
export const LINK_PATH = '/cgi-bin/wxopen/wxamplink';
export const EXCHANGE_PATH = '/cgi-bin/component/api_query_auth';

/** A third-party platform that is new to n8n, so that no cache contains anything of it. */
export interface Platform {
	appId: string;
	/** Id of the credential. */
	credential: string;
	accounts: string[];
}

/** An n8n in queue mode, and a local WeChat. */
export class QueueWorld {
	private platforms = 0;

	private miniPrograms = 0;

	private started?: { n8n: QueueN8n; sandbox: Sandbox };

	async start(): Promise<void> {
		const n8n = await QueueN8n.create();
		const sandbox = await startSandbox({ knowAllMiniPrograms: true, pushTries: 1 });
		this.started = { n8n, sandbox };
		await this.controls.setLimits({
			sameCompanyLinks: null,
			otherCompanyLinks: null,
			linksPerMonth: null,
		});
		await this.controls.setLatency(LATENCY_MS);
		await n8n.start();
		const times = Object.entries(n8n.startMs).map(([part, ms]) => [part, `${ms} ms`]);
		printTable(['Start of', 'took'], times);
	}

	async close(): Promise<void> {
		await this.started?.n8n.stop();
		await this.started?.sandbox.close();
	}

	get n8n(): QueueN8n {
		return this.all.n8n;
	}

	get weChatUrl(): string {
		return this.all.sandbox.url;
	}

	get controls(): Controls {
		return this.all.sandbox.controls;
	}

	/** Adds a platform whose merchants' tokens are read from the local WeChat's token service. */
	async addServicePlatform(accounts: number): Promise<Platform> {
		const tokenServiceUrl = `${this.weChatUrl}/_sandbox/token-service/{appid}`;
		return await this.addPlatform(accounts, { tokenSource: 'tokenService', tokenServiceUrl });
	}

	/**
	 * Adds a platform with this many merchants, and a credential that has its ticket.
	 *
	 * @param fields further fields of the credential
	 */
	async addPlatform(
		accounts: number,
		fields: ICredentialDataDecryptedObject = {},
	): Promise<Platform> {
		this.platforms += 1;
		const number = this.platforms.toString(16).padStart(4, '0');
		const platform = await this.controls.addPlatform({ appId: `wxc00000000000${number}` });
		const { appId } = platform;
		// Without an event URL the ticket goes nowhere, so it is pasted into the credential.
		await this.controls.pushTicket(undefined, appId);
		const data: ICredentialDataDecryptedObject = {
			componentAppId: appId,
			componentAppSecret: platform.appSecret,
			messageToken: platform.messageToken,
			encodingAesKey: platform.encodingAesKey,
			componentVerifyTicket: (await this.controls.lastTicket(appId)) ?? '',
			apiBaseUrl: this.weChatUrl,
			...fields,
		};
		const credential = await this.n8n.running.createCredential({
			name: `Platform ${number}`,
			type: 'weChatOpenPlatformApi',
			data,
		});
		const bulk = { prefix: `a${number}`, platform: appId };
		const appIds = accounts === 0 ? [] : await this.controls.addAccounts(accounts, bulk);
		return { appId, credential, accounts: appIds };
	}

	/** New items for the merchants in turn. */
	items({ accounts }: Platform, count: number): IDataObject[] {
		return Array.from({ length: count }, (_, n) => {
			this.miniPrograms += 1;
			const miniProgram = `wxb${this.miniPrograms.toString(16).padStart(15, '0')}`;
			return { account: accounts[n % accounts.length], miniProgram };
		});
	}

	/** Starts a run that links this many items. Returns the execution's id. */
	async startRun(platform: Platform, count: number): Promise<string> {
		const { running } = this.n8n;
		const { credential } = platform;
		return await running.startWorkflow(
			linkWorkflow({ items: this.items(platform, count), credential }),
		);
	}

	/**
	 * Links this many items in each of two runs at the same time, one on each worker.
	 *
	 * @param parameters further parameters of the node
	 */
	async runOnBoth(
		platform: Platform,
		count: number,
		parameters: INodeParameters = {},
	): Promise<Execution[]> {
		const { running } = this.n8n;
		const { credential } = platform;
		const workflows = await Promise.all(
			this.n8n.workers.map(async () => {
				const items = this.items(platform, count);
				const workflow = linkWorkflow({
					items,
					credential,
					parameters: { ...LINK, ...parameters },
				});
				return await running.createWorkflow(workflow);
			}),
		);
		const ids = await Promise.all(workflows.map(async ({ id }) => await running.startWorkflow(id)));
		const executions = await Promise.all(ids.map(async (id) => await this.endOf(id)));
		expect(new Set(ids.map((id) => this.n8n.workerOf(id))).size).toBe(this.n8n.workers.length);
		return executions;
	}

	/** Waits for the end of a run, even while a process is away. */
	async endOf(id: string): Promise<Execution> {
		const ask = async () => {
			const status = await this.n8n.statusOf(id).catch(() => '');
			return OVER.includes(status) || null;
		};
		await waitFor(ask, {
			what: `the end of execution ${id}`,
			timeoutMs: RUN_TIMEOUT_MS,
			intervalMs: LOOK_INTERVAL_MS,
		});
		return await this.n8n.read(id);
	}

	/** Tokens that WeChat has made for the platform's merchants so far. */
	async minted(platform: Platform): Promise<number> {
		return (await this.tokensOf(platform)).sum;
	}

	/** The number of tokens of the merchants, and the highest number of one of them. */
	async tokensOf({ accounts }: Platform): Promise<{ sum: number; most: number }> {
		const { authorizerTokens } = await this.controls.counters();
		const counts = accounts.map((account) => authorizerTokens[account] ?? 0);
		return { sum: counts.reduce((sum, count) => sum + count, 0), most: Math.max(0, ...counts) };
	}

	/** The credential as n8n keeps it, decrypted. */
	async stored({ credential }: Platform): Promise<ICredentialDataDecryptedObject> {
		const found = (await this.n8n.exportCredentials()).find(({ id }) => id === credential);
		if (!found) throw new Error('The credential is gone');
		return found.data;
	}

	private get all(): NonNullable<QueueWorld['started']> {
		if (!this.started) throw new Error('not started');
		return this.started;
	}
}

/** Starts a world before the tests of a file, and ends it after them. */
export function useQueueWorld(): QueueWorld {
	jest.setTimeout(TIMEOUT_MS);
	const world = new QueueWorld();
	beforeAll(async () => await world.start());
	afterAll(async () => await world.close());
	return world;
}

/** Number of items that did not leave through the first output, or not at all. */
export function astray(execution: Execution, count: number): number {
	return count - (execution.nodes[NODE] ? sizesOf(execution)[0] : 0);
}

/** Prints the figures of a test. */
export function printTable(header: string[], rows: string[][]): void {
	process.stdout.write(`\n${formatTable(header, rows, TABLE_WIDTH)}\n`);
}
