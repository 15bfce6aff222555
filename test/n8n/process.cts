import { spawn } from 'node:child_process';
import type { ChildProcess, StdioOptions } from 'node:child_process';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { join } from 'node:path';

/** The output of a finished process. */
interface ProcessResult {
	stdout: string;
	stderr: string;
}

/** A process of n8n that is still running. */
export interface BoundProcess {
	child: ChildProcess;
	/** Undefined if it could not be started. */
	pid: number | undefined;
	/** Resolves with the exit code, or null after a signal. */
	ended: Promise<number | null>;
	/** Asks it to stop, and kills its whole group if that takes too long. */
	stop(graceMs?: number): Promise<void>;
	/** Kills its whole group at once, as a power failure does. */
	kill(): Promise<void>;
}

interface ProcessOptions {
	cwd: string;
	env?: NodeJS.ProcessEnv;
	onOutput?: (text: string) => void;
}

/** A command that did not end with exit code 0; the message contains the end of its output. */
export class CommandFailure extends Error {
	constructor(
		command: string,
		readonly output: string,
		code: number | null,
	) {
		super(
			`${command} ended with code ${code}:\n${output.trim().split('\n').slice(-30).join('\n')}`,
		);
	}
}

/** Runs a command to its end. It ends together with this process, as do the processes that it starts. */
export async function run(
	command: string,
	args: string[],
	options: ProcessOptions,
): Promise<ProcessResult> {
	const stdio: StdioOptions = ['ignore', 'pipe', 'pipe'];
	const child = spawn(command, args, { ...options, detached: true, stdio });
	// While it installs, npm does not stop at once for any gentler signal.
	const end = () => {
		const isRunning = child.exitCode === null && child.signalCode === null;
		if (child.pid !== undefined && isRunning) process.kill(-child.pid, 'SIGKILL');
	};
	const endOnSignal = (signal: NodeJS.Signals) => {
		end();
		process.kill(process.pid, signal);
	};
	process.once('exit', end);
	process.once('SIGINT', endOnSignal).once('SIGTERM', endOnSignal);
	try {
		return await collect(child, `${command} ${args.join(' ')}`, options.onOutput);
	} finally {
		process.off('exit', end).off('SIGINT', endOnSignal).off('SIGTERM', endOnSignal);
	}
}

/** Runs one of n8n's short commands to its end, bound to this process like those of `startBound`. */
export async function runBound(
	node: string,
	args: string[],
	options: ProcessOptions,
): Promise<ProcessResult> {
	return await collect(spawnBound(node, args, options), args.slice(1).join(' '), options.onOutput);
}

/** Starts a Node.js process that cannot outlive this one, even if this one is killed. */
export function startBound(node: string, args: string[], options: ProcessOptions): BoundProcess {
	const child = spawnBound(node, args, options);
	const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
	child.stdout?.setEncoding('utf8').on('data', (text: string) => options.onOutput?.(text));
	child.stderr?.setEncoding('utf8').on('data', (text: string) => options.onOutput?.(text));
	child.once('error', (error) => options.onOutput?.(`${error.message}\n`));
	// A test that fails before it stops its n8n must not keep the test runner alive.
	child.unref();
	for (const stream of child.stdio) (stream as Socket | null)?.unref();
	return {
		child,
		pid: child.pid,
		ended,
		async stop(graceMs = 10_000) {
			child.kill('SIGTERM');
			const timer = setTimeout(() => (child.stdio[3] as Socket).destroy(), graceMs);
			await ended;
			clearTimeout(timer);
		},
		async kill() {
			const gone = once(child, 'exit');
			if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
			await gone;
		},
	};
}

/** Starts it in its own group, so that Ctrl-C reaches only this process, which then stops it. */
function spawnBound(node: string, args: string[], options: ProcessOptions): ChildProcess {
	return spawn(node, ['--require', join(__dirname, 'end-with-parent.cjs'), ...args], {
		...options,
		detached: true,
		stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
	});
}

async function collect(
	child: ChildProcess,
	label: string,
	onOutput?: (text: string) => void,
): Promise<ProcessResult> {
	const result: ProcessResult = { stdout: '', stderr: '' };
	for (const name of ['stdout', 'stderr'] as const) {
		child[name]?.setEncoding('utf8').on('data', (text: string) => {
			result[name] += text;
			onOutput?.(text);
		});
	}
	const code = await new Promise<number | null>((resolve, reject) => {
		child.once('error', reject).once('close', resolve);
	});
	if (code !== 0) throw new CommandFailure(label, result.stdout + result.stderr, code);
	return result;
}
