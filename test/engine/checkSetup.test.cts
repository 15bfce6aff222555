import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CredentialTestContext } from 'n8n-core';
import { NodeHelpers, type ICredentialDataDecryptedObject, type IDataObject } from 'n8n-workflow';

import { CHECK_NAMES, CHECKS, type Check } from '../../nodes/setup/finding';
import { WeChatMiniProgramLink } from '../../nodes/WeChatMiniProgramLink/WeChatMiniProgramLink.node';
import {
	ACCOUNTS,
	INFO,
	MINT_AUTHORIZER,
	MINT_COMPONENT,
	usePlatformWorld,
} from './platformWorld.cts';
import { setUp } from './engine.cts';
import { TriggerServer } from './trigger.cts';
import { LINK, LIST, OA, OTHER_OA, UNLINK } from './world.cts';

const QUOTA = '/cgi-bin/openapi/quota/get';
const START = '/cgi-bin/component/api_start_push_ticket';
const THIRD_OA = 'wx00000000000000a3';

const world = usePlatformWorld();

beforeEach(() => world.ticketCame(3));

type Found = Record<string, IDataObject>;

const statuses = (found: Found): Record<string, unknown> =>
	Object.fromEntries(Object.entries(found).map(([check, { status }]) => [check, status]));

const change = (fields: ICredentialDataDecryptedObject): void => {
	world.credential = { ...world.credential, ...fields };
};

const testCredential = async () =>
	await new WeChatMiniProgramLink().methods.credentialTest.testOpenPlatform.call(
		new CredentialTestContext(),
		{ id: '1', name: 'Credential', type: 'weChatOpenPlatformApi', data: world.credential },
	);

describe('A good setup', () => {
	it('A good setup is ok in every check, in the order of the checks', async () => {
		const found = await world.checkSetup();
		expect(Object.keys(found)).toEqual(CHECKS);
		expect(new Set(Object.values(statuses(found)))).toEqual(new Set(['ok']));
	});

	it('A setup is ok after the trigger has received the ticket', async () => {
		const server = new TriggerServer(world);
		await server.start();
		change({ componentVerifyTicket: '', verifyTicketReceivedAt: 0 });
		server.credential = world.credential;
		await world.controls.setEventUrl(server.url);
		await world.controls.pushTicket();
		world.credential = server.credential;
		await server.close();
		expect(new Set(Object.values(statuses(await world.checkSetup())))).toEqual(new Set(['ok']));
	});

	it('A good setup passes the credential test without a note', async () => {
		expect(await testCredential()).toEqual({
			status: 'OK',
			message: 'WeChat accepted the platform',
		});
	});

	it('A second Check Setup is ok with the token that the first one made', async () => {
		await world.checkSetup();
		expect(statuses(await world.checkSetup())).toMatchObject({ componentToken: 'ok' });
		expect(await world.controls.count(MINT_COMPONENT)).toBe(1);
	});

	it('Check Setup shows the numbers of the quotas and nothing else about the account', async () => {
		await world.controls.setApiLimit(LIST, { callsPerDay: 500, callsPerMinute: 60 });
		await world.results({ operation: 'getStatus' });
		const { linkApiQuota } = await world.checkSetup();
		expect(linkApiQuota.detail).toContain(
			'wxamplinkget: used 1 of 500 a day, 499 left, 60 calls in 60 s, 60 calls in 60 s by a platform',
		);
		expect(linkApiQuota.detail).toContain('wxamplink: used 0 of');
		expect(linkApiQuota.detail).toContain('wxampunlink: used 0 of');
		expect(linkApiQuota.detail).not.toContain(OA);
		expect(linkApiQuota.hint).toContain('maintainers');
	});

	it('Check Setup runs once, however many items come in', async () => {
		const { outputs } = await world.runForPlatform('checkSetup', {
			parameters: { resource: 'platform' },
			accounts: [OA, OTHER_OA, OA],
		});
		expect(outputs.flat()).toHaveLength(CHECKS.length);
		expect(await world.controls.count(START)).toBe(1);
	});
});

/** A page in place of WeChat. */
let page: Server | undefined;
afterEach(() => page?.close());
async function startPage(): Promise<string> {
	page = createServer((_, response) => {
		response.writeHead(200, { 'Content-Type': 'text/html' }).end('<html>Welcome</html>');
	});
	await new Promise<void>((resolve) => page?.listen(0, '127.0.0.1', resolve));
	return `http://127.0.0.1:${(page.address() as AddressInfo).port}`;
}

