import { setTimeout as wait } from 'node:timers/promises';
import type { IDataObject } from 'n8n-workflow';

import { pushWorkflow, WEBHOOK_PATH } from '../e2e/platformWorkflows.cts';
import type { Execution } from '../n8n/execution.cts';
import { waitFor } from '../n8n/waitFor.cts';
import { ProviderServer } from '../provider/server.cts';
import { fingerprintOf } from '../sandbox/index.cts';
import type { AuthorizationResult } from '../sandbox/index.cts';
import { EXCHANGE_PATH, printTable, REPETITIONS } from './world.cts';
import type { Platform, QueueWorld } from './world.cts';

/** How long WeChat waits for an answer. */
const PATIENCE_MS = 5000;

const ITEM_TIMEOUT_MS = 60_000;
const REPEAT_TIMEOUT_MS = 60_000;
/** A push that a server did not accept is forwarded again with a push a minute later. */
const FORWARD_TIMEOUT_MS = 240_000;
const FORWARD_INTERVAL_MS = 2000;
const REPEAT_INTERVAL_MS = 500;

/** How long before the main process is killed a push is sent. Some are answered before the kill. */
const MOMENTS_MS = [0, 20, 50, 100, 150, 200, 300, 500, 800, 1500];

/** With repetitions, each moment has its own kill; otherwise five pushes share one. */
const SESSIONS =
	REPETITIONS > 1
		? MOMENTS_MS.map((moment) => [moment])
		: [0, 1].map((odd) => MOMENTS_MS.filter((_, n) => n % 2 === odd));

const TWO_PROCESSES_APART_MS = [0, 100, 300, 1000];

const noop = async () => {};

