import { inspect } from 'node:util';

import { connectSandbox, fingerprintOf, startSandbox } from '../../sandbox/index.cts';
import type {
	Behavior,
	Controls,
	Match,
	MiniProgramInput,
	Sandbox,
	TokenKind,
} from '../../sandbox/index.cts';
import { CallLog } from '../../sandbox/protocol/callLog.cts';

const ACCOUNT = 'wx00000000000000a1';
const OTHER_ACCOUNT = 'wx00000000000000a2';
const MP = 'wx00000000000000b1';
const MP2 = 'wx00000000000000b2';
const LINK = '/cgi-bin/wxopen/wxamplink';
const LIST = '/cgi-bin/wxopen/wxamplinkget';
const UNLINK = '/cgi-bin/wxopen/wxampunlink';
const DOMAIN_IP = '/cgi-bin/get_api_domain_ip';
const RID_TAIL = / rid: [0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}$/;

type Fields = Record<string, unknown>;

let sandbox: Sandbox;
let controls: Controls;
let token: string;

beforeAll(async () => {
	sandbox = await startSandbox();
	controls = sandbox.controls;
});

afterAll(async () => {
	await sandbox.close();
});

beforeEach(async () => {
	await controls.reset();
	await controls.addAccount({ appId: ACCOUNT, company: 'A' });
	await controls.addMiniProgram({ appId: MP });
	await controls.addMiniProgram({ appId: MP2 });
	token = await controls.issueToken(ACCOUNT);
});

function request(path: string, init: RequestInit = {}, accessToken = token): Promise<Response> {
	return fetch(`${sandbox.url}${path}?access_token=${encodeURIComponent(accessToken)}`, init);
}

async function fieldsOf(response: Promise<Response>): Promise<Fields> {
	return (await (await response).json()) as Fields;
}

function post(path: string, body: unknown, accessToken = token): Promise<Response> {
	const text = typeof body === 'string' ? body : JSON.stringify(body);
	const headers = { 'Content-Type': 'application/json' };
	return request(path, { method: 'POST', body: text, headers }, accessToken);
}

async function errcodeOf(path: string, body: unknown, accessToken = token): Promise<unknown> {
	return (await fieldsOf(post(path, body, accessToken))).errcode;
}

function linkBody(appid: string, notify: unknown = 0, show: unknown = 1): Fields {
	return { appid, notify_users: notify, show_profile: show };
}

const link = (appid = MP): Promise<unknown> => errcodeOf(LINK, linkBody(appid));
const unlink = (appid = MP): Promise<unknown> => errcodeOf(UNLINK, { appid });

async function items(): Promise<Fields[]> {
	const { wxopens } = await fieldsOf(post(LIST, {}));
	return (wxopens as { items: Fields[] }).items;
}

/** appids `wx....c000`, `wx....c001`, .. */
function numbered(index: number): string {
	return `wx${(0xc000 + index).toString(16).padStart(16, '0')}`;
}

async function addNumbered(
	count: number,
	part: Partial<MiniProgramInput> = {},
	from = 0,
): Promise<string[]> {
	const appIds = Array.from({ length: count }, (_, index) => numbered(from + index));
	for (const appId of appIds) await controls.addMiniProgram({ ...part, appId });
	return appIds;
}

describe('Answers', () => {
	test('A success says only "ok", a failure ends with a rid that contains the time, and both have HTTP 200', async () => {
		const success = await post(LINK, linkBody(MP));
		expect(success.status).toBe(200);
		expect(success.headers.get('content-type')).toBe('application/json; encoding=utf-8');
		expect(await success.json()).toEqual({ errcode: 0, errmsg: 'ok' });

		const failure = await post(LINK, linkBody(MP));
		expect(failure.status).toBe(200);
		const { errcode, errmsg } = (await failure.json()) as { errcode: number; errmsg: string };
		expect(errcode).toBe(89010);
		expect(errmsg).toMatch(/^link message has sent rid: /);
		expect(errmsg).toMatch(RID_TAIL);
		const time = parseInt(errmsg.slice(-26, -18), 16) * 1000;
		expect(Math.abs(Date.now() - time)).toBeLessThan(60_000);
	});

	test('get_api_domain_ip answers with addresses and without an errcode', async () => {
		const fields = await fieldsOf(request(DOMAIN_IP));
		expect(Object.keys(fields)).toEqual(['ip_list']);
		expect(fields.ip_list).toContain('192.0.2.10');
	});
});

