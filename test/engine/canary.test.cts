import { LoadOptionsContext } from 'n8n-core';
import type { ICredentialDataDecryptedObject } from 'n8n-workflow';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { WeChatMiniProgramLink } from '../../nodes/WeChatMiniProgramLink/WeChatMiniProgramLink.node';
import { Canaries, textOf } from './canary.cts';
import { setUp, type RunResult } from './engine.cts';
import { mp, mpItems, OA, useWorld, withOptions } from './world.cts';

const TOKEN = 'canary_pasted_token_0123456789';
const STORED = 'canary_stored_token_0123456789';
const HEADER = 'canary_header_value_0123456789';
const CANARIES = [TOKEN, STORED, HEADER];

const world = useWorld();
const watcher = new Canaries(CANARIES);
const { logged } = watcher;
const expectNoCanary = (...values: unknown[]) => watcher.expectNone(...values);
const expectClean = (run: RunResult) => watcher.expectClean(run);
let echo: Server;
let echoUrl: string;

/** Starts a server that repeats each request, as the error page of a proxy does. */
beforeAll(async () => {
	echo = createServer((request, response) => {
		response.end(
			request.url?.startsWith('/html')
				? `<html>${request.url} ${HEADER}</html>`
				: JSON.stringify({ errcode: 777001, errmsg: `bad request ${request.url} ${HEADER}` }),
		);
	});
	await new Promise<void>((resolve) => echo.listen(0, '127.0.0.1', resolve));
	echoUrl = `http://127.0.0.1:${(echo.address() as AddressInfo).port}`;
});

afterAll(() => echo.close());

beforeEach(async () => {
	watcher.watch();
	await world.controls.issueToken(OA, { value: TOKEN });
	world.credential = { ...world.credential, accessToken: TOKEN };
});

afterEach(() => watcher.unwatch());

const SITUATIONS: Array<[string, () => Promise<unknown>]> = [
	['all goes well', async () => {}],
	['WeChat rejects the token', async () => await world.controls.replaceToken(OA)],
	['WeChat is busy', async () => await world.controls.answerWith({}, { errcode: -1 })],
	['a page answers', async () => await world.controls.answerWith({}, { htmlStatus: 200 })],
	['HTTP 502 answers', async () => await world.controls.answerWith({}, { htmlStatus: 502 })],
	['the connection is closed', async () => await world.controls.answerWith({}, { drop: true })],
	['half an answer comes', async () => await world.controls.answerWith({}, { truncate: true })],
	['the answer is late', async () => await world.controls.answerWith({}, { delayMs: 1000 })],
	[
		'the answer repeats the token',
		async () =>
			await world.controls.answerWith({}, { errcode: 40001, errmsg: `invalid token ${TOKEN} !` }),
	],
	['nobody listens', async () => void (world.credential.apiBaseUrl = 'http://127.0.0.1:1')],
	['the host is unknown', async () => void (world.credential.apiBaseUrl = 'http://no.invalid')],
	['the URL is invalid', async () => void (world.credential.apiBaseUrl = 'weixin')],
	['a proxy repeats the URL', async () => void (world.credential.apiBaseUrl = `${echoUrl}/html`)],
];
const OPTIONS = withOptions({ maxTries: 1, timeout: 200 });

describe.each(['link', 'getStatus', 'getMany'])('Pasted token in %s', (operation) => {
	it.each(SITUATIONS)('A pasted token stays secret when %s', async (_, arrange) => {
		await arrange();
		const appIds = [mp(0), 'nonsense'];
		expectClean(await world.run({ operation, appIds, parameters: OPTIONS }));
		const parameters = { outputMode: 'single', ...OPTIONS };
		expectClean(await world.run({ operation, parameters }));
		const onError = 'continueRegularOutput';
		expectClean(await world.run({ operation, parameters, onError }));
	});
});

