import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import { CHECKS, type Finding } from '../../../nodes/accounts/finding';
import * as HINTS from '../../../nodes/accounts/checkHints';
import type { Platform } from '../../../nodes/accounts/platform';
import type { Caller } from '../../../nodes/calls/caller';
import type { Client } from '../../../nodes/calls/client';
import {
	checkSetupOf,
	findingsWithout,
} from '../../../nodes/WeChatMiniProgramLink/operations/platform/setupChecks';
import { componentKey, originOf, PLATFORM_TOKENS } from '../../../nodes/tokens/platformFields';
import { newToken } from '../../../nodes/tokens/tokenCache';
import { readReply } from '../../../nodes/wechat/reply';
import { obstacle } from '../fakes.cts';

const A = 'wx00000000000000a1';
const B = 'wx00000000000000a2';
const FIELDS: ICredentialDataDecryptedObject = {
	componentAppId: 'wx00000000000000c1',
	componentAppSecret: 's'.repeat(32),
	componentVerifyTicket: 'ticket@@@1',
	apiBaseUrl: 'https://api.weixin.qq.com',
};
const OK = { errcode: 0 };
const INFO = {
	authorizer_info: { service_type_info: { id: 2 } },
	authorization_info: {
		authorizer_refresh_token: 'R',
		func_info: [{ funcscope_category: { id: 33 } }],
	},
};
const quota = (remain: number | undefined) => ({
	errcode: 0,
	quota: { daily_limit: 100, used: 1, remain },
});

type Answers = Record<string, object | ((of: { appId?: string; token: string }) => object)>;

/** What is found of a platform with two accounts, where WeChat answers so, API by API. */
async function check(answers: Answers = {}, fields: ICredentialDataDecryptedObject = FIELDS) {
	const asked: string[] = [];
	const all: Answers = {
		api_start_push_ticket: OK,
		api_get_authorizer_list: {
			total_count: 2,
			list: [{ authorizer_appid: A }, { authorizer_appid: B }],
		},
		api_get_authorizer_info: INFO,
		'openapi/quota/get': quota(99),
		...answers,
	};
	const answer = (api: string, of: { appId?: string; token: string }) => {
		const given = all[api];
		const { obstacle: reason, ...body } = (typeof given === 'function' ? given(of) : given) as {
			obstacle?: object;
		};
		return {
			...readReply(200, JSON.stringify(body)),
			attempts: 1,
			mayHaveArrived: false,
			...(reason && { obstacle: reason }),
		};
	};
	const client = {
		call: async (caller: Caller & { appId?: string }, api: string, body: { cgi_path?: string }) => {
			const token = String((await caller.tokens?.get()) ?? '');
			asked.push([api, caller.appId ?? token, body.cgi_path].filter(Boolean).join(' '));
			return answer(api, { appId: caller.appId, token });
		},
	} as unknown as Client;
	const platform = {
		baseUrl: 'https://api.weixin.qq.com',
		tokens: {
			isService: fields.tokenSource === 'tokenService',
			reject: (token: string) => asked.push(`gives up ${token}`),
			credentials: fields,
			kept: { latest: fields, shared: { look: async () => await Promise.resolve('seen') } },
			listOfService: async () =>
				await Promise.resolve([{ appId: A, name: null, authorizedAt: null }]),
		},
		accountOf: (appId: string) => ({ appId }),
		call: async (api: string) => await Promise.resolve(answer(api, { token: 'own' })),
	} as unknown as Platform;
	const findings = await checkSetupOf(platform, client, 2);
	expect(findings.map((one) => one.check)).toEqual(CHECKS);
	const of = (name: Finding['check']) => findings[CHECKS.indexOf(name)];
	return { of, asked };
}

const REST = CHECKS.slice(6);

