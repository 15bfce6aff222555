import { existsSync, readFileSync } from 'node:fs';
import { relative, sep } from 'node:path';

import { ensureN8n } from '../../test/n8n/install.cts';
import { projectDirectory } from '../../test/n8n/paths.cts';
import { run } from '../../test/n8n/process.cts';
import { N8N_VERSIONS, NEWEST } from '../../test/n8n/versions.cts';
import { dayOf, rawFile } from './data.cts';
import type { FileCases, NotedFigure, TestRun, TestScript } from './data.cts';
import { engineVersions, manifest } from './facts.cts';
import { faultsIn } from './faults.cts';
import type { Case } from './faults.cts';
import { clear, runShown } from './run.cts';

/** What is used of Jest's results. */
interface JestResults {
	startTime: number;
	testResults: Array<{ name: string; endTime: number; message: string; assertionResults: Case[] }>;
}

const MS_PER_S = 1000;

const resultsFile = (script: TestScript) => rawFile(`${script}.json`);
const figuresFile = (script: TestScript) => rawFile(`${script}.figures`);

/** Failed tests are no reason to stop: they are counted. */
export function runTests(script: TestScript): void {
	const [results, figures] = [resultsFile(script), figuresFile(script)];
	clear(results);
	clear(figures);
	const args = `--json --outputFile="${results}" --testLocationInResults`;
	const code = runShown(`npm run ${script} -- ${args}`, { NOTED_FIGURES: figures });
	if (!existsSync(results)) throw new Error(`npm run ${script} ended with code ${code}`);
}

export async function readTests(script: TestScript): Promise<TestRun> {
	const { startTime, testResults } = JSON.parse(
		readFileSync(resultsFile(script), 'utf8'),
	) as JestResults;
	const files = testResults
		.map(({ name, assertionResults }) => ({
			file: relative(projectDirectory, name).split(sep).join('/'),
			cases: assertionResults,
		}))
		.sort((a, b) => (a.file < b.file ? -1 : 1));
	const end = Math.max(...testResults.map(({ endTime }) => endTime));
	return {
		date: dayOf(startTime),
		seconds: Math.round((end - startTime) / MS_PER_S),
		versions: await versionsOf(script),
		files: Object.fromEntries(files.map(({ file, cases }) => [file, countCases(cases)])),
		faults: files.flatMap(({ file, cases }) => faultsIn(file, cases)),
		figures: readFigures(script),
	};
}

function countCases(cases: readonly Case[]): FileCases {
	const count = (status: string) => cases.filter((one) => one.status === status).length;
	const [passed, failed] = [count('passed'), count('failed')];
	return { passed, failed, skipped: cases.length - passed - failed };
}

function readFigures(script: TestScript): NotedFigure[] {
	const file = figuresFile(script);
	if (!existsSync(file)) return [];
	const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean);
	return lines.map((line) => JSON.parse(line) as NotedFigure);
}

async function versionsOf(script: TestScript): Promise<Record<string, string>> {
	if (script === 'test') {
		const own = { package: manifest().version, 'Node.js': process.versions.node };
		return { ...own, ...engineVersions() };
	}
	const releases = script === 'test:versions' ? N8N_VERSIONS : [NEWEST];
	const versions: Record<string, string> = {};
	for (const release of releases) {
		const { node } = await ensureN8n(release);
		const { stdout } = await run(node, ['--version'], { cwd: projectDirectory });
		versions[`n8n ${release}`] = `Node.js ${stdout.trim().slice(1)}`;
	}
	return versions;
}
