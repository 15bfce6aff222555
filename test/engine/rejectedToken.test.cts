import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import { inAnotherProcess } from './anotherProcess.cts';
import { Canaries } from './canary.cts';
import { MINT_AUTHORIZER, usePlatformWorld } from './platformWorld.cts';
import { LINK, OA, OTHER_OA } from './world.cts';

const officialAccountAppId = { __rl: true, mode: 'id', value: '={{ $json.account }}' };

const world = usePlatformWorld();
const canaries = new Canaries();

afterEach(() => canaries.unwatch());

/** The result of Get Access Token for a server that reports a rejected token. */
const ask = async (rejectedToken?: unknown, options: object = {}) => {
	const parameters = {
		officialAccountAppId,
		...(rejectedToken !== undefined && { rejectedToken: rejectedToken as string }),
	};
	return await world.runForPlatform('getAccessToken', { accounts: [OA], parameters, ...options });
};

const tokenOf = async (rejectedToken?: unknown, options?: object): Promise<string> => {
	const { outputs } = await ask(rejectedToken, options);
	return String(outputs[0][0]?.json.accessToken);
};

const mints = async () => await world.controls.count(MINT_AUTHORIZER);

describe('Rejected Token', () => {
	beforeEach(() => {
		world.credential = { ...world.credential, allowTokenOutput: true };
	});

	it('A server that reports a rejected token gets a new one, which runs use, too', async () => {
		const dead = await tokenOf();
		await world.controls.mintAside(OA);
		expect(await tokenOf()).toBe(dead);
		const fresh = await tokenOf(dead);
		expect(await world.controls.tokenState(fresh)).toBe('newest');
		const before = await mints();
		expect(await world.result()).toMatchObject({ outcome: 'invitationSent', attempts: 1 });
		expect(await mints()).toBe(before);
	});

	it('A server that reports an old token gets the one in use, and none is made', async () => {
		const used = await tokenOf();
		expect(await tokenOf('61_some-token-of-last-week-that-ended')).toBe(used);
		const next = await tokenOf(used);
		expect(next).not.toBe(used);
		expect(await tokenOf(used)).toBe(next);
		expect(await mints()).toBe(2);
	});

	it('A server that reports a rejected token gets the one that another process has made', async () => {
		const dead = await tokenOf();
		const made = await tokenOf(dead, { nodeType: inAnotherProcess() });
		expect(await tokenOf(dead)).toBe(made);
		expect(await mints()).toBe(2);
	});

	it('A run may report rejected tokens for several accounts, and twice for one', async () => {
		await world.controls.addAccount({ appId: OTHER_OA });
		const dead = await tokenOf();
		const { outputs } = await ask(dead, { accounts: [OA, OTHER_OA, OA] });
		const [first, other, again] = outputs[0].map(({ json }) => json.accessToken);
		expect(again).toBe(first);
		expect(new Set([dead, first, other]).size).toBe(3);
		expect(await mints()).toBe(3);
	});

	it('A server that rejects one new token after the other gets no new one for a minute', async () => {
		let token = await tokenOf();
		for (let round = 0; round < 2; round++) {
			const { outputs } = await ask(token);
			token = String(outputs[0][0]?.json.accessToken ?? '');
		}
		const { outputs } = await ask(token);
		expect(outputs[1][0].json).toMatchObject({ category: 'authorization', errcode: 40001 });
		expect(await mints()).toBe(2);
	});

	it('No token is made for a server if the credential does not allow tokens to leave', async () => {
		const used = await tokenOf();
		world.credential = { ...world.credential, allowTokenOutput: false };
		const { outputs } = await ask(used);
		expect(outputs[1]).toHaveLength(1);
		expect(await mints()).toBe(1);
	});

	it.each([[{ a: 1 }], [['61_a', '61_b']], [7], [true], ['x'.repeat(2000)]])(
		'A Rejected Token of %j names the parameter to correct, and the other items continue',
		async (value) => {
			const used = await tokenOf();
			const { outputs } = await ask(
				'={{ $json.account === "' + OTHER_OA + '" ? ' + JSON.stringify(value) + ' : "" }}',
				{
					accounts: [OTHER_OA, OA],
				},
			);
			expect(outputs[0].map(({ json }) => json.accessToken)).toEqual([used]);
			const [[refused], others] = [outputs[3], [...outputs[1], ...outputs[2]]];
			expect(others).toStrictEqual([]);
			expect(refused.json).toMatchObject({
				officialAccountAppId: OTHER_OA,
				category: 'other',
			});
			expect(refused.json.errmsg).toContain('Rejected Token');
			expect(refused.json.hint).toContain('Rejected Token');
			expect(await mints()).toBe(1);
		},
	);

	it.each(['', ' \n', '={{ $json.nothingOfThatName }}', '={{ null }}'])(
		'A server without a rejected token (%j) gets the one in use',
		async (nothing) => {
			const used = await tokenOf();
			expect(await tokenOf(nothing)).toBe(used);
			expect(await mints()).toBe(1);
		},
	);

	it.each(['category', 'single'])(
		'A rejected token does not appear in any output in the output mode %s',
		async (outputMode) => {
			canaries.watch();
			const named = await tokenOf();
			const rejectedToken = '={{ $json.rejected }}';
			const parameters = { officialAccountAppId, outputMode, rejectedToken };
			const asking = async (rejected: string | string[], account = OA) =>
				await ask(undefined, { items: [{ account, rejected }], parameters });
			const runs = [
				await asking([named]),
				await asking(named, 'no account'),
				await asking(`${named}${'x'.repeat(1024)}`),
			];
			await world.controls.answerWith({ path: MINT_AUTHORIZER }, { errcode: 61023, times: 1 });
			runs.push(await asking(named), await asking(named));
			canaries.secrets = [named];
			for (const { outputs, hints, error } of runs) canaries.expectNone(outputs, hints, error);
			expect(runs[4].outputs[0]).toHaveLength(1);
		},
	);
});

