import type { LinkChange } from '../../../nodes/WeChatMiniProgramLinkTrigger/changes';
import { changeItem, unavailableItem } from '../../../nodes/WeChatMiniProgramLinkTrigger/item';
import { obstacle } from '../fakes.cts';

const NOW = Date.parse('2025-03-04T02:00:20.000Z');
const MINI_PROGRAM_ADMIN = 'The Mini Program administrator has to agree next';
const OFFICIAL_ACCOUNT_ADMIN = 'The Official Account administrator has to agree next';

const change = (event: LinkChange['event'], status: number | null): LinkChange => ({
	event,
	eventId: 'id',
	username: 'gh_1',
	appId: 'wxb',
	nickname: 'Tea',
	previousStatus: 12,
	status,
	waitingDays: null,
});

it('The item of a change has the most important fields first', () => {
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

it.each<[LinkChange['event'], number | null, string, string]>([
	['linked', 1, 'linked', 'There is nothing to do'],
	['removed', null, 'notLinked', 'no longer in the list'],
	['officialAccountAdminAgreed', 2, 'pendingMiniProgramAdmin', MINI_PROGRAM_ADMIN],
	['waiting', 2, 'pendingMiniProgramAdmin', MINI_PROGRAM_ADMIN],
	['invited', 12, 'pendingOfficialAccountAdmin', OFFICIAL_ACCOUNT_ADMIN],
	['waiting', 12, 'pendingOfficialAccountAdmin', OFFICIAL_ACCOUNT_ADMIN],
])(
	'The item of %s with status %p has the outcome %s and the hint "%s"',
	(event, status, outcome, hint) => {
		const item = changeItem(change(event, status), 'wxa', NOW, 'en');
		expect(item).toMatchObject({ outcome, hint: expect.stringContaining(hint) });
		expect(changeItem(change(event, status), 'wxa', NOW, 'zh-CN').hint).toMatch(/\p{Script=Han}/u);
	},
);

it.each([1, 3, 4, null])('The item of a link with status %p asks nobody to agree', (status) => {
	const { hint } = changeItem(change('unknownStatus', status), 'wxa', NOW, 'en');
	expect(hint).not.toContain('has to agree next');
});

describe('An account that cannot be called', () => {
	const away = {
		...obstacle('authorization', 'It is away'),
		accountKind: 'officialAccount' as const,
	};

	it('The item of an account that cannot be called has no link, and a hint in the language of the trigger', () => {
		expect(unavailableItem(away, 'wxa', 3, NOW, 'zh-CN')).toEqual({
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
	});

	it('The event ID of an unavailable account depends on the account and on how often it was reported', () => {
		const idOf = (account: string, count: number) =>
			unavailableItem(away, account, count, NOW, 'en').eventId;
		expect(idOf('wxa', 3)).toBe(idOf('wxa', 3));
		expect(new Set([idOf('wxa', 3), idOf('wxa', 4), idOf('wxb', 3)]).size).toBe(3);
	});

	it.each([
		[{}, 'other'],
		[{ errcode: 61003 }, 'notAuthorized'],
		[{ errcode: 61003, reason: 'frozen' as const }, 'frozen'],
	])('The reason of an account with %j is %s', (more, reason) => {
		expect(unavailableItem({ ...away, ...more }, 'wxa', 3, NOW, 'en').reason).toBe(reason);
	});

	it('The item of an account of unknown kind has no kind', () => {
		const { accountKind } = unavailableItem(obstacle('notAllowed', 'It'), 'wxa', 3, NOW, 'en');
		expect(accountKind).toBeNull();
	});
});
