import { setTimeout as pause } from 'node:timers/promises';

import { FastClock } from './fastClock.cts';
import { logged } from './log.cts';
import {
	INFO,
	MINT_AUTHORIZER,
	MINT_COMPONENT,
	QUERY_AUTH,
	usePlatformWorld,
} from './platformWorld.cts';
import { SILENT_FOR, startInAnotherProcess, useTrigger } from './trigger.cts';
import { OTHER_OA } from './world.cts';

const world = usePlatformWorld();
const server = useTrigger(world);

/** More calls than the trigger makes for one push. */
const MANY = 5;

const HANGS_FOR = 4000;
const MINUTE = 60_000;

/** One of the accounts that WeChat uses to check a platform. */
const TEST_ACCOUNT = 'wx570bc396a51b8ff8';

beforeEach(async () => {
	await world.controls.addAccount({ appId: OTHER_OA, name: 'Book Shop', status: 'none' });
});

const authorize = async () => await world.controls.authorize({ account: OTHER_OA });

const exchanged = async () =>
	(await world.controls.calls({ path: QUERY_AUTH })).filter(({ carriedOut }) => carriedOut).length;

/** Repeats the push, as WeChat does after a late answer. */
async function repeat(): Promise<{ status: number | null }> {
	const [{ sequence }] = await world.controls.pushes({ infoType: 'authorized' });
	const answer = await world.controls.pushRaw({ replayOf: sequence });
	await server.settle();
	return answer;
}

/** Waits until the trigger has noted that n8n has the item. */
async function untilNoted(): Promise<void> {
	await server.settle();
	while (String(world.credential.receivedPushes).includes('"isStarted":false')) await pause(10);
}

/** A ticket, which comes every ten minutes. */
async function ticket(): Promise<void> {
	await world.controls.pushTicket();
	await server.settle();
}

/** Makes the codes a minute old: no process is exchanging them any more. */
async function codesAreLeft(): Promise<void> {
	await untilNoted();
	const stored = String(world.credential.authorizationCodes);
	const shelves = JSON.parse(stored) as Array<[string, Array<{ keptAt: number }>]>;
	for (const code of shelves.flatMap(([, codes]) => codes)) code.keptAt -= MINUTE;
	world.credential = { ...world.credential, authorizationCodes: JSON.stringify(shelves) };
}

describe.each([
	['-1', { errcode: -1 }],
	['HTTP 502', { htmlStatus: 502 }],
	['a closed connection', { drop: true }],
])('Exchanges that get %s several times', (_, behavior) => {
	beforeEach(async () => {
		await world.controls.answerWith({ path: QUERY_AUTH }, { ...behavior, times: MANY });
		const { push } = await authorize();
		expect(push).toMatchObject({ delivered: true });
		await untilNoted();
		expect(server.items).toMatchObject([{ event: 'authorized', codeExchanged: false }]);
		expect(server.items[0].hint).toMatch(/^There is nothing to do\. .*kept/);
		await world.controls.stopAnswering();
	});

	it('A code that could not be exchanged is exchanged with the next ticket', async () => {
		await codesAreLeft();
		await ticket();
		expect(await exchanged()).toBe(1);
		expect(server.items).toHaveLength(1);
	});

	it('A code that could not be exchanged is exchanged when the workflow is published again', async () => {
		await codesAreLeft();
		expect(await server.activate('activate')).toBe(true);
		expect(await exchanged()).toBe(1);
	});

	it('A code that could not be exchanged is exchanged by the next run for the merchant, which links at once', async () => {
		expect(await world.result({ accounts: [OTHER_OA] })).toMatchObject({
			outcome: 'invitationSent',
		});
		expect(await exchanged()).toBe(1);
	});
});

describe('Codes with a lifetime in seconds', () => {
	it('A code whose push states its lifetime in seconds is kept for that time, and exchanged with the next ticket', async () => {
		await world.controls.configure({ codeExpiryInSeconds: true });
		await world.controls.answerWith({ path: QUERY_AUTH }, { errcode: -1, times: MANY });
		await authorize();
		await untilNoted();
		expect(server.items).toMatchObject([
			{ codeExchanged: false, hint: expect.stringContaining('The authorization code is kept') },
		]);
		await world.controls.stopAnswering();
		await codesAreLeft();
		await ticket();
		expect(await exchanged()).toBe(1);
	});
});

