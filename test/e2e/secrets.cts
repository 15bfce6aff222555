import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { ICredentialDataDecryptedObject } from 'n8n-workflow';
import type { Page } from 'playwright-core';

import { openEditor } from '../n8n/browser.cts';
import { openCredential } from './panel.cts';
import { mpItems, NODE } from './workflows.cts';
import type { World } from './world.cts';

const TOKEN = 'canary_pasted_token_0123456789';
const STORED = 'canary_stored_token_0123456789';
const HEADER = 'canary_header_value_0123456789';
const NOBODY = 'http://127.0.0.1:1';
/** A text that each search has to find, so that a search that finds no secret has really searched. */
const CONTROL = 'The answer is not WeChat';

/** Searches everything that n8n keeps, prints and shows for the secrets of credentials. */
export function testSecrets(world: World): void {
	let hostile: Hostile;
	/** Ids by situation. */
	const credentials = new Map<string, string>();
	const workflows = new Map<string, string>();
	const executions: string[] = [];

	beforeAll(async () => {
		hostile = await startHostile();
		await prepareTokens(world);
		for (const [name, fields] of Object.entries(credentialsOf(world, hostile))) {
			credentials.set(name, await world.addCredential(fields));
		}
		const runs = [...credentials].flatMap(([name, credential]) =>
			[
				['link', 'category'],
				['getMany', 'single'],
			].map(async ([operation, outputMode]) => {
				const parameters = { outputMode, options: { maxTries: 1 } };
				const items = mpItems(2);
				const id = await world.addWorkflow({ items, credential, operation, parameters });
				workflows.set(`${name}, ${operation}, ${outputMode}`, id);
				const execution = await world.running.runWorkflow(id);
				executions.push(String(execution.id));
			}),
		);
		await Promise.all(runs);
	});

	afterAll(() => hostile.close());

	it('The secrets were sent to a hostile address, which repeats them', () => {
		const seen = hostile.seen.join('\n');
		for (const canary of [TOKEN, STORED, HEADER]) expect(seen).toContain(canary);
	});

	it('n8n shows no secret in any execution', async () => {
		expect(executions).toHaveLength(workflows.size);
		const data = executions.map((id) => world.running.rest.get<object>(`/rest/executions/${id}`));
		const list = world.running.rest.get<object>('/rest/executions?limit=100');
		expectClean(JSON.stringify(await Promise.all([list, ...data])));
	});

	it('No file that n8n keeps contains a secret, not even the database', () => {
		const folder = join(world.userFolder, '.n8n');
		const files = filesIn(folder).map((file) => readFileSync(file, 'latin1'));
		expect(files.length).toBeGreaterThan(1);
		expectClean(files.join('\n'));
	});

	it('The log contains no secret at the level debug', () => {
		expectClean(world.printed);
	});

	it('A browser receives and shows no secret', async () => {
		const editor = await openEditor(world.running);
		try {
			const got = recordTraffic(editor.page);
			for (const name of ['a page answers, link, category', 'JSON answers, getMany, single']) {
				await editor.openWorkflow(workflows.get(name) ?? name);
				await editor.execute();
				await editor.openNode(NODE);
				got.push(await shownBy(editor.page));
				await editor.closeNode();
			}
			for (const name of ['JSON answers', 'a token service, and JSON answers']) {
				const id = credentials.get(name) ?? name;
				await openCredential(editor.page, world.running.url, id);
				got.push(await shownBy(editor.page));
			}
			expectClean(got.join('\n'));
		} finally {
			await editor.close();
		}
	});
}

/** Has the local WeChat accept the tokens. */
async function prepareTokens({ controls }: World): Promise<void> {
	await controls.addAccount({ appId: 'wxcccccccccccccc01' });
	await controls.addAccount({ appId: 'wxcccccccccccccc02' });
	await controls.issueToken('wxcccccccccccccc01', { value: TOKEN });
	await controls.issueToken('wxcccccccccccccc02', { value: STORED });
	const secretHeader = { name: 'X-Key', value: HEADER };
	await controls.setTokenService({ fixedToken: STORED, secretHeader });
}

