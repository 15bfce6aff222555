import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import type { ComponentApi } from '../wechat/apis';
import { Account } from './account';
import { isObstacle } from './accounts';
import type { Answer, Client } from './client';
import { COMPONENT_TOKEN } from './componentToken';
import { CredentialReader, readBaseUrl, type GetCredentials } from './credentialReader';
import type { Obstacle } from './results';
import { CredentialToken } from './tokens';

/** The third-party platform as a run calls it, with its own token. */
export class Platform {
	private readonly account: Account;

	constructor(
		readonly appId: string,
		readonly baseUrl: string,
		token: CredentialToken,
		private readonly client: Client,
	) {
		this.account = new Account(appId, baseUrl, token);
	}

	/** Calls an API of the platform; component_appid is added to the body. */
	async call(api: ComponentApi, body: Record<string, unknown> = {}): Promise<Answer> {
		return await this.client.call(this.account, api, { component_appid: this.appId, ...body });
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

	private remember(
		credentials: ICredentialDataDecryptedObject,
		baseUrl: string,
		itemIndex: number,
	): Platform {
		const appId = String(credentials.componentAppId ?? '').trim();
		const key = JSON.stringify([baseUrl, appId]);
		const readAnew = async () => await this.reader.readAnew(itemIndex);
		const platform =
			this.byKey.get(key) ??
			new Platform(
				appId,
				baseUrl,
				new CredentialToken(COMPONENT_TOKEN, credentials, readAnew),
				this.client,
			);
		this.byKey.set(key, platform);
		return platform;
	}
}
