import { OpenPlatform, ServerRequest } from 'node-easywechat';
import type { IncomingMessage, ServerResponse } from 'node:http';

import { open, press } from '../../person.cts';
import { startSandbox } from '../../sandbox/index.cts';
import type { Controls, Sandbox } from '../../sandbox/index.cts';
import { Receiver } from './receiver.cts';

const PLATFORM = 'wx00000000000000c1';
const TEA = 'wx00000000000000a1';
const OUT_OF_ORDER = '该公众号提供的服务出现故障，请稍后再试';

type Answer = (request: { url: string; body: string }, response: ServerResponse) => unknown;

let sandbox: Sandbox;
let controls: Controls;
let receiver: Receiver;
let answer: Answer;
/** Paths and queries of what came. */
let received: string[];

async function receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
	const chunks: Buffer[] = [];
	for await (const chunk of request) chunks.push(chunk as Buffer);
	const url = request.url ?? '';
	received.push(url);
	await answer({ url, body: Buffer.concat(chunks).toString() }, response);
}

beforeAll(async () => {
	receiver = new Receiver((request, response) => void receive(request, response));
	await receiver.start();
	sandbox = await startSandbox();
	controls = sandbox.controls;
});

afterAll(async () => {
	await sandbox.close();
	receiver.close();
});

const url = (path: string) => receiver.url(path);

beforeEach(async () => {
	received = [];
	answer = (_, response) => response.end('success');
	await controls.reset();
	await controls.addPlatform({ appId: PLATFORM, messageUrl: url('/in/$APPID$/messages') });
	await controls.addAccount({ appId: TEA, name: 'Ada Tea', permissionSets: [1, 33] });
});

async function easyWeChat(appId = PLATFORM): Promise<OpenPlatform> {
	const { appSecret, messageToken, encodingAesKey } = await controls.platform();
	return new OpenPlatform({
		app_id: appId,
		secret: appSecret,
		token: messageToken,
		aes_key: encodingAesKey,
	});
}

/** Answers by the provider's software, built with node-easywechat by its manual. */
async function replies(): Promise<Answer> {
	const app = await easyWeChat();
	return async (request, response) => {
		app.setRequest(new ServerRequest('POST', request.url, {}, request.body));
		const server = app.getServer();
		server.with(async (message) => {
			const { MsgType, Content } = message.toObject() as Record<string, string>;
			return await Promise.resolve(`${MsgType}: ${Content}!`);
		});
		response.end((await server.serve()).getBody().toString());
	};
}

describe('Messages of followers', () => {
	test("A message goes once to the message URL, signed, with the account's appid in the path", async () => {
		const message = await controls.writeAsFollower(TEA, '你好');
		expect(message).toMatchObject({ text: '你好', answer: { body: 'success' }, reads: null });
		const [{ pathname, searchParams }, ...others] = received.map((one) => new URL(url(one)));
		expect(others).toStrictEqual([]);
		expect(pathname).toBe(`/in/${TEA}/messages`);
		expect([...searchParams.keys()]).toEqual([
			...['signature', 'timestamp', 'nonce', 'encrypt_type', 'msg_signature', 'openid'],
		]);
	});

	test('node-easywechat can read a message and answer it with an encrypted reply', async () => {
		answer = await replies();
		const { reads } = await controls.writeAsFollower(TEA, '你好 <a> & b');
		expect(reads).toBe('text: 你好 <a> & b!');
	});

	test('A message may get an empty answer', async () => {
		answer = (_, response) => response.end();
		expect(await controls.writeAsFollower(TEA)).toMatchObject({ reads: null });
	});

	test.each<[string, () => Answer | Promise<Answer>]>([
		['another text', () => (_, response) => response.end('"success"')],
		['a reply that is not encrypted', () => (_, r) => r.end('<xml><Content>x</Content></xml>')],
		['HTTP 404', () => (_, response) => response.writeHead(404).end('success')],
		['a closed connection', () => (_, response) => response.destroy()],
		[
			'a reply of another platform',
			async () => {
				const encryptor = (await easyWeChat('wx00000000000000c2')).getEncryptor();
				return (_, response) => response.end(encryptor.encrypt('<xml><Content>x</Content></xml>'));
			},
		],
	])(
		'A message answered with %s shows the follower a failure and is not repeated',
		async (_, make) => {
			answer = await make();
			const { reads } = await controls.writeAsFollower(TEA);
			expect([reads, received.length]).toEqual([OUT_OF_ORDER, 1]);
		},
	);

	test('A message without an answer in time shows the follower a failure', async () => {
		await controls.configure({ pushTimeoutMs: 50 });
		answer = () => undefined;
		const message = await controls.writeAsFollower(TEA);
		expect(message).toMatchObject({ answer: { error: 'timeout' }, reads: OUT_OF_ORDER });
	});

	test('A message without a message URL shows the follower a failure', async () => {
		await controls.changePlatform({ messageUrl: null });
		const message = await controls.writeAsFollower(TEA);
		expect(message).toMatchObject({ answer: null, reads: OUT_OF_ORDER });
	});

	test.each([
		['granted no message set', async () => await controls.grant(TEA, [33])],
		['withdrew', async () => await controls.withdraw(TEA)],
		['is frozen', async () => await controls.setAccountStatus(TEA, 'frozen')],
	])('A message to an account that %s is not sent', async (_, change) => {
		await change();
		expect(await controls.writeAsFollower(TEA)).toMatchObject({ answer: null, reads: null });
		expect(received).toStrictEqual([]);
	});

	test('The page of an account can send a message and shows its result', async () => {
		const page = () => open(`${sandbox.url}/people/official-account/${TEA}`);
		await press(await page(), 'Write, as a follower', { text: 'First' });
		answer = (_, response) => response.end('no');
		const shown = await press(await page(), 'Write, as a follower', { text: 'Second' });
		expect(shown.text).toContain('The result is under Followers');
		expect(shown.text).toMatch(/Second: the follower reads .*服务出现故障/);
		expect(shown.text).toContain('First: the platform took it, and does not reply');
	});
});
