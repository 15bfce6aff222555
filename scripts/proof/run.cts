import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';

import { projectDirectory } from '../../test/n8n/paths.cts';

const MOST_OUTPUT = 64 * 1024 * 1024;

/** Runs a command whose output is for whoever looks on. Returns its exit code. */
export function runShown(command: string, env: NodeJS.ProcessEnv = {}): number | null {
	process.stdout.write(`\n== ${command}\n`);
	const options = { cwd: projectDirectory, shell: true, env: { ...process.env, ...env } };
	return spawnSync(command, { ...options, stdio: 'inherit' }).status;
}

/** Runs a command and shows its output at its end, too. */
export function runRead(command: string): { code: number | null; output: string } {
	process.stdout.write(`\n== ${command}\n`);
	const options = { cwd: projectDirectory, shell: true, encoding: 'utf8' } as const;
	const { status, stdout, stderr } = spawnSync(command, {
		...options,
		maxBuffer: MOST_OUTPUT,
	});
	process.stdout.write(stdout + stderr);
	return { code: status, output: stdout + stderr };
}

export function runOrThrow(command: string): void {
	const code = runShown(command);
	if (code !== 0) throw new Error(`${command} ended with code ${code}`);
}

/** Makes room for what a run leaves, so that nothing older is taken for it. */
export function clear(file: string): void {
	mkdirSync(dirname(file), { recursive: true });
	rmSync(file, { force: true });
}
