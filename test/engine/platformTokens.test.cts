import { inInputOrder } from './engine.cts';
import {
	INFO,
	itemsOf,
	MINT_AUTHORIZER,
	MINT_COMPONENT,
	usePlatformWorld,
} from './platformWorld.cts';
import { letTimeFly } from './uptime.cts';
import { LINK, mp, OA, OTHER_OA, sizesOf, withOptions } from './world.cts';

const world = usePlatformWorld();
/** A long timeout, so that no call is repeated because the machine is slow. */
const inFlight = (maxConcurrency: number) => withOptions({ maxConcurrency, timeout: 120_000 });

/** The number of tokens of the account that got the most. */
const mostTokens = async () =>
	Math.max(...Object.values((await world.controls.counters()).authorizerTokens));

describe('Many merchants', () => {
	it('1,000 merchants cost one platform token and one token each, and the next run costs none', async () => {
		// With faster time, a busy machine would be too slow to keep its turn.
		letTimeFly(1);
		const accounts = await world.controls.addAccounts(1000);
		const run = await world.run({ accounts, parameters: inFlight(10) });
		expect(sizesOf(run)).toEqual([1000, 0, 0, 0, 0, 0, 0]);
		const counts = await world.counts();
		expect(counts).toEqual({ component: 1, authorizer: 1000, link: 1000 });
		expect(await mostTokens()).toBe(1);
		expect((await world.controls.stats()).maxInFlight).toBeLessThanOrEqual(10);

		const again = await world.run({ accounts, operation: 'getStatus', parameters: inFlight(10) });
		expect(sizesOf(again)).toEqual([0, 1000, 0, 0, 0, 0, 0]);
		expect(await world.counts()).toEqual(counts);
		expect(await world.controls.count(INFO)).toBe(1000);
	}, 180_000);

	it('The results of 200 merchants keep their order and their appids', async () => {
		const accounts = await world.controls.addAccounts(200);
		const { outputs } = await world.run({ accounts, parameters: inFlight(50) });
		const results = inInputOrder(outputs);
		expect(results.map(({ officialAccountAppId }) => officialAccountAppId)).toEqual(accounts);
		expect(results.map(({ miniProgramAppId }) => miniProgramAppId)).toEqual(
			accounts.map((_, n) => mp(n)),
		);
	}, 180_000);

	it('If every tenth token becomes invalid in the middle of a run, no item is lost and no token is renewed twice', async () => {
		const accounts = await world.controls.addAccounts(200);
		await world.controls.voidEvery(10);
		const items = [...itemsOf(accounts), ...itemsOf(accounts)].map((item, n) => ({
			...item,
			appId: mp(n),
		}));
		const run = await world.run({ items, parameters: inFlight(10) });
		expect(sizesOf(run)).toEqual([400, 0, 0, 0, 0, 0, 0]);
		expect(await mostTokens()).toBeLessThanOrEqual(3);
		const { authorizer, component } = await world.counts();
		expect(component).toBe(1);
		expect(authorizer).toBeGreaterThan(200);
		expect(authorizer).toBeLessThanOrEqual(225);
	}, 180_000);
});

describe("Merchant's token", () => {
	const items = (from: number, count: number) =>
		Array.from({ length: count }, (_, n) => ({ account: OA, appId: mp(from + n) }));

	it("A merchant's token is made once for 50 items at once", async () => {
		const run = await world.run({ items: items(0, 50), parameters: inFlight(50) });
		expect(sizesOf(run)).toEqual([50, 0, 0, 0, 0, 0, 0]);
		expect(await world.counts()).toEqual({ component: 1, authorizer: 1, link: 50 });
	});

	it("A merchant's token is renewed once when 50 items get it rejected", async () => {
		await world.run();
		await world.controls.mintAside(OA);
		const run = await world.run({ items: items(1, 50), parameters: inFlight(50) });
		expect(sizesOf(run)).toEqual([50, 0, 0, 0, 0, 0, 0]);
		expect(await world.counts()).toMatchObject({ component: 1, authorizer: 2 });
	});

	it("A merchant's token is requested at most four times if WeChat rejects each one", async () => {
		await world.controls.answerWith({ path: LINK }, { errcode: 40001 });
		const run = await world.run({ items: items(0, 50), parameters: inFlight(10) });
		expect(sizesOf(run)).toEqual([0, 0, 0, 0, 50, 0, 0]);
		expect((await world.counts()).authorizer).toBeLessThanOrEqual(4);
	});

	it("A merchant's token is not used for another merchant", async () => {
		await world.controls.addAccount({ appId: OTHER_OA });
		await world.run({ accounts: [OA, OTHER_OA, OA, OTHER_OA] });
		const calls = await world.controls.calls({ path: LINK });
		expect(calls.map(({ account }) => account).sort()).toEqual([OA, OA, OTHER_OA, OTHER_OA]);
	});

	it("Two runs at once share a merchant's token", async () => {
		const { stored } = await world.run({ accounts: [] });
		const run = async () => await world.run({ credential: stored });
		await world.runForPlatform('getMany');
		const both = await Promise.all([run(), run()]);
		expect(both.map(sizesOf)).toEqual([
			[1, 0, 0, 0, 0, 0, 0],
			[0, 1, 0, 0, 0, 0, 0],
		]);
		expect((await world.counts()).authorizer).toBe(1);
	});
});

