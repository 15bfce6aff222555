import type { IDataObject } from 'n8n-workflow';

import { describeLinkStatus } from '../wechat/linkStates';
import { reasonOfErrcode, type Obstacle } from '../wechat/obstacle';
import { shortHash } from '../wechat/values';
import { join, NO_TEXT, type Language, type Text } from '../wechat/text';
import type { Change, LinkEvent } from './changes';

const MINI_PROGRAM_ADMIN: Text = {
	en: 'The Mini Program administrator has to agree next: a template message about it is in their WeChat.',
	'zh-CN': '接下来需要小程序管理员同意：其微信中有一条相关的模板消息。',
};
const OFFICIAL_ACCOUNT_ADMIN: Text = {
	en: 'The Official Account administrator has to agree next, then the Mini Program administrator: a template message about it is in their WeChat.',
	'zh-CN': '接下来需要公众号管理员同意，然后小程序管理员同意：其微信中有一条相关的模板消息。',
};
const HINTS: Partial<Record<LinkEvent, Text>> = {
	linked: {
		en: 'Both administrators have agreed, nobody has to act.',
		'zh-CN': '双方管理员均已同意，无需任何操作。',
	},
	removed: {
		en: 'The link or invitation is no longer in the list of the Official Account. If nobody meant to end it, ask the Official Account administrator, then send a new invitation with Link.',
		'zh-CN':
			'公众号的列表中已没有该关联或邀请。如果并非有意解除，请先询问公众号管理员，再用 Link 重新发送邀请。',
	},
};

/** The item of a change, with what matters first. */
export function changeItem(
	change: Change,
	account: string | null,
	now: number,
	language: Language,
): IDataObject {
	const { event, status } = change;
	return {
		event,
		eventId: change.eventId,
		officialAccountAppId: account,
		miniProgramAppId: change.appId,
		username: change.username,
		nickname: change.nickname,
		previousStatus: change.previousStatus,
		linkStatus: status,
		outcome: event === 'removed' ? 'notLinked' : describeLinkStatus(status).outcome,
		waitingDays: change.waitingDays,
		detectedAt: new Date(now).toISOString(),
		hint: hintOf(change)[language],
	};
}

/** What the items have that are about no link. */
const NO_LINK = {
	miniProgramAppId: null,
	username: null,
	nickname: null,
	previousStatus: null,
	linkStatus: null,
	outcome: 'failed',
	waitingDays: null,
};

/** The item that tells that an account can no longer be called. */
export function unavailableItem(
	obstacle: Obstacle,
	account: string | null,
	/** What tells a second time from a repeat. */
	count: number,
	now: number,
	language: Language,
): IDataObject {
	const event = 'accountUnavailable';
	return {
		event,
		eventId: shortHash(JSON.stringify([account, event, count])),
		officialAccountAppId: account,
		accountKind: obstacle.accountKind ?? null,
		reason: obstacle.reason ?? reasonOfErrcode(obstacle.errcode),
		...NO_LINK,
		detectedAt: new Date(now).toISOString(),
		hint: obstacle.hint[language],
	};
}

const TICKET_OVERDUE: Text = {
	en: 'WeChat has pushed no ticket for over an hour. Without one, no call works after twelve hours. See that a workflow with the WeChat Open Platform Trigger is published (n8n 1.x: active), then run Check Setup, which says what else is wrong.',
	'zh-CN':
		'微信已超过一小时没有推送 ticket。没有新的 ticket，十二小时后所有调用都会失败。请确认带有 WeChat Open Platform Trigger 的工作流已发布（n8n 1.x：已激活），然后运行 Check Setup 查看其他问题。',
};

/**
 * The item that tells that no ticket comes.
 *
 * @param platform the platform's name in event ids
 * @param last when the last one came: milliseconds since 1970, 0 if none ever has
 * @param since minutes since 1970 from which the hour counts
 */
export function ticketItem(
	platform: string,
	last: number,
	since: number,
	now: number,
	language: Language,
): IDataObject {
	const event = 'ticketOverdue';
	return {
		event,
		eventId: shortHash(JSON.stringify([platform, event, since])),
		officialAccountAppId: null,
		...NO_LINK,
		detectedAt: new Date(now).toISOString(),
		hint: join(TICKET_OVERDUE, last > 0 ? lastCameAt(new Date(last).toISOString()) : NO_TEXT)[
			language
		],
	};
}

function lastCameAt(time: string): Text {
	return {
		en: `The last one came at ${time}.`,
		'zh-CN': `上一次收到 ticket 的时间是 ${time}。`,
	};
}

function hintOf({ event, status }: Change): Text {
	const own = HINTS[event];
	if (own) return own;
	if (status === 2) return MINI_PROGRAM_ADMIN;
	if (status === 12) return OFFICIAL_ACCOUNT_ADMIN;
	return describeLinkStatus(status).hint;
}
