import { inAnotherProcess } from './anotherProcess.cts';
import { usePlatformWorld } from './platformWorld.cts';
import { sizesOf } from './world.cts';

const world = usePlatformWorld();

describe('1,000 merchants with a token service, ten in flight', () => {
	it('The node asks the token service once per merchant, again only after a rejection, and never for a second run or worker', async () => {
		const { controls } = world;
		world.credential = {
			componentAppId: world.appId,
			tokenSource: 'tokenService',
			tokenServiceUrl: `${world.url}/_sandbox/token-service/{appid}`,
			apiBaseUrl: world.url,
		};
		const accounts = await controls.addAccounts(1000, { prefix: 'fe' });
		const asked = async () => await controls.tokenServiceCount();
		const sent = { outputs: [1000, 0, 0, 0, 0, 0, 0] };

		expect(sizesOf(await world.run({ accounts }))).toEqual(sent.outputs);
		expect(await asked()).toBe(1000);
		expect((await controls.stats()).maxInFlight).toBeLessThanOrEqual(10);

		const second = await world.run({ accounts, operation: 'getStatus' });
		expect(sizesOf(second)[1]).toBe(1000);
		expect(await asked()).toBe(1000);

		const nodeType = inAnotherProcess();
		const other = await world.run({ accounts, operation: 'getStatus', nodeType });
		expect(sizesOf(other)[1]).toBe(1000);
		expect(await asked()).toBe(1000);

		const tenth = accounts.filter((_, n) => n % 10 === 9);
		for (const account of tenth) await controls.mintAside(account);
		const third = await world.run({ accounts, operation: 'getStatus', nodeType });
		expect(sizesOf(third)[1]).toBe(1000);
		expect(await asked()).toBe(1000 + tenth.length);
		for (const account of tenth) expect(await controls.tokenServiceCount(account)).toBe(2);
	});
});
