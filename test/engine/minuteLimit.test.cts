import { inInputOrder } from './engine.cts';
import { usePlatformWorld } from './platformWorld.cts';
import { LINK, LIST, mp, OA, sizesOf } from './world.cts';

const world = usePlatformWorld();

const PLACES = 3;
const LIMITED = 5 * PLACES;

describe('An account at its minute limit', () => {
	it.each([
		['link', LINK, 0],
		['getStatus', LIST, 2],
	])(
		'In %s, an account at its minute limit does not keep items of other accounts waiting',
		async (operation, path, output) => {
			const others = await world.controls.addAccounts(20);
			const accounts = [...Array.from({ length: LIMITED }, () => OA), ...others];
			const items = accounts.map((account, n) => ({ account, appId: mp(n) }));
			await world.controls.answerWith({ path, account: OA }, { errcode: 45011 });
			let isOver = false;
			/** Ends the limit once all other accounts have been called. */
			const look = async (): Promise<void> => {
				const wasCalled = async (account: string) =>
					(await world.controls.calls({ path, account })).length > 0;
				while (!isOver && !(await Promise.all(others.map(wasCalled))).every(Boolean)) {
					await new Promise((resolve) => setImmediate(resolve));
				}
				await world.controls.stopAnswering();
			};
			const parameters = { options: { maxConcurrency: PLACES, maxTries: 1000 } };
			const looking: Array<Promise<void>> = [];
			const run = await world.run({
				operation,
				items,
				parameters,
				whileRunning: () => void looking.push(look()),
			});
			isOver = true;
			await Promise.all(looking);
			expect(sizesOf(run)[output]).toBe(items.length);
			const order = inInputOrder(run.outputs).map(({ miniProgramAppId }) => miniProgramAppId);
			expect(order).toEqual(items.map(({ appId }) => appId));
			expect(run.outputs[output].map(({ json }) => json.miniProgramAppId)).toEqual(order);
		},
	);
});
