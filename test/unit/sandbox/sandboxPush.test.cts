import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { connectSandbox, startSandbox } from '../../sandbox/index.cts';
import type {
	Controls,
	PlatformConsole,
	PushFlaw,
	RawPush,
	Sandbox,
} from '../../sandbox/index.cts';
import {
	decrypt,
	encrypt,
	keyOf,
	padded,
	plainBytes,
	signatureOf,
} from '../../sandbox/pushes/pushCrypto.cts';
import { Receiver } from './receiver.cts';

const K1 = 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG';
const K2 = 'jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C';
const K3 = 'A'.repeat(43);
const PLATFORM = 'wx134c8103faa5a59e';

/** Official example of a push to a platform. */
const V1 = [
	'D7yzvUNAL930rd28wf21s4hvXhz0L6Uit/p2Di6C5DHyYGpEgdBRnKjBec34JwoQXicwaZC7fOVihW80F4VtsdvE',
	'//1vr7oAbqjDv8KenVp+ajKYpJnyQ4zMRhIC+a31fCVOMC03FfzV/QuC94kBP55a+Za3sJgvAn+ZbsNqZI5Dkyuz',
	'khQN8OBqCzFhizGmy0xpM0MEA4agpvE+RuNO1rhHTtuJB5yltw1FiYzecSXJ+y/D2r81VkRn2eYjh2ltsoyfbDR7',
	'Is6ookXIFxTfyeNyeHxMeT4KN5WpCDmSbTcUYrbBUlkGLJ9n/rU8YOywma6G7aTb7KZKOqCxgfoUlYEZPk4FUL/T',
	'K7ShriFDMVCLyjQJ15Ob++agDWtcxhfUfe6HIoIpRW8mKNBQiY/Jd1svvuskA1wLef1RTtzKfMpagSCX/laZINmd',
	'nX4zrF6kIaR9P4xQrWXbsTFHTYe0Mg==',
].join('');
/** Official example of an encrypted answer. */
const V2 = [
	'hE8R6mGXHkJJjU72KxzKUd1GEkKJaEZq7vRL8XgK3o+00k8JGq6+pZJUIlTSyhsX+bxIBQ72g3GyvDdIZcr6+3HA',
	'ZbSvPT9t/o11MI7d6WELwqrGd7jMnV0zv3Zc9Nq7',
].join('');
/** Official Java sample, encryption. */
const V3 = [
	'jn1L23DB+6ELqJ+6bruv21Y6MD7KeIfP82D6gU39rmkgczbWwt5+3bnyg5K55bgVtVzd832WzZGMhkP72vVOfg==',
].join('');
/** Official Java sample, check of a URL. */
const V4 = [
	'P9nAzCzyDtyTWESHep1vC5X9xho/qYX3Zpb4yKa9SKld1DsH3Iyt3tP3zNdtp+4RPcs8TgAE7OaBO+FZXvnaqQ==',
].join('');
/** A ticket; not official, made with the same scheme. */
const V9 = [
	'PDm0EY7vFufy4ECQc0Er0B9Aanvj72M6jnNc2dR01VHiZRiKHyWK1ir85qPEZxk2WilkmMUxqMclLKrFLA6dnUZE',
	't2mm2V3LqWhZuIltqY3BPxbUBhi5+LVcowku7EXe8icDUAi5HPfDK145Gt3n/FP+RIebyq1QLKwXT0MP63ZZmUej',
	'b5RTSMY2sRLH9RKb4D5DmiVeLf2a8hVOU0jH9a8eTEG90ZD/xK6k6+e+x4gSaHAiDtNYDXCzpmd+WYxK+WN+hytm',
	'Wv67uRfYr0t3i46oe/4c9ErwR11Jc9PLS6V4bCDAXSJQWfA3l+YdrN0XCTqhfn95MyX+tDDR1Yr0ZCQN+ALs4UcP',
	'ij4GVSfk1qbJw3C7K+IHI+pYIcnnAyLf',
].join('');
const V9_MESSAGE = `<xml>
<AppId><![CDATA[${PLATFORM}]]></AppId>
<CreateTime>1715943329</CreateTime>
<InfoType><![CDATA[component_verify_ticket]]></InfoType>
<ComponentVerifyTicket><![CDATA[ticket@@@fake-ticket-for-tests]]></ComponentVerifyTicket>
</xml>`;

