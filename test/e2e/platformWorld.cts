import type { ICredentialDataDecryptedObject, IDataObject, INodeParameters } from 'n8n-workflow';

import type { Execution } from '../n8n/n8n.cts';
import { waitFor } from '../n8n/waitFor.cts';
import { N8nWorld, use } from './n8nWorld.cts';
import { linkWorkflow, pushWorkflow, WEBHOOK_PATH } from './platformWorkflows.cts';
import type { NodeIn } from './platformWorkflows.cts';

const PUSH_TIMEOUT_MS = 30_000;

export const PLATFORM = 'wx00000000000000c1';

/** A real n8n with a published trigger, and a local WeChat with a platform that pushes to it. */
export class PlatformWorld extends N8nWorld {
	/** Id of the credential. */
	credential = '';

	/** Id of the trigger's workflow. */
	trigger = '';

	override async start(): Promise<void> {
		await super.start();
		const platform = await this.controls.addPlatform({ appId: PLATFORM });
		const data: ICredentialDataDecryptedObject = {
			componentAppId: platform.appId,
			componentAppSecret: platform.appSecret,
			messageToken: platform.messageToken,
			encodingAesKey: platform.encodingAesKey,
			apiBaseUrl: this.url,
			fallbackApiBaseUrl: this.secondUrl,
		};
		const type = 'weChatOpenPlatformApi';
		this.credential = await this.running.createCredential({ name: 'Platform', type, data });
		const { id } = await this.running.createWorkflow(pushWorkflow(this.credential));
		this.trigger = id;
		await this.running.activateWorkflow(id);
		await this.listen();
	}

	/** Stops n8n and starts it again on the same data, at a new port. */
	override async restart(): Promise<void> {
		await super.restart();
		await this.listen();
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

	/** Executions of the trigger's workflow, oldest first. */
	async pushed(): Promise<string[]> {
		const ids = await this.running.executionIds(this.trigger);
		return ids.sort((a, b) => Number(a) - Number(b));
	}

	/** Does something, waits until it has started this many executions of the trigger, and returns their items. */
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
}

/** Starts a world before the tests of a file, and ends it after them. */
export const usePlatformWorld = (env?: Record<string, string>): PlatformWorld =>
	use(new PlatformWorld(env));
