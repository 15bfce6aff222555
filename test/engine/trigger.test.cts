import type { IDataObject } from 'n8n-workflow';

import { waitFor } from '../n8n/waitFor.cts';
import { MINT_COMPONENT, QUERY_AUTH, usePlatformWorld } from './platformWorld.cts';
import { useTrigger } from './trigger.cts';
import { mp, OA, OTHER_OA } from './world.cts';

const world = usePlatformWorld();
const server = useTrigger(world);
const GET_INFO = '/cgi-bin/component/api_get_authorizer_info';
const ALL = ['authorized', 'updateauthorized', 'unauthorized', 'ticket', 'other'];

beforeEach(async () => {
	await world.controls.addAccount({ appId: OTHER_OA, name: 'Book Shop', status: 'none' });
});

/** Runs the node with the credential as the trigger left it. */
async function runWithKept(accounts: string[]): Promise<IDataObject[]> {
	world.credential = server.credential;
	const results = await world.results({ accounts });
	server.credential = world.credential;
	return results;
}

describe('Tickets', () => {
	it('A ticket is kept in the credential, and answered with success', async () => {
		const push = await world.controls.pushTicket();
		await server.settle();
		expect(push).toMatchObject({ delivered: true });
		expect(push.answers).toMatchObject([{ status: 200, body: 'success' }]);
		expect(server.credential.componentVerifyTicket).toBe(await world.controls.lastTicket());
		expect(server.credential.verifyTicketReceivedAt).toBeGreaterThan(Date.now() - 60_000);
	});

	it('An empty ticket does not replace another one', async () => {
		const before = server.credential.componentVerifyTicket;
		await world.controls.push('component_verify_ticket', { ComponentVerifyTicket: '' });
		await server.settle();
		expect(server.credential.componentVerifyTicket).toBe(before);
	});

	it('A ticket starts a workflow only if Trigger On names it, and is not in the item', async () => {
		await world.controls.pushTicket();
		await server.settle();
		expect(server.items).toStrictEqual([]);
		server.parameters = { triggerOn: ['ticket'] };
		await world.controls.pushTicket();
		await server.settle();
		expect(server.items).toEqual([
			{
				event: 'ticket',
				eventId: expect.stringMatching(/^[0-9a-f]{16}$/),
				invitationId: null,
				infoType: 'component_verify_ticket',
				officialAccountAppId: null,
				officialAccountName: null,
				accountKind: null,
				createdAt: expect.stringMatching(/Z$/),
				hint: 'The ticket is kept. There is nothing to do.',
			},
		]);
	});

	describe('A ticket that comes again', () => {
		const HOUR = 60 * 60_000;
		const comesAgain = async () => {
			await world.controls.pushTicket();
			await server.settle();
		};
		const checked = async () => {
			const { ticket, encodingAesKey } = await world.checkSetup();
			return [ticket.status, encodingAesKey.status];
		};

		beforeEach(async () => {
			await comesAgain();
			await world.controls.configure({ repeatTicket: true });
		});

		it('Check Setup counts the age of a ticket from its last push', async () => {
			server.credential = { ...server.credential, verifyTicketReceivedAt: Date.now() - 2 * HOUR };
			expect(await checked()).toEqual(['attention', 'unknown']);
			await comesAgain();
			expect(await checked()).toEqual(['ok', 'ok']);
		});

		it('A ticket that somebody has overwritten is restored when it comes again', async () => {
			const ticket = await world.controls.lastTicket();
			for (const componentVerifyTicket of ['', 'ticket@@@typed by hand']) {
				server.credential = { ...server.credential, componentVerifyTicket };
				await comesAgain();
				expect(server.credential.componentVerifyTicket).toBe(ticket);
			}
		});

		it('A ticket that comes again shows that a key changed meanwhile is right', async () => {
			const encodingAesKey = 'b'.repeat(43);
			await world.controls.changePlatform({ encodingAesKey });
			server.credential = { ...server.credential, encodingAesKey };
			expect(await checked()).toEqual(['ok', 'unknown']);
			await comesAgain();
			expect(await checked()).toEqual(['ok', 'ok']);
		});

		it('A ticket that was replaced meanwhile is not restored by an earlier push', async () => {
			const pushes = await world.controls.pushes({ infoType: 'component_verify_ticket' });
			const sequence = pushes.at(-1)?.sequence;
			await world.controls.configure({ repeatTicket: false });
			await world.controls.advanceClock(600);
			await comesAgain();
			const { credential } = server;
			expect(await world.controls.pushRaw({ replayOf: sequence })).toMatchObject({ status: 200 });
			await server.settle();
			expect(server.credential).toEqual(credential);
			expect(credential.componentVerifyTicket).toBe(await world.controls.lastTicket());
		});

		it('A ticket that comes again starts its workflow once, and is written once for each push', async () => {
			server.parameters = { triggerOn: ['ticket'] };
			await world.controls.configure({ repeatTicket: false });
			await comesAgain();
			await world.controls.configure({ repeatTicket: true });
			const isNoted = async () =>
				String(world.credential.receivedPushes).includes('"isStarted":false') ? null : true;
			await waitFor(isNoted, { what: 'the start to be noted', timeoutMs: 20_000, intervalMs: 10 });
			const { writes } = world.table;
			for (let n = 0; n < 3; n++) await comesAgain();
			expect(server.items).toHaveLength(1);
			expect(world.table.writes - writes).toBe(3);
		});
	});

	it('A ticket that was read with the previous key proves nothing about the current one', async () => {
		const { encodingAesKey } = server.credential;
		server.credential = {
			...server.credential,
			encodingAesKey: 'b'.repeat(43),
			previousEncodingAesKey: encodingAesKey,
		};
		await world.controls.pushTicket();
		await server.settle();
		expect(await world.checkSetup()).toMatchObject({
			ticket: { status: 'ok' },
			encodingAesKey: { status: 'unknown' },
		});
	});

	it('A platform makes its token from the first ticket', async () => {
		server.credential = { ...server.credential, componentVerifyTicket: '' };
		await world.controls.pushTicket();
		await server.settle();
		expect(await world.controls.count(MINT_COMPONENT)).toBe(0);
		expect(await runWithKept([OA])).toMatchObject([{ outcome: 'invitationSent' }]);
	});

	it("A ticket leaves the platform's token as it is", async () => {
		await runWithKept([OA]);
		const { componentAccessToken, componentAccessTokenExpiresAt } = server.credential;
		await world.controls.pushTicket();
		await server.settle();
		expect(server.credential).toMatchObject({
			componentAccessToken,
			componentAccessTokenExpiresAt,
		});
		expect(server.credential.componentVerifyTicket).toBe(await world.controls.lastTicket());
		await runWithKept([OA]);
		expect(await world.controls.count(MINT_COMPONENT)).toBe(1);
	});

	it('A ticket causes no call to WeChat', async () => {
		await world.controls.pushTicket();
		await server.settle();
		expect(await world.controls.count()).toBe(0);
	});
});

