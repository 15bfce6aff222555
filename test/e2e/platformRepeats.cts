import { lockDatabase } from '../n8n/databaseLock.cts';
import { waitFor } from '../n8n/waitFor.cts';
import { fingerprintOf } from '../sandbox/index.cts';
import type { AuthorizationResult } from '../sandbox/index.cts';
import type { PlatformWorld } from './platformWorld.cts';

const EXCHANGE_PATH = '/cgi-bin/component/api_query_auth';
const TIMEOUT_MS = 60_000;
const LOOK_INTERVAL_MS = 500;

/** How long WeChat waits for an answer. */
const PATIENCE_MS = 5000;

/** How many repeats come at once. */
const CROWD = 9;

/** Repeats of a push, before and after it was answered. */
export function testRepeats(world: PlatformWorld): void {
	const marked = 'wx00000000000000d0';
	let merchants = 0;

	const newMerchant = async () => {
		merchants += 1;
		const account = `wx00000000000000d${merchants}`;
		await world.controls.addAccount({ appId: account, status: 'none' });
		return account;
	};

	const authorize = async (account: string) =>
		await world.controls.authorize({ account, permissionSets: [1, 33] });

	/** The accounts whose authorizations have started the workflow since these executions. */
	const startsSince = async (before: string[]): Promise<string[]> => {
		const ids = (await world.pushed()).filter((id) => !before.includes(id));
		const runs = await Promise.all(ids.map(async (id) => await world.running.waitForExecution(id)));
		return runs
			.flatMap(({ nodes }) => nodes.Received.outputs[0])
			.filter(({ json }) => json.event === 'authorized')
			.map(({ json }) => String(json.officialAccountAppId));
	};

	/** Does something, and counts how often that started the workflow for an account. */
	const startsOf = async (account: string, work: () => Promise<unknown>): Promise<number> => {
		const before = await world.pushed();
		const untilStarted = async (wanted: string) => {
			const ask = async () => {
				const accounts = await startsSince(before);
				if (accounts.includes(wanted)) return accounts;
				// The next push finishes those left behind, and WeChat keeps pushing tickets.
				await world.controls.pushTicket();
				return null;
			};
			const what = `the start for ${wanted}`;
			return await waitFor(ask, { what, timeoutMs: TIMEOUT_MS, intervalMs: LOOK_INTERVAL_MS });
		};
		await work();
		await untilStarted(account);
		// Once a later push has started the workflow, the earlier ones start nothing more.
		await authorize(marked);
		const accounts = await untilStarted(marked);
		await world.controls.withdraw(marked);
		return accounts.filter((one) => one === account).length;
	};

	const timesExchanged = async ({ authorizationCode }: AuthorizationResult) => {
		const code = fingerprintOf(authorizationCode);
		const calls = await world.controls.calls({ path: EXCHANGE_PATH });
		return calls.filter(({ body, errcode }) => errcode === 0 && JSON.stringify(body).includes(code))
			.length;
	};

	/** Pushes tickets until the code is exchanged. */
	const untilExchanged = async (result: AuthorizationResult): Promise<number> => {
		const ask = async () => {
			const times = await timesExchanged(result);
			if (times > 0) return times;
			await world.controls.pushTicket();
			return null;
		};
		const wanted = { timeoutMs: TIMEOUT_MS, intervalMs: LOOK_INTERVAL_MS };
		return await waitFor(ask, { what: 'the exchange', ...wanted });
	};

	/** The next push, as soon as it is sent. */
	const nextPush = async (afterSequence: number) =>
		await waitFor(async () => (await world.controls.pushes({ afterSequence })).at(0) ?? null, {
			what: 'a push',
			timeoutMs: TIMEOUT_MS,
			intervalMs: 1,
		});

	const lastSequence = async () => (await world.controls.pushes()).at(-1)?.sequence ?? 0;

	beforeAll(async () => {
		await world.controls.addAccount({ appId: marked, status: 'none' });
		// A busy machine may answer late, but must answer.
		await world.controls.configure({ pushTimeoutMs: TIMEOUT_MS });
	});

	afterAll(async () => await world.controls.configure({ pushTimeoutMs: PATIENCE_MS }));

	it('Repeats of a push that is still being stored start the workflow once', async () => {
		const account = await newMerchant();
		let result: AuthorizationResult | undefined;
		const starts = await startsOf(account, async () => {
			const after = await lastSequence();
			const sent = authorize(account);
			const { sequence } = await nextPush(after);
			const crowd = Array.from({ length: CROWD }, async () => {
				await world.controls.repeatPush(sequence);
			});
			[result] = await Promise.all([sent, ...crowd]);
			const [{ answers }] = await world.controls.pushes({ afterSequence: after });
			expect(answers.map(({ body }) => body)).toContain('success');
			expect(await world.controls.repeatPush(sequence)).toMatchObject({ delivered: true });
		});
		expect(starts).toBe(1);
		expect(result && (await timesExchanged(result))).toBe(1);
	});

	it('Repeats of a push that could not be stored start the workflow once', async () => {
		const account = await newMerchant();
		let result: AuthorizationResult | undefined;
		const starts = await startsOf(account, async () => {
			const unlock = await lockDatabase(world.n8n.databasePath);
			// WeChat tries three times meanwhile.
			result = await authorize(account).finally(async () => await unlock());
			const { sequence } = result.push;
			expect(await world.controls.repeatPush(sequence)).toMatchObject({ delivered: true });
		});
		expect(starts).toBe(1);
		expect(result && (await untilExchanged(result))).toBe(1);
	});

	it('Many repeats start the workflow once, both while nothing can be stored and afterwards', async () => {
		const account = await newMerchant();
		let result: AuthorizationResult | undefined;
		const starts = await startsOf(account, async () => {
			const unlock = await lockDatabase(world.n8n.databasePath);
			const after = await lastSequence();
			const sent = authorize(account);
			const { sequence } = await nextPush(after);
			const crowd = async () => {
				const repeat = async () => await world.controls.repeatPush(sequence);
				await Promise.all(Array.from({ length: CROWD }, repeat));
			};
			await crowd().finally(async () => await unlock());
			await crowd();
			result = await sent;
			expect(await world.controls.repeatPush(sequence)).toMatchObject({ delivered: true });
		});
		expect(starts).toBe(1);
		expect(result && (await timesExchanged(result))).toBe(1);
	});
}
