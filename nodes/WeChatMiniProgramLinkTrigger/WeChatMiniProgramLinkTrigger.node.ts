import type {
	ILoadOptionsFunctions,
	INodeExecutionData,
	INodePropertyOptions,
	INodeType,
	INodeTypeDescription,
	IPollFunctions,
} from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';

import { triggerSubtitle } from '../accounts/parameters';
import { testAuthorizerToken, testOpenPlatform } from '../setup/testedBy';
import { PROPERTIES, TRIGGER_ON } from './description';

/** Polls WeChat for what administrators did with links and invitations: WeChat does not push that. */
export class WeChatMiniProgramLinkTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'WeChat Mini Program Link Trigger',
		name: 'weChatMiniProgramLinkTrigger',
		icon: {
			light: 'file:../../icons/wechat-link.svg',
			dark: 'file:../../icons/wechat-link.dark.svg',
		},
		group: ['trigger'],
		version: 1,
		subtitle: triggerSubtitle(TRIGGER_ON),
		// n8n lists this trigger and the node WeChat Mini Program Link as one entry with this text, even
		// for a later step of a workflow.
		description:
			'Link WeChat Mini Programs to Official Accounts, or start a workflow when a link changes',
		eventTriggerDescription: 'Looking for changes to the links of your Official Accounts',
		activationMessage:
			'From now on the trigger checks links on its schedule. The first check only remembers the current state and starts nothing.',
		builderHint: {
			searchHint:
				'Polls WeChat for Mini Program links (微信小程序关联) of Official Accounts (公众号): linked, refused, removed, or still waiting for an administrator. WeChat does not push such changes.',
			outputs: { main: {} },
			relatedNodes: [
				{
					nodeType: 'n8n-nodes-wechat-mini-program-link.weChatMiniProgramLink',
					relationHint: 'Sends the invitations whose answers this trigger reports',
				},
			],
		},
		defaults: { name: 'WeChat Mini Program Link Trigger' },
		polling: true,
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
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
		properties: PROPERTIES,
	};

	methods = {
		credentialTest: { testAuthorizerToken, testOpenPlatform },
		loadOptions: {
			async getOfficialAccounts(this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
				const { getOfficialAccounts } = await import('./editor');
				return await getOfficialAccounts.call(this);
			},
		},
	};

	async poll(this: IPollFunctions): Promise<INodeExecutionData[][] | null> {
		const { poll } = await import('./poll');
		return await poll(this);
	}
}
