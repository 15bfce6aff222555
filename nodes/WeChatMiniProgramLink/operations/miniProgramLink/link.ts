import type { INodeProperties } from 'n8n-workflow';

import { REQUEST_BRANCHES } from '../../branches';
import { linksOf } from '../../../accounts/links';
import type { AccountCall, AccountOperation } from '../../operation';
import { resultOf, resultOfLinkState, type Result } from '../../results';
import { describeLinkStatus, type LinkState } from '../../../wechat/linkStates';
import { once } from './once';

const displayOptions = { show: { resource: ['miniProgramLink'], operation: ['link'] } };

const properties: INodeProperties[] = [
	{
		displayName: 'Notify Followers',
		name: 'notifyUsers',
		type: 'boolean',
		default: false,
		displayOptions,
		description:
			"Whether to send a template message about the link to the Official Account's followers (notify_users)",
	},
	{
		displayName: 'Show on Profile',
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

async function link(call: AccountCall): Promise<Result> {
	const { account, client, options, subject, parameter } = call;
	if (options.checkBeforeLinking) {
		const known = await findExisting(call);
		if (known) return known;
	}
	const answer = await client.call(account, 'wxamplink', {
		appid: subject.miniProgramAppId,
		notify_users: flag(parameter('notifyUsers')),
		show_profile: flag(parameter('showProfile')),
	});
	return resultOf(subject, 'wxamplink', answer, 'invitationSent');
}

/** WeChat takes 1 and 0; an expression may give a boolean as a text. */
function flag(value: unknown): 0 | 1 {
	return ['true', '1'].includes(String(value).toLowerCase()) ? 1 : 0;
}

async function findExisting({
	account,
	client,
	subject,
}: AccountCall): Promise<Result | undefined> {
	const { answer, list } = await linksOf(account, client);
	if (answer.errcode !== 0) return resultOf(subject, 'wxamplinkget', answer, 'failed');
	const entry = list.find(subject.miniProgramAppId ?? '');
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
		action: 'Link a mini program',
		description: 'Invite a Mini Program to be linked; both administrators then have to agree',
	},
	miniProgramId: 'appId',
	properties,
	branches: REQUEST_BRANCHES,
	execute: async (call) => await once(call, link),
	summary: {
		invitationSent: 'sent',
		alreadyLinked: 'already linked',
		invitationPending: 'pending',
		unlinkPending: 'pending',
	},
};
