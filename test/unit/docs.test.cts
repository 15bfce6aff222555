import { existsSync } from 'node:fs';
import { basename, dirname, join, posix } from 'node:path';
import ts from 'typescript';

import { EDGES, FILES, ROOT, ROOMS, roomOf, textOf } from './rooms.cts';

const DOCS = ['docs/architecture.md', 'docs/quality.md', 'CONTRIBUTING.md', 'SECURITY.md'];
const ARCHITECTURE = textOf('docs/architecture.md');

const matchesOf = (text: string, pattern: RegExp): string[][] =>
	[...text.matchAll(pattern)].map((match) => [...match]);

/** File names in backticks. A path with a leading slash is WeChat's, and dist exists only after a build. */
const pathsIn = (text: string): string[] =>
	matchesOf(text, /`(?!dist\/)([\w.-]+\/[^\s`]*)`/g).map(([, path]) => path);

/** Links within the repository, with their text and target. */
function linksIn(doc: string): Array<{ text: string; file: string }> {
	return matchesOf(textOf(doc), /\[([^\]]+)\]\((?!https?:|mailto:)([^)#]*)#?([^)]*)\)/g).map(
		([, text, path]) => ({
			text: text.replaceAll('`', ''),
			file: path === '' ? doc : posix.join(dirname(doc), path),
		}),
	);
}

const sources = new Map<string, ts.SourceFile>();

function visit(file: string, look: (node: ts.Node) => void): void {
	const source =
		sources.get(file) ?? ts.createSourceFile(file, textOf(file), ts.ScriptTarget.ES2022, true);
	sources.set(file, source);
	const walk = (node: ts.Node): void => {
		look(node);
		ts.forEachChild(node, walk);
	};
	walk(source);
}

/** Functions, classes, methods, types and constants that a file declares. */
function namesIn(file: string): Set<string> {
	const names = new Set<string>();
	visit(file, (node) => {
		const isDeclared =
			ts.isFunctionDeclaration(node) ||
			ts.isClassDeclaration(node) ||
			ts.isInterfaceDeclaration(node) ||
			ts.isTypeAliasDeclaration(node) ||
			ts.isMethodDeclaration(node) ||
			ts.isVariableDeclaration(node);
		if (isDeclared && node.name) names.add(node.name.getText());
	});
	return names;
}

it.each(DOCS)('Every file that %s names exists', (doc) => {
	expect(pathsIn(textOf(doc)).filter((path) => !existsSync(join(ROOT, path)))).toStrictEqual([]);
});

it.each(DOCS)('Every name in a link of %s is declared in the file behind the link', (doc) => {
	const others = linksIn(doc).filter(({ text, file }) => {
		const [name, declared] = text.split(': ');
		if (!/^[\w.]+\.c?ts$/.test(name)) return false;
		const parts = declared?.split('.') ?? [];
		return name !== basename(file) || !parts.every((part) => namesIn(file).has(part));
	});
	expect(others).toStrictEqual([]);
});

it.each(DOCS)('Every npm command in %s is in package.json', (doc) => {
	const { scripts } = JSON.parse(textOf('package.json')) as { scripts: Record<string, string> };
	const commands = matchesOf(textOf(doc), /(?:`|^\s*)npm (?:run )?([\w:]+)/gm);
	expect(commands.map(([, name]) => name).filter((name) => !(name in scripts))).toStrictEqual([]);
});

describe('Architecture', () => {
	it('The table of rooms has a row for each room, from top to bottom', () => {
		const rows = matchesOf(ARCHITECTURE, /^\| `((?:nodes|credentials)[^`]*)` +\|/gm);
		expect(rows.map(([, room]) => room)).toEqual(ROOMS.flat());
	});

	it('The diagram of rooms shows exactly the imports between rooms', () => {
		const drawn = matchesOf(ARCHITECTURE, /^\t(\w+) --> (\w+)$/gm).flatMap(([, from, to]) =>
			roomsCalled(from).map((room) => `${room} --> ${roomsCalled(to).join()}`),
		);
		const imported = EDGES.filter(({ to }) => FILES.includes(to))
			.map(({ from, to }) => [roomOf(from), roomOf(to)])
			.filter(([from, to]) => from !== to)
			.map((rooms) => rooms.join(' --> '));
		expect(drawn.sort()).toEqual([...new Set(imported)].sort());
	});

	/** The rooms behind a name in the diagram: one, or those of a frame. */
	function roomsCalled(name: string): string[] {
		const [, frame] =
			new RegExp(`subgraph ${name} [^\\n]*([^]*?)\\n\\tend`).exec(ARCHITECTURE) ?? [];
		const drawn = frame ?? new RegExp(`^\\t+${name}\\[.*\\]$`, 'm').exec(ARCHITECTURE)?.[0] ?? '';
		return matchesOf(drawn, /\["([^"]+)"\]/g).map(([, room]) => room);
	}
});

it('The list of threats names a test for each', () => {
	const rows = matchesOf(textOf('SECURITY.md'), /^\| .* \| .* \| (.*) \|$/gm);
	const threats = rows.slice(rows.findIndex(([row]) => row.startsWith('| Threat')) + 2);
	expect(threats.length).toBeGreaterThan(15);
	expect(threats.filter(([, cell]) => !/\]\(test\/[^)]+\.cts\)/.test(cell))).toStrictEqual([]);
});

describe('Quality', () => {
	const QUALITY = textOf('docs/quality.md');

	it('The page about quality has at most 700 words', () => {
		expect(QUALITY.split(/\s+/).length).toBeLessThanOrEqual(700);
	});

	it('The page about quality names a test file or a measurement for each promise, and its command', () => {
		const rows = matchesOf(QUALITY, /^\| (.+) \| (.+) \| (.+) \|$/gm);
		const promises = rows.filter(([, , , command]) => command.includes('`npm'));
		expect(promises.length).toBeGreaterThan(10);
		expect(promises.filter(([, , file]) => !/\]\([^)]+\)/.test(file))).toStrictEqual([]);
	});
});
