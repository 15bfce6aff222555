import { QUERY_AUTH, usePlatformWorld } from './platformWorld.cts';
import { useTrigger } from './trigger.cts';
import { OTHER_OA } from './world.cts';

const world = usePlatformWorld();
const server = useTrigger(world);

/** Milliseconds that WeChat takes for an exchange. */
const SLOW = 2000;

beforeEach(async () => {
	await world.controls.addAccount({ appId: OTHER_OA, status: 'none' });
});

it('A merchant who withdraws at once leaves after the authorization, however long its exchange takes', async () => {
	await world.controls.answerWith({ path: QUERY_AUTH }, { delayMs: SLOW, times: 1 });
	await world.controls.authorize({ account: OTHER_OA });
	await world.controls.withdraw(OTHER_OA);
	await server.settle();
	expect(server.items.map(({ event }) => event)).toEqual(['authorized', 'unauthorized']);
});

it('A merchant need not wait for the exchange of another one', async () => {
	const another = 'wx00000000000000b7';
	await world.controls.addAccount({ appId: another, status: 'none' });
	await world.controls.answerWith({ path: QUERY_AUTH }, { delayMs: SLOW, times: 1 });
	await world.controls.authorize({ account: OTHER_OA });
	await world.controls.authorize({ account: another });
	await server.settle();
	const accounts = server.items.map(({ officialAccountAppId }) => officialAccountAppId);
	expect(accounts).toEqual([another, OTHER_OA]);
});
