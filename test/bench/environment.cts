import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createN8n } from '../n8n/n8n.cts';
import type { RunningN8n } from '../n8n/n8n.cts';
import { waitFor } from '../n8n/waitFor.cts';
import { compileInside } from './inside.cts';
import { FIGURES_FILE } from './inside/figures.cts';
import type { Figures } from './inside/figures.cts';
import { workflowOf } from './variants.cts';
import type { Variant } from './variants.cts';
import { LocalWeChat } from './wechat.cts';
import type { Protocol } from './wechat.cts';

const RUN_TIMEOUT_MS = 600_000;

/** An n8n with the package and the nodes of the bench, and a local WeChat beside it. */
export class Environment {
	private constructor(
		/** Outside the project, whose node_modules the package would find before n8n's. */
		readonly directory: string,
		readonly wechat: LocalWeChat,
		private readonly n8n: RunningN8n,
		private readonly figuresFile: string,
	) {}

	/** @param heapMegabytes most that n8n may keep, default as much as Node.js takes */
	static async start(heapMegabytes?: number): Promise<Environment> {
		const directory = mkdtempSync(join(tmpdir(), 'bench-'));
		process.once('exit', () => rmSync(directory, { recursive: true, force: true }));
		for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));
		const inside = join(directory, 'inside');
		const figuresFile = join(directory, 'figures.jsonl');
		compileInside(inside);
		writeFileSync(figuresFile, '');
		const wechat = await LocalWeChat.start(directory);
		try {
			const n8n = await createN8n({
				userFolder: userFolderIn(directory),
				env: {
					N8N_CUSTOM_EXTENSIONS: inside,
					EXTERNAL_HOOK_FILES: join(inside, 'hooks.cjs'),
					[FIGURES_FILE]: figuresFile,
					NODE_EXTRA_CA_CERTS: wechat.certificateFile,
					...(heapMegabytes && { NODE_OPTIONS: `--max-old-space-size=${heapMegabytes}` }),
				},
			});
			return new Environment(directory, wechat, await n8n.start(), figuresFile);
		} catch (error) {
			await wechat.stop();
			throw error;
		}
	}

	/** Where n8n has installed a community package. */
	packageDirectory(name: string): string {
		return join(userFolderIn(this.directory), '.n8n', 'nodes', 'node_modules', name);
	}

	/** @returns the credential's id */
	async credentialWith(accessToken: string, protocol: Protocol = 'http'): Promise<string> {
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
		const find = async () => this.figures().find(({ executionId }) => executionId === id) ?? null;
		return await waitFor(find, { what: `"${variant.name}"`, timeoutMs: RUN_TIMEOUT_MS });
	}

	async stop(): Promise<void> {
		await this.n8n.stop();
		await this.wechat.stop();
	}

	/** A run that keeps n8n busy for long makes it believe that its database is gone for a while. */
	private async untilReady(): Promise<void> {
		const ask = async () => {
			const answer = await fetch(`${this.n8n.url}/healthz/readiness`);
			return answer.ok ? true : null;
		};
		await waitFor(ask, { what: 'n8n to be ready again', timeoutMs: RUN_TIMEOUT_MS });
	}

	private figures(): Figures[] {
		const lines = readFileSync(this.figuresFile, 'utf8').split('\n').slice(0, -1);
		return lines.map((line) => JSON.parse(line) as Figures);
	}
}

function userFolderIn(directory: string): string {
	return join(directory, 'n8n');
}
