import type { IDataObject, INodeTypeDescription } from 'n8n-workflow';
import { toExecution } from './execution.cts';
import type { Execution, RecordedExecution } from './execution.cts';
import { parseFlatted } from './flatted.cts';
import type { BoundProcess } from './process.cts';
import { RestClient, RestFailure } from './restClient.cts';
import type { Credential, Workflow } from './types.cts';
import { NEWEST, WAYS } from './versions.cts';
import type { Ways } from './versions.cts';
import { waitFor } from './waitFor.cts';

const RUN_TIMEOUT_MS = 120_000;

/** The login of every n8n here, which only this machine can reach. */
const OWNER = { email: 'owner@example.com', password: 'Only4ThisMachine' };

interface PublicationStatus {
	status: 'in_progress' | 'not_published' | 'published' | 'failed' | 'partial';
	triggers: object[];
}

interface StoredWorkflow {
	id: string;
	name: string;
	isArchived: boolean;
}

type ExecutionAnswer = Omit<RecordedExecution, 'data'> & {
	data: string;
	dataTooLargeToDisplay?: boolean;
};

export interface CredentialTestResult {
	status: 'OK' | 'Error';
	message: string;
}

export interface RunOptions {
	/** JSON of the items that are pinned to the trigger; by default the trigger runs. */
	inputs?: IDataObject[];
	/** Name of the node to start from, default the first trigger. */
	trigger?: string;
	timeoutMs?: number;
}

/** A server of n8n with the access of its owner. */
export class RunningN8n {
	/** Owner's login for the editor. */
	readonly owner = OWNER;

	/** The editor's REST API, logged in as owner; paths begin with /rest. */
	readonly rest: RestClient;

	constructor(
		readonly url: string,
		private readonly server: Pick<BoundProcess, 'pid' | 'stop' | 'kill'>,
		/** Everything that n8n has printed. */
		readonly logs: () => string,
		private readonly ways: Ways = WAYS[NEWEST],
	) {
		this.rest = new RestClient(url);
	}

	/** The main process, or undefined if it could not be started. */
	get pid(): number | undefined {
		return this.server.pid;
	}

	/** Creates the owner's account at the first start of a user folder, then logs in. */
	async logIn(): Promise<void> {
		const { userManagement } = await this.rest.get<{
			userManagement: { showSetupOnFirstLoad: boolean };
		}>('/rest/settings');
		if (userManagement.showSetupOnFirstLoad) {
			const owner = { ...OWNER, firstName: 'Local', lastName: 'Owner' };
			await this.rest.post('/rest/owner/setup', owner);
		} else {
			const { email, password } = OWNER;
			await this.rest.post('/rest/login', { emailOrLdapLoginId: email, password });
		}
	}

	/** Runs a stored workflow, or stores and runs a new one, and waits for its end. */
	async runWorkflow(workflow: string | Workflow, options: RunOptions = {}): Promise<Execution> {
		const id = await this.startWorkflow(workflow, options);
		return await this.waitForExecution(id, options.timeoutMs);
	}

	/** Starts a workflow as the editor's button does. Returns the id of the execution. */
	async startWorkflow(workflow: string | Workflow, options: RunOptions = {}): Promise<string> {
		const stored =
			typeof workflow === 'string'
				? await this.rest.get<Workflow & { id: string }>(`/rest/workflows/${workflow}`)
				: await this.createWorkflow(workflow);
		const trigger = options.trigger ?? findTrigger(stored);
		const pinData = { [trigger]: (options.inputs ?? []).map((json) => ({ json })) };
		const current = options.inputs ? await this.updateWorkflow(stored.id, { pinData }) : stored;
		const executionId = await this.pressRun(current, trigger);
		if (executionId === undefined) throw new Error(`${trigger} waits for a call`);
		return executionId;
	}

	/** Makes the trigger of a stored workflow listen at its Test URL, as the editor's button does. */
	async listenAtTestUrl(workflowId: string): Promise<void> {
		const stored = await this.rest.get<Workflow & { id: string }>(`/rest/workflows/${workflowId}`);
		const trigger = findTrigger(stored);
		const executionId = await this.pressRun(stored, trigger);
		if (executionId !== undefined) throw new Error(`${trigger} does not wait for a call`);
	}

