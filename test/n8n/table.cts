import { stripVTControlCharacters } from 'node:util';

/** Between two columns. */
export const GAP = '  ';
const NARROWEST_LAST_COLUMN = 24;

/** A table as lines of text, whose last column is wrapped between words to fit the width. */
export function formatTable(header: string[], rows: string[][], width: number): string {
	const last = header.length - 1;
	const all = [header, ...rows];
	const widths = header
		.slice(0, last)
		.map((_, column) => Math.max(...all.map((row) => displayWidth(row[column]))));
	const indent = widths.reduce((sum, columnWidth) => sum + columnWidth + GAP.length, 0);
	const lastWidth = Math.max(width - indent, NARROWEST_LAST_COLUMN);
	const lines = all.flatMap((row) =>
		wrap(row[last], lastWidth).map((text, line) => {
			const cells = widths.map((columnWidth, column) => {
				const cell = line === 0 ? row[column] : '';
				return cell + ' '.repeat(columnWidth - displayWidth(cell));
			});
			return [...cells, text].join(GAP).trimEnd();
		}),
	);
	const headerLines = wrap(header[last], lastWidth).length;
	const rule = [...widths, lastWidth].map((columnWidth) => '─'.repeat(columnWidth)).join(GAP);
	return [...lines.slice(0, headerLines), rule, ...lines.slice(headerLines)].join('\n');
}

/** Wraps a text between words; only a word that is too long makes a longer line. */
export function wrap(text: string, width: number): string[] {
	return wrapPieces(text.split(/\s+/), width);
}

/** Wraps between pieces, which a space separates. */
export function wrapPieces([first = '', ...others]: readonly string[], width: number): string[] {
	const lines = [first];
	for (const piece of others) {
		const longer = `${lines[lines.length - 1]} ${piece}`;
		if (displayWidth(longer) <= width) lines[lines.length - 1] = longer;
		else lines.push(piece);
	}
	return lines;
}

/** Terminals draw Chinese characters twice as wide as Latin ones. */
const WIDE =
	/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\u3000-\u303f\uff00-\uff60]/u;

/** The width of a text in columns of a terminal, without colors. */
export function displayWidth(text: string): number {
	return [...stripVTControlCharacters(text)].reduce(
		(sum, character) => sum + (WIDE.test(character) ? 2 : 1),
		0,
	);
}

/** An entry of a list. */
interface Entry {
	/** Aligned with the columns of the other entries. */
	columns: string[];
	/** The text after the columns, which is wrapped only between pieces. */
	pieces: string[];
}

/**
 * A list of entries. Their text is printed beside or below the columns, whichever takes fewer lines. Only a
 * piece that is wider than the terminal makes a longer line.
 */
export function formatEntries(entries: Entry[], width: number): string {
	const widths = (entries[0]?.columns ?? []).map((_, index) =>
		Math.max(...entries.map(({ columns }) => displayWidth(columns[index]))),
	);
	const indent = widths.reduce((sum, columnWidth) => sum + columnWidth + GAP.length, 0);
	const left = width - indent;
	const start = ({ columns }: Entry) =>
		columns
			.map((cell, index) => cell + ' '.repeat(widths[index] - displayWidth(cell)) + GAP)
			.join('');
	const below = (entry: Entry): string[] => [
		start(entry).trimEnd(),
		...wrapPieces(entry.pieces, width - GAP.length).map((line) => GAP + line),
	];
	const beside = (entry: Entry): string[] => {
		if (entry.pieces.some((piece) => displayWidth(piece) > left)) return below(entry);
		const [first, ...others] = wrapPieces(entry.pieces, left);
		return [start(entry) + first, ...others.map((line) => ' '.repeat(indent) + line)];
	};
	const hanging = entries.flatMap(beside);
	const standing = entries.flatMap(below);
	return (standing.length < hanging.length ? standing : hanging).join('\n');
}
