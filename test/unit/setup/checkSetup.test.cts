import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import { CHECKS, notChecked, type Finding } from '../../../nodes/setup/finding';
import * as HINTS from '../../../nodes/setup/checkHints';
import type { Platform } from '../../../nodes/accounts/platform';
import type { Emission } from '../../../nodes/WeChatMiniProgramLink/results';
import { checkSetupOperation } from '../../../nodes/WeChatMiniProgramLink/operations/platform/checkSetup';
import { summarize } from '../../../nodes/WeChatMiniProgramLink/summary';
import type { Caller } from '../../../nodes/calls/caller';
import type { Client } from '../../../nodes/calls/client';
import { checkSetupOf, findingsWithout } from '../../../nodes/setup/checkSetup';
import { newToken } from '../../../nodes/tokens/tokenCache';
import { componentKey, originOf, PLATFORM_TOKENS } from '../../../nodes/tokens/tokenFields';
import { readReply } from '../../../nodes/wechat/reply';
import type { Language } from '../../../nodes/wechat/text';
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

/** A platform with two accounts, and WeChat's answers by API. */
function worldOf(answers: Answers, fields: ICredentialDataDecryptedObject) {
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
			kept: { latest: fields, shared: { refresh: async () => await Promise.resolve('read') } },
			listOfService: async () =>
				await Promise.resolve([{ appId: A, name: null, authorizedAt: null }]),
		},
		accountOf: (appId: string) => ({ appId }),
		call: async (api: string) => await Promise.resolve(answer(api, { token: 'own' })),
	} as unknown as Platform;
	return { platform, client, asked };
}

/** What is found of it. */
async function check(answers: Answers = {}, fields: ICredentialDataDecryptedObject = FIELDS) {
	const { platform, client, asked } = worldOf(answers, fields);
	const findings = await checkSetupOf(platform, client, 2);
	expect(findings.map((one) => one.check)).toEqual(CHECKS);
	const of = (name: Finding['check']) => findings[CHECKS.indexOf(name)];
	return { of, asked };
}

/** What leaves the node. */
async function emissionsOf(answers: Answers, fields = FIELDS, language: Language = 'en') {
	const { platform, client } = worldOf(answers, fields);
	const options = { maxConcurrency: 2 };
	const call = { platform, client, options, subject: { language } };
	return (await checkSetupOperation.execute(call as never)) as Emission[];
}

/** The run in one line, as the editor shows it above the output. */
async function sumOf(answers: Answers, fields = FIELDS, language: Language = 'en') {
	return summarize(await emissionsOf(answers, fields, language), language);
}

const REST = CHECKS.slice(6);

