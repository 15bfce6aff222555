import type {
	ICredentialDataDecryptedObject,
	ICredentialsDecrypted,
	ICredentialTestFunctions,
} from 'n8n-workflow';

import { testAuthorizerToken, testOpenPlatform } from '../../../nodes/setup/credentialTest';
import { newToken } from '../../../nodes/tokens/tokenCache';
import { componentKey, originOf, PLATFORM_TOKENS } from '../../../nodes/tokens/tokenFields';

const HOST = 'https://api.weixin.qq.com';
const SERVICE = 'https://tokens.example.com';
const ID = 'wx00000000000000a1';

interface Sent {
	method: string;
	uri: string;
	qs?: Record<string, string>;
	body?: string;
	[option: string]: unknown;
}

type Answering = (path: string, sent: Sent) => object | string | number | Error;

/** The helper that n8n gives to a test, over servers with these answers; a number is an HTTP status without a body. */
function helperOver(answering: Answering) {
	const sent: Sent[] = [];
	const request = async (options: Sent) => {
		sent.push(options);
		const answer = answering(options.uri.replace(/^https:\/\/[^/]+/, ''), options);
		if (answer instanceof Error) throw answer;
		if (typeof answer === 'number') return await Promise.resolve({ statusCode: answer, body: '' });
		const body = typeof answer === 'string' ? answer : JSON.stringify(answer);
		return await Promise.resolve({ statusCode: 200, body });
	};
	return { sent, context: { helpers: { request } } as unknown as ICredentialTestFunctions };
}

async function run(
	test: typeof testOpenPlatform,
	data: ICredentialDataDecryptedObject | undefined,
	answering: Answering,
) {
	const { sent, context } = helperOver(answering);
	const credential = { data } as ICredentialsDecrypted<ICredentialDataDecryptedObject>;
	return { ...(await test.call(context, credential)), sent };
}

const OK = { errcode: 0, errmsg: 'ok' };
const LIST_LINKS = '/cgi-bin/wxopen/wxamplinkget';

describe('The token of an Official Account', () => {
	const DATA = { accessToken: ' T \n', apiBaseUrl: HOST };
	const test = async (data: ICredentialDataDecryptedObject | undefined, answering: Answering) =>
		await run(testAuthorizerToken, data, answering);

	it('The credential test asks WeChat for the links of the account', async () => {
		const { status, message, sent } = await test(DATA, () => OK);
		expect([status, message]).toEqual(['OK', 'WeChat accepted the token']);
		expect(sent).toEqual([
			{
				method: 'POST',
				uri: `${HOST}${LIST_LINKS}`,
				qs: { access_token: 'T' },
				headers: { 'Content-Type': 'application/json', Accept: 'application/json' },
				body: '{}',
				timeout: 10_000,
				simple: false,
				resolveWithFullResponse: true,
				followRedirect: false,
			},
		]);
	});

	it.each([
		[undefined, 'The API Base URL is not a URL'],
		[{ ...DATA, apiBaseUrl: 'api.weixin.qq.com' }, 'The API Base URL is not a URL'],
		[
			{ apiBaseUrl: HOST },
			"The access token is empty. Fill in Access Token in the credential with the Official Account's",
		],
		[
			{ ...DATA, tokenSource: 'tokenService', tokenServiceUrl: '' },
			'The address of the token service is not a URL',
		],
	])('The credential test of %j fails without a request', async (data, words) => {
		const { status, message, sent } = await test(data, () => OK);
		expect([status, sent]).toEqual(['Error', []]);
		expect(message).toContain(words);
	});

	it("The credential test shows WeChat's refusal without the token", async () => {
		const refused = { errcode: 777001, errmsg: 'not canary here' };
		const { status, message } = await test({ ...DATA, accessToken: 'canary' }, () => refused);
		expect(status).toBe('Error');
		expect(message).toMatch(/^WeChat answered 777001: not \*\*\* here\. .+/);
	});

	it('The credential test fails if nothing answers, or something other than WeChat', async () => {
		const dead = await test(DATA, () => new Error('https://a?access_token=T'));
		expect([dead.status, dead.message]).toEqual([
			'Error',
			`No answer from ${HOST}. Check API Base URL, and that n8n can reach this address.`,
		]);
		const page = await test(DATA, () => '<html>');
		expect(page.status).toBe('Error');
		expect(page.message).not.toMatch(/No answer|WeChat answered/);
	});

	it('The credential test calls WeChat with the token that the token service returns', async () => {
		const data = {
			...DATA,
			tokenSource: 'tokenService',
			tokenServiceUrl: `${SERVICE}/a`,
			tokenServiceHeaderName: 'X-Key',
			tokenServiceHeaderValue: 'secret',
		};
		const good = await test(data, (path) => (path === '/a' ? { access_token: 'S' } : OK));
		expect(good.status).toBe('OK');
		expect(good.sent[0]).toMatchObject({
			method: 'GET',
			uri: `${SERVICE}/a`,
			headers: { 'X-Key': 'secret', Accept: 'application/json' },
			followRedirect: false,
		});
		expect(good.sent[1].qs).toEqual({ access_token: 'S' });
		const down = await test(data, (path) => (path === '/a' ? 503 : OK));
		expect(down.message).toMatch(/^The token service answered HTTP 503\. /);
		const dead = await test(data, (path) => (path === '/a' ? new Error('secret') : OK));
		expect(dead.message).toMatch(/^The token service did not answer\. /);
	});
});