describe('Secrets of a token service', () => {
	const kept = (): ICredentialDataDecryptedObject =>
		world.tokenService({ tokenServiceHeaderName: 'X-Key', tokenServiceHeaderValue: HEADER });

	const run = async (fields: ICredentialDataDecryptedObject = {}, outputMode = 'category') =>
		await world.run({
			items: mpItems(3),
			credential: { ...kept(), ...fields },
			parameters: { outputMode, ...OPTIONS },
		});

	it('Secrets of a token service stay secret when a token is fetched and kept', async () => {
		await world.controls.setTokenService({ fixedToken: TOKEN });
		const result = await run();
		expect(result.stored.authorizerAccessToken).toBe(TOKEN);
		expect(result.outputs[0]).toHaveLength(3);
		expectClean(result);
	});

	it('Secrets of a token service stay secret when a kept token is used, rejected and renewed', async () => {
		await world.controls.issueToken(OA, { value: STORED });
		await world.controls.setTokenService({ fixedToken: STORED });
		const first = await run();
		expectClean(await run(first.stored));
		await world.controls.setTokenService({ fixedToken: null });
		await world.controls.replaceToken(OA);
		expectClean(await run(first.stored));
	});

	it.each(['category', 'single'])(
		'Secrets of a token service stay secret when it returns no token (output mode %s)',
		async (outputMode) => {
			for (const failure of ['notJson', 'noToken'] as const) {
				await world.controls.setTokenService({ failure });
				expectClean(await run({}, outputMode));
			}
			expectClean(await run({ tokenServiceUrl: `${echoUrl}/html` }, outputMode));
			expectClean(await run({ tokenServiceUrl: `tokens ${HEADER}` }, outputMode));
		},
	);

	it('Secrets of a token service stay secret when it answers HTTP 500', async () => {
		await world.controls.setTokenService({ failure: 'http500' });
		expectClean(await run());
	});

	it('Secrets of a token service stay secret when nobody listens at its address', async () => {
		expectClean(await run({ tokenServiceUrl: 'http://127.0.0.1:1' }, 'single'));
	});

	it('Secrets of a token service stay secret when WeChat repeats a token', async () => {
		await world.controls.setTokenService({ fixedToken: TOKEN });
		await world.controls.answerWith({}, { errcode: 777001, errmsg: `what is ${TOKEN} ?` });
		expectClean(await run());
		expectClean(await run({}, 'single'));
	});
});

it('The list in the editor keeps a rejected token secret', async () => {
	await world.controls.answerWith({}, { errcode: 40001, errmsg: `bad ${TOKEN}` });
	for (const apiBaseUrl of [world.url, 'http://127.0.0.1:1', `${echoUrl}/html`]) {
		const credential = { ...world.credential, apiBaseUrl };
		const { workflow, node, additionalData } = setUp({ items: [], credential });
		const context = new LoadOptionsContext(workflow, node, additionalData, '');
		const { searchMiniProgramLinks } = new WeChatMiniProgramLink().methods.listSearch;
		const error: unknown = await searchMiniProgramLinks.call(context).catch((e: unknown) => e);
		expect(error).toBeInstanceOf(Error);
		expectNoCanary(error);
	}
});

describe('Search for canaries', () => {
	it('The search for canaries sees what n8n logs about a failed run', async () => {
		await world.controls.answerWith({}, { errcode: 89013 });
		await world.run({ parameters: { outputMode: 'single' } });
		expect(logged.map(textOf).join()).toContain('89013');
	});

	const withField = (field: string, value: unknown): Error =>
		Object.assign(new Error('harmless'), { [field]: value });

	it.each<[string, Error]>([
		['a message', new Error(`no ${TOKEN}`)],
		['a cause', new Error('no', { cause: new Error(HEADER) })],
		['a description', withField('description', TOKEN)],
		['a stack', withField('stack', `at ${STORED}`)],
		['a context', withField('context', { data: { config: { url: TOKEN } } })],
	])('The search for canaries finds one in %s', (_, error) => {
		expect(() => expectNoCanary({ deep: { error } })).toThrow();
	});

	it('The search for canaries finds one in the log', () => {
		console.error(`oops ${TOKEN}`);
		expect(() => expectNoCanary('')).toThrow();
	});
});
