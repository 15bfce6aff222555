import type { IDataObject, INode, INodeParameters, OnError } from 'n8n-workflow';

import type { Execution, Workflow } from '../n8n/n8n.cts';

export const PACKAGE = 'n8n-nodes-wechat-mini-program-link';
export const NODE_TYPE = `${PACKAGE}.weChatMiniProgramLink`;
export const TRIGGER_TYPE = `${PACKAGE}.weChatOpenPlatformTrigger`;
export const CREDENTIAL_TYPE = 'weChatAuthorizerTokenApi';
export const TRIGGER = 'Start';
export const NODE = 'WeChat Mini Program Link';

export const LINK = '/cgi-bin/wxopen/wxamplink';
export const LIST = '/cgi-bin/wxopen/wxamplinkget';

/** Appid of the nth Mini Program; the local WeChat gives it the original ID `ghOf(n)`. */
export const mp = (n: number): string => `wxb${n.toString(16).padStart(15, '0')}`;
export const ghOf = (n: number): string => `gh_${mp(n).slice(-12)}`;

/** So many items, each with its own Mini Program. */
export const mpItems = (count: number): Array<{ appId: string }> =>
	Array.from({ length: count }, (_, n) => ({ appId: mp(n) }));

/** The node in a workflow. */
export interface NodeOptions {
	/** The items of the trigger, each with the Mini Program in `appId`. */
	items: IDataObject[];
	/** Id of the credential. */
	credential: string;
	operation?: string;
	parameters?: INodeParameters;
	onError?: OnError;
}

/** A workflow with a trigger and the node. */
export function workflowOf(options: NodeOptions): Workflow {
	const { items, credential, operation = 'link', parameters, onError } = options;
	const node: INode = {
		id: '00000000-0000-4000-8000-000000000002',
		name: NODE,
		type: NODE_TYPE,
		typeVersion: 1,
		position: [240, 0],
		parameters: {
			operation,
			miniProgramAppId: { __rl: true, mode: 'id', value: '={{ $json.appId }}' },
			...parameters,
		},
		credentials: { [CREDENTIAL_TYPE]: { id: credential, name: 'Account' } },
		...(onError && { onError }),
	};
	return {
		name: `${operation} of ${items.length}`,
		nodes: [triggerNode(), node],
		connections: { [TRIGGER]: { main: [[{ node: NODE, type: 'main', index: 0 }]] } },
		pinData: { [TRIGGER]: items.map((json) => ({ json })) },
	};
}

/** A trigger for runs by hand. */
export const triggerNode = (): INode => ({
	id: '00000000-0000-4000-8000-000000000001',
	name: TRIGGER,
	type: 'n8n-nodes-base.manualTrigger',
	typeVersion: 1,
	position: [0, 0],
	parameters: {},
});

/** A result of the node, with the numbers of its output and its input item. */
export interface Given extends IDataObject {
	output: number;
	item: number;
}

/** The results of the node, in the order of its input. */
export function givenBy({ nodes, error }: Execution): Given[] {
	if (!nodes[NODE]) throw new Error(error?.message ?? 'The node did not run');
	return nodes[NODE].outputs
		.flatMap((items, output) =>
			items.map(({ json, pairedItem }) => {
				const item = typeof pairedItem === 'object' && 'item' in pairedItem ? pairedItem.item : -1;
				return { ...json, output, item };
			}),
		)
		.sort((a, b) => a.item - b.item);
}

/** Number of items in each output. */
export const sizesOf = ({ nodes }: Execution): number[] =>
	nodes[NODE].outputs.map(({ length }) => length);
