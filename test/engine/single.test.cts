import { mp, mpItems, sizesOf, useWorld } from './world.cts';

const BAD = 3;
const COUNT = 40;
const IN_FLIGHT = 5;

const world = useWorld();

const run = async (onError?: 'stopWorkflow' | 'continueRegularOutput' | 'continueErrorOutput') => {
	await world.controls.answerWith({ miniProgramAppId: mp(BAD) }, { errcode: 89009 });
	return await world.run({
		items: mpItems(COUNT),
		parameters: { outputMode: 'single', options: { maxConcurrency: IN_FLIGHT } },
		onError,
	});
};

describe('the output mode Single', () => {
	it('In the mode Single, all items leave through one output', async () => {
		const { outputs, error } = await world.run({
			items: mpItems(3),
			parameters: { outputMode: 'single' },
		});
		expect(error).toBeUndefined();
		expect(sizesOf({ outputs })).toEqual([3]);
	});

	it('In the mode Single, a pending item is not a failure', async () => {
		await world.controls.answerWith({}, { errcode: 89010 });
		const { outputs, error } = await world.run({ parameters: { outputMode: 'single' } });
		expect(error).toBeUndefined();
		expect(outputs[0][0].json).toMatchObject({ category: 'pending' });
		expect(outputs[0][0].error).toBeUndefined();
	});
});

describe('A failure in the mode Single', () => {
	it('In the mode Single, a failure stops the workflow, and names item, code and what to do', async () => {
		const { error, outputs } = await run();
		expect(error?.name).toBe('NodeApiError');
		expect(error?.message).toContain(mp(BAD));
		expect(error?.message).toContain('89009');
		expect(error?.description).toContain('Unlink');
		expect(error?.context).toMatchObject({ itemIndex: BAD });
		expect(outputs.flat()).toStrictEqual([]);
	});

	it('In the mode Single, no further call starts after a failure', async () => {
		await run();
		expect(await world.controls.count()).toBeLessThanOrEqual(BAD + 2 * IN_FLIGHT);
	});

	it('With On Error: Continue, a failure leaves with the other items, with all its fields', async () => {
		const { outputs, error } = await run('continueRegularOutput');
		expect(error).toBeUndefined();
		expect(sizesOf({ outputs })).toEqual([COUNT]);
		expect(outputs[0][BAD]).toMatchObject({
			json: { miniProgramAppId: mp(BAD), errcode: 89009, category: 'quotaReached' },
			pairedItem: { item: BAD },
		});
		expect(outputs[0][BAD].json.hint).toContain('Unlink');
		expect(await world.controls.count()).toBe(COUNT);
	});

	it('With the error output, a failure leaves through it, with what happened, what to do and its result', async () => {
		const { outputs, error } = await run('continueErrorOutput');
		expect(error).toBeUndefined();
		expect(sizesOf({ outputs })).toEqual([COUNT - 1, 1]);
		expect(outputs[1][0].json).toMatchObject({
			error: expect.stringContaining('89009'),
			message: expect.stringContaining('Unlink'),
			details: { miniProgramAppId: mp(BAD), errcode: 89009, category: 'quotaReached' },
		});
		expect(await world.controls.count()).toBe(COUNT);
	});

	it('In the mode Single, an item that cannot be sent stops the workflow', async () => {
		const { error } = await world.run({
			appIds: ['nonsense', mp(1)],
			parameters: { outputMode: 'single', options: { maxConcurrency: 1 } },
		});
		expect(error?.name).toBe('NodeApiError');
		expect(error?.message).toContain('nonsense');
		expect(error?.context).toMatchObject({ itemIndex: 0 });
		expect(await world.controls.count()).toBe(0);
	});

	it('In the mode Single, a list that WeChat refuses stops the workflow', async () => {
		await world.controls.answerWith({}, { errcode: 48001 });
		const { error } = await world.run({
			operation: 'getMany',
			parameters: { outputMode: 'single' },
		});
		expect(error?.message).toContain('48001');
	});
});

describe('The other output modes', () => {
	it.each(['category', 'successOrNot'])(
		'In the mode %s, a failure neither throws nor marks its item',
		async (outputMode) => {
			await world.controls.answerWith({}, { errcode: 48001 });
			const { error, outputs } = await world.run({
				items: mpItems(3),
				parameters: { outputMode },
				onError: 'stopWorkflow',
			});
			expect(error).toBeUndefined();
			expect(outputs.flat()).toHaveLength(3);
			expect(outputs.flat().some((item) => item.error)).toBe(false);
		},
	);

	it.each(['category', 'successOrNot'])(
		'In the mode %s, a failure does not leave through the error output of n8n',
		async (outputMode) => {
			await world.controls.answerWith({}, { errcode: 48001 });
			const { outputs } = await world.run({
				parameters: { outputMode },
				onError: 'continueErrorOutput',
			});
			const [named] = outputs.filter(({ length }) => length > 0);
			expect(named[0].json).toMatchObject({ errcode: 48001 });
			expect(outputs.indexOf(named)).toBe(outputMode === 'category' ? 4 : 1);
		},
	);
});
