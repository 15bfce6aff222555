import type { IExecuteFunctions } from 'n8n-workflow';

import { Client } from '../../../nodes/calls/client';
import { Transport } from '../../../nodes/calls/transport';
import { testAuthorizerToken, testOpenPlatform } from '../../../nodes/setup/credentialTest';
import type { Api } from '../../../nodes/wechat/apis';
import { explainReply } from '../../../nodes/wechat/obstacle';
import { accountWith, TokenList } from '../fakes.cts';

/** WeChat's answer to each call that it accepts; the type requires one for every call. */
const ACCEPTED: Record<Api, object> = {
	wxamplink: { errcode: 0, errmsg: 'ok' },
	wxamplinkget: { errcode: 0, errmsg: 'ok', wxopens: { items: [] } },
	wxampunlink: { errcode: 0, errmsg: 'ok' },
	api_start_push_ticket: { errcode: 0, errmsg: 'ok' },
	api_component_token: { component_access_token: 'T', expires_in: 7200 },
	api_create_preauthcode: { pre_auth_code: 'C', expires_in: 600 },
	api_query_auth: { authorization_info: { authorizer_appid: 'wx1' } },
	api_authorizer_token: { authorizer_access_token: 'T', expires_in: 7200 },
	api_get_authorizer_info: { authorizer_info: { nick_name: 'Tea' }, authorization_info: {} },
	api_get_authorizer_list: { total_count: 0, list: [] },
	'openapi/quota/get': { errcode: 0, errmsg: 'ok', quota: { daily_limit: 100 } },
	'openapi/rid/get': { errcode: 0, errmsg: 'ok', request: { client_ip: '203.0.113.9' } },
};
const APIS = Object.keys(ACCEPTED) as Api[];

const BODIES: ReadonlyArray<[name: string, text: string, status?: number]> = [
	['an empty body', ''],
	['blanks', ' \n '],
	['an empty body with HTTP 204', '', 204],
	['a page', '<!DOCTYPE html><html><body>Welcome</body></html>'],
	['XML', '<xml><return_code>FAIL</return_code></xml>'],
	['a text', 'upstream connect error'],
	['a list', '[{"errcode":0}]'],
	['an empty list', '[]'],
	['a number', '0'],
	['a text of JSON', '"ok"'],
	['null', 'null'],
	['true', 'true'],
	['an empty object', '{}'],
	['a message of a gateway', '{"message":"Forbidden"}'],
	['a code of a gateway', '{"code":500,"success":false}'],
	['a good text without a code', '{"errmsg":"ok"}'],
	['an answer within another', '{"data":{"errcode":0,"errmsg":"ok"}}'],
	['a code that is null', '{"errcode":null}'],
	['a code that is a word', '{"errcode":"ok"}'],
	['a code that is an empty text', '{"errcode":""}'],
	['a code with blanks around it', '{"errcode":" 0 "}'],
	['a code that is a fraction', '{"errcode":0.5}'],
	['a code that is true', '{"errcode":true}'],
	['a code that is false', '{"errcode":false}'],
	['a code that is an object', '{"errcode":{}}'],
	['a code that is a list', '{"errcode":[0]}'],
	['a code in another case', '{"ErrCode":0}'],
	['a byte order mark before it', '\ufeff{"message":"Forbidden"}'],
	['JSON with comments', '{"errcode":0 /* fine */}'],
	['a page of a mebibyte', `<html>${'x'.repeat(2 ** 20)}</html>`],
	['a refusal by a gateway', '{"message":"no Route matched"}', 404],
	['a redirect', '', 307],
	['a code of success beside a refusal by HTTP', '{"errcode":0,"errmsg":"ok"}', 403],
];

const FOREIGN = BODIES.map(([name, text, status = 200]): [string, string, number] => [
	name,
	text,
	status,
]);

/** Answers all calls with this text, and counts them. */
function answering(text: string, status = 200) {
	let calls = 0;
	const httpRequest = async () => {
		calls++;
		return await Promise.resolve({ statusCode: status, body: text });
	};
	const context = { helpers: { httpRequest } } as unknown as IExecuteFunctions;
	return { transport: new Transport(context, 1000), calls: () => calls };
}

/** Calls until no try is left. */
async function callWith(api: Api, text: string, status?: number) {
	const { transport, calls } = answering(text, status);
	const tokens = new TokenList(['T']);
	const work = new Client(transport, { maxTries: 3 }).call(accountWith(tokens), api, { a: 'b' });
	await jest.runAllTimersAsync();
	return { answer: await work, calls: calls(), tokens };
}

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

