import type { IDataObject } from 'n8n-workflow';

import { LIST, mp, OA, sizesOf, useWorld, withOptions } from './world.cts';

const COUNT = 60;
const EMAIL = 'owner@merchant.example';
const world = useWorld();

beforeEach(async () => {
	for (let n = 0; n < COUNT; n++) {
		await world.controls.addMiniProgram({ appId: mp(n), email: EMAIL });
		await world.controls.setRelation(OA, mp(n), n % 5 === 3 ? 3 : 1);
	}
});

const list = async (parameters: IDataObject = {}) => {
	const run = await world.run({ operation: 'getMany', parameters: parameters as never });
	return run.outputs[0].map(({ json }) => json);
};

describe('Get Many', () => {
	it('Get Many returns 50 links by default', async () => {
		expect(await list()).toHaveLength(50);
	});

	it('Get Many returns links up to the Limit', async () => {
		expect(await list({ limit: 7 })).toHaveLength(7);
		expect(await list({ limit: 1000 })).toHaveLength(COUNT);
	});

	it('With Return All, Get Many returns all links, including refused ones, which have no appid', async () => {
		const entries = await list({ returnAll: true });
		expect(entries).toHaveLength(COUNT);
		expect(entries.filter(({ outcome }) => outcome === 'refused')).toHaveLength(COUNT / 5);
	});

	it('Get Many returns simplified entries with their outcome', async () => {
		const [first] = await list({ limit: 1 });
		expect(first).toMatchObject({
			officialAccountAppId: null,
			miniProgramAppId: mp(0),
			linkStatus: 1,
			outcome: 'linked',
		});
		expect(first).not.toHaveProperty('headimg_url');
	});

	it('Get Many returns the entries as WeChat sent them if Simplify is off', async () => {
		const [first] = await list({ limit: 1, ...withOptions({ simplify: false }) });
		expect(first).toMatchObject({ appid: mp(0), status: 1, func_infos: expect.any(Array) });
	});

	it('Get Many returns nothing for an account without links', async () => {
		await world.controls.answerWith({}, { omitWxopens: true });
		const run = await world.run({ operation: 'getMany' });
		expect(sizesOf(run)).toEqual([0, 0, 0, 0]);
		expect(run.error).toBeUndefined();
	});

	it('Get Many asks WeChat once for several input items, and each gets the whole list', async () => {
		const run = await world.run({
			operation: 'getMany',
			items: [{}, {}],
			parameters: { limit: 3 },
		});
		expect(run.outputs[0].map(({ pairedItem }) => pairedItem)).toEqual(
			[0, 0, 0, 1, 1, 1].map((item) => ({ item })),
		);
		expect(await world.controls.count(LIST)).toBe(1);
	});

	it('Get Many returns one result with a hint if WeChat refuses the list', async () => {
		await world.controls.grant(OA, []);
		const run = await world.run({ operation: 'getMany' });
		expect(sizesOf(run)).toEqual([0, 1, 0, 0]);
		expect(run.outputs[1][0].json).toMatchObject({
			operation: 'getMany',
			errcode: 61007,
			outcome: 'failed',
			hint: expect.stringContaining('33'),
		});
	});
});

describe.each(['getMany', 'getStatus'])('Email addresses in %s', (operation) => {
	const outputOf = async (options: Record<string, boolean>) => {
		const run = await world.run({
			operation,
			appIds: [mp(0)],
			parameters: withOptions(options),
		});
		return JSON.stringify(run.outputs);
	};

	it.each([true, false])(
		`${operation} omits the email address by default, with Simplify %s`,
		async (simplify) => {
			const output = await outputOf({ simplify });
			expect(output).toContain(mp(0));
			expect(output).not.toContain(EMAIL);
			expect(output).not.toContain('email');
		},
	);

	it.each([true, false])(
		`${operation} returns the email address if Include Email is on, with Simplify %s`,
		async (simplify) => {
			expect(await outputOf({ simplify, includeEmail: true })).toContain(EMAIL);
		},
	);
});