describe('Authorizations', () => {
	it('The item of an authorization contains no code or token, and the code is exchanged once', async () => {
		const { authorizationCode } = await world.controls.authorize({ account: OTHER_OA });
		await server.settle();
		expect(server.items).toEqual([
			{
				event: 'authorized',
				eventId: expect.stringMatching(/^[0-9a-f]{16}$/),
				invitationId: expect.stringMatching(/^[0-9a-f]{16}$/),
				infoType: 'authorized',
				officialAccountAppId: OTHER_OA,
				officialAccountName: 'Book Shop',
				accountKind: 'officialAccount',
				createdAt: expect.stringMatching(/Z$/),
				codeExchanged: true,
				permissionSets: [1, 33],
				canLink: true,
				hint: 'Ready: Link can invite Mini Programs for this account.',
			},
		]);
		expect(JSON.stringify(server.items)).not.toContain(authorizationCode);
		expect(await world.controls.count(QUERY_AUTH)).toBe(1);
		expect(await runWithKept([OTHER_OA])).toMatchObject([{ outcome: 'invitationSent' }]);
	});

	it.each([{ errcode: 61003 }, { htmlStatus: 502 }, { drop: true }])(
		'The item of an authorization has no name if WeChat answers the call for it with %j',
		async (behavior) => {
			await world.controls.answerWith({ path: GET_INFO }, behavior);
			const { push } = await world.controls.authorize({ account: OTHER_OA });
			await server.settle();
			expect(server.items).toMatchObject([
				{
					officialAccountName: null,
					codeExchanged: true,
					canLink: true,
					hint: 'Ready: Link can invite Mini Programs for this account.',
				},
			]);
			expect(push).toMatchObject({ delivered: true });
		},
	);

	it.each([
		['miniProgram', 'miniProgram', 'a Mini Program'],
		['shop', 'shop', 'a shop'],
		['channels', 'channels', 'a Channels account'],
		['talent', 'other', 'an account of another kind'],
	] as const)(
		'The item of a %s says that it cannot be linked, and does not ask for permission set 33',
		async (kind, accountKind, name) => {
			await world.controls.addAccount({ appId: OTHER_OA, kind, status: 'none' });
			await world.controls.authorize({ account: OTHER_OA, permissionSets: [1] });
			await server.settle();
			expect(server.items).toMatchObject([
				{
					officialAccountAppId: OTHER_OA,
					accountKind,
					codeExchanged: true,
					permissionSets: [1],
					canLink: false,
					hint: expect.stringContaining(`This account is ${name}.`),
				},
			]);
			expect(server.items[0].hint).not.toContain('33');
			await world.controls.withdraw(OTHER_OA);
			await server.settle();
			expect(server.items[1]).toMatchObject({ event: 'unauthorized', accountKind });
		},
	);

	it('An answer without the authorization does not change the hint', async () => {
		await world.controls.answerWith({ path: GET_INFO }, { omitAuthorizationInfo: true });
		await world.controls.authorize({ account: OTHER_OA });
		await server.settle();
		expect(server.items).toMatchObject([
			{
				officialAccountName: 'Book Shop',
				accountKind: null,
				canLink: true,
				hint: 'Ready: Link can invite Mini Programs for this account.',
			},
		]);
	});

	it("The push of an authorization is answered before WeChat is asked for the account's name", async () => {
		await world.controls.answerWith({ path: GET_INFO }, { delayMs: 1000 });
		const { push } = await world.controls.authorize({ account: OTHER_OA });
		expect(push.answers).toMatchObject([{ status: 200, body: 'success' }]);
		expect(server.items).toStrictEqual([]);
		await server.settle();
		expect(server.items).toMatchObject([{ officialAccountName: 'Book Shop' }]);
	});

	it('The item of an authorization contains its code only with Include Authorization Code', async () => {
		server.parameters = { additionalFields: { includeAuthorizationCode: true } };
		const { authorizationCode } = await world.controls.authorize({ account: OTHER_OA });
		await server.settle();
		expect(server.items).toMatchObject([{ authorizationCode }]);
	});

	it('The item of an authorization without permission set 33 has a hint', async () => {
		await world.controls.authorize({ account: OTHER_OA, permissionSets: [1] });
		await server.settle();
		expect(server.items).toMatchObject([{ canLink: false, permissionSets: [1] }]);
		expect(server.items[0].hint).toContain('Permission set 33');
	});

	it('The item of an authorization has its hint in Chinese if that is chosen', async () => {
		server.parameters = { additionalFields: { hintLanguage: 'zh-CN' } };
		await world.controls.authorize({ account: OTHER_OA, permissionSets: [1] });
		await server.settle();
		await world.controls.answerWith({ path: QUERY_AUTH }, { errcode: 61004 });
		await world.controls.reauthorize({ account: OTHER_OA, permissionSets: [1, 33] });
		await server.settle();
		expect(server.items).toHaveLength(2);
		const [notGranted, notExchanged] = server.items.map(({ hint }) => String(hint));
		expect(notGranted).toMatch(/^未授予权限集 33/);
		expect(notExchanged).toMatch(/^请服务商在微信开放平台.*授权码已保留.*。$/);
	});

	it('The code of an authorization is exchanged even if no workflow starts', async () => {
		server.parameters = { triggerOn: ['unauthorized'] };
		await world.controls.authorize({ account: OTHER_OA });
		await server.settle();
		expect(server.items).toStrictEqual([]);
		expect(await world.controls.count(QUERY_AUTH)).toBe(1);
	});

	it('The item of an authorization says so if the code cannot be exchanged', async () => {
		await world.controls.answerWith({ path: QUERY_AUTH }, { errcode: 61010 });
		await world.controls.authorize({ account: OTHER_OA });
		await server.settle();
		expect(server.items).toMatchObject([{ event: 'authorized', codeExchanged: false }]);
		expect(server.items[0].hint).not.toBe('');
	});

	it('An authorization starts the workflow even if the platform has no ticket', async () => {
		server.credential = { ...server.credential, componentVerifyTicket: '' };
		await world.controls.authorize({ account: OTHER_OA });
		await server.settle();
		expect(server.items).toMatchObject([{ event: 'authorized', codeExchanged: false }]);
	});

	it('The push of an authorization is answered before its code is exchanged', async () => {
		await world.controls.answerWith({ path: QUERY_AUTH }, { delayMs: 1000 });
		await world.controls.configure({ pushTimeoutMs: 800 });
		const { push } = await world.controls.authorize({ account: OTHER_OA });
		expect(push).toMatchObject({ delivered: true, answers: [{ body: 'success' }] });
		await server.settle();
		expect(server.items).toHaveLength(1);
	});
});

