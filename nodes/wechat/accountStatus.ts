import type { WhoActs } from './errcodeTable';
import type { Obstacle } from './obstacle';
import type { Text } from './text';
import { wholeNumberOf } from './values';

/** What account_status says of an account. */
export type AccountStatus = 'normal' | 'cancelled' | 'banned' | 'warned' | 'frozen' | 'unknown';

/** (doc/oplatform/openApi/authorization-management/api_getauthorizerinfo) */
const STATUS: Readonly<Record<number, AccountStatus>> = {
	1: 'normal',
	14: 'cancelled',
	16: 'banned',
	18: 'warned',
	19: 'frozen',
};

/** Reads account_status; an account without one is normal. */
export function readAccountStatus(value: unknown): AccountStatus {
	return STATUS[wholeNumberOf(value ?? 1) ?? NaN] ?? 'unknown';
}

interface Closed {
	hint: Text;
	whoActs: WhoActs;
}

const CLOSED: Readonly<Record<'cancelled' | 'banned' | 'frozen', Closed>> = {
	cancelled: {
		hint: {
			en: 'The account no longer exists at WeChat. Take it out of the list.',
			'zh-CN': '该账号在微信中已不存在。请从名单中移除。',
		},
		whoActs: 'operator',
	},
	banned: {
		hint: {
			en: "The merchant's Official Account administrator reads the notice in the WeChat Official Accounts Platform console (mp.weixin.qq.com) and appeals there.",
			'zh-CN': '请商家的公众号管理员登录微信公众平台（mp.weixin.qq.com）查看通知，并在那里申诉。',
		},
		whoActs: 'officialAccountAdmin',
	},
	frozen: {
		hint: {
			en: "The merchant's Official Account administrator unfreezes it in the WeChat Official Accounts Platform console (mp.weixin.qq.com). Then it can be called again.",
			'zh-CN': '请商家的公众号管理员在微信公众平台（mp.weixin.qq.com）解除冻结，之后即可再次调用。',
		},
		whoActs: 'officialAccountAdmin',
	},
};

/** What keeps a closed account from being called; undefined for one that is open. */
export function obstacleOfStatus(name: string, status: AccountStatus): Obstacle | undefined {
	if (!(status in CLOSED)) return undefined;
	const reason = status as keyof typeof CLOSED;
	return { category: 'notAllowed', problem: `${name} is ${reason}`, ...CLOSED[reason], reason };
}

/** The obstacle of an account that WeChat refuses, and that has an account_status nobody knows. */
export function unknownStatus(name: string, number: number | null): Obstacle {
	const status = number ?? 'unreadable';
	return {
		category: 'notAllowed',
		problem: `${name} has an unknown account_status (${status})`,
		hint: {
			en: `WeChat refuses calls for this account, and does not document its account_status (${status}). Ask the merchant whether the WeChat Official Accounts Platform console (mp.weixin.qq.com) shows a notice.`,
			'zh-CN': `微信拒绝对该账号的调用，其 account_status（${status}）没有说明。请向商家询问微信公众平台（mp.weixin.qq.com）中是否有通知。`,
		},
		whoActs: 'operator',
		reason: 'other',
	};
}
