import { itemsOf, MINT_AUTHORIZER, MINT_COMPONENT, usePlatformWorld } from './platformWorld.cts';
import { OA, sizesOf, withOptions } from './world.cts';

const world = usePlatformWorld();
const MINUTE = 60_000;

/** The results of three merchants if the platform gets no token; none of them is called. */
async function resultsWithoutToken() {
	const accounts = await world.controls.addAccounts(3);
	const run = await world.run({ accounts, parameters: withOptions({ maxConcurrency: 3 }) });
	expect(run.outputs.flat()).toHaveLength(3);
	expect(await world.counts()).toMatchObject({ authorizer: 0, link: 0 });
	return { run, results: run.outputs.flat().map(({ json }) => json) };
}

describe('Platform token', () => {
	it('The platform token is kept in the credential and used by the next run', async () => {
		const first = await world.run();
		expect(first.stored.componentAccessToken).not.toBe('');
		expect(first.stored.componentAccessTokenExpiresAt).toBeGreaterThan(Date.now() + 100 * MINUTE);
		await world.run({ accounts: [OA, OA] });
		expect((await world.counts()).component).toBe(1);
	});

	it('The platform token is renewed once when WeChat rejects it in the middle of a run', async () => {
		const accounts = await world.controls.addAccounts(40);
		await world.run({ accounts: accounts.slice(0, 20) });
		await world.controls.mintAside(world.appId);
		const run = await world.run({ accounts: accounts.slice(20) });
		expect(sizesOf(run)).toEqual([20, 0, 0, 0, 0, 0, 0]);
		expect(await world.counts()).toEqual({ component: 2, authorizer: 40, link: 40 });
	});

	it('The platform token is renewed in its last ten minutes, without a rejected call', async () => {
		const { stored } = await world.runForPlatform('getMany');
		world.credential = { ...stored, componentAccessTokenExpiresAt: Date.now() + 9 * MINUTE };
		expect(sizesOf(await world.run())[0]).toBe(1);
		expect((await world.counts()).component).toBe(2);
		expect(await world.controls.calls({ errcode: 40001 })).toStrictEqual([]);
	});

	it('The platform token is used until ten minutes before its end', async () => {
		const { stored } = await world.runForPlatform('getMany');
		world.credential = { ...stored, componentAccessTokenExpiresAt: Date.now() + 11 * MINUTE };
		expect(sizesOf(await world.run())[0]).toBe(1);
		expect((await world.counts()).component).toBe(1);
	});

	it('The platform token is not used after the credential changes to another platform', async () => {
		await world.runForPlatform('getMany');
		const other = await world.controls.addPlatform({ appId: 'wxd000000000000001' });
		await world.controls.pushTicket(undefined, other.appId);
		const { controls, credential } = world;
		const run = await world.runForPlatform('getMany', {
			items: [{}],
			credential: {
				...credential,
				componentAppId: other.appId,
				componentAppSecret: other.appSecret,
				componentVerifyTicket: (await controls.lastTicket(other.appId)) ?? '',
			},
		});
		expect(run.error).toBeUndefined();
		expect((await controls.counters()).componentTokens).toMatchObject({ [other.appId]: 1 });
	});

	it('The platform token can be made from a ticket by expression', async () => {
		const ticket = world.credential.componentVerifyTicket;
		const credential = { ...world.credential, componentVerifyTicket: '={{ $json.ticket }}' };
		const items = itemsOf([OA]).map((item) => ({ ...item, ticket }) as typeof item);
		expect(sizesOf(await world.run({ items, credential }))[0]).toBe(1);
	});
});

