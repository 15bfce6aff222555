import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

import { cacheDirectory, projectDirectory } from '../../test/n8n/paths.cts';
import { dayOf } from './data.cts';
import type { Mutants, Mutation } from './data.cts';
import { namedSurvivors, readFacts } from './facts.cts';
import { clear, runOrThrow } from './run.cts';

/** What is used of Stryker's report. */
interface Report {
	config: { mutate: string[] };
	files: Record<string, { mutants: Array<{ status: string }> } | undefined>;
}

const FILE = join(cacheDirectory, 'mutation', 'report.json');

const DETECTED = ['Killed', 'Timeout'];
const UNDETECTED = ['Survived', 'NoCoverage'];

export function runMutation(): void {
	clear(FILE);
	runOrThrow('npm run mutate');
}

/** Files without anything to change are not in Stryker's report, nor those that it did not come to. */
export async function readMutation(): Promise<Mutation> {
	const { config, files } = JSON.parse(readFileSync(FILE, 'utf8')) as Report;
	const settings = (await import(join(projectDirectory, 'stryker.config.mjs'))) as {
		default: { mutate: string[] };
	};
	const { sources } = readFacts();
	const isWhole = config.mutate.join() === settings.default.mutate.join();
	const untried = isWhole ? [] : sources.filter((file) => !files[file]);
	const tried = sources.filter((file) => !untried.includes(file));
	const all = Object.values(files).flatMap((file) => file?.mutants ?? []);
	const scored = tried.map((file): [string, Mutants] => {
		const statuses = (files[file]?.mutants ?? []).map(({ status }) => status);
		const count = (wanted: string[]) => statuses.filter((one) => wanted.includes(one)).length;
		return [file, { detected: count(DETECTED), undetected: count(UNDETECTED) }];
	});
	return {
		date: dayOf(statSync(FILE).mtimeMs),
		ignored: all.filter(({ status }) => status === 'Ignored').length,
		named: namedSurvivors(),
		files: Object.fromEntries(scored),
		untried,
	};
}
