import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import type { Context } from '../../../nodes/calls/transport';
import { PlatformTokens, TOKEN_IS_ELSEWHERE } from '../../../nodes/tokens/platformTokens';

const NOW = Date.parse('2025-03-04T05:06:40.000Z');
const FIELDS: ICredentialDataDecryptedObject = {
	componentAppId: ' wx00000000000000c1 ',
	componentAppSecret: 'secret',
	componentVerifyTicket: 'ticket@@@1',
	apiBaseUrl: 'https://api.weixin.qq.com/',
};
const SERVICE: ICredentialDataDecryptedObject = {
	...FIELDS,
	tokenSource: 'tokenService',
	tokenServiceUrl: 'https://tokens.example.com/{appid}',
};

beforeEach(() => jest.useFakeTimers({ now: NOW }));
afterEach(() => jest.useRealTimers());

let credentials = 0;

/** The tokens of a credential that no other test uses; every call gets this answer. */
function tokensOf(fields: ICredentialDataDecryptedObject, answer: object = { errcode: -1 }) {
	const asked: Array<{ url: string; body: object }> = [];
	const node = {
		credentials: { weChatOpenPlatformApi: { id: `credential ${++credentials}`, name: 'Name' } },
	};
	const context = {
		getNode: () => node,
		getCredentials: async () => await Promise.resolve(fields),
		logger: { warn: () => undefined },
		helpers: {
			httpRequest: async ({ url, body = '{}' }: { url: string; body?: string }) => {
				asked.push({ url, body: JSON.parse(body) as object });
				return await Promise.resolve({ statusCode: 200, body: JSON.stringify(answer) });
			},
			httpRequestWithAuthentication: async () => await Promise.reject(new Error('not stored')),
		},
	} as unknown as Context;
	return { tokens: new PlatformTokens(context, fields, performance.now()), asked };
}

async function within<T>(milliseconds: number, work: Promise<T>): Promise<T | 'not yet'> {
	const late = new Promise<'not yet'>((resolve) => {
		setTimeout(() => resolve('not yet'), milliseconds);
	});
	const first = Promise.race([work, late]);
	await jest.advanceTimersByTimeAsync(milliseconds);
	return await first;
}

describe('Calls of a platform', () => {
	it('A platform has the appid and the address of its credential, or empty ones', () => {
		expect(tokensOf(FIELDS).tokens).toMatchObject({
			appId: 'wx00000000000000c1',
			road: { baseUrl: 'https://api.weixin.qq.com' },
			isService: false,
		});
		expect(tokensOf({}).tokens).toMatchObject({ appId: '', road: { baseUrl: '' } });
	});

	it('A call of a platform contains its appid', async () => {
		const { tokens, asked } = tokensOf(
			{ ...FIELDS, componentAppSecret: 'other' },
			{ component_access_token: 'T', expires_in: 7200 },
		);
		await within(5000, tokens.asking()('api_get_authorizer_info', { authorizer_appid: 'wxa' }));
		expect(asked.at(-1)).toEqual({
			url: 'https://api.weixin.qq.com/cgi-bin/component/api_get_authorizer_info',
			body: { component_appid: 'wx00000000000000c1', authorizer_appid: 'wxa' },
		});
	});

	it('A platform without a token does not wait for the next minute', async () => {
		const limited = { errcode: 45011, errmsg: 'limit' };
		const { tokens, asked } = tokensOf({ ...FIELDS, componentAppSecret: 'limited' }, limited);
		expect(await within(5000, tokens.tokens.get())).toMatchObject({ errcode: 45011 });
		expect(asked).toHaveLength(1);
	});
});

describe('Platforms that cannot be called', () => {
	it('A platform without a ticket cannot be called', async () => {
		const { tokens } = tokensOf({ ...FIELDS, componentVerifyTicket: '', componentAppSecret: 'a' });
		expect(await within(5000, tokens.obstacle())).toMatchObject({
			problem: expect.stringContaining('ticket'),
		});
	});

	it('A platform with a token can be called', async () => {
		const made = { component_access_token: 'T', expires_in: 7200 };
		const { tokens } = tokensOf({ ...FIELDS, componentAppSecret: 'b' }, made);
		expect(await within(5000, tokens.obstacle())).toBeUndefined();
	});

	it('A platform whose token service has no address cannot be called', async () => {
		const { tokens, asked } = tokensOf({ ...SERVICE, tokenServiceUrl: '' });
		expect(await tokens.obstacle()).toMatchObject({
			problem: 'The address of the token service is not a URL',
		});
		expect(await tokensOf(SERVICE).tokens.obstacle()).toBeUndefined();
		expect(await tokens.tokens.get()).toBe(TOKEN_IS_ELSEWHERE);
		expect(asked).toStrictEqual([]);
	});
});