describe.each(APIS)('The call %s', (api) => {
	it(`An acceptance of ${api} counts`, async () => {
		const { answer, calls } = await callWith(api, JSON.stringify(ACCEPTED[api]));
		expect(answer).toMatchObject({ errcode: 0, attempts: 1 });
		expect(answer.missing).toBeUndefined();
		expect(calls).toBe(1);
	});

	it(`A refusal of ${api} counts, even if its code is a text`, async () => {
		for (const errcode of [48001, '48001']) {
			const { answer } = await callWith(api, JSON.stringify({ errcode, errmsg: 'no rights' }));
			expect(answer).toMatchObject({ errcode: 48001, attempts: 1 });
		}
	});

	it(`An answer to ${api} with errcode 0 does not count if it lacks what was asked for`, async () => {
		const bare = { ...ACCEPTED[api] } as Record<string, unknown>;
		const isAboutCode = Object.keys(bare).every((name) => name.startsWith('err'));
		for (const name of Object.keys(bare)) if (!name.startsWith('err')) delete bare[name];
		const { answer } = await callWith(api, JSON.stringify({ errcode: 0, ...bare }));
		const isLinkCall = api.startsWith('wxamp');
		expect(answer.errcode).toBe(isLinkCall || isAboutCode ? 0 : null);
	});
});

describe.each<Api>(['wxamplink', 'api_get_authorizer_list'])('Other answers to %s', (api) => {
	it.each(FOREIGN)(
		`The call ${api} is repeated after %s, and then may be sent again later`,
		async (_, text, status) => {
			const { answer, calls, tokens } = await callWith(api, text, status);
			expect(answer).toMatchObject({ errcode: null, missing: 'notWeChat', attempts: 3 });
			expect(calls).toBe(3);
			expect(tokens).toMatchObject({ rejected: [], acceptedOnes: [] });
			const { category, whoActs, retryAfter, hint } = explainReply(answer);
			expect([category, whoActs, retryAfter]).toEqual(['retryLater', 'operator', 'minutes']);
			expect(hint.en).toMatch(/API Base URL.*proxy.*HTTP \d{3} with /);
			expect(hint.en.length).toBeLessThanOrEqual(260);
			expect(hint['zh-CN']).toMatch(/API Base URL.*代理.*HTTP \d{3}，/);
		},
	);

	it.each([408, 425, 429, 500, 502, 503, 504])(
		`The call ${api} is repeated after HTTP %i, whatever the body`,
		async (status) => {
			const { answer, calls } = await callWith(api, '{"errcode":0}', status);
			expect(answer).toMatchObject({ errcode: null, missing: 'noAnswer', attempts: 3 });
			expect(explainReply(answer)).toMatchObject({ category: 'retryLater', whoActs: 'nobody' });
			expect(calls).toBe(3);
		},
	);
});

describe('Lists of accounts', () => {
	it('The list of accounts may be missing if there are no accounts', async () => {
		const { answer } = await callWith('api_get_authorizer_list', '{"total_count":0}');
		expect(answer).toMatchObject({ errcode: 0 });
	});
});

describe('Lists of links', () => {
	it.each([
		'{"errcode":0}',
		'{"errcode":0,"wxopens":null}',
		'{"errcode":0,"wxopens":{}}',
		'{"errcode":0,"wxopens":[]}',
		'{"errcode":0,"wxopens":{"items":null}}',
		'{"errcode":0,"wxopens":{"items":{}}}',
		'{"errcode":0,"wxopens":{"items":[null]}}',
	])('The list of links may be missing or empty: %s', async (text) => {
		expect((await callWith('wxamplinkget', text)).answer).toMatchObject({ errcode: 0 });
	});

	it.each([
		'{"errcode":0,"wxopens":"none"}',
		'{"errcode":0,"wxopens":[1]}',
		'{"errcode":0,"wxopens":{"items":"none"}}',
		'{"errcode":0,"wxopens":{"items":0}}',
		'{"errcode":0,"wxopens":{"items":{"a":1}}}',
	])('Anything else in place of the list of links does not count: %s', async (text) => {
		expect((await callWith('wxamplinkget', text)).answer).toMatchObject({ errcode: null });
	});
});

describe('Credential tests', () => {
	const request = (text: string, statusCode: number) =>
		({
			helpers: { request: async () => await Promise.resolve({ statusCode, body: text }) },
		}) as unknown as Parameters<typeof testOpenPlatform>[0] & object;
	const DATA = { accessToken: 'T', apiBaseUrl: 'https://proxy.example.com' };
	const PLATFORM = {
		...DATA,
		componentAppId: 'wx00000000000000c1',
		componentAppSecret: 'secret_0123456789',
		componentVerifyTicket: 'ticket@@@1',
	};

	it.each(FOREIGN)('A credential test fails after %s', async (_, text, status) => {
		const context = request(text, status) as never;
		const credential = (data: object) => ({ id: '1', name: 'C', type: 't', data }) as never;
		for (const tested of [
			await testAuthorizerToken.call(context, credential(DATA)),
			await testOpenPlatform.call(context, credential(PLATFORM)),
		]) {
			expect(tested.status).toBe('Error');
			expect(tested.message).toContain('API Base URL');
		}
	});
});
