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

describe('A node-easywechat server that makes the tokens', () => {
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

	it('Link works with the tokens of a node-easywechat server, for earlier merchants and a new one', async () => {
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
	])(
		'Link recovers after WeChat has rejected a token that a node-easywechat server keeps (%s)',
		async (_, options) => {
			expect(await world.result(options())).toMatchObject({ outcome: 'invitationSent' });
			for (let rejections = 1; rejections <= 3; rejections++) {
				await world.controls.mintAside(OA);
				const result = await world.result({ ...options(), operation: 'getStatus' });
				expect(result).toMatchObject({ errcode: 0, attempts: 2 });
				expect([server.asked, server.askedPastCache]).toEqual([1 + 2 * rejections, rejections]);
			}
			expect(await world.controls.count(LINK)).toBe(1);
			expect(await server.tokens.readLinks(OA)).toBe(0);
		},
	);

	it('A node-easywechat server is asked to bypass its cache once for all items of a run', async () => {
		const accounts = Array.from({ length: 40 }, (_, n) => (n % 2 === 0 ? OA : OTHER_OA));
		await world.results({ accounts: [OA, OTHER_OA] });
		await world.controls.mintAside(OA);
		await world.controls.mintAside(OTHER_OA);
		const results = await world.results({ accounts, operation: 'unlink' });
		expect(results.filter(({ category }) => category === 'authorization')).toStrictEqual([]);
		expect(server.askedPastCache).toBe(2);
	});

	it('A node-easywechat server notices that its platform token was replaced, and the item names the provider', async () => {
		await world.result();
		await world.controls.mintAside(OA);
		await world.controls.mintAside(world.appId);
		const result = await world.result({ operation: 'getStatus' });
		expect(result).toMatchObject({ category: 'retryLater', whoActs: 'provider' });
		expect(server.tokens.refusals.join()).toContain('40001');
		server.tokens.forget();
		expect(await world.result({ operation: 'getStatus' })).toMatchObject({ errcode: 0 });
	});

	it('Check Setup is ok with a node-easywechat server, even after a rejection', async () => {
		expect((await world.checkSetup()).authorizedAccounts).toMatchObject({ status: 'ok' });
		await world.controls.mintAside(OA);
		expect((await world.checkSetup()).authorizedAccounts).toMatchObject({ status: 'ok' });
		expect(server.askedPastCache).toBe(1);
	});
});

describe('A node-easywechat server that asks n8n', () => {
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

	it('A node-easywechat server calls WeChat with the tokens that n8n uses', async () => {
		await world.results({ accounts: [OA, OTHER_OA] });
		expect(await server.tokens.readLinks(OA)).toBe(0);
		expect(await server.tokens.readLinks(OTHER_OA)).toBe(0);
		expect(await counts()).toEqual({ component: 1, authorizer: 2, codes: 0 });
	});

	it('A node-easywechat server reports a rejected token, and continues with another one', async () => {
		expect(await server.tokens.readLinks(OA)).toBe(0);
		await world.controls.mintAside(OA);
		const before = await counts();
		expect(await server.tokens.readLinks(OA)).toBe(0);
		expect(await counts()).toEqual({ ...before, authorizer: before.authorizer + 1 });
		expect(server.tokens.refusals).toHaveLength(1);
		expect(await world.result({ operation: 'getStatus' })).toMatchObject({ attempts: 1 });
		expect(await world.controls.count(LIST)).toBe(4);
	});

	it('A node-easywechat server that reports an old token gets the one that n8n has made since', async () => {
		expect(await server.tokens.readLinks(OA)).toBe(0);
		await world.controls.mintAside(OA);
		expect(await world.result()).toMatchObject({ outcome: 'invitationSent', attempts: 2 });
		const before = await counts();
		expect(await server.tokens.readLinks(OA)).toBe(0);
		expect(await counts()).toEqual(before);
	});
});

describe('Pushes forwarded to node-easywechat', () => {
	it('A node-easywechat server verifies and decrypts every forwarded push', async () => {
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

	it('A push that somebody else signed is not forwarded to a node-easywechat server', async () => {
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
