import { startSandbox } from '../../sandbox/index.cts';
import type { Controls, Sandbox } from '../../sandbox/index.cts';

const PLATFORM = 'wx00000000000000c1';
const ACCOUNT = 'wx00000000000000a1';
const OTHER = 'wx00000000000000a2';
const LINK = '/cgi-bin/wxopen/wxamplink';
const LIST = '/cgi-bin/wxopen/wxamplinkget';
const MINT = '/cgi-bin/component/api_authorizer_token';
const DAY = 24 * 3600;

type Fields = Record<string, unknown>;

let sandbox: Sandbox;
let controls: Controls;
let token: string;
let platformToken: string;

beforeAll(async () => {
	sandbox = await startSandbox();
	controls = sandbox.controls;
});

afterAll(async () => await sandbox.close());

beforeEach(async () => {
	await controls.reset();
	await controls.addPlatform({ appId: PLATFORM });
	await controls.addAccount({ appId: ACCOUNT });
	await controls.addAccount({ appId: OTHER });
	token = await controls.issueToken(ACCOUNT);
	platformToken = await controls.mintAside(PLATFORM);
});

async function post(path: string, accessToken: string, body: Fields): Promise<Fields> {
	const response = await fetch(`${sandbox.url}${path}?access_token=${accessToken}`, {
		method: 'POST',
		body: JSON.stringify(body),
	});
	return (await response.json()) as Fields;
}

describe('openapi/quota/get', () => {
	const quotaOf = async (cgi_path: unknown, accessToken = token): Promise<Fields> =>
		await post('/cgi-bin/openapi/quota/get', accessToken, { cgi_path });

	it('quota/get shows the owner of the token what is left of an API', async () => {
		await controls.setApiLimit(LIST, { callsPerDay: 5, callsPerMinute: 2 });
		await post(LIST, token, {});
		expect(await quotaOf(LIST)).toEqual({
			errcode: 0,
			errmsg: 'ok',
			quota: { daily_limit: 5, used: 1, remain: 4 },
			rate_limit: { call_count: 2, refresh_second: 60 },
			component_rate_limit: { call_count: 2, refresh_second: 60 },
		});
		const other = await controls.issueToken(OTHER);
		expect(await quotaOf(LIST, other)).toMatchObject({ quota: { used: 0, remain: 5 } });
	});

	it('quota/get starts again each day', async () => {
		await post(LIST, token, {});
		await controls.advanceClock(DAY);
		token = await controls.issueToken(ACCOUNT);
		expect(await quotaOf(LIST)).toMatchObject({ quota: { used: 0 } });
	});

	it('quota/get shows the platform its own calls', async () => {
		const body = { component_appid: PLATFORM, authorizer_appid: ACCOUNT };
		await post(MINT, platformToken, body);
		expect(await quotaOf(MINT, platformToken)).toMatchObject({ quota: { used: 1 } });
	});

	it.each([
		['a path with a host', `https://api.weixin.qq.com${LIST}`, 76003],
		['a path without its slash', LIST.slice(1), 76003],
		['no path', '', 76003],
		['no text', 7, 76003],
		['an unknown path', '/cgi-bin/nowhere', 76021],
		["the platform's API", MINT, 76022],
	])('quota/get refuses %s', async (_, path, errcode) => {
		expect(await quotaOf(path)).toMatchObject({ errcode });
	});

	it("quota/get refuses the platform an account's API, and any call without a token", async () => {
		expect(await quotaOf(LINK, platformToken)).toMatchObject({ errcode: 76022 });
		expect(await quotaOf(LINK, '')).toMatchObject({ errcode: 41001 });
	});
});

describe('openapi/rid/get', () => {
	const ridGet = async (rid: unknown, accessToken = token): Promise<Fields> =>
		await post('/cgi-bin/openapi/rid/get', accessToken, { rid });

	const refusedCall = async (): Promise<string> => {
		const answer = await post(LINK, token, { appid: 'wrong', notify_users: 0, show_profile: 0 });
		expect(answer.errcode).toBe(40013);
		return /rid: (\S+)$/.exec(String(answer.errmsg))?.[1] ?? '';
	};

	it('rid/get shows the call with its token', async () => {
		const rid = await refusedCall();
		expect(await ridGet(rid)).toEqual({
			errcode: 0,
			errmsg: 'ok',
			request: {
				invoke_time: parseInt(rid.slice(0, 8), 16),
				cost_in_ms: 0,
				request_url: `access_token=${token}`,
				request_body: JSON.stringify({ appid: 'wrong', notify_users: 0, show_profile: 0 }),
				response_body: expect.stringContaining(`rid: ${rid}`),
				client_ip: '127.0.0.1',
			},
		});
	});

	it('rid/get finds a call for seven days', async () => {
		const rid = await refusedCall();
		await controls.advanceClock(7 * DAY - 60);
		expect(await ridGet(rid, await controls.issueToken(ACCOUNT))).toMatchObject({ errcode: 0 });
		await controls.advanceClock(120);
		expect(await ridGet(rid, await controls.issueToken(ACCOUNT))).toMatchObject({ errcode: 76001 });
	});

	it('rid/get shows a call to nobody else', async () => {
		const rid = await refusedCall();
		const other = await controls.issueToken(OTHER);
		expect(await ridGet(rid, other)).toMatchObject({ errcode: 76003 });
		expect(await ridGet(rid, platformToken)).toMatchObject({ errcode: 76003 });
	});

	it('rid/get shows the platform its own call', async () => {
		const body = { component_appid: PLATFORM, component_secret: 'wrong' };
		const { errmsg } = await post('/cgi-bin/component/api_start_push_ticket', '', body);
		const rid = /rid: (\S+)$/.exec(String(errmsg))?.[1];
		expect(await ridGet(rid, platformToken)).toMatchObject({
			errcode: 0,
			request: { request_body: JSON.stringify(body) },
		});
	});

	it.each([
		['an unknown', '00000000-00000000-00000000', 76001],
		['a broken', '617682e0-09059ac5', 76002],
		['an empty', '', 76002],
		['no', undefined, 76002],
	])('rid/get refuses %s rid', async (_, rid, errcode) => {
		expect(await ridGet(rid)).toMatchObject({ errcode });
	});
});
