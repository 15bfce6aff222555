import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import { Client } from '../../../nodes/calls/client';
import { Transport, type Context } from '../../../nodes/calls/transport';
import { componentTokenRecipe, NO_KEYS, NO_TICKET } from '../../../nodes/tokens/recipes';
import { isObstacle, type Obstacle } from '../../../nodes/wechat/obstacle';
import { keptIn, Table } from '../table.cts';

const NOW = Date.parse('2025-03-04T05:06:40.000Z');
const MINUTE = 60_000;
const SECRET = 'secret_canary_0123456789';
const TICKET = 'ticket@@@canary';
const CREDENTIALS: ICredentialDataDecryptedObject = {
	componentAppId: ' wx0123456789abcdef ',
	componentAppSecret: `${SECRET}\n`,
	componentVerifyTicket: TICKET,
	apiBaseUrl: 'https://api.weixin.qq.com/',
};
const OK = { component_access_token: 'T', expires_in: 7200 };

beforeEach(() => jest.useFakeTimers({ now: NOW }));
afterEach(() => jest.useRealTimers());

/** A platform whose calls get this answer, and what was asked. */
function platformWith(
	credentials: ICredentialDataDecryptedObject,
	answer: object | string | Error = OK,
	statusCode = 200,
) {
	const asked: Array<{ url: string; body: unknown; qs: unknown }> = [];
	const httpRequest = async ({ url, body, qs }: { url: string; body: string; qs: unknown }) => {
		asked.push({ url, body: JSON.parse(body) as unknown, qs });
		if (answer instanceof Error) throw answer;
		const text = typeof answer === 'string' ? answer : JSON.stringify(answer);
		return await Promise.resolve({ statusCode, body: text });
	};
	const transport = new Transport({ helpers: { httpRequest } } as unknown as Context, 1000);
	const { kept } = keptIn(new Table(credentials));
	const recipe = componentTokenRecipe(
		kept,
		(isUnwanted) => new Client(transport, { maxTries: 3, isUnwanted, waitsForNextMinute: false }),
	);
	const make = async (isUnwanted = () => false) => {
		const made = recipe.make(isUnwanted);
		await jest.runAllTimersAsync();
		return await made;
	};
	return { asked, kept, make, recipe };
}

async function obstacleOf(work: Promise<unknown>): Promise<Obstacle> {
	const made = await work;
	if (isObstacle(made)) return made;
	throw new Error('there was a token');
}

describe("The platform's token", () => {
	it("The platform's token is requested with the trimmed fields of the credential and without a token", async () => {
		const { asked, make } = platformWith(CREDENTIALS);
		expect(await make()).toEqual({ value: 'T', renewAt: NOW + 110 * MINUTE });
		expect(asked).toEqual([
			{
				url: 'https://api.weixin.qq.com/cgi-bin/component/api_component_token',
				body: {
					component_appid: 'wx0123456789abcdef',
					component_appsecret: SECRET,
					component_verify_ticket: TICKET,
				},
				qs: undefined,
			},
		]);
	});

	it.each([
		['600', 9 * MINUTE],
		[undefined, 110 * MINUTE],
	])("The platform's token with expires_in %j is used for %i ms", async (life, milliseconds) => {
		const { make } = platformWith(CREDENTIALS, { ...OK, expires_in: life });
		expect(await make()).toMatchObject({ renewAt: NOW + milliseconds });
	});

	it("The platform's token is requested with the newest ticket", async () => {
		const { asked, kept, make } = platformWith(CREDENTIALS);
		const newer = { ...CREDENTIALS, componentVerifyTicket: 'ticket@@@2' };
		kept.shared?.seeIfNewer(newer, performance.now());
		await make();
		expect(asked).toMatchObject([{ body: { component_verify_ticket: 'ticket@@@2' } }]);
	});

	it("The platform's token is made by one process at a time, since a new one voids the former one", () => {
		expect(platformWith(CREDENTIALS).recipe.isExclusive).toBe(true);
	});
});

describe('Platforms without a token', () => {
	it.each([
		['componentAppId', NO_KEYS],
		['componentAppSecret', NO_KEYS],
		['componentVerifyTicket', NO_TICKET],
	])('No token is requested without %s', async (field, reason) => {
		const { asked, make } = platformWith({ ...CREDENTIALS, [field]: ' ' });
		expect(await make()).toEqual(reason);
		expect(asked).toStrictEqual([]);
	});

	it.each(['', 'api.weixin.qq.com'])(
		'No token is requested at the address %j',
		async (apiBaseUrl) => {
			const { asked, make } = platformWith({ ...CREDENTIALS, apiBaseUrl });
			expect((await obstacleOf(make())).hint.en).toContain('API Base URL');
			expect(asked).toStrictEqual([]);
		},
	);

	it.each<[object | string | Error, number, string, number]>([
		[{ errcode: 61005, errmsg: `expired ${TICKET}` }, 200, 'authorization', 1],
		[{ errcode: 40125, errmsg: `invalid ${SECRET}` }, 200, 'authorization', 1],
		[{ errcode: 61005, component_access_token: 'T' }, 200, 'authorization', 1],
		[{ errcode: -1, errmsg: 'system error' }, 200, 'retryLater', 3],
		[{ errcode: 45009, errmsg: 'limit' }, 200, 'retryLater', 1],
		[{ errcode: 45011, errmsg: 'limit' }, 200, 'retryLater', 1],
		[{ errcode: 0, errmsg: 'ok' }, 200, 'retryLater', 3],
		[{ component_access_token: '' }, 200, 'retryLater', 3],
		[{ component_access_token: 42 }, 200, 'retryLater', 3],
		['<html>', 200, 'retryLater', 3],
		['<html>', 502, 'retryLater', 3],
		['{"component_acc', 200, 'retryLater', 3],
		// The last call goes to the fallback address.
		[new Error(`failed with ${SECRET}`), 0, 'retryLater', 4],
	])(
		'The answer %j (HTTP %i) becomes an obstacle of category %s without a secret',
		async (answer, status, category, calls) => {
			const { asked, make } = platformWith(CREDENTIALS, answer, status);
			const obstacle = await obstacleOf(make());
			expect(obstacle.category).toBe(category);
			expect(obstacle.problem).toContain('platform');
			expect(JSON.stringify(obstacle)).not.toContain(SECRET);
			expect(JSON.stringify(obstacle)).not.toContain(TICKET);
			expect(asked).toHaveLength(calls);
		},
	);

	it("The platform's token is not requested again once nobody waits for it", async () => {
		const { asked, make } = platformWith(CREDENTIALS, { errcode: -1, errmsg: 'system error' });
		await obstacleOf(make(() => asked.length > 0));
		expect(asked).toHaveLength(1);
	});
});
