import { astray, printTable } from './world.cts';
import type { Platform, QueueWorld } from './world.cts';

const MERCHANTS = 1000;
/** Of so many merchants one's token is replaced by the server. */
const REPLACED = 10;

/** Two workers that read the same tokens from the server that makes them. */
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

	it('ask it once for each of 1,000 merchants, however many need the token', async () => {
		expect(await run('cold')).toEqual({ lost: 0, asked: MERCHANTS, most: 1 });
	});

	it('ask it for nothing in the next run', async () => {
		expect(await run('warm')).toEqual({ lost: 0, asked: 0, most: 1 });
	});

	it('ask it once more for each merchant whose token WeChat rejects', async () => {
		const replaced = platform.accounts.filter((_, n) => n % REPLACED === 0);
		for (const account of replaced) await world.controls.mintAside(account);
		expect(await run('every tenth rejected')).toEqual({
			lost: 0,
			asked: replaced.length,
			most: 2,
		});
	});
}
