import { goalTable, tableText } from '../../test/bench/report.cts';
import type { Section, Table } from '../../test/bench/results.cts';
import { dayOf } from './data.cts';
import type { Bench, Mutants, Mutation } from './data.cts';
import { commandOf, shownNumber, sumOf, table } from './markdown.cts';

/** In %, rounded down: what is not all is not shown as 100. */
const scoreOf = ({ detected, undetected }: Mutants): number =>
	Math.floor((detected * 10_000) / (detected + undetected)) / 100;

const totalOf = (all: ReadonlyArray<[string, Mutants]>): Mutants => ({
	detected: sumOf(all, ([, { detected }]) => detected),
	undetected: sumOf(all, ([, { undetected }]) => undetected),
});

/** `nodes/tokens`, or `credentials`. */
const roomOf = (file: string): string => file.split('/').slice(0, -1).slice(0, 2).join('/');

/** The mutation score of all, of each room and of each file. */
export function mutationTexts({ date, files, untried, ignored, named }: Mutation): string[] {
	const all = Object.entries(files);
	const scored = all.filter(([, { detected, undetected }]) => detected + undetected > 0);
	const rooms = [...new Set(scored.map(([file]) => roomOf(file)))];
	const rows = rooms.map((room) => {
		const own = scored.filter(([file]) => roomOf(file) === room);
		const each = own.map(([file, mutants]) => {
			const name = file.slice(room.length + 1).replace(/(?:\.node|\.credentials)?\.ts$/, '');
			return `${name} ${scoreOf(mutants)}`;
		});
		return [`\`${room}\``, ...scoreCells(own), each.join(', ')];
	});
	const lowest = Math.min(...scored.map(([, mutants]) => scoreOf(mutants)));
	const lines = [
		`${commandOf('mutate')}, ${date}:`,
		`- files with mutants: ${scored.length}, without: ${all.length - scored.length}, not tried yet: ${untried.length}`,
		`- lowest score of a file: ${lowest} %`,
		`- mutants left alone, in texts of two languages and in what is made once, when a file is loaded: ${shownNumber(ignored)}`,
		`- undetected mutants that are [named with a reason](../test/mutation/survivors.json): ${named}`,
	];
	const [first, ...list] = lines;
	return [
		first,
		list.join('\n'),
		table(
			['Folder', 'Score in %', 'Detected', 'Undetected', 'Score of each file in %'],
			[...rows, ['all', ...scoreCells(scored), '']],
		),
	];
}

function scoreCells(files: ReadonlyArray<[string, Mutants]>): string[] {
	const sum = totalOf(files);
	return [String(scoreOf(sum)), shownNumber(sum.detected), shownNumber(sum.undetected)];
}

/** What was to be reached, and how the variants stand to each other. */
export function benchTexts({ sections }: Bench): string[] {
	const all = Object.entries(sections);
	const goals = all.flatMap(([, section]) => section.goals);
	const ratios = all.flatMap(([, { tables }]) => tables.flatMap(ratiosOf));
	return [all.map(provenance).join('\n'), goalTable(goals), ...ratios.map(tableText)];
}

function provenance([name, { date, versions, machine, load, sizes }]: [string, Section]): string {
	const loads = load.map((value) => value.toFixed(1)).join(' to ');
	const { items, rounds } = sizes as { items: number; rounds: number };
	const command = `\`npm run bench -- --only ${name}\``;
	return `- ${command}, ${dayOf(date)}: ${versions}, ${machine}, load ${loads}, ${shownNumber(items)} items, rounds: ${rounds}`;
}

/** The columns of a table that do not depend on the machine, if it has some. */
function ratiosOf({ title, of, rows }: Table): Table[] {
	const own = rows.map(({ name, figures }) => {
		const ratios = Object.entries(figures).filter(([, { unit }]) => unit === 'ratio');
		return { name, figures: Object.fromEntries(ratios) };
	});
	const hasRatios = own.some(({ figures }) => Object.keys(figures).length > 0);
	return hasRatios ? [{ title, of, rows: own }] : [];
}

/** Each part of the package. */
export const sizeTexts = ({ sections }: Bench): string[] =>
	(sections.package?.tables ?? []).map(tableText);
