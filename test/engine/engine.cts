import { ExecutionLifecycleHooks, WorkflowExecute } from 'n8n-core';
import {
	createRunExecutionData,
	type ICredentialDataDecryptedObject,
	type IDataObject,
	type INode,
	type INodeExecutionData,
	type INodeParameters,
	type INodeType,
	type INodeTypes,
	type IRun,
	type IWorkflowExecuteAdditionalData,
	NodeHelpers,
	type OnError,
	Workflow,
} from 'n8n-workflow';

import { WeChatAuthorizerTokenApi } from '../../credentials/WeChatAuthorizerTokenApi.credentials';
import { WeChatOpenPlatformApi } from '../../credentials/WeChatOpenPlatformApi.credentials';
import { WeChatMiniProgramLink } from '../../nodes/WeChatMiniProgramLink/WeChatMiniProgramLink.node';
import { MemoryCredentials } from './credentials.cts';
import './log.cts';

const NODE_NAME = 'WeChat Mini Program Link';
const NODE_TYPE = 'n8n-nodes-wechat-mini-program-link.weChatMiniProgramLink';
const CREDENTIAL_ID = 'credential-1';

export type CredentialType = 'weChatAuthorizerTokenApi' | 'weChatOpenPlatformApi';

/** What to run: one node with its parameters and input items. */
export interface RunOptions {
	operation?: string;
	parameters?: INodeParameters;
	items: IDataObject[];
	/** Default: `weChatAuthorizerTokenApi`. Also sets the parameter Authentication. */
	credentialType?: CredentialType;
	/** Fields of the credential as typed, or null if it was deleted. */
	credential?: ICredentialDataDecryptedObject | null;
	/** A table of credentials that several runs share, in place of `credential`. */
	table?: MemoryCredentials;
	onError?: OnError;
	/** The node, or its copy in another process. */
	nodeType?: INodeType;
	/** Called at the start of the run; may stop it. */
	whileRunning?: (run: { cancel(): void }) => void;
}

/** The results of a run. */
export interface RunResult {
	/** Items by output, as n8n passes them on. */
	outputs: INodeExecutionData[][];
	hints: string[];
	error: (Error & { description?: string | null; context?: IDataObject }) | undefined;
	/** The stored credential after the run. */
	stored: ICredentialDataDecryptedObject;
	/** Number of times the credential was read. */
	credentialReads: number;
	run: IRun;
}

/** Passes the items to the node under test, as a trigger does. */
class ItemSource implements INodeType {
	description = {
		displayName: 'Items',
		name: 'items',
		group: ['trigger' as const],
		version: 1,
		description: '',
		defaults: { name: 'Items' },
		inputs: [],
		outputs: ['main' as const],
		properties: [],
	};

	async execute(): Promise<INodeExecutionData[][]> {
		return [[]];
	}
}

/** The node in a workflow, with its credential kept in memory. */
export interface Bench {
	workflow: Workflow;
	node: INode;
	additionalData: IWorkflowExecuteAdditionalData;
	credentials: MemoryCredentials;
}

/** @param nodeType the node, or n8n's variant of it */
export function setUp(
	options: RunOptions,
	nodeType: INodeType = new WeChatMiniProgramLink(),
): Bench {
	const { credentialType = 'weChatAuthorizerTokenApi' } = options;
	const types: Record<string, INodeType> = {
		items: new ItemSource(),
		[NODE_TYPE]: nodeType,
	};
	const nodeTypes: INodeTypes = {
		getByName: (name) => types[name],
		getByNameAndVersion: (name) => types[name],
		getKnownTypes: () => ({}),
	};
	const workflow = new Workflow({
		id: 'workflow-1',
		name: 'test',
		nodes: [
			toNode('Items', 'items', {}),
			{
				...toNode(NODE_NAME, NODE_TYPE, toParameters(options)),
				credentials: { [credentialType]: { id: CREDENTIAL_ID, name: 'Credential' } },
				onError: options.onError,
			},
		],
		connections: { Items: { main: [[{ node: NODE_NAME, type: 'main', index: 0 }]] } },
		active: false,
		nodeTypes,
		settings: { executionOrder: 'v1' },
	});
	const { credentials, additionalData } = inMemory(options.table ?? tableOf(options.credential));
	return {
		workflow,
		node: workflow.getNode(NODE_NAME) as INode,
		additionalData,
		credentials,
	};
}

/** A table with one credential, or none. */
export function tableOf(
	credential: ICredentialDataDecryptedObject | null = null,
): MemoryCredentials {
	const types = [new WeChatAuthorizerTokenApi(), new WeChatOpenPlatformApi()];
	return new MemoryCredentials(types, new Map(credential ? [[CREDENTIAL_ID, credential]] : []));
}