describe('Checks before the API', () => {
	test('An unknown path and a wrong method are refused', async () => {
		expect(await errcodeOf('/cgi-bin/wxopen/nothing', {})).toBe(40066);
		expect(await errcodeOf(`${LINK}/`, {})).toBe(40066);
		for (const path of [LINK, LIST, UNLINK]) {
			expect(await fieldsOf(request(path))).toMatchObject({ errcode: 43002 });
			expect(await fieldsOf(request(path, { method: 'PUT', body: '{}' }))).toMatchObject({
				errcode: 43002,
			});
		}
		expect(await errcodeOf(DOMAIN_IP, {})).toBe(43001);
	});

	test('The IP whitelist refuses other addresses and names the caller', async () => {
		await controls.setIpWhitelist(['192.0.2.1']);
		const fields = await fieldsOf(post(LIST, {}));
		expect(fields.errcode).toBe(61004);
		expect(fields.errmsg).toMatch(
			/^access clientip is not registered requestIP: 127\.0\.0\.1 rid: /,
		);
		await controls.setIpWhitelist(['192.0.2.1', '127.0.0.*']);
		expect(await errcodeOf(LIST, {})).toBe(0);
	});

	test('A missing, malformed or unknown token is refused', async () => {
		expect(await errcodeOf(LIST, {}, '')).toBe(41001);
		const wrongParameter = `${sandbox.url}${LIST}?component_access_token=${token}`;
		expect(await fieldsOf(fetch(wrongParameter, { method: 'POST', body: '{}' }))).toMatchObject({
			errcode: 41001,
		});
		expect(await errcodeOf(LIST, {}, `${token}\n`)).toBe(40014);
		expect(await errcodeOf(LIST, {}, 'short')).toBe(40014);
		expect(await errcodeOf(LIST, {}, `${token}x`)).toBe(40001);
	});

	test.each<[TokenKind, number]>([
		['component', 61015],
		['own', 48001],
		['miniProgram', 48001],
	])('A token of the kind %s is refused by the link APIs only, with %i', async (kind, errcode) => {
		const wrong = await controls.issueToken(ACCOUNT, { kind });
		for (const path of [LINK, LIST, UNLINK]) expect(await errcodeOf(path, {}, wrong)).toBe(errcode);
		expect(await fieldsOf(request(DOMAIN_IP, {}, wrong))).toHaveProperty('ip_list');
		expect(await errcodeOf(LIST, {})).toBe(0);
	});

	test('A withdrawn or closed account, or one without permission set 33, is refused', async () => {
		await controls.withdraw(ACCOUNT);
		expect(await errcodeOf(LIST, {})).toBe(61003);
		await controls.grant(ACCOUNT, [1, 2]);
		expect(await errcodeOf(LIST, {})).toBe(61007);
		await controls.grant(ACCOUNT);
		expect(await errcodeOf(LIST, {})).toBe(0);
		for (const status of ['frozen', 'banned', 'cancelled'] as const) {
			await controls.setAccountStatus(ACCOUNT, status);
			expect(await errcodeOf(LIST, {})).toBe(61003);
		}
	});

	test('Calls per day and per minute are counted for each account and API', async () => {
		await controls.addAccount({ appId: OTHER_ACCOUNT });
		const other = await controls.issueToken(OTHER_ACCOUNT);
		await controls.setLimits({ callsPerMinute: 2, callsPerDay: 3 });
		// Start just after a minute began, so that none ends in the middle.
		await controls.advanceClock(61 - (Date.now() % 60_000) / 1000);
		expect(await errcodeOf(LIST, {})).toBe(0);
		expect(await errcodeOf(LIST, {})).toBe(0);
		expect(await errcodeOf(LIST, {})).toBe(45011);
		expect(await errcodeOf(LIST, {}, other)).toBe(0);
		expect(await link()).toBe(0);
		await controls.advanceClock(60);
		expect(await errcodeOf(LIST, {})).toBe(0);
		expect(await errcodeOf(LIST, {})).toBe(45009);
		await controls.advanceClock(86_400);
		const later = await controls.issueToken(ACCOUNT);
		expect(await errcodeOf(LIST, {}, later)).toBe(0);
	});

	test.each<[string, string, number]>([
		['empty', '', 44002],
		['not JSON', '{"appid":', 47001],
		['a form', `appid=${MP}`, 47001],
		['an array', '[]', 47001],
		['null', 'null', 47001],
		['preceded by a byte order mark', '\ufeff{}', 47001],
		['escaped', '{"x":"\\u4e2d"}', 47002],
	])('Every POST API refuses a body that is %s', async (_name, body, errcode) => {
		for (const path of [LINK, LIST, UNLINK]) expect(await errcodeOf(path, body)).toBe(errcode);
	});

	test('Raw Chinese and an escaped backslash before "u" are accepted', async () => {
		expect(await errcodeOf(LIST, '{"x":"中文"}')).toBe(0);
		expect(await errcodeOf(LIST, '{"x":"\\\\u4e2d"}')).toBe(0);
	});

	test('A body that is not UTF-8 is refused', async () => {
		const body = Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]);
		expect(await fieldsOf(request(LIST, { method: 'POST', body }))).toMatchObject({
			errcode: 47001,
		});
	});

	test('Of several faults in a call, WeChat answers with the first', async () => {
		// All faults at once, then one less at each step.
		await controls.setIpWhitelist([]);
		await controls.setLimits({ callsPerDay: 0, callsPerMinute: 0 });
		await controls.addAccount({ appId: ACCOUNT, status: 'withdrawn', permissionSets: [] });
		const url = `${sandbox.url}${LINK}`;
		const send = (query: string, body: string): Promise<Fields> =>
			fieldsOf(fetch(url + query, { method: 'POST', body }));
		expect(await fieldsOf(fetch(url))).toMatchObject({ errcode: 43002 });
		expect(await send('', '')).toMatchObject({ errcode: 61004 });
		await controls.setIpWhitelist(null);
		expect(await send('', '')).toMatchObject({ errcode: 41001 });
		expect(await errcodeOf(LINK, '')).toBe(61003);
		await controls.setAccountStatus(ACCOUNT, 'authorized');
		expect(await errcodeOf(LINK, '')).toBe(61007);
		await controls.grant(ACCOUNT);
		expect(await errcodeOf(LINK, '')).toBe(45009);
		await controls.setLimits({ callsPerDay: null });
		expect(await errcodeOf(LINK, '')).toBe(45011);
		await controls.setLimits({ callsPerMinute: null });
		expect(await errcodeOf(LINK, '')).toBe(44002);
		expect(await errcodeOf(LINK, '{')).toBe(47001);
		expect(await errcodeOf(LINK, {})).toBe(41002);
		expect(await errcodeOf(LINK, { appid: 'nonsense' })).toBe(47001);
		expect(await errcodeOf(LINK, linkBody('nonsense'))).toBe(40013);
	});
});

