import { fingerprintOf } from '../sandbox/index.cts';
import { inInputOrder } from './engine.cts';
import { LINK, LIST, mp, mpItems, OA, OTHER_OA, sizesOf, useWorld, withOptions } from './world.cts';

const world = useWorld();

/** Fingerprints of the tokens that calls used, each once. */
const tokensUsed = async () => [
	...new Set((await world.controls.calls()).map(({ tokenFingerprint }) => tokenFingerprint)),
];

describe('Pasted tokens', () => {
	it('A token in the credential is read twice for 1,000 items', async () => {
		const run = await world.run({ operation: 'getStatus', items: mpItems(1000) });
		expect(sizesOf(run)).toEqual([0, 0, 1000, 0, 0, 0, 0]);
		expect(run.credentialReads).toBe(2);
	});

	it('A token may be pasted with white space', async () => {
		const { accessToken } = world.credential;
		const half = String(accessToken).length / 2;
		const pasted = String(accessToken);
		const credential = {
			...world.credential,
			accessToken: ` ${pasted.slice(0, half)}\n${pasted.slice(half)}\r\n`,
		};
		expect(await world.result({ credential })).toMatchObject({ outcome: 'invitationSent' });
	});

	it('An empty token is not sent', async () => {
		for (const accessToken of ['', '  \n']) {
			const credential = { ...world.credential, accessToken };
			const run = await world.run({ items: mpItems(3), credential });
			expect(sizesOf(run)).toEqual([0, 0, 0, 0, 3, 0, 0]);
			expect(run.outputs[4][0].json.hint).toContain('Access Token');
		}
		expect(await world.controls.count()).toBe(0);
	});

	it('A rejected pasted token is tried once for each item and not renewed', async () => {
		await world.controls.replaceToken(OA);
		const run = await world.run({ items: mpItems(5) });
		expect(sizesOf(run)).toEqual([0, 0, 0, 0, 5, 0, 0]);
		expect(await world.controls.count()).toBe(5);
	});

	it('Results name the account if its appid was filled in', async () => {
		const credential = { ...world.credential, officialAccountAppId: ` ${OA} ` };
		expect(await world.result({ credential })).toMatchObject({ officialAccountAppId: OA });
	});
});

describe('Deleted credentials', () => {
	it('Without the credential, every item leaves through Authorization, and nothing is called', async () => {
		const run = await world.run({ items: mpItems(3), credential: null });
		expect(sizesOf(run)).toEqual([0, 0, 0, 0, 3, 0, 0]);
		expect(run.outputs[4][0].json.hint).toContain('choose the credential');
		expect(await world.controls.count()).toBe(0);
	});
});

describe('Tokens by expression', () => {
	const byItem = () => ({ ...world.credential, accessToken: '={{ $json.token }}' });

	it('A token by expression gives each item its own account, with one list for each', async () => {
		await world.controls.addAccount({ appId: OTHER_OA });
		const tokens = [
			String(world.credential.accessToken),
			await world.controls.issueToken(OTHER_OA),
		];
		await world.controls.setRelation(OA, mp(0), 1);
		await world.controls.setRelation(OTHER_OA, mp(0), 2);
		const items = Array.from({ length: 40 }, (_, n) => ({ appId: mp(0), token: tokens[n % 2] }));
		const { outputs, credentialReads } = await world.run({
			operation: 'getStatus',
			items,
			credential: byItem(),
		});
		expect(inInputOrder(outputs).map(({ linkStatus }) => linkStatus)).toEqual(
			items.map((_, n) => (n % 2 === 0 ? 1 : 2)),
		);
		expect(await world.controls.count(LIST)).toBe(2);
		expect((await tokensUsed()).sort()).toEqual(tokens.map(fingerprintOf).sort());
		expect(credentialReads).toBeGreaterThanOrEqual(items.length);
	});

	it('A token by expression that is empty for one item does not affect the others', async () => {
		const token = String(world.credential.accessToken);
		const items = [{ appId: mp(0) }, { appId: mp(1), token }, { appId: mp(2), token: '' }];
		const results = await world.results({ items, credential: byItem() });
		expect(results.map(({ category }) => category)).toEqual([
			'authorization',
			'success',
			'authorization',
		]);
		expect(results[0].hint).toContain('expression');
		expect(await world.controls.count()).toBe(1);
	});

	it('A Mini Program is sent once to each account of a token by expression', async () => {
		await world.controls.addAccount({ appId: OTHER_OA });
		const tokens = [world.credential.accessToken, await world.controls.issueToken(OTHER_OA)];
		const items = tokens.flatMap((token) =>
			[0, 1].map(() => ({ appId: mp(0), token: `${token}` })),
		);
		await world.run({ items, credential: byItem() });
		expect(await world.controls.count(LINK)).toBe(2);
	});

	it('An appid by expression names the account of each item', async () => {
		const credential = { ...byItem(), officialAccountAppId: '={{ $json.account }}' };
		const token = String(world.credential.accessToken);
		const items = [OA, OTHER_OA].map((account, n) => ({ appId: mp(n), token, account }));
		const results = await world.results({ items, credential });
		expect(results.map(({ officialAccountAppId }) => officialAccountAppId)).toEqual([OA, OTHER_OA]);
	});
});

