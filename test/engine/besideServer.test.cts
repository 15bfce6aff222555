import type { ICredentialDataDecryptedObject, IDataObject } from 'n8n-workflow';

import { easyWeChat } from '../provider/easyWeChat.cts';
import { ProviderServer } from '../provider/server.cts';
import { wecom } from '../provider/wecom.cts';
import { FastClock } from './fastClock.cts';
import { MINT_AUTHORIZER, MINT_COMPONENT, QUERY_AUTH, usePlatformWorld } from './platformWorld.cts';
import { useTrigger } from './trigger.cts';
import { letTimeFly } from './uptime.cts';
import { OA, OTHER_OA } from './world.cts';

const THIRD_OA = 'wx00000000000000a3';
const MERCHANTS = [OA, OTHER_OA, THIRD_OA];
const NEW_MERCHANT = 'wx00000000000000a4';
const MINUTE = 60;
const HOUR = 60 * MINUTE;

/** Fewest seconds between two tokens of an account: a token's life minus the early renewals of n8n and the server. */
const LEAST_DISTANCE = 2 * HOUR - 10 * MINUTE;

const officialAccountAppId = { __rl: true, mode: 'id', value: '={{ $json.account }}' };

const world = usePlatformWorld();
const trigger = useTrigger(world);
let clock: FastClock;
let server: ProviderServer;
let software = wecom;
let merchants: string[];

beforeEach(async () => {
	letTimeFly(10);
	clock = new FastClock();
	merchants = [...MERCHANTS];
	await world.controls.addAccount({ appId: OTHER_OA });
	await world.controls.addAccount({ appId: THIRD_OA });
	await world.controls.addAccount({ appId: NEW_MERCHANT, status: 'none' });
	server = new ProviderServer(await world.controls.platform(), world.url, software);
	await server.start();
	trigger.parameters = { triggerOn: ['authorized'] };
});

afterEach(async () => {
	jest.restoreAllMocks();
	await server.close();
});

/** Saves the form like a person, but not while n8n writes back an older record. */
const change = async (fields: ICredentialDataDecryptedObject) => {
	while (world.table.isWriting) await new Promise(setImmediate);
	world.credential = { ...world.credential, ...fields };
};

/** Has the server make the tokens, and n8n ask it. */
const serverMakes = async () => {
	server.tokens.askElsewhere = null;
	server.tokens.isAtRest = false;
	await change({ tokenSource: 'tokenService', tokenServiceUrl: server.tokenServiceUrl });
};

/** Has n8n make the tokens. */
const n8nMakes = async () => await change({ tokenSource: 'platform', allowTokenOutput: true });

/** Has the server ask n8n, as through a workflow with a webhook. */
const serverAsks = () => {
	server.tokens.isAtRest = false;
	server.tokens.askElsewhere = async (account, rejectedToken = '') => {
		const { outputs } = await world.runForPlatform('getAccessToken', {
			accounts: [account],
			parameters: { officialAccountAppId, rejectedToken },
		});
		const [item] = outputs[0];
		if (!item) throw new Error(JSON.stringify(outputs));
		return { token: String(item.json.accessToken), expiresIn: Number(item.json.expiresIn) };
	};
};

/** Has WeChat push to the server, which may forward the pushes to n8n. */
const serverReceives = async ({ forwards }: { forwards: boolean }) => {
	trigger.parameters = { ...trigger.parameters, forwardTo: '' };
	server.forwardTo = forwards ? trigger.url : null;
	await world.controls.setEventUrl(server.pushUrl);
};

/** Has WeChat push to n8n, which forwards the pushes to the server. */
const n8nReceives = async () => {
	server.forwardTo = null;
	trigger.parameters = { ...trigger.parameters, forwardTo: server.pushUrl };
	await world.controls.setEventUrl(trigger.url);
};

/** Pushes a ticket, and waits until all receivers have it. */
async function pushTicket(): Promise<void> {
	await world.controls.pushTicket();
	const ticket = await world.controls.lastTicket();
	while (server.tokens.ticket !== ticket) await new Promise(setImmediate);
	await trigger.settle();
}

/** Has a merchant authorize, and waits until both systems know. */
async function authorize(account: string): Promise<void> {
	await world.controls.authorize({ account, permissionSets: [1, 33] });
	while (!server.pushes.some((push) => push.account === account)) await new Promise(setImmediate);
	await trigger.settle();
	merchants.push(account);
}

const runOfN8n = async (): Promise<IDataObject[]> =>
	await world.results({ accounts: merchants, operation: 'getStatus' });

const runOfServer = async (): Promise<number[]> =>
	await Promise.all(
		merchants
			.filter((account) => server.tokens.canCall(account))
			.map(async (account) => await server.tokens.readLinks(account)),
	);

/** Checks that every call of n8n and of the server has a valid token. */
async function expectBothCanCall(): Promise<void> {
	const results = await runOfN8n();
	expect(results.map(({ outcome, errmsg }) => [outcome, errmsg])).toEqual(
		merchants.map(() => ['notLinked', 'ok']),
	);
	expect(new Set(await runOfServer())).toEqual(new Set([0]));
}

/** The times at which tokens of an account were made, in seconds since 1970. */
async function mintsOf(account: string): Promise<number[]> {
	const calls = await world.controls.calls({ path: MINT_AUTHORIZER });
	return calls
		.filter(({ body }) => (body as IDataObject | null)?.authorizer_appid === account)
		.map(({ at }) => at / 1000);
}

