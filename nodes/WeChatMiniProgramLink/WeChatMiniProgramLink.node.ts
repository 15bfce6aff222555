import type {
	IExecuteFunctions,
	ILoadOptionsFunctions,
	INodeListSearchResult,
	INodeExecutionData,
	INodeType,
	INodeTypeDescription,
} from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';

import { outputsExpression, REQUEST_BRANCHES } from './branches';
import { AUTHENTICATION, labelsOf } from '../accounts/parameters';
import { testAuthorizerToken, testOpenPlatform } from '../setup/testedBy';
import type { Operation } from './operation';
import { PROPERTIES } from './description';
import { OPERATIONS } from './operations';

function keyOf({ resource, option }: Operation): string {
	return `${resource}.${option.value}`;
}

const BRANCHES = Object.fromEntries(OPERATIONS.map((one) => [keyOf(one), one.branches]));
const NAMES = Object.fromEntries(OPERATIONS.map((one) => [keyOf(one), one.option.name]));

/** Links Mini Programs to Official Accounts, and sends each item to the output for its answer. */
export class WeChatMiniProgramLink implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'WeChat Mini Program Link',
		name: 'weChatMiniProgramLink',
		icon: {
			light: 'file:../../icons/wechat-link.svg',
			dark: 'file:../../icons/wechat-link.dark.svg',
		},
		group: ['output'],
		version: 1,
		// n8n names the node after its action, so the subtitle adds the credential and the operation.
		subtitle: `={{ ${labelsOf(AUTHENTICATION)}[$parameter["authentication"]] + ": " + (${JSON.stringify(NAMES)})[$parameter["resource"] + "." + $parameter["operation"]] }}`,
		description: 'Link WeChat Mini Programs to Official Accounts and follow each link',
		builderHint: {
			searchHint: `Links WeChat Mini Programs (微信小程序) to Official Accounts (公众号) through a third-party platform (第三方平台), one item per Mini Program. Success of Link means an invitation: two administrators still have to agree in WeChat, so follow it with Get Status. The outputs of Link, in this order: ${Object.values(REQUEST_BRANCHES.outputs).join(', ')}. No chat messages, menus or payments.`,
			outputs: { main: {} },
			relatedNodes: [
				{
					nodeType: 'n8n-nodes-wechat-mini-program-link.weChatOpenPlatformTrigger',
					relationHint: 'Receives the ticket that every platform token requires',
				},
				{
					nodeType: 'n8n-nodes-wechat-mini-program-link.weChatMiniProgramLinkTrigger',
					relationHint: 'Starts a workflow when an administrator answers an invitation',
				},
			],
		},
		defaults: { name: 'WeChat Mini Program Link' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: outputsExpression(BRANCHES) as `={{${string}}}`,
		credentials: [
			{
				name: 'weChatAuthorizerTokenApi',
				required: true,
				testedBy: 'testAuthorizerToken',
				displayOptions: { show: { authentication: ['authorizerToken'] } },
			},
			{
				name: 'weChatOpenPlatformApi',
				required: true,
				testedBy: 'testOpenPlatform',
				displayOptions: { show: { authentication: ['openPlatform'] } },
			},
		],
		// Get Access Token returns it.
		sensitiveOutputFields: ['accessToken'],
		properties: PROPERTIES,
	};

	methods = {
		credentialTest: { testAuthorizerToken, testOpenPlatform },
		listSearch: {
			async searchMiniProgramLinks(
				this: ILoadOptionsFunctions,
				filter?: string,
			): Promise<INodeListSearchResult> {
				const { searchMiniProgramLinks } = await import('./locators');
				return await searchMiniProgramLinks.call(this, filter);
			},
			async searchOfficialAccounts(
				this: ILoadOptionsFunctions,
				filter?: string,
				paginationToken?: string,
			): Promise<INodeListSearchResult> {
				const { searchOfficialAccounts } = await import('./locators');
				return await searchOfficialAccounts.call(this, filter, paginationToken);
			},
		},
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const { runItems } = await import('./run');
		return await runItems(this, OPERATIONS);
	}
}
