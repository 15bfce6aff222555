import { readFileSync } from 'node:fs';
import { startBound } from '../n8n/process.cts';
import type { BoundProcess } from '../n8n/process.cts';
import { waitFor } from '../n8n/waitFor.cts';

const START_TIMEOUT_MS = 120_000;

const KIB_PER_MIB = 1024;

interface QueueProcessOptions {
	/** A name for messages, for example `worker 1`. */
	name: string;
	node: string;
	args: string[];
	/** The URL that says whether it is ready. */
	url: string;
	cwd: string;
	env: NodeJS.ProcessEnv;
}

/** One process of an n8n in queue mode, with the same port at each start. */
export class QueueProcess {
	/** Everything that it has printed, also before a restart. */
	logs = '';

	private process?: BoundProcess;

	private hasEnded = true;

	constructor(private readonly options: QueueProcessOptions) {}

	get url(): string {
		return this.options.url;
	}

	/**
	 * Resolves when it is ready.
	 *
	 * @param settings further settings for this start only
	 */
	async start(settings: Record<string, string> = {}): Promise<void> {
		const { name, node, args, cwd, env } = this.options;
		const from = this.logs.length;
		const bound = startBound(node, args, {
			cwd,
			env: { ...env, ...settings },
			onOutput: (text) => void (this.logs += text),
		});
		this.process = bound;
		this.hasEnded = false;
		void bound.ended.then(() => (this.hasEnded = true));
		await this.untilReady(async () => {
			if (this.hasEnded) throw new Error(`${name} ended while it was starting`);
			return await this.isReady();
		}, from);
	}

	/**
	 * Starts it if it has ended by itself, as a supervisor does, and resolves when it is ready. n8n refuses
	 * requests until it has noticed that its database is back.
	 */
	async supervise(): Promise<void> {
		await this.untilReady(async () => {
			if (this.hasEnded) await this.start();
			return await this.isReady();
		}, this.logs.length);
	}

	/** Stops it and waits for its end. */
	async stop(): Promise<void> {
		await this.process?.stop();
		this.process = undefined;
	}

	/** Ends it and its task runner at once, as when a machine is lost. */
	async kill(): Promise<void> {
		if (this.process === undefined) return;
		process.kill(-this.pid, 'SIGKILL');
		await this.process.ended;
		this.process = undefined;
	}

	private async isReady(): Promise<boolean> {
		const answer = await fetch(`${this.url}/healthz/readiness`).catch(() => null);
		return answer?.ok ?? false;
	}

	/** @param from position in the output where the part to quote begins, if it does not get ready */
	private async untilReady(ask: () => Promise<boolean>, from: number): Promise<void> {
		const wanted = { what: `${this.options.name} to be ready`, timeoutMs: START_TIMEOUT_MS };
		await waitFor(async () => (await ask()) || null, wanted).catch((error: Error) => {
			const printed = this.logs.slice(from).split('\n').slice(-40).join('\n');
			throw new Error(`${error.message}. It printed:\n${printed}`);
		});
	}

	/** Its peak memory since its start. */
	peakMemoryMiB(): number {
		const status = readFileSync(`/proc/${this.pid}/status`, 'utf8');
		return Math.round(Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]) / KIB_PER_MIB);
	}

	get pid(): number {
		const pid = this.process?.pid;
		if (pid === undefined) throw new Error(`${this.options.name} does not run`);
		return pid;
	}
}