describe('Changes of an authorization', () => {
	const minted = async () => (await world.controls.counters()).authorizerTokens[OA];

	it("A changed authorization discards the merchant's token, so that the next run asks what was granted", async () => {
		await runWithKept([OA]);
		expect(await minted()).toBe(1);
		await world.controls.reauthorize({ account: OA, permissionSets: [1, 4] });
		await server.settle();
		expect(server.items).toMatchObject([{ event: 'updateauthorized', canLink: false }]);
		expect(await runWithKept([OA])).toMatchObject([
			{ category: 'authorization', errcode: null, attempts: 0 },
		]);
		await world.controls.reauthorize({ account: OA, permissionSets: [1, 33] });
		await server.settle();
		world.credential = server.credential;
		expect(await world.result({ items: [{ account: OA, appId: mp(7) }] })).toMatchObject({
			outcome: 'invitationSent',
		});
	});

	it("A withdrawn authorization discards the merchant's token and starts the workflow", async () => {
		await runWithKept([OA]);
		await world.controls.withdraw(OA);
		await server.settle();
		expect(server.items).toEqual([
			{
				event: 'unauthorized',
				eventId: expect.stringMatching(/^[0-9a-f]{16}$/),
				invitationId: null,
				infoType: 'unauthorized',
				officialAccountAppId: OA,
				officialAccountName: null,
				accountKind: 'officialAccount',
				createdAt: expect.any(String),
				hint: expect.stringMatching(/^The merchant has withdrawn the authorization/),
			},
		]);
		expect(await runWithKept([OA])).toMatchObject([{ errcode: 61003, attempts: 0 }]);
	});
});