	private async pressRun(
		workflow: Workflow & { id: string },
		trigger: string,
	): Promise<string | undefined> {
		const started = await this.rest.post<{ executionId?: string }>(
			`/rest/workflows/${workflow.id}/run`,
			{
				triggerToStartFrom: { name: trigger },
				...(this.ways.runSendsWorkflow && { workflowData: workflow }),
			},
		);
		return started.executionId;
	}

	/** Waits for the end of an execution. */
	async waitForExecution(id: string, timeoutMs = RUN_TIMEOUT_MS): Promise<Execution> {
		const ask = async () => {
			const record = await this.readExecution(id);
			if (record === null || ['new', 'running', 'waiting'].includes(record.status)) return null;
			if (record.dataTooLargeToDisplay) throw new Error(`Data of execution ${id} is too large`);
			const data = parseFlatted(record.data) as Partial<RecordedExecution['data']> | undefined;
			if (!isWhole(record.status, data)) return null;
			return toExecution({ ...record, data });
		};
		return await waitFor(ask, { what: `the end of execution ${id}`, timeoutMs });
	}

	/** Stops an execution as the editor's stop button does. */
	async stopExecution(id: string): Promise<void> {
		await this.rest.post(`/rest/executions/${id}/stop`);
	}

	/** Stores a new workflow with the editor's default settings. */
	async createWorkflow(workflow: Workflow): Promise<Workflow & { id: string }> {
		const settings = { executionOrder: 'v1' };
		return await this.rest.post('/rest/workflows', { active: false, settings, ...workflow });
	}

	/** Stores a workflow in place of the one with the same id. */
	async saveWorkflow(workflow: Workflow & { id: string }): Promise<void> {
		const stored = await this.rest.get<Array<{ id: string }>>('/rest/workflows');
		const exists = stored.some(({ id }) => id === workflow.id);
		await (exists ? this.updateWorkflow(workflow.id, workflow) : this.createWorkflow(workflow));
	}

	/** Changes parts of a stored workflow. */
	async updateWorkflow(id: string, changes: Partial<Workflow>): Promise<Workflow & { id: string }> {
		return await this.rest.patch(`/rest/workflows/${id}?forceSave=true`, changes);
	}

	/** Publishes a workflow and waits until its triggers work without the editor. */
	async activateWorkflow(id: string): Promise<void> {
		const { versionId } = await this.rest.get<{ versionId: string }>(`/rest/workflows/${id}`);
		await this.rest.post(`/rest/workflows/${id}/activate`, { versionId });
		await this.untilPublication(id, 'published');
	}

	/** Unpublishes a workflow. */
	async deactivateWorkflow(id: string): Promise<void> {
		await this.rest.post(`/rest/workflows/${id}/deactivate`);
		await this.untilPublication(id, 'not_published');
	}

	private async untilPublication(id: string, wanted: PublicationStatus['status']): Promise<void> {
		if (!this.ways.tellsPublication) return;
		const ask = async () => {
			const { status, triggers } = await this.rest.get<PublicationStatus>(
				`/rest/workflows/${id}/publication-status`,
			);
			if (status === 'in_progress') return null;
			if (status === wanted) return true;
			throw new Error(`Publishing ended with ${status}: ${JSON.stringify(triggers)}`);
		};
		await waitFor(ask, { what: `workflow ${id} to be ${wanted}`, timeoutMs: RUN_TIMEOUT_MS });
	}

	/** Stores a workflow as a new one, and removes those with the same name and their memory. */
	async replaceWorkflow(workflow: Workflow): Promise<Workflow & { id: string }> {
		const stored = await this.rest.get<StoredWorkflow[]>('/rest/workflows');
		for (const other of stored) {
			if (other.name === workflow.name) await this.removeWorkflow(other);
		}
		return await this.createWorkflow(workflow);
	}

	private async removeWorkflow({ id, isArchived }: StoredWorkflow): Promise<void> {
		// Archiving also unpublishes a workflow.
		if (!isArchived) await this.rest.post(`/rest/workflows/${id}/archive`);
		const ask = async () => {
			try {
				return await this.rest.request('DELETE', `/rest/workflows/${id}`);
			} catch (error) {
				// Its triggers are still ending.
				if (error instanceof RestFailure && error.status === 409) return null;
				throw error;
			}
		};
		await waitFor(ask, { what: `workflow ${id} to be gone`, timeoutMs: RUN_TIMEOUT_MS });
	}