describe('Examples of the encryption', () => {
	test("WeChat's example of a push is reproduced with its signatures, text and bytes", () => {
		expect(signatureOf('AAAAA', '1715943329', '1590219412')).toBe(
			'cc0c594499c1634947d5b502f158ee518947db27',
		);
		expect(signatureOf('AAAAA', '1715943329', '1590219412', V1)).toBe(
			'6c12a4205838198b8fa631b3220723bb07f1015c',
		);
		const plain = decrypt(V1, K3);
		expect(plain).toMatchObject({ random: '1205899eaf019bbd', length: 292, appId: PLATFORM });
		expect(plain.message.split('\n')).toHaveLength(7);
		for (const part of ['gh_97417a04a28d', '1715943329', 'debug_demo', 'hello world']) {
			expect(plain.message).toContain(part);
		}
		const bytes = plainBytes(plain);
		expect(bytes).toHaveLength(330);
		expect(padded(bytes)).toHaveLength(352);
		expect(padded(bytes)[351]).toBe(22);
		expect(encrypt(plain, K3)).toBe(V1);
	});

	test("WeChat's example of an encrypted answer is reproduced with its bytes and signature", () => {
		const message = '<xml><demo_resp>[CDATA[good luck]]</demo_resp></xml>';
		expect(encrypt({ message, appId: PLATFORM, random: '999951349e8ee746' }, K3)).toBe(V2);
		expect(signatureOf('AAAAA', '1713424427', '415670741', V2)).toBe(
			'03e0812039325c2712ef5f0f980fd14c70d6e307',
		);
	});

	test("WeChat's sample with Chinese characters is reproduced with its bytes", () => {
		const plain = { message: '我是中文abcd123', appId: 'wxb11529c136998cb6' };
		expect(encrypt({ ...plain, random: 'aaaabbbbccccdddd' }, K1)).toBe(V3);
		expect(decrypt(V3, K1)).toMatchObject({ ...plain, length: 19 });
	});

	test("WeChat's example of a URL check is reproduced with its signature and text", () => {
		expect(signatureOf('QDG6eK', '1409659589', '263014780', V4)).toBe(
			'5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3',
		);
		expect(decrypt(V4, K2)).toMatchObject({
			message: '1616140317555161061',
			appId: 'wx5823bf96d3bd56c7',
		});
	});

	test("WeChat's examples of signatures are reproduced", () => {
		expect(signatureOf('RMNlACHlV5ThzfRlVS4D4', 'timestamp', 'nonce', 'encrypt')).toBe(
			'8edac0945683c119ee71c9f6256d76c48aa08a96',
		);
		expect(signatureOf('AAAAA', '1714036504', '1514711492')).toBe(
			'f464b24fc39322e44b38aa78f5edd27bd1441696',
		);
	});

	test('A ticket has known bytes and a known signature', () => {
		const plain = { message: V9_MESSAGE, appId: PLATFORM, random: '1205899eaf019bbd' };
		expect(encrypt(plain, K1)).toBe(V9);
		expect(decrypt(V9, K1)).toEqual({ ...plain, length: 241 });
		expect(signatureOf('AAAAA', '1715943329', '1590219412', V9)).toBe(
			'ffb4fda76922f6d0d6d25e458e86def3a3df97c6',
		);
	});
});

