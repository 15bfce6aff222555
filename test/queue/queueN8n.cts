import { chmodSync, mkdirSync, mkdtempSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExecutionStatus } from 'n8n-workflow';

import { n8nEnvironment } from '../n8n/environment.cts';
import { toExecution } from '../n8n/execution.cts';
import type { Execution, RecordedExecution } from '../n8n/execution.cts';
import { parseFlatted } from '../n8n/flatted.cts';
import { ensureN8n } from '../n8n/install.cts';
import type { N8nInstallation } from '../n8n/install.cts';
import { buildTarball, N8n } from '../n8n/n8n.cts';
import type { Credential } from '../n8n/n8n.cts';
import { installPackage, packageFolderOf } from '../n8n/packageFolder.cts';
import { freePorts } from '../n8n/ports.cts';
import { RunningN8n } from '../n8n/runningN8n.cts';
import { removeWithParent } from '../n8n/janitor.cts';
import { DATABASE, DATABASE_USER, Postgres } from './postgres.cts';
import { QueueProcess } from './queueProcess.cts';
import { redisIn } from './redis.cts';
import { findPostgres } from './requirements.cts';
import type { Service } from './service.cts';

const WEBHOOKS = 2;
const WORKERS = 2;

/** A process needs a port for itself and one for its task runner. */
const PORTS_OF_A_PROCESS = 2;
const PORTS_OF_SERVICES = 2;

/** An encryption key for this machine alone, while the tests run. */
const ENCRYPTION_KEY = 'shared by all processes of one n8n';

const numbered = (count: number, name: string): string[] =>
	Array.from({ length: count }, (_, n) => `${name} ${n + 1}`);

/** The folders, settings and ports of one n8n in queue mode. */
interface Site {
	directory: string;
	installation: N8nInstallation;
	/** Settings of every process. */
	settings: Record<string, string>;
	/** Free ports. */
	ports: number[];
}

/**
 * A real n8n in queue mode on this machine: one main process, two processes for webhooks and two workers
 * that take one run at a time, with their own Redis and PostgreSQL.
 */
export class QueueN8n {
	/** How long each part of the start took. */
	readonly startMs: Record<string, number> = {};

	/** REST client of the main process, logged in; also works after a restart. */
	readonly running: RunningN8n;

	readonly main: QueueProcess;

	readonly webhooks: QueueProcess[];

	readonly workers: QueueProcess[];

	private readonly commands: N8n;

	private constructor(
		site: Site,
		readonly redis: Service,
		readonly postgres: Postgres,
	) {
		this.main = processOf(site, 'main', ['start']);
		this.webhooks = numbered(WEBHOOKS, 'webhook').map((name) => processOf(site, name, ['webhook']));
		this.workers = numbered(WORKERS, 'worker').map((name) =>
			processOf(site, name, ['worker', '--concurrency=1']),
		);
		this.running = new RunningN8n(this.main.url, this.main, () => this.main.logs);
		this.commands = new N8n(site.installation, {
			userFolder: folderFor(site, 'commands'),
			env: site.settings,
		});
	}

	/** Prepares all parts; starts nothing. */
	static async create(): Promise<QueueN8n> {
		const bin = findPostgres();
		const installation = await ensureN8n();
		const tarball = await buildTarball();
		// Outside the project, whose node_modules the package would find before n8n's, and where the
		// user of PostgreSQL may go.
		const directory = mkdtempSync(join(tmpdir(), 'n8n-queue-'));
		chmodSync(directory, 0o755);
		removeWithParent(directory);
		await installPackage(packageFolderOf(directory), tarball);
		const [redisPort, postgresPort, ...ports] = await freePorts(
			PORTS_OF_SERVICES + PORTS_OF_A_PROCESS * (1 + WEBHOOKS + WORKERS),
		);
		const settings = settingsFor(redisPort, postgresPort);
		return new QueueN8n(
			{ directory, installation, settings, ports },
			redisIn(folderIn(directory, 'redis'), redisPort),
			await Postgres.create(bin, join(directory, 'postgres'), postgresPort),
		);
	}

	/** Starts the main process first and alone, because it prepares the database. */
	async start(): Promise<void> {
		await this.timed('services', [this.redis, this.postgres]);
		await this.timed('main', [this.main]);
		await this.running.logIn();
		await this.timed('others', [...this.webhooks, ...this.workers]);
	}

