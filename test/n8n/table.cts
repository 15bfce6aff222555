/** Between two columns. */
export const GAP = '  ';
const NARROWEST_LAST_COLUMN = 24;

/** A table as lines of text; the last column is wrapped between words so that all fits the width. */
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

/** Lines of whole words; only a word that is too long itself makes a line longer. */
export function wrap(text: string, width: number): string[] {
	const lines = [''];
	for (const word of text.split(/\s+/)) {
		const current = lines[lines.length - 1];
		if (current === '') lines[lines.length - 1] = word;
		else if (displayWidth(`${current} ${word}`) <= width) lines[lines.length - 1] += ` ${word}`;
		else lines.push(word);
	}
	return lines;
}

/** Terminals draw Chinese characters twice as wide as Latin ones. */
const WIDE =
	/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\u3000-\u303f\uff00-\uff60]/u;

/** Columns of a terminal that a text takes. */
export function displayWidth(text: string): number {
	return [...text].reduce((sum, character) => sum + (WIDE.test(character) ? 2 : 1), 0);
}

/** A text that takes at most so many columns; what was cut off is shown by `…`. */
export function cut(text: string, width: number): string {
	if (displayWidth(text) <= width) return text;
	let kept = '';
	for (const character of text) {
		if (displayWidth(`${kept}${character}…`) > width) break;
		kept += character;
	}
	return `${kept.trimEnd()}…`;
}

/** Rows of which each is one line of the terminal; the last column is cut. */
export function formatLines(rows: string[][], width: number): string {
	const widths = (rows[0] ?? [])
		.slice(0, -1)
		.map((_, column) => Math.max(...rows.map((row) => displayWidth(row[column]))));
	return rows
		.map((row) => {
			const cells = widths.map(
				(columnWidth, column) => row[column] + ' '.repeat(columnWidth - displayWidth(row[column])),
			);
			return cut([...cells, row[row.length - 1]].join(GAP).trimEnd(), width);
		})
		.join('\n');
}