describe('Answer without a token', () => {
	it.each([
		["the merchant's token", MINT_AUTHORIZER],
		['the platform token', MINT_COMPONENT],
	])(
		'Items leave through Retry Later if an answer has neither token nor answer code: %s',
		async (_, path) => {
			await world.controls.answerWith({ path }, { errcode: 0 });
			const run = await world.run();
			expect(inInputOrder(run.outputs)).toMatchObject([
				{ outcome: 'failed', category: 'retryLater', retryable: true, whoActs: 'operator' },
			]);
			expect(sizesOf(run)).toEqual([0, 0, 0, 0, 0, 1, 0]);
			expect(await world.controls.count(LINK)).toBe(0);
		},
	);
});

describe('Daily limit', () => {
	it("The daily limit of merchants' tokens (45009) stops only merchants without a token", async () => {
		const accounts = await world.controls.addAccounts(20);
		await world.run({ accounts: accounts.slice(0, 10) });
		await world.controls.setApiLimit(MINT_AUTHORIZER, { callsPerDay: 0 });
		const run = await world.run({ accounts, operation: 'getStatus' });
		expect(sizesOf(run)).toEqual([0, 10, 0, 0, 0, 10, 0]);
		const late = run.outputs[5].map(({ json }) => json);
		expect(late.map(({ officialAccountAppId }) => officialAccountAppId)).toEqual(
			accounts.slice(10),
		);
		for (const result of late) {
			expect(result).toMatchObject({
				category: 'retryLater',
				errcode: 45009,
				retryAfter: 'nextDay',
				attempts: 0,
			});
			expect(result.hint).not.toBe('');
		}
	});

	it("After the daily limit of merchants' tokens, no more tokens are requested", async () => {
		const accounts = await world.controls.addAccounts(30);
		await world.controls.setApiLimit(MINT_AUTHORIZER, { callsPerDay: 5 });
		const run = await world.run({ accounts, parameters: inFlight(5) });
		expect(sizesOf(run)).toEqual([5, 0, 0, 0, 0, 25, 0]);
		expect((await world.counts()).authorizer).toBeLessThanOrEqual(10);
	});
});

describe('Busy WeChat', () => {
	it("A merchant's token is requested again if WeChat is busy (-1)", async () => {
		await world.controls.answerWith({ path: MINT_AUTHORIZER }, { errcode: -1, times: 1 });
		expect(await world.result()).toMatchObject({ outcome: 'invitationSent' });
		expect(await world.counts()).toMatchObject({ authorizer: 2, link: 1 });
	});

	it('Items leave through Retry Later if WeChat is still busy (-1) at the last try', async () => {
		await world.controls.answerWith({ path: MINT_AUTHORIZER }, { errcode: -1 });
		const run = await world.run({ parameters: withOptions({ maxTries: 1 }) });
		expect(sizesOf(run)).toEqual([0, 0, 0, 0, 0, 1, 0]);
		// A token serves other runs, too, so Max Tries of this run does not limit its renewal.
		expect(await world.counts()).toMatchObject({ authorizer: 3, link: 0 });
	});

	it.each(['drop', 'htmlStatus', 'truncate'] as const)(
		'Items leave through Retry Later if the question about the account gets no answer (%s)',
		async (fault) => {
			const behavior = {
				drop: { drop: true },
				htmlStatus: { htmlStatus: 502 },
				truncate: { truncate: true },
			};
			await world.controls.answerWith({ path: INFO }, behavior[fault]);
			const run = await world.run({ parameters: withOptions({ maxTries: 1 }) });
			expect(sizesOf(run)).toEqual([0, 0, 0, 0, 0, 1, 0]);
			expect((await world.counts()).link).toBe(0);
		},
	);

	it("Items leave through Retry Later at the minute limit of merchants' tokens (45011)", async () => {
		await world.controls.setApiLimit(MINT_AUTHORIZER, { callsPerMinute: 0 });
		const run = await world.run({ parameters: withOptions({ maxTries: 1 }) });
		expect(sizesOf(run)).toEqual([0, 0, 0, 0, 0, 1, 0]);
		expect(run.outputs[5][0].json).toMatchObject({ errcode: 45011, retryAfter: 'minutes' });
	});
});
