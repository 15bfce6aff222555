import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, relative, sep } from 'node:path';
import ts from 'typescript';

export const ROOT = join(__dirname, '..', '..');

/** From top to bottom: a file imports from its own room and from lower ones. */
export const ROOMS = [
	['credentials'],
	[
		'nodes/WeChatMiniProgramLink',
		'nodes/WeChatMiniProgramLinkTrigger',
		'nodes/WeChatOpenPlatformTrigger',
	],
	['nodes/setup'],
	['nodes/accounts'],
	['nodes/tokens'],
	['nodes/calls'],
	['nodes/wechat'],
];

/** The sources of the package, by their path from its root. */
export const FILES = ['credentials', 'nodes']
	.flatMap((folder) =>
		readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((name) =>
			relative(ROOT, join(ROOT, folder, name))
				.split(sep)
				.join('/'),
		),
	)
	.filter((name) => name.endsWith('.ts'))
	.sort();

/** The imports of each file, types included: files by their path, packages by their name. */
export const IMPORTS = new Map(FILES.map((file) => [file, importsOf(file)]));

/** All imports. */
export const EDGES = [...IMPORTS].flatMap(([from, targets]) => targets.map((to) => ({ from, to })));

export function textOf(file: string): string {
	return readFileSync(join(ROOT, file), 'utf8');
}

export function roomOf(file: string): string | undefined {
	return ROOMS.flat().find((room) => file.startsWith(`${room}/`));
}

function importsOf(file: string): string[] {
	const { importedFiles } = ts.preProcessFile(textOf(file), true, true);
	return importedFiles.map(({ fileName }) =>
		fileName.startsWith('.') ? fileOf(posix.join(dirname(file), fileName)) : fileName,
	);
}

/** The source file of an import without an extension. */
export function fileOf(path: string): string {
	return [`${path}.ts`, `${path}/index.ts`].find((name) => FILES.includes(name)) ?? path;
}
