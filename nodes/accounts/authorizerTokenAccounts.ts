import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import { readBaseUrl } from '../calls/baseUrl';
import { fixedToken, type TokenSource } from '../calls/caller';
import type { Context } from '../calls/transport';
import { Road } from '../calls/road';
import { accessTo, type CredentialAccess, credentialIdOf } from '../tokens/credentialStore';
import { type KeptTokens, keptTokensOf, settle } from '../tokens/keptTokens';
import { serviceTokenRecipe } from '../tokens/recipes';
import { RenewableToken } from '../tokens/renewal';
import { readToken } from '../tokens/tokenCache';
import { ACCOUNT_CREDENTIAL, ACCOUNT_TOKEN, tokenServiceOrigin } from '../tokens/tokenFields';
import { isTokenService } from '../tokens/tokenService';
import { isObstacle, type Obstacle } from '../wechat/obstacle';
import type { Language } from '../wechat/text';
import { givenText } from '../wechat/values';
import { Account } from './account';
import type { Accounts } from './accounts';
import { CredentialReader, type GetCredentials, type ItemCredential } from './credentialReader';

/** Accounts of the credential WeChat Authorizer Token API. */
export class AuthorizerTokenAccounts implements Accounts {
	private readonly byKey = new Map<string, Account>();

	private readonly opened = new Map<CredentialAccess, KeptTokens>();

	private readonly reader: CredentialReader;

	constructor(
		private readonly context: Context,
		getCredentials: GetCredentials,
		itemCount: number,
	) {
		this.reader = new CredentialReader(
			getCredentials,
			ACCOUNT_CREDENTIAL,
			'WeChat Authorizer Token API',
			itemCount,
		);
	}

	async ofItem(itemIndex: number): Promise<Account | Obstacle> {
		const read = await this.reader.ofItem(itemIndex);
		if (isObstacle(read)) return read;
		const { credentials } = read;
		const baseUrl = readBaseUrl(credentials.apiBaseUrl);
		if (isObstacle(baseUrl)) {
			return this.remember(baseUrl.problem, credentials, '', () => fixedToken(baseUrl));
		}
		if (isTokenService(credentials)) {
			return this.remember(tokenServiceOrigin(credentials), credentials, baseUrl, () =>
				this.tokenService(read),
			);
		}
		const token = readToken(credentials.accessToken);
		return this.remember(token, credentials, baseUrl, () => fixedToken(token || NO_TOKEN));
	}

	secretsOf(itemIndex: number): readonly string[] | undefined {
		return this.reader.secretsOf(itemIndex);
	}

	async languageOf(itemIndex: number): Promise<Language> {
		return await this.reader.languageOf(itemIndex);
	}

	async settle(): Promise<void> {
		await Promise.all([...this.opened].map(async ([access, kept]) => await settle(kept, access)));
	}

	/** One item's token must not be stored for all: only a shared credential keeps it. */
	private tokenService({ credentials, isShared, readAt }: ItemCredential): TokenSource {
		const { context } = this;
		const id = isShared ? credentialIdOf(context, ACCOUNT_CREDENTIAL) : '';
		const kept = keptTokensOf(id, ACCOUNT_TOKEN, credentials, readAt);
		const access = accessTo(context, ACCOUNT_CREDENTIAL);
		kept.shared?.open(access);
		this.opened.set(access, kept);
		return new RenewableToken(kept, serviceTokenRecipe(context, kept));
	}

	private remember(
		source: string,
		credentials: ICredentialDataDecryptedObject,
		baseUrl: string,
		tokens: () => TokenSource,
	): Account {
		const appId = givenText(credentials.officialAccountAppId) || null;
		const key = JSON.stringify([appId, baseUrl, source]);
		const account = this.byKey.get(key) ?? new Account(appId, new Road(baseUrl), tokens());
		this.byKey.set(key, account);
		return account;
	}
}

const NO_TOKEN: Obstacle = {
	category: 'authorization',
	problem: 'The access token is empty',
	hint: {
		en: "Fill in Access Token in the credential with the Official Account's authorizer_access_token. If it holds an expression, check that this item has the field the expression names.",
		'zh-CN':
			'请在凭证的 Access Token 中填写公众号的 authorizer_access_token。如果其中是表达式，请检查该条目是否有表达式所用的字段。',
	},
	whoActs: 'operator',
};