describe('Keys and lengths', () => {
	test('A wrong key, padding or length fails', () => {
		expect(() => keyOf('short')).toThrow('43 characters');
		expect(() => decrypt(V1, K1)).toThrow();
		expect(() => decrypt(encrypt({ message: 'x', appId: PLATFORM, length: 99 }, K1), K1)).toThrow(
			'the length is wrong',
		);
	});

	test.each([0, 1, 31, 32, 33])('A message of %i bytes comes back unchanged', (length) => {
		const message = 'm'.repeat(length);
		expect(decrypt(encrypt({ message, appId: PLATFORM }, K2), K2).message).toBe(message);
	});
});

interface Received {
	method: string;
	query: URLSearchParams;
	headers: IncomingHttpHeaders;
	body: string;
	length: number;
}

type Reply = { status?: number; body?: string; delayMs?: number };

const COMPONENT = '/cgi-bin/component/';
const ACCOUNT = 'wx00000000000000a1';

let receiver: Receiver;
let eventUrl: string;
let received: Received[];
let replies: Reply[];
let sandbox: Sandbox;
let controls: Controls;
let platform: PlatformConsole;

async function readAll(request: IncomingMessage): Promise<Buffer> {
	const chunks: Buffer[] = [];
	for await (const chunk of request) chunks.push(chunk as Buffer);
	return Buffer.concat(chunks);
}

async function receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
	const raw = await readAll(request);
	received.push({
		method: request.method ?? '',
		query: new URL(request.url ?? '', 'http://x').searchParams,
		headers: request.headers,
		body: raw.toString('utf8', 0, 100_000),
		length: raw.length,
	});
	const { status = 200, body = 'success', delayMs = 0 } = replies.shift() ?? {};
	setTimeout(() => response.writeHead(status).end(body), delayMs).unref();
}

/** The text of an element, in CDATA or plain. */
function element(xml: string, name: string): string {
	const found = new RegExp(`<${name}>(?:<!\\[CDATA\\[)?([^\\]<]*)`).exec(xml);
	if (!found) throw new Error(`no ${name} in ${xml}`);
	return found[1];
}

/** Checks signature and appid as a platform does. Returns the decrypted XML. */
function open({ query, body }: Received): string {
	const encrypted = element(body, 'Encrypt');
	const parts = [platform.messageToken, query.get('timestamp') ?? '', query.get('nonce') ?? ''];
	expect(query.get('signature')).toBe(signatureOf(...parts));
	expect(query.get('msg_signature')).toBe(signatureOf(...parts, encrypted));
	const { appId, message } = decrypt(encrypted, platform.encodingAesKey);
	expect(appId).toBe(platform.appId);
	expect(element(body, 'AppId')).toBe(platform.appId);
	return message;
}

beforeAll(async () => {
	receiver = new Receiver((request, response) => {
		receive(request, response).catch(() => response.destroy());
	});
	await receiver.start();
	eventUrl = receiver.url('/webhook/events');
	sandbox = await startSandbox();
	controls = sandbox.controls;
});

afterAll(async () => {
	await sandbox.close();
	receiver.close();
});

beforeEach(async () => {
	received = [];
	replies = [];
	await controls.reset();
	await controls.configure({ pushRetryDelayMs: 1 });
	platform = await controls.addPlatform({ appId: PLATFORM, eventUrl });
});

