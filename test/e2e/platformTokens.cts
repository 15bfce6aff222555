import { itemsFor, outputOf, sizesOf } from './platformWorkflows.cts';
import { PLATFORM } from './platformWorld.cts';
import type { PlatformWorld } from './platformWorld.cts';

const LINK_PATH = '/cgi-bin/wxopen/wxamplink';
const MANY = 100;
const IN_FLIGHT = 10;

/** How the ticket gets into the credential, and the one token that is made from it. */
export function testTicket(world: PlatformWorld): void {
	let accounts: string[];

	beforeAll(async () => {
		accounts = await world.controls.addAccounts(1, { prefix: 'ad' });
	});

	const minted = async () => (await world.controls.counters()).componentTokens[PLATFORM] ?? 0;

	/** What Check Setup finds: by status, the names of the checks. */
	const checkSetup = async () => {
		const run = await world.run({ resource: 'platform', operation: 'checkSetup' });
		const namesOf = (index: number) => outputOf(run, index).map(({ check }) => check);
		return { ok: namesOf(0), needsAttention: namesOf(1), attention: outputOf(run, 1) };
	};

	it('Check Setup names the missing ticket before the first one arrives', async () => {
		const { ok, needsAttention, attention } = await checkSetup();
		expect(ok).toEqual(['credential', 'triggerBody', 'ipWhitelist']);
		expect(needsAttention).toHaveLength(8);
		expect(attention).toContainEqual(
			expect.objectContaining({
				check: 'ticket',
				status: 'failed',
				hint: expect.stringContaining('授权事件接收URL'),
			}),
		);
	});

	it('Without a ticket, every item says to publish the trigger', async () => {
		const [{ hint }] = outputOf(await world.link(itemsFor(accounts)), 4);
		expect(hint).toContain('Publish a workflow with the WeChat Open Platform Trigger');
	});

	it('A pushed ticket is stored in the credential', async () => {
		expect(await world.controls.pushTicket()).toMatchObject({ delivered: true });
		expect(await world.stored()).toMatchObject({
			componentVerifyTicket: await world.controls.lastTicket(),
			verifyTicketReceivedAt: expect.any(Number),
		});
	});

	it('With a ticket, Check Setup finds nothing that needs attention', async () => {
		const { ok, attention } = await checkSetup();
		expect(attention).toStrictEqual([]);
		expect(ok).toHaveLength(11);
	});

	it('A ticket that one workflow receives lets another workflow link', async () => {
		expect(sizesOf(await world.link(itemsFor(accounts)))[0]).toBe(1);
		expect(await minted()).toBe(1);
	});

	it('Neither a new ticket nor a restart makes a second platform token', async () => {
		await world.controls.pushTicket();
		await world.restart();
		await world.controls.pushTicket();
		expect(sizesOf(await world.link(itemsFor(accounts)))[1]).toBe(1);
		expect(await minted()).toBe(1);
	});
}

/** Many merchants, and merchants who did not grant everything. */
export function testMerchants(world: PlatformWorld): void {
	it('100 merchants need one token each, and none in the next run', async () => {
		const accounts = await world.controls.addAccounts(MANY, { prefix: 'fe' });
		const tokens = async () => {
			const { componentTokens, authorizerTokens } = await world.controls.counters();
			return {
				platform: componentTokens[PLATFORM],
				each: accounts.map((a) => authorizerTokens[a]),
			};
		};
		const once = { platform: 1, each: accounts.map(() => 1) };

		const first = await world.link(itemsFor(accounts));
		expect(sizesOf(first)[0]).toBe(MANY);
		expect(await tokens()).toEqual(once);
		expect((await world.controls.stats()).maxInFlight).toBeLessThanOrEqual(IN_FLIGHT);

		const second = await world.link(itemsFor(accounts));
		expect(sizesOf(second)[1]).toBe(MANY);
		expect(await tokens()).toEqual(once);
	});

	it('A merchant without permission set 33 is not called until it grants the set', async () => {
		const { controls } = world;
		const accounts = await controls.addAccounts(3, { prefix: 'fa', permissionSets: [1] });
		const calls = async () => {
			const all = await Promise.all(
				accounts.map(async (account) => await controls.calls({ path: LINK_PATH, account })),
			);
			return all.map(({ length }) => length);
		};
		const refused = outputOf(await world.link(itemsFor(accounts)), 4);
		expect(refused.map(({ attempts, errcode }) => ({ attempts, errcode }))).toEqual(
			accounts.map(() => ({ attempts: 0, errcode: null })),
		);
		expect(await calls()).toEqual([0, 0, 0]);

		const [account] = accounts;
		const grant = async () => await controls.reauthorize({ account, permissionSets: [1, 33] });
		const [item] = await world.itemsOf(grant);
		expect(item).toMatchObject({ officialAccountAppId: account, canLink: true });
		const granted = await world.link(itemsFor(accounts));
		expect(outputOf(granted, 0)).toMatchObject([{ officialAccountAppId: account }]);
		expect(outputOf(granted, 4)).toHaveLength(2);
		expect(await calls()).toEqual([1, 0, 0]);
	});

	it('While API Base URL refuses connections, every item is sent to the fallback once, and the log says so', async () => {
		const { controls } = world;
		await controls.pushTicket();
		const accounts = await controls.addAccounts(MANY, { prefix: 'fd' });
		await controls.setOutage('first', 'refuses');
		const run = await world.link(itemsFor(accounts));
		await controls.setOutage('first', null);
		expect(sizesOf(run)[0]).toBe(MANY);
		expect(outputOf(run, 0)[0].hint).toContain('(Fallback API Base URL)');
		const calls = await controls.calls({ path: LINK_PATH });
		const sent = calls.filter(({ account }) => accounts.includes(String(account)));
		expect(sent.map(({ host }) => host)).toEqual(accounts.map(() => 'second'));
		expect(new Set(sent.map(({ account }) => account)).size).toBe(MANY);
		expect(world.printed).toMatch(/WeChat API: 127\.0\.0\.1:\d+ did not answer 3 calls in a row/);
	});
}
