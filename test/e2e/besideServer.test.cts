import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { IDataObject, INodeParameters } from 'n8n-workflow';

import { exampleWorkflow } from '../n8n/examples.cts';
import { waitFor } from '../n8n/waitFor.cts';
import type { Workflow } from '../n8n/n8n.cts';
import { ProviderServer } from '../provider/server.cts';
import { testForm } from './besideServerForm.cts';
import { itemsFor, pushWorkflow, sizesOf, WEBHOOK_PATH } from './platformWorkflows.cts';
import { PLATFORM, usePlatformWorld } from './platformWorld.cts';

/** How long WeChat waits for an answer. */
const PATIENCE_MS = 5000;
const TIMEOUT_MS = 60_000;
/** An address at which no server listens. */
const DEAD = 'http://127.0.0.1:1/wechat';
const HEADER = { name: 'X-Token-Key', value: 'key-canary-of-the-servers-token-request' };

const world = usePlatformWorld();
let server: ProviderServer;

beforeAll(async () => {
	server = new ProviderServer(await world.controls.platform(), world.url);
	await server.start();
});

afterAll(async () => await server.close());

const setCredential = async (fields: IDataObject) => {
	const { appId, appSecret, messageToken, encodingAesKey } = await world.controls.platform();
	await world.running.updateCredential({
		id: world.credential,
		name: 'Platform',
		type: 'weChatOpenPlatformApi',
		data: {
			componentAppId: appId,
			componentAppSecret: appSecret,
			messageToken,
			encodingAesKey,
			apiBaseUrl: world.url,
			...fields,
		},
	});
};

const minted = async () => (await world.controls.counters()).componentTokens[PLATFORM] ?? 0;

/** Has n8n make the tokens, and forward the ticket to the server. */
const n8nMakes = async () => {
	await publish({ forwardTo: server.pushUrl });
	// Overwrites the whole record, including what the trigger has filled in.
	await setCredential({ tokenSource: 'platform', allowTokenOutput: true });
	const before = server.pushes.length;
	await world.controls.pushTicket();
	await arrived(before + 1);
};

/** Publishes the trigger's workflow again with these parameters. */
const publish = async (parameters: INodeParameters = {}) => {
	await world.running.updateWorkflow(world.trigger, pushWorkflow(world.credential, parameters));
	await world.running.deactivateWorkflow(world.trigger);
	await world.running.activateWorkflow(world.trigger);
};

const arrived = async (count: number) => {
	const ask = async () => (server.pushes.length >= count ? true : null);
	await waitFor(ask, { what: `${count} pushes at the server`, timeoutMs: TIMEOUT_MS });
	return server.pushes.map(({ infoType }) => infoType);
};

describe('Server that makes the tokens', () => {
	const COUNT = 50;
	let accounts: string[];

	beforeAll(async () => {
		accounts = await world.controls.addAccounts(COUNT, { prefix: 'fe' });
		await publish({ forwardTo: server.pushUrl });
		await world.controls.pushTicket();
		await arrived(1);
		await setCredential({
			tokenSource: 'tokenService',
			tokenServiceUrl: server.tokenServiceUrl,
		});
	});

	it('n8n asks the token service once per merchant, and not at all in the next run', async () => {
		const before = server.asked;
		expect(sizesOf(await world.link(itemsFor(accounts)))[0]).toBe(COUNT);
		expect(server.asked - before).toBe(COUNT);
		expect(sizesOf(await world.link(itemsFor(accounts)))[1]).toBe(COUNT);
		expect(server.asked - before).toBe(COUNT);
		expect(await minted()).toBe(1);
		expect(server.tokens.refusals).toStrictEqual([]);
	});
});