describe('the setup of a platform', () => {
	it('is looked at as far as the quotas of an account that can be called', async () => {
		const { of, asked } = await check();
		for (const name of ['credential', 'componentToken', 'ipWhitelist', ...REST] as const) {
			expect([name, of(name).status]).toEqual([name, 'ok']);
		}
		expect(of('linkApiQuota')).toMatchObject({
			detail: [
				'wxamplink: used 1 of 100 a day, 99 left',
				'wxamplinkget: used 1 of 100 a day, 99 left',
				'wxampunlink: used 1 of 100 a day, 99 left',
			].join('; '),
			hint: HINTS.QUOTA_NUMBERS,
		});
		expect(asked).toEqual([
			'api_start_push_ticket',
			`openapi/quota/get ${A} /cgi-bin/wxopen/wxamplink`,
			`openapi/quota/get ${A} /cgi-bin/wxopen/wxamplinkget`,
			`openapi/quota/get ${A} /cgi-bin/wxopen/wxampunlink`,
		]);
	});

	it('is looked at no further than to what keeps everything from working', async () => {
		const { of } = await check({ api_start_push_ticket: { errcode: 40013 } });
		for (const name of REST) {
			expect(of(name).detail).toBe('Not checked: credential comes first');
		}
	});

	it('is looked at no further than to a token that nobody knows of yet', async () => {
		const busy = () => ({ errcode: -1 });
		const { of } = await check({ api_get_authorizer_list: busy });
		expect(of('componentToken').status).toBe('unknown');
		for (const name of REST) {
			expect(of(name).detail).toBe('Not checked: componentToken comes first');
		}
	});

	it('is looked at in full where another system has replaced the kept token', async () => {
		const origin = originOf(FIELDS);
		const token = { ...newToken('kept', 7200, 0), serial: 1 };
		const kept = PLATFORM_TOKENS.missing(FIELDS, origin, new Map([[componentKey(origin), token]]));
		const list = { total_count: 1, list: [{ authorizer_appid: A }] };
		const { of, asked } = await check(
			{ api_get_authorizer_list: ({ token }) => (token === 'kept' ? { errcode: 40001 } : list) },
			{ ...FIELDS, ...kept },
		);
		expect(of('componentToken').status).toBe('attention');
		expect(of('authorizedAccounts').status).toBe('ok');
		expect(of('linkApiQuota').status).toBe('ok');
		expect(asked.slice(1, 3)).toEqual(['api_get_authorizer_list kept', 'gives up kept']);
	});

	it('whose tokens a server gives is looked at with these', async () => {
		const service = { tokenSource: 'tokenService', tokenServiceUrl: 'https://a/{appid}' };
		const { of, asked } = await check({ wxamplinkget: OK }, { ...FIELDS, ...service });
		expect(of('authorizedAccounts').detail).toBe('WeChat took the tokens of 1 account');
		expect(of('linkApiQuota').status).toBe('ok');
		expect(asked[0]).toBe(`wxamplinkget ${A}`);
	});
});

describe('the quotas of the link calls', () => {
	const quotaWith = async (answer: object) =>
		(await check({ 'openapi/quota/get': answer })).of('linkApiQuota');

	it('are not known where no account can be called', async () => {
		const { of, asked } = await check({ api_get_authorizer_info: { errcode: 61003 } });
		expect(of('linkApiQuota')).toMatchObject({
			status: 'unknown',
			detail: 'Not checked: there is no Official Account that may be called',
			hint: HINTS.NO_CALLABLE_ACCOUNT,
		});
		expect(asked).toEqual(['api_start_push_ticket']);
	});

	it.each([
		[0, 'attention'],
		[-1, 'attention'],
		[1, 'ok'],
		[undefined, 'ok'],
	])('with %p left need attention where that is nothing: %s', async (remain, status) => {
		const found = await quotaWith(quota(remain));
		expect(found.status).toBe(status);
		expect(found.hint).toBe(status === 'ok' ? HINTS.QUOTA_NUMBERS : HINTS.QUOTA_USED_UP);
		expect(found.detail).toContain('wxampunlink: ');
	});

	it('are used up where WeChat says so to the question itself', async () => {
		expect(await quotaWith({ errcode: 45009 })).toMatchObject({
			status: 'attention',
			detail: expect.stringMatching(/^WeChat answered 45009: /),
			hint: HINTS.QUOTA_USED_UP,
		});
		const reason = obstacle('retryLater', 'It was not asked');
		expect(await quotaWith({ errcode: 45009, obstacle: reason })).toMatchObject({
			status: 'attention',
			detail: 'It was not asked',
		});
	});

	it('are not known where WeChat does not tell, which says nothing about the rest', async () => {
		expect(await quotaWith({ errcode: 48001 })).toMatchObject({
			status: 'unknown',
			detail: expect.stringMatching(/^WeChat answered 48001: /),
		});
		const reason = obstacle('authorization', 'There is no token');
		expect(await quotaWith({ errcode: 48001, obstacle: reason })).toMatchObject({
			status: 'unknown',
			detail: 'There is no token',
		});
	});
});

describe('a credential that cannot be read', () => {
	it('fails, and nothing else is looked at', () => {
		const [credential, ...rest] = findingsWithout(obstacle('retryLater', 'It is gone'));
		expect(credential).toMatchObject({
			check: 'credential',
			status: 'failed',
			detail: 'It is gone',
		});
		expect(rest.map(({ check: name }) => name)).toEqual(CHECKS.slice(1));
		for (const { detail } of rest) expect(detail).toBe('Not checked: credential comes first');
	});
});
