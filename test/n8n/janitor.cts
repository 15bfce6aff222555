import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import type { Socket } from 'node:net';
import { join } from 'node:path';

/** Has a folder removed as soon as this process ends, even if it is killed. */
export function removeWithParent(directory: string): void {
	const janitor: ChildProcess = spawn(
		process.execPath,
		[join(__dirname, 'janitor.cjs'), directory],
		{ detached: true, stdio: ['ignore', 'ignore', 'ignore', 'pipe'] },
	);
	janitor.unref();
	(janitor.stdio[3] as Socket).unref();
}
