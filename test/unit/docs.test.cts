import { existsSync } from 'node:fs';
import { basename, dirname, join, posix } from 'node:path';
import ts from 'typescript';

import { EDGES, FILES, ROOT, ROOMS, roomOf, textOf } from './rooms.cts';

const DOCS = ['docs/architecture.md', 'docs/quality.md', 'CONTRIBUTING.md', 'SECURITY.md'];
const ARCHITECTURE = textOf('docs/architecture.md');

const matchesOf = (text: string, pattern: RegExp): string[][] =>
	[...text.matchAll(pattern)].map((match) => [...match]);

/** Names of a repository's files in backticks; what begins with a slash is a path of WeChat, and dist is built. */
const pathsIn = (text: string): string[] =>
	matchesOf(text, /`(?!dist\/)([\w.-]+\/[^\s`]*)`/g).map(([, path]) => path);

/** Links within the repository: their text, and where they lead to. */
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

/** What a file declares itself: functions, classes, methods, types and constants. */
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

describe.each(DOCS)('%s', (doc) => {
	it('names only files that are there', () => {
		expect(pathsIn(textOf(doc)).filter((path) => !existsSync(join(ROOT, path)))).toStrictEqual([]);
	});

	it('names only what the file behind a link declares', () => {
		const others = linksIn(doc).filter(({ text, file }) => {
			const [name, declared] = text.split(': ');
			if (!/^[\w.]+\.c?ts$/.test(name)) return false;
			const parts = declared?.split('.') ?? [];
			return name !== basename(file) || !parts.every((part) => namesIn(file).has(part));
		});
		expect(others).toStrictEqual([]);
	});

	it('names only commands that package.json has', () => {
		const { scripts } = JSON.parse(textOf('package.json')) as { scripts: Record<string, string> };
		const commands = matchesOf(textOf(doc), /(?:`|^\s*)npm (?:run )?([\w:]+)/gm);
		expect(commands.map(([, name]) => name).filter((name) => !(name in scripts))).toStrictEqual([]);
	});
});

describe('the architecture', () => {
	it('has a row for each room, from top to bottom', () => {
		const rows = matchesOf(ARCHITECTURE, /^\| `((?:nodes|credentials)[^`]*)` +\|/gm);
		expect(rows.map(([, room]) => room)).toEqual(ROOMS.flat());
	});

	it('shows the imports between rooms, no more and no less', () => {
		const drawn = matchesOf(ARCHITECTURE, /^\t(\w+) --> (\w+)$/gm).flatMap(([, from, to]) =>
			roomsCalled(from).map((room) => `${room} --> ${roomsCalled(to).join()}`),
		);
		const imported = EDGES.filter(({ to }) => FILES.includes(to))
			.map(({ from, to }) => [roomOf(from), roomOf(to)])
			.filter(([from, to]) => from !== to)
			.map((rooms) => rooms.join(' --> '));
		expect(drawn.sort()).toEqual([...new Set(imported)].sort());
	});

	/** The rooms behind a name in the picture: one, or those of a frame. */
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

describe('the page about quality', () => {
	const QUALITY = textOf('docs/quality.md');

	it('has at most 700 words', () => {
		expect(QUALITY.split(/\s+/).length).toBeLessThanOrEqual(700);
	});

	it('names a test file or a measurement for each promise, and the command that runs it', () => {
		const rows = matchesOf(QUALITY, /^\| (.+) \| (.+) \| (.+) \|$/gm);
		const promises = rows.filter(([, , , command]) => command.includes('`npm'));
		expect(promises.length).toBeGreaterThan(10);
		expect(promises.filter(([, , file]) => !/\]\([^)]+\)/.test(file))).toStrictEqual([]);
	});
});