describe('Token services with a cache', () => {
	const service = (
		fields: ICredentialDataDecryptedObject = {},
	): ICredentialDataDecryptedObject => ({
		componentAppId: world.appId,
		tokenSource: 'tokenService',
		tokenServiceUrl: `${world.url}/_sandbox/token-service/{appid}`,
		apiBaseUrl: world.url,
		...fields,
	});
	/** The other kind of credential. */
	const ofOneAccount = () => ({
		credentialType: 'weChatAuthorizerTokenApi' as const,
		credential: service({ tokenServiceUrl: `${world.url}/_sandbox/token-service/${OA}` }),
	});

	beforeEach(async () => {
		world.credential = service();
		await world.controls.setTokenService({ caches: true });
	});

	it.each([
		['of a platform', () => ({})],
		['of one account', ofOneAccount],
	])(
		'A token service %s is first asked normally, and then once to bypass its cache',
		async (_, options) => {
			expect(await world.result(options())).toMatchObject({ outcome: 'invitationSent' });
			await world.controls.mintAside(OA);
			const result = await world.result({ ...options(), operation: 'getStatus' });
			expect(result).toMatchObject({ category: 'pending', errcode: 0, attempts: 2 });
			expect(await world.controls.tokenServiceCount(OA)).toBe(3);
			expect(await world.controls.noCacheCount(OA)).toBe(1);
		},
	);

	it('A token service with a newer token is not asked to bypass its cache', async () => {
		await world.result();
		await world.controls.mintAside(OA);
		await world.controls.setTokenService({ caches: false });
		expect(await world.result({ operation: 'getStatus' })).toMatchObject({ attempts: 2 });
		expect(await world.controls.noCacheCount()).toBe(0);
	});

	it('A token service is asked to bypass its cache once for each token, over all runs', async () => {
		await world.controls.setTokenService({ fixedToken: '61_a-token-that-nobody-has-made-at-all' });
		await world.results({ accounts: [OA, OA, OA] });
		await world.result();
		expect(await world.controls.noCacheCount()).toBe(1);
		expect(await world.controls.tokenServiceCount()).toBe(3);
	});

	it('A token service that did not answer is asked to bypass its cache again', async () => {
		await world.result();
		await world.controls.mintAside(OA);
		await world.controls.setTokenService({ failsNoCache: true });
		expect(await world.result({ operation: 'getStatus' })).toMatchObject({
			category: 'retryLater',
		});
		const refused = await world.controls.noCacheCount();
		await world.controls.setTokenService({ failsNoCache: false });
		expect(await world.result({ operation: 'getStatus' })).toMatchObject({ errcode: 0 });
		expect(await world.controls.noCacheCount()).toBe(refused + 1);
	});

	it('A rejection reaches the server behind Get Access Token', async () => {
		world.credential = service({ allowTokenOutput: true });
		const dead = await tokenOf();
		await world.controls.mintAside(OA);
		const fresh = await tokenOf(dead);
		expect(await world.controls.tokenState(fresh)).toBe('newest');
		expect(await world.controls.noCacheCount(OA)).toBe(1);
	});
});

