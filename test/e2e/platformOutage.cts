import { itemsFor, outputOf, sizesOf } from './platformWorkflows.cts';
import type { PlatformWorld } from './platformWorld.cts';

const LINK_PATH = '/cgi-bin/wxopen/wxamplink';
const MANY = 100;

/** An outage of API Base URL, but not of the fallback. */
export function testOutage(world: PlatformWorld): void {
	afterEach(async () => await world.controls.setOutage('first', null));

	it('While API Base URL refuses connections, every item is sent to the fallback once, and the log says so', async () => {
		const { controls } = world;
		await controls.pushTicket();
		const accounts = await controls.addAccounts(MANY, { prefix: 'fd' });
		await controls.setOutage('first', 'refuses');
		const run = await world.link(itemsFor(accounts));
		expect(sizesOf(run)[0]).toBe(MANY);
		expect(outputOf(run, 0)[0].hint).toContain('(Fallback API Base URL)');
		const calls = await controls.calls({ path: LINK_PATH });
		const sent = calls.filter(({ account }) => accounts.includes(String(account)));
		expect(sent.map(({ host }) => host)).toEqual(accounts.map(() => 'second'));
		expect(new Set(sent.map(({ account }) => account)).size).toBe(MANY);
		expect(world.printed).toMatch(/WeChat API: 127\.0\.0\.1:\d+ did not answer 3 calls in a row/);
	});
}