	/** Ids of a workflow's executions, newest first, those of its triggers included. */
	async executionIds(workflowId: string): Promise<string[]> {
		const filter = encodeURIComponent(JSON.stringify({ workflowId }));
		const { results } = await this.rest.get<{ results: Array<{ id: string }> }>(
			`/rest/executions?filter=${filter}`,
		);
		// n8n reads running and finished executions one after the other, so one that ends in between
		// is in both.
		return [...new Set(results.map(({ id }) => id))];
	}

	/** Waits until no execution of a workflow is running. */
	async untilIdle(workflowId: string): Promise<void> {
		const filter = encodeURIComponent(
			JSON.stringify({ workflowId, status: ['new', 'running', 'waiting'] }),
		);
		const ask = async () => {
			const { results } = await this.rest.get<{ results: object[] }>(
				`/rest/executions?filter=${filter}`,
			);
			return results.length === 0 ? true : null;
		};
		await waitFor(ask, { what: `workflow ${workflowId} to be idle`, timeoutMs: RUN_TIMEOUT_MS });
	}

	/** The text of a file that an execution has made. */
	async readFile(binaryDataId: string): Promise<string> {
		const id = encodeURIComponent(binaryDataId);
		return await this.rest.text('GET', `/rest/binary-data?id=${id}&action=download`);
	}

	/** Stores a new credential. Returns its id. */
	async createCredential(credential: Omit<Credential, 'id'>): Promise<string> {
		return (await this.rest.post<{ id: string }>('/rest/credentials', credential)).id;
	}

	/** Changes a stored credential. */
	async updateCredential({ id, ...credential }: Credential): Promise<void> {
		await this.rest.patch(`/rest/credentials/${id}`, credential);
	}

	/** Stores a credential in place of the one with the same name and type. Returns its id. */
	async saveCredential({ name, type, data }: Omit<Credential, 'id'>): Promise<string> {
		const stored = await this.rest.get<Credential[]>('/rest/credentials');
		const same = stored.find((other) => other.name === name && other.type === type);
		if (same === undefined) return await this.createCredential({ name, type, data });
		await this.updateCredential({ id: same.id, name, type, data });
		return same.id;
	}

	/** Stores a credential as a new one, and removes those with the same name and type. */
	async replaceCredential({ name, type, data }: Omit<Credential, 'id'>): Promise<string> {
		const stored = await this.rest.get<Credential[]>('/rest/credentials');
		for (const other of stored) {
			if (other.name !== name || other.type !== type) continue;
			await this.rest.request('DELETE', `/rest/credentials/${other.id}`);
		}
		return await this.createCredential({ name, type, data });
	}

	/** Tests a credential as the editor does; stores it first if it has no id. */
	async testCredential(
		credential: Omit<Credential, 'id'> & { id?: string },
	): Promise<CredentialTestResult> {
		const id = credential.id ?? (await this.createCredential(credential));
		return await this.rest.post('/rest/credentials/test', { credentials: { ...credential, id } });
	}

	/** Descriptions of all node types that n8n has loaded. */
	async nodeTypes(): Promise<INodeTypeDescription[]> {
		return await this.rest.get('/types/nodes.json');
	}

	/** Stops the server and its task runner. */
	async stop(): Promise<void> {
		await this.server.stop();
	}

	/** Kills the server and its task runner. */
	async kill(): Promise<void> {
		await this.server.kill();
	}

	private async readExecution(id: string): Promise<ExecutionAnswer | null> {
		try {
			return await this.rest.get<ExecutionAnswer>(`/rest/executions/${id}`);
		} catch (error) {
			const isUnfinished = error instanceof RestFailure && error.status === 500;
			if (isUnfinished && !this.ways.readsUnfinished) return null;
			throw error;
		}
	}
}

/** n8n 1.x reports the end of an execution a moment before it has stored the results. */
function isWhole(
	status: RecordedExecution['status'],
	data: Partial<RecordedExecution['data']> | undefined,
): data is RecordedExecution['data'] {
	if (data?.resultData === undefined) return false;
	return status !== 'success' || data.resultData.lastNodeExecuted !== undefined;
}

function findTrigger({ nodes }: Workflow): string {
	const trigger = nodes.find(({ type, disabled }) => /trigger|webhook/i.test(type) && !disabled);
	if (!trigger) throw new Error('The workflow has no trigger');
	return trigger.name;
}
