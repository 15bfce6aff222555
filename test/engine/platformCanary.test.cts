import { CredentialTestContext, LoadOptionsContext } from 'n8n-core';
import type { INodeParameters } from 'n8n-workflow';

import { WeChatMiniProgramLink } from '../../nodes/WeChatMiniProgramLink/WeChatMiniProgramLink.node';
import { Canaries, textOf } from './canary.cts';
import { setUp, type RunResult } from './engine.cts';
import {
	ACCOUNTS,
	INFO,
	MINT_AUTHORIZER,
	MINT_COMPONENT,
	QUERY_AUTH,
	usePlatformWorld,
} from './platformWorld.cts';
import { TriggerServer } from './trigger.cts';
import { LINK, OA, OTHER_OA, withOptions } from './world.cts';

const world = usePlatformWorld();
const server = new TriggerServer(world);
const canaries = new Canaries();
const OPTIONS = withOptions({ maxTries: 1, timeout: 300, includeDetails: true, simplify: false });

beforeAll(async () => await server.start());
afterAll(async () => await server.close());

beforeEach(async () => {
	canaries.watch();
	server.reset();
	server.credential = world.credential;
	await world.controls.setEventUrl(server.url);
	await world.controls.addAccount({ appId: OTHER_OA, status: 'none' });
});

afterEach(() => canaries.unwatch());

/** Learns all secrets that WeChat has issued so far, and those of the credential. */
async function learnSecrets(): Promise<void> {
	const { componentAppSecret, componentVerifyTicket, encodingAesKey, messageToken } =
		world.credential;
	const typed = [componentAppSecret, componentVerifyTicket, encodingAesKey, messageToken];
	const all = [...(await world.controls.secrets()), ...typed.map(String)];
	canaries.secrets = [...new Set(all)].filter((secret) => secret.length > 8);
	expect(canaries.secrets.length).toBeGreaterThan(5);
}

const SITUATIONS: Array<[string, () => Promise<unknown>]> = [
	['all goes well', async () => {}],
	['the secret is wrong', async () => void (world.credential.componentAppSecret = 'f'.repeat(32))],
	[
		'the ticket is wrong',
		async () => void (world.credential.componentVerifyTicket = 'ticket@@@wrong_but_secret'),
	],
	['the platform gets no answer', async () => await fault(MINT_COMPONENT, { drop: true })],
	['the platform gets half an answer', async () => await fault(MINT_COMPONENT, { truncate: true })],
	['the platform gets a page', async () => await fault(MINT_COMPONENT, { htmlStatus: 200 })],
	['a merchant gets no token', async () => await fault(MINT_AUTHORIZER, { errcode: 61023 })],
	['a merchant gets half a token', async () => await fault(MINT_AUTHORIZER, { truncate: true })],
	['a merchant gets no answer', async () => await fault(INFO, { drop: true })],
	['the list breaks off', async () => await fault(ACCOUNTS, { truncate: true })],
	['the link call is dropped', async () => await fault(LINK, { drop: true })],
	['tokens are rejected', async () => await fault(LINK, { errcode: 40001 })],
	['everything is refused', async () => await world.controls.answerWith({}, { errcode: 777001 })],
	['nobody listens', async () => void (world.credential.apiBaseUrl = 'http://127.0.0.1:1')],
	['the URL is invalid', async () => void (world.credential.apiBaseUrl = 'weixin')],
];

async function fault(path: string, behavior: object): Promise<void> {
	await world.controls.answerWith({ path }, behavior);
}

describe.each(['category', 'single'])('Output mode %s', (outputMode) => {
	it.each(SITUATIONS)(
		'A run keeps all secrets when %s',
		async (_, arrange) => {
			await arrange();
			const parameters = { outputMode, ...OPTIONS };
			const runs = [
				await world.run({ parameters, accounts: [OA, OTHER_OA] }),
				await world.run({ parameters, operation: 'getStatus' }),
				await world.runForPlatform('get', { parameters }),
				await world.runForPlatform('getMany', { parameters }),
				...(await askPlatform(parameters)),
			];
			await learnSecrets();
			for (const run of runs) canaries.expectClean(run);
		},
		30_000,
	);
});

/** Runs the operations of the resource Third-Party Platform, with the rid of a refused call. */
async function askPlatform(parameters: INodeParameters): Promise<RunResult[]> {
	await world.controls.answerWith({ path: LINK }, { errcode: 89013, times: 1 });
	const [refused] = await world.results();
	const rid = String(refused?.rid ?? '617682e0-09059ac5-34a8e2ea');
	const resource = { ...parameters, resource: 'platform' };
	return [
		await world.runForPlatform('checkSetup', { parameters: resource }),
		await world.runForPlatform('getApiQuota', { parameters: resource }),
		await world.runForPlatform('getCall', { parameters: { ...resource, rid } }),
		await world.runForPlatform('getCall', {
			parameters: { ...resource, rid, callMadeBy: 'platform' },
		}),
	];
}