describe('A change of API Base URL', () => {
	it.each([
		['another host', () => world.url.replace('127.0.0.1', 'localhost')],
		['the same with a slash', () => `${world.url}/`],
	])(
		'A code that is kept while API Base URL changes to %s is exchanged with the next ticket',
		async (_, apiBaseUrl) => {
			await world.controls.answerWith({ path: QUERY_AUTH }, { errcode: -1, times: MANY });
			await authorize();
			await codesAreLeft();
			await world.controls.stopAnswering();
			world.credential = { ...world.credential, apiBaseUrl: apiBaseUrl() };
			await ticket();
			expect(await exchanged()).toBe(1);
		},
	);
});

describe('Processes that end', () => {
	afterEach(() => jest.restoreAllMocks());

	it('A process that ends after its answer and before the exchange leaves push and code to the next one', async () => {
		// A process that hangs looks like one that has ended.
		await world.controls.answerWith({ path: QUERY_AUTH }, { delayMs: HANGS_FOR, times: 1 });
		await authorize();
		const clock = new FastClock();
		const next = await startInAnotherProcess(world);
		await world.controls.setEventUrl(next.url);
		await world.controls.pushTicket();
		clock.advance(SILENT_FOR);
		await next.settle();
		expect(next.items).toMatchObject([
			{ event: 'authorized', officialAccountAppId: OTHER_OA, codeExchanged: true, canLink: true },
		]);
		expect(await exchanged()).toBe(1);
		await next.close();
	});

	it('A code that WeChat exchanged without its answer arriving costs the merchant nothing', async () => {
		await world.controls.answerWith({ path: QUERY_AUTH }, { drop: true, carryOut: true, times: 1 });
		await authorize();
		await server.settle();
		expect(server.items).toMatchObject([
			{
				codeExchanged: true,
				canLink: true,
				hint: 'Ready: Link can invite Mini Programs for this account.',
			},
		]);
		expect(await world.result({ accounts: [OTHER_OA] })).toMatchObject({
			outcome: 'invitationSent',
		});
	});
});

describe('Credentials that cannot be changed', () => {
	it('A push is kept although the credential cannot be changed for a moment', async () => {
		world.table.busyWrites = 1;
		expect((await authorize()).push).toMatchObject({ delivered: true });
		await server.settle();
		expect(server.items).toMatchObject([{ codeExchanged: true }]);
	});

	it('A push that cannot be kept is answered with success if its code was exchanged, and the token works', async () => {
		world.table.busyWrites = 1000;
		const { push } = await authorize();
		await server.settle();
		expect(push).toMatchObject({ delivered: true });
		expect(server.items).toMatchObject([{ codeExchanged: true }]);
		world.table.busyWrites = 0;
		const run = await world.result({ accounts: [OTHER_OA] });
		expect(run).toMatchObject({ outcome: 'invitationSent' });
		expect(await world.controls.count(MINT_AUTHORIZER)).toBe(0);
	}, 30_000);

	it('A push is not answered with success if it can neither be kept nor its code exchanged', async () => {
		world.table.busyWrites = 1000;
		await world.controls.configure({ pushTries: 1 });
		await world.controls.answerWith({ path: QUERY_AUTH }, { errcode: -1 });
		const { push } = await authorize();
		await server.settle();
		expect(push).toMatchObject({ delivered: false, answers: [{ status: 503 }] });
		expect(server.texts).toEqual(['text/plain; charset=utf-8: busy']);
		expect(logged).toContain('warn: A push of WeChat could not be kept; WeChat may send it again');
		expect(server.items).toStrictEqual([]);

		world.table.busyWrites = 0;
		await world.controls.stopAnswering();
		expect(await repeat()).toMatchObject({ status: 200 });
		expect(server.items).toMatchObject([{ event: 'authorized', codeExchanged: true }]);
	}, 30_000);

	it('A ticket that cannot be kept is not answered with success', async () => {
		world.table.busyWrites = 1000;
		await world.controls.configure({ pushTries: 1 });
		expect(await world.controls.pushTicket()).toMatchObject({ delivered: false });
		await server.settle();
		world.table.busyWrites = 0;
	}, 30_000);
});

