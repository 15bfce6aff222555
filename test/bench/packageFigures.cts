import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureN8n } from '../n8n/install.cts';
import { n8nInstallDirectory, projectDirectory } from '../n8n/paths.cts';
import { NEWEST } from '../n8n/versions.cts';
import { run } from '../n8n/process.cts';
import { median } from './measure.cts';
import { partsOf, type Parts } from './packageParts.cts';

/** The published package as n8n gets it. */
export interface PackageFigures {
	files: number;
	parts: Parts;
	/** To load all nodes and credentials. */
	loadMs: number;
}

const LOADS = 9;

/** What n8n has loaded long before it loads a community package does not count. */
const LOAD_SCRIPT = `
	require('n8n-workflow');
	const start = performance.now();
	for (const file of process.argv.slice(1)) require(file);
	console.log(performance.now() - start);
`;

/** @param installed where n8n has installed the package */
export async function packageFigures(installed: string): Promise<PackageFigures> {
	return {
		files: filesIn(installed),
		parts: partsOf(installed),
		loadMs: await loadTime(installed),
	};
}

function filesIn(directory: string): number {
	const entries = readdirSync(directory, { recursive: true, withFileTypes: true });
	return entries.filter((entry) => entry.isFile()).length;
}

async function loadTime(installed: string): Promise<number> {
	const { node } = await ensureN8n();
	const { n8n } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')) as {
		n8n: { nodes: string[]; credentials: string[] };
	};
	const files = [...n8n.nodes, ...n8n.credentials].map((file) => join(installed, file));
	const env = { ...process.env, NODE_PATH: join(n8nInstallDirectory(NEWEST), 'node_modules') };
	const times: number[] = [];
	for (let n = 0; n < LOADS; n++) {
		const { stdout } = await run(node, ['--eval', LOAD_SCRIPT, ...files], { cwd: installed, env });
		times.push(Number(stdout));
	}
	return median(times);
}

/** What is measured with. */
export async function versions(): Promise<string> {
	const { node } = await ensureN8n();
	const { stdout } = await run(node, ['--version'], { cwd: projectDirectory });
	const file = join(n8nInstallDirectory(NEWEST), 'node_modules', 'n8n', 'package.json');
	const n8n = JSON.parse(readFileSync(file, 'utf8')) as { version: string };
	return `n8n ${n8n.version}, Node.js ${stdout.trim().slice(1)}`;
}
