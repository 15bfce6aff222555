/** The addresses of a running `npm start`. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDirectory } from '../test/n8n/paths.cts';
import { formatEntries } from '../test/n8n/table.cts';

const FILE = join(cacheDirectory, 'start-addresses.json');

/** A name and an address to copy. */
export type Place = readonly [name: string, value: string];

/** A list of names and values, without line breaks in values. */
export function formatPlaces(places: readonly Place[], width: number): string {
	const entries = places.map(([name, value]) => ({ columns: [name], pieces: [value] }));
	return formatEntries(entries, width);
}

/** Lets a second `npm start` read the addresses of this one, until this one ends. */
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

/** Removes what a killed start has left behind. */
export function forgetAnnounced(): void {
	rmSync(FILE, { force: true });
}

/** The message for a second start. */
export function runsAlready(width: number): Error {
	let where: string;
	try {
		where = formatPlaces(JSON.parse(readFileSync(FILE, 'utf8')) as Place[], width);
	} catch {
		where = 'Its addresses are not known yet.';
	}
	return new Error(`npm start is already running; stop it with Ctrl-C first.\n${where}`);
}
