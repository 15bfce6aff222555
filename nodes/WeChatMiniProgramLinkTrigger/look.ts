import type { Account } from '../accounts/account';
import { linksOf } from '../accounts/links';
import type { Client } from '../calls/client';
import { describeErrcode } from '../wechat/errcodes';
import { explainReply } from '../wechat/explain';
import { isWholeList, type LinkEntry } from '../wechat/linkList';
import { isObstacle, type Obstacle } from '../wechat/obstacle';
import { isOpen } from './changes';
import type { KnownAccount } from './memory';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
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

/** Whether somebody has to act before the account can be called: time alone does not help. */
export function isLasting(obstacle: Obstacle): boolean {
	const isAnswered = obstacle.errcode !== null;
	return isAnswered && obstacle.category !== 'retryable' && !isDailyLimit(obstacle);
}

/**
 * Whether an account is to be looked at now: with an open invitation each time, otherwise after the
 * quiet interval. A clock that was put back must not silence it.
 *
 * @param quietInterval in minutes
 */
export function isDue(known: KnownAccount, quietInterval: number, now: number): boolean {
	const minutes = now / MINUTE;
	if (known.heldUntil > minutes && known.heldUntil < minutes + DAY / MINUTE) return false;
	const isQuiet =
		known.isUnavailable ||
		(known.links !== undefined && ![...known.links.values()].some(({ status }) => isOpen(status)));
	if (!isQuiet || known.lookedAt > minutes) return true;
	return known.lookedAt + quietInterval <= minutes;
}

/** Reads the account's list with one call; a list that is not whole is none. */
export async function readWholeList(
	account: Account | Obstacle,
	client: Client,
): Promise<readonly LinkEntry[] | Obstacle> {
	if (isObstacle(account)) return account;
	const { answer, list } = await linksOf(account, client);
	if (answer.obstacle) return answer.obstacle;
	if (answer.errcode !== 0) return explainReply(answer, 'wxamplinkget');
	return isWholeList(answer.payload) ? list.entries : NO_LIST;
}

const NO_LIST: Obstacle = {
	category: 'retryable',
	problem: "WeChat's answer holds no whole list of links",
	hint: {
		en: 'The next look reads the list again. If this stays, check the API Base URL in the credential and any proxy in between.',
		'zh-CN': '下次查询会重新读取列表。如果仍然如此，请检查凭证中的 API Base URL 以及途中的代理。',
	},
	whoActs: 'nobody',
	errcode: null,
};
