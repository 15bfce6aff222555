import type { Account } from '../platform/accounts.cts';
import { errmsgOf } from './errmsgs.cts';
import type { Platform } from '../platform/platforms.cts';
import { errmsgTail } from './rid.cts';
import type { Behavior } from '../types.cts';

export type JsonObject = Readonly<Record<string, unknown>>;

/** What an API receives after the call has passed the general checks. */
export interface Call {
	/** Owner of the token; null for a token that belongs to no known account. */
	readonly account: Account | null;
	/** Owner of a component token; null for any other token, or none. */
	readonly platform: Platform | null;
	/** `{}` for GET. */
	readonly body: JsonObject;
	readonly now: number;
	readonly behavior: Behavior;
}

/** The answer of an API before it becomes text. */
export interface Answer {
	readonly errcode: number;
	/** Text between errmsg's own text and its tail. */
	readonly detail?: string;
	/** errmsg of a success, default `ok`. */
	readonly okText?: string;
	/** Fields besides errcode and errmsg. */
	readonly fields?: JsonObject;
	/** The API answers success without errcode and errmsg. */
	readonly bare?: boolean;
}

export const OK: Answer = { errcode: 0 };

const OK_TEXT = JSON.stringify({ errcode: 0, errmsg: 'ok' });

function failureText(answer: Answer, behavior: Behavior, now: number): string {
	const text = behavior.errmsg ?? errmsgOf(answer.errcode) + (answer.detail ?? '');
	return (behavior.blankErrmsg ? '' : text) + errmsgTail(behavior.tail ?? 'rid', now);
}

/**
 * The JSON text of an answer. Every failure ends in a rid, success is plain `ok` (documented).
 *
 * @param now milliseconds since 1970, for the rid
 */
export function answerText(answer: Answer, behavior: Behavior, now: number): string {
	const text = jsonText(answer, behavior, now);
	return behavior.rawControls ? text.replace(ESCAPED, unescaped) : text;
}

/** JSON's form of control characters without a short escape. */
const ESCAPED = /\\u00([01][0-9a-f])/g;

const unescaped = (_: string, code: string): string => String.fromCharCode(parseInt(code, 16));

function jsonText(answer: Answer, behavior: Behavior, now: number): string {
	const success = answer.errcode === 0;
	if (success && (answer.bare || behavior.bareSuccess)) {
		return JSON.stringify(answer.fields ?? {});
	}
	if (answer === OK && !behavior.errcodeAsString) return OK_TEXT;
	return JSON.stringify({
		errcode: behavior.errcodeAsString ? String(answer.errcode) : answer.errcode,
		errmsg: success ? (answer.okText ?? 'ok') : failureText(answer, behavior, now),
		...answer.fields,
	});
}
