import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import { waitFor } from '../n8n/waitFor.cts';
import { easyWeChat } from '../provider/easyWeChat.cts';
import { ProviderServer } from '../provider/server.cts';
import { MINT_AUTHORIZER, MINT_COMPONENT, QUERY_AUTH, usePlatformWorld } from './platformWorld.cts';
import { useTrigger } from './trigger.cts';
import { LINK, LIST, OA, OTHER_OA } from './world.cts';

const NEW_MERCHANT = 'wx00000000000000a3';
const officialAccountAppId = { __rl: true, mode: 'id', value: '={{ $json.account }}' };

const world = usePlatformWorld();
const trigger = useTrigger(world);
let server: ProviderServer;

beforeEach(async () => {
	await world.controls.addAccount({ appId: OTHER_OA, name: 'Book Shop' });
	await world.controls.addAccount({ appId: NEW_MERCHANT, status: 'none' });
	server = new ProviderServer(await world.controls.platform(), world.url, easyWeChat);
	await server.start();
});

afterEach(async () => await server.close());

const counts = async () => ({
	component: await world.controls.count(MINT_COMPONENT),
	authorizer: await world.controls.count(MINT_AUTHORIZER),
	codes: await world.controls.count(QUERY_AUTH),
});

describe('a provider whose server is built on node-easywechat and makes the tokens', () => {
	const ofPlatform = (): ICredentialDataDecryptedObject => ({
		componentAppId: world.appId,
		tokenSource: 'tokenService',
		tokenServiceUrl: server.tokenServiceUrl,
		apiBaseUrl: world.url,
	});
	const ofOneAccount = () => ({
		credentialType: 'weChatAuthorizerTokenApi' as const,
		credential: {
			tokenSource: 'tokenService',
			tokenServiceUrl: server.tokenServiceUrl.replace('{appid}', OA),
			apiBaseUrl: world.url,
		},
	});

	beforeEach(async () => {
		await world.controls.setEventUrl(server.pushUrl);
		await world.controls.pushTicket();
		world.credential = ofPlatform();
	});

	it('links for its merchants, the earlier ones and a new one', async () => {
		await world.controls.authorize({ account: NEW_MERCHANT, permissionSets: [1, 33] });
		const accounts = [OA, OTHER_OA, NEW_MERCHANT];
		const results = await world.results({ accounts });
		expect(results.map(({ outcome }) => outcome)).toEqual(accounts.map(() => 'invitationSent'));
		expect(server.pushes.map(({ infoType }) => infoType)).toEqual([
			'component_verify_ticket',
			'authorized',
		]);
		expect(await counts()).toEqual({ component: 1, authorizer: 3, codes: 1 });
		expect(server.tokens.refusals).toStrictEqual([]);
		await world.results({ accounts });
		expect(server.asked).toBe(3);
	});

	it.each([
		['WeChat Open Platform API', () => ({})],
		['WeChat Authorizer Token API', ofOneAccount],
	])('goes on after WeChat has rejected a token that it keeps (%s)', async (_, options) => {
		expect(await world.result(options())).toMatchObject({ outcome: 'invitationSent' });
		for (let rejections = 1; rejections <= 3; rejections++) {
			await world.controls.mintAside(OA);
			const result = await world.result({ ...options(), operation: 'getStatus' });
			expect(result).toMatchObject({ errcode: 0, attempts: 2 });
			expect([server.asked, server.askedPastCache]).toEqual([1 + 2 * rejections, rejections]);
		}
		expect(await world.controls.count(LINK)).toBe(1);
		expect(await server.tokens.readLinks(OA)).toBe(0);
	});

	it('is asked past its cache once for all items of a run', async () => {
		const accounts = Array.from({ length: 40 }, (_, n) => (n % 2 === 0 ? OA : OTHER_OA));
		await world.results({ accounts: [OA, OTHER_OA] });
		await world.controls.mintAside(OA);
		await world.controls.mintAside(OTHER_OA);
		const results = await world.results({ accounts, operation: 'unlink' });
		expect(results.filter(({ category }) => category === 'authorization')).toStrictEqual([]);
		expect(server.askedPastCache).toBe(2);
	});

	it('whose own platform token was replaced learns that from the answer, and n8n sends nothing', async () => {
		await world.result();
		await world.controls.mintAside(OA);
		await world.controls.mintAside(world.appId);
		const result = await world.result({ operation: 'getStatus' });
		expect(result).toMatchObject({ category: 'retryLater', whoActs: 'provider' });
		expect(server.tokens.refusals.join()).toContain('40001');
		server.tokens.forget();
		expect(await world.result({ operation: 'getStatus' })).toMatchObject({ errcode: 0 });
	});

	it('passes the test of the credential, also after a rejection', async () => {
		expect((await world.checkSetup()).authorizedAccounts).toMatchObject({ status: 'ok' });
		await world.controls.mintAside(OA);
		expect((await world.checkSetup()).authorizedAccounts).toMatchObject({ status: 'ok' });
		expect(server.askedPastCache).toBe(1);
	});
});