function credentialsOf(
	{ url }: World,
	hostile: Hostile,
): Record<string, ICredentialDataDecryptedObject> {
	const pasted = (apiBaseUrl: string) => ({ accessToken: TOKEN, apiBaseUrl });
	const service = (tokenServiceUrl: string, apiBaseUrl = url) => ({
		tokenSource: 'tokenService',
		tokenServiceUrl,
		tokenServiceHeaderName: 'X-Key',
		tokenServiceHeaderValue: HEADER,
		apiBaseUrl,
	});
	const good = `${url}/_sandbox/token-service/wxcccccccccccccc02`;
	return {
		'all is well': pasted(url),
		'a page answers': pasted(`${hostile.url}/200`),
		'a page for 404 answers': pasted(`${hostile.url}/404`),
		'a page for 502 answers': pasted(`${hostile.url}/502`),
		'JSON answers': pasted(`${hostile.url}/json`),
		'nobody answers': pasted(NOBODY),
		'a token service': service(good),
		'a token service, and a page answers': service(good, `${hostile.url}/200`),
		'a token service, and JSON answers': service(good, `${hostile.url}/json`),
		'a token service that is a page': service(`${hostile.url}/200`),
		'a token service that is other JSON': service(`${hostile.url}/json`),
		'a token service that fails': service(`${hostile.url}/500`),
		'a token service that is not there': service(NOBODY),
	};
}

/** Collects everything that comes over the network from now on. */
function recordTraffic(page: Page): string[] {
	const got: string[] = [];
	page.on('response', (response) => {
		if (!/\/rest\//.test(response.url())) return;
		void response.text().then(
			(text) => got.push(text),
			() => undefined,
		);
	});
	page.on('websocket', (socket) => {
		socket.on('framereceived', ({ payload }) => got.push(payload.toString()));
	});
	return got;
}

/** The page and the values of its fields. */
async function shownBy(page: Page): Promise<string> {
	const fields = await page
		.locator('input, textarea')
		.evaluateAll((elements) =>
			elements.map((element) => ('value' in element ? String(element.value) : '')),
		);
	return [await page.content(), ...fields].join('\n');
}

function filesIn(folder: string): string[] {
	return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
		const path = join(folder, entry.name);
		if (entry.name === 'nodes' || entry.name === 'node_modules') return [];
		return entry.isDirectory() ? filesIn(path) : [path];
	});
}

function expectClean(text: string): void {
	expect(text.includes(CONTROL)).toBe(true);
	const found = [TOKEN, STORED, HEADER].flatMap((canary) => {
		const at = text.indexOf(canary);
		return at < 0 ? [] : [text.slice(Math.max(0, at - 200), at + 100)];
	});
	expect(found).toStrictEqual([]);
}

/** A server that is not WeChat and repeats each request, as some error pages do. */
interface Hostile {
	/** Answers with a page and the HTTP status in the path, such as `/404`. */
	readonly url: string;
	/** The requests, as text. */
	readonly seen: string[];
	close(): void;
}

/** Starts the server; `/json` answers like WeChat, with the whole address in errmsg. */
async function startHostile(): Promise<Hostile> {
	const seen: string[] = [];
	const server = createServer((request, response) => {
		const [, kind = ''] = /^\/(\w+)/.exec(request.url ?? '') ?? [];
		const text = `unexpected request ${request.url} with ${JSON.stringify(request.headers)}`;
		seen.push(text);
		if (kind === 'json') {
			response.writeHead(200, { 'content-type': 'application/json' });
			response.end(JSON.stringify({ errcode: 777002, errmsg: text }));
		} else {
			response.writeHead(Number(kind), { 'content-type': 'text/html' });
			response.end(`<html><body>${text}</body></html>`);
		}
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as AddressInfo;
	return { url: `http://127.0.0.1:${port}`, seen, close: () => void server.close() };
}