const OPEN_PLATFORM = /微信开放平台/;
const OFFICIAL_ACCOUNTS = /mp\.weixin\.qq\.com/;
const WRONG_SECRET = 'f'.repeat(32);

interface Broken {
	/** What is broken. */
	name: string;
	arrange: () => Promise<void> | void;
	/** The check that names the cause, its status, and what it says. */
	check: string;
	status: string;
	detail: RegExp;
	hint: RegExp;
	/** The credential test: what it says, and whether that is a failure. */
	test: { status: 'OK' | 'Error'; message: RegExp };
}

const failing = (message: RegExp): Broken['test'] => ({ status: 'Error', message });
const passing = (message: RegExp): Broken['test'] => ({ status: 'OK', message });

const BROKEN: Broken[] = [
	{
		name: 'a wrong secret before the first ticket',
		arrange: () =>
			change({
				componentAppSecret: WRONG_SECRET,
				componentVerifyTicket: '',
				verifyTicketReceivedAt: 0,
			}),
		check: 'credential',
		status: 'failed',
		detail: /40125.*Component App Secret/,
		hint: OPEN_PLATFORM,
		test: failing(/40125.*Component App Secret/),
	},
	{
		name: 'a wrong secret with a ticket',
		arrange: () => change({ componentAppSecret: WRONG_SECRET }),
		check: 'credential',
		status: 'failed',
		detail: /40125.*Component App Secret/,
		hint: OPEN_PLATFORM,
		test: failing(/40125.*Component App Secret/),
	},
	{
		name: 'a wrong secret that WeChat answers with 61006',
		arrange: async () => {
			change({ componentAppSecret: WRONG_SECRET });
			await world.controls.configure({ wrongSecretErrcode: 61006 });
		},
		check: 'credential',
		status: 'failed',
		detail: /61006.*Component App Secret/,
		hint: OPEN_PLATFORM,
		test: failing(/61006.*Component App Secret/),
	},
	{
		name: 'no ticket',
		arrange: () => change({ componentVerifyTicket: '', verifyTicketReceivedAt: 0 }),
		check: 'ticket',
		status: 'failed',
		detail: /has not pushed a ticket/,
		hint: /授权事件接收URL/,
		test: failing(
			/^AppID, AppSecret and IP whitelist are right.*has not pushed a ticket.*授权事件接收URL/,
		),
	},
	{
		name: 'a stale ticket that WeChat no longer accepts',
		arrange: async () => {
			world.ticketCame(13 * 60);
			await world.controls.advanceClock(13 * 3600);
		},
		check: 'ticket',
		status: 'failed',
		detail: /61005/,
		hint: /授权事件接收URL/,
		test: failing(/61005.*授权事件接收URL/),
	},
	{
		name: 'a ticket from two hours ago',
		arrange: () => world.ticketCame(125),
		check: 'ticket',
		status: 'attention',
		detail: /2 h ago; WeChat pushes one every 10 minutes/,
		hint: /授权事件接收URL/,
		test: passing(/2 h ago.*授权事件接收URL/),
	},
	{
		name: 'a trigger whose requests n8n parses',
		arrange: () => change({ triggerParsesBody: '{"1":"Pushes","2":"Welcome"}' }),
		check: 'triggerBody',
		status: 'attention',
		detail: /parses what the trigger receives in 2 workflows: Pushes, Welcome$/,
		hint: /Delete the trigger.*授权事件接收URL/,
		test: passing(/2 workflows: Pushes, Welcome\. .*授权事件接收URL/),
	},
	{
		name: 'a key that is not a valid key',
		arrange: () => change({ encodingAesKey: `${'k'.repeat(42)}=` }),
		check: 'encodingAesKey',
		status: 'failed',
		detail: /Encoding AES Key is not a valid key/,
		hint: /消息加解密Key.*微信开放平台/,
		test: failing(/Encoding AES Key is not a valid key.*消息加解密Key/),
	},
	{
		name: 'a wrong key that can read no push',
		arrange: () => {
			change({ encodingAesKey: 'x'.repeat(43) });
			world.ticketCame(90);
		},
		check: 'encodingAesKey',
		status: 'unknown',
		detail: /no push in the last hour was read with it/,
		hint: /消息加解密Key.*微信开放平台/,
		test: passing(/The newest ticket came 90 min ago/),
	},
	{
		name: 'a wrong key that replaced the one that has just read a push',
		arrange: () => change({ encodingAesKey: 'x'.repeat(43) }),
		check: 'encodingAesKey',
		status: 'unknown',
		detail: /no push in the last hour was read with it/,
		hint: /消息加解密Key.*微信开放平台/,
		// Nothing is wrong yet: the earlier ticket still works.
		test: passing(/^WeChat accepted the platform$/),
	},
	{
		name: 'an IP address that is not in the whitelist',
		arrange: async () =>
			void (await world.controls.changePlatform({ ipWhitelist: ['203.0.113.7'] })),
		check: 'ipWhitelist',
		status: 'failed',
		detail: /61004.*127\.0\.0\.1/,
		hint: /127\.0\.0\.1.*白名单IP地址列表.*微信开放平台/,
		test: failing(/61004.*127\.0\.0\.1.*白名单IP地址列表/),
	},
	{
		name: 'an IP address that is not in the whitelist, before the first ticket',
		arrange: async () => {
			change({ componentVerifyTicket: '', verifyTicketReceivedAt: 0 });
			await world.controls.changePlatform({ ipWhitelist: ['203.0.113.7'] });
		},
		check: 'ipWhitelist',
		status: 'failed',
		detail: /61004.*127\.0\.0\.1/,
		hint: /白名单IP地址列表/,
		test: failing(/61004.*127\.0\.0\.1/),
	},
	{
		name: 'a platform without accounts',
		arrange: async () => void (await world.controls.setAccountStatus(OA, 'none')),
		check: 'authorizedAccounts',
		status: 'attention',
		detail: /No Official Account has authorized/,
		hint: /Create Authorization URL.*微信开放平台|Create Authorization URL.*WeChat Open Platform console/,
		test: passing(/No Official Account has authorized.*Create Authorization URL/),
	},
	{
		name: 'permission set 33 missing in half of the accounts',
		arrange: async () =>
			void (await world.controls.addAccount({ appId: OTHER_OA, permissionSets: [1] })),
		check: 'permissionSet33',
		status: 'attention',
		detail: new RegExp(`1 of 2 accounts lacks permission set 33: Account 00a2 \\(${OTHER_OA}\\)$`),
		hint: /Create Authorization URL.*小程序关联管理.*公众平台安全助手.*更新授权/,
		test: passing(/1 of 2 accounts lacks permission set 33.*小程序关联管理/),
	},
	{
		name: 'permission set 33 missing in all accounts',
		arrange: async () => await world.controls.grant(OA, [1]),
		check: 'permissionSet33',
		status: 'attention',
		detail: /1 of 1 account lacks permission set 33/,
		hint: /platform itself.*微信开发者平台.*管理权限集.*at once/,
		test: passing(/1 of 1 account lacks permission set 33/),
	},
	{
		name: 'frozen, banned, warned and cancelled accounts',
		arrange: async () => {
			await world.controls.setAccountStatus(OA, 'frozen');
			for (const [n, accountStatus] of [14, 16, 18].entries()) {
				await world.controls.addAccount({ appId: `wx00000000000000d${n}`, accountStatus });
			}
		},
		check: 'closedAccounts',
		status: 'attention',
		detail:
			/1 cancelled: Account 00d0 \(wx00000000000000d0\); 1 banned: .*d1\); 1 frozen: Tea House \(.*a1\); 1 warned: .*d2\)/,
		hint: OFFICIAL_ACCOUNTS,
		test: passing(/1 frozen: .*mp\.weixin\.qq\.com/),
	},
	{
		name: 'an account that withdrew and is still listed',
		arrange: async () => {
			await world.controls.configure({ listShowsWithdrawn: true });
			await world.controls.addAccount({ appId: OTHER_OA });
			await world.controls.withdraw(OTHER_OA);
		},
		check: 'closedAccounts',
		status: 'attention',
		detail: new RegExp(`1 withdrawn: ${OTHER_OA}`),
		hint: /withdrew/,
		test: passing(/1 withdrawn/),
	},
	{
		name: 'a code that was not exchanged',
		arrange: async () =>
			void (await world.controls.addAccount({ appId: OTHER_OA, exchanged: false })),
		check: 'unexchangedCodes',
		status: 'attention',
		detail: /1 authorization code was not exchanged; 1 not kept here: Account 00a2 \(/,
		hint: /WeChat Open Platform Trigger.*changes which permission sets are ticked/,
		test: passing(/1 authorization code was not exchanged/),
	},
	{
		name: 'a used-up daily quota for platform tokens',
		arrange: async () => await world.controls.setApiLimit(MINT_COMPONENT, { callsPerDay: 0 }),
		check: 'componentToken',
		status: 'failed',
		detail: /45009/,
		hint: /clear_quota\/v2.*WeChat Open Platform console/,
		test: failing(/45009.*clear_quota\/v2/),
	},
	{
		name: 'a used-up daily quota for link calls',
		arrange: async () => await world.controls.setApiLimit(LINK, { callsPerDay: 0 }),
		check: 'linkApiQuota',
		status: 'attention',
		detail: /wxamplink: used 0 of 0 a day, 0 left/,
		hint: /clear_quota/,
		// The check needs a merchant's token, which a credential test must not make.
		test: passing(/^WeChat accepted the platform$/),
	},
	{
		name: "a used-up daily quota for merchants' tokens",
		arrange: async () => await world.controls.setApiLimit(MINT_AUTHORIZER, { callsPerDay: 0 }),
		check: 'linkApiQuota',
		status: 'attention',
		detail: /45009/,
		hint: /clear_quota/,
		test: passing(/^WeChat accepted the platform$/),
	},
	{
		name: 'a WeChat that cannot be reached',
		arrange: () => change({ apiBaseUrl: 'http://127.0.0.1:1' }),
		check: 'credential',
		status: 'failed',
		detail: /No answer from/,
		hint: /API Base URL/,
		test: failing(/No answer from.*API Base URL/),
	},
	{
		name: 'something that is not WeChat',
		arrange: async () => change({ apiBaseUrl: await startPage() }),
		check: 'credential',
		status: 'failed',
		detail: /The answer is not WeChat's/,
		hint: /API Base URL.*proxy/,
		test: failing(/The answer is not WeChat's.*API Base URL/),
	},
	{
		name: 'an API Base URL that is not a URL',
		arrange: () => change({ apiBaseUrl: 'weixin' }),
		check: 'credential',
		status: 'failed',
		detail: /API Base URL is not a URL/,
		hint: /API Base URL/,
		test: failing(/API Base URL is not a URL/),
	},
	{
		name: 'a Component App ID that is not an appid',
		arrange: () => change({ componentAppId: 'gh_0123456789ab' }),
		check: 'credential',
		status: 'failed',
		detail: /Component App ID is not a valid appid/,
		hint: OPEN_PLATFORM,
		test: failing(/Component App ID is not a valid appid/),
	},
	{
		name: "an Official Account's appid as Component App ID",
		arrange: () => change({ componentAppId: OA }),
		check: 'credential',
		status: 'failed',
		detail: /61011.*does not belong to a third-party platform/,
		hint: OPEN_PLATFORM,
		test: failing(/61011.*does not belong to a third-party platform/),
	},
	{
		name: 'an empty secret',
		arrange: () => change({ componentAppSecret: '' }),
		check: 'credential',
		status: 'failed',
		detail: /Component App Secret is empty/,
		hint: /WeChat Open Platform console/,
		test: failing(/Component App Secret is empty/),
	},
	{
		name: 'a token that another system has replaced',
		arrange: async () => {
			await world.checkSetup();
			await world.controls.mintAside(world.appId);
		},
		check: 'componentToken',
		status: 'attention',
		detail: /40001.*another system/,
		hint: /only one system.*AppSecret/,
		test: passing(/another system/),
	},
];

it.each(BROKEN)(
	'Check Setup reports $name in the check for it and says what to do, and no other check fails',
	async ({ arrange, check, status, detail, hint }) => {
		await arrange();
		const found = await world.checkSetup();
		expect(Object.keys(found)).toEqual(CHECKS);
		expect(found[check]).toEqual({
			check,
			checkName: CHECK_NAMES[check as Check].en,
			status,
			detail: expect.stringMatching(detail),
			hint: expect.stringMatching(hint),
		});
		const failed = Object.values(found).filter((one) => one.status === 'failed');
		const others = failed.map((one) => one.check).filter((name) => name !== check);
		// Without a ticket, the check of the ticket fails whatever else is wrong.
		expect(others.filter((name) => name !== 'ticket')).toStrictEqual([]);
		for (const one of Object.values(found)) {
			if (one.status !== 'ok') expect(one.hint).not.toBe('');
		}
	},
);

it.each(BROKEN)('The credential test names $name', async ({ arrange, test }) => {
	await arrange();
	const result = await testCredential();
	expect(result).toEqual({ status: test.status, message: expect.stringMatching(test.message) });
});

it('Check Setup calls only once with a token that WeChat rejects', async () => {
	await world.checkSetup();
	await world.controls.mintAside(world.appId);
	const { authorizedAccounts } = await world.checkSetup();
	expect(authorizedAccounts).toMatchObject({ status: 'ok' });
	expect(await world.controls.calls({ errcode: 40001 })).toHaveLength(1);
});

describe('Unknown', () => {
	it('A check that has to wait names the check to fix first', async () => {
		await world.controls.changePlatform({ ipWhitelist: ['203.0.113.7'] });
		const found = await world.checkSetup();
		for (const check of ['credential', 'componentToken', 'authorizedAccounts', 'linkApiQuota']) {
			expect(found[check]).toMatchObject({
				status: 'unknown',
				detail: "Not checked: fix 'IP whitelist' first",
			});
		}
	});

	it('After a wrong secret, Check Setup makes no further call', async () => {
		change({ componentAppSecret: WRONG_SECRET });
		await world.checkSetup();
		expect(await world.controls.count()).toBe(1);
	});

	it.each([-1, 777001])(
		'Check Setup shows the answer %i if WeChat gives it to every call',
		async (errcode) => {
			await world.controls.answerWith({}, { errcode });
			const found = await world.checkSetup();
			expect(found.credential.status).toBe(errcode === -1 ? 'unknown' : 'failed');
			expect(found.credential.detail).toContain(String(errcode));
		},
	);

	it.each([
		['no answer', { drop: true }],
		['half an answer', { truncate: true }],
		['a page', { htmlStatus: 502 }],
		['a refusal', { errcode: 48001 }],
	])('An account whose info is %s does not hide the other accounts', async (_, behavior) => {
		await world.controls.addAccount({ appId: OTHER_OA, permissionSets: [1] });
		await world.controls.addAccount({ appId: THIRD_OA });
		await world.controls.answerWith({ path: INFO, account: THIRD_OA }, behavior);
		const found = await world.checkSetup();
		expect(found.authorizedAccounts).toMatchObject({
			status: 'attention',
			detail: expect.stringContaining(
				`3 accounts have authorized the platform; 1 could not be read (${THIRD_OA}): `,
			),
			hint: expect.stringMatching(/\w/),
		});
		expect(found.permissionSet33.detail).toContain(`1 of 2 accounts lacks`);
		expect(found.linkApiQuota.status).toBe('ok');
	});

	it('Check Setup shows that WeChat refuses the list of accounts', async () => {
		await world.checkSetup();
		await world.controls.answerWith({ path: ACCOUNTS }, { errcode: 48001 });
		const found = await world.checkSetup();
		expect(found.componentToken).toMatchObject({
			status: 'failed',
			detail: expect.stringContaining('48001'),
		});
	});
});

describe('Many accounts', () => {
	it('Check Setup looks at all of 1,201 accounts, a few at the same time, and names ten', async () => {
		await world.controls.setLatency(5);
		await world.controls.addAccounts(1200, { permissionSets: [1] });
		const found = await world.checkSetup({ parameters: { options: { maxConcurrency: 20 } } });
		expect(found.authorizedAccounts.detail).toBe('1201 accounts have authorized the platform');
		expect(found.permissionSet33.detail).toMatch(
			/^1200 of 1201 accounts lack permission set 33: (商户 \d+ \(wx[0-9a-f]{16}\), ){9}商户 10 \(wx[0-9a-f]{16}\) and 1190 more$/,
		);
		const { maxInFlight } = await world.controls.stats();
		expect(maxInFlight).toBeLessThanOrEqual(20);
		expect(await world.controls.count(INFO)).toBeGreaterThanOrEqual(1201);
	}, 60_000);

	it('The credential test looks at the first twenty accounts', async () => {
		await world.controls.addAccounts(50, { permissionSets: [1] });
		expect((await testCredential()).message).toContain('19 of 20 accounts lack');
		expect(await world.controls.count(INFO)).toBe(20);
	});
});

it('All hints are in Chinese if Hint Language says so', async () => {
	await world.controls.grant(OA, [1]);
	change({ componentVerifyTicket: '' });
	const options = { hintLanguage: 'zh-CN' };
	const found = await world.checkSetup({ parameters: { options } });
	for (const { status, hint } of Object.values(found)) {
		if (status !== 'ok') expect(hint).toMatch(/请/);
	}
	expect(found.ticket.hint).toContain('授权事件接收URL');
});

describe('Outputs', () => {
	const spread = async (outputMode: string) => {
		await world.controls.grant(OA, [1]);
		const { outputs, error, hints } = await world.runForPlatform('checkSetup', {
			parameters: { resource: 'platform', outputMode },
		});
		expect(error).toBeUndefined();
		return { counts: outputs.map((output) => output.length), hints };
	};

	it.each(['category', 'successOrNot'])(
		'In the mode %s, findings leave through OK and Needs Attention',
		async (mode) => {
			expect(await spread(mode)).toEqual({
				counts: [9, 2],
				hints: ['9 ok, 1 to look at, 1 not checked'],
			});
		},
	);

	it.each(['category', 'successOrNot'])(
		'In the mode %s, the outputs are called OK and Needs Attention',
		(outputMode) => {
			const { workflow, node } = setUp({
				items: [],
				operation: 'checkSetup',
				credentialType: 'weChatOpenPlatformApi',
				parameters: { resource: 'platform', outputMode },
			});
			const { description } = new WeChatMiniProgramLink();
			const outputs = NodeHelpers.getNodeOutputs(workflow, node, description);
			expect(outputs).toMatchObject([{ displayName: 'OK' }, { displayName: 'Needs Attention' }]);
		},
	);

	it('In the mode Single, all findings leave through one output and nothing is thrown', async () => {
		expect((await spread('single')).counts).toEqual([11]);
	});

	it('In the mode Single, a missing credential causes one list of findings, however many items come in', async () => {
		const { outputs, error } = await world.runForPlatform('checkSetup', {
			parameters: { resource: 'platform', outputMode: 'single' },
			credential: null,
			accounts: [OA, OTHER_OA],
		});
		expect(error).toBeUndefined();
		expect(outputs[0].map(({ json }) => json.status)).toEqual([
			'failed',
			...Array.from({ length: 10 }, () => 'unknown'),
		]);
	});
});

it('Check Setup reads the quotas with the token of an account that can be called', async () => {
	await world.controls.setAccountStatus(OA, 'frozen');
	await world.controls.addAccount({ appId: 'wx00000000000000d1', exchanged: false });
	await world.controls.addAccount({ appId: 'wx00000000000000d2', permissionSets: [1] });
	await world.controls.addAccount({ appId: 'wx00000000000000d3', kind: 'miniProgram' });
	await world.controls.addAccount({ appId: OTHER_OA });
	const { linkApiQuota, authorizedAccounts } = await world.checkSetup();
	expect(linkApiQuota.status).toBe('ok');
	expect(authorizedAccounts.detail).toBe(
		'5 accounts have authorized the platform, including 1 Mini Program',
	);
	const asked = (await world.controls.calls({ path: QUOTA })).map(({ account }) => account);
	expect(new Set(asked)).toEqual(new Set([OTHER_OA]));
});

it('Check Setup reads no quotas if no account can be called', async () => {
	await world.controls.addAccount({ appId: OA, kind: 'miniProgram' });
	const found = await world.checkSetup();
	expect(found.authorizedAccounts.detail).toContain('No Official Account');
	expect(found.linkApiQuota).toMatchObject({ status: 'unknown' });
	expect(await world.controls.count(QUOTA)).toBe(0);
});

it('Check Setup reads the quotas with the token of one account only', async () => {
	await world.controls.addAccounts(5);
	await world.checkSetup();
	expect(await world.controls.count(MINT_AUTHORIZER)).toBe(1);
	expect(await world.controls.count(QUOTA)).toBe(3);
	const bodies = (await world.controls.calls({ path: QUOTA })).map(({ body }) => body);
	expect(bodies).toEqual([LINK, LIST, UNLINK].map((cgi_path) => ({ cgi_path })));
});
