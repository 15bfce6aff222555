import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import type { Context } from '../../../nodes/calls/transport';
import { serviceTokenRecipe } from '../../../nodes/tokens/recipes';
import { newToken, TokenCache } from '../../../nodes/tokens/tokenCache';
import { authorizerKey } from '../../../nodes/tokens/tokenFields';
import { listServiceAccounts } from '../../../nodes/tokens/tokenService';
import { OTHER_ACCOUNT, readServiceList } from '../../../nodes/tokens/tokenServiceAnswers';
import { keptIn, Table } from '../table.cts';

const ONE = 'wx00000000000000a1';
const TWO = 'wx00000000000000a2';

const read = (body: unknown, statusCode = 200) =>
	readServiceList(statusCode, typeof body === 'string' ? body : JSON.stringify(body));
const account = (
	appId: string,
	name: string | null = null,
	authorizedAt: string | null = null,
) => ({
	appId,
	name,
	authorizedAt,
});

describe('Lists of accounts', () => {
	it('The list of a token service may consist of appids, alone or in the field list', () => {
		expect(read([ONE, TWO.toUpperCase()])).toEqual([account(ONE), account(TWO)]);
		expect(read({ list: [ONE] })).toEqual([account(ONE)]);
		expect(read({ code: 0, data: { list: [ONE] } })).toEqual([account(ONE)]);
		expect(read([])).toStrictEqual([]);
	});

	it('The list of a token service may contain names and the times of authorizations', () => {
		const list = [
			{ authorizer_appid: ONE, nick_name: ' Tea House ', auth_time: 1635156704 },
			{ appid: TWO, name: 'Noodles' },
		];
		expect(read(list)).toEqual([
			account(ONE, 'Tea House', '2021-10-25T10:11:44.000Z'),
			account(TWO, 'Noodles'),
		]);
	});

	it('The list of a token service contains each account once and ignores everything else', () => {
		const list = [
			ONE,
			null,
			7,
			'',
			'Tea House',
			{},
			{ name: 'x' },
			[],
			{ appid: ONE, name: 'Tea' },
		];
		expect(read(list)).toEqual([account(ONE, 'Tea')]);
	});

	it.each([
		[200, {}],
		[200, { list: {} }],
		[200, 'no JSON'],
		[200, 'null'],
		[404, [ONE]],
		[302, [ONE]],
	])('HTTP %i with %j is not a list', (status, body) => {
		expect(read(body, status)).toMatchObject({
			category: 'authorization',
			problem: `The token service offers no list of accounts (HTTP ${status})`,
			whoActs: 'operator',
		});
	});

	it.each([0, 500, 503])('A request that ends with HTTP %i can be tried again later', (status) => {
		expect(read([ONE], status)).toMatchObject({ category: 'retryLater' });
	});
});

describe('Tokens of listed accounts', () => {
	const CREDENTIALS: ICredentialDataDecryptedObject = {
		tokenSource: 'tokenService',
		tokenServiceUrl: 'https://tokens.example.com/{appid}',
	};

	/** A service that gives this answer, and the URLs that were requested. */
	function serviceWith(statusCode: number, body: object, credentials = CREDENTIALS) {
		const urls: string[] = [];
		const httpRequest = async ({ url }: { url: string }) => {
			urls.push(url);
			return await Promise.resolve({ statusCode, body: JSON.stringify(body) });
		};
		const context = { helpers: { httpRequest } } as unknown as Context;
		const cache = new TokenCache();
		const { kept } = keptIn(new Table(credentials), cache);
		const recipe = serviceTokenRecipe(context, kept, ONE);
		return {
			urls,
			cache,
			kept,
			recipe,
			list: async () => await listServiceAccounts(context, credentials),
		};
	}

	it("An account's token is requested by one process at a time", () => {
		expect(serviceWith(200, {}).recipe.isExclusive).toBe(true);
	});

	it("An account's token is requested at the URL with its appid", async () => {
		const { urls, recipe } = serviceWith(200, { access_token: 'T' });
		expect(await recipe.make(() => false)).toMatchObject({ value: 'T' });
		expect(urls).toEqual([`https://tokens.example.com/${ONE}`]);
	});

	it("The token of another account is not used, and that account's token is given up", async () => {
		const { cache, kept, recipe } = serviceWith(200, { access_token: 'T' });
		const key = authorizerKey(kept.origin, TWO);
		cache.keep(key, newToken('T', 7200, 0));
		expect(await recipe.make(() => false)).toBe(OTHER_ACCOUNT);
		expect(cache.get(key)).toBeUndefined();
	});

	it('An account without a token gets the reason of the service, even if another account has no token either', async () => {
		const { cache, kept, recipe } = serviceWith(403, {});
		cache.reject(authorizerKey(kept.origin, TWO), 'old');
		expect(await recipe.make(() => false)).toMatchObject({
			problem: 'The token service returned no token (HTTP 403)',
		});
	});

	it('A token service without a valid address is not asked', async () => {
		const { urls, list, recipe } = serviceWith(200, [], { ...CREDENTIALS, tokenServiceUrl: 'x' });
		const reason = { problem: 'The address of the token service is not a URL' };
		expect(await list()).toMatchObject(reason);
		expect(await recipe.make(() => false)).toMatchObject(reason);
		expect(urls).toStrictEqual([]);
	});

	it('A token service is not asked if its URL does not contain {appid} exactly once', async () => {
		const urlsOf = async (tokenServiceUrl: string) => {
			const { recipe } = serviceWith(200, {}, { ...CREDENTIALS, tokenServiceUrl });
			return await recipe.make(() => false);
		};
		expect(await urlsOf('https://a/')).toMatchObject({
			problem: 'Token Service URL does not contain {appid}',
			whoActs: 'operator',
		});
		expect(await urlsOf('https://a/{appid}/{appid}')).toMatchObject({
			problem: 'Token Service URL contains {appid} 2 times',
			whoActs: 'operator',
		});
	});
});