/** @param expected number of refused calls, by errcode */
async function expectNothingInVain(expected: Record<number, number> = {}): Promise<void> {
	const { 0: fine, ...refused } = (await world.controls.stats()).byErrcode;
	expect(fine).toBeGreaterThan(0);
	expect(refused).toEqual(expected);
	expect(server.tokens.refusals).toStrictEqual([]);
}

const SOFTWARE = [
	['built on Tencent\u2019s library', wecom],
	['built on node-easywechat', easyWeChat],
] as const;

describe.each(SOFTWARE)('Two systems for 24 hours, one %s', (_name, setUp) => {
	beforeAll(() => {
		software = setUp;
	});

	const ARRANGEMENTS: Array<[string, () => Promise<void>]> = [
		[
			'the server makes the tokens and n8n asks it',
			async () => {
				await serverMakes();
				await serverReceives({ forwards: false });
			},
		],
		[
			'n8n makes them, and the server asks n8n and gets its pushes',
			async () => {
				await n8nMakes();
				serverAsks();
				await n8nReceives();
			},
		],
		[
			'the server forwards pushes to n8n and makes the tokens',
			async () => {
				await serverMakes();
				await serverReceives({ forwards: true });
			},
		],
		[
			'the server forwards pushes to n8n, which makes the tokens',
			async () => {
				await n8nMakes();
				serverAsks();
				await serverReceives({ forwards: true });
			},
		],
	];

	it.each(ARRANGEMENTS)(
		'For 24 hours, %s: each account has one token at a time, none is rejected, and nobody authorizes again',
		async (_, arrange) => {
			await arrange();
			await pushTicket();
			for (let minute = 0; minute <= 24 * 60; minute += 10) {
				if (minute === 190) await authorize(NEW_MERCHANT);
				await expectBothCanCall();
				clock.advance(10 * MINUTE);
				await pushTicket();
			}
			await expectNothingInVain();
			expect(await world.controls.count(QUERY_AUTH)).toBe(1);
			const made: number[] = [];
			for (const account of MERCHANTS) {
				const times = await mintsOf(account);
				const gaps = times.slice(1).map((time, n) => time - times[n]);
				expect(Math.min(...gaps)).toBeGreaterThanOrEqual(LEAST_DISTANCE);
				made.push(times.length);
			}
			// 24 hours are 12 lives of a token; each is renewed up to 20 minutes before its end.
			expect(Math.max(...made)).toBeLessThanOrEqual(14);
			expect(await world.controls.count(MINT_COMPONENT)).toBeLessThanOrEqual(14);
		},
		120_000,
	);
});

/** A day on which the tokens move: both systems call each minute, and merchants authorize at any minute. */
describe.each(SOFTWARE)('Moving the tokens, with a server %s', (_name, setUp) => {
	beforeAll(() => {
		software = setUp;
	});

	const NEW_MERCHANTS = [3, 8, 11, 14, 17, 26, 84, 97].map((minute, n) => ({
		minute,
		account: `wx00000000000000d${n}`,
	}));

	/**
	 * @param steps the provider's actions, by minute
	 * @param refused number of refused calls, by errcode: 61010 is for codes of the last hour that n8n has
	 *   kept and the server has exchanged
	 */
	async function play(
		steps: Record<number, () => Promise<void> | void>,
		refused: Record<number, number> = {},
	): Promise<void> {
		for (const { account } of NEW_MERCHANTS) {
			await world.controls.addAccount({ appId: account, status: 'none' });
		}
		await pushTicket();
		for (let minute = 0; minute <= 140; minute++) {
			await steps[minute]?.();
			if (minute % 10 === 9) await pushTicket();
			const [comes] = NEW_MERCHANTS.filter((one) => one.minute === minute);
			if (comes) await authorize(comes.account);
			await expectBothCanCall();
			clock.advance(MINUTE);
		}
		await expectNothingInVain(refused);
		expect(merchants).toHaveLength(MERCHANTS.length + NEW_MERCHANTS.length);
	}

	it('A move of the tokens from n8n to the server sends no item to a wrong output', async () => {
		await n8nMakes();
		serverAsks();
		await n8nReceives();
		await play({
			10: async () => {
				server.tokens.forget();
				await serverMakes();
			},
			20: async () => await serverReceives({ forwards: true }),
		});
	}, 120_000);

	it('A move of the tokens from the server to n8n and back sends no item to a wrong output, and loses no merchant', async () => {
		await serverMakes();
		await serverReceives({ forwards: true });
		await play(
			{
				10: async () => {
					server.tokens.isAtRest = true;
					await n8nMakes();
				},
				14: () => {
					serverAsks();
					server.tokens.forget();
				},
				20: n8nReceives,
				80: async () => {
					server.tokens.forget();
					await serverMakes();
				},
				90: async () => await serverReceives({ forwards: true }),
			},
			// n8n still has the tokens that the server gave for five merchants; each is rejected once.
			{ 40001: 5, 61010: 2 },
		);
	}, 120_000);

	it('Calls are rejected if both systems make tokens for more than five minutes', async () => {
		await serverMakes();
		await serverReceives({ forwards: true });
		await pushTicket();
		await expectBothCanCall();
		await n8nMakes();
		await expectBothCanCall();
		clock.advance(6 * MINUTE);
		expect(await runOfServer()).toContain(40001);
	});
});