	/** Starts the processes that have ended by themselves; resolves when all are ready. */
	async supervise(): Promise<void> {
		for (const part of [this.main, ...this.webhooks, ...this.workers]) await part.supervise();
	}

	/** Ends all processes. */
	async stop(): Promise<void> {
		const processes = [...this.workers, ...this.webhooks, this.main];
		await Promise.all(processes.map(async (part) => await part.kill()));
		await Promise.all([this.redis.stop(), this.postgres.stop()]);
	}

	/** All credentials as they are stored, decrypted. */
	async exportCredentials(): Promise<Credential[]> {
		return await this.commands.exportCredentials();
	}

	/** The status in the database, which is available even without the main process. */
	async statusOf(executionId: string): Promise<string> {
		const sql = `select status from execution_entity where id = ${Number(executionId)}`;
		return await this.postgres.query(sql);
	}

	/** An execution from the database, because the editor's API omits large data. */
	async read(executionId: string): Promise<Execution> {
		const id = Number(executionId);
		const times = await this.postgres.query(
			`select status, "startedAt", "stoppedAt" from execution_entity where id = ${id}`,
		);
		const [status, startedAt, stoppedAt] = times.split('|');
		const text = await this.postgres.query(
			`select data from execution_data where "executionId" = ${id}`,
		);
		const data = (text === '' ? {} : parseFlatted(text)) as Partial<RecordedExecution['data']>;
		const resultData = data.resultData ?? { runData: {} };
		const record = { status: status as ExecutionStatus, startedAt, stoppedAt };
		return toExecution({ ...record, id: executionId, data: { resultData } });
	}

	/** The worker that has taken an execution, or null. */
	workerOf(executionId: string): QueueProcess | null {
		const line = new RegExp(`Worker started execution ${executionId}\\b`);
		return this.workers.find(({ logs }) => line.test(logs)) ?? null;
	}

	private async timed(name: string, parts: Array<Pick<Service, 'start'>>): Promise<void> {
		const begin = Date.now();
		await Promise.all(parts.map(async (part) => await part.start()));
		this.startMs[name] = Date.now() - begin;
	}
}

function settingsFor(redisPort: number, postgresPort: number): Record<string, string> {
	return {
		EXECUTIONS_MODE: 'queue',
		OFFLOAD_MANUAL_EXECUTIONS_TO_WORKERS: 'true',
		DB_TYPE: 'postgresdb',
		DB_POSTGRESDB_HOST: '127.0.0.1',
		DB_POSTGRESDB_PORT: String(postgresPort),
		DB_POSTGRESDB_DATABASE: DATABASE,
		DB_POSTGRESDB_USER: DATABASE_USER,
		DB_POSTGRESDB_PASSWORD: 'none is asked for',
		QUEUE_BULL_REDIS_HOST: '127.0.0.1',
		QUEUE_BULL_REDIS_PORT: String(redisPort),
		QUEUE_HEALTH_CHECK_ACTIVE: 'true',
		N8N_ENCRYPTION_KEY: ENCRYPTION_KEY,
		// No workflow here has a Code node, so no process starts its own task runner.
		N8N_RUNNERS_MODE: 'external',
		N8N_RUNNERS_AUTH_TOKEN: ENCRYPTION_KEY,
	};
}

function processOf(site: Site, name: string, args: string[]): QueueProcess {
	const { node, n8nBin } = site.installation;
	const [port, runnerPort] = site.ports.splice(0, PORTS_OF_A_PROCESS);
	const cwd = folderFor(site, name.replace(' ', '-'));
	const env = n8nEnvironment(node, cwd, ENCRYPTION_KEY, {
		...site.settings,
		N8N_PORT: String(port),
		QUEUE_HEALTH_CHECK_PORT: String(port),
		N8N_RUNNERS_BROKER_PORT: String(runnerPort),
	});
	const url = `http://127.0.0.1:${port}`;
	return new QueueProcess({ name, node, args: [n8nBin, ...args], url, cwd, env });
}

/** A data folder of n8n; all share one installation of the package. */
function folderFor({ directory }: Site, name: string): string {
	const userFolder = folderIn(directory, name);
	mkdirSync(join(userFolder, '.n8n'));
	symlinkSync(packageFolderOf(directory), packageFolderOf(userFolder));
	return userFolder;
}

function folderIn(directory: string, name: string): string {
	const folder = join(directory, name);
	mkdirSync(folder);
	return folder;
}
