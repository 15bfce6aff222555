import { NodeApiError, type IPollFunctions, type JsonObject } from 'n8n-workflow';

import { describeErrcode } from '../wechat/errcodes';
import type { Obstacle } from '../wechat/obstacle';
import { retryAtOf } from '../wechat/retryAt';

type Failure = NonNullable<NodeApiError['failure']>;

/**
 * A look at which nothing could be seen, for n8n to show and to wait: n8n from 2.4x puts the next
 * look off by the cause, older versions pass over it.
 *
 * @param now milliseconds since 1970
 */
export function toError(context: IPollFunctions, obstacle: Obstacle, now: number): NodeApiError {
	const { problem, hint, errcode = null, rid = null, category } = obstacle;
	const message = errcode === null ? problem : `WeChat answered ${errcode}: ${problem}`;
	const details: JsonObject = { message, errcode, rid, category };
	return new NodeApiError(context.getNode(), details, {
		message,
		description: hint.en,
		failure: failureOf(obstacle, now),
	});
}

function failureOf({ category, errcode, retryAfter }: Obstacle, now: number): Failure {
	if (retryAfter === 'nextDay' || retryAfter === 'nextMonth') {
		const resetsAt = retryAtOf(retryAfter, errcode ?? null, now) ?? '';
		return { cause: 'quota-exhausted', resetsAtEpochMs: Date.parse(resetsAt) };
	}
	if (typeof errcode === 'number' && describeErrcode(errcode).retry === 'nextMinute') {
		return { cause: 'rate-limited', retryAfterMs: 60_000 };
	}
	if (category === 'retryable') return { cause: 'temporarily-unavailable' };
	return { cause: category === 'authorization' ? 'credential-invalid' : 'configuration-invalid' };
}
