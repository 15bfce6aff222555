import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import { MINT_AUTHORIZER, MINT_COMPONENT, usePlatformWorld } from './platformWorld.cts';
import { LINK, OA, OTHER_OA } from './world.cts';

const SECRET = 'header-value-canary-3f1c';

const world = usePlatformWorld();

/** The platform of a provider whose own server makes the tokens. */
const service = (fields: ICredentialDataDecryptedObject = {}): ICredentialDataDecryptedObject => ({
	componentAppId: world.appId,
	tokenSource: 'tokenService',
	tokenServiceUrl: `${world.url}/_sandbox/token-service/{appid}`,
	apiBaseUrl: world.url,
	...fields,
});

beforeEach(() => {
	world.credential = service();
});

/** n8n makes no token, because the server does that. */
afterEach(async () => {
	expect(await world.controls.count(MINT_COMPONENT)).toBe(0);
	expect(await world.controls.count(MINT_AUTHORIZER)).toBe(0);
});

describe('Provider with a token service', () => {
	it('With a token service, the appid of an account is enough to link', async () => {
		await world.controls.addAccount({ appId: OTHER_OA });
		const results = await world.results({ accounts: [OA, OTHER_OA] });
		expect(results.map(({ outcome }) => outcome)).toEqual(['invitationSent', 'invitationSent']);
		expect(await world.controls.tokenServiceCount(OTHER_OA)).toBe(1);
	});

	it('Requests to the token service have the secret header', async () => {
		await world.controls.setTokenService({ secretHeader: { name: 'X-Key', value: SECRET } });
		expect(await world.result()).toMatchObject({ category: 'authorization' });
		world.credential = service({
			tokenServiceHeaderName: 'X-Key',
			tokenServiceHeaderValue: SECRET,
		});
		expect(await world.result()).toMatchObject({ outcome: 'invitationSent' });
	});

	it('{appid} may be in the query of Token Service URL', async () => {
		world.credential = service({
			tokenServiceUrl: `${world.url}/_sandbox/token-service/${OA}?account={appid}`,
		});
		expect(await world.result()).toMatchObject({ outcome: 'invitationSent' });
	});
});

describe('Faults of a token service', () => {
	const refusal = async () => await world.result();
	const nothingWasSent = async () => expect(await world.controls.count(LINK)).toBe(0);

	it('Items leave through Retry Later if the token service does not answer', async () => {
		await world.controls.setTokenService({ failure: 'noAnswer' });
		expect(await refusal()).toMatchObject({
			category: 'retryLater',
			errmsg: 'The token service did not answer',
			whoActs: 'provider',
			attempts: 0,
		});
		await nothingWasSent();
	});

	it('Items leave through Retry Later if the token service answers HTTP 500', async () => {
		await world.controls.setTokenService({ failure: 'http500' });
		expect(await refusal()).toMatchObject({ category: 'retryLater', retryAfter: 'minutes' });
		await nothingWasSent();
	});

	it('The node waits for a slow token service', async () => {
		await world.controls.setTokenService({ delayMs: 1500 });
		expect(await refusal()).toMatchObject({ outcome: 'invitationSent' });
		expect(await world.controls.tokenServiceCount()).toBe(1);
	});

	it.each([
		['gives a page', { failure: 'notJson' }, /HTTP 200/, /authorizer_access_token/],
		['gives no token', { failure: 'noToken' }, /HTTP 200/, /authorizer_access_token/],
		[
			'requires another header',
			{ secretHeader: { name: 'X-Key', value: SECRET } },
			/401/,
			/Header/,
		],
		['redirects', { failure: 'redirect' }, /redirects/, /follows no redirects/],
		[
			'says it is another account\u2019s',
			{ tokenOf: OTHER_OA, namesAccount: true },
			/another/,
			/appid/,
		],
	] as const)(
		'Items leave through Authorization and say why if the token service %s',
		async (_, settings, problem, hint) => {
			await world.controls.addAccount({ appId: OTHER_OA });
			await world.controls.setTokenService(settings);
			const result = await refusal();
			expect(result).toMatchObject({ category: 'authorization', whoActs: 'provider' });
			expect(result.errmsg).toMatch(problem);
			expect(result.hint).toMatch(hint);
			await nothingWasSent();
			expect(await world.controls.tokenServiceCount()).toBe(1);
		},
	);

	it('A token that the service returns for two accounts is used only for the first', async () => {
		await world.controls.addAccount({ appId: OTHER_OA });
		await world.controls.setTokenService({ tokenOf: OA });
		const results = await world.results({
			accounts: [OA, OTHER_OA, OA],
			parameters: { options: { maxConcurrency: 1 } },
		});
		expect(results[1]).toMatchObject({
			category: 'authorization',
			errmsg: 'The token service returned the token of another account',
		});
		expect(results[2]).toMatchObject({ category: 'authorization' });
		expect(await world.controls.count(LINK)).toBe(1);
	});

	it('A token service that keeps giving a rejected token is asked three times in all', async () => {
		await world.controls.setTokenService({ fixedToken: '61_a-token-that-nobody-has-made-at-all' });
		const result = await refusal();
		expect(result).toMatchObject({
			category: 'authorization',
			errcode: 40001,
			whoActs: 'provider',
		});
		expect(result.errmsg).toBe(
			'WeChat rejects the token that the token service returns for this account',
		);
		expect(await world.controls.tokenServiceCount()).toBe(3);
		await world.result();
		expect(await world.controls.tokenServiceCount()).toBe(3);
	});

	it('Items leave through Authorization if the token service returns the platform token', async () => {
		await world.controls.setTokenService({ wrongKind: 'component' });
		expect(await refusal()).toMatchObject({ category: 'authorization', attempts: 1 });
	});

	it('A token of the service that ends soon is requested again near its end', async () => {
		await world.controls.setTokenService({ lifetimeSeconds: 2 });
		expect(await refusal()).toMatchObject({ outcome: 'invitationSent' });
		const isAskedAgain = async () => {
			await world.result({ operation: 'getStatus' });
			return (await world.controls.tokenServiceCount()) > 1;
		};
		while (!(await isAskedAgain()));
	});
});

