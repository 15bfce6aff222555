import { connectSandbox, fingerprintOf, startSandbox } from '../../sandbox/index.cts';
import type { Controls, PlatformConsole, Sandbox } from '../../sandbox/index.cts';

const PLATFORM = 'wx00000000000000c1';
const OTHER_PLATFORM = 'wx00000000000000c2';
const ACCOUNT = 'wx00000000000000a1';
const MERCHANT = 'wx00000000000000a2';
const MP = 'wx00000000000000b1';
const COMPONENT = '/cgi-bin/component/';
const LIST = '/cgi-bin/wxopen/wxamplinkget';
const AUTHORIZER_TOKEN = 'api_authorizer_token';
const GET_LIST = 'api_get_authorizer_list';
const GET_INFO = 'api_get_authorizer_info';

type Fields = Record<string, unknown>;

let sandbox: Sandbox;
let controls: Controls;
let platform: PlatformConsole;
let componentToken: string;

beforeAll(async () => {
	sandbox = await startSandbox();
	controls = sandbox.controls;
});

afterAll(async () => {
	await sandbox.close();
});

beforeEach(async () => {
	await controls.reset();
	platform = await controls.addPlatform({ appId: PLATFORM });
	await controls.addAccount({ appId: ACCOUNT });
	await controls.addAccount({ appId: MERCHANT, status: 'none' });
	await controls.pushTicket();
	componentToken = await newComponentToken();
});

async function post(path: string, query: Record<string, string>, body: unknown): Promise<Fields> {
	const response = await fetch(`${sandbox.url}${path}?${new URLSearchParams(query).toString()}`, {
		method: 'POST',
		body: typeof body === 'string' ? body : JSON.stringify(body),
	});
	expect(response.status).toBe(200);
	return (await response.json()) as Fields;
}

/** A component API with the token and appid of the platform. */
function call(name: string, body: Fields = {}, token = componentToken): Promise<Fields> {
	const query = { component_access_token: token };
	return post(COMPONENT + name, query, { component_appid: PLATFORM, ...body });
}

async function errcodeOf(name: string, body: Fields = {}, token?: string): Promise<unknown> {
	return (await call(name, body, token)).errcode;
}

async function tokenBody(part: Fields = {}): Promise<Fields> {
	return {
		component_appsecret: platform.appSecret,
		component_verify_ticket: await controls.lastTicket(),
		...part,
	};
}

async function newComponentToken(): Promise<string> {
	const fields = await call('api_component_token', await tokenBody(), '');
	return String(fields.component_access_token);
}

async function listed(page: Fields = { offset: 0, count: 100 }): Promise<Fields[]> {
	return (await call(GET_LIST, page)).list as Fields[];
}

async function refreshTokenOf(account: string): Promise<unknown> {
	return (await listed()).find((entry) => entry.authorizer_appid === account)?.refresh_token;
}

async function refresh(account = ACCOUNT, refreshToken?: unknown): Promise<Fields> {
	return call(AUTHORIZER_TOKEN, {
		authorizer_appid: account,
		authorizer_refresh_token: refreshToken ?? (await refreshTokenOf(account)),
	});
}

async function exchange(code: string): Promise<Fields> {
	return call('api_query_auth', { authorization_code: code });
}

async function linkErrcode(token: unknown): Promise<unknown> {
	return (await post(LIST, { access_token: String(token) }, {})).errcode;
}

describe('Console', () => {
	test('A new platform has the given values, and new ones for the rest', async () => {
		expect(platform).toMatchObject({ appId: PLATFORM, eventUrl: null, permissionSets: [1, 33] });
		expect(platform.appSecret).toMatch(/^[A-Za-z0-9]{32}$/);
		expect(platform.encodingAesKey).toMatch(/^[A-Za-z0-9]{43}$/);
		const canary = { appSecret: 'canary-secret', messageToken: 'canary', ipWhitelist: ['*'] };
		expect(await controls.addPlatform({ appId: PLATFORM, ...canary })).toMatchObject(canary);
		expect(await controls.changePlatform({ redirectDomain: 'a.example' })).toMatchObject({
			...canary,
			redirectDomain: 'a.example',
		});
		await controls.setEventUrl('http://127.0.0.1:1/x');
		expect(await controls.platform(PLATFORM)).toMatchObject({ eventUrl: 'http://127.0.0.1:1/x' });
		await expect(controls.platform(OTHER_PLATFORM)).rejects.toThrow('add it with addPlatform');
	});

	test('The controls of a platform work the same over HTTP', async () => {
		const remote = connectSandbox(sandbox.url);
		expect(await remote.platform()).toEqual(platform);
		expect(await remote.lastTicket()).toBe(await controls.lastTicket());
		await expect(remote.setEventUrl('ftp://x')).rejects.toThrow('expected an http or https URL');
		await expect(remote.changePlatform({ encodingAesKey: 'short' })).rejects.toThrow('43 letters');
		await expect(remote.addAccounts(0)).rejects.toThrow('from 1 to 100000');
		await expect(remote.push('x', { 'a b': 1 })).rejects.toThrow('names of XML elements');
	});
});

