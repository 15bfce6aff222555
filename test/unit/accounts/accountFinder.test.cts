import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import { AccountFinder } from '../../../nodes/accounts/accountFinder';
import { CredentialReader, type ItemCredential } from '../../../nodes/accounts/credentialReader';
import { Platform } from '../../../nodes/accounts/platform';
import type { Client } from '../../../nodes/calls/client';
import type { Context } from '../../../nodes/calls/transport';
import type { PlatformTokens } from '../../../nodes/tokens/platformTokens';
import { isObstacle } from '../../../nodes/wechat/obstacle';
import { answered, obstacle } from '../fakes.cts';

const NO_CLIENT = {} as Client;
const MERCHANT = 'wx00000000000000a1';

type Fields = ICredentialDataDecryptedObject;

/** A finder and the credential of each item, as a run reads it. */
async function findingIn(type: ItemCredential['type'], ...items: Fields[]) {
	const getCredentials = async (_: string, index: number) => await Promise.resolve(items[index]);
	const context = { getNode: () => ({}), getCredentials } as unknown as Context;
	const reader = new CredentialReader(context, type, items.length);
	const read = await Promise.all(items.map(async (_, index) => await reader.ofItem(index)));
	return {
		finder: new AccountFinder(context, NO_CLIENT),
		read: read.filter((one): one is ItemCredential => !isObstacle(one)),
	};
}

describe('A platform', () => {
	const FIELDS = {
		componentAppId: 'wx00000000000000c1',
		componentAppSecret: 'secret',
		apiBaseUrl: 'https://api.weixin.qq.com',
	};
	const findingWith = async (...items: Fields[]) =>
		await findingIn('weChatOpenPlatformApi', ...items);

	it('An item whose API Base URL is not a URL has neither a platform nor an account', async () => {
		const { finder, read } = await findingWith({ ...FIELDS, apiBaseUrl: 'nowhere' });
		const problem = 'The API Base URL is not a URL';
		expect(finder.platformOf(read[0])).toMatchObject({ problem });
		expect(finder.accountOf(read[0], MERCHANT)).toMatchObject({ problem });
	});

	it('Items whose credentials have the same values share platform and account, others do not', async () => {
		const other = { ...FIELDS, componentAppSecret: 'other' };
		const { finder, read } = await findingWith(FIELDS, FIELDS, other);
		const platforms = read.map((one) => finder.platformOf(one));
		expect(platforms[1]).toBe(platforms[0]);
		expect(platforms[2]).not.toBe(platforms[0]);
		const accounts = read.map((one) => finder.accountOf(one, MERCHANT));
		expect(accounts[0]).toMatchObject({ appId: MERCHANT });
		expect(accounts[1]).toBe(accounts[0]);
		expect(accounts[2]).not.toBe(accounts[0]);
	});
});

describe('The account of a token', () => {
	const FIELDS = { accessToken: 'T', apiBaseUrl: 'https://api.weixin.qq.com' };
	const tokenOf = async (fields: Fields) => {
		const { finder, read } = await findingIn('weChatAuthorizerTokenApi', fields);
		const account = finder.accountOf(read[0], '');
		return isObstacle(account) ? account : await account.tokens.get();
	};

	it('The account of a pasted token calls with it, without white space', async () => {
		expect(await tokenOf({ ...FIELDS, accessToken: ' T\n1 ' })).toBe('T1');
	});

	it.each([
		[{ accessToken: ' ' }, 'The access token is empty'],
		[{ apiBaseUrl: 'nowhere' }, 'The API Base URL is not a URL'],
		[
			{ tokenSource: 'tokenService', tokenServiceUrl: '' },
			'The address of the token service is not a URL',
		],
	])('A credential with %j has no token and says why', async (fields, problem) => {
		expect(await tokenOf({ ...FIELDS, ...fields })).toMatchObject({ problem });
	});

	it('Items with the same token and appid share the account, others do not', async () => {
		const items = [FIELDS, FIELDS, { ...FIELDS, officialAccountAppId: MERCHANT }];
		const { finder, read } = await findingIn('weChatAuthorizerTokenApi', ...items);
		const [one, same, other] = read.map((credential) => finder.accountOf(credential, ''));
		expect(same).toBe(one);
		expect(other).not.toBe(one);
		expect(other).toMatchObject({ appId: MERCHANT });
	});
});

describe('The accounts of a platform', () => {
	const LISTED = ['a1', 'a2', 'a3'].map((end) => ({
		appId: `wx00000000000000${end}`,
		name: null,
		authorizedAt: null,
	}));
	const platformWith = (tokens: object, answer: object = {}) => {
		const callingWith = () => async () => await Promise.resolve(answer);
		return new Platform({ callingWith, ...tokens } as unknown as PlatformTokens, {} as Client);
	};

	it('A platform with a token service has the accounts that the service lists, up to the limit', async () => {
		const tokens = { isService: true, listOfService: async () => await Promise.resolve(LISTED) };
		const platform = platformWith(tokens);
		const { answer, authorizers, next } = await platform.listAccounts(2);
		expect(answer).toMatchObject({ errcode: 0, attempts: 0 });
		expect(authorizers).toEqual(LISTED.slice(0, 2));
		expect(next).toBeUndefined();
		expect((await platform.listAccounts(Infinity)).authorizers).toEqual(LISTED);
	});

	it('A platform whose token service returns no list has no accounts and says why', async () => {
		const reason = obstacle('retryLater', 'It is down');
		const tokens = { isService: true, listOfService: async () => await Promise.resolve(reason) };
		const { answer, authorizers } = await platformWith(tokens).listAccounts(2);
		expect(answer).toMatchObject({ errcode: null, errmsg: 'It is down', obstacle: reason });
		expect(authorizers).toStrictEqual([]);
	});

	it('The name of an account comes from the list, or from WeChat if the list has none', async () => {
		const [account] = LISTED;
		const info = { ...answered(0), payload: { authorizer_info: { nick_name: 'Tea' } } };
		const choiceOf = async (name: string | null | undefined, answer: object) => {
			const platform = platformWith({ kept: { origin: 'accounts of a platform' } }, answer);
			const [choice] = await platform.choicesOf([{ ...account, name }]);
			return choice;
		};
		const called = (name: string) => ({ name, value: account.appId });
		expect(await choiceOf('Noodles', info)).toEqual(called(`Noodles (${account.appId})`));
		expect(await choiceOf(null, info)).toEqual(called(account.appId));
		expect(await choiceOf(undefined, info)).toEqual(called(`Tea (${account.appId})`));
		const refused = { ...info, errcode: 61003 };
		expect(await choiceOf(undefined, refused)).toEqual(called(account.appId));
	});
});
