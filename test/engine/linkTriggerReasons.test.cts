import type { IDataObject } from 'n8n-workflow';

import { LinkTrigger } from './linkTrigger.cts';
import { INFO, MINT_AUTHORIZER, usePlatformWorld } from './platformWorld.cts';
import { LIST, mp, OTHER_OA } from './world.cts';

const world = usePlatformWorld();

let trigger: LinkTrigger;

const callsTo = async (path: string) =>
	(await world.controls.calls({ path, account: OTHER_OA })).length;

/** Makes WeChat refuse the account, and sets the account_status in its info. */
const withStatus = async (accountStatus: number) => {
	await world.controls.addAccount({ appId: OTHER_OA, accountStatus });
	for (const path of [LIST, MINT_AUTHORIZER]) {
		await world.controls.answerWith({ path, account: OTHER_OA }, { errcode: 61003 });
	}
};
const become = (status: 'withdrawn' | 'frozen' | 'banned' | 'cancelled') => async () =>
	await world.controls.setAccountStatus(OTHER_OA, status);

const REASONS: Array<[reason: string, happens: () => Promise<unknown>, hint: RegExp, zh: RegExp]> =
	[
		['notAuthorized', become('withdrawn'), /authorizes again/, /重新授权/],
		['frozen', become('frozen'), /unfreezes it/, /解除冻结/],
		['banned', become('banned'), /appeals/, /申诉/],
		['cancelled', become('cancelled'), /no longer exists/, /已不存在/],
		[
			'noPermissionSet',
			async () => await world.controls.grant(OTHER_OA, [1]),
			/permission set 33/,
			/权限集 33/,
		],
		['other', async () => await withStatus(99), /account_status \(99\)/, /account_status（99）/],
	];

beforeEach(async () => {
	trigger = new LinkTrigger(() => world.table);
	trigger.parameters = { triggerOn: ['accountUnavailable'], options: { quietInterval: 0 } };
	await world.controls.addAccount({ appId: OTHER_OA });
	await world.controls.setRelation(OTHER_OA, mp(1), 12);
});