describe('api_component_token', () => {
	const ask = async (part: Fields = {}): Promise<unknown> =>
		errcodeOf('api_component_token', await tokenBody(part), '');

	test('api_component_token returns a token for 7,200 seconds without an errcode, and voids the former one at once', async () => {
		const fields = await call('api_component_token', await tokenBody(), '');
		expect(Object.keys(fields)).toEqual(['component_access_token', 'expires_in']);
		expect(fields.expires_in).toBe(7200);
		expect(await errcodeOf('api_create_preauthcode')).toBe(40001);
		expect(
			await errcodeOf('api_create_preauthcode', {}, String(fields.component_access_token)),
		).toBeUndefined();
	});

	test.each<[string, Fields, number]>([
		['without an appid', { component_appid: '' }, 41018],
		['with a malformed appid', { component_appid: 'x' }, 40013],
		['with an unknown appid', { component_appid: OTHER_PLATFORM }, 40013],
		["with an account's appid", { component_appid: ACCOUNT }, 61011],
		["with a Mini Program's appid", { component_appid: MP }, 61011],
		['without a secret', { component_appsecret: '' }, 41004],
		['with a wrong secret', { component_appsecret: 'x', component_verify_ticket: null }, 40125],
		['without a ticket', { component_verify_ticket: null }, 61011],
		['with a wrong ticket', { component_verify_ticket: 'ticket@@@x' }, 61006],
	])('api_component_token refuses a call %s', async (_name, part, errcode) => {
		await controls.addMiniProgram({ appId: MP });
		expect(await ask(part)).toBe(errcode);
	});

	test.each([40001, 61006])(
		'A wrong secret is answered with %i if the settings say so',
		async (wrongSecretErrcode) => {
			await controls.configure({ wrongSecretErrcode });
			expect(await ask({ component_appsecret: 'x' })).toBe(wrongSecretErrcode);
		},
	);

	test('Every ticket works for 12 hours', async () => {
		const first = await controls.lastTicket();
		await controls.advanceClock(43_000);
		await controls.pushTicket();
		expect(await ask({ component_verify_ticket: first })).toBeUndefined();
		await controls.advanceClock(200);
		expect(await ask({ component_verify_ticket: first })).toBe(61005);
		expect(await ask()).toBeUndefined();
	});

	test("Another platform's ticket is refused", async () => {
		await controls.addPlatform({ appId: OTHER_PLATFORM });
		await controls.pushTicket('ticket@@@other', OTHER_PLATFORM);
		expect(await ask({ component_verify_ticket: 'ticket@@@other' })).toBe(61006);
	});

	test('api_component_token refuses an invalid body and an IP address that is not in the whitelist', async () => {
		const path = `${COMPONENT}api_component_token`;
		expect(await post(path, {}, '')).toMatchObject({ errcode: 44002 });
		expect(await post(path, {}, 'component_appid=x')).toMatchObject({ errcode: 47001 });
		await controls.changePlatform({ ipWhitelist: ['192.0.2.1'] });
		expect(await ask()).toBe(61004);
		expect(await errcodeOf(GET_LIST)).toBe(61004);
		expect(await linkErrcode(await controls.issueToken(ACCOUNT))).toBe(61004);
		await controls.addPlatform({ appId: OTHER_PLATFORM });
		expect(await ask({ component_appid: OTHER_PLATFORM })).toBe(40125);
	});

	test('The call log shows no secret', async () => {
		const [record] = await controls.calls();
		const ticket = String(await controls.lastTicket());
		expect(record.body).toEqual({
			component_appid: PLATFORM,
			component_appsecret: `(secret ${fingerprintOf(platform.appSecret)})`,
			component_verify_ticket: `(secret ${fingerprintOf(ticket)})`,
		});
		await post(`${COMPONENT}api_component_token`, {}, 'secret=x');
		expect((await controls.calls())[1].body).toBe('(not a JSON object)');
	});
});

describe('The token of a component API', () => {
	test('A component API accepts its token under two names in the query', async () => {
		const body = { component_appid: PLATFORM };
		for (const name of ['component_access_token', 'access_token']) {
			const fields = await post(
				`${COMPONENT}api_create_preauthcode`,
				{ [name]: componentToken },
				body,
			);
			expect(Object.keys(fields)).toEqual(['pre_auth_code', 'expires_in']);
			expect(fields.pre_auth_code).toMatch(/^preauthcode@@@/);
			expect(fields.expires_in).toBe(600);
		}
	});

	test('A component API refuses a token that is missing, unknown, expired or of another kind', async () => {
		expect(await errcodeOf(GET_LIST, {}, '')).toBe(41001);
		expect(await errcodeOf(GET_LIST, {}, `${componentToken}x`)).toBe(40001);
		expect(await errcodeOf(GET_LIST, {}, await controls.issueToken(ACCOUNT))).toBe(61014);
		expect(await linkErrcode(componentToken)).toBe(61015);
		await controls.advanceClock(7200);
		expect(await errcodeOf(GET_LIST)).toBe(42001);
	});

	test('A component API refuses a token of another platform than the one in the body', async () => {
		await controls.addPlatform({ appId: OTHER_PLATFORM });
		expect(await errcodeOf(GET_LIST, { component_appid: OTHER_PLATFORM })).toBe(40013);
		expect(await errcodeOf(GET_LIST, { component_appid: undefined })).toBe(41018);
		expect(await errcodeOf(GET_LIST, { component_appid: ACCOUNT })).toBe(61011);
	});
});

