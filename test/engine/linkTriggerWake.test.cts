import type { IDataObject } from 'n8n-workflow';

import { LinkTrigger } from './linkTrigger.cts';
import { INFO, usePlatformWorld } from './platformWorld.cts';
import { useTrigger } from './trigger.cts';
import { mp, OTHER_OA } from './world.cts';

const world = usePlatformWorld();
const server = useTrigger(world);
const eventsOf = (items: IDataObject[]) => items.map(({ event }) => event);
const realNow = Date.now;

/** Milliseconds that have passed in addition to the test's own. */
let passed = 0;

beforeEach(() => {
	passed = 0;
	jest.spyOn(Date, 'now').mockImplementation(() => realNow() + passed);
});
afterEach(() => jest.restoreAllMocks());

describe('Pushes', () => {
	it.each(['all', 'selected'])(
		'An authorization push makes the trigger visit a resting account again if it watches %s accounts',
		async (watch) => {
			const { controls } = world;
			await controls.addAccount({ appId: OTHER_OA, permissionSets: [1], authTime: 1_700_000_000 });
			await controls.setRelation(OTHER_OA, mp(1), 1);
			const trigger = new LinkTrigger(() => world.table);
			const officialAccounts = watch === 'selected' ? [OTHER_OA] : [];
			trigger.parameters = { ...trigger.parameters, watch, officialAccounts };
			expect(eventsOf(await trigger.poll())).toEqual(['accountUnavailable']);
			passed += 120_000;
			expect(await trigger.poll()).toStrictEqual([]);
			const asked = async () => (await controls.calls({ path: INFO, account: OTHER_OA })).length;
			expect(await asked()).toBe(1);

			await controls.reauthorize({ account: OTHER_OA, permissionSets: [1, 33] });
			await server.settle();
			passed += 60_000;
			await trigger.poll();
			await controls.setRelation(OTHER_OA, mp(2), 12);
			passed += 3_600_000;
			expect(eventsOf(await trigger.poll())).toEqual(['invited']);
		},
	);
});
