import { CredentialTestContext, LoadOptionsContext } from 'n8n-core';
import type { ICredentialDataDecryptedObject, IDataObject } from 'n8n-workflow';

import { WeChatMiniProgramLink } from '../../nodes/WeChatMiniProgramLink/WeChatMiniProgramLink.node';
import { CHECKS } from '../../nodes/setup/finding';
import { setUp } from './engine.cts';
import { LinkTrigger } from './linkTrigger.cts';
import { MINT_AUTHORIZER, MINT_COMPONENT, usePlatformWorld } from './platformWorld.cts';
import { useTrigger } from './trigger.cts';
import { LIST, mp, OA, OTHER_OA } from './world.cts';

const { credentialTest, listSearch } = new WeChatMiniProgramLink().methods;
const SECRET = 'header-value-canary-77d0';
const world = usePlatformWorld();

beforeEach(async () => {
	world.credential = {
		componentAppId: world.appId,
		tokenSource: 'tokenService',
		tokenServiceUrl: `${world.url}/_sandbox/token-service/{appid}`,
		apiBaseUrl: world.url,
	};
	await world.controls.setTokenService({ offersList: true });
});

const change = (fields: ICredentialDataDecryptedObject) => {
	world.credential = { ...world.credential, ...fields };
};

const testCredential = async () =>
	await credentialTest.testOpenPlatform.call(new CredentialTestContext(), {
		id: '1',
		name: 'Credential',
		type: 'weChatOpenPlatformApi',
		data: world.credential,
	});

/** n8n makes no token, because the server does that. */
afterEach(async () => {
	expect(await world.controls.count(MINT_COMPONENT)).toBe(0);
	expect(await world.controls.count(MINT_AUTHORIZER)).toBe(0);
});

const editor = () => {
	const { workflow, node, additionalData } = setUp({
		items: [],
		credentialType: 'weChatOpenPlatformApi',
		table: world.table,
	});
	additionalData.currentNodeParameters = node.parameters;
	return new LoadOptionsContext(workflow, node, additionalData, '');
};

const statusesOf = (found: Record<string, IDataObject>) =>
	Object.fromEntries(Object.entries(found).map(([check, { status }]) => [check, status]));