describe('api_start_push_ticket', () => {
	const start = (secret = platform.appSecret): Promise<Fields> =>
		call('api_start_push_ticket', { component_secret: secret }, '');

	test('api_start_push_ticket starts the tickets that were stopped', async () => {
		expect(await start()).toEqual({ errcode: 0, errmsg: 'in a normal state' });
		await controls.changePlatform({ pushingStopped: true });
		expect(await controls.pushTicket()).toMatchObject({ skipped: 'pushingStopped' });
		expect(await start('wrong')).toMatchObject({ errcode: 40125 });
		const before = await controls.lastTicket();
		expect(await start()).toEqual({ errcode: 0, errmsg: 'ok' });
		expect(await controls.lastTicket()).not.toBe(before);
		expect(await start()).toMatchObject({ errmsg: 'in a normal state' });
	});
});

describe('Authorization and its code', () => {
	test('An authorization code is exchanged for tokens that the link APIs accept', async () => {
		const { authorizationCode, infoType, push } = await controls.authorize({ account: MERCHANT });
		expect(infoType).toBe('authorized');
		expect(push).toMatchObject({ skipped: 'noEventUrl', delivered: false });
		const fields = await exchange(authorizationCode);
		expect(Object.keys(fields)).toEqual(['authorization_info']);
		const info = fields.authorization_info as Fields;
		expect(info).toMatchObject({ authorizer_appid: MERCHANT, expires_in: 7200 });
		expect(info.authorizer_refresh_token).toMatch(/^refreshtoken@@@/);
		expect(info.func_info).toEqual([
			{ funcscope_category: { id: 1 } },
			{ funcscope_category: { id: 33 } },
		]);
		expect(await linkErrcode(info.authorizer_access_token)).toBe(0);
		expect(await errcodeOf('api_query_auth', { authorization_code: authorizationCode })).toBe(
			61010,
		);
	});

	test('The link APIs answer 61007 to an account without permission set 33', async () => {
		const granted = await controls.authorize({ account: MERCHANT, permissionSets: [1] });
		const info = (await exchange(granted.authorizationCode)).authorization_info as Fields;
		expect(info.func_info).toEqual([{ funcscope_category: { id: 1 } }]);
		expect(await linkErrcode(info.authorizer_access_token)).toBe(61007);
	});

	test('An authorization code is refused if it is wrong or expired, or if its account withdrew or is frozen', async () => {
		const { pre_auth_code: viaCode } = await call('api_create_preauthcode');
		expect(await exchange(String(viaCode))).toMatchObject({ errcode: 61009 });
		expect(await errcodeOf('api_query_auth')).toBe(40097);
		const first = await controls.authorize({ account: MERCHANT, viaCode: String(viaCode) });
		await controls.setAccountStatus(MERCHANT, 'frozen');
		expect(await exchange(first.authorizationCode)).toMatchObject({ errcode: 61003 });
		await controls.withdraw(MERCHANT);
		expect(await exchange(first.authorizationCode)).toMatchObject({ errcode: 61010 });
		const second = await controls.authorize({ account: MERCHANT });
		await controls.configure({ componentTokenLifetimeSeconds: 9999 });
		componentToken = await newComponentToken();
		await controls.advanceClock(3600);
		expect(await exchange(second.authorizationCode)).toMatchObject({ errcode: 61010 });
	});

	test('A pre_auth_code works once and until it expires', async () => {
		const code = async (): Promise<string> =>
			String((await call('api_create_preauthcode')).pre_auth_code);
		const viaCode = await code();
		await controls.authorize({ account: MERCHANT, viaCode });
		const again = { account: MERCHANT, permissionSets: [33] };
		await expect(controls.reauthorize({ ...again, viaCode })).rejects.toThrow('already used');
		await expect(controls.reauthorize({ ...again, viaCode: 'x' })).rejects.toThrow('unknown');
		const late = await code();
		await controls.advanceClock(600);
		await expect(controls.reauthorize({ ...again, viaCode: late })).rejects.toThrow('expired');
	});

	test('The refresh token appears only after the code was exchanged', async () => {
		const { authorizationCode } = await controls.authorize({ account: MERCHANT });
		expect(await refreshTokenOf(MERCHANT)).toBe('');
		const info = await call(GET_INFO, { authorizer_appid: MERCHANT });
		expect(info.authorization_info).toMatchObject({ authorizer_refresh_token: '' });
		expect(await refresh(MERCHANT)).toMatchObject({ errcode: 61023 });
		await controls.configure({ unexchangedRefreshToken: 'missing' });
		expect((await listed())[1]).not.toHaveProperty('refresh_token');
		await exchange(authorizationCode);
		expect(await refreshTokenOf(MERCHANT)).toMatch(/^refreshtoken@@@/);
	});

	test('Changed permission sets cause a new code and refresh token, and unchanged ones nothing', async () => {
		const former = await refreshTokenOf(ACCOUNT);
		expect(await controls.reauthorize({ account: ACCOUNT, permissionSets: [33] })).toBeNull();
		const update = await controls.reauthorize({ account: ACCOUNT, permissionSets: [33, 1] });
		expect(update?.infoType).toBe('updateauthorized');
		expect(await refreshTokenOf(ACCOUNT)).toBe('');
		await exchange(String(update?.authorizationCode));
		expect(await refreshTokenOf(ACCOUNT)).not.toBe(former);
		expect(await refresh(ACCOUNT, former)).toHaveProperty('authorizer_access_token');
		await controls.advanceClock(300);
		expect(await refresh(ACCOUNT, former)).toMatchObject({ errcode: 61023 });
		await controls.configure({ updateKeepsRefreshToken: true });
		const kept = await refreshTokenOf(ACCOUNT);
		await controls.reauthorize({ account: ACCOUNT, permissionSets: [33] });
		expect(await refreshTokenOf(ACCOUNT)).toBe(kept);
	});

	test('A withdrawal voids all tokens, and a new authorization brings new ones', async () => {
		const { authorizer_access_token: old } = await refresh();
		const former = await refreshTokenOf(ACCOUNT);
		await controls.withdraw(ACCOUNT);
		expect(await linkErrcode(old)).toBe(61003);
		expect(await refresh(ACCOUNT, former)).toMatchObject({ errcode: 61003 });
		expect(await errcodeOf(GET_INFO, { authorizer_appid: ACCOUNT })).toBe(61003);
		expect(await listed()).toStrictEqual([]);
		await controls.configure({ listShowsWithdrawn: true });
		expect(await listed()).toMatchObject([{ authorizer_appid: ACCOUNT, refresh_token: former }]);
		const { authorizationCode } = await controls.authorize({ account: ACCOUNT });
		expect(await linkErrcode(old)).toBe(40001);
		const info = (await exchange(authorizationCode)).authorization_info as Fields;
		expect(info.authorizer_refresh_token).not.toBe(former);
		expect(await refresh(ACCOUNT, former)).toMatchObject({ errcode: 61023 });
		expect(await linkErrcode(old)).toBe(40001);
	});

	test('A control that makes no sense for an account fails with a message', async () => {
		await expect(controls.authorize({ account: ACCOUNT })).rejects.toThrow('already authorized');
		await expect(controls.reauthorize({ account: MERCHANT })).rejects.toThrow('not authorized');
		await expect(controls.authorize({ account: MP })).rejects.toThrow('no account');
	});
});