describe('A platform that makes its tokens', () => {
	let DATA: ICredentialDataDecryptedObject;
	let platforms = 0;
	/** Another platform each time, since tokens stay in this process's memory. */
	beforeEach(() => {
		platforms++;
		DATA = {
			componentAppId: 'wx00000000000000c1',
			componentAppSecret: String(platforms).padStart(32, 's'),
			componentVerifyTicket: 'ticket@@@1',
			messageToken: 'm',
			encodingAesKey: 'k'.repeat(43),
			apiBaseUrl: HOST,
		};
	});
	const keeping = (data: ICredentialDataDecryptedObject) => ({
		...data,
		...PLATFORM_TOKENS.missing(
			data,
			originOf(data),
			new Map([[componentKey(originOf(data)), { ...newToken('kept', 7200, 0), serial: 1 }]]),
		),
	});
	const test = async (data: ICredentialDataDecryptedObject, answering: Answering) =>
		await run(testOpenPlatform, data, answering);
	/** A WeChat that accepts everything. */
	const weChat = (answers: Record<string, object> = {}): Answering => {
		const all: Record<string, object> = {
			api_start_push_ticket: OK,
			api_component_token: { component_access_token: 'made', expires_in: 7200 },
			api_get_authorizer_list: { total_count: 1, list: [{ authorizer_appid: ID }] },
			api_get_authorizer_info: {
				authorizer_info: { service_type_info: { id: 2 } },
				authorization_info: {
					authorizer_refresh_token: 'R',
					func_info: [{ funcscope_category: { id: 33 } }],
				},
			},
			...answers,
		};
		return (path) => all[path.split('/').at(-1) ?? ''];
	};
	const apisOf = (sent: Sent[]) => sent.map(({ uri, qs }) => [uri.split('/').at(-1), qs]);
	const withToken = (token: string) => ({ component_access_token: token });

	it('Without a kept token, the credential test makes one and looks at the accounts with it', async () => {
		const { status, message, sent } = await test(DATA, weChat());
		expect([status, message]).toEqual(['OK', 'WeChat accepted the platform']);
		expect(apisOf(sent)).toEqual([
			['api_start_push_ticket', undefined],
			['api_component_token', undefined],
			['api_get_authorizer_list', withToken('made')],
			['api_get_authorizer_list', withToken('made')],
			['api_get_authorizer_info', withToken('made')],
		]);
		expect(sent[0]).toMatchObject({
			method: 'POST',
			headers: { 'Content-Type': 'application/json' },
		});
		for (const { body } of sent) {
			expect(JSON.parse(String(body))).toMatchObject({ component_appid: DATA.componentAppId });
		}
	});

	it('The credential test makes no token if one is kept', async () => {
		const { status, sent } = await test(keeping(DATA), weChat());
		expect(status).toBe('OK');
		expect(apisOf(sent)).toEqual([
			['api_start_push_ticket', undefined],
			['api_get_authorizer_list', withToken('kept')],
			['api_get_authorizer_list', withToken('kept')],
			['api_get_authorizer_info', withToken('kept')],
		]);
	});

	it('The credential test makes no token if an earlier test made one, unless WeChat rejects that', async () => {
		await test(DATA, weChat());
		const made = ({ sent }: { sent: Sent[] }) =>
			apisOf(sent).filter(([api]) => api === 'api_component_token').length;
		expect(made(await test(DATA, weChat()))).toBe(0);
		const rejected = weChat({ api_get_authorizer_list: { errcode: 40001, errmsg: 'no' } });
		const { message, sent } = await test(DATA, rejected);
		expect([message, made({ sent })]).toEqual([expect.stringContaining('replaced the kept'), 0]);
		expect(made(await test(DATA, weChat()))).toBe(1);
	});

	it('The credential test neither uses nor replaces a token that was made from other values', async () => {
		const edited = { ...keeping(DATA), componentAppSecret: 'x'.repeat(32) };
		const { status, sent } = await test(edited, weChat());
		expect(status).toBe('OK');
		expect(apisOf(sent)).toEqual([['api_start_push_ticket', undefined]]);
	});

	it('With missing fields, the credential test makes no call that needs them', async () => {
		const { status, message, sent } = await run(testOpenPlatform, undefined, weChat());
		expect([status, sent]).toEqual(['Error', []]);
		expect(message).toContain('The API Base URL is not a URL');
		const noTicket = await test({ ...DATA, componentVerifyTicket: '' }, weChat());
		expect(noTicket.message).toContain('has not pushed a ticket');
		expect(apisOf(noTicket.sent)).toEqual([['api_start_push_ticket', undefined]]);
	});

	it('Before the first ticket, the credential test says that everything else is right', async () => {
		const fresh = { ...DATA, componentVerifyTicket: '' };
		const { status, message } = await test(fresh, weChat());
		expect(status).toBe('Error');
		expect(message).toMatch(
			/^AppID, AppSecret and IP whitelist are right, and the keys have a valid form\. Only the first ticket is missing: .*授权事件接收URL/,
		);
		const late = { ...fresh, componentVerifyTicket: 'dead', verifyTicketReceivedAt: 1 };
		const dead = await test(late, weChat({ api_component_token: { errcode: 61005 } }));
		expect(dead.message).toMatch(/^WeChat answered 61005/);
	});

	it.each([
		[{ encodingAesKey: '' }, 'Encoding AES Key is empty'],
		[{ encodingAesKey: 'short' }, 'Encoding AES Key is not a valid key'],
	])(
		'Before the first ticket, the credential test says what prevents the ticket: %j',
		async (fields, problem) => {
			const { message } = await test({ ...DATA, componentVerifyTicket: '', ...fields }, weChat());
			expect(message).toMatch(new RegExp(`^${problem}\\. .*消息加解密Key`));
		},
	);

	it('The credential test fails if anything stops all calls, and names what to fix first', async () => {
		const wrong = weChat({ api_start_push_ticket: { errcode: 61004, errmsg: 'invalid ip' } });
		expect((await test(DATA, wrong)).message).toMatch(/IP whitelist\. .*adds/);
		const refused = weChat({ api_component_token: { errcode: 61006, errmsg: 'ticket' } });
		expect((await test(DATA, refused)).message).toMatch(/^WeChat answered 61006: /);
		const badKey = await test({ ...DATA, encodingAesKey: 'short' }, weChat());
		expect([badKey.status, badKey.message]).toEqual([
			'Error',
			expect.stringMatching(/^Encoding AES Key is not a valid key\. /),
		]);
	});

	it.each([
		[
			'gives no token',
			OK,
			/^WeChat returned no token for the platform: The answer is not WeChat's \(HTTP 200\)/,
		],
		['is too busy to give one', { errcode: -1, errmsg: 'busy' }, /^WeChat answered -1: /],
	])('The credential test fails if WeChat %s', async (_, answer, words) => {
		jest.useFakeTimers();
		const testing = test(DATA, weChat({ api_component_token: answer }));
		await jest.runAllTimersAsync();
		const { status, message } = await testing;
		jest.useRealTimers();
		expect([status, message]).toEqual(['Error', expect.stringMatching(words)]);
	});

	it('A credential test that passes also says what needs attention', async () => {
		const none = weChat({ api_get_authorizer_list: { total_count: 0, list: [] } });
		const { status, message } = await test(DATA, none);
		expect(status).toBe('OK');
		expect(message).toMatch(
			/^WeChat accepted the platform\. No Official Account has authorized the platform\. .{20}/,
		);
	});

	it('The credential test names the host that does not answer', async () => {
		const { status, message } = await test(DATA, () => new Error('down'));
		expect(status).toBe('Error');
		expect(message).toContain(`No answer from ${HOST}`);
	});

	it('After three calls without an answer, the credential test calls the fallback, as runs do', async () => {
		const other = 'https://hk.api.weixin.qq.com';
		const data = { ...DATA, fallbackApiBaseUrl: other };
		for (let clicks = 0; clicks < 3; clicks++) await test(data, () => new Error('down'));
		const { status, sent } = await test(data, weChat());
		expect(status).toBe('OK');
		expect(sent.filter(({ uri }) => !uri.startsWith(`${other}/`))).toStrictEqual([]);
	});
});

