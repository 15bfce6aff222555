import { LINK, mpItems, useWorld } from './world.cts';

const world = useWorld();
const wait = async (milliseconds: number): Promise<void> =>
	await new Promise((resolve) => setTimeout(resolve, milliseconds));

/** A run as a test leaves it that fails or times out before the run has ended. */
describe('a run that goes on after its test', () => {
	let leftOver: Promise<unknown>;

	beforeAll(() => {
		leftOver = Promise.resolve();
	});

	it('is left with tries to come', async () => {
		await world.controls.answerWith({}, { errcode: -1 });
		leftOver = world.run({ items: mpItems(30) });
		while ((await world.controls.count(LINK)) === 0) await wait(5);
	});

	it('has ended before the next test, and makes no call in it', async () => {
		await leftOver;
		await wait(1500);
		expect(await world.controls.count()).toBe(0);
	});

	it('may be one that waits for an answer', async () => {
		await world.controls.answerWith({}, { delayMs: 5000 });
		leftOver = world.run({ items: mpItems(30) });
		while ((await world.controls.count(LINK)) === 0) await wait(5);
	});

	it('and makes no call afterwards, either', async () => {
		const startedAt = Date.now();
		await leftOver;
		expect(Date.now() - startedAt).toBeLessThan(2000);
		expect(await world.controls.count()).toBe(0);
	});
});
