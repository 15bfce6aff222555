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

/** What n8n reads beside the code: codex files, translations, output schemas. */
function copyNodeFiles() {
	return src(
		['nodes/**/*.node.json', 'nodes/**/translations/**/*.json', 'nodes/**/__schema__/**/*.json'],
		{
			base: 'nodes',
		},
	).pipe(dest('dist/nodes'));
}

function copyIcons() {
	return src('icons/*.svg').pipe(dest('dist/icons'));
}

/** The package may not depend on another one at run time: the XML parser is taken along. */
async function bundleXmlParser() {
	await esbuild.build({
		entryPoints: ['nodes/wechat/xml.ts'],
		outfile: 'dist/nodes/wechat/xml.js',
		bundle: true,
		platform: 'node',
		target: 'node20',
		minify: true,
		legalComments: 'inline',
	});
}

exports.build = series(clean, parallel(compile, copyNodeFiles, copyIcons), bundleXmlParser);
exports.default = exports.build;
