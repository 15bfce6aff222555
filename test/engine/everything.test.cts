import fc from 'fast-check';
import type { IDataObject } from 'n8n-workflow';

import type { CallRecord } from '../sandbox/index.cts';
import { inAnotherProcess } from './anotherProcess.cts';
import { Canaries } from './canary.cts';
import type { RunResult } from './engine.cts';
import { INFO, MINT_AUTHORIZER, MINT_COMPONENT, usePlatformWorld } from './platformWorld.cts';
import { LINK, mp, withOptions } from './world.cts';

/** How many days are tried; set more with `EVERYTHING_RUNS=500 npm test`. */
const RUNS = Number(process.env.EVERYTHING_RUNS ?? 50);

const world = usePlatformWorld();
const canaries = new Canaries();
afterEach(() => canaries.unwatch());

/** What goes wrong: at which call, how, and how often. */
const FAULTS = {
	busy: { errcode: -1 },
	busyButDone: { errcode: -1, carryOut: true },
	minuteLimit: { errcode: 45011 },
	refused: { errcode: 89245 },
	noRight: { errcode: 48001 },
	rejected: { errcode: 40001 },
	lost: { drop: true },
	lostButDone: { drop: true, carryOut: true },
	page: { htmlStatus: 502 },
	half: { truncate: true },
	slow: { delayMs: 120 },
} as const;

const fault = fc.record({
	path: fc.constantFrom(LINK, LINK, LINK, MINT_AUTHORIZER, MINT_COMPONENT, INFO),
	kind: fc.constantFrom(...(Object.keys(FAULTS) as Array<keyof typeof FAULTS>)),
	times: fc.integer({ min: 1, max: 4 }),
	account: fc.nat({ max: 3 }),
});

/** After a while another system replaces a token: the platform's (-1) or a merchant's. */
const interference = fc.record({
	whose: fc.integer({ min: -1, max: 3 }),
	afterMs: fc.nat({ max: 400 }),
});

const day = fc.record({
	merchants: fc.integer({ min: 1, max: 4 }),
	items: fc.tuple(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 30 })),
	graceSeconds: fc.constantFrom(0, 300),
	faults: fc.array(fault, { maxLength: 6 }),
	interferences: fc.array(interference, { maxLength: 4 }),
	isTwoProcesses: fc.boolean(),
	/** Milliseconds after which the second run is stopped, if at all. */
	stopAfterMs: fc.option(fc.nat({ max: 500 })),
	inFlight: fc.integer({ min: 1, max: 10 }),
});

type Day = typeof day extends fc.Arbitrary<infer T> ? T : never;

/** The most tokens that may be made for a merchant: one, and two more for each thing that may have voided or lost one. */
function mostTokens({ faults, interferences }: Day): number {
	const lost = faults.reduce((sum, { times }) => sum + times, 0);
	return 1 + 2 * (interferences.length + lost);
}

let linked = 0;

/** Items that no run has sent before. */
const items = (accounts: string[], count: number): IDataObject[] =>
	Array.from({ length: count }, (_, n) => ({
		account: accounts[n % accounts.length],
		appId: mp(linked++),
	}));

