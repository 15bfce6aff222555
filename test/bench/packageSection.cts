import { Environment } from './environment.cts';
import { kilobytes, milliseconds } from './figures.cts';
import { packageFigures } from './packageFigures.cts';
import type { Findings } from './results.cts';

const NAME = 'n8n-nodes-wechat-mini-program-link';

/** Measures the published package, and how long n8n takes to load it. */
export async function weighPackage(): Promise<Findings> {
	const { files, packed, loadMs } = await Environment.use(
		async (environment) => await packageFigures(environment.packageDirectory(NAME)),
	);
	const row = (name: string, bytes: number) => ({ name, figures: { Size: kilobytes(bytes) } });
	const code = [...files].filter(([file]) => file.endsWith('.js'));
	return {
		tables: [
			{
				title: 'Package',
				of: 'Part',
				rows: [
					...code.sort(([, a], [, b]) => b - a).map(([file, bytes]) => row(file, bytes)),
					row('all code', sum(code)),
					row(`all ${files.size} files`, sum([...files])),
					row('all files, compressed', packed),
				],
			},
		],
		goals: [{ what: 'Loading all nodes and credentials', ...milliseconds(loadMs), limit: 30 }],
	};
}

function sum(files: Array<[string, number]>): number {
	return files.reduce((total, [, bytes]) => total + bytes, 0);
}
