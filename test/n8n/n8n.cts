import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { n8nEnvironment } from './environment.cts';
import { toExecution } from './execution.cts';
import type { Execution, RecordedExecution } from './execution.cts';
import { ensureN8n } from './install.cts';
import type { N8nInstallation } from './install.cts';
import { installPackage, packageFolderOf } from './packageFolder.cts';
import { freePort } from './ports.cts';
import { CommandFailure, runBound } from './process.cts';
import type { RunningN8n } from './runningN8n.cts';
import { startServer } from './server.cts';
import { buildTarball } from './tarball.cts';
import type { Credential, Workflow } from './types.cts';
import { WAYS } from './versions.cts';
import type { N8nVersion } from './versions.cts';

export { buildTarball } from './tarball.cts';
export type { Execution, NodeRun, RecordedError } from './execution.cts';
export type { CredentialTestResult, RunningN8n, RunOptions } from './runningN8n.cts';
export type { Credential, Workflow } from './types.cts';

interface N8nOptions {
	/** The newest by default. */
	version?: N8nVersion;
	/** An empty folder, or one from an earlier call. */
	userFolder: string;
	credentials?: Credential[];
	/** Each with an id; replaces those with the same id. */
	workflows?: Array<Workflow & { id: string }>;
	/** Further settings of n8n. */
	env?: Record<string, string>;
	/** Receives everything that n8n prints. */
	log?: (text: string) => void;
	/** Path of a packed package, if not this project's. */
	tarball?: string;
}

/** Creates a user folder with the package, the credentials and the workflows. */
export async function createN8n(options: N8nOptions): Promise<N8n> {
	const installation = await ensureN8n(options.version);
	const { userFolder } = options;
	mkdirSync(join(userFolder, '.n8n'), { recursive: true });
	await installPackage(packageFolderOf(userFolder), options.tarball ?? (await buildTarball()));
	const n8n = new N8n(installation, options);
	if (options.credentials) await n8n.importAll('credentials', options.credentials);
	if (options.workflows) await n8n.importAll('workflow', options.workflows);
	return n8n;
}

/** One user folder of n8n; nothing runs before `start` or `execute`. */
export class N8n {
	/** Path of the SQLite database. */
	readonly databasePath: string;

	private readonly encryptionKey: string;

	constructor(
		private readonly installation: N8nInstallation,
		private readonly options: N8nOptions,
	) {
		this.databasePath = join(options.userFolder, '.n8n', 'database.sqlite');
		this.encryptionKey = readOrCreateKey(join(options.userFolder, 'encryption-key'));
	}

	/** Starts the server on the preferred port if it is free, otherwise on another one. */
	async start(preferredPort?: number): Promise<RunningN8n> {
		const port = await freePort(preferredPort);
		const env = await this.environment({ N8N_PORT: String(port) });
		const { node, n8nBin } = this.installation;
		return await startServer(node, [n8nBin, 'start'], {
			url: `http://127.0.0.1:${port}`,
			cwd: this.options.userFolder,
			env,
			log: this.options.log,
			ways: WAYS[this.installation.version],
		});
	}

	/** Runs a workflow once without a server. */
	async execute(workflowId: string): Promise<Execution> {
		const output = await this.command(['execute', `--id=${workflowId}`, '--rawOutput']).catch(
			(error: unknown) => {
				if (error instanceof CommandFailure) return error.output;
				throw error;
			},
		);
		return toExecution(parseExecution(output));
	}

	/** All credentials as they are stored, decrypted. */
	async exportCredentials(): Promise<Credential[]> {
		const file = this.transferFile('export');
		await this.command(['export:credentials', '--all', '--decrypted', `--output=${file}`]);
		const credentials = JSON.parse(readFileSync(file, 'utf8')) as Credential[];
		rmSync(file);
		return credentials;
	}

	/** Adds or replaces credentials or workflows by id. */
	async importAll(kind: 'credentials' | 'workflow', entries: object[]): Promise<void> {
		const file = this.transferFile('import');
		writeFileSync(file, JSON.stringify(entries), { mode: 0o600 });
		const output = await this.command([`import:${kind}`, `--input=${file}`]);
		rmSync(file);
		// n8n reports a failed import with exit code 0.
		if (!output.includes('Successfully imported')) throw new Error(output);
	}

	/** Publishes a workflow with the next start. */
	async publish(workflowId: string): Promise<void> {
		await this.command(WAYS[this.installation.version].publishCommand(workflowId));
	}

	private async command(args: string[]): Promise<string> {
		const { node, n8nBin } = this.installation;
		const { stdout, stderr } = await runBound(node, [n8nBin, ...args], {
			cwd: this.options.userFolder,
			// A command reports its result only in its log.
			env: await this.environment({ N8N_LOG_LEVEL: 'info' }),
			onOutput: this.options.log,
		});
		return stdout + stderr;
	}

	private async environment(settings: Record<string, string>): Promise<NodeJS.ProcessEnv> {
		const { userFolder } = this.options;
		return n8nEnvironment(this.installation.node, userFolder, this.encryptionKey, {
			// Several n8n may run at once, and each needs a port for its task runner.
			N8N_RUNNERS_BROKER_PORT: String(await freePort()),
			...this.options.env,
			...settings,
		});
	}

	private transferFile(purpose: string): string {
		return join(this.options.userFolder, `${purpose}-${randomBytes(6).toString('hex')}.json`);
	}
}

function readOrCreateKey(file: string): string {
	if (!existsSync(file)) writeFileSync(file, randomBytes(24).toString('hex'), { mode: 0o600 });
	return readFileSync(file, 'utf8');
}

/** n8n prints the run's JSON, indented, among other lines. */
function parseExecution(output: string): RecordedExecution {
	const lines = output.split('\n');
	const first = lines.indexOf('{');
	const last = lines.indexOf('}', first);
	if (first < 0 || last < 0) throw new Error(`n8n printed no execution:\n${output}`);
	return JSON.parse(lines.slice(first, last + 1).join('\n')) as RecordedExecution;
}
