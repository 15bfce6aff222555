import { buildSync } from 'esbuild';
import { join } from 'node:path';

const bundles = new Map<string, string>();

/**
 * Modules of the package as in another process of n8n: each load has its own state, and shares only
 * packages.
 *
 * @param source what to load, such as `export * from './nodes/tokens/turn'`
 * @param globals globals that they find under these names, such as their own clock
 */
export function ownCopy<T>(source: string, globals: Record<string, unknown> = {}): T {
	const code = bundles.get(source) ?? bundle(source);
	bundles.set(source, code);
	const exported = { exports: {} as T };
	const load = new Function('require', 'module', 'exports', ...Object.keys(globals), code) as (
		...given: unknown[]
	) => void;
	load(require, exported, exported.exports, ...Object.values(globals));
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
