import { inInputOrder } from './engine.cts';
import { LINK, mp, mpItems, sizesOf, useWorld, withOptions } from './world.cts';

const world = useWorld();

describe('Many items', () => {
	it('Each of 20,000 items leaves once, and each Mini Program among them is sent once', async () => {
		const isBad = (n: number) => n % 10 === 9;
		const items = Array.from({ length: 20_000 }, (_, n) => ({
			appId: isBad(n) ? `nonsense ${n}` : mp(n % 1000),
		}));
		const { outputs, hints, error } = await world.run({
			items,
			parameters: withOptions({ maxConcurrency: 200, timeout: 60_000 }),
		});
		expect(error).toBeUndefined();
		expect(sizesOf({ outputs })).toEqual([18_000, 0, 0, 0, 0, 0, 2000]);
		expect(inInputOrder(outputs).map(({ miniProgramAppId }) => miniProgramAppId)).toEqual(
			items.map(({ appId }) => appId),
		);
		const calls = await world.controls.count(LINK);
		expect(calls).toBe(900);
		expect(hints).toEqual(['18000 sent, 2000 need attention: 2000 from you']);
	}, 60_000);

	it('Items keep their order in each output, and each is paired with its input item', async () => {
		const items = mpItems(500);
		const codes = [0, 89010, 89009, 89013, 48001, -1, 777001];
		for (const [n, { appId }] of items.entries()) {
			// Scattered, but the same in each run.
			const delayMs = (n * 37) % 23;
			const errcode = codes[n % codes.length];
			await world.controls.answerWith({ miniProgramAppId: `${appId}` }, { errcode, delayMs });
		}
		const { outputs } = await world.run({
			items,
			parameters: withOptions({ maxConcurrency: 50, maxTries: 1 }),
		});
		for (const [index, output] of outputs.entries()) {
			const own = items.map((_, n) => n).filter((n) => n % codes.length === index);
			expect(output.map(({ pairedItem }) => pairedItem)).toEqual(own.map((item) => ({ item })));
			expect(output.map(({ json }) => json.miniProgramAppId)).toEqual(own.map((n) => mp(n)));
			for (const { json } of output) expect(json.errcode).toBe(codes[index]);
		}
	});
});

describe('Max Concurrency', () => {
	it.each([1, 7, 10])('Max Concurrency %i is reached and not exceeded', async (maxConcurrency) => {
		await world.controls.setLatency(20);
		await world.run({ items: mpItems(30), parameters: withOptions({ maxConcurrency }) });
		expect((await world.controls.stats()).maxInFlight).toBe(maxConcurrency);
	});

	it('Max Concurrency is 10 by default', async () => {
		await world.controls.setLatency(20);
		await world.run({ items: mpItems(60) });
		expect((await world.controls.stats()).maxInFlight).toBe(10);
	});
});

describe('A run that the user stops', () => {
	const callsSoFar = async (): Promise<number> => (await world.controls.stats()).calls;

	/** Stops the run once this many calls have reached WeChat. */
	const stopAfter = async (calls: number): Promise<void> => {
		let isOver = false;
		let looking: Promise<void> | undefined;
		await world.run({
			items: mpItems(200),
			parameters: withOptions({ maxConcurrency: 5 }),
			whileRunning: ({ cancel }) => {
				const look = async (): Promise<void> => {
					while (!isOver && (await callsSoFar()) < calls) {
						await new Promise((resolve) => setImmediate(resolve));
					}
					cancel();
				};
				looking = look();
			},
		});
		isOver = true;
		await looking;
	};

	it('A stopped run starts no further call', async () => {
		await world.controls.setLatency(20);
		await stopAfter(20);
		expect(await callsSoFar()).toBeLessThanOrEqual(20 + 5);
		await world.controls.setLatency(0);
		// A run of another item shows that nothing else is left to call.
		await world.run({ appIds: [mp(500)] });
		expect(await callsSoFar()).toBeLessThanOrEqual(20 + 5 + 1);
	});

	it('A stopped run does not wait for its next try', async () => {
		await world.controls.answerWith({}, { errcode: -1 });
		await stopAfter(5);
		expect(await callsSoFar()).toBe(5);
	});

	it('A stopped run does not wait for a late answer', async () => {
		await world.controls.answerWith({}, { delayMs: 2000 });
		await stopAfter(5);
		expect(await callsSoFar()).toBe(5);
	});
});

describe('The line above the output', () => {
	it('The line above the output sums up a run of Link', async () => {
		await world.controls.answerWith({ miniProgramAppId: mp(1) }, { errcode: 89010 });
		await world.controls.answerWith({ miniProgramAppId: mp(2) }, { errcode: 89015 });
		const appIds = [mp(0), mp(1), mp(2), mp(3), 'nonsense'];
		const { hints } = await world.run({ appIds });
		expect(hints).toEqual(['2 sent, 1 pending, 1 already linked, 1 needs attention: 1 from you']);
	});
});