describe('Choices that are not a list', () => {
	it.each([
		['={{ null }}', 0],
		['={{ 7 }}', 0],
		['={{ ({}) }}', 0],
		['={{ "unauthorized" }}', 1],
	])('No push is lost if Trigger On is %s', async (given, count) => {
		server.parameters = {
			triggerOn: given,
			forwardTo: 'http://127.0.0.1:1/',
			additionalFields: { forwardEvents: '={{ null }}' },
		};
		expect(await world.controls.withdraw(OA)).toMatchObject({ delivered: true });
		await server.settle();
		expect(server.items).toHaveLength(count);
	});
});

describe('Repeats', () => {
	it('A push that comes again starts the workflow once', async () => {
		await world.controls.authorize({ account: OTHER_OA });
		const [{ sequence }] = await world.controls.pushes({ infoType: 'authorized' });
		for (let n = 0; n < 3; n++) {
			expect(await world.controls.pushRaw({ replayOf: sequence })).toMatchObject({
				status: 200,
				body: 'success',
			});
		}
		await server.settle();
		expect(server.items).toHaveLength(1);
		expect(await world.controls.count(QUERY_AUTH)).toBe(1);
		expect(server.answers).toHaveLength(4);
	});

	it('A push that comes again during the exchange of its code starts the workflow once', async () => {
		await world.controls.answerWith({ path: QUERY_AUTH }, { delayMs: 200 });
		const message = [
			`<xml><AppId>${world.appId}</AppId><CreateTime>1700000000</CreateTime>`,
			`<InfoType>authorized</InfoType><AuthorizerAppid>${OTHER_OA}</AuthorizerAppid>`,
			'<AuthorizationCode>queryauthcode@@@1</AuthorizationCode></xml>',
		].join('');
		await Promise.all([1, 2, 3].map(async () => await world.controls.pushRaw({ message })));
		await server.settle();
		expect(server.items).toHaveLength(1);
		expect(await world.controls.count(QUERY_AUTH)).toBe(1);
	});

	it('A push without a code that comes again is answered with success', async () => {
		await world.controls.authorize({ account: OTHER_OA });
		const push = await world.controls.withdraw(OTHER_OA);
		await server.settle();
		const { answers } = await world.controls.repeatPush(push?.sequence ?? NaN);
		expect(answers.at(-1)).toMatchObject({ status: 200 });
	});

	it('A push from yesterday is refused, and changes nothing', async () => {
		const before = server.credential;
		const timestamp = Math.floor(Date.now() / 1000) - 24 * 3600;
		expect(await world.controls.pushRaw({ timestamp })).toMatchObject({ status: 401 });
		await server.settle();
		expect(server.credential).toBe(before);
	});
});

