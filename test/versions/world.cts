import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ICredentialDataDecryptedObject, IDataObject } from 'n8n-workflow';

import { CREDENTIAL_TYPE, givenBy, workflowOf } from '../e2e/workflows.cts';
import type { Given, NodeOptions } from '../e2e/workflows.cts';
import { removeWithParent } from '../n8n/janitor.cts';
import { createN8n } from '../n8n/n8n.cts';
import type { N8n, RunningN8n } from '../n8n/n8n.cts';
import type { N8nVersion } from '../n8n/versions.cts';
import { waitFor } from '../n8n/waitFor.cts';
import { startSandbox } from '../sandbox/index.cts';
import type { AccountInput, Controls, Sandbox } from '../sandbox/index.cts';

const PUSH_TIMEOUT_MS = 30_000;

interface Parts {
	n8n: N8n;
	running: RunningN8n;
	sandbox: Sandbox;
}

/** An item with a platform and a merchant of it. */
interface PlatformItem extends IDataObject {
	platform: string;
	account: string;
	secret: string;
	ticket: string;
	messageToken: string;
	encodingAesKey: string;
}

/** One release of n8n with the packed package, and a local WeChat. */
export class VersionWorld {
	private accounts = 0;

	private platforms = 0;

	private userFolder = '';

	private readonly started: Partial<Parts> = {};

	constructor(private readonly version: N8nVersion) {}

	async start(): Promise<void> {
		// Outside the project, so that the package does not find the project's node_modules.
		this.userFolder = mkdtempSync(join(tmpdir(), 'n8n-version-'));
		removeWithParent(this.userFolder);
		this.started.sandbox = await startSandbox({ knowAllMiniPrograms: true });
		const { version, userFolder } = this;
		this.started.n8n = await createN8n({ version, userFolder });
		this.started.running = await this.started.n8n.start();
	}

	async close(): Promise<void> {
		await this.started.running?.stop();
		await this.started.sandbox?.close();
		rmSync(this.userFolder, { recursive: true, force: true });
	}

	/** Kills n8n, does something meanwhile, and starts n8n again. */
	async killAndStart(meanwhile: () => Promise<void> = async () => {}): Promise<void> {
		await this.running.kill();
		await meanwhile();
		this.started.running = await this.n8n.start();
	}

	/** Adds another account to the local WeChat. Returns its appid. */
	async addAccount(account: Omit<AccountInput, 'appId'> = {}): Promise<string> {
		this.accounts += 1;
		const appId = `wxa${this.accounts.toString(16).padStart(15, '0')}`;
		await this.controls.addAccount({ appId, ...account });
		return appId;
	}

	/** Adds another platform with a ticket and a merchant. Returns them as an item. */
	async addPlatformItem(): Promise<PlatformItem> {
		this.platforms += 1;
		const appId = `wxe${this.platforms.toString(16).padStart(15, '0')}`;
		const { appSecret, ...keys } = await this.controls.addPlatform({ appId });
		await this.controls.pushTicket(undefined, appId);
		return {
			platform: appId,
			account: await this.addAccount({ platform: appId }),
			secret: appSecret,
			ticket: String(await this.controls.lastTicket(appId)),
			messageToken: keys.messageToken,
			encodingAesKey: keys.encodingAesKey,
		};
	}

	/** Stores a credential for the local WeChat with these fields. Returns its id. */
	async addCredential(
		data: ICredentialDataDecryptedObject,
		type = CREDENTIAL_TYPE,
	): Promise<string> {
		const name = type === CREDENTIAL_TYPE ? 'Account' : 'Platform';
		return await this.running.createCredential({ name, type, data });
	}

	/** Runs the node with a credential of one account. Returns its results. */
	async run(options: NodeOptions): Promise<Given[]> {
		return givenBy(await this.running.runWorkflow(workflowOf(options)));
	}

	/** A credential as n8n keeps it, decrypted. */
	async stored(credential: string): Promise<ICredentialDataDecryptedObject> {
		const found = (await this.n8n.exportCredentials()).find(({ id }) => id === credential);
		if (!found) throw new Error('The credential is gone');
		return found.data;
	}

	/** Waits for the first execution of a workflow. Returns the items of one of its nodes. */
	async firstItemsOf(
		workflowId: string,
		node: string,
		timeoutMs = PUSH_TIMEOUT_MS,
	): Promise<IDataObject[]> {
		const ask = async () => (await this.running.executionIds(workflowId)).at(-1) ?? null;
		const what = 'something to start the workflow';
		const id = await waitFor(ask, { what, timeoutMs });
		const { nodes } = await this.running.waitForExecution(id);
		return nodes[node].outputs[0].map(({ json }) => json);
	}

	/** Waits until the link trigger has returned this many items in all executions of a workflow. */
	async followedBy(workflowId: string, count: number): Promise<IDataObject[]> {
		return await waitFor(
			async () => {
				const items: IDataObject[] = [];
				for (const id of (await this.running.executionIds(workflowId)).reverse()) {
					const { nodes } = await this.running.waitForExecution(id);
					items.push(...(nodes.Followed?.outputs[0] ?? []).map(({ json }) => json));
				}
				return items.length >= count ? items : null;
			},
			{ what: `${count} events`, timeoutMs: PUSH_TIMEOUT_MS },
		);
	}

	get running(): RunningN8n {
		return this.part('running');
	}

	get url(): string {
		return this.part('sandbox').url;
	}

	/** Another address of the local WeChat. */
	get secondUrl(): string {
		return this.part('sandbox').secondUrl;
	}

	get controls(): Controls {
		return this.part('sandbox').controls;
	}

	get n8n(): N8n {
		return this.part('n8n');
	}

	private part<Name extends keyof Parts>(name: Name): Parts[Name] {
		const part = this.started[name];
		if (part === undefined) throw new Error(`${name} did not start`);
		return part;
	}
}
