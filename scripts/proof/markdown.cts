import type { Script } from './data.cts';

export const shownNumber = (value: number): string => value.toLocaleString('en-US');

/** The command that runs an npm script, as code. */
export const commandOf = (script: Script): string =>
	script === 'test' ? '`npm test`' : `\`npm run ${script}\``;

/** A table in Markdown. */
export function table(header: string[], rows: string[][]): string {
	const line = (cells: string[]) =>
		`| ${cells.map((cell) => cell.replace(/[\\|]/g, '\\$&')).join(' | ')} |`;
	return [line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n');
}

export const sumOf = <T,>(all: readonly T[], value: (one: T) => number): number =>
	all.reduce((total, one) => total + value(one), 0);
