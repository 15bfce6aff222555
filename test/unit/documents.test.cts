import { readdirSync } from 'node:fs';
import { join, posix, relative, sep } from 'node:path';

import { ROOT, textOf } from './rooms.cts';

/** What git or npm makes by itself. */
const NOT_OURS = ['.git', '.cache', 'coverage', 'dist', 'node_modules', 'package-lock.json'];
const WITH_TEXT = /\.(?:md|json|ya?ml|[cm]?[jt]s)$/;

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

/** A document without its examples of code, in which nothing is a link or a heading. */
function proseOf(document: string): string {
	return document.replace(/^([ \t>]*)(`{3,})[^\n]*\n[\s\S]*?\n[ \t>]*\2[ \t]*$/gm, '');
}

/** What a document links to within this repository, images included. */
function linksOf(document: string): string[] {
	const prose = proseOf(document).replace(/`[^`\n]+`/g, '');
	const links = prose.matchAll(/\]\(([^)\s]+)\)|\b(?:src|href)="([^"]+)"|^\[[^\]]+\]: (\S+)$/gm);
	return [...links]
		.map(([, ...targets]) => targets.find((target) => target !== undefined) ?? '')
		.filter((target) => !/^[a-z]+:/.test(target));
}

/** The anchors that GitHub makes of a document's headings. */
function anchorsOf(document: string): string[] {
	const times = new Map<string, number>();
	return [...proseOf(document).matchAll(/^#{1,6} +(.+?) *$/gm)].map(([, heading]) => {
		const anchor = heading
			.replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
			.toLowerCase()
			.replace(/[^\p{L}\p{M}\p{N}\p{Pc} -]/gu, '')
			.replaceAll(' ', '-');
		const before = times.get(anchor) ?? 0;
		times.set(anchor, before + 1);
		return before === 0 ? anchor : `${anchor}-${before}`;
	});
}

/** The place in this repository that a link of this file names. */
function placeOf(from: string, link: string): { file: string; anchor: string } {
	const [path, anchor = ''] = decodeURIComponent(link).split('#');
	const file = path === '' ? from : posix.join(posix.dirname(from), path);
	return { file: file.replace(/\/$/, ''), anchor };
}

function isThere({ file, anchor }: { file: string; anchor: string }): boolean {
	if (!files.some((name) => name === file || name.startsWith(`${file}/`))) return false;
	return !anchor || !file.endsWith('.md') || anchorsOf(textOf(file)).includes(anchor);
}

/** What the addresses of this repository in a file name, as links from its root. */
function addressesIn(file: string): string[] {
	return textOf(file)
		.split(repository)
		.slice(1)
		.map((rest) => /^[^\s"'`)<>\\]*/.exec(rest)?.[0] ?? '')
		.map((rest) => (rest.startsWith('#') ? `/blob/main/README.md${rest}` : rest))
		.map((rest) => /^\/(?:blob|tree)\/main\/(.*)$/.exec(rest)?.[1] ?? '')
		.filter((link) => link !== '' && link !== 'README.md#readme');
}

/** The documents that can be reached from this one by links. */
function reachedFrom(start: string): Set<string> {
	const reached = new Set([start]);
	for (const document of reached) {
		for (const link of linksOf(textOf(document))) {
			const { file } = placeOf(document, link);
			if (documents.includes(file)) reached.add(file);
		}
	}
	return reached;
}

describe('links', () => {
	it('are found, and the anchors of headings', () => {
		const document = [
			'# One `code`, and [a link](a.md#b)',
			'## 检查配置（Check Setup）',
			'## Twice',
			'## Twice',
			'![picture](images/a.png) <img src="b.png"> `[no](c.md)` [away](https://example.com)',
			'> ```sh',
			'> # no heading, [no link](d.md)',
			'> ```',
		].join('\n');
		expect(linksOf(document)).toEqual(['a.md#b', 'images/a.png', 'b.png']);
		expect(anchorsOf(document)).toEqual([
			'one-code-and-a-link',
			'检查配置check-setup',
			'twice',
			'twice-1',
		]);
		expect(isThere(placeOf('docs/bench.md', '../README.md#installation'))).toBe(true);
		expect(isThere(placeOf('docs/bench.md', '../README.md#no-such-heading'))).toBe(false);
		expect(isThere(placeOf('README.md', 'docs/no-such-page.md'))).toBe(false);
	});

	it.each(documents)('of %s lead to files and headings that exist', (document) => {
		const links = linksOf(textOf(document));
		expect(links.filter((link) => !isThere(placeOf(document, link)))).toStrictEqual([]);
	});

	it('to pages of this repository lead there from code, examples and pages, too', () => {
		const addresses = files
			.filter((file) => WITH_TEXT.test(file))
			.flatMap((file) => addressesIn(file).map((link) => ({ file, link })));
		expect(addresses).not.toStrictEqual([]);
		expect(addresses.filter(({ link }) => !isThere(placeOf('README.md', link)))).toStrictEqual([]);
	});

	it('lead from the README to every page', () => {
		const reached = reachedFrom('README.md');
		const pages = documents.filter((file) => /^(?:docs|examples)\//.test(file));
		expect(pages.filter((page) => !reached.has(page))).toStrictEqual([]);
	});
});
