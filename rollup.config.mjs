import commonjs from '@rollup/plugin-commonjs';
import nodeResolve from '@rollup/plugin-node-resolve';
import terser from '@rollup/plugin-terser';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { relative } from 'node:path';
import esbuild from 'rollup-plugin-esbuild';
import { visualizer } from 'rollup-plugin-visualizer';

const { n8n } = JSON.parse(readFileSync('package.json', 'utf8'));
const loadedByN8n = [...n8n.nodes, ...n8n.credentials].map((file) =>
	relative('dist', file).replace(/\.js$/, ''),
);

/** What n8n reads beside the code: codex files, output schemas and icons. */
const filesOfNodes = {
	name: 'files-of-nodes',
	buildStart() {
		rmSync('dist', { recursive: true, force: true });
		for (const file of readdirSync('nodes', { recursive: true })) {
			if (!file.endsWith('.json')) continue;
			const source = JSON.stringify(JSON.parse(readFileSync(`nodes/${file}`, 'utf8')));
			this.emitFile({ type: 'asset', fileName: `nodes/${file}`, source });
		}
		for (const file of readdirSync('icons')) {
			const source = readFileSync(`icons/${file}`);
			this.emitFile({ type: 'asset', fileName: `icons/${file}`, source });
		}
	},
};

/** Source maps are for the parts of the package in `npm run bench`, and are not published. */
const noSourceMaps = {
	name: 'no-source-maps',
	generateBundle(_, bundle) {
		for (const file of Object.keys(bundle)) if (file.endsWith('.map')) delete bundle[file];
	},
};

/**
 * Each node and credential becomes a small file that n8n loads at its start. What they share, and
 * what they import when they run, goes into files of its own: that is loaded when it is needed, and
 * what a process keeps in memory is there once. Libraries are taken along: the package may not
 * depend on another one at run time, and what n8n happens to have differs by its version.
 */
export default {
	input: Object.fromEntries(loadedByN8n.map((file) => [file, `${file}.ts`])),
	external: ['crypto', 'n8n-workflow'],
	plugins: [
		filesOfNodes,
		nodeResolve({ extensions: ['.ts', '.js'] }),
		commonjs(),
		esbuild({ target: 'node20', tsconfig: false }),
	],
	output: {
		dir: 'dist',
		format: 'cjs',
		chunkFileNames: 'shared/[hash].js',
		compact: true,
		dynamicImportInCjs: false,
		esModule: false,
		exports: 'named',
		generatedCode: { preset: 'es2015', symbols: false },
		// What is needed later is not loaded before.
		hoistTransitiveImports: false,
		sourcemap: 'hidden',
		plugins: [
			terser({
				ecma: 2020,
				module: true,
				// Unsafe only for functions that are called with `new`; here those are all classes, or use `this`.
				compress: { passes: 3, unsafe_arrows: true },
				format: { comments: 'some' },
			}),
			visualizer({ filename: '.cache/build.json', template: 'raw-data', sourcemap: true }),
			noSourceMaps,
		],
	},
};
