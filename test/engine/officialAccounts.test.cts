import type { IDataObject, INodeParameters } from 'n8n-workflow';

import { ACCOUNTS, INFO, usePlatformWorld } from './platformWorld.cts';
import { OA, OTHER_OA, sizesOf, withOptions } from './world.cts';

const world = usePlatformWorld();

type PlatformSettings = Parameters<typeof world.controls.configure>[0];

const jsonOf = ({ outputs }: { outputs: Array<Array<{ json: IDataObject }>> }): IDataObject[] =>
	outputs[0].map(({ json }) => json);

describe('Get Official Account', () => {
	const get = async (account: unknown = OA, options = {}) =>
		await world.runForPlatform('get', {
			items: [{ account } as IDataObject],
			parameters: withOptions(options),
		});

	it('Get returns name, company, kind, status and granted permission sets', async () => {
		await world.controls.addAccount({
			appId: OTHER_OA,
			name: 'Book Shop',
			company: 'Books Ltd',
			permissionSets: [1, 33],
			serviceType: 0,
			verifyType: -1,
		});
		expect(jsonOf(await get(OTHER_OA))).toEqual([
			{
				officialAccountAppId: OTHER_OA,
				name: 'Book Shop',
				company: 'Books Ltd',
				username: 'gh_0000000000a2',
				accountKind: 'officialAccount',
				kind: 'subscriptionAccount',
				isVerified: false,
				accountStatus: 'normal',
				canLink: true,
				permissionSets: [1, 33],
				hint: 'Ready: Link can invite Mini Programs for this account.',
			},
		]);
	});

	it('Get without Simplify returns what WeChat answered, without the refresh token', async () => {
		const [json] = jsonOf(await get(OA, { simplify: false }));
		expect(json).toHaveProperty('authorizer_info.nick_name', 'Tea House');
		expect(json).toHaveProperty('accountKind', 'officialAccount');
		expect(json).toHaveProperty('authorization_info.func_info');
		expect(JSON.stringify(json)).not.toMatch(/refresh/i);
	});

	it('Get of an account that did not authorize leaves through Authorization', async () => {
		await world.controls.addAccount({ appId: OTHER_OA, status: 'none' });
		const run = await get(OTHER_OA);
		expect(sizesOf(run)).toEqual([0, 1, 0, 0]);
		expect(run.outputs[1][0].json).toMatchObject({
			errcode: 61003,
			officialAccountAppId: OTHER_OA,
		});
	});

	it.each([
		['miniProgram', 'miniProgram'],
		['shop', 'shop'],
		['channels', 'channels'],
		['talent', 'other'],
		['supplier', 'other'],
	] as const)('Get of a %s returns the kind %s', async (kind, accountKind) => {
		await world.controls.addAccount({ appId: OTHER_OA, kind });
		expect(jsonOf(await get(OTHER_OA))).toMatchObject([
			{ accountKind, kind: accountKind, canLink: false },
		]);
	});

	it('Get fails if the answer lacks the authorization, without blaming the merchant', async () => {
		await world.controls.answerWith({ path: INFO }, { omitAuthorizationInfo: true });
		const run = await get();
		const [json] = run.outputs.flat().map((item) => item.json);
		expect(json).toMatchObject({
			outcome: 'failed',
			errmsg: "WeChat's answer does not contain what was asked for",
			whoActs: 'operator',
			attempts: 1,
		});
		expect(jsonOf(run)).toStrictEqual([]);
	});

	it('Get makes no call for an invalid appid', async () => {
		const run = await get('Tea House');
		expect(sizesOf(run)).toEqual([0, 0, 0, 1]);
		expect(await world.controls.count()).toBe(0);
	});
});