describe('a provider whose server is built on node-easywechat and asks n8n', () => {
	beforeEach(() => {
		world.credential = { ...world.credential, allowTokenOutput: true };
		server.tokens.askElsewhere = async (account, rejectedToken = '') => {
			const { outputs } = await world.runForPlatform('getAccessToken', {
				accounts: [account],
				parameters: { officialAccountAppId, rejectedToken },
			});
			const [item] = outputs[0];
			if (!item) throw new Error(String(outputs.flat()[0].json.errmsg));
			return { token: String(item.json.accessToken), expiresIn: Number(item.json.expiresIn) };
		};
	});

	it('calls for its merchants with the tokens that n8n uses', async () => {
		await world.results({ accounts: [OA, OTHER_OA] });
		expect(await server.tokens.readLinks(OA)).toBe(0);
		expect(await server.tokens.readLinks(OTHER_OA)).toBe(0);
		expect(await counts()).toEqual({ component: 1, authorizer: 2, codes: 0 });
	});

	it('says which token was rejected, and goes on', async () => {
		expect(await server.tokens.readLinks(OA)).toBe(0);
		await world.controls.mintAside(OA);
		const before = await counts();
		expect(await server.tokens.readLinks(OA)).toBe(0);
		expect(await counts()).toEqual({ ...before, authorizer: before.authorizer + 1 });
		expect(server.tokens.refusals).toHaveLength(1);
		expect(await world.result({ operation: 'getStatus' })).toMatchObject({ attempts: 1 });
		expect(await world.controls.count(LIST)).toBe(4);
	});

	it('gets what n8n has made meanwhile, and no newer one is made', async () => {
		expect(await server.tokens.readLinks(OA)).toBe(0);
		await world.controls.mintAside(OA);
		expect(await world.result()).toMatchObject({ outcome: 'invitationSent', attempts: 2 });
		const before = await counts();
		expect(await server.tokens.readLinks(OA)).toBe(0);
		expect(await counts()).toEqual(before);
	});
});

describe('pushes that the trigger forwards to a server built on node-easywechat', () => {
	it('are all verified and decrypted there, as WeChat sent them', async () => {
		trigger.parameters = { forwardTo: server.pushUrl };
		const texts = ['茶馆 & 书店 <a>', '😀 ]]> "quoted"', 'plain', '0', ' spaces '];
		const sent: string[] = [];
		const accounts = await world.controls.addAccounts(10, { prefix: 'fe', status: 'none' });
		for (let n = 0; n < 10; n++) {
			await world.controls.pushTicket();
			sent.push('component_verify_ticket');
			await world.controls.push('notify_third_fasterregister', { name: texts[n % 5], number: n });
			sent.push('notify_third_fasterregister');
			await world.controls.authorize({ account: accounts[n], permissionSets: [1, 33] });
			sent.push('authorized');
			await world.controls.withdraw(accounts[n]);
			sent.push('unauthorized');
		}
		await trigger.settle();
		const isOver = () => server.pushes.length + server.refused >= sent.length;
		await waitFor(async () => await Promise.resolve(isOver() || null), {
			what: 'all pushes at the server',
			timeoutMs: 20_000,
		});
		expect(server.refused).toBe(0);
		expect(server.pushes.map(({ infoType }) => infoType).sort()).toEqual(sent.sort());
		const named = server.pushes.flatMap(({ fields }) =>
			fields.name === undefined ? [] : [[fields.name, fields.number]],
		);
		expect(named.sort(([, a], [, b]) => Number(a) - Number(b))).toEqual(
			Array.from({ length: 10 }, (_, n) => [texts[n % 5], String(n)]),
		);
		expect(server.tokens.ticket).toBe(await world.controls.lastTicket());
		expect(trigger.credential.componentVerifyTicket).toBe(server.tokens.ticket);
	}, 60_000);

	it('are none where somebody else has signed', async () => {
		trigger.parameters = { forwardTo: server.pushUrl };
		for (const flaw of ['wrongSignature', 'wrongKey', 'otherAppId', 'changedBytes'] as const) {
			await world.controls.pushRaw({ flaw });
			await world.controls.pushRaw({ flaw, url: server.pushUrl });
		}
		await trigger.settle();
		expect(server.pushes).toStrictEqual([]);
		expect(server.refused).toBe(4);
	});
});