describe('A platform with a token service', () => {
	const DATA: ICredentialDataDecryptedObject = {
		tokenSource: 'tokenService',
		tokenServiceUrl: `${SERVICE}/{appid}`,
		apiBaseUrl: HOST,
	};
	const test = async (answering: Answering, fields: object = {}) =>
		await run(testOpenPlatform, { ...DATA, ...fields }, answering);
	/** A service with these accounts, each with a token of its own. */
	const serviceWith =
		(ids: string[], links: object | string = OK): Answering =>
		(path) => {
			if (path === '/') return ids;
			return path === LIST_LINKS ? links : { access_token: `token of ${path.slice(1)}` };
		};

	it('The credential test tries the token of each account', async () => {
		const { status, message, sent } = await test(serviceWith([ID]));
		expect([status, message]).toEqual(['OK', 'WeChat accepted the tokens of the token service']);
		expect(sent.map(({ uri }) => uri)).toEqual([
			`${SERVICE}/`,
			`${SERVICE}/${ID}`,
			`${HOST}${LIST_LINKS}`,
		]);
		expect(sent[2].qs).toEqual({ access_token: `tokenof${ID}` });
	});

	it('The credential test tries no account if the service offers no list, and says so', async () => {
		const { status, message, sent } = await test((path) => (path === '/' ? {} : OK));
		expect([status, sent.length]).toEqual(['OK', 1]);
		expect(message).toMatch(
			/^The token service answers\. The token service offers no list of accounts \(HTTP 200\), so no account was tried$/,
		);
	});

	it('The credential test fails if the service is down', async () => {
		const { status, message } = await test(() => 503);
		expect([status, message]).toEqual([
			'Error',
			expect.stringMatching(/^The token service answered HTTP 503\. /),
		]);
	});

	it('The credential test fails without a request if the URL has no place for the appid', async () => {
		const { status, sent } = await test(serviceWith([ID]), { tokenServiceUrl: SERVICE });
		expect([status, sent]).toEqual(['Error', []]);
	});

	it('The credential test fails if WeChat accepts no token', async () => {
		const refused = { errcode: 48001, errmsg: 'no' };
		const { status, message } = await test(serviceWith([ID], refused));
		expect(status).toBe('Error');
		expect(message).toMatch(/^1 of 1 account could not be called .*WeChat answered 48001/);
		const dead = await test((path, sent) =>
			path === LIST_LINKS ? new Error('down') : serviceWith([ID])(path, sent),
		);
		expect(dead.message).toContain(`No answer from ${HOST}`);
	});

	it('After three calls without an answer, the credential test reads links at the fallback', async () => {
		const fallbackApiBaseUrl = 'https://sz.api.weixin.qq.com';
		for (let clicks = 0; clicks < 3; clicks++) {
			await test(
				(path, sent) => (path === LIST_LINKS ? new Error('down') : serviceWith([ID])(path, sent)),
				{ fallbackApiBaseUrl },
			);
		}
		const { sent } = await test(serviceWith([ID]), { fallbackApiBaseUrl });
		expect(sent[2].uri).toBe(`${fallbackApiBaseUrl}${LIST_LINKS}`);
	});

	it('The credential test fails if the service lists no account', async () => {
		const { status, message } = await test(serviceWith([]));
		expect([status, message]).toEqual([
			'Error',
			expect.stringMatching(/^The token service lists no accounts\. .{20}/),
		]);
	});

	it("The credential test fails if the service returns another account's token", async () => {
		const { message } = await test((path) =>
			path === '/' ? [ID] : { access_token: 'T', appid: 'wx00000000000000b2' },
		);
		expect(message).toContain('The token service returned the token of another account');
	});
});
