import type { IPollFunctions } from 'n8n-workflow';

import { failureOf } from '../../../nodes/WeChatMiniProgramLinkTrigger/failure';
import { changeItem, unavailableItem } from '../../../nodes/WeChatMiniProgramLinkTrigger/item';
import type { Change, LinkEvent } from '../../../nodes/WeChatMiniProgramLinkTrigger/changes';
import {
	countMiss,
	isDailyLimit,
	isDue,
	isLasting,
	isOutage,
} from '../../../nodes/WeChatMiniProgramLinkTrigger/schedule';
import { newAccount, type KnownAccount } from '../../../nodes/WeChatMiniProgramLinkTrigger/memory';
import { readSettings } from '../../../nodes/WeChatMiniProgramLinkTrigger/settings';
import { nextDayInBeijing } from '../../../nodes/wechat/errcodes';
import type { Obstacle } from '../../../nodes/wechat/obstacle';
import { obstacle } from '../fakes.cts';

const MINUTE = 60_000;
/** 10:00 in Beijing. */
const NOW = Date.parse('2025-03-04T02:00:20.000Z');
const MINUTES = Math.floor(NOW / MINUTE);

const withCode = (errcode: number | null, category: Obstacle['category'] = 'retryLater') => ({
	...obstacle(category, 'It does not work'),
	errcode,
});

describe('what keeps an account from being looked at', () => {
	it.each<[number | null | undefined, boolean]>([
		[45009, true],
		[45011, false],
		[-1, false],
		[null, false],
		[undefined, false],
	])('with errcode %p is the limit of the day: %p', (errcode, is) => {
		const bare = obstacle('retryLater', 'It does not work');
		expect(isDailyLimit(errcode === undefined ? bare : { ...bare, errcode })).toBe(is);
	});

	it.each<[Obstacle['category'], Obstacle['whoActs'], boolean]>([
		['authorization', 'operator', true],
		['authorization', 'officialAccountAdmin', true],
		['notAllowed', 'officialAccountAdmin', true],
		['authorization', 'provider', false],
		['notAllowed', 'provider', false],
		['retryLater', 'officialAccountAdmin', false],
		['other', 'operator', false],
	])('of category %s, where the %s acts, stays: %p', (category, whoActs, is) => {
		expect(isLasting({ ...obstacle(category, 'It'), whoActs })).toBe(is);
	});

	it.each<[Obstacle['category'], number | null, boolean]>([
		['retryLater', null, true],
		['retryLater', -1, true],
		['retryLater', 45009, false],
		['retryLater', 45011, false],
		['authorization', null, false],
		['authorization', -1, false],
	])('of category %s with errcode %p is an outage: %p', (category, errcode, is) => {
		expect(isOutage(withCode(errcode, category))).toBe(is);
	});

	it.each<[Obstacle['category'], number | null | undefined, number[]]>([
		['retryLater', -1, [1, 2, 2]],
		['retryLater', undefined, [1, 2, 2]],
		['other', null, [1, 2, 2]],
		['other', 777001, [2, 2, 2]],
		['other', 40013, [2, 2, 2]],
		['authorization', undefined, [2, 2, 2]],
	])('of category %s with errcode %p is counted so: %j', (category, errcode, misses) => {
		const known = newAccount();
		const found = misses.map(() => {
			countMiss(known, { ...obstacle(category, 'It'), errcode }, NOW);
			return known.misses;
		});
		expect(found).toEqual(misses);
		expect(known.lookedAt).toBe(MINUTES);
	});

	it.each<[number | null, Obstacle['category'], object]>([
		[45009, 'retryLater', { cause: 'quota-exhausted', resetsAtEpochMs: nextDayInBeijing(NOW) }],
		[45011, 'retryLater', { cause: 'rate-limited', retryAfterMs: 40_000 }],
		[-1, 'retryLater', { cause: 'temporarily-unavailable' }],
		[null, 'retryLater', { cause: 'temporarily-unavailable' }],
		[61003, 'authorization', { cause: 'credential-invalid' }],
		[null, 'authorization', { cause: 'credential-invalid' }],
		[48001, 'notAllowed', { cause: 'configuration-invalid' }],
		[null, 'other', { cause: 'configuration-invalid' }],
	])('with errcode %p and category %s is told n8n as %j', (errcode, category, failure) => {
		expect(failureOf(withCode(errcode, category), NOW)).toEqual(failure);
	});
});

