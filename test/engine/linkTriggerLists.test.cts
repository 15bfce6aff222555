import type { IDataObject } from 'n8n-workflow';

import type { Controls } from '../sandbox/index.cts';
import { LinkTrigger } from './linkTrigger.cts';
import { usePlatformWorld } from './platformWorld.cts';
import { LIST, mp, OA } from './world.cts';

type Behavior = Parameters<Controls['answerWith']>[1];

const world = usePlatformWorld();
const eventsOf = (items: IDataObject[]) => items.map(({ event }) => event);

let trigger: LinkTrigger;

/** The account's list has so many links, and five open invitations. */
async function fill(links: number): Promise<void> {
	const { controls } = world;
	for (let n = 0; n < links; n++) await controls.setRelation(OA, mp(n), 1);
	for (let n = 0; n < 5; n++) await controls.setRelation(OA, mp(1000 + n), 12);
}

/** The next answers of the list are these, one after the other. */
async function answer(...behaviors: Behavior[]): Promise<void> {
	for (const behavior of behaviors) {
		await world.controls.answerWith({ path: LIST }, { times: 1, ...behavior });
	}
}

beforeEach(() => {
	trigger = new LinkTrigger(() => world.table);
	trigger.parameters = { ...trigger.parameters, options: { quietInterval: 0 } };
});

describe('a list that is gone as a whole', () => {
	it.each<[string, Behavior]>([
		['has no items', { listForm: 'noItems' }],
		['leaves out wxopens', { omitWxopens: true }],
		['has null for wxopens', { listForm: 'wxopensNull' }],
		['has {} for wxopens', { listForm: 'wxopensEmpty' }],
		['has null for items', { listForm: 'itemsNull' }],
		['has {} for items', { listForm: 'itemsEmptyObject' }],
	])('tells nothing where one answer %s, neither then nor afterwards', async (_, behavior) => {
		await fill(50);
		await trigger.poll();
		await answer(behavior);
		expect(await trigger.poll()).toStrictEqual([]);
		expect(await trigger.poll()).toStrictEqual([]);
		expect(await trigger.poll()).toStrictEqual([]);
		await world.controls.setRelation(OA, mp(1000), 1);
		expect(eventsOf(await trigger.poll())).toEqual(['linked']);
	});

	it('gives its removed events at the second look, once', async () => {
		await fill(50);
		await trigger.poll();
		await answer({ listForm: 'noItems', times: 3 });
		expect(await trigger.poll()).toStrictEqual([]);
		expect(eventsOf(await trigger.poll())).toEqual(Array.from({ length: 55 }, () => 'removed'));
		expect(await trigger.poll()).toStrictEqual([]);
	});

	it('is asked for once at each look', async () => {
		await fill(3);
		await trigger.poll();
		const calls = await world.controls.count(LIST);
		await answer({ listForm: 'noItems' });
		await trigger.poll();
		expect(await world.controls.count(LIST)).toBe(calls + 1);
	});

	it('is gone for the first time again where a list came in between, also after a restart', async () => {
		await fill(3);
		await trigger.poll();
		for (let n = 0; n < 3; n++) {
			await answer({ listForm: 'noItems' });
			expect(await trigger.poll()).toStrictEqual([]);
			expect(await trigger.poll()).toStrictEqual([]);
			trigger.kill();
		}
	});

	it('gives them where n8n makes everything anew for each poll, too', async () => {
		await fill(3);
		await trigger.poll();
		await answer({ listForm: 'noItems', times: 3 });
		expect(await trigger.pollAnew()).toStrictEqual([]);
		expect(eventsOf(await trigger.pollAnew())).toEqual(Array.from({ length: 8 }, () => 'removed'));
		expect(await trigger.pollAnew()).toStrictEqual([]);
	});

	it('gives them after a restart between the two looks, too', async () => {
		await fill(3);
		await trigger.poll();
		await answer({ listForm: 'noItems', times: 2 });
		expect(await trigger.poll()).toStrictEqual([]);
		trigger.kill();
		expect(await trigger.poll()).toHaveLength(8);
	});
});

describe('a list that has lost entries', () => {
	it('is read once more in the same look, and what came back is no event', async () => {
		await fill(50);
		await trigger.poll();
		const before = await world.controls.count(LIST);
		await answer({ listForm: 'withoutFirst' });
		expect(await trigger.poll()).toStrictEqual([]);
		expect(await world.controls.count(LIST)).toBe(before + 2);
		expect(await trigger.poll()).toStrictEqual([]);
		expect(await world.controls.count(LIST)).toBe(before + 3);
	});

	it('tells what is missing twice, in that look and once', async () => {
		await fill(50);
		await trigger.poll();
		await world.controls.setRelation(OA, mp(7), 'none');
		await answer({ listForm: 'withoutFirst' });
		expect(await trigger.poll()).toMatchObject([{ event: 'removed', miniProgramAppId: mp(7) }]);
		expect(await trigger.poll()).toStrictEqual([]);
	});

	it('tells nothing and forgets nothing where it cannot be read once more', async () => {
		await fill(2);
		await trigger.poll();
		await world.controls.setRelation(OA, mp(1), 'none');
		await answer({}, { errcode: 40013 });
		await trigger.poll().catch(() => undefined);
		trigger.kill();
		expect(eventsOf(await trigger.poll())).toEqual(['removed']);
	});
});

describe('a list with entries that are null', () => {
	it('is read without them', async () => {
		await fill(2);
		await world.controls.answerWith({ path: LIST }, { listForm: 'withNullItems' });
		await trigger.poll();
		expect(await trigger.poll()).toStrictEqual([]);
		await world.controls.setRelation(OA, mp(1000), 1);
		expect(eventsOf(await trigger.poll())).toEqual(['linked']);
	});
});

describe('an account without links', () => {
	it.each<Behavior>([
		{ omitWxopens: true },
		{ listForm: 'wxopensNull' },
		{ listForm: 'wxopensEmpty' },
		{ listForm: 'itemsNull' },
		{ listForm: 'itemsEmptyObject' },
	])('may have a list in the form %j, which is believed at the second look', async (behavior) => {
		const id = await world.controls.answerWith({ path: LIST }, behavior);
		await trigger.poll();
		expect(await trigger.poll()).toStrictEqual([]);
		await world.controls.stopAnswering(id);
		await world.controls.setRelation(OA, mp(1), 12);
		expect(eventsOf(await trigger.poll())).toEqual(['invited']);
	});

	it('whose links were left out of the first answer alone starts nothing', async () => {
		await world.controls.addAccount({ appId: OA, authTime: 1_700_000_000 });
		await fill(3);
		await answer({ listForm: 'wxopensNull' });
		await trigger.poll();
		expect(await trigger.poll()).toStrictEqual([]);
		expect(await trigger.poll()).toStrictEqual([]);
	});
});
