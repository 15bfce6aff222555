import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

import {
	followWorkflow,
	itemsFor,
	linkWorkflow,
	outputOf,
	pushWorkflow,
	sizesOf,
	WEBHOOK_PATH,
} from '../e2e/platformWorkflows.cts';
import { MALFORMED_BODIES } from '../e2e/malformedBodies.cts';
import { LINK, mp, mpItems, PACKAGE } from '../e2e/workflows.cts';
import type { Workflow } from '../n8n/n8n.cts';
import { projectDirectory } from '../n8n/paths.cts';
import { eventUrlOf, messageUrlOf } from '../n8n/platform.cts';
import { formatTable } from '../n8n/table.cts';
import { N8N_VERSIONS } from '../n8n/versions.cts';
import { waitFor } from '../n8n/waitFor.cts';
import { easyWeChatMessage } from '../provider/easyWeChatMessage.cts';
import { fingerprintOf } from '../sandbox/index.cts';
import { ANSWERS, OUTPUTS } from '../outputs.cts';
import { VersionWorld } from './world.cts';

/** Long enough for a start of n8n; tests end when their condition is met. */
const TIMEOUT_MS = 240_000;
/** n8n polls at most once a minute. */
const LOOK_TIMEOUT_MS = 200_000;
const PUSH_TIMEOUT_MS = 30_000;
const TABLE_WIDTH = 120;

const AUTHORIZER_TOKEN = '/cgi-bin/component/api_authorizer_token';
const QUERY_AUTH = '/cgi-bin/component/api_query_auth';

/** The webhook ID of a trigger other than that of `WEBHOOK_PATH`. */
const OTHER_WEBHOOK_ID = '1d2c3b4a-0000-4000-8000-00000000c0df';

/** An expression that returns this text without an item. */
const fixed = (text: string): string => `={{ "${text}" }}`;

jest.setTimeout(TIMEOUT_MS);

const rows: string[][] = [];

afterAll(() => {
	process.stdout.write(`\n${formatTable(['n8n', 'Case', 'ok'], rows, TABLE_WIDTH)}\n`);
});

