import { ERRCODES, ERRCODES_BY_API } from './errcodeTable';

/** What kind of answer a code is; the branch an item leaves through follows from it. */
export type Category =
	| 'success'
	| 'pending'
	| 'quota'
	| 'forbidden'
	| 'authorization'
	| 'retryable'
	| 'invalidRequest'
	| 'unknown';

/**
 * What software may do about a code by itself.
 *
 * - `no`: nothing, a person has to act first
 * - `renewToken`: renew the rejected access token once and send the call once more
 * - `backOff`: send the call again a few times with growing pauses
 * - `nextMinute`: hold the account's calls back until the next minute
 * - `nextDay`: send it again the next day, not in this run
 * - `nextMonth`: send it again the next month, not in this run
 * - `newTicket`: use a newer component_verify_ticket, or wait for the next push
 * - `reloadRefreshToken`: read the refresh token once more from the list of authorizers
 * - `poll`: do not send it again, follow the link with wxamplinkget
 */
export type Retry =
	| 'no'
	| 'renewToken'
	| 'backOff'
	| 'nextMinute'
	| 'nextDay'
	| 'nextMonth'
	| 'newTicket'
	| 'reloadRefreshToken'
	| 'poll';

/** When a workflow may send the same item again without anybody acting in between. */
export type RetryAfter = 'none' | 'minutes' | 'nextDay' | 'nextMonth';

/** The three link calls under /cgi-bin/wxopen/. */
export type LinkApi = 'wxamplink' | 'wxamplinkget' | 'wxampunlink';

/** One row of the table. */
export interface Errcode {
	readonly category: Category;
	readonly retry: Retry;
	/** What the code says. */
	readonly meaning: string;
	/** What the operator does next, and who has to act. */
	readonly hint: string;
}

/** A row together with what follows from its retry rule. */
export interface ErrcodeDescription extends Errcode {
	readonly retryable: boolean;
	readonly retryAfter: RetryAfter;
}

const UNKNOWN: Errcode = {
	category: 'unknown',
	retry: 'no',
	meaning: '',
	hint: "This code is not known here: read WeChat's own text (errmsg). For 7 days the rid can be looked up with WeChat's rid query (openapi/rid/get) and the same account's token, or be given to WeChat support.",
};

const RETRY_AFTER: Readonly<Record<Retry, RetryAfter>> = {
	no: 'none',
	renewToken: 'none',
	backOff: 'minutes',
	nextMinute: 'minutes',
	nextDay: 'nextDay',
	nextMonth: 'nextMonth',
	newTicket: 'none',
	reloadRefreshToken: 'none',
	poll: 'none',
};

/**
 * Explains an errcode. Pass the link API that answered where it is known, since a few codes
 * say something else per API.
 *
 * `retryAfter` follows from the retry rule alone: it is set where time by itself helps.
 * `retryable` is true exactly where `retryAfter` is not `none`. Renewals of a token, a ticket
 * or a refresh token happen within the same run, so a code that is left after them needs a
 * person; a pending item is followed, not sent again.
 */
export function describeErrcode(errcode: number, api?: LinkApi): ErrcodeDescription {
	const known: Errcode | undefined = ERRCODES[errcode];
	const row = known ?? UNKNOWN;
	const retryAfter = RETRY_AFTER[row.retry];
	return {
		...row,
		...(api && ERRCODES_BY_API[api][errcode]),
		retryable: retryAfter !== 'none',
		retryAfter,
	};
}
