/**
 * Makes sure that node_modules matches package-lock.json. Runs before anything is installed, so it is
 * plain JavaScript without dependencies.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const OLDEST_NODE = 20;

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const stamp = join(root, 'node_modules', '.setup-hash');

function readOrEmpty(path) {
	try {
		return readFileSync(path, 'utf8');
	} catch {
		return '';
	}
}

function stop(message) {
	console.error(message);
	process.exit(1);
}

const major = Number(process.versions.node.split('.')[0]);
if (major < OLDEST_NODE) {
	stop(`Node.js ${OLDEST_NODE} or newer is needed, this is ${process.versions.node}.`);
}

const lock = readFileSync(join(root, 'package-lock.json'));
const wanted = createHash('sha256').update(lock).digest('hex');

if (readOrEmpty(stamp) !== wanted) {
	console.log('Installing development packages (about a minute) ...');
	const started = Date.now();
	const result = spawnSync('npm ci --no-audit --no-fund --loglevel=error', {
		cwd: root,
		shell: true,
		stdio: ['ignore', 'pipe', 'pipe'],
		encoding: 'utf8',
		maxBuffer: 64 * 1024 * 1024,
	});
	if (result.status !== 0) {
		stop(`${result.stdout ?? ''}${result.stderr ?? ''}\nnpm ci did not succeed, see above.`);
	}
	writeFileSync(stamp, wanted);
	console.log(`Installed in ${Math.round((Date.now() - started) / 1000)} s.`);
}
