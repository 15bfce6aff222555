import { fingerprintOf } from '../sandbox/index.cts';
import { inInputOrder } from './engine.cts';
import { LINK, LIST, mp, mpItems, OA, OTHER_OA, sizesOf, useWorld, withOptions } from './world.cts';

const world = useWorld();

/** Fingerprints of the tokens that calls were made with, each once. */
const tokensUsed = async () => [
	...new Set((await world.controls.calls()).map(({ tokenFingerprint }) => tokenFingerprint)),
];

describe('a token that stands in the credential', () => {
	it('is read twice for 1,000 items', async () => {
		const run = await world.run({ operation: 'getStatus', items: mpItems(1000) });
		expect(sizesOf(run)).toEqual([0, 0, 1000, 0, 0, 0, 0]);
		expect(run.credentialReads).toBe(2);
	});

	it('may have been pasted with white space', async () => {
		const { accessToken } = world.credential;
		const half = String(accessToken).length / 2;
		const pasted = String(accessToken);
		const credential = {
			...world.credential,
			accessToken: ` ${pasted.slice(0, half)}\n${pasted.slice(half)}\r\n`,
		};
		expect(await world.result({ credential })).toMatchObject({ outcome: 'invitationSent' });
	});

	it('is not sent for nothing when it is empty', async () => {
		for (const accessToken of ['', '  \n']) {
			const credential = { ...world.credential, accessToken };
			const run = await world.run({ items: mpItems(3), credential });
			expect(sizesOf(run)).toEqual([0, 0, 0, 0, 3, 0, 0]);
			expect(run.outputs[4][0].json.hint).toContain('Access Token');
		}
		expect(await world.controls.count()).toBe(0);
	});

	it('is tried once for each item when it is rejected, and nobody renews it', async () => {
		await world.controls.replaceToken(OA);
		const run = await world.run({ items: mpItems(5) });
		expect(sizesOf(run)).toEqual([0, 0, 0, 0, 5, 0, 0]);
		expect(await world.controls.count()).toBe(5);
	});

	it('names the account in the results when its appid was filled in', async () => {
		const credential = { ...world.credential, officialAccountAppId: ` ${OA} ` };
		expect(await world.result({ credential })).toMatchObject({ officialAccountAppId: OA });
	});
});

describe('a credential that was deleted', () => {
	it('makes every item leave through Authorization, and nothing is called', async () => {
		const run = await world.run({ items: mpItems(3), credential: null });
		expect(sizesOf(run)).toEqual([0, 0, 0, 0, 3, 0, 0]);
		expect(run.outputs[4][0].json.hint).toContain('choose the credential');
		expect(await world.controls.count()).toBe(0);
	});
});

