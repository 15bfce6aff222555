import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { ICredentialDataDecryptedObject, IDataObject, INodeParameters } from 'n8n-workflow';

import { createN8n } from '../n8n/n8n.cts';
import type { Execution, N8n, RunningN8n } from '../n8n/n8n.cts';
import { cacheDirectory } from '../n8n/paths.cts';
import { waitFor } from '../n8n/waitFor.cts';
import { startSandbox } from '../sandbox/index.cts';
import type { Controls, Sandbox } from '../sandbox/index.cts';
import { linkWorkflow, pushWorkflow, WEBHOOK_PATH } from './platformWorkflows.cts';
import type { NodeIn } from './platformWorkflows.cts';

/** For whatever takes a start of n8n or of a browser; tests end when their condition is met. */
const TIMEOUT_MS = 240_000;
const PUSH_TIMEOUT_MS = 30_000;

export const PLATFORM = 'wx00000000000000c1';

/** A real n8n with an active trigger, and a local WeChat with a platform that pushes to it. */
export class PlatformWorld {
	/** @param env further settings of n8n */
	constructor(private env: Record<string, string> = {}) {}

	/** Id of the credential. */
	credential = '';

	/** Id of the trigger's workflow. */
	trigger = '';

	private log = '';

	private userFolder = '';

	private started?: { n8n: N8n; running: RunningN8n; sandbox: Sandbox };

	async start(): Promise<void> {
		mkdirSync(cacheDirectory, { recursive: true });
		this.userFolder = mkdtempSync(join(cacheDirectory, 'e2e-platform-'));
		const sandbox = await startSandbox({ knowAllMiniPrograms: true });
		const n8n = await this.createN8n();
		this.started = { n8n, running: await n8n.start(), sandbox };
		const platform = await this.controls.addPlatform({ appId: PLATFORM });
		const noLimits = { sameCompanyLinks: null, otherCompanyLinks: null, linksPerMonth: null };
		await this.controls.setLimits(noLimits);
		const data: ICredentialDataDecryptedObject = {
			componentAppId: platform.appId,
			componentAppSecret: platform.appSecret,
			messageToken: platform.messageToken,
			encodingAesKey: platform.encodingAesKey,
			apiBaseUrl: sandbox.url,
			fallbackApiBaseUrl: sandbox.secondUrl,
		};
		const type = 'weChatOpenPlatformApi';
		this.credential = await this.running.createCredential({ name: 'Platform', type, data });
		const { id } = await this.running.createWorkflow(pushWorkflow(this.credential));
		this.trigger = id;
		await this.running.activateWorkflow(id);
		await this.listen();
	}

	async close(): Promise<void> {
		await this.started?.running.stop();
		await this.started?.sandbox.close();
		rmSync(this.userFolder, { recursive: true, force: true });
	}

	/** Stops n8n and starts it again on the same data. */
	async restart(): Promise<void> {
		await this.running.stop();
		this.all.running = await this.n8n.start();
		await this.listen();
	}

	/** Stops n8n and starts it again on the same data, with these settings in place of the others. */
	async restartWith(env: Record<string, string>): Promise<void> {
		this.env = env;
		await this.running.stop();
		this.all.n8n = await this.createN8n();
		this.all.running = await this.n8n.start();
	}

	/** Has WeChat push to n8n's production URL, or to its test URL. */
	async listen(kind: 'webhook' | 'webhook-test' = 'webhook'): Promise<void> {
		await this.controls.setEventUrl(`${this.running.url}/${kind}/${WEBHOOK_PATH}`);
	}

	/** Links each item's Mini Program to its account. */
	async link(items: IDataObject[]): Promise<Execution> {
		return await this.running.runWorkflow(linkWorkflow({ items, credential: this.credential }));
	}

	/** Runs the node with these parameters for one empty item. */
	async run(parameters: INodeParameters): Promise<Execution> {
		const node: NodeIn = { items: [{}], credential: this.credential, parameters };
		return await this.running.runWorkflow(linkWorkflow(node));
	}

	/** Everything that every n8n here has printed. */
	logs(): string {
		return this.log;
	}

	/** Executions that something has started in the trigger's workflow, oldest first. */
	async pushed(): Promise<string[]> {
		const ids = await this.running.executionIds(this.trigger);
		return ids.sort((a, b) => Number(a) - Number(b));
	}

	/** Does something, and waits until it has started so many executions of the trigger's workflow. */
	async itemsOf(work: () => Promise<unknown>, count = 1): Promise<IDataObject[]> {
		const before = await this.pushed();
		await work();
		const ask = async () => {
			const ids = (await this.pushed()).filter((id) => !before.includes(id));
			return ids.length >= count ? ids : null;
		};
		const what = `${count} executions by pushes`;
		const ids = await waitFor(ask, { what, timeoutMs: PUSH_TIMEOUT_MS });
		const executions = await Promise.all(
			ids.map(async (id) => await this.running.waitForExecution(id)),
		);
		return executions.flatMap(({ nodes }) => nodes.Received.outputs[0].map(({ json }) => json));
	}

	/** The credential as n8n keeps it, decrypted. */
	async stored(): Promise<ICredentialDataDecryptedObject> {
		const all = await this.n8n.exportCredentials();
		const found = all.find(({ id }) => id === this.credential);
		if (!found) throw new Error('The credential is gone');
		return found.data;
	}

	get n8n(): N8n {
		return this.all.n8n;
	}

	get running(): RunningN8n {
		return this.all.running;
	}

	get controls(): Controls {
		return this.all.sandbox.controls;
	}

	get weChatUrl(): string {
		return this.all.sandbox.url;
	}

	private async createN8n(): Promise<N8n> {
		return await createN8n({
			userFolder: this.userFolder,
			env: { N8N_LOG_LEVEL: 'debug', ...this.env },
			log: (text) => (this.log += text),
		});
	}

	private get all(): NonNullable<PlatformWorld['started']> {
		if (!this.started) throw new Error('not started');
		return this.started;
	}
}

/** Starts a world before the tests of a file, and ends it after them. */
export function usePlatformWorld(env?: Record<string, string>): PlatformWorld {
	jest.setTimeout(TIMEOUT_MS);
	const world = new PlatformWorld(env);
	beforeAll(async () => await world.start());
	afterAll(async () => await world.close());
	return world;
}
