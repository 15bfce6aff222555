import { existsSync, readdirSync } from 'node:fs';
import { join, posix, relative, sep } from 'node:path';

import { ROOT, textOf } from './rooms.cts';

/** Files that git or npm creates. */
const NOT_OURS = ['.git', '.cache', 'coverage', 'dist', 'node_modules', 'package-lock.json'];
const WITH_TEXT = /\.(?:json|ya?ml|[cm]?[jt]s)$/;

const files = filesIn(ROOT);
const documents = files.filter((file) => file.endsWith('.md'));
const repository = String(JSON.parse(textOf('package.json')).homepage).replace('#readme', '');

function filesIn(folder: string): string[] {
	return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
		const path = join(folder, entry.name);
		if (NOT_OURS.includes(entry.name)) return [];
		return entry.isDirectory() ? filesIn(path) : [relative(ROOT, path).split(sep).join('/')];
	});
}

/** The paths from a document to others or to pictures, by a pattern, from the root. */
function pathsIn(document: string, pattern: RegExp): string[] {
	return [...textOf(document).matchAll(pattern)].map(([, path]) =>
		posix.join(posix.dirname(document), path),
	);
}

/** The pages of this repository whose addresses are in a file, as paths with their anchors. */
function pagesIn(file: string): string[] {
	return textOf(file)
		.split(repository)
		.slice(1)
		.map((rest) => /^[^\s"'`)<>\\]*/.exec(rest)?.[0] ?? '')
		.map((rest) => rest.replace(/^#/, '/blob/main/README.md#'))
		.map((rest) => /^\/(?:blob|tree)\/main\/(.*)$/.exec(rest)?.[1] ?? '')
		.filter((page) => page !== '' && page !== 'README.md#readme');
}

function isThere(page: string): boolean {
	const [path, anchor] = page.split('#');
	if (!existsSync(join(ROOT, path))) return false;
	return anchor === undefined || anchorsOf(path).includes(anchor);
}

/** The anchors that GitHub makes of plain headings. */
function anchorsOf(document: string): string[] {
	return [...textOf(document).matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
		heading
			.toLowerCase()
			.replace(/[^\p{L}\p{N} _-]/gu, '')
			.replaceAll(' ', '-'),
	);
}

/** The documents that links reach from this one. */
function reachedFrom(start: string): Set<string> {
	const reached = new Set([start]);
	for (const document of reached) {
		for (const path of pathsIn(document, /\]\(([^)\s#:]+\.md)[#)]/g)) reached.add(path);
	}
	return reached;
}

// The linter checks the documents' other links.
it('Every link from code and examples to this repository leads to a page and a heading', () => {
	const links = files
		.filter((file) => WITH_TEXT.test(file))
		.flatMap((file) => pagesIn(file).map((page) => ({ file, page })));
	expect(links).not.toStrictEqual([]);
	expect(links.filter(({ page }) => !isThere(page))).toStrictEqual([]);
});

it('Every picture in a document exists', () => {
	const pictures = documents.flatMap((document) => pathsIn(document, /<img src="([^"]+)"/g));
	expect(pictures).not.toStrictEqual([]);
	expect(pictures.filter((picture) => !files.includes(picture))).toStrictEqual([]);
});

it('Links lead from the README to every page', () => {
	const reached = reachedFrom('README.md');
	const pages = documents.filter((file) => /^(?:docs|examples)\//.test(file));
	expect(pages.filter((page) => !reached.has(page))).toStrictEqual([]);
});