it.each(SITUATIONS)(
	'A token that a server names as rejected stays secret when %s',
	async (_, arrange) => {
		const rejected = '61_rejected-token-canary-5d20-that-a-server-has-had-before';
		world.credential = { ...world.credential, allowTokenOutput: true };
		await arrange();
		canaries.secrets = [rejected];
		for (const outputMode of ['category', 'single']) {
			const { outputs, hints, error } = await world.runForPlatform('getAccessToken', {
				items: [{ account: OA, rejected }],
				parameters: {
					...OPTIONS,
					outputMode,
					officialAccountAppId: { __rl: true, mode: 'id', value: '={{ $json.account }}' },
					rejectedToken: '={{ $json.rejected }}',
				},
			});
			canaries.expectNone(outputs, hints, error);
		}
	},
);

it.each([
	...SITUATIONS,
	['the exchange gets no answer', async () => await fault(QUERY_AUTH, { drop: true })],
	['the exchange gets half an answer', async () => await fault(QUERY_AUTH, { truncate: true })],
	['the code is refused', async () => await fault(QUERY_AUTH, { errcode: 61010 })],
] as typeof SITUATIONS)(
	'A code that a browser brings back stays secret when %s',
	async (_, arrange) => {
		await world.controls.configure({ delayAuthorizationPush: 'drop' });
		const { authorizationCode: code } = await world.controls.authorize({ account: OTHER_OA });
		await arrange();
		const codes = [code, `https://a.example.com/?auth_code=${code}`, [code, code]];
		for (const outputMode of ['category', 'single']) {
			const run = await world.runForPlatform('completeAuthorization', {
				items: codes.map((one) => ({ one })),
				parameters: { ...OPTIONS, outputMode, authorizationCode: '={{ $json.one }}' },
			});
			await learnSecrets();
			expect(canaries.secrets).toContain(code);
			canaries.expectNone(run.outputs, run.hints, run.error);
		}
	},
	30_000,
);

/** Faults of a token service that has a secret header and a secret in its URL. */
const SERVICES: Array<[string, object]> = [
	['all goes well', {}],
	['it is down', { failure: 'noAnswer' }],
	['it is out of order', { failure: 'http500' }],
	['it gives a page', { failure: 'notJson' }],
	['it redirects', { failure: 'redirect' }],
	['its token is rejected', { fixedToken: '61_fixed-token-canary-of-the-service' }],
	['its token is another account\u2019s', { tokenOf: OTHER_OA, namesAccount: true }],
	['it wants another header', { secretHeader: { name: 'X-Key', value: 'other-key-canary' } }],
];

it.each(SERVICES)('The secrets of a token service stay secret when %s', async (_, settings) => {
	const header = 'header-value-canary-0c55';
	const inUrl = 'url-key-canary-91ab';
	world.credential = {
		componentAppId: world.appId,
		tokenSource: 'tokenService',
		tokenServiceUrl: `${world.url}/_sandbox/token-service/{appid}?key=${inUrl}`,
		tokenServiceHeaderName: 'X-Key',
		tokenServiceHeaderValue: header,
		apiBaseUrl: world.url,
	};
	const secretHeader = { name: 'X-Key', value: header };
	await world.controls.setTokenService({ secretHeader, offersList: true, ...settings });
	const parameters = { outputMode: 'single', ...OPTIONS };
	const runs = [
		await world.run({ parameters, accounts: [OA, OTHER_OA] }),
		await world.runForPlatform('getMany', { parameters }),
		await world.runForPlatform('checkSetup', {
			parameters: { ...parameters, resource: 'platform' },
		}),
	];
	const { testOpenPlatform } = new WeChatMiniProgramLink().methods.credentialTest;
	const tested = await testOpenPlatform.call(new CredentialTestContext(), {
		id: '1',
		name: 'Credential',
		type: 'weChatOpenPlatformApi',
		data: world.credential,
	});
	const secrets = (await world.controls.secrets()).filter((secret) => secret.length > 8);
	canaries.secrets = [...secrets, header, inUrl, '61_fixed-token-canary-of-the-service'];
	for (const run of runs) canaries.expectClean(run);
	canaries.expectNone(tested);
});

it('A forwarded push leaves no secret in the log, even if no target accepts it', async () => {
	const inUrl = 'target-key-canary-b6e2';
	server.parameters = {
		forwardTo: [`http://127.0.0.1:1/${inUrl}`, `${world.url}/cgi-bin?key=${inUrl}`, inUrl].join(
			'\n',
		),
	};
	await world.controls.authorize({ account: OTHER_OA, permissionSets: [1, 33] });
	await server.settle();
	const isTold = () =>
		canaries.logged.some((line) => textOf(line).includes('got no answer; it is sent again'));
	while (!isTold()) await new Promise(setImmediate);
	await learnSecrets();
	canaries.secrets = [...canaries.secrets, inUrl];
	canaries.expectNone(server.items, server.staticData);
});

