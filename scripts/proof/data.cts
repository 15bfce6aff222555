/** What docs/proof.json holds: for each npm script that was run, what came out and when. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Section as BenchSection } from '../../test/bench/results.cts';
import { cacheDirectory, projectDirectory } from '../../test/n8n/paths.cts';

/** Folders of tests by the npm script that runs them. */
export const SUITES = {
	test: ['unit', 'engine'],
	'test:e2e': ['e2e'],
	'test:versions': ['versions'],
	'test:queue': ['queue'],
} as const;

export type TestScript = keyof typeof SUITES;

export const TEST_SCRIPTS = Object.keys(SUITES) as TestScript[];

interface Dated {
	/** Day in UTC on which the command was run. */
	date: string;
}

/** Commands that find something or nothing. */
export interface Findings extends Dated {
	steps: Array<{ command: string; findings: number }>;
}

/** Cases of one file of tests. */
export interface FileCases {
	passed: number;
	failed: number;
	skipped: number;
}

/** A test that lets something go wrong, with all the cases it has. */
export interface Fault {
	file: string;
	test: string;
	cases: number;
	passed: number;
}

/** A number that a test has counted, and which one it takes for right. */
export interface NotedFigure {
	what: string;
	value: number;
	expected: number | string;
}

/** One run of tests. */
export interface TestRun extends Dated {
	seconds: number;
	/** What the tests ran in, by name. */
	versions: Record<string, string>;
	files: Record<string, FileCases>;
	faults: Fault[];
	figures: NotedFigure[];
}

/** What became of the changes that Stryker made to a file. */
export interface Mutants {
	detected: number;
	undetected: number;
}

/** What Stryker has tried of all sources. */
export interface Mutation extends Dated {
	files: Record<string, Mutants>;
	/** Sources whose mutants were not tried. */
	untried: string[];
	/** How many mutants no test can notice: test/mutation/ignorers.mjs says why. */
	ignored: number;
	/** How many of the undetected ones are named with a reason. */
	named: number;
}

/** The last run of each of the bench's sections, with its own date. */
export interface Bench extends Dated {
	sections: Record<string, BenchSection>;
}

export type ProofData = Partial<
	{ lint: Findings; scan: Findings; mutate: Mutation; bench: Bench } & Record<TestScript, TestRun>
>;

/** Names of the npm scripts whose runs are the proof, in the order in which they are run. */
export const SCRIPTS = ['lint', 'scan', ...TEST_SCRIPTS, 'mutate', 'bench'] as const;

export type Script = (typeof SCRIPTS)[number];

export const DATA_FILE = join(projectDirectory, 'docs', 'proof.json');
export const PAGE_FILE = join(projectDirectory, 'docs', 'proof.md');

/** Where a run leaves what came out, until it is read into the data. */
export const rawFile = (name: string): string =>
	join(cacheDirectory, 'proof', name.replace(':', '-'));

export const dayOf = (time: number | string): string => new Date(time).toISOString().slice(0, 10);

export function readData(): ProofData {
	return existsSync(DATA_FILE) ? (JSON.parse(readFileSync(DATA_FILE, 'utf8')) as ProofData) : {};
}

/** Formatted as `npm run lint` wants it, in the order of `SCRIPTS`. */
export async function writeData(data: ProofData): Promise<void> {
	const { format, resolveConfig } = await import('prettier');
	const ordered = Object.fromEntries(SCRIPTS.map((script) => [script, data[script]]));
	const options = { ...(await resolveConfig(DATA_FILE)), filepath: DATA_FILE };
	writeFileSync(DATA_FILE, await format(JSON.stringify(ordered), options));
}
