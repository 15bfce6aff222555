import { astray, printTable } from './world.cts';
import type { Platform, QueueWorld } from './world.cts';

const MERCHANTS = 1000;
/** The server replaces the token of one in this many merchants. */
const REPLACED = 10;

/** Two workers that read the same tokens from a token service. */
export function testTokenService(world: QueueWorld): void {
	const rows: string[][] = [];
	let platform: Platform;

	const asked = async () => {
		const { accounts } = platform;
		const counts = await Promise.all(
			accounts.map(async (account) => await world.controls.tokenServiceCount(account)),
		);
		return { sum: counts.reduce((sum, count) => sum + count, 0), most: Math.max(...counts) };
	};

	/** Links an item of every merchant on each worker at the same time. */
	const run = async (what: string) => {
		const before = await asked();
		const runs = await world.runOnBoth(platform, MERCHANTS);
		const lost = runs.reduce((sum, one) => sum + astray(one, MERCHANTS), 0);
		const after = await asked();
		const sum = after.sum - before.sum;
		rows.push([what, lost, sum, after.most].map(String));
		return { lost, asked: sum, most: after.most };
	};

	beforeAll(async () => {
		platform = await world.addServicePlatform(MERCHANTS);
	});

	afterAll(() => {
		printTable(['1,000 merchants, two workers', 'Astray', 'Asked', 'most for one'], rows);
	});

	it('Two workers ask the token service once for each of 1,000 merchants', async () => {
		expect(await run('cold')).toEqual({ lost: 0, asked: MERCHANTS, most: 1 });
	});

	it('In the next run, two workers ask the token service for nothing', async () => {
		expect(await run('warm')).toEqual({ lost: 0, asked: 0, most: 1 });
	});

	it('Two workers ask the token service once more for each token that WeChat rejects', async () => {
		const replaced = platform.accounts.filter((_, n) => n % REPLACED === 0);
		for (const account of replaced) await world.controls.mintAside(account);
		expect(await run('every tenth rejected')).toEqual({
			lost: 0,
			asked: replaced.length,
			most: 2,
		});
	});
}
