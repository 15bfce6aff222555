/** Where everything of a running `npm start` is to be found. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDirectory } from '../test/n8n/paths.cts';
import { formatLines } from '../test/n8n/table.cts';

const FILE = join(cacheDirectory, 'start-addresses.txt');

/** Any width: an address must not be cut. */
const UNLIMITED = Number.POSITIVE_INFINITY;

/** Names and values under each other. */
export function formatAddresses(rows: string[][]): string {
	return formatLines(rows, UNLIMITED);
}

/** Lets another `npm start` know where this one is, until it ends. */
export async function whileAnnounced<T>(rows: string[][], work: () => Promise<T>): Promise<T> {
	writeFileSync(FILE, formatAddresses(rows), { mode: 0o600 });
	const withdraw = () => rmSync(FILE, { force: true });
	process.once('exit', withdraw);
	try {
		return await work();
	} finally {
		withdraw();
		process.off('exit', withdraw);
	}
}

/** Forgets what a start that was killed has left. */
export function forgetAnnounced(): void {
	rmSync(FILE, { force: true });
}

/** What to tell whoever starts a second one. */
export function runsAlready(): Error {
	let addresses: string;
	try {
		addresses = readFileSync(FILE, 'utf8');
	} catch {
		addresses = 'It has not got its addresses yet.';
	}
	return new Error(`npm start runs already; stop it with Ctrl-C first.\n${addresses}`);
}
