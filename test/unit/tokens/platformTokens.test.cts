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

describe('Tokens of merchants', () => {
	const GRANTED = { func_info: [{ funcscope_category: { id: 33 } }] };
	const ANSWER = {
		component_access_token: 'C',
		expires_in: 7200,
		authorizer_info: {},
		authorization_info: { authorizer_refresh_token: 'refresh', ...GRANTED },
		authorizer_access_token: 'T',
	};
	let secrets = 0;
	const platform = (answer: object = ANSWER) =>
		tokensOf({ ...FIELDS, componentAppSecret: `merchants ${++secrets}` }, answer);

	it('A run has one token for each merchant', async () => {
		const { tokens } = platform();
		expect(tokens.ofAuthorizer('wxa')).toBe(tokens.ofAuthorizer('wxa'));
		expect(tokens.ofAuthorizer('wxb')).not.toBe(tokens.ofAuthorizer('wxa'));
		expect(await within(10_000, tokens.ofAuthorizer('wxa').get())).toBe('T');
	});

	it('The token of a merchant comes with the time from which a newer one is made', async () => {
		const { tokens } = platform();
		const current = await within(10_000, tokens.currentTokenOf('wxa', ''));
		expect(current).toEqual({ value: 'T', renewAt: expect.any(Number) });
		const minutes = ((current as { renewAt: number }).renewAt - NOW) / 60_000;
		expect(minutes).toBeGreaterThanOrEqual(115);
		expect(minutes).toBeLessThan(116);
	});

	it('The token of a merchant is replaced only if it is the one that was rejected', async () => {
		const answer = { ...ANSWER };
		const { tokens, asked } = platform(answer);
		await within(10_000, tokens.currentTokenOf('wxa', ''));
		const calls = asked.length;
		answer.authorizer_access_token = 'T2';
		expect(await within(10_000, tokens.currentTokenOf('wxa', 'other'))).toMatchObject({
			value: 'T',
		});
		expect(asked).toHaveLength(calls);
		expect(await within(10_000, tokens.currentTokenOf('wxa', ' T\n'))).toMatchObject({
			value: 'T2',
		});
	});

	it('A merchant whose token cannot be made has an obstacle', async () => {
		const { tokens } = platform({ ...ANSWER, authorizer_access_token: undefined, errcode: 61003 });
		expect(await within(10_000, tokens.currentTokenOf('wxa', ''))).toHaveProperty('category');
	});

	it('A rejected token of the platform is replaced', async () => {
		const answer = { ...ANSWER };
		const { tokens } = platform(answer);
		expect(await within(10_000, tokens.tokens.get())).toBe('C');
		answer.component_access_token = 'C2';
		tokens.reject('other');
		expect(await within(10_000, tokens.tokens.get())).toBe('C');
		tokens.reject('C');
		expect(await within(10_000, tokens.tokens.get())).toBe('C2');
	});

	it('The accounts of a token service are those that it lists', async () => {
		const { tokens, asked } = tokensOf(SERVICE, ['wx00000000000000a1']);
		const listed = await tokens.listOfService();
		expect(listed).toMatchObject([{ appId: 'wx00000000000000a1' }]);
		expect(asked.map(({ url }) => url)).toEqual(['https://tokens.example.com/']);
	});
});
