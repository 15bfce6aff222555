import type { IDataObject } from 'n8n-workflow';

import { describeLinkStatus } from '../wechat/linkStates';
import { reasonOfErrcode, type Obstacle } from '../wechat/obstacle';
import { shortHash } from '../wechat/values';
import type { Language, Text } from '../wechat/text';
import type { LinkChange } from './changes';

const MINI_PROGRAM_ADMIN: Text = {
	en: 'The Mini Program administrator has to agree next, in the template message that WeChat sent them.',
	'zh-CN': '接下来需要小程序管理员同意：其微信中有一条相关的模板消息。',
};
const OFFICIAL_ACCOUNT_ADMIN: Text = {
	en: 'The Official Account administrator has to agree next, in the template message that WeChat sent them; then the Mini Program administrator.',
	'zh-CN': '接下来需要公众号管理员同意，然后小程序管理员同意：其微信中有一条相关的模板消息。',
};
const HINTS: Partial<Record<LinkChange['event'], Text>> = {
	linked: {
		en: 'Both administrators have agreed. There is nothing to do.',
		'zh-CN': '双方管理员均已同意，无需任何操作。',
	},
	removed: {
		en: 'The link or invitation is no longer in the list of the Official Account. If this was not intended, ask the Official Account administrator, then send a new invitation with Link.',
		'zh-CN':
			'公众号的列表中已没有该关联或邀请。如果并非有意解除，请先询问公众号管理员，再用 Link 重新发送邀请。',
	},
};

/** The item of a change, with the most important fields first. */
export function changeItem(
	change: LinkChange,
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

/** The link fields of an item that is not about a link. */
export const NO_LINK = {
	miniProgramAppId: null,
	username: null,
	nickname: null,
	previousStatus: null,
	linkStatus: null,
	outcome: 'failed',
	waitingDays: null,
};

/** The item that reports that an account can no longer be called. */
export function unavailableItem(
	obstacle: Obstacle,
	account: string | null,
	/** Distinguishes a second time from a repeat of the first. */
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

function hintOf({ event, status }: LinkChange): Text {
	const own = HINTS[event];
	if (own) return own;
	if (status === 2) return MINI_PROGRAM_ADMIN;
	if (status === 12) return OFFICIAL_ACCOUNT_ADMIN;
	return describeLinkStatus(status).hint;
}