async function live(today: Day): Promise<void> {
	await world.reset();
	const { controls } = world;
	const accounts = await controls.addAccounts(today.merchants);
	await controls.configure({
		authorizerTokenGraceSeconds: today.graceSeconds,
		componentTokenGraceSeconds: today.graceSeconds,
	});
	for (const { path, kind, times, account } of today.faults) {
		const who = path === MINT_COMPONENT ? {} : { account: accounts[account % accounts.length] };
		await controls.answerWith({ path, ...who }, { ...FAULTS[kind], times });
	}

	const stop = today.stopAfterMs;
	const timers = today.interferences.map(({ whose, afterMs }) =>
		setTimeout(() => {
			const appId = whose < 0 ? world.appId : accounts[whose % accounts.length];
			// There may be nothing to replace yet.
			controls.mintAside(appId).catch(() => undefined);
		}, afterMs),
	);
	const parameters = withOptions({ maxConcurrency: today.inFlight, timeout: 60_000 });
	const given = today.items.map((count) => items(accounts, count));
	const runs = await Promise.all([
		world.run({ items: given[0], parameters }),
		world.run({
			items: given[1],
			parameters,
			...(today.isTwoProcesses && { nodeType: inAnotherProcess() }),
			...(stop !== null && { whileRunning: ({ cancel }) => void setTimeout(cancel, stop) }),
		}),
	]);
	timers.forEach(clearTimeout);
	await controls.stopAnswering();

	const calls = await controls.calls({ path: LINK });
	given.flat().forEach((item) => expectOwnCalls(item, callsFor(calls, item)));
	expectResults(given[0], runs[0], calls);
	if (stop === null) expectResults(given[1], runs[1], calls);

	const { authorizerTokens } = await controls.counters();
	for (const account of accounts) {
		expect(authorizerTokens[account] ?? 0).toBeLessThanOrEqual(mostTokens(today));
	}
	canaries.secrets = (await controls.secrets()).filter((secret) => secret.length > 8);
	for (const run of runs) canaries.expectClean(run);
}

const callsFor = (calls: CallRecord[], { appId }: IDataObject): CallRecord[] =>
	calls.filter(({ miniProgramAppId }) => miniProgramAppId === appId);

/** Checks that no call for an account uses the token of another. */
function expectOwnCalls({ account }: IDataObject, calls: CallRecord[]): void {
	for (const call of calls) expect([account, null]).toContain(call.account);
}

/** Checks that every item left once, with WeChat's answer to it, through the output for that answer. */
function expectResults(given: IDataObject[], { outputs }: RunResult, calls: CallRecord[]): void {
	const results = new Map(
		outputs.flatMap((output, index) =>
			output.map(({ json }): [unknown, IDataObject] => [json.miniProgramAppId, { ...json, index }]),
		),
	);
	expect(outputs.flat()).toHaveLength(given.length);
	expect(results.size).toBe(given.length);
	for (const item of given) {
		const own = callsFor(calls, item);
		const result = results.get(item.appId) ?? {};
		expect(result).toMatchObject({ officialAccountAppId: item.account, attempts: own.length });
		if (own.length > 0) expect(result).toMatchObject(justified(own));
		else expect(result.index).toBeGreaterThanOrEqual(BRANCHES.quotaReached);
	}
}

const BRANCHES: Record<string, number> = {
	success: 0,
	pending: 1,
	quotaReached: 2,
	notAllowed: 3,
	authorization: 4,
	retryLater: 5,
};

/** What the local WeChat's record of an item's calls says about its result. */
function justified(own: CallRecord[]): IDataObject {
	const { errcode } = own[own.length - 1];
	if (typeof errcode !== 'number') return { errcode: null, index: BRANCHES.retryLater };
	const mayHaveArrived = own
		.slice(0, -1)
		.some((call) => typeof call.errcode !== 'number' || call.errcode === -1);
	const isEcho = errcode === 89010 && mayHaveArrived;
	// If there is no other token, the result says why.
	if (errcode === 40001) return { index: expect.any(Number), outcome: 'failed' };
	if (errcode === 0 || isEcho) return { outcome: 'invitationSent', index: BRANCHES.success };
	const index = {
		[-1]: BRANCHES.retryLater,
		45011: BRANCHES.retryLater,
		89010: BRANCHES.pending,
		89245: BRANCHES.notAllowed,
		48001: BRANCHES.authorization,
	}[errcode];
	return { errcode, index };
}

it('Whatever goes wrong, every item leaves once, through the right output', async () => {
	canaries.watch();
	await fc.assert(fc.asyncProperty(day, live), { numRuns: RUNS, endOnFailure: true });
}, 600_000);
