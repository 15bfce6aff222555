import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { LINK, LIST, mp, mpItems, OA, sizesOf, useWorld, withOptions } from './world.cts';

const OTHER = [0, 0, 0, 0, 0, 0, 1];
const AUTHORIZATION = [0, 0, 0, 0, 1, 0, 0];
const RETRY_LATER = [0, 0, 0, 0, 0, 1, 0];
const ONE_TRY = withOptions({ maxTries: 1 });

const world = useWorld();
const servers: Server[] = [];

/** A server that is not WeChat. */
async function serve(listener: RequestListener): Promise<string> {
	const server = createServer(listener);
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	servers.push(server);
	return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

afterEach(async () => {
	for (const server of servers.splice(0)) {
		server.closeAllConnections();
		await new Promise((resolve) => server.close(resolve));
	}
});

describe('An item without a valid Mini Program', () => {
	it.each<[unknown, string]>([
		[undefined, 'empty'],
		[12345, 'number'],
		['wx123', '"wx123"'],
	])('The Mini Program %j leaves through Other and is not sent', async (value, words) => {
		const run = await world.run({ appIds: [value] });
		expect(sizesOf(run)).toEqual(OTHER);
		const { json } = run.outputs[6][0];
		expect(json).toMatchObject({ category: 'other', errcode: null, attempts: 0 });
		expect(json.errmsg).toContain(words);
		expect(json.hint).toEqual(expect.stringMatching(/\S/));
		expect(await world.controls.count()).toBe(0);
	});

	it('An item without a valid Mini Program does not stop the others', async () => {
		const appIds = [mp(0), 'nonsense', mp(1), '', mp(2)];
		expect(sizesOf(await world.run({ appIds }))).toEqual([3, 0, 0, 0, 0, 0, 2]);
	});

	it('An appid is sent and shown without the spaces around it', async () => {
		const result = await world.result({ appIds: [`  ${mp(3)}\n`] });
		expect(result).toMatchObject({ miniProgramAppId: mp(3), outcome: 'invitationSent' });
		expect(await world.controls.calls()).toMatchObject([{ body: { appid: mp(3) } }]);
	});

	it.each(['miniProgramAppId', 'notifyUsers'])(
		'An item for which the expression of %s fails leaves through Other, and the others are sent',
		async (name) => {
			// n8n ignores a TypeError in an expression, but not a node that does not exist.
			const expression = `={{ $json.bad ? $("Nobody").item.json.x : ${name === 'notifyUsers' ? 'true' : '$json.appId'} }}`;
			const locator = { __rl: true, mode: 'id', value: expression };
			const parameters = { [name]: name === 'notifyUsers' ? expression : locator };
			const items = [{ appId: mp(0) }, { appId: mp(1), bad: true }, { appId: mp(2) }];
			const run = await world.run({ items, parameters });
			expect(run.error).toBeUndefined();
			expect(sizesOf(run)).toEqual([2, 0, 0, 0, 0, 0, 1]);
			expect(run.outputs[6][0]).toMatchObject({
				json: { category: 'other', hint: expect.stringContaining('expression') },
				pairedItem: { item: 1 },
			});
		},
	);
});

describe('API Base URL', () => {
	const at = async (apiBaseUrl: string, parameters = ONE_TRY) =>
		await world.run({ credential: { ...world.credential, apiBaseUrl }, parameters });

	it.each(['/', '//', ' '])('API Base URL may end with %j', async (end) => {
		expect(sizesOf(await at(` ${world.url}${end}`))).toEqual([1, 0, 0, 0, 0, 0, 0]);
	});

	it.each(['api.weixin.qq.com', 'weixin', 'ftp://127.0.0.1', 'https://'])(
		'An item says that the API Base URL %j is not a URL',
		async (url) => {
			const run = await at(url);
			expect(sizesOf(run)).toEqual(OTHER);
			expect(run.outputs[6][0].json.hint).toContain('API Base URL');
		},
	);

	it('An item leaves through Retry Later if nothing listens at API Base URL, and says so', async () => {
		const run = await at('http://127.0.0.1:1');
		expect(sizesOf(run)).toEqual(RETRY_LATER);
		const { json } = run.outputs[5][0];
		expect(json).toMatchObject({ errcode: null, retryable: true, retryAfter: 'minutes' });
		expect(json.errmsg).toContain('refused the connection');
		expect(json.hint).toContain('API Base URL');
	});

	it.each([200, 404])(
		'A page with HTTP %i at API Base URL is recognized as not from WeChat',
		async (status) => {
			const url = await serve((_, response) =>
				response.writeHead(status).end('<html>Hello</html>'),
			);
			const run = await at(url, withOptions({ maxTries: 3 }));
			expect(sizesOf(run)).toEqual(RETRY_LATER);
			const { json } = run.outputs[5][0];
			expect(json).toMatchObject({ errcode: null, attempts: 3, whoActs: 'operator' });
			expect(json.hint).toContain('API Base URL');
			expect(json.hint).toContain(`HTTP ${status} with a page: "Hello".`);
		},
	);

	it('A redirect from API Base URL does not get the token', async () => {
		let asked = 0;
		const target = await serve((_, response) => {
			asked++;
			response.end('{"errcode":0}');
		});
		const url = await serve((request, response) =>
			response.writeHead(307, { Location: `${target}${request.url}` }).end(),
		);
		expect(sizesOf(await at(url))).toEqual(RETRY_LATER);
		expect(asked).toBe(0);
	});
});

describe('A call without an answer', () => {
	it.each([
		['HTTP 502', { htmlStatus: 502 }],
		['a closed connection', { drop: true }],
		['half an answer', { truncate: true }],
		['a late answer', { delayMs: 5000 }],
	])(
		'An item without an answer (%s) leaves through Retry Later after the last try',
		async (_, behavior) => {
			await world.controls.answerWith({}, behavior);
			const run = await world.run({ parameters: withOptions({ maxTries: 1, timeout: 150 }) });
			expect(sizesOf(run)).toEqual(RETRY_LATER);
			const { json } = run.outputs[5][0];
			expect(json).toMatchObject({ errcode: null, rid: null, attempts: 1, retryable: true });
			expect(json.errmsg).not.toBe('');
			expect(json.hint).toContain('sending it again does no harm');
			expect(await world.controls.calls()).toHaveLength(1);
		},
	);

	it('A link call that arrived but got no answer counts as the invitation of this run', async () => {
		for (const [n, behavior] of [
			{ drop: true, carryOut: true },
			{ htmlStatus: 502, carryOut: true },
			{ truncate: true },
			{ errcode: -1, carryOut: true },
			{ htmlStatus: 200, page: '{}', carryOut: true },
		].entries()) {
			await world.controls.answerWith({ miniProgramAppId: mp(n) }, { ...behavior, times: 1 });
		}
		const results = await world.results({ appIds: [0, 1, 2, 3, 4].map(mp) });
		for (const result of results) {
			expect(result).toMatchObject({
				errcode: 89010,
				category: 'success',
				outcome: 'invitationSent',
				attempts: 2,
			});
		}
		expect(await world.controls.count(LINK)).toBe(10);
	});

	it('An unlink call that arrived but got no answer counts as the unlink request of this run', async () => {
		await world.controls.setRelation(OA, mp(0), 1);
		await world.controls.setRelation(OA, mp(1), 1);
		const [lost, busy] = [{ drop: true }, { errcode: -1 }];
		for (const [n, behavior] of [lost, busy].entries()) {
			const match = { miniProgramAppId: mp(n) };
			await world.controls.answerWith(match, { ...behavior, carryOut: true, times: 1 });
		}
		const results = await world.results({ operation: 'unlink', appIds: [mp(0), mp(1)] });
		for (const result of results) {
			expect(result).toMatchObject({ errcode: 89018, outcome: 'unlinkRequested', attempts: 2 });
		}
	});

	it('A list that got no answer is asked for again', async () => {
		await world.controls.answerWith({}, { drop: true, times: 1 });
		const run = await world.run({ operation: 'getStatus', items: mpItems(3) });
		expect(sizesOf(run)).toEqual([0, 0, 3, 0, 0, 0, 0]);
		expect(await world.controls.count(LIST)).toBe(2);
	});
});

describe('An account', () => {
	it('An account that withdrew leaves through Authorization', async () => {
		await world.controls.withdraw(OA);
		const run = await world.run();
		expect(sizesOf(run)).toEqual(AUTHORIZATION);
		expect(run.outputs[4][0].json).toMatchObject({ errcode: 61003 });
	});

	it('An account that WeChat has limited leaves through Not Allowed', async () => {
		await world.controls.answerWith({}, { errcode: 50002 });
		const run = await world.run();
		expect(sizesOf(run)).toEqual([0, 0, 0, 1, 0, 0, 0]);
		expect(run.outputs[3][0].json).toMatchObject({ errcode: 50002 });
	});
});
