import type { INodeParameters } from 'n8n-workflow';

import { INFO, MINT_AUTHORIZER, MINT_COMPONENT, usePlatformWorld } from './platformWorld.cts';
import { LINK, LIST, mp, OA, OTHER_OA } from './world.cts';

const QUOTA = '/cgi-bin/openapi/quota/get';
const RID = '/cgi-bin/openapi/rid/get';
const DAY = 24 * 3600;

const world = usePlatformWorld();

const run = async (operation: string, parameters: INodeParameters, accounts: unknown[] = [OA]) => {
	const { outputs, error } = await world.runForPlatform(operation, {
		parameters: { resource: 'platform', ...parameters },
		accounts,
	});
	expect(error).toBeUndefined();
	return outputs.map((output) => output.map(({ json }) => json));
};

describe('Get API Quota', () => {
	const quota = async (parameters: INodeParameters) => await run('getApiQuota', parameters);

	it('Get API Quota shows the numbers of a call for an account', async () => {
		await world.controls.setApiLimit(LIST, { callsPerDay: 100, callsPerMinute: 20 });
		await world.results({ operation: 'getStatus' });
		const [[item], ...others] = await quota({ cgiPath: LIST });
		expect(item).toEqual({
			officialAccountAppId: OA,
			cgiPath: LIST,
			dailyLimit: 100,
			used: 1,
			remain: 99,
			rateLimitCalls: 20,
			rateLimitSeconds: 60,
			platformRateLimitCalls: 20,
			platformRateLimitSeconds: 60,
			hint: 'Calls are left today. There is nothing to do.',
		});
		expect(others.flat()).toStrictEqual([]);
	});

	it('Get API Quota reads the link call unless another one is chosen', async () => {
		await quota({});
		expect(await world.controls.calls({ path: QUOTA })).toMatchObject([
			{ account: OA, body: { cgi_path: LINK } },
		]);
	});

	it("Get API Quota shows the numbers of the platform's own calls", async () => {
		await world.run();
		const parameters = { callMadeBy: 'platform', cgiPath: 'other', otherCgiPath: MINT_AUTHORIZER };
		const [[item]] = await quota(parameters);
		expect(item).toMatchObject({ officialAccountAppId: null, cgiPath: MINT_AUTHORIZER, used: 1 });
		expect(await world.controls.calls({ path: QUOTA })).toMatchObject([{ account: world.appId }]);
	});

	it.each([`https://api.weixin.qq.com${LIST}`, LIST.slice(1), '={{ $json.nothing }}'])(
		'Get API Quota says what is wrong with the path %j, without a call',
		async (otherCgiPath) => {
			const before = await world.controls.count();
			const [, , , [item]] = await quota({ cgiPath: 'other', otherCgiPath });
			expect(item).toMatchObject({
				category: 'other',
				errcode: null,
				hint: expect.stringContaining('API Path'),
			});
			expect(await world.controls.count()).toBe(before);
		},
	);

	it.each<[string, INodeParameters, number]>([
		['an unknown path', { cgiPath: 'other', otherCgiPath: '/cgi-bin/nowhere' }, 76021],
		[
			"the platform's path for an account",
			{ cgiPath: 'other', otherCgiPath: MINT_COMPONENT },
			76022,
		],
		["an account's path for the platform", { callMadeBy: 'platform', cgiPath: LINK }, 76022],
	])('Get API Quota explains %s', async (_, parameters, errcode) => {
		const [, , , [item]] = await quota(parameters);
		expect(item).toMatchObject({ errcode, category: 'other' });
		expect(item.hint).toMatch(/path/i);
	});

	it('Items whose account cannot be called leave through Authorization, and the others continue', async () => {
		await world.controls.addAccount({ appId: OTHER_OA, permissionSets: [1] });
		const [success, authorization, , other] = await run('getApiQuota', {}, [OA, OTHER_OA, '']);
		expect(success).toHaveLength(1);
		expect(authorization).toMatchObject([{ officialAccountAppId: OTHER_OA }]);
		expect(other).toMatchObject([{ errmsg: 'The Official Account is empty' }]);
	});

	it('All items of an account share one token', async () => {
		await run('getApiQuota', {}, [OA, OA, OA]);
		expect(await world.controls.count(MINT_AUTHORIZER)).toBe(1);
		expect(await world.controls.count(INFO)).toBe(1);
	});
});

