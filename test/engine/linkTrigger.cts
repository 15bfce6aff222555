import { LoadOptionsContext, PollContext } from 'n8n-core';
import {
	type IDataObject,
	type INode,
	type INodeParameters,
	type INodePropertyOptions,
	NodeHelpers,
	Workflow,
	type WorkflowActivateMode,
	type WorkflowExecuteMode,
} from 'n8n-workflow';

import { WeChatMiniProgramLinkTrigger } from '../../nodes/WeChatMiniProgramLinkTrigger/WeChatMiniProgramLinkTrigger.node';
import type { MemoryCredentials } from './credentials.cts';
import { inMemory, type CredentialType } from './engine.cts';

const trigger = new WeChatMiniProgramLinkTrigger();

export const EVERYTHING = [
	'accountUnavailable',
	'invited',
	'linked',
	'officialAccountAdminAgreed',
	'refused',
	'removed',
	'unknownStatus',
	'waiting',
];

let nodesMade = 0;

/**
 * The trigger in n8n's poll context. Like n8n, it saves static data in the database only at the
 * activation and with a list of items, not if a poll returns null or throws, and only if something was
 * assigned to it.
 */
export class LinkTrigger {
	parameters: INodeParameters = { triggerOn: EVERYTHING };

	/** How often n8n has saved the static data. */
	saves = 0;

	/** The static data in the database, as one JSON text. */
	private row = '{}';

	private readonly nodeId = `trigger-${++nodesMade}`;

	private workflow: Workflow | undefined;

	private context: PollContext | undefined;

	constructor(
		private readonly table: () => MemoryCredentials,
		private readonly credentialType: CredentialType = 'weChatOpenPlatformApi',
	) {}

	/** The static data in the database. */
	get saved(): IDataObject {
		return JSON.parse(this.row) as IDataObject;
	}

	set saved(data: IDataObject) {
		this.row = JSON.stringify(data);
	}

	/** Polls as n8n does on schedule, the first time as at the activation. */
	async poll(): Promise<IDataObject[]> {
		return (await this.pollRaw()) ?? [];
	}

	/** @returns null if the node returned null */
	async pollRaw(mode: WorkflowExecuteMode = 'trigger'): Promise<IDataObject[] | null> {
		const isActivation = this.workflow === undefined;
		this.workflow ??= this.build();
		if (mode !== 'manual') this.context ??= this.contextOf(this.workflow, mode);
		const context = this.context ?? this.contextOf(this.workflow, mode);
		context.node.parameters = this.node.parameters;
		const output = await trigger.poll.call(context);
		if ((isActivation || output !== null) && mode !== 'manual') this.save(this.workflow);
		return output?.[0].map(({ json }) => json) ?? null;
	}

	/** Polls as n8n does if it keeps schedules in the database: with a new workflow and context. */
	async pollAnew(): Promise<IDataObject[]> {
		const workflow = this.build();
		const output = await trigger.poll.call(this.contextOf(workflow, 'trigger', 'update'));
		if (output !== null) this.save(workflow);
		return output?.[0].map(({ json }) => json) ?? [];
	}

	/** What the editor lists for the parameter Official Account Names or IDs. */
	async options(): Promise<INodePropertyOptions[]> {
		const { additionalData } = inMemory(this.table());
		const context = new LoadOptionsContext(this.build(), this.node, additionalData, '');
		return await trigger.methods.loadOptions.getOfficialAccounts.call(context);
	}

	/** Ends the process: what was not saved is lost, and n8n activates the workflow again. */
	kill(): void {
		this.workflow = undefined;
		this.context = undefined;
	}

	private save({ staticData }: Workflow): void {
		if (staticData.__dataChanged !== true) return;
		this.saved = staticData;
		staticData.__dataChanged = false;
		this.saves++;
	}

	private get node(): INode {
		const isPlatform = this.credentialType === 'weChatOpenPlatformApi';
		const given = {
			authentication: isPlatform ? 'openPlatform' : 'authorizerToken',
			...this.parameters,
		};
		const { properties } = trigger.description;
		return {
			id: this.nodeId,
			name: 'Trigger',
			type: 'trigger',
			typeVersion: 1,
			position: [0, 0],
			parameters: NodeHelpers.getNodeParameters(properties, given, true, false, null, null) ?? {},
			credentials: { [this.credentialType]: { id: 'credential-1', name: 'Credential' } },
		};
	}

	private build(): Workflow {
		return new Workflow({
			id: 'workflow-1',
			name: 'test',
			nodes: [this.node],
			connections: {},
			active: true,
			nodeTypes: {
				getByName: () => trigger,
				getByNameAndVersion: () => trigger,
				getKnownTypes: () => ({}),
			},
			staticData: this.saved,
		});
	}

	private contextOf(
		workflow: Workflow,
		mode: WorkflowExecuteMode,
		activation: WorkflowActivateMode = 'activate',
	): PollContext {
		const { additionalData } = inMemory(this.table());
		return new PollContext(workflow, this.node, additionalData, mode, activation);
	}
}
