import type { Account } from '../accounts/account';
import { linksOf } from '../accounts/links';
import type { Client } from '../calls/client';
import { describeErrcode } from '../wechat/errcodes';
import { explainReply } from '../wechat/explain';
import { isWholeList, type LinkEntry } from '../wechat/linkList';
import { isObstacle, type Obstacle } from '../wechat/obstacle';
import type { KnownAccount } from './memory';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
/**
 * An invitation that has been open 24 times as long is looked at 24 times less often: it may wait for
 * weeks, and each look counts against the account's calls of the day.
 */
const AGE_PER_PAUSE = 24;
/** WeChat counts the calls of a day in Beijing, 8 hours ahead of UTC all year round. */
const BEIJING = 8 * 60 * MINUTE;

/** Milliseconds since 1970 when the next day begins in Beijing. */
export function nextDayInBeijing(now: number): number {
	return (Math.floor((now + BEIJING) / DAY) + 1) * DAY - BEIJING;
}

/** Whether WeChat's calls of the day are used up. */
export function isDailyLimit({ errcode }: Obstacle): boolean {
	return typeof errcode === 'number' && describeErrcode(errcode).retry === 'nextDay';
}

/**
 * Whether it is this account that cannot be called before somebody acts: not one of many that wait for
 * the provider, and not for a moment.
 */
export function isLasting({ category, whoActs }: Obstacle): boolean {
	return (category === 'authorization' || category === 'forbidden') && whoActs !== 'provider';
}

/** Whether WeChat is out of order or cannot be reached. */
export function isOutage({ category, errcode }: Obstacle): boolean {
	return category === 'retryable' && (typeof errcode !== 'number' || errcode === -1);
}

/**
 * Whether an account is to be looked at now: with an open invitation the more often the younger that
 * is, otherwise after the quiet interval. A clock that was put back must not silence it.
 *
 * @param quietInterval in minutes
 */
export function isDue(known: KnownAccount, quietInterval: number, now: number): boolean {
	const minutes = now / MINUTE;
	if (known.heldUntil > minutes && known.heldUntil < minutes + DAY / MINUTE) return false;
	if (known.links === undefined && !known.isUnavailable) return true;
	const openSince = [...(known.links?.values() ?? [])].map(({ since }) => since);
	const age = minutes - Math.max(...openSince, 0);
	const pause = known.isUnavailable ? quietInterval : Math.min(quietInterval, age / AGE_PER_PAUSE);
	return known.lookedAt > minutes || known.lookedAt + pause <= minutes;
}

/**
 * Reads the account's list with one call; a list that is not whole is none. WeChat may leave it out
 * where there are no links (assumed), which is believed of an account that had none before.
 *
 * @param known what is remembered of the account's links
 */
export async function readWholeList(
	account: Account | Obstacle,
	client: Client,
	known?: KnownAccount['links'],
): Promise<readonly LinkEntry[] | Obstacle> {
	if (isObstacle(account)) return account;
	const { answer, list } = await linksOf(account, client);
	if (answer.obstacle) return answer.obstacle;
	if (answer.errcode !== 0) return explainReply(answer);
	const mayBeLeftOut = answer.payload.wxopens === undefined && !known?.size;
	return mayBeLeftOut || isWholeList(answer.payload) ? list.entries : NO_LIST;
}

const NO_LIST: Obstacle = {
	category: 'retryable',
	problem: "WeChat's answer holds no whole list of links",
	hint: {
		en: 'The next look reads the list again. If this stays, check the API Base URL in the credential and any proxy in between.',
		'zh-CN': '下次查询会重新读取列表。如果仍然如此，请检查凭证中的 API Base URL 以及途中的代理。',
	},
	whoActs: 'operator',
	errcode: null,
};
