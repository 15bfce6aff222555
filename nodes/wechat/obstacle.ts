import type { AccountKind } from './accountKind';
import type { LinkApi } from './apis';
import { describeErrcode } from './errcodes';
import type { Category, RetryAfter, WhoActs } from './errcodeTable';
import { noReply, type Reply } from './reply';
import { join, NO_TEXT, type Text } from './text';

/**
 * Why an item cannot go on, and what to do about it, in words for the operator and without any secret:
 * a parameter, a token or an answer of WeChat is in the way.
 */
export interface Obstacle {
	category: Category;
	/** What is wrong, in English and without a full stop. */
	problem: string;
	/** What to do next. */
	hint: Text;
	/** Who has to do that. */
	whoActs: WhoActs;
	/** When time alone helps; by default in minutes if the category is retryLater. */
	retryAfter?: RetryAfter;
	/** WeChat's code and id of the call, if WeChat said so. */
	errcode?: number | null;
	rid?: string | null;
	/** The kind of the account, if WeChat has told it. */
	accountKind?: AccountKind;
	/** Why the account cannot be called, if its info has told it. */
	reason?: UnavailableReason;
}

/** Whether a value is an obstacle in place of what was asked for. */
export function isObstacle(value: unknown): value is Obstacle {
	return typeof value === 'object' && value !== null && 'problem' in value && 'hint' in value;
}

/** Explains a reply, or a missing one; `api` if the meaning of a code depends on it. */
export function explainReply(reply: Reply, api?: LinkApi): Obstacle {
	const { errcode, errmsg, rid } = reply;
	if (errcode === null) {
		const isUnanswered = reply.missing === 'noAnswer';
		return {
			category: 'retryLater',
			problem: errmsg,
			hint: join(
				isUnanswered ? NO_ANSWER_HINT : join(NOT_WECHAT_HINT, reply.foreign ?? NO_TEXT),
				reply.detour ?? NO_TEXT,
			),
			whoActs: isUnanswered ? 'nobody' : 'operator',
			retryAfter: 'minutes',
			errcode,
			rid,
		};
	}
	const { category, meaning, hint, whoActs, retryAfter } = describeErrcode(errcode, api);
	return {
		category,
		problem: meaning.en || errmsg || 'an unknown code',
		hint: join(
			hint,
			reply.requestIp ? seenAddress(reply.requestIp) : NO_TEXT,
			reply.detour ?? NO_TEXT,
		),
		whoActs,
		retryAfter,
		errcode,
		rid,
	};
}

/** Explains an answer that does not contain what was asked for: never as a success. */
export function explainMissing(reply: Reply): Obstacle {
	return explainReply(
		reply.errcode === 0
			? noReply('notWeChat', "WeChat's answer does not contain what was asked for")
			: reply,
	);
}

function seenAddress(ip: string): Text {
	return {
		en: `WeChat saw the IP address ${ip}.`,
		'zh-CN': `微信看到的 IP 地址是 ${ip}。`,
	};
}

const NO_ANSWER_HINT: Text = {
	en: 'WeChat may or may not have received the call; sending it again does no harm. If this persists, check the API Base URL in the credential, and that n8n can reach it.',
	'zh-CN':
		'不确定微信是否收到了这次调用；重新发送没有坏处。如果仍然如此，请检查凭证中的 API Base URL，以及 n8n 能否访问该地址。',
};

const NOT_WECHAT_HINT: Text = {
	en: 'Check API Base URL in the credential (https://api.weixin.qq.com) and any proxy in between, then send the item again, which does no harm.',
	'zh-CN':
		'请检查凭证中的 API Base URL（https://api.weixin.qq.com）以及途中的代理，然后重新发送该条目，重复发送没有坏处。',
};

/** Why an account cannot be called until somebody acts. */
type UnavailableReason =
	| 'notAuthorized'
	| 'frozen'
	| 'banned'
	| 'cancelled'
	| 'noPermissionSet'
	| 'other';

/** What a code tells by itself, without codes that mean several things. */
const REASONS: Readonly<Record<number, UnavailableReason>> = {
	42007: 'notAuthorized',
	50001: 'noPermissionSet',
	61003: 'notAuthorized',
	61007: 'noPermissionSet',
	61009: 'notAuthorized',
	61010: 'notAuthorized',
	61017: 'noPermissionSet',
	61023: 'notAuthorized',
};

/**
 * Codes that several states of an account share: WeChat answers 61003 for a withdrawn, a frozen and a
 * cancelled one (developers' reports), 50002 for a limited, a frozen and a cancelled one, and 48001 also
 * for one that has not granted the permission set.
 */
const AMBIGUOUS: ReadonlyArray<number | null> = [48001, 50002, 61003];

/** Whether only the account's info can tell what a code means. */
export function isAmbiguous(errcode: number | null): boolean {
	return AMBIGUOUS.includes(errcode);
}

/** Why an account cannot be called, by WeChat's code alone. */
export function reasonOfErrcode(errcode: number | null = null): UnavailableReason {
	return (errcode === null ? undefined : REASONS[errcode]) ?? 'other';
}