describe('an account is looked at', () => {
	const QUIET = 60;
	/** An account that was looked at so many minutes ago. */
	const seen = (minutesAgo: number, more: Partial<KnownAccount> = {}): KnownAccount => ({
		...newAccount(),
		links: '',
		lookedAt: MINUTES - minutesAgo,
		...more,
	});
	/** Its youngest open invitation is so many minutes old. */
	const invited = (minutesAgo: number, age: number) =>
		seen(minutesAgo, { links: 'gh_a,,12', openSince: MINUTES - age });
	const unread = { links: undefined };
	const away = { ...unread, misses: 2 };
	const missed = { ...unread, misses: 1 };

	it.each<[string, KnownAccount, boolean]>([
		['that was never looked at', newAccount(), true],
		['whose list could not be read yet', seen(0, unread), true],
		['within the quiet interval', seen(59), false],
		['after the quiet interval', seen(60), true],
		['later than that', seen(61), true],
		['looked at in the future: the clock was put back', seen(-5), true],
		['just looked at', seen(0), false],
		['without a call left today', seen(500, { heldUntil: MINUTES + 1 }), false],
		['whose calls were used up until now', seen(500, { heldUntil: MINUTES }), true],
		[
			'held for longer than a day: the clock was put back',
			seen(500, { heldUntil: MINUTES + 1440 }),
			true,
		],
		['that gave no list once', seen(0, missed), true],
		['that gave no list once, with links', seen(0, { misses: 1 }), true],
		['that could not be called, within the quiet interval', seen(59, away), false],
		['that could not be called, after the quiet interval', seen(60, away), true],
		['with a young invitation', invited(1, 24), true],
		['with a young invitation, too soon', invited(0, 24), false],
		['with an invitation of a day', invited(59, 1440), false],
		['with an invitation of a day, after an hour', invited(60, 1440), true],
		['with an invitation of half a day, after half an hour', invited(30, 720), true],
		['with an invitation of half a day, before that', invited(29, 720), false],
		['with an invitation of weeks, after the quiet interval', invited(60, 50_000), true],
		['that cannot be called, with a young invitation', { ...invited(59, 24), misses: 2 }, false],
	])('%s: %#', (_, known, is) => expect(isDue(known, QUIET, MINUTES * MINUTE)).toBe(is));

	it.each<[string, KnownAccount, number, boolean]>([
		['since it rests', seen(10, away), 9, true],
		['in the minute of the last look', seen(10, away), 10, false],
		['before it rested', seen(10, away), 11, false],
		['in the future: the clocks differ', seen(10, away), -5, false],
		['while it is only quiet', seen(10), 9, false],
	])('where the merchant authorized %s', (_, known, minutesAgo, is) => {
		const at = (MINUTES - minutesAgo) * MINUTE;
		expect(isDue(known, QUIET, MINUTES * MINUTE, at)).toBe(is);
	});

	it('at every poll where the quiet interval is 0', () => {
		expect(isDue(seen(0), 0, NOW)).toBe(true);
	});
});

describe('the parameters of the trigger', () => {
	const A = 'wx00000000000000a1';
	const B = 'wx00000000000000a2';

	const settingsOf = (given: Record<string, unknown>) =>
		readSettings({
			getNodeParameter: (name: string, otherwise: unknown) => given[name] ?? otherwise,
		} as unknown as IPollFunctions);

	it('are these where nothing was given', () => {
		expect(settingsOf({})).toEqual({
			isPlatform: false,
			selected: undefined,
			triggerOn: new Set(),
			waitingDays: 3,
			maxConcurrency: 10,
			quietInterval: 60,
			language: 'en',
			isLanguageChosen: false,
		});
	});

	it('are taken as given', () => {
		expect(
			settingsOf({
				authentication: 'openPlatform',
				watch: 'selected',
				officialAccounts: [A, B],
				triggerOn: ['linked', 'removed'],
				waitingDays: 7,
				options: { maxConcurrency: 1, quietInterval: 0, hintLanguage: 'zh-CN' },
			}),
		).toEqual({
			isPlatform: true,
			selected: { appIds: [A, B], others: [] },
			triggerOn: new Set(['linked', 'removed']),
			waitingDays: 7,
			maxConcurrency: 1,
			quietInterval: 0,
			language: 'zh-CN',
			isLanguageChosen: true,
		});
	});

	it.each<[unknown, string[], string[]]>([
		[`${A}, ${B}`, [A, B], []],
		[`${A}，${B}`, [A, B], []],
		[`${A}、${B}`, [A, B], []],
		[` ${A.toUpperCase()}\r\n,${B} ,，`, [A, B], []],
		[[`${A}，${B}`, A], [A, B], []],
		['', [], []],
		[null, [], []],
		[[null, '', undefined], [], []],
		[[1, 'tea', A], [A], ['1', 'tea']],
	])('may give the accounts as %j', (officialAccounts, appIds, others) => {
		const given = { authentication: 'openPlatform', watch: 'selected', officialAccounts };
		expect(settingsOf(given).selected).toEqual({ appIds, others });
	});

	it('watch all accounts of a platform, or none where none was picked', () => {
		const authentication = 'openPlatform';
		expect(settingsOf({ authentication }).selected).toBeUndefined();
		const nothing = settingsOf({ authentication, watch: 'selected' }).selected;
		expect(nothing).toEqual({ appIds: [], others: [] });
	});

	it('select no account where all are watched, or the credential is one account\u2019s', () => {
		const given = { watch: 'selected', officialAccounts: [A] };
		expect(settingsOf({ ...given, authentication: 'authorizerToken' }).selected).toBeUndefined();
		expect(
			settingsOf({ ...given, authentication: 'openPlatform', watch: 'all' }).selected,
		).toBeUndefined();
	});

	it.each<[unknown, unknown, number, number, number]>([
		[0, 0, 3, 10, 60],
		['2', '2', 2, 2, 60],
		[1.9, 1.9, 1, 1, 60],
		[-1, -1, 3, 10, 60],
		['soon', 'many', 3, 10, 60],
		[NaN, NaN, 3, 10, 60],
	])('given as %p and %p have their defaults where they are no numbers', (days, most, ...is) => {
		const settings = settingsOf({ waitingDays: days, options: { maxConcurrency: most } });
		const { waitingDays, maxConcurrency, quietInterval } = settings;
		expect([waitingDays, maxConcurrency, quietInterval]).toEqual(is);
	});

	it.each([
		[-1, 60],
		[0, 0],
		['5', 5],
		['x', 60],
	])('may give %p as the quiet interval, which is %i minutes then', (given, minutes) => {
		expect(settingsOf({ options: { quietInterval: given } }).quietInterval).toBe(minutes);
	});
});