describe('Token services', () => {
	const fetched = async () => await world.controls.tokenServiceCount();

	it('A token service is asked once for 300 items, ten at a time, and its token is kept', async () => {
		const run = await world.run({ items: mpItems(300), credential: world.tokenService() });
		expect(sizesOf(run)).toEqual([300, 0, 0, 0, 0, 0, 0]);
		expect(await fetched()).toBe(1);
		expect(await world.controls.count(LINK)).toBe(300);
		expect(run.stored).toMatchObject({ authorizerAccessToken: expect.stringMatching(/^61_/) });
	});

	it('The next run uses the kept token', async () => {
		const first = await world.run({ items: mpItems(2), credential: world.tokenService() });
		const { outputs } = await world.run({ appIds: [mp(7)], credential: first.stored });
		expect(sizesOf({ outputs })).toEqual([1, 0, 0, 0, 0, 0, 0]);
		expect(await fetched()).toBe(1);
	});

	it.each([40001, 42001])(
		'A token that is rejected during a run (%i) is renewed once, and no item is lost',
		async (code) => {
			const { stored } = await world.run({ appIds: [mp(999)], credential: world.tokenService() });
			if (code === 40001) await world.controls.replaceTokenAfter(OA, 100);
			else await world.controls.expireToken(OA);
			const before = await fetched();
			const run = await world.run({ items: mpItems(300), credential: stored });
			expect(sizesOf(run)).toEqual([300, 0, 0, 0, 0, 0, 0]);
			expect(await fetched()).toBe(before + 1);
			expect(run.stored.authorizerAccessToken).not.toBe(stored.authorizerAccessToken);
			const carriedOut = (await world.controls.calls({ path: LINK })).filter(
				(call) => call.carriedOut,
			);
			expect(carriedOut).toHaveLength(301);
		},
	);

	it('A token service is asked again before the kept token ends', async () => {
		await world.controls.setTokenService({ lifetimeSeconds: 7200 });
		const first = await world.run({ appIds: [mp(1)], credential: world.tokenService() });
		await world.controls.replaceToken(OA);
		const credential = { ...first.stored, storedRenewAt: Date.now() };
		expect(await world.result({ appIds: [mp(2)], credential })).toMatchObject({ attempts: 1 });
		expect(await fetched()).toBe(2);
		expect(await world.controls.calls({ errcode: 40001 })).toStrictEqual([]);
	});

	it('A token service that does not say when its token ends is asked again when WeChat rejects the token', async () => {
		await world.controls.setTokenService({ omitExpiresIn: true });
		const first = await world.run({ appIds: [mp(1)], credential: world.tokenService() });
		await world.controls.expireToken(OA);
		const result = await world.result({ appIds: [mp(2)], credential: first.stored });
		expect(result).toMatchObject({ outcome: 'invitationSent', attempts: 2 });
		expect(await fetched()).toBe(2);
	});

	it('A token service gets its secret header', async () => {
		await world.controls.setTokenService({ secretHeader: { name: 'X-Key', value: 'secret' } });
		const credential = world.tokenService({
			tokenServiceHeaderName: 'X-Key',
			tokenServiceHeaderValue: 'secret',
		});
		expect(await world.result({ credential })).toMatchObject({ outcome: 'invitationSent' });
	});

	it.each([
		['tokenServiceUrl', () => `${world.url}/_sandbox/token-service/${OTHER_OA}`],
		['tokenServiceHeaderValue', () => 'another'],
	])('A token is not reused after a change of %s', async (field, value) => {
		await world.controls.addAccount({ appId: OTHER_OA });
		const { stored } = await world.run({ credential: world.tokenService() });
		const before = fingerprintOf(String(stored.authorizerAccessToken));
		await world.controls.setTokenService({ mint: true });
		await world.run({ appIds: [mp(5)], credential: { ...stored, [field]: value() } });
		const [last] = (await world.controls.calls()).slice(-1);
		expect(last).toMatchObject({ miniProgramAppId: mp(5), errcode: 0 });
		expect(last.tokenFingerprint).not.toBe(before);
		expect(await fetched()).toBe(2);
	});

	it.each(['component', 'own', 'miniProgram'] as const)(
		'A token service with the wrong kind of token (%s) is asked at most twice for 50 items',
		async (wrongKind) => {
			await world.controls.setTokenService({ wrongKind });
			const run = await world.run({ items: mpItems(50), credential: world.tokenService() });
			expect(sizesOf(run)).toEqual([0, 0, 0, 0, 50, 0, 0]);
			expect(await fetched()).toBeLessThanOrEqual(2);
		},
	);

	it('A token service whose token WeChat does not know is asked three times for 50 items, once to bypass its cache', async () => {
		await world.controls.setTokenService({ fixedToken: 'A'.repeat(40) });
		const credential = world.tokenService();
		const run = await world.run({ items: mpItems(50), credential });
		expect(sizesOf(run)).toEqual([0, 0, 0, 0, 50, 0, 0]);
		expect(run.outputs[4][0].json).toMatchObject({ errcode: 40001, whoActs: 'provider' });
		expect(run.outputs[4][0].json.hint).toContain('Cache-Control: no-cache');
		expect(await fetched()).toBe(3);
		expect(await world.controls.noCacheCount()).toBe(1);
		await world.run({ items: mpItems(50), credential: run.stored });
		expect(await fetched()).toBe(3);
	});

	it.each([61003, 61007, 48001, 50002, -1])(
		'A token service is not asked again after %i',
		async (errcode) => {
			await world.controls.answerWith({}, { errcode });
			const parameters = withOptions({ maxTries: 1 });
			await world.run({ items: mpItems(20), credential: world.tokenService(), parameters });
			expect(await fetched()).toBe(1);
		},
	);

	it.each<[string, Parameters<typeof world.controls.setTokenService>[0]]>([
		['HTTP 401', { secretHeader: { name: 'X-Key', value: 'secret' } }],
		['a page', { failure: 'notJson' }],
		['no token', { failure: 'noToken' }],
	])(
		'Every item leaves through Authorization if the token service answers %s',
		async (_, settings) => {
			await world.controls.setTokenService(settings);
			const run = await world.run({ items: mpItems(30), credential: world.tokenService() });
			expect(sizesOf(run)).toEqual([0, 0, 0, 0, 30, 0, 0]);
			expect(run.outputs[4][0].json).toMatchObject({ errcode: null, attempts: 0 });
			expect(run.outputs[4][0].json.hint).toContain('Token Service URL');
			expect(await fetched()).toBe(1);
			expect(await world.controls.count()).toBe(0);
		},
	);

	it('Every item leaves through Retry Later if the token service is down, after three requests', async () => {
		await world.controls.setTokenService({ failure: 'http500' });
		const run = await world.run({ items: mpItems(30), credential: world.tokenService() });
		expect(sizesOf(run)).toEqual([0, 0, 0, 0, 0, 30, 0]);
		expect(run.outputs[5][0].json).toMatchObject({ retryable: true, attempts: 0, errcode: null });
		expect(run.outputs[5][0].json.hint).toContain('token service');
		expect(await fetched()).toBe(3);
		expect(await world.controls.count()).toBe(0);
	});

	it('Every item leaves through Authorization if the token service has no URL', async () => {
		const credential = world.tokenService({ tokenServiceUrl: 'tokens.example.com' });
		const run = await world.run({ items: mpItems(3), credential });
		expect(sizesOf(run)).toEqual([0, 0, 0, 0, 3, 0, 0]);
		expect(run.outputs[4][0].json.hint).toContain('Token Service URL');
	});
});