describe('a token by expression', () => {
	const byItem = () => ({ ...world.credential, accessToken: '={{ $json.token }}' });

	it('makes each item work on its own account, with one list for each', async () => {
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

	it('that finds nothing for an item leaves the others alone', async () => {
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

	it('sends a Mini Program once to each account', async () => {
		await world.controls.addAccount({ appId: OTHER_OA });
		const tokens = [world.credential.accessToken, await world.controls.issueToken(OTHER_OA)];
		const items = tokens.flatMap((token) =>
			[0, 1].map(() => ({ appId: mp(0), token: `${token}` })),
		);
		await world.run({ items, credential: byItem() });
		expect(await world.controls.count(LINK)).toBe(2);
	});

	it('names the account of each item', async () => {
		const credential = { ...byItem(), officialAccountAppId: '={{ $json.account }}' };
		const token = String(world.credential.accessToken);
		const items = [OA, OTHER_OA].map((account, n) => ({ appId: mp(n), token, account }));
		const results = await world.results({ items, credential });
		expect(results.map(({ officialAccountAppId }) => officialAccountAppId)).toEqual([OA, OTHER_OA]);
	});
});

describe('a token service', () => {
	const fetched = async () => await world.controls.tokenServiceCount();

	it('is asked once for 300 items, ten in flight, and the token is kept', async () => {
		const run = await world.run({ items: mpItems(300), credential: world.tokenService() });
		expect(sizesOf(run)).toEqual([300, 0, 0, 0, 0, 0, 0]);
		expect(await fetched()).toBe(1);
		expect(await world.controls.count(LINK)).toBe(300);
		expect(run.stored).toMatchObject({ authorizerAccessToken: expect.stringMatching(/^61_/) });
	});

	it('is not asked by the next run, which uses the kept token', async () => {
		const first = await world.run({ items: mpItems(2), credential: world.tokenService() });
		const { outputs } = await world.run({ appIds: [mp(7)], credential: first.stored });
		expect(sizesOf({ outputs })).toEqual([1, 0, 0, 0, 0, 0, 0]);
		expect(await fetched()).toBe(1);
	});

	it.each([40001, 42001])(
		'renews a token that dies in the middle (%i) once, and loses nothing',
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

	it('is asked again before the kept token ends, without a call in vain', async () => {
		await world.controls.setTokenService({ lifetimeSeconds: 7200 });
		const first = await world.run({ appIds: [mp(1)], credential: world.tokenService() });
		await world.controls.replaceToken(OA);
		const credential = { ...first.stored, storedRenewAt: Date.now() };
		expect(await world.result({ appIds: [mp(2)], credential })).toMatchObject({ attempts: 1 });
		expect(await fetched()).toBe(2);
		expect(await world.controls.calls({ errcode: 40001 })).toStrictEqual([]);
	});

	it('that names no end is asked when WeChat rejects the token', async () => {
		await world.controls.setTokenService({ omitExpiresIn: true });
		const first = await world.run({ appIds: [mp(1)], credential: world.tokenService() });
		await world.controls.expireToken(OA);
		const result = await world.result({ appIds: [mp(2)], credential: first.stored });
		expect(result).toMatchObject({ outcome: 'invitationSent', attempts: 2 });
		expect(await fetched()).toBe(2);
	});

	it('gets its secret header', async () => {
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
	])('that was edited (%s) makes the kept token useless', async (field, value) => {
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
		'with the wrong kind of token (%s) is asked at most twice for 50 items',
		async (wrongKind) => {
			await world.controls.setTokenService({ wrongKind });
			const run = await world.run({ items: mpItems(50), credential: world.tokenService() });
			expect(sizesOf(run)).toEqual([0, 0, 0, 0, 50, 0, 0]);
			expect(await fetched()).toBeLessThanOrEqual(2);
		},
	);

	it('with a token that WeChat does not know is asked three times for 50 items, once past what it keeps', async () => {
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

	it.each([61003, 61007, 48001, 50002, -1])('is not asked again for %i', async (errcode) => {
		await world.controls.answerWith({}, { errcode });
		const parameters = withOptions({ maxTries: 1 });
		await world.run({ items: mpItems(20), credential: world.tokenService(), parameters });
		expect(await fetched()).toBe(1);
	});

	it.each<[string, Parameters<typeof world.controls.setTokenService>[0]]>([
		['HTTP 401', { secretHeader: { name: 'X-Key', value: 'secret' } }],
		['a page', { failure: 'notJson' }],
		['no token', { failure: 'noToken' }],
	])('that answers %s has every item leave through Authorization', async (_, settings) => {
		await world.controls.setTokenService(settings);
		const run = await world.run({ items: mpItems(30), credential: world.tokenService() });
		expect(sizesOf(run)).toEqual([0, 0, 0, 0, 30, 0, 0]);
		expect(run.outputs[4][0].json).toMatchObject({ errcode: null, attempts: 0 });
		expect(run.outputs[4][0].json.hint).toContain('Token Service URL');
		expect(await fetched()).toBe(1);
		expect(await world.controls.count()).toBe(0);
	});

	it('that is down has every item leave through Retry Later, and is asked three times', async () => {
		await world.controls.setTokenService({ failure: 'http500' });
		const run = await world.run({ items: mpItems(30), credential: world.tokenService() });
		expect(sizesOf(run)).toEqual([0, 0, 0, 0, 0, 30, 0]);
		expect(run.outputs[5][0].json).toMatchObject({ retryable: true, attempts: 0, errcode: null });
		expect(run.outputs[5][0].json.hint).toContain('token service');
		expect(await fetched()).toBe(3);
		expect(await world.controls.count()).toBe(0);
	});

	it('without a URL has every item leave through Authorization', async () => {
		const credential = world.tokenService({ tokenServiceUrl: 'tokens.example.com' });
		const run = await world.run({ items: mpItems(3), credential });
		expect(sizesOf(run)).toEqual([0, 0, 0, 0, 3, 0, 0]);
		expect(run.outputs[4][0].json.hint).toContain('Token Service URL');
	});
});
