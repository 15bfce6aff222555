import type { Figure, Goal, Section, Table, Unit } from './results.cts';

const DIGITS: Record<Unit, number> = {
	s: 2,
	ms: 2,
	MB: 0,
	kB: 1,
	million: 2,
	'%': 1,
	ratio: 2,
	count: 0,
};

const suffixOf = (unit: Unit) => (unit === 'ratio' || unit === 'count' ? '' : ` ${unit}`);

/** One section in Markdown, without its goals. */
export function sectionText({ date, versions, machine, load, tables }: Section): string {
	const loads = load.map((value) => value.toFixed(1)).join(' to ');
	return [`${date}: ${versions}, ${machine}, load ${loads}`, ...tables.map(tableText)].join('\n\n');
}

/** One table in Markdown with its title and notes. */
function tableText({ title, of, rows, notes = [] }: Table): string {
	const names = Object.keys(rows[0]?.figures ?? {});
	const lines = rows.map(({ name, figures }) => [name, ...names.map((key) => shown(figures[key]))]);
	return [`${title}:`, markdown([of, ...names], lines), ...notes].join('\n\n');
}

/** The goals and the reached values. */
export function goalTable(goals: Goal[]): string {
	const header = ['Goal', 'At most', 'Measured', ''];
	const rows = goals.map(({ what, value, limit, unit }) => {
		const most = `${limit}${suffixOf(unit)}`;
		return [what, most, shown({ value, unit }), verdict({ value, unit }, limit)];
	});
	return markdown(header, rows);
}

function verdict({ value, unit }: Figure, limit: number): string {
	if (value === null) return '';
	const measured = Number(value.toFixed(DIGITS[unit]));
	return measured <= limit ? 'met' : `missed by ${shown({ value: measured - limit, unit })}`;
}

function shown({ value, unit }: Figure): string {
	return value === null ? 'not measured' : value.toFixed(DIGITS[unit]) + suffixOf(unit);
}

/** A table in Markdown with aligned columns. */
function markdown(header: string[], rows: string[][]): string {
	const widths = header.map((_, n) => Math.max(...[header, ...rows].map((row) => row[n].length)));
	const line = (cells: string[]) =>
		`| ${cells.map((cell, n) => cell.padEnd(widths[n])).join(' | ')} |`;
	const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
	return [line(header), rule, ...rows.map(line)].join('\n');
}
