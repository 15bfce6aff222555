import { SCRIPTS, SUITES, TEST_SCRIPTS } from './data.cts';
import type { FileCases, Findings, ProofData, TestRun, TestScript } from './data.cts';
import { commandOf, shownNumber, sumOf, table } from './markdown.cts';
import { benchTexts, mutationTexts, sizeTexts } from './measured.cts';

interface Run extends TestRun {
	script: TestScript;
}

/** Ends every row that one run has given. */
const SHOWN_BY = ['Day (UTC)', 'Command'];

const shownBy = ({ date, script }: Run): string[] => [date, commandOf(script)];

/** The text of docs/proof.md. What was never run is named at its end. */
export function renderPage(data: ProofData): string {
	const runs = TEST_SCRIPTS.flatMap((script) => {
		const run = data[script];
		return run ? [{ ...run, script }] : [];
	});
	const parts = [
		['Versions', versionTable(runs)],
		['Tests', testTable(runs)],
		['Faults survived', faultTable(runs)],
		['Mints and calls', figureTable(runs)],
		['Mutation', ...(data.mutate ? mutationTexts(data.mutate) : [])],
		['Bench', ...(data.bench ? benchTexts(data.bench) : [])],
		['Sizes', ...(data.bench ? sizeTexts(data.bench) : [])],
		['Lint and scan', findingTable([data.lint, data.scan])],
		['Not run yet', missingTable(data)],
	].filter(([, ...texts]) => texts.join('') !== '');
	return ['# Proof', ...parts.flatMap(([title, ...texts]) => [`## ${title}`, ...texts])]
		.join('\n\n')
		.concat('\n');
}

/** Nothing where there is no row. */
const tableOf = (header: string[], rows: string[][]): string =>
	rows.length > 0 ? table(header, rows) : '';

function versionTable(runs: Run[]): string {
	const rows = runs.flatMap((run) =>
		Object.entries(run.versions).map(([name, version]) => [name, version, ...shownBy(run)]),
	);
	return tableOf(['What', 'Version', ...SHOWN_BY], rows);
}

function testTable(runs: Run[]): string {
	const counts = (files: FileCases[]): string[] => {
		const count = (status: keyof FileCases) => sumOf(files, (file) => file[status]);
		const [passed, failed, skipped] = [count('passed'), count('failed'), count('skipped')];
		const cases = passed + failed + skipped;
		return [files.length, cases, passed, failed, skipped].map(shownNumber);
	};
	const rows = runs.flatMap((run) =>
		SUITES[run.script].map((suite) => {
			const own = Object.entries(run.files).filter(([file]) => file.startsWith(`test/${suite}/`));
			const files = own.map(([, cases]) => cases);
			return [suite, ...counts(files), `${run.seconds} s`, ...shownBy(run)];
		}),
	);
	const all = counts(runs.flatMap(({ files }) => Object.values(files)));
	const seconds = sumOf(runs, (run) => run.seconds);
	if (rows.length > 0) rows.push(['all', ...all, `${seconds} s`, '', '']);
	const header = ['Suite', 'Files', 'Cases', 'Passed', 'Failed', 'Skipped', 'Command took'];
	return tableOf([...header, ...SHOWN_BY], rows);
}

function faultTable(runs: Run[]): string {
	const rows = runs.flatMap((run) =>
		run.faults.map(({ test, cases, passed }) => [
			test,
			...[cases, passed].map(shownNumber),
			...shownBy(run),
		]),
	);
	return tableOf(['Test', 'Cases', 'Passed', ...SHOWN_BY], rows);
}

function figureTable(runs: Run[]): string {
	const rows = runs.flatMap((run) =>
		run.figures.map(({ what, value, expected }) => [
			what,
			shownNumber(value),
			typeof expected === 'number' ? shownNumber(expected) : expected,
			...shownBy(run),
		]),
	);
	return tableOf(['Counted', 'Number', 'Expected', ...SHOWN_BY], rows);
}

function findingTable(all: Array<Findings | undefined>): string {
	const rows = all.flatMap((found) =>
		(found?.steps ?? []).map(({ command, findings }) => [
			`\`${/^(?:npm|node) /.test(command) ? command : `npx ${command}`}\``,
			shownNumber(findings),
			found?.date ?? '',
		]),
	);
	return tableOf(['Command', 'Findings', 'Day (UTC)'], rows);
}

function missingTable(data: ProofData): string {
	const missing = SCRIPTS.filter((script) => !data[script]);
	const rows = missing.map((script) => [`\`npm run proof -- --only ${script}\``, '0']);
	return tableOf(['Command', 'Runs'], rows);
}