describe('api_authorizer_token', () => {
	test('The former token of an account works for a grace period, and the refresh token stays', async () => {
		const refreshToken = await refreshTokenOf(ACCOUNT);
		const first = await refresh();
		expect(first).toMatchObject({ expires_in: 7200, authorizer_refresh_token: refreshToken });
		expect(first).not.toHaveProperty('errcode');
		const second = await refresh();
		expect(second.authorizer_refresh_token).toBe(refreshToken);
		await controls.advanceClock(299);
		expect(await linkErrcode(first.authorizer_access_token)).toBe(0);
		await controls.advanceClock(1);
		expect(await linkErrcode(first.authorizer_access_token)).toBe(40001);
		expect(await linkErrcode(second.authorizer_access_token)).toBe(0);
		await controls.advanceClock(6900);
		expect(await linkErrcode(second.authorizer_access_token)).toBe(42001);
	});

	test('api_authorizer_token refuses unknown accounts, wrong refresh tokens and frozen accounts', async () => {
		expect(await refresh('wx0', 'x')).toMatchObject({ errcode: 40013 });
		expect(await refresh('wx00000000000000ff', 'x')).toMatchObject({ errcode: 40013 });
		expect(await refresh(MERCHANT, 'x')).toMatchObject({ errcode: 61003 });
		expect(await refresh(ACCOUNT, 'x')).toMatchObject({ errcode: 61023 });
		expect(await refresh(ACCOUNT, '')).toMatchObject({ errcode: 61023 });
		await controls.setAccountStatus(ACCOUNT, 'frozen');
		expect(await refresh(ACCOUNT)).toMatchObject({ errcode: 61003 });
		await controls.addPlatform({ appId: OTHER_PLATFORM });
		await controls.addAccount({ appId: ACCOUNT, platform: OTHER_PLATFORM, refreshToken: 'r' });
		expect(await refresh(ACCOUNT, 'r')).toMatchObject({ errcode: 61003 });
	});

	test('A refresh token can change at each use', async () => {
		await controls.configure({ refreshTokenRotates: true, refreshTokenGraceSeconds: 0 });
		const former = await refreshTokenOf(ACCOUNT);
		const { authorizer_refresh_token: next } = await refresh();
		expect(next).not.toBe(former);
		expect(await refresh(ACCOUNT, former)).toMatchObject({ errcode: 61023 });
		expect(await refresh(ACCOUNT, next)).toHaveProperty('authorizer_access_token');
	});

	test("The link APIs refuse a Mini Program's token", async () => {
		await controls.addAccount({ appId: MP, kind: 'miniProgram' });
		expect(await linkErrcode((await refresh(MP)).authorizer_access_token)).toBe(48001);
	});

	test('A behavior for an account applies to the calls with its authorizer_appid', async () => {
		await controls.answerWith({ account: ACCOUNT }, { errcode: -1, times: 1 });
		expect(await errcodeOf(GET_INFO, { authorizer_appid: MERCHANT })).toBe(61003);
		expect(await errcodeOf(GET_INFO, { authorizer_appid: ACCOUNT })).toBe(-1);
		expect(await errcodeOf(GET_INFO, { authorizer_appid: ACCOUNT })).toBeUndefined();
		expect(await controls.calls({ account: ACCOUNT })).toHaveLength(2);
	});
});

