import type { IPollFunctions } from 'n8n-workflow';

import { newAccount, type KnownAccount } from '../../../nodes/WeChatMiniProgramLinkTrigger/memory';
import { isDue, toFailure } from '../../../nodes/WeChatMiniProgramLinkTrigger/schedule';
import { nextDayInBeijing } from '../../../nodes/wechat/errcodes';
import type { Obstacle } from '../../../nodes/wechat/obstacle';
import { obstacle } from '../fakes.cts';

const MINUTE = 60_000;
/** 10:00 in Beijing. */
const NOW = Date.parse('2025-03-04T02:00:20.000Z');
const MINUTES = Math.floor(NOW / MINUTE);

it.each<[number | null, Obstacle['category'], object]>([
	[45009, 'retryLater', { cause: 'quota-exhausted', resetsAtEpochMs: nextDayInBeijing(NOW) }],
	[45011, 'retryLater', { cause: 'rate-limited', retryAfterMs: 40_000 }],
	[-1, 'retryLater', { cause: 'temporarily-unavailable' }],
	[null, 'retryLater', { cause: 'temporarily-unavailable' }],
	[61003, 'authorization', { cause: 'credential-invalid' }],
	[null, 'authorization', { cause: 'credential-invalid' }],
	[48001, 'notAllowed', { cause: 'configuration-invalid' }],
	[null, 'other', { cause: 'configuration-invalid' }],
])('The errcode %p in the category %s is reported to n8n as %j', (errcode, category, failure) => {
	const context = { getNode: () => ({ name: 'Trigger' }) } as IPollFunctions;
	const why = { ...obstacle(category, 'It does not work'), errcode };
	expect(toFailure(context, why, NOW, 'en')).toMatchObject({ failure });
});

const QUIET = 60;
const visited = (minutesAgo: number, more: Partial<KnownAccount> = {}): KnownAccount => ({
	...newAccount(),
	links: '',
	visitedAt: MINUTES - minutesAgo,
	...more,
});
/** An account whose youngest open invitation has the age in minutes. */
const invited = (minutesAgo: number, age: number) =>
	visited(minutesAgo, { links: 'gh_a,,12', openSince: MINUTES - age });
const UNREAD = { links: undefined };
const RESTING = { ...UNREAD, misses: 2 };

it.each<[string, boolean, KnownAccount]>([
	['was never visited', true, newAccount()],
	['has given no list yet', true, visited(0, UNREAD)],
	['is within the quiet interval', false, visited(59)],
	['is at the end of the quiet interval', true, visited(60)],
	['is after the quiet interval', true, visited(61)],
	['was visited in the future (the clock was set back)', true, visited(-5)],
	['was just visited', false, visited(0)],
	['has no call left today', false, visited(500, { heldUntil: MINUTES + 1 })],
	['had no call left until now', true, visited(500, { heldUntil: MINUTES })],
	[
		'is held for over a day (the clock was set back)',
		true,
		visited(500, { heldUntil: MINUTES + 1440 }),
	],
	['has missed its first visit', true, visited(0, { ...UNREAD, misses: 1 })],
	['has missed one visit', true, visited(0, { misses: 1 })],
	['rests within the quiet interval', false, visited(59, RESTING)],
	['rests at the end of the quiet interval', true, visited(60, RESTING)],
	['has an invitation of 24 minutes', true, invited(1, 24)],
	['has an invitation of 24 minutes, too soon', false, invited(0, 24)],
	['has an invitation of half a day, too soon', false, invited(29, 720)],
	['has an invitation of half a day', true, invited(30, 720)],
	['has an invitation of weeks, at the end of the quiet interval', true, invited(60, 50_000)],
	['rests with a young invitation', false, { ...invited(59, 24), misses: 2 }],
])('An account that %s is due: %p', (_, is, known) => {
	expect(isDue(known, QUIET, MINUTES * MINUTE)).toBe(is);
});

it.each<[string, boolean, KnownAccount, number]>([
	['since it rests', true, visited(10, RESTING), 9],
	['in the minute of the last visit', false, visited(10, RESTING), 10],
	['before it rested', false, visited(10, RESTING), 11],
	['in the future (the clocks differ)', false, visited(10, RESTING), -5],
	['while it is only quiet', false, visited(10), 9],
])('An account whose merchant authorized %s is due: %p', (_, is, known, minutesAgo) => {
	const at = (MINUTES - minutesAgo) * MINUTE;
	expect(isDue(known, QUIET, MINUTES * MINUTE, at)).toBe(is);
});

it('An account is due at every poll if the quiet interval is 0', () => {
	expect(isDue(visited(0), 0, NOW)).toBe(true);
});