describe('Pushes', () => {
	test('A ticket is pushed with the key under test and with the published one', async () => {
		const published = platform;
		const key = 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG';
		const { test: copy } = await controls.changeTestCopy({ encodingAesKey: key });
		await controls.pushTicket();
		expect(received).toHaveLength(2);
		const [first, second] = received;
		const ticket = element(open(first), 'ComponentVerifyTicket');
		platform = { ...published, ...copy };
		expect(element(open(second), 'ComponentVerifyTicket')).toBe(ticket);
		expect((await controls.pushes()).map(({ isTest }) => isTest)).toEqual([false, true]);
		expect(await controls.publish()).toBe(true);
		received = [];
		await controls.pushTicket();
		expect(received).toHaveLength(1);
		open(received[0]);
	});

	test('A ticket arrives in the documented form', async () => {
		const record = await controls.pushTicket();
		expect(record).toMatchObject({ sequence: 1, delivered: true, skipped: null });
		expect(record.answers).toEqual([
			{ status: 200, body: 'success', ms: expect.any(Number), error: null },
		]);
		const [push] = received;
		expect(push.method).toBe('POST');
		expect(push.headers['content-type']).toBe('text/xml');
		expect([...push.query.keys()]).toEqual([
			'signature',
			'timestamp',
			'nonce',
			'encrypt_type',
			'msg_signature',
		]);
		expect(push.query.get('encrypt_type')).toBe('aes');
		const time = Number(push.query.get('timestamp'));
		expect(Math.abs(Date.now() / 1000 - time)).toBeLessThan(60);
		expect(open(push)).toBe(
			[
				'<xml>',
				`<AppId><![CDATA[${PLATFORM}]]></AppId>`,
				`<CreateTime>${time}</CreateTime>`,
				'<InfoType><![CDATA[component_verify_ticket]]></InfoType>',
				`<ComponentVerifyTicket><![CDATA[${await controls.lastTicket()}]]></ComponentVerifyTicket>`,
				'</xml>',
			].join('\n'),
		);
		expect(JSON.stringify(await controls.pushes())).not.toContain('ticket@@@');
	});

	test('A repeated push has the same bytes', async () => {
		await controls.configure({ pushTries: 1 });
		await controls.setEventUrl(`${eventUrl.replace(/:\d+/, ':1')}`);
		const { sequence, delivered } = await controls.pushTicket();
		expect(delivered).toBe(false);
		const record = await controls.repeatPush(sequence, eventUrl);
		expect(record).toMatchObject({ delivered: true, answers: [{ status: null }, { status: 200 }] });
		await controls.repeatPush(sequence, eventUrl);
		expect(received[1]).toEqual(received[0]);
		await expect(controls.repeatPush(sequence)).resolves.toMatchObject({ delivered: true });
		await expect(controls.repeatPush(99)).rejects.toThrow('no push 99');
	});

	test('An event URL keeps its own query', async () => {
		await controls.setEventUrl(`${eventUrl}?secret=1`);
		await controls.pushTicket();
		expect(received[0].query.get('secret')).toBe('1');
		expect(open(received[0])).toContain('component_verify_ticket');
	});

	test.each<[string, Reply]>([
		['"success" with a line break', { body: 'success\n' }],
		['"success" in quotes', { body: '"success"' }],
		['JSON', { body: '{"message":"success"}' }],
		['another status', { status: 201 }],
		['405', { status: 405 }],
		['a redirect', { status: 302 }],
		['a late answer', { delayMs: 1000 }],
	])('A push answered with %s is not delivered', async (_name, reply) => {
		await controls.configure({ pushTimeoutMs: 300, pushTries: 2 });
		replies = [reply, reply];
		const record = await controls.pushTicket();
		expect(record.delivered).toBe(false);
		expect(record.answers).toHaveLength(2);
		expect(record.answers[0].error).toBe(reply.delayMs ? 'timeout' : null);
	});

	test('A push is tried up to three times with the same bytes', async () => {
		replies = [{ status: 500 }, { body: '' }];
		const record = await controls.pushTicket();
		expect(record.delivered).toBe(true);
		expect(record.answers.map(({ status, body }) => [status, body])).toEqual([
			[500, 'success'],
			[200, ''],
			[200, 'success'],
		]);
		expect(received[2]).toMatchObject({ body: received[0].body, query: received[0].query });
		replies = [{ status: 500 }, { status: 500 }, { status: 500 }];
		expect((await controls.pushTicket()).answers).toHaveLength(3);
		await controls.setEventUrl('http://127.0.0.1:1/');
		expect((await controls.pushTicket()).answers[2].error).toMatch(/ECONNREFUSED/);
		expect(await controls.pushes({ delivered: true })).toHaveLength(1);
		expect(await controls.pushes({ delivered: false, afterSequence: 2 })).toHaveLength(1);
	});

	test('An authorization, its change and its end are pushed', async () => {
		await controls.addAccount({ appId: ACCOUNT, status: 'none' });
		const granted = await controls.authorize({ account: ACCOUNT, permissionSets: [33] });
		expect(granted.push.delivered).toBe(true);
		const message = open(received[0]);
		expect(element(message, 'InfoType')).toBe('authorized');
		expect(element(message, 'AuthorizerAppid')).toBe(ACCOUNT);
		expect(element(message, 'AuthorizationCode')).toBe(granted.authorizationCode);
		expect(element(message, 'AuthorizationCodeExpiredTime')).toBe(String(granted.expiredTime));
		expect(Math.abs(granted.expiredTime - Date.now() / 1000 - 3600)).toBeLessThan(60);
		expect(element(message, 'PreAuthCode')).toMatch(/^preauthcode@@@/);
		await controls.reauthorize({ account: ACCOUNT, permissionSets: [33] });
		expect(received).toHaveLength(1);
		await controls.reauthorize({ account: ACCOUNT, permissionSets: [33, 1] });
		expect(element(open(received[1]), 'InfoType')).toBe('updateauthorized');
		expect(await controls.withdraw(ACCOUNT)).toMatchObject({ infoType: 'unauthorized' });
		expect(element(open(received[2]), 'AuthorizerAppid')).toBe(ACCOUNT);
	});

	test('Any other push can be sent, with characters that XML has to escape', async () => {
		const remote = connectSandbox(sandbox.url);
		const fields = { appid: ACCOUNT, status: 0, name: '茶]]>馆<&' };
		await remote.push('notify_3rd_wxa_auth', fields);
		expect(open(received[0])).toContain('<name><![CDATA[茶]]]]><![CDATA[>馆<&]]></name>');
		await remote.configure({ pushCdata: 'none' });
		await remote.push('notify_3rd_wxa_auth', fields);
		expect(open(received[1])).toContain('<name>茶]]&gt;馆&lt;&amp;</name>');
		await remote.configure({ pushCdata: 'all' });
		await remote.push('notify_3rd_wxa_auth', fields);
		expect(open(received[2])).toContain('<status><![CDATA[0]]></status>');
	});

	test('A push can have repeated and nested elements', async () => {
		const info = { name: 'Tea', tags: ['a', 'b'] };
		const list = [
			{ id: 1, empty: '' },
			{ id: 2, empty: 'no' },
		];
		const fields = { list, info };
		await connectSandbox(sandbox.url).push('order_path_audit_result_notify', fields);
		expect(open(received[0])).toContain(
			[
				'<list><id>1</id><empty><![CDATA[]]></empty></list>',
				'<list><id>2</id><empty><![CDATA[no]]></empty></list>',
				'<info><name><![CDATA[Tea]]></name><tags><![CDATA[a]]></tags><tags><![CDATA[b]]></tags></info>',
			].join('\n'),
		);
		const push = async (value: unknown) => await controls.push('x', { value } as never);
		await expect(push(null)).rejects.toThrow('a text, a number, elements or a list of them');
		await expect(push([['nested']])).rejects.toThrow('elements or a list of them');
	});

	test('The end of a code can be a number of seconds', async () => {
		await controls.configure({ codeExpiryInSeconds: true });
		await controls.addAccount({ appId: ACCOUNT, status: 'none' });
		const { expiredTime } = await controls.authorize({ account: ACCOUNT });
		expect(expiredTime).toBe(3600);
		expect(element(open(received[0]), 'AuthorizationCodeExpiredTime')).toBe('3600');
	});

	test('The push of an authorization can come late or not at all', async () => {
		await controls.addAccount({ appId: ACCOUNT, status: 'none' });
		await controls.configure({ delayAuthorizationPush: 150 });
		const authorizing = controls.authorize({ account: ACCOUNT, permissionSets: [1] });
		await controls.pushTicket();
		expect(await authorizing).toMatchObject({ push: { delivered: true, skipped: null } });
		const names = received.map((one) => element(open(one), 'InfoType'));
		expect(names).toEqual(['component_verify_ticket', 'authorized']);
		await controls.configure({ delayAuthorizationPush: 'drop' });
		const changed = await controls.reauthorize({ account: ACCOUNT, permissionSets: [1, 33] });
		expect(changed).toMatchObject({ push: { delivered: false, skipped: 'dropped', answers: [] } });
		expect(changed?.authorizationCode).toMatch(/^queryauthcode@@@/);
		expect(received).toHaveLength(2);
		const wrong = { delayAuthorizationPush: 'never' as never };
		await expect(controls.configure(wrong)).rejects.toThrow('milliseconds or "drop"');
	});

	test('The registration of a Mini Program is pushed with a code', async () => {
		await controls.addAccount({ appId: ACCOUNT, kind: 'miniProgram', status: 'none' });
		const { authorizationCode, push } = await controls.registerAccount(ACCOUNT);
		expect(push).toMatchObject({ infoType: 'notify_third_fasteregister', delivered: true });
		const message = open(received[0]);
		expect(element(message, 'appid')).toBe(ACCOUNT);
		expect(element(message, 'auth_code')).toBe(authorizationCode);
		expect(message).toContain('<info><name><![CDATA[Sandbox Company]]></name><code><![CDATA[9135');
		await expect(controls.registerAccount(ACCOUNT)).rejects.toThrow('already registered');
	});

	test('Tickets are pushed on schedule, can repeat, and do not come while stopped', async () => {
		await controls.changePlatform({ pushingStopped: true });
		await controls.pushTicket();
		expect(received).toHaveLength(0);
		const first = await controls.lastTicket();
		const start = { component_appid: PLATFORM, component_secret: platform.appSecret };
		await controls.configure({ repeatTicket: true });
		await fetch(`${sandbox.url}${COMPONENT}api_start_push_ticket`, {
			method: 'POST',
			body: JSON.stringify(start),
		});
		while (received.length === 0) await new Promise(setImmediate);
		expect(open(received[0])).toContain(first);
		await controls.configure({ repeatTicket: false, ticketIntervalSeconds: 1 });
		while (received.length === 1) await new Promise((resolve) => setTimeout(resolve, 20));
		await controls.configure({ ticketIntervalSeconds: 0 });
		expect(open(received[1])).not.toContain(first);
	});

	test('The times of pushes follow the clock of the local WeChat or of the system', async () => {
		await controls.advanceClock(10_000);
		await controls.pushTicket();
		await controls.configure({ pushesUseSystemClock: true });
		await controls.pushTicket();
		const [late, now] = received.map(({ query }) => Number(query.get('timestamp')));
		expect(late - now).toBeGreaterThan(9000);
	});

	test('A reset ends pushes on their way', async () => {
		replies = [{ delayMs: 60_000 }];
		const push = controls.pushTicket();
		while (received.length === 0) await new Promise(setImmediate);
		await controls.reset();
		expect((await push).answers).toMatchObject([{ status: null, error: 'stopped' }]);
		expect(await controls.pushes()).toStrictEqual([]);
	});
});

