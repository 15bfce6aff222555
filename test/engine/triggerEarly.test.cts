import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { gzipSync } from 'node:zlib';

import { encrypt } from '../sandbox/pushes/pushCrypto.cts';
import { signedQuery } from '../sandbox/pushes/pusher.cts';
import { outerXml } from '../sandbox/pushes/pushXml.cts';
import { logged } from './log.cts';
import { usePlatformWorld } from './platformWorld.cts';
import { useTrigger } from './trigger.cts';
import { letSecondsPass } from './uptime.cts';

const requests: ClientRequest[] = [];
afterEach(() => requests.splice(0).forEach((request) => request.destroy()));

const world = usePlatformWorld();
const server = useTrigger(world);
const NOW = Math.floor(Date.now() / 1000);
const LARGEST = 256 * 1024;

// Lines that an earlier test has logged are older than a minute.
beforeEach(() => letSecondsPass(120));
afterEach(() => jest.restoreAllMocks());

/** A valid push of an unknown kind. */
async function validPush(): Promise<{ query: URLSearchParams; body: Buffer }> {
	const { appId, messageToken, encodingAesKey } = await world.controls.platform();
	const message = '<xml><InfoType>new</InfoType><CreateTime>1</CreateTime></xml>';
	const encrypted = encrypt({ message, appId }, encodingAesKey);
	return {
		query: signedQuery(messageToken, NOW, '1590219412', encrypted),
		body: Buffer.from(outerXml(appId, encrypted)),
	};
}

function open(query: URLSearchParams, headers: Record<string, string | number>): ClientRequest {
	const request = httpRequest(`${server.url}?${query}`, {
		method: 'POST',
		agent: false,
		// So that only the receiver closes the connection.
		headers: { Connection: 'keep-alive', 'Content-Type': 'text/xml', ...headers },
	});
	requests.push(request.on('error', () => undefined));
	return request;
}

/** The answer's status, and whether it ends the connection. */
async function answerTo(request: ClientRequest): Promise<{ status?: number; isClosed: boolean }> {
	const [response] = (await once(request, 'response')) as [IncomingMessage];
	response.resume();
	await once(response, 'end');
	await server.settle();
	return { status: response.statusCode, isClosed: response.headers.connection === 'close' };
}

const changed = (change: (query: URLSearchParams) => void) => async () => {
	const { query, body } = await validPush();
	change(query);
	const request = open(query, { 'Content-Length': body.length });
	request.end(body);
	return request;
};

const withBody = (body: Buffer, headers: Record<string, string | number>) => async () => {
	const { query } = await validPush();
	const request = open(query, headers);
	request.end(body);
	return request;
};

describe('Checks before the credential is read', () => {
	const CASES: Array<[string, number, () => Promise<ClientRequest>]> = [
		['without a timestamp', 400, changed((query) => query.delete('timestamp'))],
		['with two timestamps', 400, changed((query) => query.append('timestamp', String(NOW)))],
		[
			'with a timestamp that is not a number',
			400,
			changed((query) => query.set('timestamp', '1e9')),
		],
		['with a nonce of 10,000 characters', 400, changed((q) => q.set('nonce', '1'.repeat(10_000)))],
		['with two signatures', 400, changed((query) => query.append('msg_signature', 'a'))],
		['of two hours ago', 401, changed((query) => query.set('timestamp', String(NOW - 7200)))],
		['in two hours', 401, changed((query) => query.set('timestamp', String(NOW + 7200)))],
		['without a body', 400, withBody(Buffer.alloc(0), { 'Content-Length': 0 })],
		['that is not XML', 400, withBody(Buffer.from('success'), { 'Content-Length': 7 })],
		['of 257 kB without a length', 413, withBody(Buffer.alloc(LARGEST + 1024, 'A'), {})],
		[
			'that is compressed',
			415,
			withBody(gzipSync(outerXml('wx00000000000000c1', 'x')), { 'Content-Encoding': 'gzip' }),
		],
	];

	it.each(CASES)(
		'A push %s is answered with %i before the credential is read',
		async (_, status, send) => {
			const { reads } = world.table;
			expect(await answerTo(await send())).toMatchObject({ status });
			expect(world.table.reads).toBe(reads);
			expect(server.items).toStrictEqual([]);
		},
	);

	it('A push that announces too large a body is answered with 413 without waiting for the body', async () => {
		const { reads } = world.table;
		const { query } = await validPush();
		const request = open(query, { 'Content-Length': LARGEST + 1 });
		request.flushHeaders();
		expect(await answerTo(request)).toEqual({ status: 413, isClosed: true });
		expect(world.table.reads).toBe(reads);
	});

	it('A push whose query is refused is answered before any of its body comes', async () => {
		const { query, body } = await validPush();
		query.delete('nonce');
		const request = open(query, { 'Content-Length': body.length });
		request.flushHeaders();
		expect(await answerTo(request)).toEqual({ status: 400, isClosed: true });
	});

	it.each<[string, (length: number) => Record<string, number>]>([
		['with a length', (length) => ({ 'Content-Length': length })],
		['in pieces', () => ({})],
	])('A push that is not sent to its end (%s) is answered with 408', async (_, headersFor) => {
		const { reads } = world.table;
		const { query, body } = await validPush();
		const request = open(query, headersFor(body.length));
		request.write(body.subarray(0, 100));
		expect(await answerTo(request)).toEqual({ status: 408, isClosed: true });
		expect(world.table.reads).toBe(reads);
		expect(logged).toEqual([expect.stringContaining('did not come within 2 seconds')]);
	});

	it.each([0, 100])(
		'A sender that closes the connection after %i bytes leaves nothing behind',
		async (bytes) => {
			const { reads } = world.table;
			const { query, body } = await validPush();
			const request = open(query, { 'Content-Length': body.length });
			request.flushHeaders();
			if (bytes > 0) request.write(body.subarray(0, bytes));
			await server.receiving();
			request.destroy();
			await server.settle();
			expect(world.table.reads).toBe(reads);
			expect(logged).toEqual([expect.stringContaining('the sender closed the connection')]);
		},
	);

	it('A push with only a wrong signature is read to its end, and the connection stays open', async () => {
		const { reads } = world.table;
		const send = changed((query) => query.set('msg_signature', '0'.repeat(40)));
		expect(await answerTo(await send())).toEqual({ status: 401, isClosed: false });
		expect(world.table.reads).toBe(reads + 1);
	});
});

