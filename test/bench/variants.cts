import type { INode } from 'n8n-workflow';
import type { Workflow } from '../n8n/n8n.cts';
import { tokenOf } from './inside/items.cts';
import { switchParameters } from './switch.cts';
import type { Condition } from './switch.cts';
import { LINK } from './wechat.cts';

/** One way to do the same work. */
export interface Variant {
	name: string;
	/** Consecutive nodes after the list of merchants; the sum of their times is the variant's time. */
	nodes: Array<Pick<INode, 'name' | 'type' | 'typeVersion' | 'parameters' | 'credentials'>>;
}

const CONCURRENCY = 200;
const APP_ID = { __rl: true, mode: 'id', value: '={{ $json.miniProgramAppId }}' };

/** This package's node. */
export function nodeVariant(operation: 'link' | 'getStatus', credentialId: string): Variant {
	return {
		name: 'node',
		nodes: [
			{
				name: 'WeChat Mini Program Link',
				type: 'n8n-nodes-wechat-mini-program-link.weChatMiniProgramLink',
				typeVersion: 1,
				parameters: {
					resource: 'miniProgramLink',
					operation,
					miniProgramAppId: APP_ID,
					outputMode: 'category',
					options: { maxConcurrency: CONCURRENCY },
				},
				credentials: { weChatAuthorizerTokenApi: { id: credentialId, name: 'Bench' } },
			},
		],
	};
}

/** This package's node with a platform's credential and the Official Account of each item. */
export function platformVariant(credentialId: string): Variant {
	const [node] = nodeVariant('link', credentialId).nodes;
	const officialAccountAppId = {
		__rl: true,
		mode: 'id',
		value: '={{ $json.officialAccountAppId }}',
	};
	return {
		name: 'node',
		nodes: [
			{
				...node,
				parameters: { ...node.parameters, authentication: 'openPlatform', officialAccountAppId },
				credentials: { weChatOpenPlatformApi: { id: credentialId, name: 'Bench' } },
			},
		],
	};
}

/** The manual way: HTTP Request with its defaults, then Switch by errcode. */
export function byHandVariant(name: string, condition: Condition, wechatUrl: string): Variant {
	return {
		name,
		nodes: [
			{
				name: 'HTTP Request',
				type: 'n8n-nodes-base.httpRequest',
				typeVersion: 4.5,
				parameters: {
					method: 'POST',
					url: wechatUrl + LINK,
					sendQuery: true,
					queryParameters: { parameters: [{ name: 'access_token', value: tokenOf(0) }] },
					sendBody: true,
					specifyBody: 'json',
					jsonBody: '={{ { appid: $json.miniProgramAppId, notify_users: 0, show_profile: 0 } }}',
				},
			},
			{
				name: 'Switch',
				type: 'n8n-nodes-base.switch',
				typeVersion: 3.4,
				parameters: switchParameters(condition),
			},
		],
	};
}

/** A plain loop over n8n's own requests, without expressions. */
export function floorVariant(wechatUrl: string): Variant {
	return benchVariant('floor', 'CUSTOM.benchFloor', wechatUrl);
}

/** A plain loop over axios. */
export function axiosVariant(wechatUrl: string): Variant {
	return benchVariant('axios', 'CUSTOM.benchAxios', wechatUrl);
}

function benchVariant(name: string, type: string, wechatUrl: string): Variant {
	const parameters = { url: wechatUrl + LINK, token: tokenOf(0), concurrency: CONCURRENCY };
	return { name, nodes: [{ name: 'Bench', type, typeVersion: 1, parameters }] };
}

/** The workflow that runs a variant for a list of this many merchants. */
export function workflowOf({ name, nodes }: Variant, count: number, accounts = 1): Workflow {
	const all: Variant['nodes'] = [
		{
			name: 'Start by hand',
			type: 'n8n-nodes-base.manualTrigger',
			typeVersion: 1,
			parameters: {},
		},
		{
			name: 'Merchants',
			type: 'CUSTOM.benchSource',
			typeVersion: 1,
			parameters: { count, accounts },
		},
		...nodes,
	];
	const connections = all
		.slice(1)
		.map((node, n) => [
			all[n].name,
			{ main: [[{ node: node.name, type: 'main' as const, index: 0 }]] },
		]);
	return {
		name: `${name}, ${count} items`,
		nodes: all.map((node, n) => ({ id: `node-${n}`, position: [n * 220, 0], ...node })),
		connections: Object.fromEntries(connections) as Workflow['connections'],
		// Saving would take as long as the work, and equally long for every variant.
		settings: { executionOrder: 'v1', saveManualExecutions: false },
	};
}

/** A workflow that polls all accounts of a platform when it is published, and again after an hour. */
export function pollWorkflow(credentialId: string): Workflow {
	const trigger: INode = {
		id: 'node-0',
		name: 'WeChat Mini Program Link Trigger',
		type: 'n8n-nodes-wechat-mini-program-link.weChatMiniProgramLinkTrigger',
		typeVersion: 1,
		position: [0, 0],
		parameters: {
			authentication: 'openPlatform',
			pollTimes: { item: [{ mode: 'everyHour', minute: 0 }] },
			triggerOn: ['linked'],
		},
		credentials: { weChatOpenPlatformApi: { id: credentialId, name: 'Bench' } },
	};
	return { name: 'Poll', nodes: [trigger], connections: {} };
}
