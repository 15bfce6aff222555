import { buildSync } from 'esbuild';
import { join } from 'node:path';

const bundles = new Map<string, string>();

/**
 * Modules of the package as another process of n8n has them: their state is their own, whenever they
 * are loaded. Only packages are shared.
 *
 * @param source what to load, such as `export * from './nodes/tokens/vault'`
 */
export function ownCopy<T>(source: string): T {
	const code = bundles.get(source) ?? bundle(source);
	bundles.set(source, code);
	const exported = { exports: {} as T };
	const load = new Function('require', 'module', 'exports', code) as (
		...given: [NodeJS.Require, { exports: T }, T]
	) => void;
	load(require, exported, exported.exports);
	return exported.exports;
}

function bundle(source: string): string {
	const { outputFiles } = buildSync({
		stdin: { contents: source, resolveDir: join(__dirname, '..') },
		bundle: true,
		format: 'cjs',
		packages: 'external',
		platform: 'node',
		write: false,
	});
	return outputFiles[0].text;
}
