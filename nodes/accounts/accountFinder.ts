import { readBaseUrl } from '../calls/baseUrl';
import { fixedToken, type TokenSource } from '../calls/caller';
import type { Client } from '../calls/client';
import type { Context } from '../calls/transport';
import { Road } from '../calls/road';
import { accessTo, credentialIdOf } from '../tokens/credentialStore';
import { keptTokensOf } from '../tokens/keptTokens';
import { PlatformTokens } from '../tokens/platformTokens';
import { serviceTokenRecipe } from '../tokens/recipes';
import { RenewableToken } from '../tokens/renewal';
import { readToken } from '../tokens/tokenCache';
import {
	ACCOUNT_CREDENTIAL,
	ACCOUNT_TOKEN,
	originOf,
	tokenServiceOrigin,
} from '../tokens/tokenFields';
import { isTokenService } from '../tokens/tokenService';
import { isObstacle, type Obstacle } from '../wechat/obstacle';
import { givenText } from '../wechat/values';
import { Account } from './account';
import type { ItemCredential } from './credentialReader';
import { Platform } from './platform';

/**
 * Finds the platform and the account that an item's credential is for, within one run: items whose credentials
 * have the same values share them.
 */
export class AccountFinder {
	private readonly platforms = new Map<string, Platform>();

	/** Accounts of the credential WeChat Authorizer Token API. */
	private readonly accounts = new Map<string, Account>();

	/** Functions that store the tokens that were made in this run. */
	private readonly settling: Array<() => Promise<void>> = [];

	constructor(
		private readonly context: Context,
		private readonly client: Client,
	) {}

	/** @returns the platform, or why the item cannot call it */
	platformOf({ credentials, readAt, itemIndex }: ItemCredential): Platform | Obstacle {
		const baseUrl = readBaseUrl(credentials.apiBaseUrl);
		if (isObstacle(baseUrl)) return baseUrl;
		const origin = originOf(credentials);
		const known = this.platforms.get(origin);
		if (known) return known;
		const tokens = new PlatformTokens(this.context, credentials, readAt, itemIndex);
		this.settling.push(async () => await tokens.settle());
		const platform = new Platform(tokens, this.client);
		this.platforms.set(origin, platform);
		return platform;
	}

	/**
	 * @param appId the merchant's, for a platform's credential; the other credential is for a single account
	 * @returns the account, or why the item cannot call it
	 */
	accountOf(read: ItemCredential, appId: string): Account | Obstacle {
		if (read.type === ACCOUNT_CREDENTIAL) return this.ownAccountOf(read);
		const platform = this.platformOf(read);
		return isObstacle(platform) ? platform : platform.accountOf(appId);
	}

	/** Stores the tokens that were made in this run. */
	async settle(): Promise<void> {
		await Promise.all(this.settling.map(async (store) => await store()));
	}

	private ownAccountOf(read: ItemCredential): Account {
		const { credentials } = read;
		const appId = givenText(credentials.officialAccountAppId) || null;
		const baseUrl = readBaseUrl(credentials.apiBaseUrl);
		if (isObstacle(baseUrl)) {
			return this.remember(appId, '', baseUrl.problem, () => fixedToken(baseUrl));
		}
		if (isTokenService(credentials)) {
			const origin = tokenServiceOrigin(credentials);
			return this.remember(appId, baseUrl, origin, () => this.serviceToken(read));
		}
		const token = readToken(credentials.accessToken);
		return this.remember(appId, baseUrl, token, () => fixedToken(token || NO_TOKEN));
	}

	/** @param source identifies where its token comes from */
	private remember(
		appId: string | null,
		baseUrl: string,
		source: string,
		tokens: () => TokenSource,
	): Account {
		const key = JSON.stringify([appId, baseUrl, source]);
		const account = this.accounts.get(key) ?? new Account(appId, new Road(baseUrl), tokens());
		this.accounts.set(key, account);
		return account;
	}

	/** Only a shared credential keeps the token: the token of one item must not be stored for all. */
	private serviceToken({ credentials, isShared, readAt }: ItemCredential): TokenSource {
		const { context } = this;
		const id = isShared ? credentialIdOf(context, ACCOUNT_CREDENTIAL) : '';
		const kept = keptTokensOf(id, ACCOUNT_TOKEN, credentials, readAt);
		const access = accessTo(context, ACCOUNT_CREDENTIAL);
		kept.shared?.open(access);
		this.settling.push(async () => await kept.settle(access));
		return new RenewableToken(kept, serviceTokenRecipe(context, kept));
	}
}

export const NO_TOKEN: Obstacle = {
	category: 'authorization',
	problem: 'The access token is empty',
	hint: {
		en: "Fill in Access Token in the credential with the Official Account's authorizer_access_token. If the field contains an expression, check that this item has the field that the expression names.",
		'zh-CN':
			'请在凭证的 Access Token 中填写公众号的 authorizer_access_token。如果其中是表达式，请检查该条目是否有表达式所用的字段。',
	},
	whoActs: 'operator',
};
