const { execFileSync } = require('child_process');
const esbuild = require('esbuild');
const { rmSync } = require('fs');
const { dest, parallel, series, src } = require('gulp');

async function clean() {
	rmSync('dist', { recursive: true, force: true });
}

async function compile() {
	execFileSync('npx', ['tsc'], { stdio: 'inherit' });
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

/** The files that import a library; everything else in them would stand twice. */
const WITH_LIBRARY = ['nodes/calls/limit', 'nodes/wechat/xml'];

/**
 * The package may not depend on another one at run time, and what n8n happens to have differs by its
 * version: libraries are taken along.
 */
async function bundleLibraries() {
	await Promise.all(
		WITH_LIBRARY.map((file) =>
			esbuild.build({
				entryPoints: [`${file}.ts`],
				outfile: `dist/${file}.js`,
				bundle: true,
				platform: 'node',
				target: 'node20',
				minify: true,
				legalComments: 'inline',
			}),
		),
	);
}

exports.build = series(clean, parallel(compile, copyNodeFiles, copyIcons), bundleLibraries);
exports.default = exports.build;
