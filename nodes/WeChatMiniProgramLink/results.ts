import type { IDataObject } from 'n8n-workflow';

import type { Answer } from '../calls/client';
import type { LinkApi } from '../wechat/apis';
import { retryAtOf } from '../wechat/errcodes';
import type { Category, RetryAfter, WhoActs } from '../wechat/errcodeTable';
import { explainMissing, explainReply, type Obstacle } from '../wechat/obstacle';
import type { LinkState } from '../wechat/linkStates';
import { join, NO_TEXT, type Language } from '../wechat/text';

/** One result item of link, unlink and getStatus. */
export interface Result extends IDataObject {
	officialAccountAppId: string | null;
	miniProgramAppId: string | null;
	outcome: string;
	/** What to do next. */
	hint: string;
	/** Who has to do that. */
	whoActs: WhoActs;
	/** ISO 8601 in Beijing time; null if waiting does not help. */
	retryAt: string | null;
	category: Category;
	retryable: boolean;
	retryAfter: RetryAfter;
	errcode: number | null;
	errmsg: string;
	rid: string | null;
	operation: string;
	/** Number of calls made for this item. */
	attempts: number;
}

/** What leaves the node for an input item: a result, or something that was read. */
export interface Emission {
	json: IDataObject;
	category: Category;
	/** `failed` if the operation failed for the item. */
	outcome: string;
}

/** What a result is about. */
export interface Subject {
	operation: string;
	officialAccountAppId: string | null;
	miniProgramAppId: string | null;
	/** The language of its hint. */
	language: Language;
}

/** Answer codes with an outcome of their own, whatever the call was. */
const OUTCOMES: Record<number, string> = {
	89010: 'invitationPending',
	89015: 'alreadyLinked',
	89018: 'unlinkPending',
	89035: 'invitationPending',
};

/** The calls that change something: if one is repeated, an earlier try may already have done it. */
type Repeated = Exclude<LinkApi, 'wxamplinkget'>;

/**
 * The codes that WeChat answers to a repeated call if an earlier, unanswered one did arrive. They then
 * refer to this run's own request.
 */
const ECHOES: Readonly<Record<Repeated, readonly number[]>> = {
	wxamplink: [89010, 89015],
	wxampunlink: [89018],
};

type Trace = Pick<Result, 'errcode' | 'errmsg' | 'rid' | 'attempts'>;

/**
 * Turns WeChat's answer into the result item.
 *
 * @param accepted the outcome if WeChat accepted the call
 */
export function resultOf(
	subject: Subject,
	api: Repeated | undefined,
	answer: Answer,
	accepted: string,
): Result {
	const isEcho = answer.mayHaveArrived && api && ECHOES[api].includes(answer.errcode ?? NaN);
	const errcode = isEcho ? 0 : answer.errcode;
	const outcome = errcode === 0 ? accepted : (OUTCOMES[errcode ?? NaN] ?? 'failed');
	const obstacle = answer.obstacle ?? explainReply({ ...answer, errcode }, api);
	return toResult(subject, obstacle, outcome, answer);
}

/** The result of an item that WeChat refused, whatever the call, or that was not sent. */
export function refusedResult(subject: Subject, answer: Answer): Result {
	return resultOf(subject, undefined, answer, 'failed');
}

/**
 * The result of an item whose answer does not contain what was asked for, whether WeChat refused it or not.
 */
export function missingResult(subject: Subject, answer: Answer): Result {
	if (answer.errcode !== 0) return refusedResult(subject, answer);
	const obstacle = explainMissing(answer);
	const trace = { ...answer, errcode: null, errmsg: obstacle.problem };
	return toResult(subject, obstacle, 'failed', trace);
}

/** The result of an item whose link was looked up in the account's list, whether it is listed or not. */
export function resultOfLinkState(subject: Subject, answer: Answer, state: LinkState): Result {
	const hint = join(state.hint, answer.detour ?? NO_TEXT);
	return toResult(subject, { ...state, hint }, state.outcome, answer);
}

/** The result of an item that could not be sent. */
export function unsentResult(subject: Subject, obstacle: Obstacle): Result {
	const { problem, errcode = null, rid = null } = obstacle;
	return toResult(subject, obstacle, 'failed', { errcode, errmsg: problem, rid, attempts: 0 });
}

/** The only place that lists the fields of a result, in the order in which the editor shows them. */
function toResult(
	subject: Subject,
	obstacle: Pick<Obstacle, 'category' | 'hint' | 'whoActs' | 'retryAfter'>,
	outcome: string,
	trace: Trace,
): Result {
	const { category, hint, whoActs } = obstacle;
	const { retryAfter = category === 'retryLater' ? 'minutes' : 'none' } = obstacle;
	return {
		officialAccountAppId: subject.officialAccountAppId,
		miniProgramAppId: subject.miniProgramAppId,
		outcome,
		hint: hint[subject.language],
		whoActs,
		retryAt: retryAtOf(retryAfter, trace.errcode, Date.now()),
		category,
		retryable: retryAfter !== 'none',
		retryAfter,
		errcode: trace.errcode,
		errmsg: trace.errmsg,
		rid: trace.rid,
		operation: subject.operation,
		attempts: trace.attempts,
	};
}

/** A result as it leaves the node. */
export function emitResult(result: Result, extraFields?: IDataObject): Emission[] {
	const { category, outcome } = result;
	return [{ json: { ...result, ...extraFields }, category, outcome }];
}

/** What an operation has read, as it leaves the node. */
export function emitRead(json: IDataObject): Emission {
	return { json, category: 'success', outcome: 'read' };
}

/** Whether the operation failed for an item. */
export function isFailure({ outcome }: Emission): boolean {
	return outcome === 'failed';
}
