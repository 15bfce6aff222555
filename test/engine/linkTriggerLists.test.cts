import type { IDataObject } from 'n8n-workflow';

import type { Controls } from '../sandbox/index.cts';
import { LinkTrigger } from './linkTrigger.cts';
import { usePlatformWorld } from './platformWorld.cts';
import { LIST, mp, OA } from './world.cts';

type Behavior = Parameters<Controls['answerWith']>[1];

const world = usePlatformWorld();
const eventsOf = (items: IDataObject[]) => items.map(({ event }) => event);

let trigger: LinkTrigger;

/** Gives the account this many links, and five open invitations. */
async function fill(links: number): Promise<void> {
	const { controls } = world;
	for (let n = 0; n < links; n++) await controls.setRelation(OA, mp(n), 1);
	for (let n = 0; n < 5; n++) await controls.setRelation(OA, mp(1000 + n), 12);
}

/** Sets the next answers of the list, in this order. */
async function answer(...behaviors: Behavior[]): Promise<void> {
	for (const behavior of behaviors) {
		await world.controls.answerWith({ path: LIST }, { times: 1, ...behavior });
	}
}

beforeEach(() => {
	trigger = new LinkTrigger(() => world.table);
	trigger.parameters = { ...trigger.parameters, options: { quietInterval: 0 } };
});

describe('A missing list', () => {
	it.each<[string, Behavior]>([
		['has no items', { listForm: 'noItems' }],
		['leaves out wxopens', { omitWxopens: true }],
		['has null for wxopens', { listForm: 'wxopensNull' }],
		['has {} for wxopens', { listForm: 'wxopensEmpty' }],
		['has null for items', { listForm: 'itemsNull' }],
		['has {} for items', { listForm: 'itemsEmptyObject' }],
	])('A single answer that %s reports no change, then or later', async (_, behavior) => {
		await fill(50);
		await trigger.poll();
		await answer(behavior);
		expect(await trigger.poll()).toStrictEqual([]);
		expect(await trigger.poll()).toStrictEqual([]);
		expect(await trigger.poll()).toStrictEqual([]);
		await world.controls.setRelation(OA, mp(1000), 1);
		expect(eventsOf(await trigger.poll())).toEqual(['linked']);
	});

	it('The links of a list that is missing twice are reported as removed once', async () => {
		await fill(50);
		await trigger.poll();
		await answer({ listForm: 'noItems', times: 3 });
		expect(await trigger.poll()).toStrictEqual([]);
		expect(eventsOf(await trigger.poll())).toEqual(Array.from({ length: 55 }, () => 'removed'));
		expect(await trigger.poll()).toStrictEqual([]);
	});

	it('A missing list is read once at each visit', async () => {
		await fill(3);
		await trigger.poll();
		const calls = await world.controls.count(LIST);
		await answer({ listForm: 'noItems' });
		await trigger.poll();
		expect(await world.controls.count(LIST)).toBe(calls + 1);
	});

	it('Once a list has come back, it has to be missing twice more before its links are reported as removed, even after a restart', async () => {
		await fill(3);
		await trigger.poll();
		for (let n = 0; n < 3; n++) {
			await answer({ listForm: 'noItems' });
			expect(await trigger.poll()).toStrictEqual([]);
			expect(await trigger.poll()).toStrictEqual([]);
			trigger.kill();
		}
	});

	it('The links of a list that is missing twice are reported as removed if n8n creates a context for each poll', async () => {
		await fill(3);
		await trigger.poll();
		await answer({ listForm: 'noItems', times: 3 });
		expect(await trigger.pollAnew()).toStrictEqual([]);
		expect(eventsOf(await trigger.pollAnew())).toEqual(Array.from({ length: 8 }, () => 'removed'));
		expect(await trigger.pollAnew()).toStrictEqual([]);
	});

	it('The links of a list that is missing before and after a restart are reported as removed', async () => {
		await fill(3);
		await trigger.poll();
		await answer({ listForm: 'noItems', times: 2 });
		expect(await trigger.poll()).toStrictEqual([]);
		trigger.kill();
		expect(await trigger.poll()).toHaveLength(8);
	});
});

describe('A list with missing entries', () => {
	it('A list with missing entries is read again at once, and entries that came back are not reported', async () => {
		await fill(50);
		await trigger.poll();
		const before = await world.controls.count(LIST);
		await answer({ listForm: 'withoutFirst' });
		expect(await trigger.poll()).toStrictEqual([]);
		expect(await world.controls.count(LIST)).toBe(before + 2);
		expect(await trigger.poll()).toStrictEqual([]);
		expect(await world.controls.count(LIST)).toBe(before + 3);
	});

	it('An entry that is missing twice is reported at once and only once', async () => {
		await fill(50);
		await trigger.poll();
		await world.controls.setRelation(OA, mp(7), 'none');
		await answer({ listForm: 'withoutFirst' });
		expect(await trigger.poll()).toMatchObject([{ event: 'removed', miniProgramAppId: mp(7) }]);
		expect(await trigger.poll()).toStrictEqual([]);
	});

	it('A removal is reported later if the list cannot be read again at once', async () => {
		await fill(2);
		await trigger.poll();
		await world.controls.setRelation(OA, mp(1), 'none');
		await answer({}, { errcode: 40013 });
		await trigger.poll().catch(() => undefined);
		trigger.kill();
		expect(eventsOf(await trigger.poll())).toEqual(['removed']);
	});
});

describe('Null entries', () => {
	it('Entries that are null are ignored', async () => {
		await fill(2);
		await world.controls.answerWith({ path: LIST }, { listForm: 'withNullItems' });
		await trigger.poll();
		expect(await trigger.poll()).toStrictEqual([]);
		await world.controls.setRelation(OA, mp(1000), 1);
		expect(eventsOf(await trigger.poll())).toEqual(['linked']);
	});
});

describe('No links', () => {
	it.each<Behavior>([
		{ omitWxopens: true },
		{ listForm: 'wxopensNull' },
		{ listForm: 'wxopensEmpty' },
		{ listForm: 'itemsNull' },
		{ listForm: 'itemsEmptyObject' },
	])('A first list in the form %j is believed at the second visit', async (behavior) => {
		const id = await world.controls.answerWith({ path: LIST }, behavior);
		await trigger.poll();
		expect(await trigger.poll()).toStrictEqual([]);
		await world.controls.stopAnswering(id);
		await world.controls.setRelation(OA, mp(1), 12);
		expect(eventsOf(await trigger.poll())).toEqual(['invited']);
	});

	it('A first answer that leaves out the links does not make them changes later', async () => {
		await world.controls.addAccount({ appId: OA, authTime: 1_700_000_000 });
		await fill(3);
		await answer({ listForm: 'wxopensNull' });
		await trigger.poll();
		expect(await trigger.poll()).toStrictEqual([]);
		expect(await trigger.poll()).toStrictEqual([]);
	});
});
