import { LINK, mpItems, useWorld } from './world.cts';

const world = useWorld();
const wait = async (milliseconds: number): Promise<void> =>
	await new Promise((resolve) => setTimeout(resolve, milliseconds));

/** A test that fails or times out may leave a run that has not ended. */
describe('A run that outlives its test', () => {
	let leftOver: Promise<unknown>;

	beforeAll(() => {
		leftOver = Promise.resolve();
	});

	it('A test may end while its run still has tries left', async () => {
		await world.controls.answerWith({}, { errcode: -1 });
		leftOver = world.run({ items: mpItems(30) });
		while ((await world.controls.count(LINK)) === 0) await wait(5);
	});

	it('A run of the previous test has ended and makes no call', async () => {
		await leftOver;
		await wait(1500);
		expect(await world.controls.count()).toBe(0);
	});

	it('A test may end while its run waits for an answer', async () => {
		await world.controls.answerWith({}, { delayMs: 5000 });
		leftOver = world.run({ items: mpItems(30) });
		while ((await world.controls.count(LINK)) === 0) await wait(5);
	});

	it('A waiting run of the previous test has ended within two seconds and makes no call', async () => {
		const startedAt = Date.now();
		await leftOver;
		expect(Date.now() - startedAt).toBeLessThan(2000);
		expect(await world.controls.count()).toBe(0);
	});
});
