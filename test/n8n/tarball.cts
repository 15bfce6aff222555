import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { withExclusiveLock } from './lock.cts';
import { cacheDirectory, projectDirectory } from './paths.cts';
import { run } from './process.cts';

let tarball: Promise<string> | undefined;

/** Builds and packs this project's package, once in a process. Returns the path of the tarball. */
export async function buildTarball(): Promise<string> {
	tarball ??= buildAndPack();
	return await tarball;
}

async function buildAndPack(): Promise<string> {
	mkdirSync(cacheDirectory, { recursive: true });
	return await withExclusiveLock(join(cacheDirectory, 'build.lock'), async () => {
		await run('npm', ['run', 'build'], { cwd: projectDirectory });
		const directory = mkdtempSync(join(cacheDirectory, 'pack-'));
		try {
			await run('npm', ['pack', '--pack-destination', directory], { cwd: projectDirectory });
			const [name] = readdirSync(directory);
			const path = join(cacheDirectory, name);
			renameSync(join(directory, name), path);
			return path;
		} finally {
			rmSync(directory, { recursive: true });
		}
	});
}
