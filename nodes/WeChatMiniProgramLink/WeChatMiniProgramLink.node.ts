import type {
	IExecuteFunctions,
	INodeExecutionData,
	INodeType,
	INodeTypeDescription,
} from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';

import { outputsExpression } from '../shared/branches';
import { testAuthorizerToken } from '../shared/credentialTest';
import { searchMiniProgramLinks } from '../shared/locators';
import { PROPERTIES } from './description';
import { OPERATIONS } from './operations';
import { runItems } from './run';

const BRANCHES = Object.fromEntries(
	OPERATIONS.map(({ resource, option, branches }) => [`${resource}.${option.value}`, branches]),
);

const ACTIONS = Object.fromEntries(OPERATIONS.map(({ option }) => [option.value, option.action]));

/** Links Mini Programs to an Official Account, and sends each answer to its branch. */
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
		subtitle: `={{ (${JSON.stringify(ACTIONS)})[$parameter["operation"]] }}`,
		description: 'Link WeChat Mini Programs to Official Accounts and follow each link',
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
		],
		properties: PROPERTIES,
	};

	methods = {
		credentialTest: { testAuthorizerToken },
		listSearch: { searchMiniProgramLinks },
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await runItems(this, OPERATIONS);
	}
}
