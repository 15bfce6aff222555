const esbuild = require('esbuild');
const { rmSync } = require('fs');
const { mkdir, writeFile } = require('fs/promises');
const { dirname, relative } = require('path');
const { dest, parallel, series, src } = require('gulp');
const { n8n } = require('./package.json');

const TARGET = { platform: 'node', target: 'node20', minify: true, charset: 'utf8' };

async function clean() {
	rmSync('dist', { recursive: true, force: true });
}

/**
 * Each node and credential becomes a small file that n8n loads at its start. What they share, and
 * what they import when they run, goes into files of its own: that is loaded when it is needed, and
 * what a process keeps in memory is there once. Libraries are taken along: the package may not
 * depend on another one at run time, and what n8n happens to have differs by its version.
 */
async function bundle() {
	const files = [...n8n.nodes, ...n8n.credentials].map((file) => relative('dist', file));
	const { metafile, outputFiles } = await esbuild.build({
		...TARGET,
		entryPoints: files.map((file) => file.replace(/\.js$/, '.ts')),
		outbase: '.',
		outdir: 'dist',
		chunkNames: 'shared/[hash]',
		bundle: true,
		external: ['n8n-workflow'],
		splitting: true,
		// The only format that esbuild can split; n8n loads another one.
		format: 'esm',
		legalComments: 'inline',
		metafile: true,
		write: false,
	});
	await Promise.all(outputFiles.map(writeAsCommonJs));
	await mkdir('.cache', { recursive: true });
	// Tells `npm run bench` what each part of the package comes from.
	await writeFile('.cache/build.json', JSON.stringify(metafile));
}

async function writeAsCommonJs({ path, text }) {
	const { code } = await esbuild.transform(text, {
		...TARGET,
		format: 'cjs',
		supported: { 'dynamic-import': false },
		legalComments: 'inline',
	});
	await mkdir(dirname(path), { recursive: true });
	await writeFile(path, code);
}

/** What n8n reads beside the code: codex files and output schemas. */
function copyNodeFiles() {
	return src(['nodes/**/*.node.json', 'nodes/**/__schema__/**/*.json'], {
		base: 'nodes',
	}).pipe(dest('dist/nodes'));
}

function copyIcons() {
	return src('icons/*.svg').pipe(dest('dist/icons'));
}

exports.build = series(clean, parallel(bundle, copyNodeFiles, copyIcons));
exports.default = exports.build;
