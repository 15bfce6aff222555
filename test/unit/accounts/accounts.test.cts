import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import { AuthorizerTokenAccounts } from '../../../nodes/accounts/authorizerTokenAccounts';
import { Platform, Platforms } from '../../../nodes/accounts/platform';
import type { Client } from '../../../nodes/calls/client';
import type { Context } from '../../../nodes/calls/transport';
import type { PlatformTokens } from '../../../nodes/tokens/platformTokens';
import { isObstacle } from '../../../nodes/wechat/obstacle';
import { answered, obstacle } from '../fakes.cts';

const CONTEXT = { getNode: () => ({}) } as unknown as Context;
const NO_CLIENT = {} as Client;
const FIELDS: ICredentialDataDecryptedObject = {
	componentAppId: 'wx00000000000000c1',
	componentAppSecret: 'secret',
	apiBaseUrl: 'https://api.weixin.qq.com',
};
const failing = async () => await Promise.reject(new Error('gone'));

describe('the platform of an item', () => {
	const platformsOf = (read: () => Promise<ICredentialDataDecryptedObject>) =>
		new Platforms(CONTEXT, read, NO_CLIENT, 1);

	it('is not to be had where its credential cannot be read, which is named', async () => {
		expect(await platformsOf(failing).ofItem(0)).toMatchObject({
			problem: 'The credential could not be read: gone',
			hint: { en: expect.stringContaining('the credential WeChat Open Platform API again') },
		});
	});

	it('is not to be had at an address that is none', async () => {
		const read = async () => await Promise.resolve({ ...FIELDS, apiBaseUrl: 'nowhere' });
		expect(await platformsOf(read).ofItem(0)).toMatchObject({
			problem: 'The API Base URL is not a URL',
		});
	});

	it('is the same for items with the same values', async () => {
		const platforms = platformsOf(async () => await Promise.resolve(FIELDS));
		const one = await platforms.ofItem(0);
		expect(isObstacle(one)).toBe(false);
		expect(await platforms.ofItem(1)).toBe(one);
	});
});

describe('the accounts of a platform', () => {
	const LISTED = ['a1', 'a2', 'a3'].map((end) => ({
		appId: `wx00000000000000${end}`,
		name: null,
		authorizedAt: null,
	}));
	const platformWith = (tokens: object, answer: object = {}) => {
		const callingWith = () => async () => await Promise.resolve(answer);
		return new Platform({ callingWith, ...tokens } as unknown as PlatformTokens, {} as Client);
	};

	it('are those that the token service lists, as many as are asked for', async () => {
		const tokens = { isService: true, listOfService: async () => await Promise.resolve(LISTED) };
		const platform = platformWith(tokens);
		const { answer, authorizers, next } = await platform.listAccounts(2);
		expect(answer).toMatchObject({ errcode: 0, attempts: 0 });
		expect(authorizers).toEqual(LISTED.slice(0, 2));
		expect(next).toBeUndefined();
		expect((await platform.listAccounts(Infinity)).authorizers).toEqual(LISTED);
	});

	it('are none where the token service gives no list, for its reason', async () => {
		const reason = obstacle('retryLater', 'It is down');
		const tokens = { isService: true, listOfService: async () => await Promise.resolve(reason) };
		const { answer, authorizers } = await platformWith(tokens).listAccounts(2);
		expect(answer).toMatchObject({ errcode: null, errmsg: 'It is down', obstacle: reason });
		expect(authorizers).toStrictEqual([]);
	});

	it('have the name that the list gives, or that WeChat gives, or none', async () => {
		const [account] = LISTED;
		const info = { ...answered(0), payload: { authorizer_info: { nick_name: 'Tea' } } };
		const named = (answer: object) =>
			platformWith({ kept: { origin: 'accounts of a platform' } }, answer);
		expect(await named(info).nameOf({ ...account, name: 'Noodles' })).toBe('Noodles');
		expect(await named(info).nameOf(account)).toBeNull();
		expect(await named(info).nameOf({ ...account, name: undefined })).toBe('Tea');
		const refused = { ...info, errcode: 61003 };
		expect(await named(refused).nameOf({ ...account, name: undefined })).toBeNull();
	});
});

describe('the account of a token', () => {
	it('is not to be had where its credential cannot be read, which is named', async () => {
		expect(await new AuthorizerTokenAccounts(CONTEXT, failing, 1).ofItem(0)).toMatchObject({
			hint: { en: expect.stringContaining('the credential WeChat Authorizer Token API again') },
		});
	});
});