describe('No platform token', () => {
	it('Without a ticket, every item says what to set up', async () => {
		world.credential.componentVerifyTicket = '';
		const { run, results } = await resultsWithoutToken();
		expect(sizesOf(run)).toEqual([0, 0, 0, 0, 3, 0, 0]);
		for (const { errmsg, hint } of results) {
			expect(errmsg).toContain('component_verify_ticket');
			expect(hint).toContain('WeChat Open Platform Trigger');
		}
		expect(await world.controls.count()).toBe(0);
	});

	it.each(['componentAppId', 'componentAppSecret'])(
		'If %s is empty, every item says so and nothing is called',
		async (field) => {
			world.credential[field] = ' ';
			const { results } = await resultsWithoutToken();
			for (const { hint } of results) expect(hint).toContain('fills in both');
			expect(await world.controls.count()).toBe(0);
		},
	);

	it.each<[string, number, () => Promise<unknown>]>([
		['the ticket is stale', 61005, async () => await world.controls.advanceClock(13 * 3600)],
		[
			'the ticket is wrong',
			61006,
			async () => void (world.credential.componentVerifyTicket = 'ticket@@@wrong'),
		],
		[
			'the secret is wrong',
			40125,
			async () => void (world.credential.componentAppSecret = 'f'.repeat(32)),
		],
		[
			'the secret is wrong, and WeChat says 61006',
			61006,
			async () => {
				world.credential.componentAppSecret = 'f'.repeat(32);
				await world.controls.configure({ wrongSecretErrcode: 61006 });
			},
		],
		[
			'the IP address is not in the whitelist',
			61004,
			async () => await world.controls.changePlatform({ ipWhitelist: ['203.0.113.7'] }),
		],
		[
			'the daily limit is reached',
			45009,
			async () => await world.controls.setApiLimit(MINT_COMPONENT, { callsPerDay: 0 }),
		],
	])('The platform token is requested once if %s (%i)', async (_, errcode, arrange) => {
		await arrange();
		const { results } = await resultsWithoutToken();
		for (const result of results) {
			expect(result).toMatchObject({ errcode, attempts: 0, outcome: 'failed' });
			expect(result.category).toBe(errcode === 45009 ? 'retryLater' : 'authorization');
			expect(result.hint).not.toBe('');
		}
		expect((await world.counts()).component).toBe(1);
	});

	it('If the IP whitelist lacks the address, the hint names it', async () => {
		await world.controls.changePlatform({ ipWhitelist: ['203.0.113.7'] });
		const { results } = await resultsWithoutToken();
		expect(results[0].hint).toContain('127.0.0.1');
	});

	it("If the appid of the platform is an Official Account's (61011), every item says so", async () => {
		await world.controls.answerWith({ path: MINT_COMPONENT }, { errcode: 61011 });
		const { results } = await resultsWithoutToken();
		expect(results[0]).toMatchObject({ category: 'authorization', errcode: 61011 });
		expect(results[0].hint).toMatch(/third-party platform/);
	});

	it('If WeChat is busy (-1), the platform token is requested three times, and the items may be sent again', async () => {
		await world.controls.answerWith({ path: MINT_COMPONENT }, { errcode: -1 });
		const { run, results } = await resultsWithoutToken();
		expect(sizesOf(run)).toEqual([0, 0, 0, 0, 0, 3, 0]);
		expect(results[0]).toMatchObject({ retryable: true, retryAfter: 'minutes' });
		expect((await world.counts()).component).toBeLessThanOrEqual(9);
	}, 30_000);

	it('If the credential was deleted, the item names the credential type', async () => {
		const run = await world.run({ credential: null });
		expect(sizesOf(run)).toEqual([0, 0, 0, 0, 1, 0, 0]);
		expect(run.outputs[4][0].json.hint).toContain('WeChat Open Platform API');
	});

	it.each(['', 'weixin', 'api.weixin.qq.com', 'ftp://x'])(
		'If API Base URL is %j, nothing is called and every item says so beside its account',
		async (apiBaseUrl) => {
			world.credential.apiBaseUrl = apiBaseUrl;
			const { results } = await resultsWithoutToken();
			expect((await world.counts()).component).toBe(0);
			for (const { category, officialAccountAppId, hint } of results) {
				expect(category).toBe('other');
				expect(officialAccountAppId).toMatch(/^wx[0-9a-f]{16}$/);
				expect(hint).toContain('API Base URL');
			}
		},
	);
});

describe('Rejected platform token', () => {
	it('A rejected platform token stops no merchant whose own token is valid', async () => {
		await world.run();
		await world.controls.mintAside(world.appId);
		await world.controls.answerWith({ path: MINT_AUTHORIZER }, { errcode: -1 });
		expect(sizesOf(await world.run({ operation: 'getStatus' }))).toEqual([0, 1, 0, 0, 0, 0, 0]);
		expect((await world.counts()).component).toBe(1);
	});
});
