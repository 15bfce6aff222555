import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import { Account } from './account';
import { CredentialReader, readBaseUrl, readToken, type GetCredentials } from './credentialReader';
import type { Obstacle } from '../WeChatMiniProgramLink/results';
import { CredentialToken, PastedToken, type TokenSource } from '../tokens/credentialToken';
import { TOKEN_SERVICE, tokenServiceOrigin } from '../tokens/tokenService';

/** Finds the Official Account of each item; items with the same one get the same object. */
export interface Accounts {
	/** @returns the account, or why the item has none */
	ofItem(itemIndex: number): Promise<Account | Obstacle>;
}

/** Accounts of the credential WeChat Authorizer Token API. */
export class AuthorizerTokenAccounts implements Accounts {
	private readonly byKey = new Map<string, Account>();

	private readonly reader: CredentialReader;

	constructor(getCredentials: GetCredentials) {
		this.reader = new CredentialReader(
			getCredentials,
			TOKEN_SERVICE.type,
			'WeChat Authorizer Token API',
		);
	}

	async ofItem(itemIndex: number): Promise<Account | Obstacle> {
		const credentials = await this.reader.ofItem(itemIndex);
		if (isObstacle(credentials)) return credentials;
		const baseUrl = readBaseUrl(credentials.apiBaseUrl);
		if (typeof baseUrl !== 'string') return baseUrl;
		return credentials.tokenSource === 'tokenService'
			? this.withTokenService(credentials, baseUrl, itemIndex)
			: this.withPastedToken(credentials, baseUrl);
	}

	private withPastedToken(
		credentials: ICredentialDataDecryptedObject,
		baseUrl: string,
	): Account | Obstacle {
		const token = readToken(credentials.accessToken);
		if (!token) {
			return {
				category: 'authorization',
				problem: 'The access token is empty',
				hint: "Fill in Access Token in the credential with the Official Account's authorizer_access_token. If it holds an expression, check that this item has the field the expression names.",
			};
		}
		return this.remember(token, credentials, baseUrl, () => new PastedToken(token));
	}

	private withTokenService(
		credentials: ICredentialDataDecryptedObject,
		baseUrl: string,
		itemIndex: number,
	): Account {
		const readAnew = async () => await this.reader.readAnew(itemIndex);
		return this.remember(
			tokenServiceOrigin(credentials),
			credentials,
			baseUrl,
			() => new CredentialToken(TOKEN_SERVICE, credentials, readAnew),
		);
	}

	private remember(
		source: string,
		credentials: ICredentialDataDecryptedObject,
		baseUrl: string,
		tokens: () => TokenSource,
	): Account {
		const appId = String(credentials.officialAccountAppId ?? '').trim() || null;
		const key = JSON.stringify([appId, baseUrl, source]);
		const account = this.byKey.get(key) ?? new Account(appId, baseUrl, tokens());
		this.byKey.set(key, account);
		return account;
	}
}

/** Whether something stands in the way, in place of what was asked for. */
export function isObstacle(value: object): value is Obstacle {
	return 'problem' in value && 'hint' in value;
}
