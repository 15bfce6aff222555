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
import { oneAtATime } from './guard';

/** n8n makes one for each activation, polls at once with it, and then saves what was remembered. */
const activated = new WeakSet<IPollFunctions>();

/** What this process has polled, by workflow and node: when which account had nothing new. */
const polled = new Map<string, Map<string, number>>();

/** Looks for what administrators did with links and invitations: WeChat does not tell. */
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
		// n8n's list of nodes has one entry for this trigger and its node, with this text, and shows it also
		// where the next step of a workflow is chosen.
		description:
			'Link WeChat Mini Programs to Official Accounts, or start a workflow when a link changes',
		eventTriggerDescription: 'Looking at the links of your Official Accounts',
		activationMessage:
			'From now on the links are looked at on schedule. The first look only remembers what is there and starts nothing.',
		builderHint: {
			searchHint:
				'Polls WeChat for Mini Program links (微信小程序关联) of Official Accounts (公众号): linked, refused, removed, or still waiting for an administrator. WeChat pushes nothing about them.',
			outputs: { main: {} },
			relatedNodes: [
				{
					nodeType: 'n8n-nodes-wechat-mini-program-link.weChatMiniProgramLink',
					relationHint: 'Sends the invitations whose answers this trigger finds',
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
		const { Poll } = await import('./poll');
		if (this.getMode() === 'manual') {
			const items = await new Poll(this).sample();
			return items && [items];
		}
		const isActivation = !activated.has(this);
		activated.add(this);
		const key = `${this.getWorkflow().id}:${this.getNode().id}`;
		// If its schedule is in the database, n8n makes a context for each poll, as for an update.
		const isSaved = isActivation && !(polled.has(key) && this.getActivationMode() === 'update');
		const quietLooks = polled.get(key) ?? new Map<string, number>();
		polled.set(key, quietLooks);
		const poll = new Poll(this, isActivation, quietLooks);
		const items = await oneAtATime(key, async (isCurrent) => await poll.run(isCurrent));
		return items && (items.length > 0 || !isSaved) ? [items] : null;
	}
}
