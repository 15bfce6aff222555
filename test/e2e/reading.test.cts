import { join } from 'node:path';

import { ensureN8n } from '../n8n/install.cts';
import { projectDirectory } from '../n8n/paths.cts';
import { run } from '../n8n/process.cts';
import type { Counts } from '../reading/compare.cts';

it("A plain path gives the same value as in n8n's isolate", async () => {
	const { node } = await ensureN8n();
	const program = join(projectDirectory, 'test', 'reading', 'compare.cts');
	const args = ['--require', 'tsx/cjs', program, 'vm', '1000'];
	const { stdout } = await run(node, args, { cwd: projectDirectory });
	const { cases, direct, thrown, differences } = JSON.parse(stdout) as Counts;
	expect(differences).toStrictEqual([]);
	expect(cases).toBe(8000);
	expect(direct).toBeGreaterThan(cases / 10);
	expect(thrown).toBeGreaterThan(cases / 10);
	console.info(`${cases} readings, ${direct} of them direct, ${differences.length} differences`);
}, 600_000);