describe('Info and list', () => {
	test('An account has all documented fields', async () => {
		await controls.addAccount({
			appId: ACCOUNT,
			name: '茶馆',
			company: '茶馆有限公司',
			verifyType: -1,
			alias: 'tea',
			signature: 'Tea',
			accountStatus: 18,
		});
		const fields = await call(GET_INFO, { authorizer_appid: ACCOUNT });
		expect(Object.keys(fields)).toEqual(['authorizer_info', 'authorization_info']);
		expect(fields.authorizer_info).toMatchObject({
			nick_name: '茶馆',
			principal_name: '茶馆有限公司',
			service_type_info: { id: 2 },
			verify_type_info: { id: -1 },
			user_name: 'gh_0000000000a1',
			alias: 'tea',
			signature: 'Tea',
			account_status: 18,
			basic_config: { is_phone_configured: true },
		});
		expect(fields.authorizer_info).not.toHaveProperty('MiniProgramInfo');
		expect(fields.authorization_info).toEqual({
			authorizer_appid: ACCOUNT,
			authorizer_refresh_token: await refreshTokenOf(ACCOUNT),
			func_info: [{ funcscope_category: { id: 33 } }],
		});
	});

	test.each([
		['shop', 'store_info'],
		['channels', 'channels_info'],
		['talent', 'talent_info'],
		['supplier', 'supplier_info'],
	] as const)(
		'An account of the kind %s has %s, and a token that the link APIs refuse',
		async (kind, field) => {
			await controls.addAccount({ appId: MP, kind });
			const { authorizer_info } = await call(GET_INFO, { authorizer_appid: MP });
			expect(authorizer_info).toHaveProperty(field);
			expect(authorizer_info).not.toHaveProperty('MiniProgramInfo');
			expect(await linkErrcode((await refresh(MP)).authorizer_access_token)).toBe(48001);
		},
	);

	test('A behavior can leave out authorization_info', async () => {
		await controls.answerWith({ account: ACCOUNT }, { omitAuthorizationInfo: true });
		const fields = await call(GET_INFO, { authorizer_appid: ACCOUNT });
		expect(Object.keys(fields)).toEqual(['authorizer_info']);
	});

	test.each([
		['authorized', 1],
		['cancelled', 14],
		['banned', 16],
		['frozen', 19],
	] as const)(
		'An account that is %s stays in the list and has the account_status %i',
		async (status, number) => {
			await controls.setAccountStatus(ACCOUNT, status);
			const { authorizer_info } = await call(GET_INFO, { authorizer_appid: ACCOUNT });
			expect(authorizer_info).toMatchObject({ account_status: number });
			expect(await listed()).toContainEqual(expect.objectContaining({ authorizer_appid: ACCOUNT }));
		},
	);

	test('A frozen Mini Program has its own info, and confirm_info if that is set', async () => {
		await controls.configure({ confirmInfo: true });
		await controls.addAccount({ appId: MP, kind: 'miniProgram', status: 'frozen' });
		const { authorizer_info, authorization_info } = await call(GET_INFO, { authorizer_appid: MP });
		expect(authorizer_info).toMatchObject({
			account_status: 19,
			MiniProgramInfo: { visit_status: 0 },
		});
		expect((authorization_info as { func_info: Fields[] }).func_info[0]).toHaveProperty(
			'confirm_info.need_confirm',
		);
	});

	test('1,000 merchants are listed by pages', async () => {
		const appIds = await controls.addAccounts(1000, { prefix: 'fe' });
		expect(appIds[0]).toBe('wxfe00000000000000');
		expect(new Set(appIds).size).toBe(1000);
		const pages = [];
		for (const offset of [0, 500, 1000, 1500]) {
			const page = await call(GET_LIST, { offset, count: 500 });
			expect(page.total_count).toBe(1001);
			pages.push(page.list as Fields[]);
		}
		expect(pages.map((page) => page.length)).toEqual([500, 500, 1, 0]);
		expect(pages.flat().map((entry) => entry.authorizer_appid)).toEqual([ACCOUNT, ...appIds]);
		const [first] = pages[0];
		expect(first.auth_time).toBeGreaterThan(1_700_000_000);
		expect(new Set(pages.flat().map((entry) => entry.refresh_token)).size).toBe(1001);
		const info = await call(GET_INFO, { authorizer_appid: appIds[4] });
		expect(info.authorizer_info).toMatchObject({
			nick_name: '商户 5',
			principal_name: '商户 5 有限公司',
			verify_type_info: { id: -1 },
		});
		await controls.configure({ listNewestFirst: true });
		expect((await listed())[0].authorizer_appid).toBe(appIds[999]);
	});

	test('The list of accounts can leave out total_count, have short pages or ignore the offset', async () => {
		const appIds = [ACCOUNT, ...(await controls.addAccounts(249, { prefix: 'fe' }))];
		const rows = async (offset: number): Promise<unknown[]> => {
			const { list } = await call(GET_LIST, { offset, count: 100 });
			return (list as Fields[]).map((entry) => entry.authorizer_appid);
		};
		await controls.configure({ listTellsTotal: false });
		expect(await call(GET_LIST, { offset: 0, count: 1 })).not.toHaveProperty('total_count');
		await controls.configure({ listShortPages: 'fewer' });
		expect(await rows(0)).toEqual(appIds.slice(0, 99));
		expect(await rows(99)).toEqual(appIds.slice(99, 198));
		expect(await rows(150)).toEqual(appIds.slice(150));
		await controls.configure({ listShortPages: 'leftOut' });
		expect(await rows(0)).toEqual(appIds.slice(0, 99));
		expect(await rows(99)).toEqual(appIds.slice(100, 199));
		await controls.configure({ listShortPages: 'none', listIgnoresOffset: true });
		expect(await rows(200)).toEqual(appIds.slice(0, 100));
	});

	test.each<[Fields, number]>([
		[{ offset: 0, count: 501 }, 40170],
		[{ offset: -1, count: 10 }, 47001],
		[{ offset: 0 }, 47001],
		[{ count: 10 }, 47001],
		[{ offset: '0', count: '10' }, 47001],
	])('The page %j of the list of accounts is refused with %i', async (page, errcode) => {
		expect(await errcodeOf(GET_LIST, page)).toBe(errcode);
	});
});