describe('Setup', () => {
	it('Check Setup checks everything up to the quotas of an account that can be called', async () => {
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

	it('Check Setup stops at what keeps all calls from working', async () => {
		const { of } = await check({ api_start_push_ticket: { errcode: 40013 } });
		for (const name of REST) {
			expect(of(name).detail).toBe("Not checked: fix 'Credential' first");
		}
	});

	it('Check Setup stops if it is unknown whether WeChat accepts a token', async () => {
		const busy = () => ({ errcode: -1 });
		const { of } = await check({ api_get_authorizer_list: busy });
		expect(of('componentToken').status).toBe('unknown');
		for (const name of REST) {
			expect(of(name).detail).toBe("Not checked: fix 'Platform token' first");
		}
	});

	it('Check Setup checks everything if another system has replaced the kept token', async () => {
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

	it('Check Setup calls WeChat with the tokens of a token service', async () => {
		const service = { tokenSource: 'tokenService', tokenServiceUrl: 'https://a/{appid}' };
		const { of, asked } = await check({ wxamplinkget: OK }, { ...FIELDS, ...service });
		expect(of('authorizedAccounts').detail).toBe('The token service returned tokens for 1 account');
		expect(of('linkApiQuota').status).toBe('ok');
		expect(asked[0]).toBe(`wxamplinkget ${A}`);
	});
});

describe('Summary', () => {
	const withKeys = { ...FIELDS, messageToken: 'm', encodingAesKey: 'k'.repeat(43) };

	it('The summary counts what is broken, waiting, not checked and ok', async () => {
		const broken = { ...withKeys, componentVerifyTicket: '' };
		expect(await sumOf({ api_start_push_ticket: { errcode: 40125 } }, broken)).toBe(
			'2 broken, 1 waiting, 1 ok, 7 not checked',
		);
		expect(await sumOf({ api_start_push_ticket: { errcode: 40125 } }, broken, 'zh-CN')).toBe(
			'有故障 2 个，等待推送 1 个，正常 1 个，未检查 7 个',
		);
	});

	it('The summary counts what works but needs attention', async () => {
		const answers = { 'openapi/quota/get': quota(0) };
		const arrived = { ...withKeys, verifyTicketReceivedAt: Date.now() - 2 * 3_600_000 };
		expect(await sumOf(answers, arrived)).toBe('8 ok, 1 waiting, 2 to look at');
	});

	it('The summary counts what WeChat did not answer as not checked', async () => {
		expect(await sumOf({ 'openapi/quota/get': { errcode: -1 } }, withKeys)).toBe(
			'8 ok, 2 waiting, 1 not checked',
		);
	});
});

describe('Names of checks', () => {
	const namesIn = async (language: Language) =>
		(await emissionsOf({}, FIELDS, language)).map(({ json }) => String(json.checkName));

	it('Each check has a name of its own in the language of the hints', async () => {
		const english = await namesIn('en');
		expect(english).toContain('IP whitelist');
		expect(new Set(english).size).toBe(CHECKS.length);
		const chinese = await namesIn('zh-CN');
		expect(new Set(chinese).size).toBe(CHECKS.length);
		for (const name of chinese) expect(name).toMatch(/\p{Script=Han}/u);
	});

	it('A check that has to wait calls the earlier check by its name, in both languages', () => {
		const { detail, hint } = notChecked('componentToken', 'ipWhitelist');
		expect(detail).toBe("Not checked: fix 'IP whitelist' first");
		expect(hint.en).toContain('IP whitelist');
		expect(hint['zh-CN']).toContain('白名单IP地址列表');
		expect(Object.values(hint).join()).not.toContain('ipWhitelist');
	});
});

describe('Quotas of the link calls', () => {
	const quotaWith = async (answer: object) =>
		(await check({ 'openapi/quota/get': answer })).of('linkApiQuota');

	it('The quotas are unknown if no account can be called', async () => {
		const { of, asked } = await check({ api_get_authorizer_info: { errcode: 61003 } });
		expect(of('linkApiQuota')).toMatchObject({
			status: 'unknown',
			detail: 'Not checked: no Official Account can be called',
			hint: HINTS.NO_CALLABLE_ACCOUNT,
		});
		expect(asked).toEqual(['api_start_push_ticket']);
	});

	it.each([
		[0, 'attention'],
		[-1, 'attention'],
		[1, 'ok'],
		[undefined, 'ok'],
	])('With %p calls left, the check of the quotas is %s', async (remain, status) => {
		const found = await quotaWith(quota(remain));
		expect(found.status).toBe(status);
		expect(found.hint).toBe(status === 'ok' ? HINTS.QUOTA_NUMBERS : HINTS.QUOTA_USED_UP);
		expect(found.detail).toContain('wxampunlink: ');
	});

	it('The quotas need attention if WeChat refuses to show them because the daily limit is used up', async () => {
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

	it('The quotas are unknown if WeChat does not show them', async () => {
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

describe('Unreadable credential', () => {
	it('A credential that cannot be read fails, and nothing else is checked', () => {
		const [credential, ...rest] = findingsWithout(obstacle('retryLater', 'It is gone'));
		expect(credential).toMatchObject({
			check: 'credential',
			status: 'failed',
			detail: 'It is gone',
		});
		expect(rest.map(({ check: name }) => name)).toEqual(CHECKS.slice(1));
		for (const { detail } of rest) expect(detail).toBe("Not checked: fix 'Credential' first");
	});
});
