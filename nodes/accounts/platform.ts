import { readBaseUrl } from '../calls/baseUrl';
import type { Answer, Client } from '../calls/client';
import type { Context } from '../calls/context';
import { originOf, PLATFORM_CREDENTIAL } from '../tokens/platformShelf';
import { PlatformTokens } from '../tokens/platformTokens';
import type { ComponentApi } from '../wechat/apis';
import { isObstacle, type Obstacle } from '../wechat/obstacle';
import { Account } from './account';
import { CredentialReader, type GetCredentials } from './credentialReader';

/** The third-party platform as a run calls it, with its own token. */
export class Platform {
	private readonly accounts = new Map<string, Account>();

	constructor(
		readonly tokens: PlatformTokens,
		private readonly client: Client,
	) {}

	/** The platform's appid. */
	get appId(): string {
		return this.tokens.appId;
	}

	get baseUrl(): string {
		return this.tokens.baseUrl;
	}

	/** Calls an API of the platform; component_appid is added to the body. */
	async call(api: ComponentApi, body: Record<string, unknown> = {}): Promise<Answer> {
		return await this.client.call(this.tokens, api, { component_appid: this.appId, ...body });
	}

	/** A merchant's account, the same for all items of the run. */
	accountOf(appId: string): Account {
		const account =
			this.accounts.get(appId) ?? new Account(appId, this.baseUrl, this.tokens.ofAuthorizer(appId));
		this.accounts.set(appId, account);
		return account;
	}
}

/** Finds the platform of each item; usually the same for all. */
export class Platforms {
	private readonly byOrigin = new Map<string, Platform>();

	private readonly reader: CredentialReader;

	constructor(
		private readonly context: Context,
		getCredentials: GetCredentials,
		private readonly client: Client,
		itemCount: number,
	) {
		this.reader = new CredentialReader(
			getCredentials,
			PLATFORM_CREDENTIAL,
			'WeChat Open Platform API',
			itemCount,
		);
	}

	/** @returns the platform, or why the item's credential cannot be used */
	async ofItem(itemIndex: number): Promise<Platform | Obstacle> {
		const read = await this.reader.ofItem(itemIndex);
		if (isObstacle(read)) return read;
		const { credentials } = read;
		const baseUrl = readBaseUrl(credentials.apiBaseUrl);
		if (typeof baseUrl !== 'string') return baseUrl;
		const origin = originOf(credentials);
		const platform =
			this.byOrigin.get(origin) ??
			new Platform(new PlatformTokens(this.context, credentials, itemIndex), this.client);
		this.byOrigin.set(origin, platform);
		return platform;
	}

	/** The secrets of the item's credential, undefined where it was not read. */
	secretsOf(itemIndex: number): readonly string[] | undefined {
		return this.reader.secretsOf(itemIndex);
	}

	/** Stores the tokens that were made in this run. */
	async settle(): Promise<void> {
		for (const { tokens } of this.byOrigin.values()) await tokens.vault.settle(tokens.access);
	}
}
