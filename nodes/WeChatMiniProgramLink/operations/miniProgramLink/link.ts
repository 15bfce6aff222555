import type { INodeProperties } from 'n8n-workflow';

import { REQUEST_BRANCHES } from '../../branches';
import { linksOf } from '../../../accounts/links';
import type { AccountCall, AccountOperation } from '../../operation';
import { refusedResult, resultOf, resultOfLinkState, type Result } from '../../results';
import { describeLinkStatus, type LinkState } from '../../../wechat/linkStates';
import { once, type Switches } from './once';

const NOTIFY = 'Notify Followers';
const SHOW = 'Show on Profile';

const displayOptions = { show: { resource: ['miniProgramLink'], operation: ['link'] } };

const properties: INodeProperties[] = [
	{
		displayName: NOTIFY,
		name: 'notifyUsers',
		type: 'boolean',
		default: false,
		displayOptions,
		description:
			"Whether to send a template message about the link to the Official Account's followers (notify_users)",
	},
	{
		displayName: SHOW,
		name: 'showProfile',
		type: 'boolean',
		default: false,
		displayOptions,
		description:
			"Whether to show the Mini Program on the Official Account's profile page (show_profile)",
	},
];

/** States of the list that make an invitation needless, and the outcome they are for Link. */
const ALREADY_THERE: Partial<Record<LinkState['outcome'], string>> = {
	linked: 'alreadyLinked',
	pendingMiniProgramAdmin: 'invitationPending',
	pendingOfficialAccountAdmin: 'invitationPending',
};

function readSwitches({ parameter }: AccountCall): Switches {
	return { [NOTIFY]: isOn(parameter('notifyUsers')), [SHOW]: isOn(parameter('showProfile')) };
}

async function link(call: AccountCall, switches: Switches): Promise<Result> {
	const { account, client, options, subject } = call;
	if (options.checkBeforeLinking) {
		const known = await findExisting(call);
		if (known) return known;
	}
	const answer = await client.call(account, 'wxamplink', {
		appid: subject.miniProgramAppId,
		notify_users: switches[NOTIFY] ? 1 : 0,
		show_profile: switches[SHOW] ? 1 : 0,
	});
	return resultOf(subject, 'wxamplink', answer, 'invitationSent');
}

/** An expression may give a boolean as a text. */
function isOn(value: unknown): boolean {
	return ['true', '1'].includes(String(value).toLowerCase());
}

async function findExisting({
	account,
	client,
	subject,
}: AccountCall): Promise<Result | undefined> {
	const { answer, list } = await linksOf(account, client);
	if (answer.errcode !== 0) return refusedResult(subject, answer);
	const entry = list.find(String(subject.miniProgramAppId));
	if (!entry) return undefined;
	const state = describeLinkStatus(entry.status);
	const outcome = ALREADY_THERE[state.outcome];
	return outcome ? { ...resultOfLinkState(subject, answer, state), outcome } : undefined;
}

/** Sends an invitation; WeChat's success means just that, two administrators still have to agree. */
export const linkOperation: AccountOperation = {
	resource: 'miniProgramLink',
	option: {
		name: 'Link',
		value: 'link',
		action: 'Link mini program',
		description: 'Invite a Mini Program to be linked; both administrators then have to agree',
	},
	miniProgramId: 'appId',
	properties,
	branches: REQUEST_BRANCHES,
	async execute(call) {
		const switches = readSwitches(call);
		return await once(call, async () => await link(call, switches), switches);
	},
	summary: {
		invitationSent: 'sent',
		alreadyLinked: 'already linked',
		invitationPending: 'pending',
		unlinkPending: 'pending',
	},
};