describe('Limits of calls', () => {
	const clear = (body: Fields): Promise<Fields> =>
		post('/cgi-bin/clear_quota', { access_token: componentToken }, body);
	const clearV2 = (body: Fields): Promise<unknown> => errcodeOf('clear_quota/v2', body, '');

	test('Calls per day and per minute are limited, and clear_quota ends the limits', async () => {
		// Start just after a minute began, so that none ends in the middle.
		await controls.advanceClock(61 - (Date.now() % 60_000) / 1000);
		const page = { offset: 0, count: 1 };
		await controls.setApiLimit(COMPONENT + GET_LIST, { callsPerMinute: 1 });
		expect(await errcodeOf(GET_LIST, page)).toBeUndefined();
		expect(await errcodeOf(GET_LIST, page)).toBe(45011);
		await controls.setApiLimit(COMPONENT + GET_LIST, { callsPerDay: 1 });
		expect(await errcodeOf(GET_LIST, page)).toBe(45009);
		expect(await clear({ appid: ACCOUNT })).toMatchObject({ errcode: 40013 });
		expect(await clear({ appid: PLATFORM })).toEqual({ errcode: 0, errmsg: 'ok' });
		expect(await errcodeOf(GET_LIST, page)).toBeUndefined();
	});

	test('clear_quota/v2 ends the limit of api_component_token without a token', async () => {
		await controls.setApiLimit(`${COMPONENT}api_component_token`, { callsPerDay: 0 });
		expect(await errcodeOf('api_component_token', await tokenBody(), '')).toBe(45009);
		expect(await clearV2({})).toBe(41004);
		expect(await clearV2({ appsecret: 'x' })).toBe(40125);
		expect(await clearV2({ appsecret: platform.appSecret, appid: MERCHANT })).toBe(61003);
		expect(await clearV2({ appsecret: platform.appSecret, appid: ACCOUNT })).toBe(0);
		for (let time = 0; time < 10; time += 1) {
			expect(await clearV2({ appsecret: platform.appSecret })).toBe(0);
		}
		expect(await clear({ appid: PLATFORM })).toMatchObject({ errcode: 48006 });
	});
});

