import type { Account } from '../accounts/account';
import { readLinks } from '../accounts/links';
import type { Client } from '../calls/client';
import { describeErrcode } from '../wechat/errcodes';
import { explainReply, isObstacle, type Obstacle } from '../wechat/obstacle';
import { formOfList, type LinkEntry } from '../wechat/linkList';
import { hasLost, together, type KnownLinks } from './changes';
import { RESTS_FROM, type KnownAccount } from './memory';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
/**
 * An invitation that has been open 24 times as long is looked at 24 times less often: it may wait for
 * weeks, and each look counts against the account's calls of the day.
 */
const AGE_PER_PAUSE = 24;

/** Whether WeChat's calls of the day are used up. */
export function isDailyLimit({ errcode }: Obstacle): boolean {
	return typeof errcode === 'number' && describeErrcode(errcode).retry === 'nextDay';
}

/**
 * Whether it is this account that cannot be called before somebody acts: not one of many that wait for
 * the provider, and not for a moment.
 */
export function isLasting({ category, whoActs }: Obstacle): boolean {
	return (category === 'authorization' || category === 'notAllowed') && whoActs !== 'provider';
}

/** Whether WeChat is out of order or cannot be reached. */
export function isOutage({ category, errcode }: Obstacle): boolean {
	return category === 'retryLater' && (typeof errcode !== 'number' || errcode === -1);
}

/**
 * Whether an account is to be looked at now: with an open invitation the more often the younger that
 * is, otherwise, and where it could not be looked at, after the quiet interval. A clock that was put
 * back must not silence it.
 *
 * @param quietInterval in minutes
 * @param changedAt milliseconds since 1970, where that is known: a new authorization ends a rest
 */
export function isDue(
	known: KnownAccount,
	quietInterval: number,
	now: number,
	changedAt = 0,
): boolean {
	const minutes = now / MINUTE;
	if (known.heldUntil > minutes && known.heldUntil < minutes + DAY / MINUTE) return false;
	const rests = known.misses >= RESTS_FROM;
	if (!rests && (known.links === undefined || known.misses > 0)) return true;
	const isAnew = changedAt >= (known.lookedAt + 1) * MINUTE && changedAt <= now;
	if (rests && isAnew) return true;
	const age = minutes - known.openSince;
	const pause = rests ? quietInterval : Math.min(quietInterval, age / AGE_PER_PAUSE);
	return known.lookedAt > minutes || known.lookedAt + pause <= minutes;
}

/** Whether the next look may well get the list: time alone mends it, or WeChat has not answered. */
export function mayPass({ category, errcode }: Obstacle): boolean {
	return category === 'retryLater' || errcode === null;
}

/** Counts a look that did not get the list. After what does not pass by itself the account rests at once. */
export function countMiss(known: KnownAccount, obstacle: Obstacle, now: number): void {
	known.misses = mayPass(obstacle) ? Math.min(known.misses + 1, RESTS_FROM) : RESTS_FROM;
	known.lookedAt = Math.floor(now / MINUTE);
}

/**
 * Reads the account's list. What is missing in it is believed when it is missing twice: a list that has
 * lost entries is read once more, and one that is gone as a whole is believed at the next look.
 *
 * @param known the links at the look before; undefined at the first look
 * @param isEmptied whether the look before found the whole list gone
 * @returns undefined for a list that is gone for the first time
 */
export async function readBelievedList(
	account: Account | Obstacle,
	client: Client,
	known: KnownLinks | undefined,
	isEmptied: boolean,
): Promise<readonly LinkEntry[] | undefined | Obstacle> {
	const read = await readWholeList(account, client);
	if (isObstacle(read)) return read;
	const { entries, isLeftOut } = read;
	if (entries.length === 0) {
		const isDoubtful = known ? known.size > 0 : isLeftOut;
		return isDoubtful && !isEmptied ? undefined : entries;
	}
	if (!hasLost(known, entries)) return entries;
	const again = await readWholeList(account, client);
	return isObstacle(again) ? again : together(again.entries, entries);
}

/** Reads the account's list with one call; a list that is not whole is none. */
export async function readWholeList(
	account: Account | Obstacle,
	client: Client,
): Promise<{ entries: readonly LinkEntry[]; isLeftOut: boolean } | Obstacle> {
	if (isObstacle(account)) return account;
	const { answer, list } = await readLinks(account, client);
	if (answer.obstacle) return answer.obstacle;
	if (answer.errcode !== 0) return explainReply(answer);
	const form = formOfList(answer.payload);
	if (form === 'unreadable') return NO_LIST;
	return { entries: list.entries, isLeftOut: form === 'leftOut' };
}

const NO_LIST: Obstacle = {
	category: 'retryLater',
	problem: "WeChat's answer holds no whole list of links",
	hint: {
		en: 'The next look reads the list again. If this stays, check the API Base URL in the credential and any proxy in between.',
		'zh-CN': '下次查询会重新读取列表。如果仍然如此，请检查凭证中的 API Base URL 以及途中的代理。',
	},
	whoActs: 'operator',
	errcode: null,
};
