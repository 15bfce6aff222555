import { storedTokensIn } from './storedTokens.cts';
import { astray, printTable, REPETITIONS } from './world.cts';
import type { Platform, QueueWorld } from './world.cts';

/** Merchants, items per run, seconds that a replaced token still works, most tokens per merchant. */
const CASES = [
	[200, 1000, 300, 1.3],
	[200, 1000, 3, 2],
	[200, 1000, 0, 2],
	[3, 300, 300, 1.3],
	[3, 300, 3, 2],
	[3, 300, 0, 2],
] as const;

const HEADER = [
	'Merchants',
	'Items',
	'Grace',
	'Astray',
	'Tokens a merchant',
	'Stored, newest',
	'others',
	'Next runs: astray',
	'tokens',
];

/** Two workers that need the same tokens at the same moment. */
export function testTokens(world: QueueWorld): void {
	const rows: string[][] = [];

	afterAll(() => printTable(HEADER, rows));

	/** How many of the stored tokens are the merchants' newest, and how many are not. */
	const storedStates = async (platform: Platform) => {
		const tokens = [...storedTokensIn(await world.stored(platform)).values()];
		const states = await Promise.all(
			tokens.map(async (token) => await world.controls.tokenState(token)),
		);
		const newest = states.filter((state) => state === 'newest').length;
		return { newest, others: states.length - newest };
	};

	const cases = Array.from({ length: REPETITIONS }, () => CASES).flat();

	it.each(cases)(
		'Two workers share the tokens of %i merchants, with %i items on each and a grace of %i s',
		async (merchants, items, grace, most) => {
			await world.controls.configure({ authorizerTokenGraceSeconds: grace });
			const platform = await world.addPlatform(merchants);

			const sumOf = async () => {
				const runs = await world.runOnBoth(platform, items);
				return runs.reduce((sum, run) => sum + astray(run, items), 0);
			};
			const lost = await sumOf();
			const minted = await world.minted(platform);
			const stored = await storedStates(platform);
			const lostNext = await sumOf();
			const mintedNext = (await world.minted(platform)) - minted;

			const each = (minted / merchants).toFixed(2);
			const figures = [
				merchants,
				items,
				grace,
				lost,
				each,
				stored.newest,
				stored.others,
				lostNext,
				mintedNext,
			];
			rows.push(figures.map(String));
			expect({ lost, stored, lostNext, mintedNext }).toEqual({
				lost: 0,
				stored: { newest: merchants, others: 0 },
				lostNext: 0,
				mintedNext: 0,
			});
			expect(minted).toBeGreaterThanOrEqual(merchants);
			expect(minted / merchants).toBeLessThanOrEqual(most);
		},
	);
}
