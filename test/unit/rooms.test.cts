import { readdirSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import ts from 'typescript';

import { EDGES, FILES, fileOf, IMPORTS, ROOMS, roomOf, ROOT, textOf } from './rooms.cts';

/** Provided by n8n. */
const OF_N8N = ['n8n-workflow', 'crypto'];
/** Bundled by the build. */
const BUNDLED = ['p-limit', 'saxen'];
const PACKAGES = [...OF_N8N, ...BUNDLED];
const TABLES = ['nodes/wechat/errcodeTable.ts'];
const LONGEST = 250;

const within = EDGES.filter(({ to }) => FILES.includes(to));

const levelOf = (room: string | undefined): number =>
	ROOMS.findIndex((rooms) => rooms.includes(room ?? ''));

function isDownwards(from: string | undefined, to: string | undefined): boolean {
	return from === to || levelOf(from) < levelOf(to);
}

/** The files that are loaded together with a file, without types and dynamic imports. */
function loadedBy(file: string): string[] {
	const { statements } = ts.createSourceFile(file, textOf(file), ts.ScriptTarget.Latest);
	return statements.filter(isLoading).map(({ moduleSpecifier }) => {
		const { text } = moduleSpecifier as ts.StringLiteral;
		return fileOf(posix.join(dirname(file), text));
	});
}

function isLoading(
	statement: ts.Statement,
): statement is ts.ImportDeclaration | ts.ExportDeclaration {
	if (ts.isExportDeclaration(statement))
		return !!statement.moduleSpecifier && !statement.isTypeOnly;
	if (!ts.isImportDeclaration(statement)) return false;
	const { importClause } = statement;
	const named = importClause?.namedBindings;
	const isOfTypes =
		named && ts.isNamedImports(named) && named.elements.every((element) => element.isTypeOnly);
	return !importClause?.isTypeOnly && !isOfTypes;
}

/** Files that can be reached from a file by one or more imports. */
function reachableFrom(file: string, importsIn = (one: string) => IMPORTS.get(one)): Set<string> {
	const found = new Set<string>();
	const open = [file];
	for (let next = open.pop(); next !== undefined; next = open.pop()) {
		for (const target of importsIn(next) ?? []) {
			if (found.has(target)) continue;
			found.add(target);
			open.push(target);
		}
	}
	return found;
}

/** Groups of files that import each other, directly or through others. */
function circles(): string[][] {
	const reach = new Map(FILES.map((file) => [file, reachableFrom(file)]));
	const inCircle = FILES.filter((file) => reach.get(file)?.has(file));
	const groups = inCircle.map((file) =>
		inCircle.filter((other) => reach.get(file)?.has(other) && reach.get(other)?.has(file)),
	);
	return groups.filter(([first], n) => first === inCircle[n]);
}

describe('Rooms', () => {
	it('The test finds files and their imports, type imports included', () => {
		expect(FILES.length).toBeGreaterThan(40);
		expect(within.length).toBeGreaterThan(FILES.length);
		const types = ts.preProcessFile("import type { A } from './a';\nexport type { B } from './b';");
		expect(types.importedFiles.map(({ fileName }) => fileName)).toEqual(['./a', './b']);
	});

	it('Every file is in a room', () => {
		expect(FILES.filter((file) => roomOf(file) === undefined)).toStrictEqual([]);
	});

	it('Every import leads to a file that exists', () => {
		const lost = EDGES.filter(({ to }) => to.includes('/') && !FILES.includes(to));
		expect(lost).toStrictEqual([]);
	});

	it('Files import only from their own room and lower ones, and nodes never from each other', () => {
		const others = within.filter(({ from, to }) => !isDownwards(roomOf(from), roomOf(to)));
		expect(others.map(({ from, to }) => `${from} imports ${to}`)).toStrictEqual([]);
	});

	it('No files import each other in a cycle', () => {
		expect(circles()).toStrictEqual([]);
	});

	it('The code imports only packages that n8n provides or the build bundles', () => {
		const packages = EDGES.filter(({ to }) => !to.includes('/'));
		const others = packages.filter(({ to }) => !PACKAGES.includes(to));
		expect(others).toStrictEqual([]);
	});

	it('The license names the authors of bundled packages', () => {
		const license = textOf('LICENSE');
		const packages = BUNDLED.flatMap((name) => [
			name,
			...Object.keys(JSON.parse(textOf(`node_modules/${name}/package.json`)).dependencies ?? {}),
		]);
		for (const name of packages) {
			const file = readdirSync(join(ROOT, 'node_modules', name)).find((one) =>
				/^license$/i.test(one),
			);
			const authors = textOf(`node_modules/${name}/${file}`).match(/^Copyright .*$/gm) ?? [];
			expect(authors).not.toHaveLength(0);
			for (const author of authors) expect(license).toContain(author.replace(/ +/g, ' '));
		}
	});

	it('The room nodes/wechat imports nothing from n8n', () => {
		const others = EDGES.filter(
			({ from, to }) => roomOf(from) === 'nodes/wechat' && to === 'n8n-workflow',
		);
		expect(others).toStrictEqual([]);
	});

	it.each(FILES.filter((file) => file.endsWith('.node.ts')))(
		'n8n loads little code with %s when it starts',
		(file) => {
			const loaded = [...reachableFrom(file, (one) => (FILES.includes(one) ? loadedBy(one) : []))];
			const rooms = loaded.map(roomOf);
			expect(rooms).toContain('nodes/accounts');
			expect(rooms).not.toContain('nodes/tokens');
			expect(rooms).not.toContain('nodes/calls');
			expect(loaded).not.toContain('nodes/setup/credentialTest.ts');
			expect(loaded).not.toContain('nodes/wechat/xml.ts');
		},
	);

	it.each(FILES.filter((file) => file.startsWith('nodes/') && !TABLES.includes(file)))(
		'%s has fewer than 250 lines',
		(file) => {
			expect(textOf(file).trimEnd().split('\n').length).toBeLessThan(LONGEST);
		},
	);
});
