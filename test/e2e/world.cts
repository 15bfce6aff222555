import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import type { Execution } from '../n8n/n8n.cts';
import { N8nWorld, use } from './n8nWorld.cts';
import { CREDENTIAL_TYPE, workflowOf } from './workflows.cts';
import type { NodeOptions } from './workflows.cts';

/** An Official Account. */
export interface Account {
	appId: string;
	/** Id of the credential with its token. */
	credential: string;
}

/** A real n8n and a local WeChat, for workflows of a trigger and the node with pasted tokens. */
export class World extends N8nWorld {
	private accounts = 0;

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
}

/** Starts a world before the tests of a file, and ends it after them. */
export const useWorld = (): World => use(new World());
