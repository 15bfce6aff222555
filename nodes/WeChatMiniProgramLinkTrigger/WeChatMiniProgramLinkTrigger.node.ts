import type {
	INodeExecutionData,
	INodeType,
	INodeTypeDescription,
	IPollFunctions,
} from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';

import { testAuthorizerToken, testOpenPlatform } from '../accounts/credentialTest';
import { getOfficialAccounts } from './accountOptions';
import { PROPERTIES } from './description';
import { poll } from './poll';

/** Looks for what became of invitations and links. */
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
		subtitle: '={{ [$parameter["triggerOn"]].flat().join(", ") }}',
		description:
			'Starts a workflow when a Mini Program is linked, refused or removed, or an invitation waits',
		eventTriggerDescription: '',
		activationMessage:
			'The trigger now remembers what is there, and starts the workflow with the next change.',
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
		loadOptions: { getOfficialAccounts },
	};

	async poll(this: IPollFunctions): Promise<INodeExecutionData[][] | null> {
		return await poll(this);
	}
}
