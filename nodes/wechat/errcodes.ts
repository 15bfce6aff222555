import { ERRCODES, ERRCODES_BY_API } from './errcodeTable';
import type { Errcode, LinkApi, Retry, RetryAfter } from './errcodeTypes';
import { NO_TEXT } from './text';

export type { Category, Errcode, LinkApi, Retry, RetryAfter, WhoActs } from './errcodeTypes';

/** A row together with what follows from its retry rule. */
export interface ErrcodeDescription extends Omit<Errcode, 'retry'> {
	readonly retry: Retry;
	readonly retryable: boolean;
	readonly retryAfter: RetryAfter;
}

const UNKNOWN: Errcode = {
	category: 'other',
	whoActs: 'operator',
	meaning: NO_TEXT,
	hint: {
		en: "This code is not known here: read WeChat's own text (errmsg). For 7 days the rid can be looked up with WeChat's rid query (openapi/rid/get) and the same account's token, or be given to WeChat support.",
		'zh-CN':
			'这里没有此返回码的说明：请阅读微信返回的文字（errmsg）。7 天内可以用同一账号的令牌通过微信的 rid 查询（openapi/rid/get）查看该 rid，也可以把它提供给微信官方客服。',
	},
};

const RETRY_AFTER: Readonly<Record<Retry, RetryAfter>> = {
	no: 'none',
	renewToken: 'none',
	backOff: 'minutes',
	nextMinute: 'minutes',
	nextDay: 'nextDay',
	nextMonth: 'nextMonth',
};

/**
 * Explains an errcode. Pass the link API that answered where it is known, since a few codes
 * say something else per API.
 *
 * `retryAfter` follows from the retry rule alone: it is set where time by itself helps.
 * `retryable` is true exactly where `retryAfter` is not `none`. A token is renewed within the same
 * run, so a code that is left after it needs a person; a pending item is followed, not sent again.
 */
export function describeErrcode(errcode: number, api?: LinkApi): ErrcodeDescription {
	const known: Errcode | undefined = ERRCODES[errcode];
	const row = known ?? UNKNOWN;
	const { retry = 'no' } = row;
	const retryAfter = RETRY_AFTER[retry];
	return {
		...row,
		...(api && ERRCODES_BY_API[api][errcode]),
		retry,
		retryable: retryAfter !== 'none',
		retryAfter,
	};
}