describe('Check Setup with a token service', () => {
	it('With a good token service, Check Setup is ok in every check and calls each account with its token', async () => {
		await world.controls.addAccount({ appId: OTHER_OA });
		const found = await world.checkSetup();
		expect(Object.keys(found)).toEqual(CHECKS);
		expect(new Set(Object.values(statusesOf(found)))).toEqual(new Set(['ok']));
		expect(found.authorizedAccounts.detail).toContain('2 accounts');
		expect(await world.controls.count(LIST)).toBe(2);
		expect(await testCredential()).toEqual({
			status: 'OK',
			message: 'WeChat accepted the tokens of the token service',
		});
	});

	it.each([
		['is down', { failure: 'noAnswer' }, /did not answer/],
		['is out of order', { failure: 'http500' }, /HTTP 500/],
	] as const)(
		'Check Setup fails in the first check if the service %s',
		async (_, settings, detail) => {
			await world.controls.setTokenService(settings);
			const { credential, authorizedAccounts } = await world.checkSetup();
			expect(credential).toMatchObject({ status: 'failed' });
			expect(credential.detail).toMatch(detail);
			expect(authorizedAccounts.status).toBe('unknown');
			const { status, message } = await testCredential();
			expect(status).toBe('Error');
			expect(message).toMatch(detail);
		},
	);

	it.each(['', 'tokens', 'https://tokens.example.com/', '{appid}{appid}'])(
		'Check Setup fails in the first check if the URL of the service is %j',
		async (tokenServiceUrl) => {
			change({ tokenServiceUrl });
			expect((await world.checkSetup()).credential).toMatchObject({ status: 'failed' });
			expect((await testCredential()).status).toBe('Error');
		},
	);

	it('If the service offers no list, Check Setup says that the accounts are unknown', async () => {
		await world.controls.setTokenService({ offersList: false });
		const found = await world.checkSetup();
		expect(statusesOf(found)).toMatchObject({
			credential: 'ok',
			authorizedAccounts: 'unknown',
			permissionSet33: 'unknown',
		});
		expect(found.authorizedAccounts.hint).toContain('by ID');
		const { status, message } = await testCredential();
		expect(status).toBe('OK');
		expect(message).toContain('no account was tried');
	});

	it.each<[string, () => Promise<unknown>, string, string, RegExp]>([
		[
			'an IP address that is not in the whitelist',
			async () => await world.controls.changePlatform({ ipWhitelist: ['203.0.113.7'] }),
			'ipWhitelist',
			'failed',
			/127\.0\.0\.1/,
		],
		[
			'an account without set 33',
			async () => await world.controls.addAccount({ appId: OTHER_OA, permissionSets: [1] }),
			'permissionSet33',
			'attention',
			/1 of 2 accounts lacks permission set 33: Account 00a2 \(/,
		],
		[
			'a frozen account',
			async () => {
				await world.controls.addAccount({ appId: OTHER_OA });
				await world.controls.answerWith({ path: LIST, account: OTHER_OA }, { errcode: 50002 });
			},
			'closedAccounts',
			'attention',
			/1 frozen/,
		],
		[
			'a token that WeChat rejects',
			async () => {
				await world.controls.setTokenService({ fixedToken: '61_nobody-has-made-this-token' });
			},
			'authorizedAccounts',
			'attention',
			/1 of 1 account could not be called.*rejects the token/,
		],
		[
			'a list without accounts',
			async () => await world.controls.setAccountStatus(OA, 'none'),
			'authorizedAccounts',
			'attention',
			/lists no account/,
		],
	])('Check Setup names %s in one check only', async (_, arrange, check, status, detail) => {
		await arrange();
		const found = await world.checkSetup();
		expect(found[check]).toMatchObject({ status });
		expect(found[check].detail).toMatch(detail);
		expect(found[check].hint).not.toBe('');
		const others = Object.entries(statusesOf(found)).filter(([name]) => name !== check);
		expect(others.filter(([, other]) => other === 'failed' || other === 'attention')).toStrictEqual(
			[],
		);
		const result = await testCredential();
		expect(result.message).toMatch(check === 'authorizedAccounts' ? /account/ : detail);
	});

	it('Check Setup checks the key for pushes if there is one', async () => {
		change({ encodingAesKey: 'no key', messageToken: 'T' });
		expect((await world.checkSetup()).encodingAesKey).toMatchObject({ status: 'failed' });
	});
});

describe('Lists in the editor', () => {
	it('The list in the editor shows what the service offers and asks WeChat for no names', async () => {
		const { results } = await listSearch.searchOfficialAccounts.call(editor());
		expect(results).toEqual([{ name: `Tea House (${OA})`, value: OA }]);
		const trigger = new LinkTrigger(() => world.table);
		expect(await trigger.options()).toEqual([{ name: `Tea House (${OA})`, value: OA }]);
		expect((await world.controls.stats()).calls).toBe(0);
	});

	it('The list in the editor says what to do if the service offers none', async () => {
		await world.controls.setTokenService({ offersList: false });
		const list = listSearch.searchOfficialAccounts.call(editor());
		await expect(list).rejects.toThrow(/offers no list.*by ID/);
	});
});

describe('Link trigger with a token service', () => {
	const linked = async (trigger: LinkTrigger) => {
		await world.controls.setRelation(OA, mp(1), 12);
		await trigger.poll();
		await world.controls.setRelation(OA, mp(1), 1);
		return (await trigger.poll()).map(({ event }) => event);
	};

	it('The link trigger follows all accounts that the service lists', async () => {
		expect(await linked(new LinkTrigger(() => world.table))).toEqual(['linked']);
	});

	it('The link trigger follows selected accounts without a list', async () => {
		await world.controls.setTokenService({ offersList: false });
		const trigger = new LinkTrigger(() => world.table);
		trigger.parameters = { ...trigger.parameters, watch: 'selected', officialAccounts: [OA] };
		expect(await linked(trigger)).toEqual(['linked']);
	});

	it('The link trigger says what to do if it is set to all accounts and the service offers no list', async () => {
		await world.controls.setTokenService({ offersList: false });
		const trigger = new LinkTrigger(() => world.table);
		await trigger.poll();
		await expect(trigger.poll()).rejects.toThrow('offers no list');
	});
});

describe('Pushes beside a server that makes the tokens', () => {
	const server = useTrigger(world);

	beforeEach(async () => {
		const { messageToken, encodingAesKey } = await world.controls.platform();
		change({ messageToken, encodingAesKey });
		await world.controls.addAccount({ appId: OTHER_OA, status: 'none' });
	});

	it('A push starts the workflow and leaves the code to the server', async () => {
		const { authorizationCode } = await world.controls.authorize({ account: OTHER_OA });
		await server.settle();
		expect(server.items).toMatchObject([
			{ event: 'authorized', officialAccountAppId: OTHER_OA, codeExchanged: null, canLink: null },
		]);
		expect(server.items[0].hint).toContain('server');
		expect(server.credential.authorizationCodes).toContain(authorizationCode);
	});

	it('The credential keeps the ticket for the day when n8n takes over', async () => {
		await world.controls.pushTicket();
		await server.settle();
		expect(server.credential.componentVerifyTicket).toBe(await world.controls.lastTicket());
	});

	it('A new authorization discards the former token, since the server gets a new one', async () => {
		await world.controls.authorize({ account: OTHER_OA });
		await server.settle();
		await world.result({ accounts: [OTHER_OA] });
		await world.controls.reauthorize({ account: OTHER_OA, permissionSets: [1, 33, 18] });
		await server.settle();
		await world.result({ accounts: [OTHER_OA] });
		expect(await world.controls.tokenServiceCount(OTHER_OA)).toBe(2);
	});

	it('The activation asks WeChat for nothing', async () => {
		expect(await server.activate('manual')).toBe(true);
		expect((await world.controls.stats()).calls).toBe(0);
	});
});

it('The secret header does not leave the node', async () => {
	change({ tokenServiceHeaderName: 'X-Key', tokenServiceHeaderValue: SECRET });
	await world.controls.setTokenService({ secretHeader: { name: 'X-Key', value: SECRET } });
	const { run, outputs } = await world.run();
	expect(outputs[0]).toHaveLength(1);
	expect(JSON.stringify(run.data.resultData)).not.toContain(SECRET);
});
