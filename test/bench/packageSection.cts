import { Environment } from './environment.cts';
import { count, kilobytes, milliseconds } from './figures.cts';
import { packageFigures } from './packageFigures.cts';
import type { Findings } from './results.cts';

const NAME = 'n8n-nodes-wechat-mini-program-link';

/** What is published, and how long n8n takes to load it. */
export async function weighPackage(): Promise<Findings> {
	const { files, bytes, loadMs } = await Environment.use(
		async (environment) => await packageFigures(environment.packageDirectory(NAME)),
	);
	return {
		tables: [
			{
				title: 'Package',
				of: 'Part',
				rows: [{ name: 'all', figures: { Files: count(files), Size: kilobytes(bytes) } }],
			},
		],
		goals: [
			{ what: 'Package', ...kilobytes(bytes), limit: 150 },
			{ what: 'Loading all nodes and credentials', ...milliseconds(loadMs), limit: 30 },
		],
	};
}
