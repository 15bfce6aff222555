import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { gzipSync } from 'node:zlib';

import { MALFORMED_BODIES } from '../e2e/malformedBodies.cts';
import { easyWeChatMessage } from '../provider/easyWeChatMessage.cts';
import { logged } from './log.cts';
import { usePlatformWorld } from './platformWorld.cts';
import { useTrigger } from './trigger.cts';
import { OA } from './world.cts';

const world = usePlatformWorld();
const server = useTrigger(world);

/** More than the largest body that n8n would read. */
const LARGE = 17 * 1024 * 1024;

const messageUrl = () => server.messageUrl.replace('$APPID$', OA);

async function post(
	body: string | Buffer,
	headers: Record<string, string> = {},
	query = '',
): Promise<string> {
	const response = await fetch(`${messageUrl()}?${query}`, {
		method: 'POST',
		headers: { 'Content-Type': 'text/xml', ...headers },
		body: typeof body === 'string' ? body : new Uint8Array(body),
	});
	return `${response.status} ${response.headers.get('content-type')} ${await response.text()}`;
}

const SUCCESS = '200 text/plain; charset=utf-8 success';

describe("The address for followers' messages", () => {
	let reads: number;
	let writes: number;
	beforeEach(() => {
		server.parameters = { triggerOn: ['authorized', 'ticket', 'other'] };
		({ reads, writes } = world.table);
	});
	afterEach(async () => {
		await server.settle();
		expect(server.items).toStrictEqual([]);
		expect(logged).toStrictEqual([]);
		expect([world.table.reads, world.table.writes]).toEqual([reads, writes]);
	});

	it("A follower's message is answered with success, so that WeChat reports no fault", async () => {
		await world.controls.grant(OA, [1, 33]);
		await world.controls.changePlatform({ messageUrl: server.messageUrl });
		const message = await world.controls.writeAsFollower(OA, '你好');
		expect(message).toMatchObject({ answer: { status: 200, body: 'success' }, reads: null });
	});

	it.each(['你好', '<a> & ]]>', 'A'.repeat(200_000)])(
		'A message that node-easywechat has encrypted is answered with success',
		async (text) => {
			const { query, body } = easyWeChatMessage(await world.controls.platform(), text);
			expect(await post(body, {}, query)).toBe(SUCCESS);
		},
	);

	it('A push at the address for messages is answered with success', async () => {
		for (const infoType of ['authorized', 'component_verify_ticket']) {
			const answer = await world.controls.pushRaw({ infoType, url: messageUrl() });
			expect(answer).toMatchObject({ status: 200, body: 'success' });
		}
	});

	it.each(['text/xml', 'application/json', 'multipart/form-data', 'application/octet-stream', ''])(
		'Every malformed body of the type %j is answered with success',
		async (contentType) => {
			for (const body of MALFORMED_BODIES) {
				expect(await post(body, { 'Content-Type': contentType })).toBe(SUCCESS);
			}
		},
	);

	it.each(['gzip', 'deflate', 'br', 'identity', 'none'])(
		'A body that claims to be encoded as %s is answered with success, and not decompressed',
		async (encoding) => {
			const headers = { 'Content-Encoding': encoding };
			expect(await post(gzipSync(Buffer.alloc(LARGE)), headers)).toBe(SUCCESS);
			expect(await post('<xml/>', headers)).toBe(SUCCESS);
		},
	);

	it('100 messages of 1 MB at once are answered with success', async () => {
		const body = Buffer.alloc(1024 * 1024, 'A');
		const answers = await Promise.all(Array.from({ length: 100 }, async () => await post(body)));
		expect(new Set(answers)).toEqual(new Set([SUCCESS]));
	});

	it('A message is answered before its body comes, and the body is dropped', async () => {
		const request: ClientRequest = httpRequest(messageUrl(), {
			method: 'POST',
			agent: false,
			headers: { Connection: 'keep-alive', 'Content-Length': LARGE },
		});
		request.flushHeaders();
		const [response] = (await once(request, 'response')) as [IncomingMessage];
		expect(response.statusCode).toBe(200);
		request.end(Buffer.alloc(LARGE, 'A'));
		await once(response.resume(), 'end');
		await once(request, 'close');
	});

	it('A message is answered even if the credential is gone', async () => {
		server.credentialIsDeleted = true;
		expect(await post('<xml/>')).toBe(SUCCESS);
	});

	it('A message is answered and not forwarded if Forward To names a server', async () => {
		server.parameters = { forwardTo: 'http://127.0.0.1:9/' };
		expect(await post('<xml/>')).toBe(SUCCESS);
	});

	it('A message at the test address is also answered with success, and starts nothing', async () => {
		server.mode = 'manual';
		expect(await post('<xml/>')).toBe(SUCCESS);
	});
});

describe('The addresses of a trigger node', () => {
	it('A trigger node has two addresses, the second with a place for the appid', () => {
		expect(server.addressOf('default')).toBe(server.productionUrl);
		expect(server.addressOf('setup')).toBe(server.messageUrl.replace('$APPID$', ':appid'));
	});

	it('A trigger node with a webhook ID logs nothing about addresses', async () => {
		await server.activate('activate');
		expect(logged).toStrictEqual([]);
	});

	it('A trigger node without a webhook ID logs that it has no address for messages', async () => {
		server.webhookId = undefined;
		expect(await server.activate('activate')).toBe(true);
		expect(logged).toEqual([
			expect.stringMatching(/^warn: .*no webhook ID.* 消息与事件接收URL.*Delete the trigger/),
		]);
		expect(server.addressOf('setup')).toMatch(/\/workflow-1\/trigger\/messages$/);
	});

	it('A trigger node without a webhook ID accepts pushes', async () => {
		server.webhookId = undefined;
		server.parameters = { triggerOn: ['ticket'] };
		expect(await world.controls.pushTicket()).toMatchObject({ delivered: true });
		await server.settle();
		expect(server.items).toHaveLength(1);
	});

	it('A trigger node does not forward to its own address for messages', async () => {
		const urls = [messageUrl(), messageUrl().replace('/webhook/', '/webhook-test/')];
		server.parameters = { forwardTo: urls.join('\n') };
		await server.activate('activate');
		expect(logged).toEqual([
			expect.stringContaining("Forward To, line 1: it is this trigger's own URL"),
			expect.stringContaining("Forward To, line 2: it is this trigger's own URL"),
		]);
	});
});