describe('Forwarded pushes', () => {
	const account = 'wx00000000000000a1';

	beforeAll(async () => {
		await n8nMakes();
		await world.controls.addAccount({ appId: account, status: 'none' });
	});

	it("The provider's server can verify and decrypt forwarded pushes", async () => {
		const before = server.pushes.length;
		const [item] = await world.itemsOf(async () => await world.controls.authorize({ account }));
		expect(item).toMatchObject({ officialAccountAppId: account, codeExchanged: true });
		await world.controls.withdraw(account);
		const types = await arrived(before + 2);
		expect(types.slice(before)).toEqual(['authorized', 'unauthorized']);
		expect(server.refused).toBe(0);
	});

	it('WeChat gets its answer in time although a target of Forward To is dead, slow, or n8n itself', async () => {
		server.answer = { status: 200, afterMs: PATIENCE_MS };
		const own = `${world.running.url}/webhook/${WEBHOOK_PATH}`;
		const before = server.pushes.length;
		await publish({ forwardTo: [own, DEAD, server.pushUrl].join('\n') });
		const pushes = [await world.controls.pushTicket(), await world.controls.pushTicket()];
		for (const { answers } of pushes) {
			expect(answers).toMatchObject([{ status: 200, body: 'success' }]);
			expect(answers[0].ms).toBeLessThan(PATIENCE_MS);
		}
		console.info(`answered after ${pushes.map(({ answers }) => answers[0].ms).join(' and ')} ms`);
		await arrived(before + 2);
		server.answer = { status: 200, afterMs: 0 };
		const ask = async () =>
			/Forward To, line 2.*got no answer; it is sent again/.test(world.printed) ? true : null;
		await waitFor(ask, { what: 'the dead target in the log', timeoutMs: TIMEOUT_MS });
		expect(world.printed).toContain("Forward To, line 1: it is this trigger's own URL");
	});
});

describe('Example that gives tokens to a server', () => {
	let url: string;
	let account: string;

	const ask = async (
		appId: string,
		headers: Record<string, string> = { [HEADER.name]: HEADER.value },
	) => {
		const response = await fetch(`${url}/${appId}`, { headers });
		const text = await response.text();
		return { status: response.status, text, json: () => JSON.parse(text) as IDataObject };
	};

	const rowsOfAudit = async () => {
		const { rest } = world.running;
		const { id } = await rest.get<{ id: string }>('/rest/projects/personal');
		const tables = `/rest/projects/${id}/data-tables`;
		const { data } = await rest.get<{ data: Array<{ id: string; name: string }> }>(tables);
		const table = data.find(({ name }) => name === 'WeChat token audit');
		const rows = await rest.get<{ data: IDataObject[] }>(`${tables}/${table?.id}/rows`);
		return rows.data;
	};

	beforeAll(async () => {
		await publish();
		[account] = await world.controls.addAccounts(1, { prefix: 'fa' });
		const workflow = exampleWorkflow('tokens-for-server', '');
		const header = await world.running.createCredential({
			name: 'Key of the server',
			type: 'httpHeaderAuth',
			data: HEADER,
		});
		for (const node of workflow.nodes) {
			if (node.type.endsWith('weChatMiniProgramLink')) {
				node.credentials = { weChatOpenPlatformApi: { id: world.credential, name: 'Platform' } };
			}
			if (node.type.endsWith('.webhook')) {
				node.credentials = { httpHeaderAuth: { id: header, name: 'Key of the server' } };
				url = `${world.running.url}/webhook/${node.webhookId}/wechat-token`;
			}
		}
		await world.running.runWorkflow(onlyByHand(workflow));
		const { id } = await world.running.createWorkflow(workflow);
		await world.running.activateWorkflow(id);
	});

	it('The example refuses requests without the right key', async () => {
		expect((await ask(account, {})).status).toBe(403);
		expect((await ask(account, { [HEADER.name]: 'guess' })).status).toBe(403);
		expect(await rowsOfAudit()).toStrictEqual([]);
	});

	it('The example returns the token that n8n uses, and adds a row to the audit', async () => {
		const { status, json } = await ask(account);
		expect(status).toBe(200);
		const { authorizer_access_token: token, ...rest } = json();
		expect(rest).toEqual({ authorizer_appid: account, expires_in: expect.any(Number) });
		expect(await world.controls.tokenState(String(token))).toBe('newest');
		await world.link(itemsFor([account]));
		expect((await ask(account)).json().authorizer_access_token).toBe(token);
		expect((await world.controls.counters()).authorizerTokens[account]).toBe(1);
		const rows = await rowsOfAudit();
		expect(rows).toMatchObject([
			{ officialAccountAppId: account, result: 'given', at: expect.any(String) },
			{ officialAccountAppId: account, result: 'given' },
		]);
		expect(JSON.stringify(rows)).not.toContain(String(token));
	});

	it('Without a token, the example answers with a fitting HTTP status and the reason', async () => {
		const wrong = await ask('gh_123');
		expect(wrong.status).toBe(400);
		expect(wrong.json().errmsg).toContain('is not the appid');
		const [withdrawn] = await world.controls.addAccounts(1, { prefix: 'fb' });
		await world.controls.withdraw(withdrawn);
		const refused = await ask(withdrawn);
		expect(refused.status).toBe(403);
		expect(refused.json().hint).not.toBe('');
	});

	it('Another n8n can use the example as its token service', async () => {
		const [host, path] = [world.url, url];
		const reader = await world.running.createCredential({
			name: 'Reader',
			type: 'weChatOpenPlatformApi',
			data: {
				componentAppId: PLATFORM,
				tokenSource: 'tokenService',
				tokenServiceUrl: `${path}/{appid}`,
				tokenServiceHeaderName: HEADER.name,
				tokenServiceHeaderValue: HEADER.value,
				apiBaseUrl: host,
			},
		});
		const owner = world.credential;
		world.credential = reader;
		const sizes = sizesOf(await world.link(itemsFor([account])));
		world.credential = owner;
		expect(sizes[1]).toBe(1);
		expect((await world.controls.counters()).authorizerTokens[account]).toBe(1);
	});

	it('The example leaves no token in the log or in the database', async () => {
		const secrets = (await world.controls.secrets()).filter((secret) => secret.length > 8);
		const bytes = world.databaseBytes();
		expect(bytes).toContain('wechat-token');
		expect(secrets.filter((secret) => bytes.includes(secret))).toStrictEqual([]);
		expect([...secrets, HEADER.value].filter((secret) => world.printed.includes(secret))).toEqual(
			[],
		);
	});

	// After the database was searched, because n8n keeps a request's headers in it for a while.
	it('The example returns a new token to a server that names the one WeChat rejected', async () => {
		const tokenOf = async (rejected?: string) => {
			const headers = {
				[HEADER.name]: HEADER.value,
				...(rejected && { 'X-Rejected-Token': rejected }),
			};
			return String((await ask(account, headers)).json().authorizer_access_token);
		};
		const dead = await tokenOf();
		await world.controls.mintAside(account);
		expect(await tokenOf()).toBe(dead);
		const fresh = await tokenOf(dead);
		expect(await world.controls.tokenState(fresh)).toBe('newest');
		expect(await tokenOf(dead)).toBe(fresh);
		expect(JSON.stringify(await rowsOfAudit())).not.toContain(dead);
		expect(world.printed).not.toContain(dead);
	});
});

