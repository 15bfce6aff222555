import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

import { createN8n } from '../n8n/n8n.cts';
import type { N8n, RunningN8n } from '../n8n/n8n.cts';
import { cacheDirectory } from '../n8n/paths.cts';
import { startSandbox } from '../sandbox/index.cts';
import type { Controls, Sandbox } from '../sandbox/index.cts';

/** Long enough for a start of n8n or of a browser; tests end when their condition is met. */
const TIMEOUT_MS = 240_000;

/** A real n8n with the packed package, and a local WeChat that knows every Mini Program and has no limits. */
export class N8nWorld {
	/** n8n's data folder. */
	userFolder = '';

	/** Everything that n8n has printed, also before a restart. */
	printed = '';

	private started?: { n8n: N8n; running: RunningN8n; sandbox: Sandbox };

	/** @param env further settings of n8n */
	constructor(private env: Record<string, string> = {}) {}

	async start(): Promise<void> {
		mkdirSync(cacheDirectory, { recursive: true });
		this.userFolder = mkdtempSync(join(cacheDirectory, 'e2e-'));
		const sandbox = await startSandbox({ knowAllMiniPrograms: true });
		const n8n = await this.createN8n();
		this.started = { n8n, running: await n8n.start(), sandbox };
		const noLimits = { sameCompanyLinks: null, otherCompanyLinks: null, linksPerMonth: null };
		await this.controls.setLimits(noLimits);
	}

	async close(): Promise<void> {
		await this.started?.running.stop();
		await this.started?.sandbox.close();
		rmSync(this.userFolder, { recursive: true, force: true });
	}

	/** Stops n8n and starts it again on the same data. */
	async restart(): Promise<void> {
		await this.running.stop();
		this.all.running = await this.n8n.start();
	}

	/** Stops n8n and starts it again on the same data with these settings instead. */
	async restartWith(env: Record<string, string>): Promise<void> {
		this.env = env;
		await this.running.stop();
		this.all.n8n = await this.createN8n();
		this.all.running = await this.n8n.start();
	}

	/** The bytes of n8n's database files. */
	databaseBytes(): string {
		const { databasePath } = this.n8n;
		const directory = dirname(databasePath);
		const files = readdirSync(directory).filter((name) => name.startsWith(basename(databasePath)));
		return files.map((name) => readFileSync(join(directory, name), 'latin1')).join('');
	}

	get n8n(): N8n {
		return this.all.n8n;
	}

	get running(): RunningN8n {
		return this.all.running;
	}

	/** The address of the local WeChat. */
	get url(): string {
		return this.all.sandbox.url;
	}

	/** Another address of the local WeChat. */
	get secondUrl(): string {
		return this.all.sandbox.secondUrl;
	}

	get controls(): Controls {
		return this.all.sandbox.controls;
	}

	private async createN8n(): Promise<N8n> {
		return await createN8n({
			userFolder: this.userFolder,
			env: { N8N_LOG_LEVEL: 'debug', ...this.env },
			log: (text) => (this.printed += text),
		});
	}

	private get all(): NonNullable<N8nWorld['started']> {
		if (!this.started) throw new Error('not started');
		return this.started;
	}
}

/** Starts a world before the tests of a file, and ends it after them. */
export function use<T extends N8nWorld>(world: T): T {
	jest.setTimeout(TIMEOUT_MS);
	beforeAll(async () => await world.start());
	afterAll(async () => await world.close());
	return world;
}
