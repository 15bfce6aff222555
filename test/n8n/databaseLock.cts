import { join } from 'node:path';
import { ensureN8n } from './install.cts';
import { n8nInstallDirectory, projectDirectory } from './paths.cts';
import { startBound } from './process.cts';
import { NEWEST } from './versions.cts';
import { waitFor } from './waitFor.cts';

const TIMEOUT_MS = 30_000;

const SCRIPT = `
	const { Database } = require('sqlite3');
	const database = new Database(process.argv[1]);
	database.configure('busyTimeout', ${TIMEOUT_MS});
	database.run('BEGIN IMMEDIATE', (error) => console.log(error ? String(error) : 'locked'));
	setInterval(() => {}, 1000);
`;

/**
 * Keeps n8n from writing into its SQLite database, as a long backup does. Reading still works.
 *
 * @returns a function that ends the lock
 */
export async function lockDatabase(path: string): Promise<() => Promise<void>> {
	const { node } = await ensureN8n();
	let printed = '';
	const { stop } = startBound(node, ['--eval', SCRIPT, path], {
		cwd: projectDirectory,
		env: { ...process.env, NODE_PATH: join(n8nInstallDirectory(NEWEST), 'node_modules') },
		onOutput: (text) => (printed += text),
	});
	const ask = async () => (printed.includes('\n') ? printed.trim() : null);
	const outcome = await waitFor(ask, { what: 'a lock of the database', timeoutMs: TIMEOUT_MS });
	if (outcome !== 'locked') {
		await stop();
		throw new Error(outcome);
	}
	return stop;
}