describe('an item', () => {
	const change = (event: LinkEvent, status: number | null): Change => ({
		event,
		eventId: 'id',
		username: 'gh_1',
		appId: 'wxb',
		nickname: 'Tea',
		previousStatus: 12,
		status,
		waitingDays: null,
	});

	it('tells what changed, with what matters first', () => {
		const item = changeItem(change('linked', 1), 'wxa', NOW, 'en');
		expect(Object.entries(item).slice(0, -1)).toEqual([
			['event', 'linked'],
			['eventId', 'id'],
			['officialAccountAppId', 'wxa'],
			['miniProgramAppId', 'wxb'],
			['username', 'gh_1'],
			['nickname', 'Tea'],
			['previousStatus', 12],
			['linkStatus', 1],
			['outcome', 'linked'],
			['waitingDays', null],
			['detectedAt', '2025-03-04T02:00:20.000Z'],
		]);
	});

	it.each<[LinkEvent, number | null, string, string]>([
		['linked', 1, 'linked', 'nobody has to act'],
		['removed', null, 'notLinked', 'no longer in the list'],
		[
			'officialAccountAdminAgreed',
			2,
			'pendingMiniProgramAdmin',
			'The Mini Program administrator has to agree next',
		],
		['waiting', 2, 'pendingMiniProgramAdmin', 'The Mini Program administrator has to agree next'],
		[
			'invited',
			12,
			'pendingOfficialAccountAdmin',
			'The Official Account administrator has to agree next',
		],
		[
			'waiting',
			12,
			'pendingOfficialAccountAdmin',
			'The Official Account administrator has to agree next',
		],
	])('of %s with status %p says %s and who acts', (event, status, outcome, hint) => {
		const item = changeItem(change(event, status), 'wxa', NOW, 'en');
		expect(item).toMatchObject({ outcome, hint: expect.stringContaining(hint) });
		expect(changeItem(change(event, status), 'wxa', NOW, 'zh-CN').hint).toMatch(/\p{Script=Han}/u);
	});

	it.each([1, 3, 4, null])('of status %p asks nobody to agree', (status) => {
		const { hint } = changeItem(change('unknownStatus', status), 'wxa', NOW, 'en');
		expect(hint).not.toContain('has to agree next');
	});

	it('that tells of an account that cannot be called has no link', () => {
		const away = {
			...obstacle('authorization', 'It is away'),
			accountKind: 'officialAccount' as const,
		};
		const item = unavailableItem(away, 'wxa', 3, NOW, 'zh-CN');
		expect(item).toEqual({
			event: 'accountUnavailable',
			eventId: expect.stringMatching(/^[0-9a-f]{16}$/),
			officialAccountAppId: 'wxa',
			accountKind: 'officialAccount',
			reason: 'other',
			miniProgramAppId: null,
			username: null,
			nickname: null,
			previousStatus: null,
			linkStatus: null,
			outcome: 'failed',
			waitingDays: null,
			detectedAt: '2025-03-04T02:00:20.000Z',
			hint: '等待',
		});
		const idOf = (account: string, count: number) =>
			unavailableItem(away, account, count, NOW, 'en').eventId;
		const ofUnknownKind = unavailableItem(obstacle('notAllowed', 'It'), 'wxa', 3, NOW, 'en');
		expect(ofUnknownKind.accountKind).toBeNull();
		const refused = { ...away, errcode: 61003 };
		expect(unavailableItem(refused, 'wxa', 3, NOW, 'en').reason).toBe('notAuthorized');
		const frozen = { ...refused, reason: 'frozen' as const };
		expect(unavailableItem(frozen, 'wxa', 3, NOW, 'en').reason).toBe('frozen');
		expect(idOf('wxa', 3)).toBe(item.eventId);
		expect(new Set([idOf('wxa', 3), idOf('wxa', 4), idOf('wxb', 3)]).size).toBe(3);
	});
});
