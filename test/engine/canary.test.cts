import { ErrorReporter, LoadOptionsContext } from 'n8n-core';
import { LoggerProxy, type ICredentialDataDecryptedObject } from 'n8n-workflow';
import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';

import { WeChatMiniProgramLink } from '../../nodes/WeChatMiniProgramLink/WeChatMiniProgramLink.node';
import { setUp, type RunResult } from './engine.cts';
import { mp, mpItems, OA, useWorld, withOptions } from './world.cts';

const TOKEN = 'canary_pasted_token_0123456789';
const STORED = 'canary_stored_token_0123456789';
const HEADER = 'canary_header_value_0123456789';
const CANARIES = [TOKEN, STORED, HEADER];

/** What n8n-core makes its parts with: its own copies of these packages, not those beside it. */
interface Parts {
	get<T>(part: abstract new (...values: never[]) => T): T;
	set(part: unknown, value: unknown): void;
}
const requireOfCore = createRequire(require.resolve('n8n-core'));
const { Container } = requireOfCore('@n8n/di') as { Container: Parts };
const { Logger } = requireOfCore('@n8n/backend-common') as { Logger: unknown };

const world = useWorld();
const logged: unknown[] = [];
let echo: Server;
let echoUrl: string;

/** Repeats what it was asked with, as a proxy's page for faults does. */
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
	logged.length = 0;
	const note = (...values: unknown[]) => void logged.push(values);
	for (const method of ['error', 'warn', 'info', 'debug', 'log'] as const) {
		jest.spyOn(console, method).mockImplementation(note);
	}
	const logger = { error: note, warn: note, info: note, debug: note, scoped: () => logger };
	LoggerProxy.init(logger);
	Container.set(Logger, logger);
	// It logs what it is given; the whole of that is looked at.
	jest.spyOn(Container.get(ErrorReporter), 'error').mockImplementation(note);
	await world.controls.issueToken(OA, { value: TOKEN });
	world.credential = { ...world.credential, accessToken: TOKEN };
});

afterEach(() => jest.restoreAllMocks());

/** Everything that can be read off a value: what is enumerable and what is not, stacks and causes. */
function textOf(value: unknown): string {
	const seen = new Set<unknown>();
	const parts = [inspect(value, { depth: 20, showHidden: true, maxStringLength: null })];
	const visit = (error: unknown): void => {
		if (typeof error !== 'object' || error === null || seen.has(error)) return;
		seen.add(error);
		for (const key of ['message', 'description', 'stack', 'cause', 'context', 'messages']) {
			const part = (error as Record<string, unknown>)[key];
			parts.push(typeof part === 'string' ? part : inspect(part, { depth: 20, showHidden: true }));
			visit(part);
		}
	};
	visit(value);
	return parts.join('\n');
}

function expectNoCanary(...values: unknown[]): void {
	const text = [...values, ...logged].map(textOf).join('\n');
	for (const canary of CANARIES) {
		expect(text.includes(canary) ? `${canary} in ${around(text, canary)}` : '').toBe('');
		expect(text).not.toContain(encodeURIComponent(canary));
	}
}

const around = (text: string, part: string): string => {
	const at = text.indexOf(part);
	return text.slice(Math.max(0, at - 200), at + 100);
};

/** What n8n keeps and shows of a run; the stored credential is encrypted there. */
function expectClean(run: RunResult): void {
	expectNoCanary(run.run, run.outputs, run.hints, run.error);
	const { resultData } = run.run.data;
	expect(JSON.stringify(resultData)).toEqual(expect.stringContaining('Items'));
	for (const canary of CANARIES) expect(JSON.stringify(resultData)).not.toContain(canary);
}

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
	['the URL is none', async () => void (world.credential.apiBaseUrl = 'weixin')],
	['a proxy repeats the URL', async () => void (world.credential.apiBaseUrl = `${echoUrl}/html`)],
];
const OPTIONS = withOptions({ maxTries: 1, timeout: 200 });

describe.each(['link', 'getStatus', 'getMany'])(
	'a pasted token stays secret in %s',
	(operation) => {
		it.each(SITUATIONS)('when %s', async (_, arrange) => {
			await arrange();
			const appIds = [mp(0), 'nonsense'];
			expectClean(await world.run({ operation, appIds, parameters: OPTIONS }));
		});

		it.each(SITUATIONS)('when %s, and the mode is Single', async (_, arrange) => {
			await arrange();
			const parameters = { outputMode: 'single', ...OPTIONS };
			expectClean(await world.run({ operation, parameters }));
			const onError = 'continueRegularOutput';
			expectClean(await world.run({ operation, parameters, onError }));
		});
	},
);

describe('a token service\u2019s secrets stay secret', () => {
	const kept = (): ICredentialDataDecryptedObject =>
		world.tokenService({ tokenServiceHeaderName: 'X-Key', tokenServiceHeaderValue: HEADER });

	const run = async (fields: ICredentialDataDecryptedObject = {}, outputMode = 'category') =>
		await world.run({
			items: mpItems(3),
			credential: { ...kept(), ...fields },
			parameters: { outputMode, ...OPTIONS },
		});

	it('when a token is fetched and kept', async () => {
		await world.controls.setTokenService({ fixedToken: TOKEN });
		const result = await run();
		expect(result.stored.authorizerAccessToken).toBe(TOKEN);
		expect(result.outputs[0]).toHaveLength(3);
		expectClean(result);
	});

	it('when a kept token is used, and when it is rejected and renewed', async () => {
		await world.controls.issueToken(OA, { value: STORED });
		await world.controls.setTokenService({ fixedToken: STORED });
		const first = await run();
		expectClean(await run(first.stored));
		await world.controls.setTokenService({ fixedToken: null });
		await world.controls.replaceToken(OA);
		expectClean(await run(first.stored));
	});

	it.each(['category', 'single'])('when it gives none (%s)', async (outputMode) => {
		for (const failure of ['notJson', 'noToken'] as const) {
			await world.controls.setTokenService({ failure });
			expectClean(await run({}, outputMode));
		}
		expectClean(await run({ tokenServiceUrl: `${echoUrl}/html` }, outputMode));
		expectClean(await run({ tokenServiceUrl: `tokens ${HEADER}` }, outputMode));
	});

	it('when it is down (HTTP 500)', async () => {
		await world.controls.setTokenService({ failure: 'http500' });
		expectClean(await run());
	});

	it('when nobody listens there', async () => {
		expectClean(await run({ tokenServiceUrl: 'http://127.0.0.1:1' }, 'single'));
	});

	it('when WeChat repeats a token that was just renewed', async () => {
		await world.controls.setTokenService({ fixedToken: TOKEN });
		await world.controls.answerWith({}, { errcode: 777001, errmsg: `what is ${TOKEN} ?` });
		expectClean(await run());
		expectClean(await run({}, 'single'));
	});
});

it('the list in the editor keeps the token secret when it is rejected', async () => {
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

describe('the search for a canary', () => {
	it('sees what n8n logs about a run that failed', async () => {
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
	])('finds it in %s', (_, error) => {
		expect(() => expectNoCanary({ deep: { error } })).toThrow();
	});

	it('finds it in what was logged', () => {
		console.error(`oops ${TOKEN}`);
		expect(() => expectNoCanary('')).toThrow();
	});
});
