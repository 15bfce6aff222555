import type { INodeProperties } from 'n8n-workflow';

import { REQUEST_BRANCHES } from '../../branches';
import { linksOf } from '../../../accounts/account';
import type { AccountCall, Operation } from '../../operation';
import { refusedResult, resultOf, resultOfLinkState, type Result } from '../../results';
import { describeLinkStatus, type LinkState } from '../../../wechat/linkStates';
import { isObstacle, type Obstacle } from '../../../wechat/obstacle';
import { cut, givenText, switchOf } from '../../../wechat/values';
import { once } from './once';

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

/** Listed states for which Link sends no invitation, and the outcome of Link for each. */
const ALREADY_THERE: Partial<Record<LinkState['outcome'], string>> = {
	linked: 'alreadyLinked',
	pendingMiniProgramAdmin: 'invitationPending',
	pendingOfficialAccountAdmin: 'invitationPending',
};

function readSwitches({ parameter }: AccountCall): Record<string, boolean> | Obstacle {
	const given = { [NOTIFY]: parameter('notifyUsers'), [SHOW]: parameter('showProfile') };
	const read: Record<string, boolean> = {};
	for (const [name, value] of Object.entries(given)) {
		// An empty cell of a table means the default.
		const isOn = givenText(value) === '' ? false : switchOf(value);
		if (isOn === undefined) return neither(name, value);
		read[name] = isOn;
	}
	return read;
}

/** The node must neither message followers by mistake nor silently leave them out. */
function neither(name: string, value: unknown): Obstacle {
	return {
		category: 'other',
		problem: `${name} is "${cut(givenText(value), 40)}", neither yes nor no`,
		hint: {
			en: `Set the parameter ${name} to true or false; yes or no, on or off, 1 or 0, 是 or 否 work, too. Empty means no.`,
			'zh-CN': `请在参数 ${name} 中填写 true 或 false；yes 或 no、on 或 off、1 或 0、是或否也可以。留空表示否。`,
		},
		whoActs: 'operator',
	};
}

async function link(call: AccountCall, switches: Record<string, boolean>): Promise<Result> {
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

/**
 * Sends an invitation. WeChat's success means no more than that: both administrators still have to agree.
 */
export const linkOperation: Operation = {
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
		if (isObstacle(switches)) return switches;
		return await once(call, async () => await link(call, switches), switches);
	},
};
