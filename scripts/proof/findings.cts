import { readFileSync, writeFileSync } from 'node:fs';

import { dayOf, rawFile } from './data.cts';
import type { Findings } from './data.cts';
import { lintSteps } from './facts.cts';
import { clear, runRead } from './run.cts';

/** How the linters, the compiler, Prettier and the check of the docs tell what they have found. */
const SUMS = /✖ (\d+) problems?/g;
const LINES = /error TS\d+:|^\[warn\] (?!Code style)|differs from the table/gm;

/** Number of findings in the output of a command; at least one where it has failed. */
export function findingsIn(output: string, code: number | null): number {
	const sums = [...output.matchAll(SUMS)].reduce((sum, [, count]) => sum + Number(count), 0);
	const found = sums + [...output.matchAll(LINES)].length;
	return code === 0 ? found : Math.max(found, 1);
}

function runSteps(commands: readonly string[], name: string): void {
	const file = rawFile(`${name}.json`);
	clear(file);
	const steps = commands.map((command) => {
		const { code, output } = runRead(command);
		return { command, findings: findingsIn(output, code) };
	});
	writeFileSync(file, JSON.stringify({ date: dayOf(Date.now()), steps }));
}

export const runLint = (): void => runSteps(lintSteps(), 'lint');
export const runScan = (): void => runSteps(['npm run scan'], 'scan');

export const readFindings = (name: string): Findings =>
	JSON.parse(readFileSync(rawFile(`${name}.json`), 'utf8')) as Findings;
