import type { AccountKind } from './accountKind';
import type { LinkApi } from './apis';
import { describeErrcode } from './errcodes';
import type { Category, RetryAfter, WhoActs } from './errcodeTable';
import { noReply, type Reply } from './reply';
import { join, NO_TEXT, type Text } from './text';

/**
 * Why an item cannot go on (because of a parameter, a token or an answer of WeChat), and what to do about
 * it. It is written for the operator and contains no secret.
 */
export interface Obstacle {
	category: Category;
	/** What is wrong, in English and without a full stop. */
	problem: string;
	/** What to do next. */
	hint: Text;
	/** Who has to do that. */
	whoActs: WhoActs;
	/**
	 * When to send the item again, if time alone helps; by default in minutes if the category is
	 * retryLater.
	 */
	retryAfter?: RetryAfter;
	/** WeChat's code and rid, if the obstacle is an answer of WeChat. */
	errcode?: number | null;
	rid?: string | null;
	/** The kind of the account, if known. */
	accountKind?: AccountKind;
	/** Why the account cannot be called, if its info shows that. */
	reason?: UnavailableReason;
}

/** Whether a value is an obstacle instead of what was asked for. */
export function isObstacle(value: unknown): value is Obstacle {
	return typeof value === 'object' && value !== null && 'problem' in value && 'hint' in value;
}

/** Explains a reply, or why there is none. Pass `api` if the meaning of a code may depend on it. */
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

/** Explains an answer that does not contain what was asked for; it is not a success, whatever its code. */
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

/** The reason that a code means if nothing else is known about the account. */
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
 * Codes that WeChat returns for several states of an account: 61003 if it has withdrawn the authorization,
 * is frozen or is cancelled (developers' reports), 50002 if it is limited, frozen or cancelled, and 48001
 * also if it has not granted the permission set.
 */
const AMBIGUOUS: ReadonlyArray<number | null> = [48001, 50002, 61003];

/** Whether only the account's info can tell what a code means. */
export function isAmbiguous(errcode: number | null): boolean {
	return AMBIGUOUS.includes(errcode);
}

/** Why an account cannot be called, as far as WeChat's code shows. */
export function reasonOfErrcode(errcode: number | null = null): UnavailableReason {
	return (errcode === null ? undefined : REASONS[errcode]) ?? 'other';
}
