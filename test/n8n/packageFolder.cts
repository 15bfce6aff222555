import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './process.cts';

/** Where the n8n of a user folder looks for community packages. */
export const packageFolderOf = (userFolder: string): string => join(userFolder, '.n8n', 'nodes');

/** Installs the tarball as n8n's own "Community nodes" page does, unless it is there already. */
export async function installPackage(directory: string, tarball: string): Promise<void> {
	const stamp = join(directory, 'installed-hash');
	const hash = createHash('sha256').update(readFileSync(tarball)).digest('hex');
	if (existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return;
	rmSync(directory, { recursive: true, force: true });
	mkdirSync(directory, { recursive: true });
	writeFileSync(join(directory, 'package.json'), '{"name":"installed-nodes","private":true}');
	const flags = ['--omit=peer', '--legacy-peer-deps', '--ignore-scripts', '--loglevel=error'];
	await run('npm', ['install', tarball, ...flags, '--no-audit', '--no-fund'], { cwd: directory });
	writeFileSync(stamp, hash);
}