describe('Broken pushes', () => {
	const send = async (raw: RawPush): Promise<Received> => {
		expect(await controls.pushRaw(raw)).toMatchObject({ status: 200, body: 'success' });
		return received[received.length - 1];
	};

	test('A raw push without a flaw is valid, but its ticket is unknown', async () => {
		const message = open(await send({}));
		expect(element(message, 'ComponentVerifyTicket')).toMatch(/^ticket@@@flawed/);
		expect(await controls.pushes()).toStrictEqual([]);
		expect(await controls.lastTicket()).toBeNull();
	});

	test.each<PushFlaw>(['wrongSignature', 'changedBytes'])(
		'A push with the flaw %s has a wrong signature',
		async (flaw) => {
			const push = await send({ flaw });
			expect(() => open(push)).toThrow('toBe');
		},
	);

	test.each<[PushFlaw, RegExp]>([
		['badPadding', /padding/],
		['lengthTooLarge', /length/],
		['wrongKey', /./],
		['notBase64', /./],
		['shortCiphertext', /./],
		['otherAppId', /toBe/],
	])('A push with the flaw %s has a right signature but cannot be read', async (flaw, error) => {
		const push = await send({ flaw });
		const { query, body } = push;
		const signed = [query.get('timestamp') ?? '', query.get('nonce') ?? ''];
		expect(query.get('msg_signature')).toBe(
			signatureOf(
				platform.messageToken,
				...signed,
				/CDATA\[([^\]]*)\]\]><\/E/.exec(body)?.[1] ?? '',
			),
		);
		expect(() => open(push)).toThrow(error);
	});

	test.each<[PushFlaw, RegExp]>([
		['innerNotXml', /^\{/],
		['nestedEntities', /^<!DOCTYPE xml \[<!ENTITY e0 .*&e8;&e8;.*<Bomb>&e9;/s],
		['doctype', /SYSTEM "file:.*&file;/s],
		['outerDoctype', /^<xml>/],
		['misprintedEnd', /<xml>$/],
		['controlCharacters', /\u0001<\/InfoType>/],
	])('A push with the flaw %s can be decrypted', async (flaw, text) => {
		expect(open(await send({ flaw }))).toMatch(text);
	});

	test('A push can have any method, body, query and time', async () => {
		expect(await send({ flaw: 'get' })).toMatchObject({ method: 'GET', length: 0 });
		expect(await send({ flaw: 'emptyBody' })).toMatchObject({ method: 'POST', length: 0 });
		expect((await send({ flaw: 'truncated' })).body).toMatch(/^<xml>.*[^>]$/s);
		expect((await send({ flaw: 'notXml' })).body).toMatch(/^AppId=wx.*&Encrypt=/);
		expect((await send({ flaw: 'outerDoctype' })).body).toMatch(/^<!DOCTYPE/);
		expect(await send({ flaw: 'hugeBody', bytes: 3_000_000 })).toMatchObject({ length: 3_000_000 });
		expect((await send({ omit: ['msg_signature', 'nonce'] })).query.has('nonce')).toBe(false);
		const old = await send({ timestamp: 1, nonce: 'n', message: '<xml/>', method: 'PUT' });
		expect(old).toMatchObject({ method: 'PUT' });
		expect(open(old)).toBe('<xml/>');
		expect((await send({ body: 'x' })).body).toBe('x');
		expect(open(await send({ infoType: 'y', fields: { z: 1 } }))).toContain('<z>1</z>');
	});

	test('A replay has the old bytes', async () => {
		const { sequence } = await controls.pushTicket();
		await controls.advanceClock(86_400);
		const replay = await send({ replayOf: sequence });
		expect(replay).toMatchObject({ body: received[0].body, query: received[0].query });
		await expect(controls.pushRaw({ replayOf: 9 })).rejects.toThrow('no push 9 was sent');
	});

	test('A receiver can refuse a push early', async () => {
		await controls.setEventUrl(null);
		await expect(controls.pushRaw({})).rejects.toThrow('no event URL');
		const refuser = new Receiver((_request, response) => response.writeHead(413).end('no'));
		await refuser.start();
		const url = refuser.url('/');
		const answer = await controls.pushRaw({ flaw: 'hugeBody', bytes: 30_000_000, url });
		expect(answer).toMatchObject({ status: 413, body: 'no' });
		refuser.close();
	});
});
