import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import type { LinkApi } from '../wechat/errcodes';
import type { Reply } from '../wechat/reply';
import type { Answer } from './client';
import type { Obstacle, Result } from './results';
import { PastedToken, TokenServiceToken, type TokenSource } from './tokens';
import { tokenServiceOrigin } from './tokenService';

/** What stops calls of an account to one API for a while. */
interface Hold {
	/** Milliseconds since 1970 until which calls wait. */
	until: number;
	/** WeChat's answer that the calls of the day are used up. */
	dailyLimit?: Reply;
}

/** One Official Account as a run calls it, with everything that its items share. */
export class Account {
	/** The one list call of the account in this run. */
	links: Promise<Answer> | undefined;

	/** Results by Mini Program: one that stands in the input twice is sent once. */
	readonly results = new Map<string, Promise<Result>>();

	private readonly holds = new Map<LinkApi, Hold>();

	constructor(
		readonly appId: string | null,
		readonly baseUrl: string,
		readonly tokens: TokenSource,
	) {}

	holdOf(api: LinkApi): Hold {
		const hold = this.holds.get(api) ?? { until: 0 };
		this.holds.set(api, hold);
		return hold;
	}
}

const TYPE = 'weChatAuthorizerTokenApi';

/** Finds the account of each item; items with the same account get the same object. */
export class Accounts {
	private readonly byKey = new Map<string, Account>();

	private first: Promise<ICredentialDataDecryptedObject> | undefined;

	/** @param getCredentials n8n's, which resolves expressions with the item */
	constructor(
		private readonly getCredentials: (
			type: string,
			itemIndex: number,
		) => Promise<ICredentialDataDecryptedObject>,
	) {}

	/** @returns the account, or why the item's credential cannot be used */
	async ofItem(itemIndex: number): Promise<Account | Obstacle> {
		let credentials: ICredentialDataDecryptedObject;
		try {
			credentials = await this.credentialsOf(itemIndex);
		} catch (error) {
			const reason = error instanceof Error ? error.message : String(error);
			return {
				category: 'authorization',
				problem: `The credential could not be read: ${reason}`,
				hint: 'Open the node and choose the credential WeChat Authorizer Token API again; it may have been deleted, or an expression in it found nothing for this item.',
			};
		}
		const baseUrl = readBaseUrl(credentials.apiBaseUrl);
		if (typeof baseUrl !== 'string') return baseUrl;
		return credentials.tokenSource === 'tokenService'
			? this.withTokenService(credentials, baseUrl, itemIndex)
			: this.withPastedToken(credentials, baseUrl);
	}

	/** Reading a credential costs n8n a look into its database, so it is done once if it can be. */
	private async credentialsOf(itemIndex: number): Promise<ICredentialDataDecryptedObject> {
		const read = async () => await this.getCredentials(TYPE, itemIndex);
		this.first ??= read();
		try {
			const first = await this.first;
			if (first.differsByItem === false) return first;
		} catch {
			// What the first item's expression cannot resolve, this one's may.
		}
		return await read();
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
		return this.remember(
			tokenServiceOrigin(credentials),
			credentials,
			baseUrl,
			() =>
				new TokenServiceToken(
					TYPE,
					credentials,
					async () => await this.getCredentials(TYPE, itemIndex),
				),
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

/** Tokens hold no white space; a paste from a console or a mail may. */
export function readToken(value: unknown): string {
	return typeof value === 'string' ? value.replace(/\s+/g, '') : '';
}

/** Reads the address of WeChat's entry host, without spaces and trailing slashes. */
export function readBaseUrl(value: unknown): string | Obstacle {
	const url = String(value ?? '')
		.trim()
		.replace(/\/+$/, '');
	return /^https?:\/\/[^\s/?#]+[^\s?#]*$/i.test(url)
		? url
		: {
				category: 'invalidRequest',
				problem: 'The API Base URL is not a URL',
				hint: 'Fill in API Base URL in the credential; it starts with https:// and is normally https://api.weixin.qq.com.',
			};
}
