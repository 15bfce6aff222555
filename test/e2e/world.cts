import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import { createN8n } from '../n8n/n8n.cts';
import type { Execution, N8n, RunningN8n } from '../n8n/n8n.cts';
import { cacheDirectory } from '../n8n/paths.cts';
import { startSandbox } from '../sandbox/index.cts';
import type { Controls, Sandbox } from '../sandbox/index.cts';
import { CREDENTIAL_TYPE, workflowOf } from './workflows.cts';
import type { NodeOptions } from './workflows.cts';

/** For whatever takes a start of n8n or of a browser; tests end when their condition is met. */
const TIMEOUT_MS = 180_000;

/** An Official Account. */
export interface Account {
	appId: string;
	/** Id of the credential with its token. */
	credential: string;
}

/** A real n8n with the packed package, and a local WeChat, for the tests of one file. */
export class World {
	/** Where n8n keeps everything. */
	userFolder = '';

	/** Everything that n8n has printed, also before a restart. */
	printed = '';

	private accounts = 0;

	private started?: { n8n: N8n; running: RunningN8n; sandbox: Sandbox };

	constructor(private readonly env: Record<string, string>) {}

	async start(): Promise<void> {
		mkdirSync(cacheDirectory, { recursive: true });
		this.userFolder = mkdtempSync(join(cacheDirectory, 'e2e-'));
		const { userFolder, env } = this;
		const sandbox = await startSandbox({ knowAllMiniPrograms: true });
		const log = (text: string) => void (this.printed += text);
		const n8n = await createN8n({ userFolder, env, log });
		this.started = { n8n, running: await n8n.start(), sandbox };
		const noLimits = { sameCompanyLinks: null, otherCompanyLinks: null, linksPerMonth: null };
		await this.controls.setLimits(noLimits);
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
	}

	get n8n(): N8n {
		return this.all.n8n;
	}

	get running(): RunningN8n {
		return this.all.running;
	}

	get url(): string {
		return this.all.sandbox.url;
	}

	get controls(): Controls {
		return this.all.sandbox.controls;
	}

	/** Adds another account to the local WeChat, and a credential with its token. */
	async addAccount(): Promise<Account> {
		this.accounts += 1;
		const appId = `wxa${this.accounts.toString(16).padStart(15, '0')}`;
		await this.controls.addAccount({ appId });
		const accessToken = await this.controls.issueToken(appId);
		const credential = await this.addCredential({ accessToken, officialAccountAppId: appId });
		return { appId, credential };
	}

	/** Stores a credential for the local WeChat with these fields. Returns its id. */
	async addCredential(fields: ICredentialDataDecryptedObject): Promise<string> {
		const data = { tokenSource: 'accessToken', apiBaseUrl: this.url, ...fields };
		return await this.running.createCredential({
			name: `Account ${String(fields.officialAccountAppId ?? '')}`.trim(),
			type: CREDENTIAL_TYPE,
			data,
		});
	}

	/** Stores a workflow of a trigger and the node. Returns its id. */
	async addWorkflow(options: NodeOptions): Promise<string> {
		return (await this.running.createWorkflow(workflowOf(options))).id;
	}

	/** Runs a workflow of a trigger and the node to its end. */
	async run(options: NodeOptions): Promise<Execution> {
		return await this.running.runWorkflow(workflowOf(options));
	}

	private get all(): NonNullable<World['started']> {
		if (!this.started) throw new Error('not started');
		return this.started;
	}
}

/**
 * Starts a world before the tests of a file, and ends it after them.
 *
 * @param env further settings of n8n
 */
export function useWorld(env: Record<string, string> = {}): World {
	jest.setTimeout(TIMEOUT_MS);
	const world = new World(env);
	beforeAll(async () => await world.start());
	afterAll(async () => await world.close());
	return world;
}
