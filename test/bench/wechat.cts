import { join } from 'node:path';
import { freePort } from '../n8n/ports.cts';
import { projectDirectory } from '../n8n/paths.cts';
import { startBound } from '../n8n/process.cts';
import type { BoundProcess } from '../n8n/process.cts';
import { waitFor } from '../n8n/waitFor.cts';
import { connectSandbox } from '../sandbox/index.cts';
import type { Controls } from '../sandbox/index.cts';
import { accountOf, merchants, tokenOf } from './inside/items.cts';

export const LINK = '/cgi-bin/wxopen/wxamplink';
export const LIST = '/cgi-bin/wxopen/wxamplinkget';

const LATENCY_MS = 50;
const DAY_SECONDS = 86_400;
const LINKED = 1;

/** The local WeChat in a process of its own, so that its work is not taken for n8n's. */
export class LocalWeChat {
	private constructor(
		readonly url: string,
		readonly controls: Controls,
		private readonly server: BoundProcess,
	) {}

	static async start(): Promise<LocalWeChat> {
		const port = await freePort();
		const cli = join(projectDirectory, 'test', 'sandbox', 'cli.cts');
		const server = startBound(process.execPath, ['--import', 'tsx', cli], {
			cwd: projectDirectory,
			env: { ...process.env, PORT: String(port) },
		});
		const url = `http://127.0.0.1:${port}`;
		const controls = connectSandbox(url);
		const isReady = async () => await controls.stats().catch(() => null);
		await waitFor(isReady, { what: 'the local WeChat', timeoutMs: 30_000 });
		return new LocalWeChat(url, controls, server);
	}

	/** Nothing has happened yet, nothing is limited, and every Mini Program exists. */
	async reset(accounts = 1): Promise<void> {
		const { controls } = this;
		await controls.reset();
		await controls.configure({ knowAllMiniPrograms: true });
		await controls.setLimits({ sameCompanyLinks: null, linksPerMonth: null });
		await controls.setLatency(LATENCY_MS);
		for (let n = 0; n < accounts; n++) {
			await controls.addAccount({ appId: accountOf(n) });
			const token = { value: tokenOf(n), lifetimeSeconds: DAY_SECONDS };
			await controls.issueToken(accountOf(n), token);
		}
	}

	/** Both administrators have agreed for every row of the list. */
	async linkAll(count: number, accounts: number): Promise<void> {
		for (const [n, { miniProgramAppId }] of merchants(count, accounts).entries()) {
			await this.controls.setRelation(accountOf(n % accounts), miniProgramAppId, LINKED);
		}
	}

	async stop(): Promise<void> {
		await this.server.stop();
	}
}
