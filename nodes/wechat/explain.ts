import { describeErrcode, type LinkApi, type RetryAfter } from './errcodes';
import type { Obstacle } from './obstacle';
import { noReply, type Reply } from './reply';
import { join, NO_TEXT, type Text } from './text';

/** An answer in words: what it means, what to do, and when it may be sent again. */
export interface Explanation extends Obstacle {
	retryAfter: RetryAfter;
	errcode: number | null;
	rid: string | null;
}

const NO_ANSWER_HINT: Text = {
	en: 'Whether WeChat got the call is not known; sending it again does no harm. If this stays, check the API Base URL in the credential and that n8n can reach it.',
	'zh-CN':
		'不确定微信是否收到了这次调用；重新发送没有坏处。如果仍然如此，请检查凭证中的 API Base URL，以及 n8n 能否访问该地址。',
};
const NOT_WECHAT_HINT: Text = {
	en: 'Check API Base URL in the credential (https://api.weixin.qq.com) and any proxy in between, then send the item again, which does no harm.',
	'zh-CN':
		'请检查凭证中的 API Base URL（https://api.weixin.qq.com）以及途中的代理，然后重新发送该条目，重复发送没有坏处。',
};

/** Explains what came back from a call, or that nothing did; `api` where a code depends on it. */
export function explainReply(reply: Reply, api?: LinkApi): Explanation {
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

/** Explains an answer without what was asked for: a refusal, or none of WeChat's, never a success. */
export function explainMissing(reply: Reply): Explanation {
	return explainReply(
		reply.errcode === 0
			? noReply('notWeChat', "WeChat's answer does not hold what was asked for")
			: reply,
	);
}

function seenAddress(ip: string): Text {
	return {
		en: `WeChat saw the IP address ${ip}.`,
		'zh-CN': `微信看到的 IP 地址是 ${ip}。`,
	};
}