it('Get Call hides the token, ticket, secret and code that WeChat returns with a call', async () => {
	const ridOf = async (path: string, errcode: number) => {
		await world.controls.answerWith({ path }, { errcode, times: 1 });
		const [{ rid }] = await world.results({ accounts: [OA] });
		return String(rid);
	};
	const calls: Array<[INodeParameters, string]> = [
		[{ callMadeBy: 'platform' }, await ridOf(MINT_COMPONENT, 61006)],
		[{ callMadeBy: 'platform' }, await ridOf(MINT_AUTHORIZER, 61023)],
		[{}, await ridOf(LINK, 89013)],
	];
	for (const [parameters, rid] of calls) {
		const run = await world.runForPlatform('getCall', {
			parameters: { resource: 'platform', rid, ...parameters },
		});
		const [{ json }] = run.outputs[0];
		expect(JSON.stringify(json)).toContain('***');
		await learnSecrets();
		canaries.expectClean(run);
	}
});

it.each(SITUATIONS)('The credential test keeps all secrets when %s', async (_, arrange) => {
	await arrange();
	const { testOpenPlatform } = new WeChatMiniProgramLink().methods.credentialTest;
	const result = await testOpenPlatform.call(new CredentialTestContext(), {
		id: '1',
		name: 'Credential',
		type: 'weChatOpenPlatformApi',
		data: world.credential,
	});
	await learnSecrets();
	canaries.expectNone(result);
});

it('An authorization URL contains no secret except its own code', async () => {
	const parameters = { redirectUrl: 'https://merchants.example.com/' };
	const run = await world.runForPlatform('createAuthorizationUrl', { parameters });
	await learnSecrets();
	const [{ json }] = run.outputs[0];
	const code = new URL(String(json.computerUrl)).searchParams.get('pre_auth_code') ?? '';
	expect(code).not.toBe('');
	canaries.secrets = canaries.secrets.filter((secret) => secret !== code);
	canaries.expectClean(run);
});

it.each(SITUATIONS)(
	'The lists in the editor keep all secrets when %s',
	async (_, arrange) => {
		await arrange();
		const { searchOfficialAccounts, searchMiniProgramLinks } = new WeChatMiniProgramLink().methods
			.listSearch;
		for (const search of [searchOfficialAccounts, searchMiniProgramLinks]) {
			const { workflow, node, additionalData } = setUp({
				items: [],
				credentialType: 'weChatOpenPlatformApi',
				credential: world.credential,
				parameters: { officialAccountAppId: { __rl: true, mode: 'id', value: OA } },
			});
			additionalData.currentNodeParameters = node.parameters;
			const context = new LoadOptionsContext(workflow, node, additionalData, '');
			const found: unknown = await search.call(context).catch((error: unknown) => error);
			await learnSecrets();
			canaries.expectNone(found);
		}
	},
	30_000,
);

describe('Trigger', () => {
	const expectNone = async () => {
		await server.settle();
		await learnSecrets();
		canaries.expectNone(server.items, server.errors, server.staticData);
	};

	beforeEach(() => {
		server.parameters = {
			triggerOn: ['authorized', 'updateauthorized', 'unauthorized', 'ticket', 'other'],
		};
	});

	it('The trigger keeps all secrets of a ticket, an authorization, its change and its end', async () => {
		await world.controls.pushTicket();
		await world.controls.authorize({ account: OTHER_OA });
		await server.settle();
		await world.controls.reauthorize({ account: OTHER_OA, permissionSets: [1] });
		await server.settle();
		await world.controls.withdraw(OTHER_OA);
		await world.controls.push('notify_new', { AuthorizationCode: 'c', PreAuthCode: 'd' });
		await expectNone();
		expect(server.items).toHaveLength(5);
	});

	it.each([{ errcode: 61010 }, { drop: true }, { truncate: true }, { htmlStatus: 502 }])(
		'The trigger keeps all secrets when the exchange of a code fails (%j)',
		async (behavior) => {
			await world.controls.answerWith({ path: QUERY_AUTH }, { ...behavior, times: 1 });
			await world.controls.authorize({ account: OTHER_OA });
			await expectNone();
			expect(server.items).toHaveLength(1);
		},
		30_000,
	);

	it('The trigger keeps all secrets when a ticket cannot be stored or a push is refused', async () => {
		server.credential = { ...server.credential, apiBaseUrl: '' };
		await world.controls.pushTicket();
		for (const flaw of ['wrongSignature', 'wrongKey', 'truncated', 'doctype'] as const) {
			await world.controls.pushRaw({ flaw });
		}
		await expectNone();
		expect(canaries.logged.map(textOf).join()).toContain('refused');
	});

	it('The trigger keeps all secrets when it cannot be activated', async () => {
		server.credential = { ...server.credential, componentAppId: 'wxffffffffffffffff' };
		const error: unknown = await server.activate('activate').catch((e: unknown) => e);
		await learnSecrets();
		canaries.expectNone(error);
	});
});