describe('Other pushes', () => {
	const push = async () =>
		await world.controls.push('notify_third_fasteregister', {
			appid: mp(1),
			status: 0,
			auth_code: 'queryauthcode@@@secret',
		});

	it('An unknown push is answered with success, and starts the workflow only if Trigger On names it', async () => {
		expect(await push()).toMatchObject({ delivered: true });
		await server.settle();
		expect(server.items).toStrictEqual([]);
		expect(server.texts).toEqual(['text/plain; charset=utf-8: success']);
	});

	it('An unknown push does not discard the token of the account that it names', async () => {
		const before = server.credential.authorizerAccessTokens;
		await world.controls.push('something_new', { AuthorizerAppid: OA });
		await server.settle();
		expect(server.credential.authorizerAccessTokens).toBe(before);
	});

	describe('Registrations of Mini Programs', () => {
		const REGISTERED = 'wx00000000000000f1';

		beforeEach(async () => {
			server.parameters = { triggerOn: ALL };
			const account = { appId: REGISTERED, name: 'Tea Orders', kind: 'miniProgram' as const };
			await world.controls.addAccount({ ...account, status: 'none' });
		});

		it('The code of a registration is exchanged once, and the item says what was granted', async () => {
			const { authorizationCode } = await world.controls.registerAccount(REGISTERED);
			await server.settle();
			expect(server.items).toEqual([
				{
					event: 'other',
					eventId: expect.stringMatching(/^[0-9a-f]{16}$/),
					invitationId: null,
					infoType: 'notify_third_fasteregister',
					officialAccountAppId: null,
					officialAccountName: expect.any(String),
					accountKind: 'miniProgram',
					createdAt: expect.stringMatching(/Z$/),
					fields: expect.objectContaining({
						appid: REGISTERED,
						status: '0',
						info: { name: 'Sandbox Company', code: '91350200M0000000X1', code_type: '1' },
					}),
					codeExchanged: true,
					permissionSets: [1, 33],
					canLink: false,
					hint: expect.stringContaining('Only Official Accounts can be linked'),
				},
			]);
			expect(JSON.stringify(server.items)).not.toContain(authorizationCode);
			expect(await world.controls.count(QUERY_AUTH)).toBe(1);
		});

		it('The code of a registration is exchanged even if no workflow starts', async () => {
			server.parameters = { triggerOn: ['authorized'] };
			await world.controls.registerAccount(REGISTERED);
			await server.settle();
			expect(server.items).toStrictEqual([]);
			expect(await world.controls.count(QUERY_AUTH)).toBe(1);
		});

		it('The item of a registration contains its code only with Include Authorization Code', async () => {
			server.parameters = { triggerOn: ALL, additionalFields: { includeAuthorizationCode: true } };
			const { authorizationCode } = await world.controls.registerAccount(REGISTERED);
			await server.settle();
			expect(server.items).toMatchObject([{ authorizationCode }]);
		});

		it('The code of a registration is kept until WeChat answers, and exchanged with the next push', async () => {
			await world.controls.answerWith({ path: QUERY_AUTH }, { errcode: -1 });
			const { authorizationCode } = await world.controls.registerAccount(REGISTERED);
			await server.settle();
			expect(server.items).toMatchObject([{ codeExchanged: false }]);
			expect(server.credential.authorizationCodes).toContain(authorizationCode);
		});
	});

	it('A push that differs in one of several elements with the same name is a different push, and its item keeps all of them', async () => {
		server.parameters = { triggerOn: ALL };
		const order = (id: string, ret_code = 0) => ({ order_id: id, ret_code, msg: '' });
		for (const first of ['1', '2']) {
			const list = [order(first), order('9', 1)];
			await world.controls.push('order_path_audit_result_notify', { list });
		}
		await server.settle();
		const found = server.items.map(({ fields }) => (fields as IDataObject).list);
		expect(found).toEqual(
			['1', '2'].map((first) => [
				{ order_id: first, ret_code: '0', msg: '' },
				{ order_id: '9', ret_code: '1', msg: '' },
			]),
		);
		expect(new Set(server.items.map(({ eventId }) => eventId)).size).toBe(2);
	});

	it('The item of an unknown push contains its fields except secrets', async () => {
		server.parameters = { triggerOn: ALL };
		await push();
		await server.settle();
		expect(server.items).toMatchObject([
			{ event: 'other', infoType: 'notify_third_fasteregister', officialAccountAppId: null },
		]);
		expect(server.items[0].fields).toMatchObject({ appid: mp(1), status: '0' });
		expect(JSON.stringify(server.items)).not.toContain('queryauthcode');
	});
});
