import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ICredentialDataDecryptedObject } from 'n8n-workflow';
import { generate } from 'selfsigned';
import { projectDirectory } from '../n8n/paths.cts';
import { startBound } from '../n8n/process.cts';
import type { BoundProcess } from '../n8n/process.cts';
import { waitFor } from '../n8n/waitFor.cts';
import { connectSandbox } from '../sandbox/index.cts';
import type { Controls, PlatformConsole, RelationState } from '../sandbox/index.cts';
import { ACCOUNT_PREFIX, accountOf, merchants, tokenOf } from './inside/items.cts';

export const LINK = '/cgi-bin/wxopen/wxamplink';
export const LIST = '/cgi-bin/wxopen/wxamplinkget';

/** The protocol for calls of WeChat. */
export type Protocol = 'http' | 'https';

const LATENCY_MS = 50;
const DAY_SECONDS = 86_400;
const LINKED = 1;
const PLATFORM = 'wxc000000000000000';

/** The local WeChat in its own process, so that its work does not count as n8n's. */
export class LocalWeChat {
	private constructor(
		readonly urls: Record<Protocol, string>,
		readonly controls: Controls,
		/** The certificate that HTTPS clients must trust. */
		readonly certificateFile: string,
		private readonly server: BoundProcess,
	) {}

	/** @param directory for the certificate */
	static async start(directory: string): Promise<LocalWeChat> {
		const certificateFile = join(directory, 'certificate.pem');
		const keyFile = join(directory, 'key.pem');
		const { cert, private: key } = await generate([{ name: 'commonName', value: '127.0.0.1' }], {
			extensions: [{ name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] }],
		});
		writeFileSync(certificateFile, cert);
		writeFileSync(keyFile, key, { mode: 0o600 });
		let printed = '';
		const script = join(__dirname, 'weChatProcess.cts');
		const args = ['--import', 'tsx', script, certificateFile, keyFile];
		const server = startBound(process.execPath, args, {
			cwd: projectDirectory,
			onOutput: (text) => (printed += text),
		});
		const addresses = async () => (printed.includes('\n') ? printed : null);
		const line = await waitFor(addresses, { what: 'the local WeChat', timeoutMs: 60_000 });
		const { url: http, secureUrl: https } = JSON.parse(line) as Record<string, string>;
		return new LocalWeChat({ http, https }, connectSandbox(http), certificateFile, server);
	}

	/** Resets everything: no history, no limits, and every Mini Program exists. */
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

	/** Adds a third-party platform that all these accounts have authorized. */
	async addPlatform(accounts: number): Promise<PlatformConsole> {
		const platform = await this.controls.addPlatform({ appId: PLATFORM });
		await this.controls.addAccounts(accounts, { prefix: ACCOUNT_PREFIX, platform: PLATFORM });
		return platform;
	}

	/** The fields of a credential for a platform, without a ticket. */
	credentialOf(platform: PlatformConsole): ICredentialDataDecryptedObject {
		return {
			componentAppId: platform.appId,
			componentAppSecret: platform.appSecret,
			messageToken: platform.messageToken,
			encodingAesKey: platform.encodingAesKey,
			apiBaseUrl: this.urls.http,
		};
	}

	/** Removes the links and invitations of all rows. */
	async unlinkAll(count: number, accounts: number): Promise<void> {
		await this.setAll(count, accounts, 'none');
	}

	/** Has both administrators agree for every row of the list. */
	async linkAll(count: number, accounts: number): Promise<void> {
		await this.setAll(count, accounts, LINKED);
	}

	async stop(): Promise<void> {
		await this.server.stop();
	}

	private async setAll(count: number, accounts: number, state: RelationState): Promise<void> {
		for (const { officialAccountAppId, miniProgramAppId } of merchants(count, accounts)) {
			await this.controls.setRelation(officialAccountAppId, miniProgramAppId, state);
		}
	}
}
