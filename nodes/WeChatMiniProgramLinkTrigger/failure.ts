import type { IPollFunctions, JsonObject } from 'n8n-workflow';
import { NodeApiError } from 'n8n-workflow';

import { describeErrcode, nextDayInBeijing } from '../wechat/errcodes';
import type { Obstacle } from '../wechat/obstacle';
import type { Language } from '../wechat/text';
import { isDailyLimit } from './schedule';

type Failure = NonNullable<NodeApiError['failure']>;

const MINUTE = 60_000;

/** What is thrown when nothing could be looked at; by its cause n8n 2.41 decides when to try again. */
export function toFailure(
	context: IPollFunctions,
	obstacle: Obstacle,
	now: number,
	language: Language,
): NodeApiError {
	const message = obstacle.problem;
	return new NodeApiError(context.getNode(), { message } as JsonObject, {
		message,
		description: obstacle.hint[language],
		failure: failureOf(obstacle, now),
	});
}

/** Why nothing could be looked at, in n8n's words. */
export function failureOf(obstacle: Obstacle, now: number): Failure {
	const { category, errcode } = obstacle;
	if (isDailyLimit(obstacle)) {
		return { cause: 'quota-exhausted', resetsAtEpochMs: nextDayInBeijing(now) };
	}
	if (typeof errcode === 'number' && describeErrcode(errcode).retry === 'nextMinute') {
		return { cause: 'rate-limited', retryAfterMs: MINUTE - (now % MINUTE) };
	}
	if (category === 'retryLater') return { cause: 'temporarily-unavailable' };
	return { cause: category === 'authorization' ? 'credential-invalid' : 'configuration-invalid' };
}
