import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { cacheDirectory } from '../n8n/paths.cts';

/** What the build tells of the files that it made, see rollup.config.mjs. */
interface Built {
	nodeParts: Record<string, { metaUid: string; renderedLength: number }>;
	nodeMetas: Record<string, { id: string }>;
}

export interface Parts {
	/** Bytes by what they come from; together the whole package. */
	bytes: Map<string, number>;
	/** Bytes of the texts within the code that a person reads. */
	texts: number;
}

/** @param directory where the package is installed, built from the sources as they are */
export function partsOf(directory: string): Parts {
	const bytes = new Map<string, number>();
	const add = (part: string, count: number) => bytes.set(part, (bytes.get(part) ?? 0) + count);
	let texts = 0;
	for (const file of readdirSync(directory, { recursive: true, encoding: 'utf8' })) {
		const path = join(directory, file);
		if (!statSync(path).isFile()) continue;
		add(partOf(file), statSync(path).size);
		if (file.endsWith('.js')) texts += textsIn(readFileSync(path, 'utf8'));
	}
	const { nodeParts, nodeMetas } = JSON.parse(
		readFileSync(join(cacheDirectory, 'build.json'), 'utf8'),
	) as Built;
	for (const { metaUid, renderedLength } of Object.values(nodeParts)) {
		add(roomOf(nodeMetas[metaUid].id), renderedLength);
		add(CODE, -renderedLength);
	}
	return { bytes, texts };
}

/** Code of which no source is known: what holds the files together. */
const CODE = 'imports and exports between files';

function partOf(file: string): string {
	if (file.endsWith('.js')) return CODE;
	if (file.startsWith('dist/')) return 'icons, codex files, schemas';
	return file.startsWith('README') ? 'README' : 'package.json, LICENSE';
}

function roomOf(source: string): string {
	const [folder, room] = source.replace(/^\W+/, '').split('/');
	return folder === 'credentials' ? folder : `${folder}/${room}`;
}

/** Bytes of the literals that are sentences; expressions of n8n begin with "=". */
function textsIn(code: string): number {
	const isSentence = (text: string) =>
		/\p{Script=Han}/u.test(text) || (/[a-z]/i.test(text) && /\S \S/.test(text));
	let count = 0;
	const visit = (node: ts.Node): void => {
		const isText = ts.isStringLiteralLike(node) || ts.isTemplateLiteralToken(node);
		if (isText && isSentence(node.text) && !node.text.startsWith('=')) {
			count += Buffer.byteLength(node.text);
		}
		ts.forEachChild(node, visit);
	};
	visit(ts.createSourceFile('code.js', code, ts.ScriptTarget.Latest));
	return count;
}
