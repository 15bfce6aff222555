import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';

const POLL_MS = 500;

/**
 * Runs some work while no other process holds the same lock file.
 *
 * @param held the error to throw if another process holds it; by default this one waits
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

/** Whether the holder of a lock file still runs; a killed process leaves its file behind. */
function holderIsAlive(file: string): boolean {
	try {
		process.kill(Number(readFileSync(file, 'utf8')), 0);
		return true;
	} catch (error) {
		return (error as NodeJS.ErrnoException).code === 'EPERM';
	}
}