describe('Tokens', () => {
	test("A token looks like one of WeChat's, or is what the test sets", async () => {
		expect(token).toMatch(/^61_[A-Za-z0-9_-]{137}$/);
		const canary = await controls.issueToken(ACCOUNT, { value: 'canary token/1' });
		expect(canary).toBe('canary token/1');
		expect(await errcodeOf(LIST, {}, canary)).toBe(0);
		expect(await errcodeOf(LIST, {})).toBe(40001);
		await expect(controls.issueToken(ACCOUNT, { value: canary })).rejects.toThrow('already in use');
	});

	test('A token expires after its lifetime', async () => {
		const short = await controls.issueToken(ACCOUNT, { lifetimeSeconds: 100 });
		await controls.advanceClock(99);
		expect(await errcodeOf(LIST, {}, short)).toBe(0);
		await controls.advanceClock(1);
		expect(await errcodeOf(LIST, {}, short)).toBe(42001);
	});

	test('The control expireToken ends the current token', async () => {
		await controls.expireToken(ACCOUNT);
		expect(await errcodeOf(LIST, {})).toBe(42001);
		await expect(controls.expireToken(ACCOUNT)).rejects.toThrow('no current token');
	});

	test('A replaced token is void at once, or after the grace period that is set', async () => {
		const second = await controls.replaceToken(ACCOUNT);
		expect(await errcodeOf(LIST, {})).toBe(40001);
		await controls.configure({ replacedTokenGraceSeconds: 30 });
		const third = await controls.replaceToken(ACCOUNT);
		await controls.advanceClock(29);
		expect(await errcodeOf(LIST, {}, second)).toBe(0);
		await controls.advanceClock(1);
		expect(await errcodeOf(LIST, {}, second)).toBe(40001);
		expect(await errcodeOf(LIST, {}, third)).toBe(0);
	});

	test('The control replaceTokenAfter counts the calls whose token was accepted', async () => {
		await controls.replaceTokenAfter(ACCOUNT, 2);
		expect(await errcodeOf(LIST, {}, `${token}x`)).toBe(40001);
		expect(await errcodeOf(LIST, {})).toBe(0);
		expect(await link('wx00000000000000ff')).toBe(40013);
		expect(await errcodeOf(LIST, {})).toBe(40001);
	});
});

describe('wxamplink', () => {
	test.each([0, 1, '0', '1', ''])('wxamplink accepts %p for its flags', async (value) => {
		expect(await errcodeOf(LINK, linkBody(MP, value, value))).toBe(0);
		const yes = Number(value) === 1;
		expect(await controls.relation(ACCOUNT, MP)).toMatchObject({
			notifyUsers: yes,
			showProfile: yes,
		});
	});

	test.each([2, 'true', true, null, undefined, []])(
		'wxamplink refuses %p for either flag',
		async (value) => {
			const body = linkBody(MP);
			expect(await errcodeOf(LINK, { ...body, notify_users: value })).toBe(47001);
			expect(await errcodeOf(LINK, { ...body, show_profile: value })).toBe(47001);
		},
	);

	test.each<[unknown, number]>([
		[undefined, 41002],
		['', 41002],
		[12, 47001],
		['wx123', 40013],
		[MP.toUpperCase(), 40013],
		['wx00000000000000ff', 40013],
		[ACCOUNT, -1],
		['wx00000000000000b9', -1],
	])('wxamplink and wxampunlink answer the appid %p with %i', async (appid, errcode) => {
		await controls.addMiniProgram({ appId: 'wx00000000000000b9', kind: 'officialAccount' });
		expect(await errcodeOf(LINK, { ...linkBody(MP), appid })).toBe(errcode);
		expect(await errcodeOf(UNLINK, { appid })).toBe(errcode);
	});

	test('With knowAllMiniPrograms, any well-formed appid is accepted', async () => {
		await controls.configure({ knowAllMiniPrograms: true });
		expect(await link('wx00000000000000ff')).toBe(0);
		expect(await link('wx00000000000000fg')).toBe(40013);
		expect(await link(ACCOUNT)).toBe(-1);
	});

	test.each<[Partial<MiniProgramInput>, number]>([
		[{ banned: true, overseas: true, forbidsLinking: true }, 89013],
		[{ overseas: true, forbidsLinking: true }, 89008],
		[{ forbidsLinking: true }, 89245],
	])('A Mini Program with %p is refused with %i, even if it is linked', async (part, errcode) => {
		await controls.addMiniProgram({ appId: MP, ...part });
		expect(await link()).toBe(errcode);
		await controls.setRelation(ACCOUNT, MP, 1);
		expect(await link()).toBe(errcode);
	});

	test.each([
		[12, 89010],
		[2, 89010],
		[1, 89015],
		['unlinkPending', 89015],
		['linkingFromConsole', 89035],
		[3, 0],
		[4, 0],
		['none', 0],
	] as const)(
		'wxamplink answers a Mini Program in the state %p with %i',
		async (state, errcode) => {
			await controls.setLimits({ sameCompanyLinks: errcode === 0 ? null : 0 });
			await controls.setRelation(ACCOUNT, MP, state);
			expect(await link()).toBe(errcode);
		},
	);
});

