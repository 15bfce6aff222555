import { existsSync, readFileSync } from 'node:fs';

/** Memory of a process in MB; 0 without /proc. */
export function residentMegabytes(pid: number | undefined): number {
	const file = `/proc/${pid}/status`;
	if (!existsSync(file)) return 0;
	const [, kilobytes] = /^VmRSS:\s*(\d+) kB$/m.exec(readFileSync(file, 'utf8')) ?? [];
	return Math.round(Number(kilobytes) / 1024);
}