/** What n8n passes to a node beside its workflow. */
export function inMemory(
	credentials: MemoryCredentials,
): Pick<Bench, 'credentials' | 'additionalData'> {
	const additionalData = {
		credentialsHelper: credentials,
		hooks: new ExecutionLifecycleHooks('trigger', 'execution-1', {
			id: 'workflow-1',
			name: 'test',
			nodes: [],
			connections: {},
			active: false,
			activeVersionId: null,
			isArchived: false,
			createdAt: new Date(),
			updatedAt: new Date(),
		}),
		currentNodeExecutionIndex: 0,
		executionId: 'execution-1',
		formWaitingBaseUrl: 'http://127.0.0.1/form-waiting',
		webhookWaitingBaseUrl: 'http://127.0.0.1/webhook-waiting',
		variables: {},
	} as unknown as IWorkflowExecuteAdditionalData;
	return { credentials, additionalData };
}

/** The table's stored credential. */
export function storedIn({ stored }: MemoryCredentials): ICredentialDataDecryptedObject {
	return stored.get(CREDENTIAL_ID) ?? {};
}

/** Replaces the table's credential. */
export function storeIn(
	{ stored }: MemoryCredentials,
	credential: ICredentialDataDecryptedObject,
): void {
	stored.set(CREDENTIAL_ID, credential);
}

const underWay = new Set<ReturnType<WorkflowExecute['processRunExecutionData']>>();

/** Stops the runs that a test has left running, and waits for their end. */
export async function endRuns(): Promise<void> {
	for (const run of underWay) run.cancel();
	await Promise.allSettled(underWay);
}

/** Runs the node in n8n's engine over real HTTP. */
export async function runNode(options: RunOptions): Promise<RunResult> {
	const { workflow, node, additionalData, credentials } = setUp(options, options.nodeType);
	const readsBefore = credentials.reads;
	const items = options.items.map((json) => ({ json }));
	const execution = createRunExecutionData({
		executionData: {
			nodeExecutionStack: [
				{
					node,
					data: { main: [items] },
					source: { main: [{ previousNode: 'Items' }] },
				},
			],
		},
		resultData: {
			runData: {
				Items: [
					{
						startTime: 0,
						executionTime: 0,
						executionIndex: 0,
						source: [],
						data: { main: [items] },
					},
				],
			},
		},
	});
	const pending = new WorkflowExecute(additionalData, 'trigger', execution).processRunExecutionData(
		workflow,
	);
	options.whileRunning?.({ cancel: () => pending.cancel() });
	underWay.add(pending);
	const run = await pending.finally(() => underWay.delete(pending));
	const [taskData] = run.data.resultData.runData[NODE_NAME] ?? [];
	return {
		outputs: (taskData?.data?.main ?? []).map((output) => output ?? []),
		hints: (taskData?.hints ?? []).map(({ message }) => message),
		error: (taskData?.error ?? run.data.resultData.error) as RunResult['error'],
		stored: storedIn(credentials),
		credentialReads: credentials.reads - readsBefore,
		run,
	};
}

/** All result items in the order of the input. */
export function inInputOrder(outputs: INodeExecutionData[][]): IDataObject[] {
	return outputs
		.flat()
		.sort((a, b) => itemIndexOf(a) - itemIndexOf(b))
		.map(({ json }) => json);
}

function itemIndexOf({ pairedItem }: INodeExecutionData): number {
	return (pairedItem as { item: number }).item;
}

function toNode(name: string, type: string, parameters: INodeParameters): INode {
	return { id: name, name, type, typeVersion: 1, position: [0, 0], parameters };
}

function toParameters(options: RunOptions): INodeParameters {
	const { operation = 'link', parameters, credentialType } = options;
	const { properties } = (options.nodeType ?? new WeChatMiniProgramLink()).description;
	const isPlatform = credentialType === 'weChatOpenPlatformApi';
	const given: INodeParameters = {
		authentication: isPlatform ? 'openPlatform' : 'authorizerToken',
		resource: 'miniProgramLink',
		operation,
		miniProgramAppId: { __rl: true, mode: 'id', value: '={{ $json.appId }}' },
		...(isPlatform && {
			officialAccountAppId: { __rl: true, mode: 'id', value: '={{ $json.account }}' },
		}),
		...parameters,
	};
	return NodeHelpers.getNodeParameters(properties, given, true, false, null, null) ?? given;
}
