import { NODE } from '../e2e/platformWorkflows.cts';
import type { Execution } from '../n8n/execution.cts';
import { CredentialWrites } from './credentialWrites.cts';
import { astray, LATENCY_MS, printTable } from './world.cts';
import type { Platform, QueueWorld } from './world.cts';

/** Numbers of merchants; set `QUEUE_MERCHANTS=1000,6000,10000` for more. */
const SIZES = (process.env.QUEUE_MERCHANTS ?? '1000').split(',').map(Number);

/** The latency of WeChat for a server in another country. */
const FAR_MS = 50;

const MS_PER_S = 1000;
const BYTES_PER_MB = 1e6;

const HEADER = [
	'Merchants',
	'Workers',
	'Run',
	'Astray',
	'Tokens',
	'most',
	'Calls',
	'Writes',
	'MB written',
	'Time',
	'Peak MiB',
];

/** What the tokens of many merchants cost, for one worker and for two at once. */
export function testScale(world: QueueWorld): void {
	const rows: string[][] = [];
	let writes: CredentialWrites;

	beforeAll(async () => {
		writes = await CredentialWrites.watch(world.n8n.postgres);
		await world.controls.configure({ authorizerTokenGraceSeconds: 300 });
		await world.controls.setLatency(FAR_MS);
	});

	afterAll(async () => {
		await world.controls.setLatency(LATENCY_MS);
		printTable(HEADER, rows);
	});

	/** Starts one worker or both as new processes. */
	const startWorkers = async (count: number) => {
		for (const worker of world.n8n.workers) await worker.stop();
		for (const worker of world.n8n.workers.slice(0, count)) await worker.start();
	};

	const runOnce = async (platform: Platform, workers: number): Promise<Execution[]> => {
		const { length } = platform.accounts;
		if (workers > 1) return await world.runOnBoth(platform, length);
		return [await world.endOf(await world.startRun(platform, length))];
	};

	const measure = async (platform: Platform, workers: number, name: string) => {
		const { credential, accounts } = platform;
		const figures = async () => ({
			made: await world.tokensOf(platform),
			calls: await world.controls.count(),
			writes: await writes.of(credential),
		});
		const before = await figures();
		const runs = await runOnce(platform, workers);
		const after = await figures();
		const tokens = after.made.sum - before.made.sum;
		const times = runs.map(({ nodes }) => nodes[NODE]?.executionTimeMs ?? NaN);
		const running = world.n8n.workers.slice(0, workers);
		const lost = runs.reduce((sum, run) => sum + astray(run, accounts.length), 0);
		const written = after.writes.bytes - before.writes.bytes;
		rows.push([
			String(accounts.length),
			String(workers),
			name,
			...[lost, tokens, after.made.most, after.calls - before.calls].map(String),
			String(after.writes.count - before.writes.count),
			(written / BYTES_PER_MB).toFixed(1),
			`${Math.round(Math.max(...times) / MS_PER_S)} s`,
			running.map((worker) => worker.peakMemoryMiB()).join(' '),
		]);
		return { lost, tokens };
	};

	const cases = SIZES.flatMap((size) => [1, 2].map((workers): [number, number] => [size, workers]));

	it.each(cases)(
		'%i merchants cost one token each on %i workers, and none in the next run',
		async (size, workers) => {
			await startWorkers(workers);
			const platform = await world.addPlatform(size);
			const cold = await measure(platform, workers, 'cold');
			const warm = await measure(platform, workers, 'warm');
			await startWorkers(world.n8n.workers.length);
			expect({ cold, warm }).toEqual({
				cold: { lost: 0, tokens: size },
				warm: { lost: 0, tokens: 0 },
			});
		},
	);
}
