import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

const source = join(__dirname, 'inside');

const compilerOptions: ts.CompilerOptions = {
	module: ts.ModuleKind.CommonJS,
	target: ts.ScriptTarget.ES2022,
	esModuleInterop: true,
	rewriteRelativeImportExtensions: true,
};

/**
 * Compiles the code that runs inside n8n's process: the nodes and the hooks of the bench. It is not part
 * of the package.
 */
export function compileInside(directory: string): void {
	mkdirSync(directory, { recursive: true });
	for (const name of readdirSync(source)) {
		const text = readFileSync(join(source, name), 'utf8');
		const { outputText } = ts.transpileModule(text, { fileName: name, compilerOptions });
		// n8n finds nodes by the end of the file name.
		const compiled = name.replace(/\.node\.cts$/, '.node.js').replace(/\.cts$/, '.cjs');
		writeFileSync(join(directory, compiled), outputText);
	}
}
