const { execFile } = require('node:child_process');
const { mkdirSync, readdirSync, readFileSync, renameSync, rmSync } = require('node:fs');
const { join, relative } = require('node:path');
const { promisify } = require('node:util');
const commonjs = require('@rollup/plugin-commonjs');
const nodeResolve = require('@rollup/plugin-node-resolve');
const typescript = require('@rollup/plugin-typescript');
const gulp = require('gulp');
const { rollup } = require('rollup');
const { n8n, name } = require('./package.json');

/** Where `pack` writes the package; `npm pack` would name it after the version. */
const TARBALL = `.cache/${name}.tgz`;

const CODE = ['credentials/**/*.ts', 'nodes/**/*.ts'];
const ASSETS = ['icons/*.svg', 'nodes/**/*.json'];

/** The files in package.json, which n8n loads when it starts. */
const ENTRIES = Object.fromEntries(
	[...n8n.nodes, ...n8n.credentials]
		.map((file) => relative('dist', file).replace(/\.js$/, ''))
		.map((file) => [file, `${file}.ts`]),
);

async function clean() {
	rmSync('dist', { recursive: true, force: true });
}
clean.description = 'Remove dist';

/**
 * Bundles the entries with their imports, libraries included, because a published node may not depend on
 * other packages. Only n8n-workflow and Node.js's own crypto stay external.
 */
async function compile() {
	const bundle = await rollup({
		input: ENTRIES,
		external: ['crypto', 'n8n-workflow'],
		plugins: [
			nodeResolve({ extensions: ['.ts', '.js'] }),
			commonjs(),
			typescript({ compilerOptions: { module: 'esnext', noEmit: false }, noEmitOnError: true }),
		],
		onwarn(warning) {
			throw new Error(warning.message);
		},
	});
	await bundle.write({
		dir: 'dist',
		format: 'cjs',
		exports: 'named',
		manualChunks: chunkOf,
		chunkFileNames: '[name].js',
		banner: licenseOf,
		generatedCode: 'es2015',
		// Turns `import()` into a require at that place, which loads nothing earlier.
		dynamicImportInCjs: false,
		hoistTransitiveImports: false,
	});
	await bundle.close();
}
compile.description = 'Bundle nodes and credentials into dist, one file for each folder';

/**
 * The file in dist for a module that is not an entry: the file of its library or folder. Folders have a file under
 * `start` for modules that n8n loads when it starts, and one under `run` for those that a first run loads.
 */
function chunkOf(id, { getModuleInfo }) {
	const [, library] = /node_modules\/([^/]+)/.exec(id) ?? [];
	if (library) return `libraries/${library}`;
	if (getModuleInfo(id).isEntry) return undefined;
	const [, folder] = /(?:nodes\/)?(\w+)\/[^:]*\.ts$/.exec(relative(__dirname, id)) ?? [];
	return folder && `${isLoadedAtStart(id, getModuleInfo) ? 'start' : 'run'}/${folder}`;
}

/** A library's license, for the top of its file. */
function licenseOf({ name: chunk }) {
	const [, library] = /^libraries\/(.+)/.exec(chunk) ?? [];
	if (!library) return '';
	const folder = `node_modules/${library}`;
	const file = readdirSync(folder).find((one) => /^license/i.test(one));
	return `/*! ${library}\n\n${readFileSync(join(folder, file), 'utf8').trim()}\n*/`;
}

/** Whether static imports lead from an entry to this module. */
function isLoadedAtStart(id, getModuleInfo) {
	const importers = new Set([id]);
	for (const one of importers) {
		const info = getModuleInfo(one);
		if (info.isEntry) return true;
		for (const importer of info.importers) importers.add(importer);
	}
	return false;
}

function assets() {
	return gulp.src(ASSETS, { base: '.', encoding: false }).pipe(gulp.dest('dist'));
}
assets.description = 'Copy icons, codex files and output schemas into dist';

const build = gulp.series(clean, gulp.parallel(compile, assets));
build.description = 'Build dist from scratch (default)';

async function packDist() {
	mkdirSync('.cache/pack', { recursive: true });
	await promisify(execFile)('npm', ['pack', '--pack-destination', '.cache/pack'], {
		shell: process.platform === 'win32',
	});
	const [file] = readdirSync('.cache/pack');
	renameSync(join('.cache/pack', file), TARBALL);
}

const pack = gulp.series(build, packDist);
pack.description = `Build, and pack what is published into ${TARBALL}`;

function watch() {
	gulp.watch([...CODE, ...ASSETS], { ignoreInitial: false }, build);
}
watch.description = 'Build again whenever a source changes, for a running n8n';

module.exports = { clean, compile, assets, build, pack, watch, default: build };