describe('Token Service URL', () => {
	it.each([
		['without {appid}', '/_sandbox/token-service/', 'does not contain {appid}'],
		['with {appid} twice', '/_sandbox/token-service/{appid}?a={appid}', 'contains {appid} 2 times'],
	])('A Token Service URL %s is reported before any request', async (_, path, problem) => {
		world.credential = service({ tokenServiceUrl: `${world.url}${path}` });
		const result = await world.result();
		expect(result).toMatchObject({ category: 'authorization', whoActs: 'operator' });
		expect(result.errmsg).toContain(problem);
		expect(result.hint).toContain('{appid}');
		expect(await world.controls.tokenServiceCount()).toBe(0);
	});

	it.each(['', 'tokens.example.com/{appid}', 'ftp://tokens/{appid}'])(
		'Token Service URL %j is reported as invalid',
		async (url) => {
			world.credential = service({ tokenServiceUrl: url });
			expect(await world.result()).toMatchObject({
				category: 'authorization',
				errmsg: 'The address of the token service is not a URL',
			});
		},
	);
});

describe('Platform token', () => {
	it.each([
		['get', { officialAccountAppId: { __rl: true, mode: 'id', value: OA } }],
		['createAuthorizationUrl', { redirectUrl: 'https://example.com/done' }],
	])('%s says that only the server has the platform token', async (operation, parameters) => {
		const { outputs } = await world.runForPlatform(operation, { parameters });
		expect(outputs[1]).toHaveLength(1);
		expect(outputs[1][0].json.errmsg).toContain("the platform's own token");
		expect(outputs[1][0].json.hint).toContain('server');
	});

	it.each(['getApiQuota', 'getCall'])(
		"%s works with an account's token, and says that only the server has the platform token",
		async (operation) => {
			const run = async (callMadeBy: string) => {
				const parameters = {
					resource: 'platform',
					callMadeBy,
					officialAccountAppId: { __rl: true, mode: 'id', value: OA },
					rid: '617682e0-09059ac5-34a8e2ea',
				};
				const { outputs } = await world.runForPlatform(operation, { parameters });
				return outputs.flat()[0].json;
			};
			expect((await run('platform')).errmsg).toContain("the platform's own token");
			expect((await run('officialAccount')).errmsg ?? '').not.toContain("the platform's own token");
		},
	);
});

describe('Accounts of a token service', () => {
	const list = async () => {
		const { outputs } = await world.runForPlatform('getMany');
		return outputs.map((items) => items.map(({ json }) => json));
	};

	it('Get Many lists the accounts of a token service that offers a list', async () => {
		await world.controls.setTokenService({ offersList: true });
		expect((await list())[0]).toEqual([
			{
				officialAccountAppId: OA,
				name: 'Tea House',
				authorizedAt: expect.any(String),
				accountKind: null,
				hint: expect.stringContaining('Include Details'),
			},
		]);
	});

	it('Get Many says to choose accounts by ID if the token service offers no list', async () => {
		const [, [refused]] = await list();
		expect(refused.errmsg).toContain('offers no list');
		expect(refused.hint).toContain('by ID');
	});
});