describe('Get Many Official Accounts', () => {
	const getMany = async (parameters: INodeParameters = {}) =>
		await world.runForPlatform('getMany', { items: [{}], parameters });

	it('Get Many reads 1,201 accounts in pages of 500', async () => {
		const accounts = await world.controls.addAccounts(1200);
		const run = await getMany({ returnAll: true });
		const found = jsonOf(run).map(({ officialAccountAppId }) => officialAccountAppId);
		expect(found.sort()).toEqual([...accounts, OA].sort());
		const pages = await world.controls.calls({ path: ACCOUNTS });
		expect(pages.map(({ body }) => body)).toMatchObject([
			{ offset: 0, count: 500 },
			{ offset: 500, count: 500 },
			{ offset: 1000, count: 500 },
		]);
		expect(await world.controls.count(INFO)).toBe(0);
	});

	it('Get Many reads no more accounts than the Limit', async () => {
		await world.controls.addAccounts(600);
		expect(jsonOf(await getMany())).toHaveLength(50);
		expect(jsonOf(await getMany({ limit: 3 }))).toHaveLength(3);
		expect(jsonOf(await getMany({ limit: 550 }))).toHaveLength(550);
		const pages = await world.controls.calls({ path: ACCOUNTS });
		expect(pages.map(({ body }) => (body as { count: number }).count)).toEqual([50, 3, 500, 50]);
	});

	describe('Get Many of a list with incomplete pages', () => {
		const idsOf = (run: { outputs: Array<Array<{ json: IDataObject }>> }) =>
			jsonOf(run).map(({ officialAccountAppId }) => officialAccountAppId);

		it.each<[string, PlatformSettings, number[]]>([
			['without total_count', { listTellsTotal: false }, [0, 500, 1000, 1200]],
			['one row short', { listShortPages: 'fewer' }, [0, 499, 998]],
			[
				'one row short, without total_count',
				{ listShortPages: 'fewer', listTellsTotal: false },
				[0, 499, 998, 1200],
			],
		])('Get Many of a list %s returns each account once', async (_, settings, offsets) => {
			const accounts = await world.controls.addAccounts(1199);
			await world.controls.configure(settings);
			expect(idsOf(await getMany({ returnAll: true })).sort()).toEqual([...accounts, OA].sort());
			const pages = await world.controls.calls({ path: ACCOUNTS });
			expect(pages.map(({ body }) => (body as { offset: number }).offset)).toEqual(offsets);
		});

		it.each([true, false])(
			'Get Many of a list that omits some accounts returns each of the others once (total_count: %s)',
			async (listTellsTotal) => {
				const accounts = [OA, ...(await world.controls.addAccounts(1198))];
				await world.controls.configure({ listShortPages: 'leftOut', listTellsTotal });
				expect(idsOf(await getMany({ returnAll: true })).sort()).toEqual(
					accounts.filter((_, n) => n % 100 !== 99).sort(),
				);
				expect(await world.controls.count(ACCOUNTS)).toBeLessThan(6);
			},
		);

		it.each<[string, PlatformSettings]>([
			['one row too few', { listShortPages: 'fewer' }],
			['some left out', { listShortPages: 'leftOut' }],
		])(
			'Get Many of a list with %s returns as many accounts as the Limit says',
			async (_, settings) => {
				await world.controls.addAccounts(700);
				await world.controls.configure(settings);
				for (const limit of [1, 99, 100, 101, 496, 500, 501]) {
					const ids = idsOf(await getMany({ limit }));
					expect(new Set(ids).size).toBe(limit);
					expect(ids).toHaveLength(limit);
				}
			},
		);

		it('Get Many ends if WeChat returns the first page again and again, even without total_count', async () => {
			const accounts = await world.controls.addAccounts(700);
			await world.controls.configure({ listIgnoresOffset: true, listTellsTotal: false });
			expect(idsOf(await getMany({ returnAll: true })).sort()).toEqual(
				[OA, ...accounts].slice(0, 500).sort(),
			);
			expect(await world.controls.count(ACCOUNTS)).toBe(2);
		});
	});

	it('Get Many returns appid and time, without refresh tokens', async () => {
		const [json] = jsonOf(await getMany());
		expect(json).toEqual({
			officialAccountAppId: OA,
			authorizedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
			accountKind: null,
			hint: expect.stringContaining('Include Details'),
		});
	});

	it('Get Many adds details on request, and says which account has none', async () => {
		const accounts = await world.controls.addAccounts(12, { permissionSets: [1] });
		await world.controls.answerWith({ path: INFO, account: accounts[4] }, { errcode: 61003 });
		const run = await getMany(withOptions({ includeDetails: true }));
		expect(sizesOf(run)).toEqual([12, 1, 0, 0]);
		const details = jsonOf(run).find(({ officialAccountAppId }) => officialAccountAppId === OA);
		expect(details).toMatchObject({
			name: 'Tea House',
			canLink: true,
			authorizedAt: expect.any(String),
		});
		expect(run.outputs[1][0].json).toMatchObject({ officialAccountAppId: accounts[4] });
	});

	it.each([1, 3])(
		'With Max Concurrency %i, Get Many reads the details of that many accounts at once',
		async (most) => {
			await world.controls.addAccounts(11);
			await world.controls.setLatency(5);
			const run = await getMany(withOptions({ includeDetails: true, maxConcurrency: most }));
			expect(sizesOf(run)).toEqual([12, 0, 0, 0]);
			expect((await world.controls.stats()).maxInFlight).toBe(most);
		},
	);

	it('Get Many returns the kind of each account with its details', async () => {
		await world.controls.addAccount({ appId: OTHER_OA, kind: 'shop' });
		const run = await getMany(withOptions({ includeDetails: true }));
		const kinds = jsonOf(run).map((one) => [one.officialAccountAppId, one.accountKind]);
		expect(kinds).toEqual([
			[OA, 'officialAccount'],
			[OTHER_OA, 'shop'],
		]);
	});

	it('Get Many says without a call which account is not an Official Account, once that is known', async () => {
		await world.controls.addAccount({ appId: OTHER_OA, kind: 'miniProgram' });
		await getMany(withOptions({ includeDetails: true }));
		const calls = await world.controls.count(INFO);
		expect(jsonOf(await getMany())).toMatchObject([
			{ officialAccountAppId: OA, accountKind: 'officialAccount' },
			{
				officialAccountAppId: OTHER_OA,
				accountKind: 'miniProgram',
				hint: expect.stringContaining('is a Mini Program'),
			},
		]);
		expect(await world.controls.count(INFO)).toBe(calls);
	});

	it('Get Many without Simplify returns details without refresh tokens', async () => {
		const run = await getMany(withOptions({ includeDetails: true, simplify: false }));
		expect(jsonOf(run)[0]).toHaveProperty('authorizer_info.nick_name');
		expect(JSON.stringify(jsonOf(run))).not.toMatch(/refresh/i);
	});

	it('Get Many counts an account whose code is not yet exchanged', async () => {
		await world.controls.configure({ unexchangedRefreshToken: 'missing' });
		await world.controls.addAccount({ appId: OTHER_OA, exchanged: false });
		expect(jsonOf(await getMany({ returnAll: true }))).toHaveLength(2);
	});

	it('A refusal of a later page leaves through the output for it', async () => {
		await world.controls.addAccounts(600);
		await world.controls.answerWith({ path: ACCOUNTS }, { times: 1 });
		await world.controls.answerWith({ path: ACCOUNTS }, { errcode: 61004 });
		const run = await getMany({ returnAll: true });
		expect(sizesOf(run)).toEqual([0, 1, 0, 0]);
	});

	it('Get Many returns one list for any number of input items', async () => {
		const [account] = await world.controls.addAccounts(1);
		const run = await world.runForPlatform('getMany', {
			items: [{ n: 1 }, { n: 2 }, { n: 3 }],
			parameters: { limit: '={{ 4 * $json.n }}' },
		});
		const ids = jsonOf(run).map(({ officialAccountAppId }) => officialAccountAppId);
		expect(ids.sort()).toEqual([account, OA].sort());
		expect(run.outputs[0].map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 0 }]);
		expect(await world.controls.count(ACCOUNTS)).toBe(1);
	});

	it('Get Many of Official Accounts requires the platform credential', async () => {
		const run = await world.runForPlatform('getMany', {
			items: [{}],
			parameters: { authentication: 'authorizerToken' },
		});
		expect(run.error?.message).toContain('platform');
		expect(run.error?.description).toContain('Open Platform');
	});
});

