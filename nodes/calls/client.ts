import type { Api } from '../wechat/apis';
import { describeErrcode, type Retry } from '../wechat/errcodes';
import { notSent, type Reply } from '../wechat/reply';
import type { Account } from '../accounts/account';
import type { Transport } from './transport';

/** The reply that counts, and how it came. */
export interface Answer extends Reply {
	/** Number of calls made for it. */
	attempts: number;
	/** Whether an earlier call got no answer, so that WeChat may have carried it out. */
	mayHaveArrived: boolean;
}

/** Milliseconds of the first pause before a call is repeated; it doubles each time. */
const FIRST_PAUSE = 1000;
const MINUTE = 60_000;

/**
 * Calls WeChat for an account under the rules for repeating:
 *
 * - -1 and a missing answer: again after a pause, up to `maxTries` calls
 * - 45011 (minute limit): the account's calls to this API wait for the next minute, then go on
 * - 45009 (daily limit): no further call to this API for this account in this run
 * - a rejected token: renewed once (see TokenSource)
 * - anything else: never
 */
export class Client {
	constructor(
		private readonly transport: Transport,
		private readonly maxTries: number,
	) {}

	async call(account: Account, api: Api, body: Record<string, unknown>): Promise<Answer> {
		const hold = account.holdOf(api);
		let attempts = 0;
		let mayHaveArrived = false;
		for (let attempt = 1; ; attempt++) {
			if (hold.until > Date.now()) await this.transport.pause(hold.until - Date.now());
			if (hold.dailyLimit) return { ...hold.dailyLimit, attempts, mayHaveArrived };
			if (this.transport.stopped) return { ...STOPPED, attempts, mayHaveArrived };

			const request = { baseUrl: account.baseUrl, api, body };
			const replies = await account.tokens.send(this.transport, request);
			const reply = replies[replies.length - 1];
			attempts += replies.filter(({ missing }) => missing !== 'notSent').length;

			const retry = retryOf(reply);
			if (retry === 'nextDay') hold.dailyLimit = reply;
			if (retry === 'nextMinute') hold.until = nextMinute();

			const isRepeatable = retry === 'backOff' || retry === 'nextMinute';
			if (!isRepeatable || attempt >= this.maxTries) return { ...reply, attempts, mayHaveArrived };
			mayHaveArrived ||= reply.missing === 'noAnswer';
			if (retry === 'backOff') await this.transport.pause(backOff(attempt));
		}
	}
}

const STOPPED = notSent(
	'The run was stopped before this item was sent',
	'retryable',
	'Run the workflow again for this item.',
);

function retryOf({ errcode, missing }: Reply): Retry {
	if (missing) return missing === 'noAnswer' ? 'backOff' : 'no';
	return describeErrcode(errcode ?? 0).retry;
}

/** Doubles with each attempt; a random part keeps many items from coming back at once. */
function backOff(attempt: number): number {
	return FIRST_PAUSE * 2 ** (attempt - 1) * (1 + Math.random() / 4);
}

/** WeChat counts calls by the minute ("retry next minute"). */
function nextMinute(): number {
	return (Math.floor(Date.now() / MINUTE) + 1) * MINUTE;
}
