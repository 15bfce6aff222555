import type {
	IHookFunctions,
	INodeType,
	INodeTypeDescription,
	IWebhookFunctions,
	IWebhookResponseData,
} from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';

import { triggerSubtitle } from '../accounts/parameters';
import { testOpenPlatform } from '../setup/testedBy';
import { MESSAGE_WEBHOOK, PROPERTIES, TRIGGER_ON, TRIGGER_PANEL } from './description';

/** Receives what WeChat pushes to a third-party platform. */
export class WeChatOpenPlatformTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'WeChat Open Platform Trigger',
		name: 'weChatOpenPlatformTrigger',
		icon: {
			light: 'file:../../icons/wechat-link.svg',
			dark: 'file:../../icons/wechat-link.dark.svg',
		},
		group: ['trigger'],
		version: 1,
		subtitle: triggerSubtitle(TRIGGER_ON),
		description:
			'Starts a workflow when a merchant authorizes your third-party platform or withdraws the authorization, and keeps the ticket of the platform',
		eventTriggerDescription: 'Waiting for a push to the Test URL',
		triggerPanel: TRIGGER_PANEL,
		activationMessage:
			'You can now let WeChat push to the two Production URLs. If no ticket comes within 10 minutes, execute this trigger once in the editor: it says what is wrong.',
		builderHint: {
			searchHint:
				'Webhook for a WeChat third-party platform (微信第三方平台): a merchant authorizes it, changes or withdraws the authorization. It also keeps the component_verify_ticket that all other WeChat nodes of this package need, so one such workflow must be published. Not for chat messages of followers.',
			outputs: { main: {} },
			relatedNodes: [
				{
					nodeType: 'n8n-nodes-wechat-mini-program-link.weChatMiniProgramLink',
					relationHint: 'Invites the Mini Programs of a merchant who has just authorized',
				},
			],
		},
		defaults: { name: 'WeChat Open Platform Trigger' },
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'weChatOpenPlatformApi', required: true, testedBy: 'testOpenPlatform' }],
		webhooks: [
			{
				name: 'default',
				httpMethod: 'POST',
				responseMode: 'onReceived',
				path: 'wechat-open-platform',
			},
			MESSAGE_WEBHOOK,
		],
		properties: PROPERTIES,
	};

	methods = { credentialTest: { testOpenPlatform } };

	webhookMethods = {
		default: {
			/** WeChat does not say whether it pushes. */
			async checkExists(this: IHookFunctions): Promise<boolean> {
				return false;
			},
			/** Asking WeChat to push is harmless if it already does. */
			async create(this: IHookFunctions): Promise<boolean> {
				const { startPushing } = await import('./activation');
				await startPushing(this);
				return true;
			},
			/** WeChat has no call to stop pushing. */
			async delete(this: IHookFunctions): Promise<boolean> {
				const { forgetParsing } = await import('./stored');
				await forgetParsing(this);
				return true;
			},
		},
	};

	async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
		if (this.getWebhookName() === MESSAGE_WEBHOOK.name) {
			// The message is not read and starts nothing. In the editor, n8n keeps listening at the Test
			// URL, and Node.js drops the rest of the body.
			this.getResponseObject().status(200).type('text/plain').send('success');
			return { noWebhookResponse: true };
		}
		const { receivePush } = await import('./receive');
		return await receivePush(this);
	}
}