describe('Answers of token services', () => {
	beforeEach(() => {
		world.credential = {
			componentAppId: world.appId,
			tokenSource: 'tokenService',
			tokenServiceUrl: `${world.url}/_sandbox/token-service/{appid}`,
			apiBaseUrl: world.url,
		};
	});

	it.each(['authorizer_access_token', 'access_token', 'token'] as const)(
		"The answer of a token service may contain %s inside data, as Tencent's own server answers",
		async (key) => {
			await world.controls.setTokenService({ inData: true, key });
			expect(await world.result()).toMatchObject({ outcome: 'invitationSent' });
		},
	);

	it.each([
		[
			200,
			'error',
			'authorization',
			'The token service returned no token: its answer is not JSON (HTTP 200)',
		],
		[
			200,
			'"error"',
			'authorization',
			'The token service returned no token: its JSON is not an object (HTTP 200)',
		],
		[
			200,
			'<html><body>Log in</body></html>',
			'authorization',
			'The token service returned no token: it answered with a page (HTTP 200)',
		],
		[
			200,
			'',
			'authorization',
			'The token service returned no token: its answer is empty (HTTP 200)',
		],
		[
			200,
			'{}',
			'authorization',
			'The token service returned no token: its JSON contains none (HTTP 200)',
		],
		[
			200,
			'{"code":0,"data":null}',
			'authorization',
			'The token service returned no token: its JSON contains none (HTTP 200)',
		],
		[
			200,
			'{"code":1001,"errorMsg":"no"}',
			'authorization',
			'The token service returned no token: it answered code 1001 (HTTP 200)',
		],
		[
			200,
			'{"data":{"token":123}}',
			'authorization',
			'The token service returned no token: the token is not a text (HTTP 200)',
		],
		[
			200,
			'{"access_token":""}',
			'authorization',
			'The token service returned no token: the token is empty (HTTP 200)',
		],
		[
			200,
			'{"errcode":40001,"errmsg":"invalid credential"}',
			'authorization',
			'The token service returned no token: it answered errcode 40001 (HTTP 200)',
		],
		[301, '', 'authorization', 'The token service redirects to another address (HTTP 301)'],
		[
			404,
			'{"data":{"token":"61_x"}}',
			'authorization',
			'The token service returned no token (HTTP 404)',
		],
		[429, '', 'retryLater', 'The token service answered HTTP 429'],
		[500, 'oops', 'retryLater', 'The token service answered HTTP 500'],
	])(
		'The answer HTTP %i with %j of a token service is described in words, and WeChat is not called',
		async (status, text, category, problem) => {
			await world.controls.setTokenService({ answer: { status, text } });
			const result = await world.result();
			expect(result).toMatchObject({ category, errmsg: problem, whoActs: 'provider', attempts: 0 });
			expect(String(result.hint).length).toBeGreaterThan(20);
			expect(await world.controls.count(LINK)).toBe(0);
		},
	);
});