describe.each(N8N_VERSIONS)('n8n %s', (version) => {
	const world = new VersionWorld(version);
	/** Ids of workflows with a published trigger, each with its own platform. */
	const published: string[] = [];

	const test = (name: string, work: () => Promise<void>) => {
		it(name, async () => {
			const row = [version, name, 'no'];
			rows.push(row);
			await work();
			row[2] = 'yes';
		});
	};

	beforeAll(async () => await world.start());
	afterAll(async () => await world.close());

	test('n8n loads every node of the package', async () => {
		const { n8n } = JSON.parse(readFileSync(join(projectDirectory, 'package.json'), 'utf8')) as {
			n8n: { nodes: string[] };
		};
		const wanted = n8n.nodes.map((file) => {
			const [first, ...rest] = basename(file, '.node.js');
			return `${PACKAGE}.${first.toLowerCase()}${rest.join('')}`;
		});
		const loaded = (await world.running.nodeTypes()).map(({ name }) => name);
		expect(loaded).toEqual(expect.arrayContaining(wanted));
	});

	test('The node links with a pasted token', async () => {
		const account = await world.addAccount();
		const accessToken = await world.controls.issueToken(account);
		const credential = await world.addCredential({ accessToken, apiBaseUrl: world.url });
		const given = await world.run({ items: mpItems(1), credential });
		expect(given).toMatchObject([{ outcome: 'invitationSent', output: 0 }]);
	});

	test('The node links with a token service and keeps its token', async () => {
		const account = await world.addAccount();
		const credential = await world.addCredential({
			tokenSource: 'tokenService',
			tokenServiceUrl: `${world.url}/_sandbox/token-service/${account}`,
			officialAccountAppId: account,
			apiBaseUrl: world.url,
		});
		for (const appId of [mp(1), mp(2)]) {
			const given = await world.run({ items: [{ appId }], credential });
			expect(given).toMatchObject([{ outcome: 'invitationSent', output: 0 }]);
		}
		expect(await world.controls.tokenServiceCount(account)).toBe(1);
	});

	test("The node links for merchants with tokens of their provider's server, and keeps them", async () => {
		const accounts = [await world.addAccount(), await world.addAccount()];
		const data = {
			componentAppId: 'wx00000000000000c9',
			tokenSource: 'tokenService',
			tokenServiceUrl: `${world.url}/_sandbox/token-service/{appid}`,
			apiBaseUrl: world.url,
		};
		const credential = await world.addCredential(data, 'weChatOpenPlatformApi');
		for (const output of [0, 1]) {
			const workflow = linkWorkflow({ items: itemsFor(accounts), credential });
			expect(sizesOf(await world.running.runWorkflow(workflow))[output]).toBe(2);
		}
		for (const account of accounts) {
			expect(await world.controls.tokenServiceCount(account)).toBe(1);
		}
	});

	test('Each answer leaves through its output', async () => {
		const account = await world.addAccount();
		const accessToken = await world.controls.issueToken(account);
		const credential = await world.addCredential({ accessToken, apiBaseUrl: world.url });
		for (const [n, [errcode]] of ANSWERS.entries()) {
			await world.controls.answerWith({ account, miniProgramAppId: mp(n) }, { errcode });
		}
		const parameters = { options: { maxTries: 1 } };
		const given = await world.run({ items: mpItems(ANSWERS.length), credential, parameters });
		expect(given.map(({ errcode, output }) => [errcode, OUTPUTS[output]])).toEqual(ANSWERS);
	});

	test('Three items use their three tokens, whatever n8n lists as expressions', async () => {
		const tokens: string[] = [];
		for (let n = 0; n < 3; n += 1) {
			tokens.push(await world.controls.issueToken(await world.addAccount()));
		}
		const credential = await world.addCredential({
			tokenSource: 'accessToken',
			accessToken: '={{ $json.token }}',
			apiBaseUrl: world.url,
			typedExpressions: '0:[]',
		});
		const afterSequence = await world.controls.count();
		const items = tokens.map((token, n) => ({ appId: mp(n), token }));
		const given = await world.run({ items, credential });
		expect(given.map(({ output }) => output)).toEqual([0, 0, 0]);
		const calls = await world.controls.calls({ path: LINK, afterSequence });
		const sent = calls.map(({ miniProgramAppId, tokenFingerprint }) => [
			miniProgramAppId,
			tokenFingerprint,
		]);
		expect(sent.sort()).toEqual(tokens.map((token, n) => [mp(n), fingerprintOf(token)]).sort());
	});

	test('The link trigger starts a workflow once when a link is made, even if n8n is killed', async () => {
		const account = await world.addAccount();
		const accessToken = await world.controls.issueToken(account);
		const data = { accessToken, officialAccountAppId: account, apiBaseUrl: world.url };
		const credential = await world.addCredential(data);
		await world.controls.setRelation(account, mp(1), 2);
		// Without an open invitation, the next poll would be in an hour.
		await world.controls.setRelation(account, mp(2), 12);
		const { id } = await world.running.createWorkflow(followWorkflow(credential));
		await world.running.activateWorkflow(id);
		// The first poll follows at once; only later changes start the workflow.
		await waitFor(async () => (await world.controls.calls({ account })).length > 0 || null, {
			what: 'the first look',
			timeoutMs: LOOK_TIMEOUT_MS,
		});
		await world.controls.miniProgramAdminAgrees(account, mp(1));
		const [linked] = await world.firstItemsOf(id, 'Followed', LOOK_TIMEOUT_MS);
		expect(linked).toMatchObject({
			event: 'linked',
			officialAccountAppId: account,
			miniProgramAppId: mp(1),
		});
		const looks = async () => (await world.controls.calls({ account })).length;
		const before = await looks();
		await world.killAndStart(async () => await world.controls.setRelation(account, mp(2), 1));
		// The poll after the start reports the change in between, and repeats no earlier event.
		await waitFor(async () => (await looks()) > before || null, {
			what: 'the look after the start',
			timeoutMs: LOOK_TIMEOUT_MS,
		});
		const told = await world.followedBy(id, 2);
		expect(told.map(({ event, miniProgramAppId }) => [event, miniProgramAppId])).toEqual([
			['linked', mp(1)],
			['linked', mp(2)],
		]);
	});

	describe('Platform', () => {
		const merchant = 'wx00000000000000a1';
		let credential: string;
		let trigger: string;

		beforeAll(async () => {
			const platform = await world.controls.addPlatform({ appId: 'wx00000000000000c1' });
			for (const appId of [merchant, 'wx00000000000000a2']) {
				await world.controls.addAccount({ appId, status: 'none' });
			}
			const data = {
				componentAppId: platform.appId,
				componentAppSecret: platform.appSecret,
				messageToken: platform.messageToken,
				encodingAesKey: platform.encodingAesKey,
				apiBaseUrl: world.url,
				fallbackApiBaseUrl: world.secondUrl,
			};
			credential = await world.addCredential(data, 'weChatOpenPlatformApi');
			({ id: trigger } = await world.running.createWorkflow(pushWorkflow(credential)));
			await world.controls.setEventUrl(`${world.running.url}/webhook/${WEBHOOK_PATH}`);
		});

		test('The platform trigger can be published, and keeps a pushed ticket', async () => {
			await world.running.activateWorkflow(trigger);
			published.push(trigger);
			expect(await world.controls.pushTicket()).toMatchObject({ delivered: true });
			expect(await world.stored(credential)).toMatchObject({
				componentVerifyTicket: await world.controls.lastTicket(),
			});
		});

		test('The platform trigger starts the workflow when a merchant authorizes', async () => {
			const sent = await world.controls.authorize({ account: merchant, permissionSets: [1, 33] });
			expect(sent.push.delivered).toBe(true);
			expect(await world.firstItemsOf(trigger, 'Received')).toMatchObject([
				{ event: 'authorized', officialAccountAppId: merchant, codeExchanged: true },
			]);
		});

		test("The node links with the platform's credential", async () => {
			const items = itemsFor([merchant]);
			const execution = await world.running.runWorkflow(linkWorkflow({ items, credential }));
			expect(sizesOf(execution)[0]).toBe(1);
		});

		test('The node calls the fallback while API Base URL refuses connections', async () => {
			await world.controls.setOutage('first', 'refuses');
			const items = itemsFor([merchant]);
			const execution = await world.running.runWorkflow(linkWorkflow({ items, credential }));
			await world.controls.setOutage('first', null);
			expect(outputOf(execution, 1)).toMatchObject([
				{ outcome: 'invitationPending', hint: expect.stringContaining('(Fallback API Base URL)') },
			]);
		});
	});

	test('Expressions in the credential give each item its own platform, and are never overwritten', async () => {
		const typed = {
			componentAppId: '={{ $json.platform }}',
			componentAppSecret: '={{ $json.secret }}',
			componentVerifyTicket: '={{ $json.ticket }}',
			apiBaseUrl: world.url,
		};
		const items = [await world.addPlatformItem(), await world.addPlatformItem()];
		const credential = await world.addCredential(typed, 'weChatOpenPlatformApi');
		const afterSequence = await world.controls.count();
		for (const miniProgram of [mp(1), mp(2)]) {
			const workflow = linkWorkflow({
				items: items.map((item) => ({ ...item, miniProgram })),
				credential,
			});
			expect(sizesOf(await world.running.runWorkflow(workflow))[0]).toBe(2);
		}
		const calls = await world.controls.calls({ path: AUTHORIZER_TOKEN, afterSequence });
		const callers = new Set(calls.map(({ authorizer, account }) => `${authorizer} ${account}`));
		expect([...callers].sort()).toEqual(items.map((item) => `${item.account} ${item.platform}`));
		const stored = await world.stored(credential);
		expect(stored).toMatchObject({ ...typed, componentAccessToken: expect.stringMatching(/./) });
		for (const { secret, ticket } of items) {
			expect(JSON.stringify(stored)).not.toContain(secret);
			expect(JSON.stringify(stored)).not.toContain(ticket);
		}
	});

	test('Pushes and tokens are kept beside expressions that need no item', async () => {
		const { platform, account, secret, ...keys } = await world.addPlatformItem();
		const typed = {
			componentAppId: fixed(platform),
			componentAppSecret: fixed(secret),
			messageToken: fixed(keys.messageToken),
			encodingAesKey: fixed(keys.encodingAesKey),
			apiBaseUrl: fixed(world.url),
		};
		const credential = await world.addCredential(typed, 'weChatOpenPlatformApi');
		const workflow = pushWorkflow(credential);
		workflow.nodes[0].webhookId = OTHER_WEBHOOK_ID;
		const { id } = await world.running.createWorkflow(workflow);
		const path = WEBHOOK_PATH.replace(/^[^/]+/, OTHER_WEBHOOK_ID);
		await world.controls.setEventUrl(`${world.running.url}/webhook/${path}`, platform);
		await world.running.activateWorkflow(id);
		const ticket = await world.controls.pushTicket(undefined, platform);
		expect(ticket).toMatchObject({ delivered: true });
		// A code that cannot be exchanged stays in the credential.
		await world.controls.answerWith({ path: QUERY_AUTH }, { errcode: -1 });
		const merchant = await world.addAccount({ platform, status: 'none' });
		const { push } = await world.controls.authorize({ account: merchant, platform });
		expect(push).toMatchObject({ delivered: true });
		const link = linkWorkflow({ items: itemsFor([account]), credential });
		expect(sizesOf(await world.running.runWorkflow(link))[0]).toBe(1);
		await world.controls.stopAnswering();
		expect(await world.stored(credential)).toMatchObject({
			...typed,
			componentVerifyTicket: await world.controls.lastTicket(platform),
			componentAccessToken: expect.stringMatching(/./),
			authorizerAccessTokens: expect.stringContaining(account),
			authorizationCodes: expect.stringContaining(merchant),
		});
		published.push(id);
	});

	test('Messages of followers to two published triggers are answered and start nothing', async () => {
		expect(published).toHaveLength(2);
		const executions = async () =>
			await Promise.all(published.map(async (id) => await world.running.executionIds(id)));
		const before = await executions();
		for (const id of published) {
			const workflow = await world.running.rest.get<Workflow>(`/rest/workflows/${id}`);
			const url = messageUrlOf(world.running, workflow).replace('$APPID$', 'wx00000000000000a1');
			const { query, body } = easyWeChatMessage(await world.controls.platform(), '你好');
			for (const sent of [body, 'A'.repeat(1024 * 1024), ...MALFORMED_BODIES.slice(0, 8)]) {
				const response = await fetch(`${url}?${query}`, { method: 'POST', body: sent });
				expect([response.status, await response.text()]).toEqual([200, 'success']);
			}
		}
		expect(await executions()).toEqual(before);
	});

	test('A message at the Test URL does not stop the editor from listening', async () => {
		const [id] = published;
		const { running, controls } = world;
		const workflow = await running.rest.get<Workflow>(`/rest/workflows/${id}`);
		const before = await running.executionIds(id);
		await running.listenAtTestUrl(id);
		const toTest = (url: string) => url.replace('/webhook/', '/webhook-test/');
		const message = toTest(messageUrlOf(running, workflow).replace('$APPID$', 'wx1'));
		for (let n = 0; n < 2; n += 1) {
			expect(await (await fetch(message, { method: 'POST', body: '<xml/>' })).text()).toBe(
				'success',
			);
		}
		await controls.setEventUrl(toTest(eventUrlOf(running, workflow)));
		const { push } = await controls.authorize({ account: 'wx00000000000000a2' });
		expect(push).toMatchObject({ delivered: true });
		await waitFor(async () => (await running.executionIds(id)).length > before.length || null, {
			what: 'the push at the Test URL to start the workflow',
			timeoutMs: PUSH_TIMEOUT_MS,
		});
	});

	test('A trigger without a webhook ID accepts pushes at its only address, and the log says what is missing', async () => {
		const { platform, secret, ...keys } = await world.addPlatformItem();
		const credential = await world.addCredential(
			{
				componentAppId: platform,
				componentAppSecret: secret,
				messageToken: keys.messageToken,
				encodingAesKey: keys.encodingAesKey,
				apiBaseUrl: world.url,
			},
			'weChatOpenPlatformApi',
		);
		const [trigger] = pushWorkflow(credential).nodes;
		const workflow = {
			id: 'withoutWebhook',
			name: 'Without',
			// Without a space, because n8n encodes the name twice and then does not find the address.
			nodes: [{ ...trigger, name: 'Pushes', webhookId: undefined }],
			connections: {},
			settings: { executionOrder: 'v1' } as const,
		};
		await world.n8n.importAll('workflow', [workflow]);
		await world.running.activateWorkflow(workflow.id);
		expect(world.running.logs()).toContain('the node has no webhook ID');
		const path = `${workflow.id}/pushes/wechat-open-platform`;
		await world.controls.setEventUrl(`${world.running.url}/webhook/${path}`, platform);
		const ticket = await world.controls.pushTicket(undefined, platform);
		expect(ticket).toMatchObject({ delivered: true });
	});
});