describe('Codes that somebody else has exchanged (61010)', () => {
	it('The merchant of a used code (61010) need not authorize again if the account has a refresh token', async () => {
		await world.controls.answerWith(
			{ path: QUERY_AUTH },
			{ errcode: 61010, carryOut: true, times: 1 },
		);
		await authorize();
		await server.settle();
		expect(server.items).toMatchObject([
			{
				codeExchanged: true,
				canLink: true,
				hint: 'Ready: Link can invite Mini Programs for this account.',
			},
		]);
		// Once for the refresh token, once for the account's name.
		expect(await world.controls.count(INFO)).toBe(2);
	});

	it('A used code of an account without a refresh token is lost, and not exchanged again', async () => {
		await world.controls.answerWith({ path: QUERY_AUTH }, { errcode: 61010 });
		await authorize();
		await untilNoted();
		expect(server.items).toMatchObject([{ codeExchanged: false }]);
		expect(server.items[0].hint).toContain('new authorization link');
		const calls = await world.controls.count(QUERY_AUTH);
		await codesAreLeft();
		await ticket();
		expect(await world.controls.count(QUERY_AUTH)).toBe(calls);
	});
});

describe('Odd pushes', () => {
	it('A push with an impossible time starts its workflow anyway', async () => {
		server.parameters = { triggerOn: ['other'] };
		const message = `<xml><AppId>${world.appId}</AppId><CreateTime>1000000000000000000</CreateTime><InfoType>new</InfoType></xml>`;
		expect(await world.controls.pushRaw({ message })).toMatchObject({ body: 'success' });
		await server.settle();
		expect(server.items).toMatchObject([{ infoType: 'new', createdAt: null }]);
	});
});

describe('Two workflows', () => {
	it('One push to two workflows starts both with the same eventId, and its code is exchanged once', async () => {
		await authorize();
		await server.settle();
		server.nodeId = 'another';
		await repeat();
		expect(server.items).toHaveLength(2);
		const [first, second] = server.items;
		expect(second).toEqual(first);
		expect(second).toMatchObject({ codeExchanged: true, canLink: true });
		expect(await exchanged()).toBe(1);
	});
});

describe('Invitations', () => {
	it('The item of a merchant who comes from an authorization link has the invitationId of that link', async () => {
		const parameters = { redirectUrl: 'https://merchants.example.com/' };
		const run = await world.runForPlatform('createAuthorizationUrl', { parameters });
		const [{ json }] = run.outputs[0];
		const body = new URLSearchParams({ account: OTHER_OA, set: '33' });
		await fetch(String(json.computerUrl), { method: 'POST', body, redirect: 'manual' });
		while (server.items.length === 0) await pause(10);
		expect(server.items).toMatchObject([{ invitationId: json.invitationId }]);
		expect(json.invitationId).toMatch(/^[0-9a-f]{16}$/);
	});
});

describe('Tickets and tokens at once', () => {
	it('A ticket that comes while a new platform token is made never restores an older one', async () => {
		for (let round = 0; round < 16; round++) {
			await world.controls.mintAside(world.appId);
			await Promise.all([world.runForPlatform('getMany'), ticket()]);
			const made = await world.controls.count(MINT_COMPONENT);
			const { componentAccessToken } = world.credential;
			expect(await world.controls.tokenState(String(componentAccessToken))).toBe('newest');
			expect(world.credential.componentVerifyTicket).toBe(await world.controls.lastTicket());
			expect(made).toBe(round + 1);
		}
	}, 120_000);
});

describe("WeChat's test accounts", () => {
	beforeEach(async () => {
		await world.controls.addAccount({ appId: TEST_ACCOUNT, status: 'none' });
	});

	it('A push about a test account of WeChat starts no workflow', async () => {
		const { push } = await world.controls.authorize({ account: TEST_ACCOUNT });
		await server.settle();
		expect(push).toMatchObject({ delivered: true });
		expect(server.items).toStrictEqual([]);
	});

	it('A push about a test account starts a workflow with Include Test Accounts', async () => {
		server.parameters = { additionalFields: { includeTestAccounts: true } };
		await world.controls.authorize({ account: TEST_ACCOUNT });
		await server.settle();
		expect(server.items).toMatchObject([{ officialAccountAppId: TEST_ACCOUNT }]);
	});
});