describe('Form of the credential', () => testForm(world, n8nMakes));

describe('Proxy', () => {
	it("All calls go through the proxy in n8n's own settings", async () => {
		const paths: string[] = [];
		const proxy = createServer((asked, answer) => {
			paths.push(new URL(asked.url ?? '').pathname);
			const onwards = request(asked.url ?? '', { method: asked.method, headers: asked.headers });
			asked.pipe(onwards);
			onwards.on('response', (from) => {
				answer.writeHead(from.statusCode ?? 0, from.headers);
				from.pipe(answer);
			});
		});
		await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
		const { port } = proxy.address() as AddressInfo;
		try {
			await n8nMakes();
			await world.restartWith({ HTTP_PROXY: `http://127.0.0.1:${port}`, NO_PROXY: 'localhost' });
			await world.listen();
			const [account] = await world.controls.addAccounts(1, { prefix: 'fc' });
			expect(sizesOf(await world.link(itemsFor([account])))[0]).toBe(1);
			expect(paths).toEqual([
				'/cgi-bin/component/api_component_token',
				'/cgi-bin/component/api_get_authorizer_info',
				'/cgi-bin/component/api_authorizer_token',
				'/cgi-bin/wxopen/wxamplink',
			]);
		} finally {
			proxy.closeAllConnections();
			proxy.close();
		}
	});
});

/** The part of the workflow that runs when you start it by hand. */
function onlyByHand(workflow: Workflow): Workflow {
	const names = ['Start by hand', 'Make the audit table'];
	const nodes = workflow.nodes.filter(({ name }) => names.includes(name));
	const { 'Start by hand': start } = workflow.connections;
	return { name: 'Audit table', nodes, connections: { 'Start by hand': start } };
}
