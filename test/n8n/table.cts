const GAP = '  ';
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

function wrap(text: string, width: number): string[] {
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
function displayWidth(text: string): number {
	return text.length + (text.match(/[\p{Script=Han}\u3000-\u303f\uff00-\uff60]/gu)?.length ?? 0);
}