/** Pushes about merchants to processes that are killed. */
export function testPushes(world: QueueWorld): void {
	let platform: Platform;
	let provider: ProviderServer;
	let trigger: string;
	let merchants = 0;

	const urlOf = ({ url }: { url: string }) => `${url}/webhook/${WEBHOOK_PATH}`;

	const newMerchant = async () => {
		merchants += 1;
		const account = `wxd${merchants.toString(16).padStart(15, '0')}`;
		await world.controls.addAccount({ appId: account, status: 'none', platform: platform.appId });
		return account;
	};

	const authorize = async (account: string) =>
		await world.controls.authorize({ account, permissionSets: [1, 33] });

	const pushTicket = async () => await world.controls.pushTicket(undefined, platform.appId);

	const exchangesOf = async ({ authorizationCode }: AuthorizationResult) => {
		const calls = await world.controls.calls({ path: EXCHANGE_PATH });
		const code = fingerprintOf(authorizationCode);
		return calls.filter(({ body }) => JSON.stringify(body).includes(code));
	};

	const timesExchanged = async (result: AuthorizationResult) =>
		(await exchangesOf(result)).filter(({ errcode }) => errcode === 0).length;

	/** The items of the trigger for these merchants. */
	const itemsOf = async (accounts: string[]): Promise<IDataObject[]> => {
		const sql = `select id from execution_entity where "workflowId" = '${trigger}' and status = 'success'`;
		const ids = (await world.n8n.postgres.query(sql)).split('\n').filter(Boolean);
		const executions: Execution[] = [];
		for (const id of ids) executions.push(await world.n8n.read(id));
		return executions
			.flatMap(({ nodes }) => nodes.Received?.outputs[0] ?? [])
			.map(({ json }) => json)
			.filter(({ officialAccountAppId }) => accounts.includes(String(officialAccountAppId)));
	};

	/**
	 * Waits until each merchant has an item. Returns the items, even after a timeout.
	 *
	 * @param meanwhile runs before each check
	 */
	const itemsForAll = async (accounts: string[], meanwhile: () => Promise<unknown> = noop) => {
		const ask = async () => {
			await meanwhile();
			const items = await itemsOf(accounts);
			return new Set(items.map((item) => item.officialAccountAppId)).size === accounts.length
				? items
				: null;
		};
		const what = 'an item for each merchant';
		const wanted = { what, timeoutMs: ITEM_TIMEOUT_MS, intervalMs: REPEAT_INTERVAL_MS };
		return await waitFor(ask, wanted).catch(async () => await itemsOf(accounts));
	};

	beforeAll(async () => {
		platform = await world.addPlatform(0);
		const { running } = world.n8n;
		provider = new ProviderServer(await world.controls.platform(platform.appId), world.weChatUrl);
		await provider.start();
		const parameters = { forwardTo: provider.pushUrl };
		({ id: trigger } = await running.createWorkflow(pushWorkflow(platform.credential, parameters)));
		await running.activateWorkflow(trigger);
		await world.controls.setEventUrl(urlOf(world.n8n.main), platform.appId);
	});

	afterAll(async () => {
		await world.n8n.running.deactivateWorkflow(trigger);
		await provider.close();
	});

	it('Every process that serves webhooks can receive a ticket', async () => {
		for (const part of [world.n8n.main, ...world.n8n.webhooks]) {
			await world.controls.setEventUrl(urlOf(part), platform.appId);
			expect(await pushTicket()).toMatchObject({ delivered: true });
		}
		const ticket = await world.controls.lastTicket(platform.appId);
		expect((await world.stored(platform)).componentVerifyTicket).toBe(ticket);
	});

	describe('Main process killed', () => {
		const results: AuthorizationResult[] = [];
		const accounts: string[] = [];
		let items: IDataObject[] = [];

		/** Sends each push this many milliseconds before the main process is killed. */
		const killDuring = async (moments: number[]) => {
			const longest = Math.max(...moments);
			const sent = moments.map(async (moment) => {
				const account = await newMerchant();
				accounts.push(account);
				await wait(longest - moment);
				return await authorize(account);
			});
			await wait(longest);
			await world.n8n.main.kill();
			results.push(...(await Promise.all(sent)));
			await world.n8n.main.start();
		};

		/** Repeats the pushes that were not answered with success, as WeChat does. */
		const repeatUnanswered = async () => {
			for (const { push } of results.filter(({ push }) => !push.delivered)) {
				const ask = async () => {
					const { delivered } = await world.controls.repeatPush(push.sequence);
					return delivered || null;
				};
				const what = `push ${push.sequence} to be answered`;
				const wanted = { what, timeoutMs: REPEAT_TIMEOUT_MS, intervalMs: REPEAT_INTERVAL_MS };
				await waitFor(ask, wanted);
			}
		};

		beforeAll(async () => {
			await world.controls.setEventUrl(urlOf(world.n8n.main), platform.appId);
			for (const moments of SESSIONS) {
				await killDuring(moments);
				await repeatUnanswered();
				await pushTicket();
			}
			// A push that comes 12 s later, such as WeChat's next ticket, finishes one left behind.
			items = await itemsForAll(accounts, pushTicket);
			const answered = results.filter(({ push }) => push.answers[0].body === 'success').length;
			const distinct = new Set(items.map(({ eventId }) => eventId)).size;
			printTable(
				['Pushes', 'answered before the kill', 'items', 'distinct', 'duplicates'],
				[[results.length, answered, items.length, distinct, items.length - distinct].map(String)],
			);
		});

		it('Each code is exchanged exactly once although the main process is killed', async () => {
			const times = await Promise.all(results.map(timesExchanged));
			expect(times).toEqual(MOMENTS_MS.map(() => 1));
		});

		it('The workflow starts for every merchant although the main process is killed', () => {
			const found = new Set(items.map(({ officialAccountAppId }) => officialAccountAppId));
			expect([...found].sort()).toEqual([...accounts].sort());
			expect(new Set(items.map(({ eventId }) => eventId ?? null)).size).toBe(accounts.length);
		});

		it("The provider's server gets the push of every merchant although the main process is killed", async () => {
			const heard = () => new Set(provider.pushes.map(({ account }) => account));
			const ask = async () => {
				if (accounts.every((account) => heard().has(account))) return true;
				await pushTicket();
				return null;
			};
			const what = 'the provider to hear of every merchant';
			await waitFor(ask, { what, timeoutMs: FORWARD_TIMEOUT_MS, intervalMs: FORWARD_INTERVAL_MS });
			expect(provider.refused).toBe(0);
		});

		it('No item says that its code was not exchanged although the main process is killed', () => {
			expect(items.filter(({ codeExchanged }) => codeExchanged !== true)).toStrictEqual([]);
		});
	});

	it.each(TWO_PROCESSES_APART_MS)(
		'The code of a push that two processes get %i ms apart is exchanged once, and no item says otherwise',
		async (distance) => {
			const [first, second] = world.n8n.webhooks;
			const account = await newMerchant();
			await world.controls.setEventUrl(urlOf(first), platform.appId);
			const afterSequence = (await world.controls.pushes()).at(-1)?.sequence ?? 0;
			const sent = authorize(account);
			const ask = async () => (await world.controls.pushes({ afterSequence })).at(0) ?? null;
			const { sequence } = await waitFor(ask, {
				what: 'the push to go out',
				timeoutMs: PATIENCE_MS,
				intervalMs: 1,
			});
			await wait(distance);
			await world.controls.repeatPush(sequence, urlOf(second));
			const result = await sent;
			const [{ answers }] = await world.controls.pushes({ afterSequence });
			expect(answers.map(({ body }) => body)).toEqual(['success', 'success']);
			const items = await itemsForAll([account]);
			expect(await timesExchanged(result)).toBe(1);
			expect(items.map(({ codeExchanged }) => codeExchanged)).toEqual(items.map(() => true));
			expect(new Set(items.map(({ eventId }) => eventId ?? null))).toEqual(
				new Set([expect.any(String)]),
			);
		},
	);

	it('A code is exchanged with a later ticket if WeChat was busy five times', async () => {
		const busy = 5;
		const [webhook] = world.n8n.webhooks;
		await world.controls.setEventUrl(urlOf(webhook), platform.appId);
		await world.controls.answerWith({ path: EXCHANGE_PATH }, { errcode: -1, times: busy });
		const account = await newMerchant();
		const result = await authorize(account);
		const refused = async () =>
			(await exchangesOf(result)).filter(({ errcode }) => errcode === -1).length;
		for (let tickets = 0; tickets < busy && (await refused()) < busy; tickets += 1) {
			await pushTicket();
		}
		await world.controls.stopAnswering();
		await pushTicket();
		const ask = async () => ((await timesExchanged(result)) === 1 ? true : null);
		await waitFor(ask, { what: 'the exchange', timeoutMs: ITEM_TIMEOUT_MS });
		expect(await itemsForAll([account])).not.toStrictEqual([]);
	});

	it('All pushes are answered within the time that WeChat waits', async () => {
		const answers = (await world.controls.pushes()).flatMap((push) => push.answers);
		expect(answers.filter(({ error }) => error === 'timeout')).toStrictEqual([]);
		const slowest = Math.max(...answers.map(({ ms }) => ms));
		expect(slowest).toBeLessThan(PATIENCE_MS);
	});
}