describe('Limits of links', () => {
	test('An account has 10 places for Mini Programs of its own company, and a refusal frees one', async () => {
		const appIds = await addNumbered(11, { company: 'A' });
		for (const appId of appIds.slice(0, 10)) expect(await link(appId)).toBe(0);
		expect(await link(appIds[10])).toBe(89009);
		await controls.setRelation(ACCOUNT, appIds[0], 3);
		expect(await link(appIds[10])).toBe(0);
	});

	test('An account has 3 places for Mini Programs of other companies', async () => {
		const appIds = await addNumbered(4, { company: 'B' });
		for (const appId of appIds.slice(0, 3)) expect(await link(appId)).toBe(0);
		expect(await link(appIds[3])).toBe(89407);
		expect(await link()).toBe(0);
	});

	test('An account can link 13 Mini Programs a month', async () => {
		await controls.setLimits({ sameCompanyLinks: null });
		const appIds = await addNumbered(14);
		for (const appId of appIds.slice(0, 13)) expect(await link(appId)).toBe(0);
		expect(await link(appIds[13])).toBe(89007);
		await controls.advanceClock(31 * 86_400);
		token = await controls.issueToken(ACCOUNT);
		expect(await link(appIds[13])).toBe(0);
	});

	test('The monthly limits of the own and of other companies are separate', async () => {
		const [own] = await addNumbered(1, { company: 'A' });
		const [other, third] = await addNumbered(2, { company: 'B' }, 1);
		await controls.setLimits({ sameCompanyLinksPerMonth: 0, otherCompanyLinksPerMonth: 1 });
		expect(await link(own)).toBe(89016);
		expect(await link(other)).toBe(0);
		expect(await link(third)).toBe(89017);
	});
});

describe('States', () => {
	const status = async (): Promise<unknown> => (await items())[0]?.status;

	test('An invitation goes from 12 to 2 to 1 as the administrators agree', async () => {
		expect(await items()).toStrictEqual([]);
		expect(await link()).toBe(0);
		expect(await status()).toBe(12);
		await expect(controls.miniProgramAdminAgrees(ACCOUNT, MP)).rejects.toThrow('status is 12');
		await controls.officialAccountAdminAgrees(ACCOUNT, MP);
		expect(await status()).toBe(2);
		await expect(controls.officialAccountAdminAgrees(ACCOUNT, MP)).rejects.toThrow('status is 2');
		await controls.miniProgramAdminAgrees(ACCOUNT, MP);
		expect(await status()).toBe(1);
		expect(await controls.relation(ACCOUNT, MP)).toMatchObject({ status: 1, unlinkPending: false });
		expect(await controls.relation(ACCOUNT, MP2)).toBeNull();
	});

	test('A refusal by the Official Account removes the invitation, one by the Mini Program leaves status 3', async () => {
		await link();
		await controls.officialAccountAdminRefuses(ACCOUNT, MP);
		expect(await items()).toStrictEqual([]);
		await link();
		await controls.officialAccountAdminAgrees(ACCOUNT, MP);
		await controls.miniProgramAdminRefuses(ACCOUNT, MP);
		expect(await status()).toBe(3);
	});

	test('A link from the console ends with status 1', async () => {
		await controls.setRelation(ACCOUNT, MP, 'linkingFromConsole');
		expect(await status()).toBe(2);
		await controls.miniProgramAdminAgrees(ACCOUNT, MP);
		expect(await controls.relation(ACCOUNT, MP)).toMatchObject({ status: 1, fromConsole: false });
	});

	test('An unlink request waits for the administrator', async () => {
		await controls.setRelation(ACCOUNT, MP, 1);
		expect(await unlink()).toBe(0);
		expect(await status()).toBe(1);
		expect(await unlink()).toBe(89018);
		await controls.officialAccountAdminRefusesToUnlink(ACCOUNT, MP);
		expect(await unlink()).toBe(0);
		await controls.officialAccountAdminAgreesToUnlink(ACCOUNT, MP);
		expect(await items()).toStrictEqual([]);
		await expect(controls.officialAccountAdminAgreesToUnlink(ACCOUNT, MP)).rejects.toThrow(
			'no unlink',
		);
	});

	test.each<[Partial<MiniProgramInput>, number]>([
		[{ banned: true }, 89013],
		[{ nearby: true }, 89011],
		[{ kind: 'store' }, 89012],
	])('wxampunlink answers a linked Mini Program with %p with %i', async (part, errcode) => {
		await controls.addMiniProgram({ appId: MP, ...part });
		await controls.setRelation(ACCOUNT, MP, 1);
		expect(await unlink()).toBe(errcode);
	});

	test('The answer to unlinking a Mini Program that is not linked can be set', async () => {
		expect(await unlink()).toBe(40097);
		await controls.configure({ unlinkNotLinkedErrcode: 85005 });
		await controls.setRelation(ACCOUNT, MP, 2);
		expect(await unlink()).toBe(85005);
	});

	test('Each account has a list of its own', async () => {
		await controls.addAccount({ appId: OTHER_ACCOUNT });
		await link();
		token = await controls.issueToken(OTHER_ACCOUNT);
		expect(await items()).toStrictEqual([]);
		expect(await link()).toBe(0);
	});
});

