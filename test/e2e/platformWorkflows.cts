import type { IDataObject, INode, INodeParameters } from 'n8n-workflow';

import type { Execution, Workflow } from '../n8n/n8n.cts';

const PACKAGE = 'n8n-nodes-wechat-mini-program-link';
const WEBHOOK_ID = '1d2c3b4a-0000-4000-8000-00000000c0de';

export const NODE = 'WeChat Mini Program Link';
export const TRIGGER = 'WeChat Open Platform Trigger';
export const WEBHOOK_PATH = `${WEBHOOK_ID}/wechat-open-platform`;

/** The path for followers' messages, as n8n shows it. */
export const MESSAGE_PATH = `${WEBHOOK_ID}/${WEBHOOK_ID}/messages/:appid`;

/** The node in a workflow. */
export interface NodeIn {
	/** The items of the trigger. */
	items: IDataObject[];
	/** Id of the credential. */
	credential: string;
	/** Default: link `miniProgram` of the item to `account` of the item. */
	parameters?: INodeParameters;
}

const credentialsOf = (id: string) => ({ weChatOpenPlatformApi: { id, name: 'Platform' } });

const nodeOf = (name: string, type: string, x: number, parameters: INodeParameters): INode => ({
	id: `00000000-0000-4000-8000-${String(x).padStart(12, '0')}`,
	name,
	type,
	typeVersion: 1,
	position: [x, 0],
	parameters,
});

const connect = (from: string, to: string): Workflow['connections'] => ({
	[from]: { main: [[{ node: to, type: 'main', index: 0 }]] },
});

/** Reads both appids from the item. */
export const LINK: INodeParameters = {
	officialAccountAppId: { __rl: true, mode: 'id', value: '={{ $json.account }}' },
	miniProgramAppId: { __rl: true, mode: 'id', value: '={{ $json.miniProgram }}' },
};

/** A workflow with a manual trigger and the node. */
export function linkWorkflow({ items, credential, parameters = LINK }: NodeIn): Workflow {
	const node = nodeOf(NODE, `${PACKAGE}.weChatMiniProgramLink`, 240, {
		authentication: 'openPlatform',
		...parameters,
	});
	return {
		name: `Link ${items.length}`,
		nodes: [
			nodeOf('Start', 'n8n-nodes-base.manualTrigger', 0, {}),
			{ ...node, credentials: credentialsOf(credential) },
		],
		connections: connect('Start', NODE),
		pinData: { Start: items.map((json) => ({ json })) },
	};
}

/** A workflow with the trigger and a node that passes its items on. */
export function pushWorkflow(credential: string, parameters: INodeParameters = {}): Workflow {
	const trigger = nodeOf(TRIGGER, `${PACKAGE}.weChatOpenPlatformTrigger`, 0, {
		triggerOn: ['authorized', 'updateauthorized', 'unauthorized'],
		...parameters,
	});
	return {
		name: 'Pushes',
		nodes: [
			{ ...trigger, webhookId: WEBHOOK_ID, credentials: credentialsOf(credential) },
			nodeOf('Received', 'n8n-nodes-base.noOp', 240, {}),
		],
		connections: connect(TRIGGER, 'Received'),
	};
}

/** A workflow that polls one account's links each minute. */
export function followWorkflow(credential: string): Workflow {
	const trigger = nodeOf(TRIGGER, `${PACKAGE}.weChatMiniProgramLinkTrigger`, 0, {
		pollTimes: { item: [{ mode: 'everyMinute' }] },
		triggerOn: ['linked'],
	});
	const weChatAuthorizerTokenApi = { id: credential, name: 'Account' };
	return {
		name: 'Links',
		nodes: [
			{ ...trigger, credentials: { weChatAuthorizerTokenApi } },
			nodeOf('Followed', 'n8n-nodes-base.noOp', 240, {}),
		],
		connections: connect(TRIGGER, 'Followed'),
	};
}

/** One item for each account, with its own Mini Program. */
export const itemsFor = (accounts: string[]): IDataObject[] =>
	accounts.map((account, n) => ({ account, miniProgram: `wxb${String(n).padStart(15, '0')}` }));

/** Number of items in each of the node's outputs. */
export const sizesOf = ({ nodes }: Execution): number[] =>
	nodes[NODE].outputs.map(({ length }) => length);

/** The items of one output of the node. */
export const outputOf = ({ nodes }: Execution, index: number): IDataObject[] =>
	(nodes[NODE].outputs[index] ?? []).map(({ json }) => json);
