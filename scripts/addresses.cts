/** Where everything of a running `npm start` is to be found. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDirectory } from '../test/n8n/paths.cts';
import { formatEntries } from '../test/n8n/table.cts';

const FILE = join(cacheDirectory, 'start-addresses.json');

/** A name and what is to be copied. */
export type Place = readonly [name: string, value: string];

/** Names and values under each other; no value is broken. */
export function formatPlaces(places: readonly Place[], width: number): string {
	const entries = places.map(([name, value]) => ({ columns: [name], pieces: [value] }));
	return formatEntries(entries, width);
}

/** Lets another `npm start` know where this one is, until it ends. */
export async function whileAnnounced<T>(
	places: readonly Place[],
	work: () => Promise<T>,
): Promise<T> {
	writeFileSync(FILE, JSON.stringify(places), { mode: 0o600 });
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
export function runsAlready(width: number): Error {
	let where: string;
	try {
		where = formatPlaces(JSON.parse(readFileSync(FILE, 'utf8')) as Place[], width);
	} catch {
		where = 'It has not got its addresses yet.';
	}
	return new Error(`npm start runs already; stop it with Ctrl-C first.\n${where}`);
}