describe('Items of wxamplinkget', () => {
	const allFields = [
		'appid',
		'copy_verify_status',
		'email',
		'func_infos',
		'headimg_url',
		'nearby_display_status',
		'nickname',
		'released',
		'selected',
		'source',
		'status',
		'username',
	];

	test.each([1, 2, 12])('An item with status %i has every field', async (state) => {
		await controls.addMiniProgram({
			appId: MP,
			username: 'gh_1',
			nickname: '花店',
			email: 'a@example.com',
			nearby: true,
		});
		await controls.setRelation(ACCOUNT, MP, state);
		const [item] = await items();
		expect(Object.keys(item).sort()).toEqual(allFields);
		expect(item).toMatchObject({
			status: state,
			appid: MP,
			username: 'gh_1',
			nickname: '花店',
			email: 'a@example.com',
			selected: 1,
			nearby_display_status: 1,
			released: 1,
			source: 'SOURCE_NORMAL',
		});
		expect(item.func_infos).toHaveLength(2);
	});

	test('The field selected repeats show_profile', async () => {
		await errcodeOf(LINK, linkBody(MP, 1, 0));
		expect((await items())[0].selected).toBe(0);
	});

	test('A refused item has six fields', async () => {
		await controls.setRelation(ACCOUNT, MP, 3);
		const [item] = await items();
		expect(Object.keys(item).sort()).toEqual([
			'func_infos',
			'headimg_url',
			'nickname',
			'source',
			'status',
			'username',
		]);
		expect(item.func_infos).toStrictEqual([]);
	});
});

