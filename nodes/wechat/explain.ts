import { describeErrcode, type LinkApi, type RetryAfter } from './errcodes';
import type { Obstacle } from './obstacle';
import type { Reply } from './reply';

/** An answer in words: what it means, what to do, and when it may be sent again. */
export interface Explanation extends Obstacle {
	retryAfter: RetryAfter;
	errcode: number | null;
	rid: string | null;
}

const NO_ANSWER_HINT =
	'Whether WeChat got the call is not known; sending it again does no harm. If this stays, check the API Base URL in the credential and that n8n can reach it.';
const NOT_WECHAT_HINT =
	'Something other than WeChat answers at this address. Check the API Base URL in the credential (normally https://api.weixin.qq.com) and any proxy in between.';

/** Explains what came back from a call, or that nothing did; `api` where a code depends on it. */
export function explainReply(reply: Reply, api?: LinkApi): Explanation {
	const { errcode, errmsg, rid } = reply;
	if (errcode === null) {
		const isUnanswered = reply.missing === 'noAnswer';
		return {
			category: isUnanswered ? 'retryable' : 'invalidRequest',
			problem: errmsg,
			hint: isUnanswered ? NO_ANSWER_HINT : NOT_WECHAT_HINT,
			retryAfter: isUnanswered ? 'minutes' : 'none',
			errcode,
			rid,
		};
	}
	const { category, meaning, hint, retryAfter } = describeErrcode(errcode, api);
	const seen = reply.requestIp ? ` WeChat saw the IP address ${reply.requestIp}.` : '';
	return {
		category,
		problem: meaning || errmsg || 'an unknown code',
		hint: hint + seen,
		retryAfter,
		errcode,
		rid,
	};
}
