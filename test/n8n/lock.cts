import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';

const POLL_MS = 500;

/**
 * Runs some work while no other process runs work under the same lock file.
 *
 * @param held What to throw when another one does; without it this one waits.
 */
export async function withExclusiveLock<T>(
	file: string,
	work: () => Promise<T>,
	held?: () => Error,
): Promise<T> {
	let announced = false;
	while (!take(file)) {
		if (held) throw held();
		if (!announced) process.stdout.write(`Waiting for another process that holds ${file} ...\n`);
		announced = true;
		await wait(POLL_MS);
	}
	const release = () => rmSync(file, { force: true });
	process.once('exit', release);
	try {
		return await work();
	} finally {
		release();
		process.off('exit', release);
	}
}

function take(file: string): boolean {
	try {
		writeFileSync(file, String(process.pid), { flag: 'wx' });
		return true;
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
		if (holderIsAlive(file)) return false;
		rmSync(file, { force: true });
		return take(file);
	}
}

/** A holder that was killed leaves its file behind. */
function holderIsAlive(file: string): boolean {
	try {
		process.kill(Number(readFileSync(file, 'utf8')), 0);
		return true;
	} catch (error) {
		return (error as NodeJS.ErrnoException).code === 'EPERM';
	}
}
