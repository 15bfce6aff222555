import { mp, OA, sizesOf, useWorld, withOptions } from './world.cts';

const world = useWorld();

/** What WeChat answers for each Mini Program, in the order of the outputs By Category. */
const REQUEST = [0, 89010, 89009, 89013, 48001, -1, 777001];
const REQUEST_SUCCESSFUL = 2;
/** Link states in the order of the outputs of Get Status. */
const STATES = [1, 12, 'none', 3, 4] as const;
const MODES = ['category', 'successOrNot', 'single'];
const COUNTS: Record<string, number[]> = {
	link: [7, 2, 1],
	unlink: [7, 2, 1],
	getStatus: [7, 2, 1],
	getMany: [4, 2, 1],
};

describe.each(['link', 'unlink'])('Outputs of %s', (operation) => {
	const run = async (outputMode: string) => {
		for (const [n, errcode] of REQUEST.entries()) {
			await world.controls.answerWith({ miniProgramAppId: mp(n) }, { errcode });
		}
		return await world.run({
			operation,
			appIds: REQUEST.map((_, n) => mp(n)),
			parameters: { outputMode, ...withOptions({ maxTries: 1 }) },
			onError: 'continueRegularOutput',
		});
	};

	it(`In the mode Success or Not, ${operation} counts sent and pending items as successful`, async () => {
		const { outputs } = await run('successOrNot');
		const codes = outputs.map((output) => output.map(({ json }) => json.errcode));
		expect(codes).toEqual([
			REQUEST.slice(0, REQUEST_SUCCESSFUL),
			REQUEST.slice(REQUEST_SUCCESSFUL),
		]);
	});

	it(`In the mode Single, ${operation} sends every item through its one output if it continues on failures`, async () => {
		expect(sizesOf(await run('single'))).toEqual([REQUEST.length]);
	});
});

describe('Outputs of getStatus', () => {
	const run = async (outputMode: string) => {
		for (const [n, state] of STATES.entries()) {
			if (state !== 3) await world.controls.setRelation(OA, mp(n), state);
		}
		// WeChat lists refused Mini Programs without appid, so this one is looked up by its original ID.
		await world.controls.addMiniProgram({ appId: mp(3), username: 'gh_refused' });
		await world.controls.setRelation(OA, mp(3), 3);
		const appIds = [mp(0), mp(1), mp(2), 'gh_refused', mp(4), 'nonsense'];
		return await world.run({
			operation: 'getStatus',
			appIds,
			parameters: { outputMode },
			onError: 'continueRegularOutput',
		});
	};

	it('In the mode By Category, Get Status sends each state through the output for it', async () => {
		const { outputs } = await run('category');
		expect(sizesOf({ outputs })).toEqual([1, 1, 1, 1, 0, 0, 2]);
		expect(outputs.map(([item]) => item?.json.outcome)).toEqual([
			'linked',
			'pendingOfficialAccountAdmin',
			'notLinked',
			'refused',
			undefined,
			undefined,
			'unknownStatus',
		]);
	});

	it.each([
		[48001, 4],
		[-1, 5],
		[40013, 6],
	])(
		'Get Status sends every item through the output for %i if WeChat refuses the list with this code',
		async (errcode, output) => {
			await world.controls.answerWith({}, { errcode });
			const { outputs } = await world.run({
				operation: 'getStatus',
				appIds: [mp(0), mp(1)],
				parameters: withOptions({ maxTries: 1 }),
			});
			expect(sizesOf({ outputs })).toEqual(
				Array.from({ length: 7 }, (_, n) => (n === output ? 2 : 0)),
			);
		},
	);

	it('In the mode Success or Not, Get Status sends only linked Mini Programs through Linked', async () => {
		const { outputs } = await run('successOrNot');
		expect(outputs.map((output) => output.map(({ json }) => json.outcome))).toEqual([
			['linked'],
			['pendingOfficialAccountAdmin', 'notLinked', 'refused', 'unknownStatus', 'failed'],
		]);
	});

	it('In the mode Single, Get Status sends every item through its one output if it continues on failures', async () => {
		expect(sizesOf(await run('single'))).toEqual([6]);
	});
});

describe('Outputs of getMany', () => {
	it.each([
		[0, 0],
		[48001, 1],
		[-1, 2],
		[40013, 3],
	])('Get Many sends the result for the answer %i through output %i', async (errcode, output) => {
		await world.controls.setRelation(OA, mp(0), 1);
		if (errcode !== 0) await world.controls.answerWith({}, { errcode });
		const { outputs } = await world.run({
			operation: 'getMany',
			parameters: withOptions({ maxTries: 1 }),
		});
		expect(sizesOf({ outputs })).toEqual(
			Array.from({ length: 4 }, (_, n) => (n === output ? 1 : 0)),
		);
	});

	it.each([
		[0, [1, 0]],
		[48001, [0, 1]],
	])(
		'In the mode Success or Not, Get Many sends the result for the answer %i through the right output',
		async (errcode, sizes) => {
			await world.controls.setRelation(OA, mp(0), 1);
			if (errcode !== 0) await world.controls.answerWith({}, { errcode });
			const parameters = { outputMode: 'successOrNot' };
			expect(sizesOf(await world.run({ operation: 'getMany', parameters }))).toEqual(sizes);
		},
	);
});

describe.each(Object.entries(COUNTS))('Without input, %s', (operation, counts) => {
	it.each(MODES.map((mode, n) => [mode, counts[n]] as const))(
		`Without input, ${operation} has empty outputs in the mode %s, and makes no call`,
		async (outputMode, count) => {
			const run = await world.run({ operation, items: [], parameters: { outputMode } });
			expect(run.error).toBeUndefined();
			expect(run.outputs.flat()).toStrictEqual([]);
			expect(run.outputs.length).toBeLessThanOrEqual(count);
			expect(run.hints).toStrictEqual([]);
			expect(await world.controls.count()).toBe(0);
		},
	);
});
