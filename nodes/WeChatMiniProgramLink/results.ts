import type { IDataObject } from 'n8n-workflow';

import { describeErrcode, type Category, type LinkApi, type RetryAfter } from '../wechat/errcodes';
import type { LinkState } from '../wechat/linkStates';
import type { Answer } from '../calls/client';

/** One result item of link, unlink and getStatus. */
export interface Result extends IDataObject {
	operation: string;
	officialAccountAppId: string | null;
	miniProgramAppId: string | null;
	category: Category;
	outcome: string;
	errcode: number | null;
	errmsg: string;
	rid: string | null;
	retryable: boolean;
	retryAfter: RetryAfter;
	/** What to do next; empty only where nothing is. */
	hint: string;
	/** Number of calls made for this item. */
	attempts: number;
}

/** What a result is about. */
export type Subject = Pick<Result, 'operation' | 'officialAccountAppId' | 'miniProgramAppId'>;

/** The outcome that a code stands for, whatever was asked. */
const OUTCOMES: Record<number, string> = {
	89010: 'invitationPending',
	89015: 'alreadyLinked',
	89018: 'unlinkPending',
	89035: 'invitationPending',
};

/**
 * What a repeated call gets when an earlier one without an answer did arrive: these codes then
 * speak of this run's own request.
 */
const ECHOES: Partial<Record<LinkApi, readonly number[]>> = {
	wxamplink: [89010, 89015],
	wxampunlink: [89018],
};

const NO_ANSWER_HINT =
	'Whether WeChat got the call is not known; sending it again does no harm. If this stays, check the API Base URL in the credential and that n8n can reach it.';
const NOT_WECHAT_HINT =
	'Something other than WeChat answers at this address. Check the API Base URL in the credential (normally https://api.weixin.qq.com) and any proxy in between.';

type Verdict = Pick<Result, 'category' | 'retryable' | 'retryAfter' | 'hint'>;

type Trace = Pick<Result, 'errcode' | 'errmsg' | 'rid' | 'attempts'>;

/**
 * Turns WeChat's answer into the result item.
 *
 * @param accepted the outcome when WeChat accepted the call
 */
export function resultOf(
	subject: Subject,
	api: LinkApi | undefined,
	answer: Answer,
	accepted: string,
): Result {
	const isEcho = answer.mayHaveArrived && api && ECHOES[api]?.includes(answer.errcode ?? NaN);
	const errcode = isEcho ? 0 : answer.errcode;
	const outcome = errcode === 0 ? accepted : (OUTCOMES[errcode ?? NaN] ?? 'failed');
	return toResult(subject, verdictOf({ ...answer, errcode }, api), outcome, answer);
}

/** The result of an item whose link stands in the account's list, or does not. */
export function resultOfLinkState(subject: Subject, answer: Answer, state: LinkState): Result {
	return toResult(subject, { ...state, ...NO_RETRY }, state.outcome, answer);
}

/** The result of an item that could not be sent. */
export function unsentResult(subject: Subject, { category, problem, hint }: Obstacle): Result {
	const trace = { errcode: null, errmsg: problem, rid: null, attempts: 0 };
	return toResult(subject, { category, hint, ...NO_RETRY }, 'failed', trace);
}

/** What stands in the way of an item before WeChat is asked, and the way out. */
export interface Obstacle {
	category: Category;
	problem: string;
	hint: string;
}

const NO_RETRY = { retryable: false, retryAfter: 'none' } as const;

/** The one place that says which fields a result has, in the order the editor shows them. */
function toResult(subject: Subject, verdict: Verdict, outcome: string, trace: Trace): Result {
	return {
		operation: subject.operation,
		officialAccountAppId: subject.officialAccountAppId,
		miniProgramAppId: subject.miniProgramAppId,
		category: verdict.category,
		outcome,
		errcode: trace.errcode,
		errmsg: trace.errmsg,
		rid: trace.rid,
		retryable: verdict.retryable,
		retryAfter: verdict.retryAfter,
		hint: verdict.hint,
		attempts: trace.attempts,
	};
}

function verdictOf(answer: Answer, api?: LinkApi): Verdict {
	if (answer.errcode === null) return verdictWithoutAnswer(answer);
	const { category, retryable, retryAfter, hint } = describeErrcode(answer.errcode, api);
	const seen = answer.requestIp && ` WeChat saw the IP address ${answer.requestIp}.`;
	// A token that WeChat refused says more precisely what to do than its code alone.
	return { category, retryable, retryAfter, hint: answer.advice?.hint ?? hint + (seen ?? '') };
}

function verdictWithoutAnswer({ missing, advice }: Answer): Verdict {
	const category = advice?.category ?? (missing === 'notWeChat' ? 'invalidRequest' : 'retryable');
	const retryable = category === 'retryable';
	return {
		category,
		retryable,
		retryAfter: retryable ? 'minutes' : 'none',
		hint: advice?.hint ?? (missing === 'notWeChat' ? NOT_WECHAT_HINT : NO_ANSWER_HINT),
	};
}