describe('Authorization page', () => {
	const PAGE = '/cgi-bin/componentloginpage';
	const REDIRECT = 'https://provider.example/callback?state=1';
	const START = 'https://provider.example/start';

	async function query(part: Fields = {}): Promise<string> {
		const { pre_auth_code } = await call('api_create_preauthcode');
		const all = new URLSearchParams({
			component_appid: PLATFORM,
			pre_auth_code: String(pre_auth_code),
			redirect_uri: REDIRECT,
			auth_type: '3',
		});
		for (const [name, value] of Object.entries(part)) all.set(name, String(value));
		return all.toString();
	}

	async function show(queryText: string, path = PAGE, referer = START): Promise<string> {
		const headers = referer === '' ? undefined : { Referer: referer };
		const response = await fetch(`${sandbox.url}${path}?${queryText}`, { headers });
		expect(response.status).toBe(200);
		expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
		return response.text();
	}

	function submit(queryText: string, form: string, path = PAGE): Promise<Response> {
		return fetch(`${sandbox.url}${path}?${queryText}`, {
			method: 'POST',
			redirect: 'manual',
			headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
			body: form,
		});
	}

	function errorOf(html: string): string | undefined {
		return /<p id="error">(.*)<\/p>/.exec(html)?.[1];
	}

	beforeEach(async () => {
		await controls.changePlatform({ redirectDomain: 'provider.example' });
	});

	test.each([PAGE, '/wxaopen/safe/bindcomponent', '/safe/bindcomponent'])(
		'The authorization page %s leads back with a code',
		async (path) => {
			const queryText = await query();
			const html = await show(queryText, path);
			expect(html).toContain(`<input type="radio" name="account" value="${ACCOUNT}" checked>`);
			expect(html).toContain(`name="account" value="${MERCHANT}">`);
			expect(html).toContain('<input type="checkbox" name="set" value="33" checked>');
			const response = await submit(queryText, `account=${MERCHANT}&set=33`, path);
			expect(response.status).toBe(302);
			const target = new URL(response.headers.get('location') ?? '');
			expect(target.origin + target.pathname).toBe('https://provider.example/callback');
			expect(target.searchParams.get('state')).toBe('1');
			expect(target.searchParams.get('expires_in')).toBe('3600');
			expect(await controls.pushes({ infoType: 'authorized' })).toHaveLength(1);
			const info = (await exchange(String(target.searchParams.get('auth_code'))))
				.authorization_info as Fields;
			expect(info).toMatchObject({
				authorizer_appid: MERCHANT,
				func_info: [{ funcscope_category: { id: 33 } }],
			});
			expect(await linkErrcode(info.authorizer_access_token)).toBe(0);
			expect(errorOf(await show(queryText, path))).toBe('pre_auth_code is already used');
			expect(await controls.count(path)).toBe(3);
		},
	);

	test('On the domain under test, the authorization page is open only to accounts of the test list', async () => {
		await controls.changeTestCopy({ redirectDomain: 'new.example' });
		const PAGE_UNDER_TEST = 'https://new.example/';
		const queryText = await query({ redirect_uri: 'https://new.example/callback' });
		const shown = () => show(queryText, PAGE, PAGE_UNDER_TEST);
		expect(errorOf(await shown())).toContain('only the accounts of the test list');
		await controls.changePlatform({ testAccounts: [`gh_${MERCHANT.slice(-12)}`] });
		const html = await shown();
		expect(html).toContain(`name="account" value="${MERCHANT}" checked>`);
		expect(html).not.toContain(ACCOUNT);
		const published = await show(await query());
		for (const account of [ACCOUNT, MERCHANT]) expect(published).toContain(`value="${account}"`);
	});

	test.each<[string, Fields, string]>([
		['without a platform', { component_appid: ACCOUNT }, 'component_appid is missing or unknown'],
		['without a code', { pre_auth_code: '' }, 'pre_auth_code is unknown'],
		['without a redirect', { redirect_uri: 'x' }, 'redirect_uri is missing or not a URL'],
		[
			'with a script as redirect',
			{ redirect_uri: 'javascript:x' },
			'redirect_uri is missing or not a URL',
		],
		[
			'with a wrong domain',
			{ redirect_uri: 'https://a.provider.example/' },
			'redirect_uri is not on the',
		],
		['with a wrong biz_appid', { biz_appid: MP }, 'biz_appid is not among the accounts'],
		['for a kind that no account has', { auth_type: '5' }, 'no account matches auth_type'],
		['only for Mini Programs', { auth_type: '2' }, 'no account matches auth_type'],
	])('The authorization page %s shows what is wrong', async (_name, part, message) => {
		expect(errorOf(await show(await query(part)))).toContain(message);
	});

	test.each<[string, string[]]>([
		['', ['officialAccount', 'miniProgram']],
		['1', ['officialAccount']],
		['2', ['miniProgram']],
		['3', ['officialAccount', 'miniProgram']],
		['4', ['talent']],
		['5', ['channels']],
		['6', ['officialAccount', 'miniProgram', 'shop', 'channels', 'talent', 'supplier']],
	])(
		'The authorization page with the auth_type %j offers the kinds %j',
		async (auth_type, kinds) => {
			const all = ['miniProgram', 'shop', 'channels', 'talent', 'supplier'] as const;
			for (const kind of all) {
				const [appId] = await controls.addAccounts(1, { prefix: `c${all.indexOf(kind)}`, kind });
				expect(appId).toMatch(/^wxc/);
			}
			const html = await show(await query({ auth_type }));
			const shown = all.filter((kind) => html.includes(`value="wxc${all.indexOf(kind)}0`));
			const isShown = html.includes(`value="${ACCOUNT}"`);
			expect([...(isShown ? ['officialAccount'] : []), ...shown]).toEqual(kinds);
		},
	);

	test('The authorization page refuses an expired code', async () => {
		const queryText = await query();
		await controls.advanceClock(600);
		expect(errorOf(await show(queryText))).toBe('pre_auth_code is expired');
	});

	test('The authorization page requires a referring page on the domain', async () => {
		const queryText = await query();
		expect(errorOf(await show(queryText, PAGE, ''))).toContain('start page domain is empty');
		expect(errorOf(await show(queryText, PAGE, 'https://x.example/'))).toContain('(Referer)');
		expect(errorOf(await show(queryText))).toBeUndefined();
		await controls.configure({ requireReferer: false });
		expect(errorOf(await show(queryText, PAGE, ''))).toBeUndefined();
		await controls.configure({ requireReferer: true });
		await controls.changePlatform({ redirectDomain: 'provider.example:8443' });
		expect(errorOf(await show(queryText))).toContain('redirect_uri is not on');
		await controls.changePlatform({ redirectDomain: null });
		expect(errorOf(await show(queryText, PAGE, ''))).toBeUndefined();
	});

	test('The parameters biz_appid and category_id_list narrow the choice on the authorization page', async () => {
		const html = await show(await query({ biz_appid: MERCHANT, category_id_list: '33|99' }));
		expect(html).not.toContain(ACCOUNT);
		expect(html).toContain(MERCHANT);
		expect(html).not.toContain('name="set" value="1"');
		expect(html).toContain('name="set" value="33"');
	});

	test('The authorization page shows names as text', async () => {
		await controls.addAccount({ appId: ACCOUNT, name: '<b>"A"&</b>' });
		expect(await show(await query())).toContain('&lt;b&gt;&quot;A&quot;&amp;&lt;/b&gt;');
	});

	test('The authorization page refuses forms that it cannot have shown', async () => {
		const queryText = await query();
		const fault = async (form: string): Promise<unknown> =>
			errorOf(await (await submit(queryText, form)).text());
		expect(await fault('set=33')).toBe('no account was chosen');
		expect(await fault(`account=${MERCHANT}`)).toContain('no permission set');
		expect(await fault(`account=${MERCHANT}&set=77`)).toContain('not offered');
		expect(await fault(`account=${ACCOUNT}&set=33`)).toBe(
			'nothing changed, so there is no new code',
		);
	});

	test('An authorized account that chooses other permission sets updates its authorization', async () => {
		const response = await submit(await query(), `account=${ACCOUNT}&set=33&set=1`);
		expect(response.status).toBe(302);
		expect(await controls.pushes()).toMatchObject([{}, { infoType: 'updateauthorized' }]);
	});
});

