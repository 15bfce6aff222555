import { aheadBy } from './requirements.cts';
import { astray, printTable } from './world.cts';
import type { QueueWorld } from './world.cts';

const MERCHANTS = 150;
const TIMES = 3;
const AHEAD = '+10m';

/** How many seconds a replaced token still works. */
const GRACES = [300, 0];

/** Two workers that need the same tokens at the same moment, one of them with a wrong clock. */
export function testClocks(world: QueueWorld): void {
	const rows: string[][] = [];

	beforeAll(async () => {
		const [, worker] = world.n8n.workers;
		await worker.stop();
		await worker.start(aheadBy(AHEAD));
	});

	afterAll(async () => {
		const [, worker] = world.n8n.workers;
		await worker.stop();
		await worker.start();
		const header = ['Grace', 'Merchants', 'Tokens', 'most for one', 'Astray', 'Next runs: tokens'];
		printTable(header, rows);
	});

	const cases = GRACES.flatMap((grace) =>
		Array.from({ length: TIMES }, (_, n): [number, number] => [grace, n + 1]),
	);

	it.each(cases)(
		'Two workers whose clocks differ make one token per merchant, with a grace of %i s (round %i)',
		async (grace) => {
			await world.controls.configure({ authorizerTokenGraceSeconds: grace });
			const platform = await world.addPlatform(MERCHANTS);
			const runs = await world.runOnBoth(platform, MERCHANTS);
			const lost = runs.reduce((sum, run) => sum + astray(run, MERCHANTS), 0);
			const made = await world.tokensOf(platform);
			await world.runOnBoth(platform, MERCHANTS);
			const anew = (await world.minted(platform)) - made.sum;
			rows.push([`${grace} s`, ...[MERCHANTS, made.sum, made.most, lost, anew].map(String)]);
			expect({ ...made, lost, anew }).toEqual({ sum: MERCHANTS, most: 1, lost: 0, anew: 0 });
		},
	);
}