describe('Reasons', () => {
	it.each(REASONS)(
		'An account is reported once with the reason %s, although its token is still valid',
		async (reason, happens, hint) => {
			await trigger.poll();
			await happens();
			const told = await trigger.poll();
			expect(told).toMatchObject([
				{
					event: 'accountUnavailable',
					officialAccountAppId: OTHER_OA,
					accountKind: 'officialAccount',
					reason,
					outcome: 'failed',
					hint: expect.stringMatching(hint),
				},
			]);
			expect(await trigger.poll()).toStrictEqual([]);
		},
	);

	it.each(REASONS)(
		'The first poll also reports an account with the reason %s',
		async (reason, happens, _, zh) => {
			await world.controls.configure({ listShowsWithdrawn: true });
			await happens();
			trigger.parameters = {
				...trigger.parameters,
				options: { quietInterval: 0, hintLanguage: 'zh-CN' },
			};
			expect(await trigger.poll()).toMatchObject([{ reason, hint: expect.stringMatching(zh) }]);
			expect(await trigger.poll()).toStrictEqual([]);
		},
	);

	it.each(['frozen', 'banned', 'cancelled', 'withdrawn'] as const)(
		'An account that is %s takes one call at each later visit',
		async (status) => {
			await world.controls.configure({ listShowsWithdrawn: true });
			await trigger.poll();
			await become(status)();
			await trigger.poll();
			const [lists, infos] = [await callsTo(LIST), await callsTo(INFO)];
			for (let n = 0; n < 5; n++) await trigger.poll();
			expect(await callsTo(LIST)).toBe(lists);
			expect(await callsTo(INFO)).toBe(infos + 5);
		},
	);

	it('An unavailable account is not reported again if only the reason changes', async () => {
		await trigger.poll();
		await become('frozen')();
		const [frozen] = await trigger.poll();
		await become('cancelled')();
		expect(await trigger.poll()).toStrictEqual([]);
		await world.controls.setAccountStatus(OTHER_OA, 'authorized');
		expect(await trigger.poll()).toStrictEqual([]);
		await become('cancelled')();
		const [cancelled] = await trigger.poll();
		expect(cancelled.reason).toBe('cancelled');
		expect(cancelled.eventId).not.toBe(frozen.eventId);
	});

	it.each<[number, string, object]>([
		[50002, 'other', {}],
		[48001, 'other', {}],
		[48004, 'other', {}],
		[61003, 'notAuthorized', {}],
		[48001, 'noPermissionSet', { permissionSets: [1] }],
		[50002, 'frozen', { accountStatus: 19 }],
	])(
		'An account that WeChat refuses with %i has the reason %s if its info has %j',
		async (errcode, reason, info) => {
			await trigger.poll();
			await world.controls.addAccount({ appId: OTHER_OA, ...info });
			for (const path of [LIST, MINT_AUTHORIZER]) {
				await world.controls.answerWith({ path, account: OTHER_OA }, { errcode });
			}
			expect(await trigger.poll()).toMatchObject([{ reason }]);
		},
	);

	it('An account has the reason of its answer code if its info cannot be read', async () => {
		await trigger.poll();
		await become('frozen')();
		await world.controls.answerWith({ path: INFO, account: OTHER_OA }, { htmlStatus: 502 });
		expect(await trigger.poll()).toMatchObject([{ reason: 'notAuthorized' }]);
	}, 60_000);

	it.each([0, -1, 99])(
		'An account with the account_status %j is available while WeChat accepts its calls',
		async (accountStatus) => {
			await world.controls.addAccount({ appId: OTHER_OA, accountStatus });
			expect(await trigger.poll()).toStrictEqual([]);
			expect(await callsTo(LIST)).toBe(1);
		},
	);

	it('An account with only a token has the reason of its answer code', async () => {
		const own = { accessToken: await world.controls.issueToken(OTHER_OA), apiBaseUrl: world.url };
		world.credential = own;
		trigger = new LinkTrigger(() => world.table, 'weChatAuthorizerTokenApi');
		trigger.parameters = { triggerOn: ['accountUnavailable'] };
		await trigger.poll();
		await become('frozen')();
		expect(await trigger.poll()).toMatchObject([
			{ reason: 'notAuthorized', accountKind: 'officialAccount' },
		]);
		expect(await callsTo(INFO)).toBe(0);
	});
});

describe('Runs', () => {
	const items = (count: number): IDataObject[] =>
		Array.from({ length: count }, (_, n) => ({ account: OTHER_OA, appId: mp(n) }));

	it('Each item of a frozen account says so, and one call asks about it', async () => {
		await world.run({ items: items(1) });
		await become('frozen')();
		const infos = await callsTo(INFO);
		const run = await world.run({ items: items(20) });
		expect(run.outputs.map(({ length }) => length)).toEqual([0, 0, 0, 20, 0, 0, 0]);
		for (const { json } of run.outputs[3]) {
			expect(json).toMatchObject({ errmsg: expect.stringContaining('is frozen') });
		}
		const answered = run.outputs[3].filter(({ json }) => json.attempts !== 0);
		expect(answered.length).toBeGreaterThan(0);
		for (const { json } of answered) {
			expect(json).toMatchObject({ errcode: 61003, rid: expect.stringMatching(/^[0-9a-f]+-/) });
		}
		expect(await callsTo(INFO)).toBe(infos + 1);
	});

	it('An account works again as soon as it is unfrozen', async () => {
		await world.run({ items: items(1) });
		await become('frozen')();
		await world.run({ items: items(1) });
		await world.controls.setAccountStatus(OTHER_OA, 'authorized');
		expect(await world.result({ items: [{ account: OTHER_OA, appId: mp(9) }] })).toMatchObject({
			outcome: 'invitationSent',
		});
	});

	it("An item keeps WeChat's answer if the account's info shows no reason", async () => {
		await world.controls.answerWith({ path: LIST }, { errcode: 61003 });
		const result = await world.result({
			operation: 'getStatus',
			items: [{ account: OTHER_OA, appId: mp(1) }],
		});
		expect(result).toMatchObject({ errcode: 61003, category: 'authorization', attempts: 1 });
	});
});