describe('Get Call', () => {
	const getCall = async (parameters: INodeParameters, account: unknown = OA) =>
		await run('getCall', parameters, [account]);

	/** A link that WeChat refuses. */
	const refusedLink = async (): Promise<string> => {
		await world.controls.addMiniProgram({ appId: mp(0), banned: true });
		const result = await world.result();
		expect(result.errcode).toBe(89013);
		return String(result.rid);
	};

	it('Get Call shows what was sent and answered, explains it, and shows no token', async () => {
		const rid = await refusedLink();
		const [[item]] = await getCall({ rid });
		expect(item).toEqual({
			officialAccountAppId: OA,
			rid,
			errcode: 89013,
			meaning: 'WeChat has banned the Mini Program',
			hint: expect.stringContaining('Mini Program administrator'),
			whoActs: 'miniProgramAdmin',
			category: 'notAllowed',
			invokeTime: new Date(parseInt(rid.slice(0, 8), 16) * 1000).toISOString(),
			costInMs: 0,
			requestUrl: 'access_token=***',
			requestBody: { appid: mp(0), notify_users: 0, show_profile: 0 },
			responseBody: { errcode: 89013, errmsg: `wxa is banned rid: ${rid}` },
			clientIp: '127.0.0.1',
		});
	});

	it("Get Call shows the platform's own call without ticket, secret and code", async () => {
		await world.controls.answerWith({ path: MINT_COMPONENT }, { errcode: 61006 });
		const result = await world.result();
		await world.controls.stopAnswering();
		const { rid } = result;
		const [[item]] = await getCall({ rid: String(rid), callMadeBy: 'platform' });
		expect(item).toMatchObject({
			officialAccountAppId: null,
			errcode: 61006,
			requestBody: {
				component_appid: world.appId,
				component_appsecret: '***',
				component_verify_ticket: '***',
			},
		});
	});

	it('Get Call says that a rid older than seven days is gone', async () => {
		const rid = await refusedLink();
		await world.controls.advanceClock(7 * DAY + 60);
		const fresh = await world.controls.lastTicket();
		await world.controls.pushTicket(`${fresh}-later`);
		world.credential = {
			...world.credential,
			componentVerifyTicket: `${fresh}-later`,
			componentAccessToken: '',
			authorizerAccessTokens: '',
		};
		const [, , , [item]] = await getCall({ rid });
		expect(item).toMatchObject({ errcode: 76001, hint: expect.stringContaining('7 days') });
	});

	it("Get Call says that WeChat does not show another account's rid", async () => {
		await world.controls.addAccount({ appId: OTHER_OA });
		const rid = await refusedLink();
		const [, [other]] = await getCall({ rid }, OTHER_OA);
		expect(other).toMatchObject({ errcode: 76003, officialAccountAppId: OTHER_OA });
		expect(other.hint).toContain('account that made the call');
		const [, [platform]] = await getCall({ rid, callMadeBy: 'platform' });
		expect(platform).toMatchObject({ errcode: 76003 });
	});

	it.each(['={{ $json.nothing }}', 'rid', '617682e0-09059ac5', '61768 2e0-09059ac5-34a8e2ea'])(
		'Get Call says that %j is not a rid, without a call',
		async (rid) => {
			const before = await world.controls.count();
			const [, , , [item]] = await getCall({ rid });
			expect(item).toMatchObject({ errcode: null, errmsg: 'The Request ID is not a valid rid' });
			expect(await world.controls.count()).toBe(before);
		},
	);

	it('Get Call says that a rid is unknown', async () => {
		const [, , , [item]] = await getCall({ rid: '00000000-00000000-00000000' });
		expect(item).toMatchObject({ errcode: 76001 });
		expect(await world.controls.count(RID)).toBe(1);
	});
});

it('Get API Quota and Get Call with the other credential say that they belong to the platform', async () => {
	const { error } = await world.runForPlatform('checkSetup', {
		parameters: { resource: 'platform', authentication: 'authorizerToken' },
		credentialType: 'weChatAuthorizerTokenApi',
		credential: { accessToken: 'x', apiBaseUrl: world.url },
	});
	expect(error?.message).toContain('requires a platform');
});