describe('Create Authorization URL', () => {
	const REDIRECT = 'https://merchants.example.com/done?a=1&b=茶';

	const create = async (parameters: Record<string, string | number> = {}) =>
		await world.runForPlatform('createAuthorizationUrl', {
			items: [{}],
			parameters: { redirectUrl: REDIRECT, ...parameters },
		});

	const open = async (url: unknown): Promise<string> =>
		await (
			await fetch(String(url), { headers: { Referer: 'https://merchants.example.com/' } })
		).text();

	beforeEach(async () => {
		await world.controls.changePlatform({ redirectDomain: 'merchants.example.com' });
		await world.controls.addAccount({ appId: OTHER_OA, name: 'Book Shop', status: 'none' });
	});

	it.each(['computerUrl', 'mobileUrl'])(
		'Create Authorization URL returns a %s that opens the page of WeChat',
		async (kind) => {
			const [json] = jsonOf(await create());
			expect(await open(json[kind])).toContain('agree');
			expect(new URL(String(json[kind])).searchParams.get('redirect_uri')).toBe(REDIRECT);
		},
	);

	it('Create Authorization URL says when the URL expires and how to send it', async () => {
		const [json] = jsonOf(await create());
		expect(Date.parse(String(json.expiresAt))).toBeGreaterThan(Date.now());
		expect(json.hint).toContain('authorization start page');
	});

	it('Create Authorization URL requests a code of its own for each item', async () => {
		const run = await world.runForPlatform('createAuthorizationUrl', {
			items: [{}, {}, {}],
			parameters: { redirectUrl: REDIRECT },
		});
		expect(new Set(jsonOf(run).map(({ computerUrl }) => computerUrl)).size).toBe(3);
	});

	it('An authorization URL contains the kind of account and the only one to choose', async () => {
		const [json] = jsonOf(await create({ onlyThisAccount: ` ${OTHER_OA} `, accountKind: 3 }));
		for (const url of [json.computerUrl, json.mobileUrl]) {
			const { searchParams } = new URL(String(url));
			expect(searchParams.get('biz_appid')).toBe(OTHER_OA);
			expect(searchParams.get('auth_type')).toBe('3');
			expect(searchParams.get('component_appid')).toBe(world.appId);
		}
	});

	it.each(['={{ $json.none }}', 'http://127.0.0.1@example.com/'])(
		'Create Authorization URL makes no call for the redirect URL %j',
		async (redirectUrl) => {
			const run = await create({ redirectUrl });
			expect(sizesOf(run)).toEqual([0, 0, 0, 1]);
			expect(run.outputs[3][0].json.hint).toContain('Redirect URL');
			expect(await world.controls.count()).toBe(0);
		},
	);

	it('Create Authorization URL makes no call for an invalid account', async () => {
		const run = await create({ onlyThisAccount: 'gh_0123456789ab' });
		expect(sizesOf(run)).toEqual([0, 0, 0, 1]);
		expect(await world.controls.count()).toBe(0);
	});

	it('Create Authorization URL leaves through Authorization if the platform has no ticket', async () => {
		world.credential.componentVerifyTicket = '';
		expect(sizesOf(await create())).toEqual([0, 1, 0, 0]);
	});
});