describe('Load and interference', () => {
	test('Another system can make tokens of the same platform and account', async () => {
		const own = (await refresh()).authorizer_access_token;
		const other = await controls.mintAside(ACCOUNT);
		expect(await linkErrcode(own)).toBe(40001);
		expect(await linkErrcode(other)).toBe(0);
		await controls.mintAside(ACCOUNT, 60);
		expect(await linkErrcode(other)).toBe(0);
		const otherComponent = await controls.mintAside(PLATFORM);
		expect(await errcodeOf(GET_LIST)).toBe(40001);
		expect(await errcodeOf(GET_LIST, { offset: 0, count: 1 }, otherComponent)).toBeUndefined();
		await expect(controls.mintAside(MP)).rejects.toThrow('no account');
	});

	test('The control tokenState follows a token to its end', async () => {
		const first = String((await refresh()).authorizer_access_token);
		expect(await controls.tokenState(first)).toBe('newest');
		await controls.mintAside(ACCOUNT, 60);
		expect(await controls.tokenState(first)).toBe('inGrace');
		await controls.advanceClock(61);
		expect(await controls.tokenState(first)).toBe('replaced');
		await controls.advanceClock(7200);
		expect(await controls.tokenState(first)).toBe('expired');
		expect(await controls.tokenState('never_made_0123456789')).toBe('unknown');
	});

	test('Every second authorizer token can be void after its first use', async () => {
		await controls.voidEvery(2);
		const [first, second] = [await refresh(), await refresh()].map(
			(fields) => fields.authorizer_access_token,
		);
		const seen = [];
		for (const token of [first, first, second, second]) seen.push(await linkErrcode(token));
		expect(seen).toEqual([0, 0, 0, 40001]);
		await controls.voidEvery(0);
		const { authorizer_access_token: fourth } = await refresh();
		expect([await linkErrcode(fourth), await linkErrcode(fourth)]).toEqual([0, 0]);
	});

	test('The counters count calls and tokens by path and account', async () => {
		const { authorizer_access_token } = await refresh();
		await refresh();
		await linkErrcode(authorizer_access_token);
		await controls.mintAside(ACCOUNT);
		const { byPath, byAccount, componentTokens, authorizerTokens } = await controls.counters();
		expect(byPath[COMPONENT + AUTHORIZER_TOKEN]).toBe(2);
		expect(byAccount[ACCOUNT]).toEqual({ [COMPONENT + AUTHORIZER_TOKEN]: 2, [LIST]: 1 });
		expect(byAccount[PLATFORM]).toEqual({ [COMPONENT + GET_LIST]: 2 });
		expect(componentTokens).toEqual({ [PLATFORM]: 1 });
		expect(authorizerTokens).toEqual({ [ACCOUNT]: 2 });
		await controls.reset();
		expect(await controls.counters()).toEqual({
			byPath: {},
			byAccount: {},
			componentTokens: {},
			authorizerTokens: {},
		});
	});

	test('The control secrets lists all secrets, even those that no longer work', async () => {
		const { authorizationCode } = await controls.authorize({ account: MERCHANT });
		const info = (await exchange(authorizationCode)).authorization_info as Fields;
		await controls.withdraw(MERCHANT);
		await controls.authorize({ account: MERCHANT });
		expect(await controls.secrets()).toEqual(
			expect.arrayContaining([
				...[platform.appSecret, platform.messageToken, platform.encodingAesKey],
				...[await controls.lastTicket(), authorizationCode, componentToken],
				...[info.authorizer_access_token, info.authorizer_refresh_token],
			]),
		);
	});
});
