import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ensureN8n } from '../n8n/install.cts';
import { n8nInstallDirectory, projectDirectory } from '../n8n/paths.cts';
import { NEWEST } from '../n8n/versions.cts';
import { run } from '../n8n/process.cts';
import { buildTarball } from '../n8n/tarball.cts';
import { median } from './measure.cts';

/** The published package as n8n installs it. */
interface PackageFigures {
	/** Bytes of each file, by its path in the package. */
	files: Map<string, number>;
	/** Bytes of the tarball. */
	packed: number;
	/** The time to load all nodes and credentials. */
	loadMs: number;
}

const LOADS = 9;

/** First loads what n8n itself loads before a community package, because that does not count. */
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
		packed: statSync(await buildTarball()).size,
		loadMs: await loadTime(installed),
	};
}

function filesIn(directory: string): Map<string, number> {
	const paths = readdirSync(directory, { recursive: true, encoding: 'utf8' });
	const stats = paths.map((path) => [path, statSync(join(directory, path))] as const);
	return new Map(stats.filter(([, stat]) => stat.isFile()).map(([path, { size }]) => [path, size]));
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

/** The tools for the measurement. */
export async function versions(): Promise<string> {
	const { node } = await ensureN8n();
	const { stdout } = await run(node, ['--version'], { cwd: projectDirectory });
	const file = join(n8nInstallDirectory(NEWEST), 'node_modules', 'n8n', 'package.json');
	const n8n = JSON.parse(readFileSync(file, 'utf8')) as { version: string };
	return `n8n ${n8n.version}, Node.js ${stdout.trim().slice(1)}`;
}
