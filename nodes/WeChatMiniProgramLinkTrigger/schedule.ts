import type { IPollFunctions, JsonObject } from 'n8n-workflow';
import { NodeApiError } from 'n8n-workflow';

import { describeErrcode, nextDayInBeijing } from '../wechat/errcodes';
import type { Obstacle } from '../wechat/obstacle';
import type { Language } from '../wechat/text';
import { RESTS_FROM, type KnownAccount } from './memory';

const MINUTE = 60_000;
const MINUTES_A_DAY = 24 * 60;
/**
 * The age of an open invitation, divided by the pause until the next visit. Pauses grow, because an
 * invitation may wait for weeks and each visit counts against the account's daily calls.
 */
const AGE_PER_PAUSE = 24;

/** Whether the account's daily calls are used up. */
export function isDailyLimit(obstacle: Obstacle): boolean {
	return retryOf(obstacle) === 'nextDay';
}

/** Whether this account cannot be called until somebody other than the provider acts. */
export function isLasting({ category, whoActs }: Obstacle): boolean {
	return (category === 'authorization' || category === 'notAllowed') && whoActs !== 'provider';
}

/** Whether WeChat is down or cannot be reached. */
export function isOutage({ category, errcode }: Obstacle): boolean {
	return category === 'retryLater' && (typeof errcode !== 'number' || errcode === -1);
}

/** Whether the next visit may get the list, because time alone helps or because WeChat has not answered. */
export function mayPass({ category, errcode }: Obstacle): boolean {
	return category === 'retryLater' || errcode === null;
}

/**
 * Whether an account is due for a visit. The younger an open invitation is, the more frequent are the
 * visits. Without one, or if the account could not be read, the quiet interval applies. A clock that was
 * set back must not keep an account from being visited.
 *
 * @param quietInterval in minutes
 * @param changedAt milliseconds since 1970, if known: a new authorization ends a rest
 */
export function isDue(
	known: KnownAccount,
	quietInterval: number,
	now: number,
	changedAt = 0,
): boolean {
	const minutes = now / MINUTE;
	if (known.heldUntil > minutes && known.heldUntil < minutes + MINUTES_A_DAY) return false;
	const rests = known.misses >= RESTS_FROM;
	if (!rests && (known.links === undefined || known.misses > 0)) return true;
	const isAuthorizedAnew = changedAt >= (known.visitedAt + 1) * MINUTE && changedAt <= now;
	if (rests && isAuthorizedAnew) return true;
	const age = minutes - known.openSince;
	const pause = rests ? quietInterval : Math.min(quietInterval, age / AGE_PER_PAUSE);
	return known.visitedAt > minutes || known.visitedAt + pause <= minutes;
}

/** Counts a visit that did not get the list. Unless the cause may pass, the account rests at once. */
export function countMiss(known: KnownAccount, obstacle: Obstacle, now: number): void {
	known.misses = mayPass(obstacle) ? Math.min(known.misses + 1, RESTS_FROM) : RESTS_FROM;
	known.visitedAt = Math.floor(now / MINUTE);
}

/**
 * What the trigger throws if it could read nothing. n8n 2.41 uses the cause to decide when to poll again.
 */
export function toFailure(
	context: IPollFunctions,
	obstacle: Obstacle,
	now: number,
	language: Language,
): NodeApiError {
	const message = obstacle.problem;
	return new NodeApiError(context.getNode(), { message } as JsonObject, {
		message,
		description: obstacle.hint[language],
		failure: failureOf(obstacle, now),
	});
}

function failureOf(obstacle: Obstacle, now: number): NonNullable<NodeApiError['failure']> {
	const { category } = obstacle;
	if (isDailyLimit(obstacle)) {
		return { cause: 'quota-exhausted', resetsAtEpochMs: nextDayInBeijing(now) };
	}
	if (retryOf(obstacle) === 'nextMinute') {
		return { cause: 'rate-limited', retryAfterMs: MINUTE - (now % MINUTE) };
	}
	if (category === 'retryLater') return { cause: 'temporarily-unavailable' };
	return { cause: category === 'authorization' ? 'credential-invalid' : 'configuration-invalid' };
}

function retryOf({ errcode }: Obstacle): string | undefined {
	return typeof errcode === 'number' ? describeErrcode(errcode).retry : undefined;
}
