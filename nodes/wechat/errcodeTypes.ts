import type { Text } from './text';

/** What kind of answer a code is, by the name of the output that an item leaves through. */
export type Category =
	| 'success'
	| 'pending'
	| 'quotaReached'
	| 'notAllowed'
	| 'authorization'
	| 'retryLater'
	| 'other';

/**
 * What software may do about a code by itself.
 *
 * - `no`: nothing, a person has to act first
 * - `renewToken`: renew the rejected access token once and send the call once more
 * - `backOff`: send the call again a few times with growing pauses
 * - `nextMinute`: hold the account's calls back until the next minute
 * - `nextDay`: send it again the next day, not in this run
 * - `nextMonth`: send it again the next month, not in this run
 */
export type Retry = 'no' | 'renewToken' | 'backOff' | 'nextMinute' | 'nextDay' | 'nextMonth';

/** When a workflow may send the same item again without anybody acting in between. */
export type RetryAfter = 'none' | 'minutes' | 'nextDay' | 'nextMonth';

/**
 * Who has to do something before an item gets on: an administrator in WeChat, the provider in the
 * console of the third-party platform, the operator of the workflow in n8n, or WeChat itself.
 */
export type WhoActs =
	| 'nobody'
	| 'officialAccountAdmin'
	| 'miniProgramAdmin'
	| 'provider'
	| 'operator'
	| 'weChat';

/** The three link calls under /cgi-bin/wxopen/. */
export type LinkApi = 'wxamplink' | 'wxamplinkget' | 'wxampunlink';

/** One row of the table. */
export interface Errcode {
	readonly category: Category;
	/** Nothing where it is left out. */
	readonly retry?: Exclude<Retry, 'no'>;
	/** The person whom the hint names; the operator where it names none and time does not help. */
	readonly whoActs: WhoActs;
	/** What the code says. */
	readonly meaning: Text;
	/** What the operator does next, and who has to act. */
	readonly hint: Text;
}
