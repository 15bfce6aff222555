import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withExclusiveLock } from './lock.cts';
import { cacheDirectory, projectDirectory } from './paths.cts';
import { run } from './process.cts';

/** What the package is built from. */
const SOURCES = [
	'credentials',
	'gulpfile.js',
	'icons',
	'nodes',
	'package-lock.json',
	'package.json',
	'tsconfig.json',
];

/** Where gulpfile.js writes the tarball. */
const tarballPath = join(cacheDirectory, 'n8n-nodes-wechat-mini-program-link.tgz');
const stampPath = join(cacheDirectory, 'package.hash');

let tarball: Promise<string> | undefined;

/**
 * Builds and packs this project's package, once in a process, and only when its sources have
 * changed since the last time. Returns the path of the tarball.
 */
export async function buildTarball(): Promise<string> {
	mkdirSync(cacheDirectory, { recursive: true });
	tarball ??= withExclusiveLock(join(cacheDirectory, 'build.lock'), async () => {
		const hash = hashOfSources();
		const stamp = existsSync(stampPath) ? readFileSync(stampPath, 'utf8') : '';
		if (stamp !== hash || !existsSync(tarballPath)) {
			await run('npx', ['gulp', 'pack'], { cwd: projectDirectory });
			writeFileSync(stampPath, hash);
		}
		return tarballPath;
	});
	return await tarball;
}

function hashOfSources(): string {
	const hash = createHash('sha256');
	for (const source of SOURCES) addToHash(join(projectDirectory, source));
	return hash.digest('hex');

	function addToHash(path: string): void {
		const children = readdirOrNull(path);
		if (children === null) hash.update(path).update(readFileSync(path));
		else for (const child of children.sort()) addToHash(join(path, child));
	}
}

function readdirOrNull(path: string): string[] | null {
	try {
		return readdirSync(path);
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'ENOTDIR') return null;
		throw error;
	}
}
