import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import type { ComponentApi } from '../wechat/apis';
import { Account } from './account';
import { isObstacle } from './accounts';
import { takeOverAuthorizerToken } from '../tokens/authorizerToken';
import type { Answer, Client } from '../calls/client';
import { COMPONENT_TOKEN } from '../tokens/componentToken';
import { CredentialReader, readBaseUrl, type GetCredentials } from './credentialReader';
import { storeInCredential } from '../tokens/credentialStore';
import type { Obstacle } from '../WeChatMiniProgramLink/results';
import { readStoredTokens, STORED_TOKENS, writeStoredTokens } from '../tokens/storedTokens';
import type { CachedToken } from '../tokens/tokenCache';
import { CredentialToken } from '../tokens/credentialToken';
import type { Context } from '../calls/transport';

/** The third-party platform as a run calls it, with its own token. */
export class Platform {
	/** Merchants' tokens made in this run by the account's appid; null for those that ended. */
	readonly changedTokens = new Map<string, CachedToken | null>();

	private readonly account: Account;

	constructor(
		readonly appId: string,
		readonly baseUrl: string,
		credentials: ICredentialDataDecryptedObject,
		private readonly readCredentials: () => Promise<ICredentialDataDecryptedObject>,
		private readonly client: Client,
	) {
		const token = new CredentialToken(COMPONENT_TOKEN, credentials, readCredentials);
		this.account = new Account(appId, baseUrl, token);
		this.takeOver(credentials);
	}

	/** Calls an API of the platform; component_appid is added to the body. */
	async call(api: ComponentApi, body: Record<string, unknown> = {}): Promise<Answer> {
		return await this.client.call(this.account, api, { component_appid: this.appId, ...body });
	}

	/** Takes over merchants' tokens that other processes have stored meanwhile. */
	async takeOverTokens(): Promise<void> {
		this.takeOver(await this.readCredentials());
	}

	/** Stores the merchants' tokens of this run, for other workers and the time after a restart. */
	async storeTokens(context: Context): Promise<void> {
		if (this.changedTokens.size === 0) return;
		const credentials = await this.readCredentials();
		const text = writeStoredTokens(credentials, this.changedTokens, Date.now());
		await storeInCredential(context, credentials, { [STORED_TOKENS]: text });
		this.changedTokens.clear();
	}

	private takeOver(credentials: ICredentialDataDecryptedObject): void {
		for (const [appId, stored] of readStoredTokens(credentials)) {
			takeOverAuthorizerToken(this, appId, stored);
		}
	}
}

/** Finds the platform of each item; usually the same for all. */
export class Platforms {
	private readonly byKey = new Map<string, Platform>();

	private readonly reader: CredentialReader;

	constructor(
		getCredentials: GetCredentials,
		private readonly client: Client,
	) {
		this.reader = new CredentialReader(
			getCredentials,
			COMPONENT_TOKEN.type,
			'WeChat Open Platform API',
		);
	}

	/** @returns the platform, or why the item's credential cannot be used */
	async ofItem(itemIndex: number): Promise<Platform | Obstacle> {
		const credentials = await this.reader.ofItem(itemIndex);
		if (isObstacle(credentials)) return credentials;
		const baseUrl = readBaseUrl(credentials.apiBaseUrl);
		if (typeof baseUrl !== 'string') return baseUrl;
		return this.remember(credentials, baseUrl, itemIndex);
	}

	/** Stores the merchants' tokens that were made in this run. */
	async storeTokens(context: Context): Promise<void> {
		for (const platform of this.byKey.values()) await platform.storeTokens(context);
	}

	private remember(
		credentials: ICredentialDataDecryptedObject,
		baseUrl: string,
		itemIndex: number,
	): Platform {
		const appId = String(credentials.componentAppId ?? '').trim();
		const key = JSON.stringify([baseUrl, appId]);
		const readAnew = async () => await this.reader.readAnew(itemIndex);
		const platform =
			this.byKey.get(key) ?? new Platform(appId, baseUrl, credentials, readAnew, this.client);
		this.byKey.set(key, platform);
		return platform;
	}
}