describe('Reuse of a credential read', () => {
	const wrong = changed((query) => query.set('msg_signature', '0'.repeat(40)));
	const valid = changed(() => undefined);
	const statusOf = async (send: () => Promise<ClientRequest>) =>
		(await answerTo(await send())).status;

	it('Wrong signatures within a second cost one read of the credential', async () => {
		const { reads } = world.table;
		const all = await Promise.all(Array.from({ length: 8 }, async () => await statusOf(wrong)));
		expect(new Set(all)).toEqual(new Set([401]));
		expect(await statusOf(wrong)).toBe(401);
		expect(world.table.reads).toBe(reads + 1);
		letSecondsPass(60);
		expect(await statusOf(wrong)).toBe(401);
		expect(world.table.reads).toBe(reads + 2);
	});

	it('A valid push is checked with the credential as it is now', async () => {
		expect(await statusOf(wrong)).toBe(401);
		expect(await statusOf(valid)).toBe(200);
		server.credential = { ...server.credential, encodingAesKey: 'b'.repeat(43) };
		expect(await statusOf(valid)).toBe(401);
		expect(logged).toContainEqual(expect.stringContaining('the EncodingAESKey does not match'));
	});

	it('A push that is signed with the former message token is refused at once', async () => {
		expect(await statusOf(valid)).toBe(200);
		server.credential = { ...server.credential, messageToken: 'another' };
		expect(await statusOf(valid)).toBe(401);
	});

	it('A new message token takes effect after a second', async () => {
		const { messageToken } = server.credential;
		server.credential = { ...server.credential, messageToken: 'another' };
		expect(await statusOf(valid)).toBe(401);
		server.credential = { ...server.credential, messageToken };
		letSecondsPass(60);
		expect(await statusOf(valid)).toBe(200);
	});

	it('Another trigger reads the credential itself', async () => {
		server.credential = { ...server.credential, messageToken: 'another' };
		expect(await statusOf(valid)).toBe(401);
		const { messageToken } = await world.controls.platform();
		server.credential = { ...server.credential, messageToken };
		server.nodeId = 'another trigger';
		expect(await statusOf(valid)).toBe(200);
	});
});

describe('Valid pushes', () => {
	it('A valid push is accepted in pieces, without a length and with other parameters', async () => {
		server.parameters = { triggerOn: ['other'] };
		const { query, body } = await validPush();
		query.append('x', '1');
		query.append('x', '2');
		const request = open(query, {});
		request.write(body.subarray(0, 10));
		await server.receiving();
		request.end(body.subarray(10));
		expect(await answerTo(request)).toEqual({ status: 200, isClosed: false });
		expect(server.items).toMatchObject([{ infoType: 'new' }]);
	});

	it('A valid push is accepted if n8n has already read its body', async () => {
		server.parameters = { options: {} };
		const { query, body } = await validPush();
		const request = open(query, { 'Content-Length': body.length });
		request.end(body);
		expect(await answerTo(request)).toMatchObject({ status: 200 });
	});

	it('A push that n8n has taken for a form is refused at once', async () => {
		server.isForm = true;
		const { query, body } = await validPush();
		const request = open(query, { 'Content-Length': body.length });
		request.end(body);
		expect(await answerTo(request)).toMatchObject({ status: 400 });
	});
});

describe('The log', () => {
	it('The log has one line a minute for each reason, and then the number of the others', async () => {
		const wrong = changed((query) => query.set('msg_signature', '0'.repeat(40)));
		const old = changed((query) => query.set('timestamp', String(NOW - 7200)));
		for (const send of [wrong, wrong, old, wrong, old]) await answerTo(await send());
		const signature = expect.stringMatching(/msg_signature does not match the message token$/);
		const time = expect.stringMatching(/more than an hour away from the clock here$/);
		expect(logged).toEqual([signature, time]);
		letSecondsPass(120);
		for (const send of [wrong, wrong]) await answerTo(await send());
		expect(logged.slice(2)).toEqual([
			expect.stringMatching(/the message token \(2 more since it was last logged\)$/),
		]);
		letSecondsPass(120);
		await answerTo(await old());
		expect(logged.slice(3)).toEqual([
			expect.stringMatching(/the clock here \(1 more since it was last logged\)$/),
		]);
	});
});
