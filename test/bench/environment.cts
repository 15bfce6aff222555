import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createN8n } from '../n8n/n8n.cts';
import type { RunningN8n } from '../n8n/n8n.cts';
import { waitFor } from '../n8n/waitFor.cts';
import { compileInside } from './inside.cts';
import { FIGURES_FILE, STARTED_FILE } from './inside/figures.cts';
import type { Figures, Started } from './inside/figures.cts';
import { workflowOf } from './variants.cts';
import type { Variant } from './variants.cts';
import { LocalWeChat } from './wechat.cts';
import type { Protocol } from './wechat.cts';

const RUN_TIMEOUT_MS = 600_000;
/** The unit in which Linux counts CPU time. */
const TICK_MS = 10;

/** Settings for the start of n8n. */
interface EnvironmentOptions {
	/** Limit of the heap; by default that of Node.js. */
	heapMegabytes?: number;
	/** Whether executions write figures, which also empties the heap before each one. Default true. */
	writesFigures?: boolean;
}

/** An n8n with the package and the nodes of the bench, and a local WeChat beside it. */
export class Environment {
	private constructor(
		/** Outside the project, so that the package does not find the project's node_modules. */
		readonly directory: string,
		private readonly clear: () => void,
		readonly wechat: LocalWeChat,
		readonly n8n: RunningN8n,
		private readonly figuresFile: string,
		private readonly startedFile: string,
	) {}

	/** Starts an environment, and stops it after the work. */
	static async use<T>(
		work: (environment: Environment) => Promise<T>,
		options: EnvironmentOptions = {},
	): Promise<T> {
		const environment = await Environment.start(options);
		try {
			return await work(environment);
		} finally {
			await environment.stop();
		}
	}

	private static async start({
		heapMegabytes,
		writesFigures = true,
	}: EnvironmentOptions): Promise<Environment> {
		const directory = mkdtempSync(join(tmpdir(), 'bench-'));
		const clear = () => rmSync(directory, { recursive: true, force: true });
		process.once('exit', clear);
		const inside = join(directory, 'inside');
		const figuresFile = join(directory, 'figures.jsonl');
		compileInside(inside);
		writeFileSync(figuresFile, '');
		const startedFile = join(directory, 'started.jsonl');
		writeFileSync(startedFile, '');
		const wechat = await LocalWeChat.start(directory);
		try {
			const n8n = await createN8n({
				userFolder: userFolderIn(directory),
				env: {
					N8N_CUSTOM_EXTENSIONS: inside,
					...(writesFigures && { EXTERNAL_HOOK_FILES: join(inside, 'hooks.cjs') }),
					[FIGURES_FILE]: figuresFile,
					[STARTED_FILE]: startedFile,
					NODE_EXTRA_CA_CERTS: wechat.certificateFile,
					...(heapMegabytes && { NODE_OPTIONS: `--max-old-space-size=${heapMegabytes}` }),
				},
			});
			return new Environment(directory, clear, wechat, await n8n.start(), figuresFile, startedFile);
		} catch (error) {
			await wechat.stop();
			process.off('exit', clear);
			clear();
			throw error;
		}
	}

	/** Where n8n has installed a community package. */
	packageDirectory(name: string): string {
		return join(userFolderIn(this.directory), '.n8n', 'nodes', 'node_modules', name);
	}

	/** @returns the credential's id */
	async credentialWith(accessToken: string, protocol: Protocol = 'http'): Promise<string> {
		await this.untilReady();
		return await this.n8n.createCredential({
			name: `Token ${accessToken} over ${protocol}`,
			type: 'weChatAuthorizerTokenApi',
			data: { tokenSource: 'accessToken', accessToken, apiBaseUrl: this.wechat.urls[protocol] },
		});
	}

	/** Runs a variant once and waits for its figures. */
	async run(variant: Variant, count: number, accounts?: number): Promise<Figures> {
		await this.untilReady();
		const id = await this.n8n.startWorkflow(workflowOf(variant, count, accounts));
		const find = async () => {
			this.checkAlive();
			return this.figures().find(({ executionId }) => executionId === id) ?? null;
		};
		return await waitFor(find, { what: `"${variant.name}"`, timeoutMs: RUN_TIMEOUT_MS });
	}

	/** CPU time of all threads of n8n's main process so far; null without /proc. */
	cpuMs(): number | null {
		const file = `/proc/${this.n8n.pid}/stat`;
		if (!existsSync(file)) return null;
		// The name of the process, in parentheses, may contain any character.
		const fields = readFileSync(file, 'utf8').replace(/^.*\)/s, '').trim().split(' ');
		return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
	}

	/** Memory of n8n's main process in bytes; null without /proc. */
	residentBytes(): number | null {
		const file = `/proc/${this.n8n.pid}/status`;
		if (!existsSync(file)) return null;
		return Number(/^VmRSS:\s*(\d+) kB$/m.exec(readFileSync(file, 'utf8'))?.[1]) * 1024;
	}

	/** Items that a node BenchStarted has received so far, oldest first. */
	started(): Started[] {
		return linesOf<Started>(this.startedFile);
	}

	/** Waits, because n8n loses its database for a while after a run that keeps it busy. */
	async untilReady(): Promise<void> {
		const ask = async () => {
			this.checkAlive();
			const answer = await fetch(`${this.n8n.url}/healthz/readiness`).catch(() => null);
			return answer?.ok ? true : null;
		};
		await waitFor(ask, { what: 'n8n to be ready again', timeoutMs: RUN_TIMEOUT_MS });
	}

	private async stop(): Promise<void> {
		await this.n8n.stop();
		await this.wechat.stop();
		process.off('exit', this.clear);
		this.clear();
	}

	private checkAlive(): void {
		try {
			process.kill(this.n8n.pid ?? NaN, 0);
		} catch {
			throw new Error('n8n has ended');
		}
	}

	private figures(): Figures[] {
		return linesOf<Figures>(this.figuresFile);
	}
}

function linesOf<T>(file: string): T[] {
	const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1);
	return lines.map((line) => JSON.parse(line) as T);
}

function userFolderIn(directory: string): string {
	return join(directory, 'n8n');
}
