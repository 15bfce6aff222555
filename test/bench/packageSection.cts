import { Environment } from './environment.cts';
import { kilobytes, milliseconds } from './figures.cts';
import { packageFigures } from './packageFigures.cts';
import type { Findings } from './results.cts';

const NAME = 'n8n-nodes-wechat-mini-program-link';

/** What is published, and how long n8n takes to load it. */
export async function weighPackage(): Promise<Findings> {
	const { files, parts, loadMs } = await Environment.use(
		async (environment) => await packageFigures(environment.packageDirectory(NAME)),
	);
	const { bytes, texts } = parts;
	const all = [...bytes.values()].reduce((sum, one) => sum + one, 0);
	const row = (name: string, value: number) => ({ name, figures: { Size: kilobytes(value) } });
	return {
		tables: [
			{
				title: 'Package',
				of: 'Part',
				rows: [
					...[...bytes].sort(([, a], [, b]) => b - a).map(([name, value]) => row(name, value)),
					row(`all ${files} files`, all),
					row('of it texts in the code', texts),
				],
			},
		],
		goals: [
			{
				what: 'Package without README and texts',
				...kilobytes(all - (bytes.get('README') ?? 0) - texts),
				limit: 150,
			},
			{ what: 'Loading all nodes and credentials', ...milliseconds(loadMs), limit: 30 },
		],
	};
}