describe('Behaviors', () => {
	test.each<[Behavior, RegExp]>([
		[
			{ errcode: 45011 },
			/^api minute-quota reach limit, must slower, retry next minute rid: [0-9a-f-]{26}$/,
		],
		[{ errcode: 1005 }, /^ rid: [0-9a-f-]{26}$/],
		[{ errcode: 777001 }, /^ rid: [0-9a-f-]{26}$/],
		[{ errcode: 777001, errmsg: 'new' }, /^new rid: [0-9a-f-]{26}$/],
		[{ errcode: 89245, blankErrmsg: true }, /^ rid: [0-9a-f-]{26}$/],
		[{ errcode: 89015, tail: 'hint' }, /^has linked wxa hint: \[[A-Za-z]{6}\d{8}\]$/],
		[{ errcode: 89015, tail: 'ridNoSpace' }, /^has linked wxarid:[0-9a-f-]{26}$/],
		[{ errcode: 89015, tail: 'commaRid' }, /^has linked wxa, rid: [0-9a-f-]{26}$/],
	])(
		'The behavior %j forces the errcode and the end of errmsg, and the call has no effect',
		async (behavior, errmsg) => {
			await controls.answerWith({}, behavior);
			const fields = await fieldsOf(post(LINK, linkBody(MP)));
			expect(fields.errcode).toBe(behavior.errcode);
			expect(fields.errmsg).toMatch(errmsg);
			expect(await controls.relation(ACCOUNT, MP)).toBeNull();
		},
	);

	test('The style of an answer also applies to failures that are not forced', async () => {
		await controls.answerWith({}, { tail: 'hint', errcodeAsString: true });
		const fields = await fieldsOf(post(LIST, {}, `${token}x`));
		expect(fields.errcode).toBe('40001');
		expect(fields.errmsg).toMatch(/ hint: \[/);
	});

	test('A success can have its errcode as a string, or none', async () => {
		await controls.answerWith({}, { errcodeAsString: true, times: 1 });
		await controls.answerWith({}, { bareSuccess: true });
		expect(await fieldsOf(post(LINK, linkBody(MP)))).toEqual({ errcode: '0', errmsg: 'ok' });
		expect(await fieldsOf(post(LINK, linkBody(MP2)))).toEqual({});
		expect(Object.keys(await fieldsOf(post(LIST, {})))).toEqual(['wxopens']);
	});

	test('Behaviors with a number of times follow each other, and then calls succeed', async () => {
		await controls.answerWith({ path: LIST }, { errcode: -1, times: 2 });
		await controls.answerWith({ path: LIST }, { errcode: 45009, times: 1 });
		const seen: unknown[] = [];
		for (let call = 0; call < 4; call += 1) seen.push(await errcodeOf(LIST, {}));
		expect(seen).toEqual([-1, -1, 45009, 0]);
	});

	test.each<[string, Match, unknown[]]>([
		['Mini Program', { miniProgramAppId: MP }, [61028, 0, 0]],
		['account', { account: ACCOUNT }, [61028, 61028, 61028]],
		['other account', { account: OTHER_ACCOUNT }, [0, 0, 0]],
		['path', { path: LIST }, [0, 0, 61028]],
		['path and Mini Program', { path: UNLINK, miniProgramAppId: MP }, [0, 0, 0]],
	])('A behavior applies to the calls with the same %s', async (_name, match, expected) => {
		await controls.answerWith(match, { errcode: 61028 });
		expect([await link(MP), await link(MP2), await errcodeOf(LIST, {})]).toEqual(expected);
	});

	test('A call with a fault of its own does not use up a forced errcode', async () => {
		await controls.answerWith({}, { errcode: -1, times: 1 });
		expect(await errcodeOf(LIST, '')).toBe(44002);
		expect(await errcodeOf(LIST, {}, `${token}x`)).toBe(40001);
		expect(await errcodeOf(LIST, {})).toBe(-1);
		expect(await errcodeOf(LIST, {})).toBe(0);
	});

	test('The control stopAnswering ends one behavior or all', async () => {
		const first = await controls.answerWith({}, { errcode: -1 });
		await controls.answerWith({ miniProgramAppId: MP }, { errcode: 1006 });
		expect(await link()).toBe(-1);
		await controls.stopAnswering(first);
		expect(await link()).toBe(1006);
		await controls.stopAnswering();
		expect(await link()).toBe(0);
		await expect(controls.stopAnswering(first)).rejects.toThrow('no behavior');
	});

	test('A call can be dropped before or after it takes effect', async () => {
		await controls.answerWith({}, { drop: true, times: 1 });
		await expect(post(LINK, linkBody(MP))).rejects.toThrow();
		expect(await controls.relation(ACCOUNT, MP)).toBeNull();
		await controls.answerWith({}, { drop: true, carryOut: true, times: 1 });
		await expect(post(LINK, linkBody(MP))).rejects.toThrow();
		expect(await controls.relation(ACCOUNT, MP)).toMatchObject({ status: 12 });
		const calls = await controls.calls({ errcode: 'dropped' });
		expect(calls.map((call) => call.carriedOut)).toEqual([false, true]);
	});

	describe('An outage of the first host', () => {
		const linkAt = async (url: string) => {
			const address = `${url}${LINK}?access_token=${token}`;
			const body = JSON.stringify(linkBody(MP));
			const response = await fetch(address, {
				method: 'POST',
				body,
				signal: AbortSignal.timeout(200),
			});
			return await response.text();
		};

		test.each([
			['refuses', 'ECONNREFUSED'],
			['resets', 'ECONNRESET'],
			['hangs', 'TimeoutError'],
		] as const)(
			'A first host that %s ends calls with %s and leaves the second host alone',
			async (outage, error) => {
				await controls.setOutage('first', outage);
				const failed: unknown = await linkAt(sandbox.url).catch((reason: unknown) => reason);
				expect(inspect(failed)).toContain(error);
				expect(await controls.count()).toBe(0);
				expect(JSON.parse(await linkAt(sandbox.secondUrl))).toMatchObject({ errcode: 0 });
				expect(await controls.calls()).toMatchObject([{ path: LINK, host: 'second' }]);
				await controls.setOutage('first', null);
				expect(JSON.parse(await linkAt(sandbox.url))).toMatchObject({ errcode: 89010 });
				expect((await controls.calls())[1]).not.toHaveProperty('host');
			},
		);

		test('A first host that is another server answers with a page', async () => {
			await controls.setOutage('first', 'page');
			expect(await linkAt(sandbox.url)).toBe('<html>Welcome</html>');
		});

		test('A reset ends an outage, during which the controls still work', async () => {
			await controls.setOutage('first', 'hangs');
			await connectSandbox(sandbox.url).reset();
			await controls.setOutage('first', 'refuses');
			await connectSandbox(sandbox.secondUrl).reset();
			expect(JSON.parse(await linkAt(sandbox.url))).toMatchObject({ errcode: 40001 });
		});
	});

	test('A call can take effect although it gets an errcode', async () => {
		await controls.answerWith({}, { errcode: -1, carryOut: true, times: 1 });
		expect(await link()).toBe(-1);
		expect(await link()).toBe(89010);
	});

	test('An answer can be truncated JSON although the call takes effect', async () => {
		await controls.answerWith({}, { truncate: true });
		const response = await post(LINK, linkBody(MP));
		const text = await response.text();
		expect('{"errcode":0,"errmsg":"ok"}'.startsWith(text)).toBe(true);
		expect(() => JSON.parse(text) as unknown).toThrow();
		expect(await controls.relation(ACCOUNT, MP)).not.toBeNull();
	});

	test('An answer can be HTML with any HTTP status', async () => {
		await controls.answerWith({}, { htmlStatus: 502 });
		const response = await post(LINK, linkBody(MP));
		expect(response.status).toBe(502);
		expect(response.headers.get('content-type')).toBe('text/html');
		expect(await response.text()).toMatch(/^<html>/);
		expect(await controls.relation(ACCOUNT, MP)).toBeNull();
	});

	test('A delay holds back the answer, not the effect', async () => {
		await controls.answerWith({}, { delayMs: 10_000, times: 1 });
		const abort = new AbortController();
		const slow = fetch(`${sandbox.url}${LINK}?access_token=${token}`, {
			method: 'POST',
			body: JSON.stringify(linkBody(MP)),
			signal: abort.signal,
		});
		const settled = jest.fn();
		slow.then(settled, settled);
		while ((await controls.relation(ACCOUNT, MP)) === null) await new Promise(setImmediate);
		expect(settled).not.toHaveBeenCalled();
		expect((await controls.stats()).inFlight).toBe(1);
		abort.abort();
		await expect(slow).rejects.toThrow();
		await controls.setLatency(20);
		expect(await link(MP2)).toBe(0);
	});

	test('A behavior can change the entries of the list for one call', async () => {
		await controls.setRelation(ACCOUNT, MP, 1);
		await controls.setRelation(ACCOUNT, MP2, 2);
		for (const behavior of [
			{ omitAppId: true },
			{ itemStatus: 4 },
			{ addServiceAccount: true },
			{ omitWxopens: true },
		]) {
			await controls.answerWith({ path: LIST }, { ...behavior, times: 1 });
		}
		expect((await items()).map((item) => item.appid)).toEqual([undefined, MP2]);
		expect((await items()).map((item) => item.status)).toEqual([4, 4]);
		expect((await items()).map((item) => item.nickname)).toContain('服务号');
		expect(await fieldsOf(post(LIST, {}))).toEqual({ errcode: 0, errmsg: 'ok' });
		expect(await items()).toHaveLength(2);
	});

	test.each([
		['noItems', { items: [] }],
		['wxopensNull', null],
		['withoutFirst', { items: [] }],
		['wxopensEmpty', {}],
		['itemsNull', { items: null }],
		['itemsEmptyObject', { items: {} }],
		['withNullItems', { items: [null, expect.objectContaining({ status: 1 }), null] }],
	] as const)('The list of links can have the form %s for one call', async (listForm, wxopens) => {
		await controls.setRelation(ACCOUNT, MP, 1);
		await controls.answerWith({ path: LIST }, { listForm, times: 1 });
		expect((await fieldsOf(post(LIST, {}))).wxopens).toEqual(wxopens);
		expect((await fieldsOf(post(LIST, {}))).wxopens).toMatchObject({ items: [{ appid: MP }] });
	});
});

describe('Token service', () => {
	const ask = (headers: Record<string, string> = {}, account = ACCOUNT): Promise<Response> =>
		fetch(`${sandbox.url}/_sandbox/token-service/${account}`, { headers });

	test('The token service returns the current token while that works, otherwise a new one', async () => {
		await controls.advanceClock(200);
		const fields = await fieldsOf(ask());
		expect(fields.authorizer_access_token).toBe(token);
		expect(fields.expires_in).toBeGreaterThan(6900);
		expect(fields.expires_in).toBeLessThanOrEqual(7000);
		await controls.expireToken(ACCOUNT);
		const renewed = String((await fieldsOf(ask())).authorizer_access_token);
		expect(renewed).not.toBe(token);
		expect(await errcodeOf(LIST, {}, renewed)).toBe(0);
		expect(await controls.tokenServiceCount()).toBe(2);
		expect(await controls.tokenServiceCount(OTHER_ACCOUNT)).toBe(0);
	});

	test('The token service can make a token at each call', async () => {
		await controls.setTokenService({ mint: true, lifetimeSeconds: 60, key: 'access_token' });
		const first = await fieldsOf(ask());
		const second = await fieldsOf(ask());
		expect(second.expires_in).toBe(60);
		expect(await errcodeOf(LIST, {}, String(first.access_token))).toBe(40001);
		expect(await errcodeOf(LIST, {}, String(second.access_token))).toBe(0);
	});

	test('The token service can cache its token until a call says no-cache', async () => {
		await controls.setTokenService({ caches: true, inData: true, key: 'token' });
		const given = async (headers?: Record<string, string>) =>
			(await fieldsOf(ask(headers))).data as { token: string; expires_in: number };
		const kept = await given();
		expect(kept).toEqual({ token: expect.any(String), expires_in: expect.any(Number) });
		await controls.replaceToken(ACCOUNT);
		expect((await given()).token).toBe(kept.token);
		const fresh = await given({ 'Cache-Control': 'no-cache' });
		expect(await errcodeOf(LIST, {}, fresh.token)).toBe(0);
		expect(await given()).toMatchObject({ token: fresh.token });
		expect(await controls.tokenServiceCount()).toBe(4);
		expect(await controls.noCacheCount(ACCOUNT)).toBe(1);
	});

	test('The token service can return any answer', async () => {
		await controls.setTokenService({ answer: { status: 503, text: 'closed' } });
		const answer = await ask();
		expect([answer.status, await answer.text()]).toEqual([503, 'closed']);
	});

	test('The token service can require a secret header', async () => {
		await controls.setTokenService({ secretHeader: { name: 'X-Key', value: 's3cret' } });
		const refused = await ask({ 'X-Key': 'wrong' });
		expect(refused.status).toBe(401);
		expect(await refused.json()).toEqual({ error: 'unauthorized' });
		expect((await ask()).status).toBe(401);
		expect(await fieldsOf(ask({ 'x-key': 's3cret' }))).toMatchObject({
			authorizer_access_token: token,
		});
	});

	test('The token service refuses an unknown account and a wrong method', async () => {
		expect((await ask({}, OTHER_ACCOUNT)).status).toBe(404);
		const url = `${sandbox.url}/_sandbox/token-service/${ACCOUNT}`;
		expect((await fetch(url, { method: 'POST' })).status).toBe(405);
	});

	test('The token service can fail in several ways', async () => {
		await controls.setTokenService({ failure: 'http500' });
		expect((await ask()).status).toBe(500);
		await controls.setTokenService({ failure: 'notJson' });
		expect(await (await ask()).text()).toMatch(/^<html>/);
		await controls.setTokenService({ failure: 'noToken' });
		expect(await fieldsOf(ask())).not.toHaveProperty('authorizer_access_token');
		await controls.setTokenService({
			failure: null,
			fixedToken: 'bad',
			omitExpiresIn: true,
			delayMs: 5,
		});
		expect(await fieldsOf(ask())).toEqual({ authorizer_access_token: 'bad' });
	});

	test('The token service can return a new token of the wrong kind at each call', async () => {
		await controls.setTokenService({ wrongKind: 'component' });
		const tokens = [await fieldsOf(ask()), await fieldsOf(ask())].map((fields) =>
			String(fields.authorizer_access_token),
		);
		expect(tokens[0]).not.toBe(tokens[1]);
		for (const wrong of tokens) expect(await errcodeOf(LIST, {}, wrong)).toBe(61015);
		expect(await errcodeOf(LIST, {})).toBe(0);
	});
});

describe('Call log', () => {
	test('The call log shows each call without its token', async () => {
		await link();
		await errcodeOf(LIST, 'not json');
		await fieldsOf(request(DOMAIN_IP, {}, 'unknown_token_of_someone'));
		const calls = await controls.calls();
		expect(calls).toMatchObject([
			{
				sequence: 1,
				method: 'POST',
				path: LINK,
				account: ACCOUNT,
				miniProgramAppId: MP,
				body: linkBody(MP),
				contentType: 'application/json',
				tokenFingerprint: fingerprintOf(token),
				errcode: 0,
				carriedOut: true,
			},
			{ path: LIST, body: 'not json', miniProgramAppId: null, errcode: 47001, carriedOut: false },
			{
				method: 'GET',
				path: DOMAIN_IP,
				account: null,
				body: null,
				errcode: 40001,
				tokenFingerprint: fingerprintOf('unknown_token_of_someone'),
			},
		]);
		expect(JSON.stringify(calls)).not.toContain(token);
		expect(await controls.calls({ path: LIST })).toHaveLength(1);
		expect(
			await controls.calls({ miniProgramAppId: MP, errcode: 0, account: ACCOUNT }),
		).toHaveLength(1);
		expect(await controls.calls({ afterSequence: 2 })).toHaveLength(1);
		expect(await controls.count()).toBe(3);
		expect(await controls.count(LINK)).toBe(1);
		expect((await controls.stats()).byErrcode).toEqual({ '0': 1, '47001': 1, '40001': 1 });
	});

	test('The statistics count the calls in flight', async () => {
		await controls.setLatency(30);
		await Promise.all(Array.from({ length: 5 }, () => errcodeOf(LIST, {})));
		const { maxInFlight } = await controls.stats();
		expect(maxInFlight).toBeGreaterThan(1);
		expect(maxInFlight).toBeLessThanOrEqual(5);
	});

	test('The call log keeps the last calls in order', () => {
		const log = new CallLog(3);
		const call = {
			at: 0,
			method: 'POST',
			path: LINK,
			account: null,
			miniProgramAppId: null,
			body: null,
			contentType: null,
			tokenFingerprint: null,
			errcode: 0,
			carriedOut: false,
		};
		for (let index = 0; index < 5; index += 1) log.add(call, true);
		expect(log.calls().map((record) => record.sequence)).toEqual([3, 4, 5]);
		expect(log.count(LINK)).toBe(5);
	});
});

describe('Controls', () => {
	test('The controls work the same over HTTP', async () => {
		const remote = connectSandbox(sandbox.url);
		await remote.reset();
		await remote.addAccount({ appId: ACCOUNT, name: '示例' });
		await remote.addMiniProgram({ appId: MP, nickname: undefined });
		token = await remote.issueToken(ACCOUNT, undefined);
		expect(await link()).toBe(0);
		await remote.officialAccountAdminAgrees(ACCOUNT, MP);
		expect(await remote.relation(ACCOUNT, MP)).toEqual(await controls.relation(ACCOUNT, MP));
		expect(await remote.relation(ACCOUNT, MP2)).toBeNull();
		expect(await remote.calls({ path: LINK })).toEqual(await controls.calls({ path: LINK }));
		await expect(remote.officialAccountAdminAgrees(ACCOUNT, MP)).rejects.toThrow('status is 2');
		expect(Object.keys(remote).sort()).toEqual(Object.keys(controls).sort());
	});

	test.each([
		['nothing', '[]', 'unknown control nothing'],
		['toString', '[]', 'unknown control toString'],
		['issueToken', '{}', 'the body must be a JSON array of arguments'],
		['issueToken', '[', 'the body is not JSON; send an array of arguments'],
		['setLatency', '["5"]', 'setLatency argument 1: expected a number, 0 or more, got "5"'],
		['setLatency', '[]', 'setLatency argument 1: expected a number, 0 or more, got nothing'],
		['reset', '[1]', 'reset: expected at most 0 arguments, got 1'],
		['answerWith', '[{},{"errorcode":1}]', 'answerWith argument 2: unknown field errorcode'],
		[
			'answerWith',
			'[{},{"htmlStatus":99}]',
			'answerWith argument 2.htmlStatus: expected a status from 200 to 599, got 99',
		],
		[
			'addAccount',
			'[{"appId":"x"}]',
			'addAccount argument 1.appId: expected wx and 16 lower-case hex digits, got "x"',
		],
		[
			'replaceToken',
			`["${OTHER_ACCOUNT}"]`,
			`no account ${OTHER_ACCOUNT}; add it with addAccount first`,
		],
	])('The control %s refuses the arguments %s with a message', async (name, body, message) => {
		const response = await fetch(`${sandbox.url}/_sandbox/${name}`, { method: 'POST', body });
		expect(response.status).toBe(400);
		expect(await response.json()).toEqual({ error: message });
	});

	test('A reset restores the options of the start', async () => {
		const own = await startSandbox({ knowAllMiniPrograms: true });
		await own.controls.configure({ knowAllMiniPrograms: false });
		await own.controls.reset();
		await own.controls.addAccount({ appId: ACCOUNT });
		await own.controls.setRelation(ACCOUNT, MP, 1);
		expect(await own.controls.relation(ACCOUNT, MP)).toMatchObject({ status: 1 });
		await own.close();
	});

	test('Closing the local WeChat ends open connections and outstanding answers at once', async () => {
		const own = await startSandbox();
		await own.controls.setLatency(60_000);
		const outstanding = fetch(`${own.url}${LIST}`, { method: 'POST', body: '{}' });
		const failed = expect(outstanding).rejects.toThrow();
		while ((await own.controls.count()) === 0) await new Promise(setImmediate);
		await own.close();
		await failed;
		await expect(fetch(own.url)).rejects.toThrow();
	});
});
