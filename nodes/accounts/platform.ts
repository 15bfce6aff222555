import { unsent, type Answer, type Client } from '../calls/client';
import {
	askAuthorizer,
	type AskPlatform,
	type AuthorizerInfo,
	knownKindOf,
	notedAuthorizationOf,
} from '../tokens/authorizerInfo';
import type { PlatformTokens } from '../tokens/platformTokens';
import type { AccountKind } from '../wechat/accountKind';
import { isObstacle, type Obstacle } from '../wechat/obstacle';
import { Account } from './account';
import {
	listAuthorizers,
	type AuthorizerList,
	type AuthorizerLister,
	type ListedAuthorizer,
} from './authorizerList';
import { completeAuthorization, type Completed } from './completion';

/** The third-party platform as a run calls it, with its own token. */
export class Platform implements AuthorizerLister {
	private readonly accounts = new Map<string, Account>();

	/** Calls an API of the platform; component_appid is added to the body. */
	readonly call: AskPlatform;

	constructor(
		readonly tokens: PlatformTokens,
		client: Client,
	) {
		this.call = tokens.callingWith(client);
	}

	/** The platform's appid. */
	get appId(): string {
		return this.tokens.appId;
	}

	/** API Base URL, without a trailing slash. */
	get baseUrl(): string {
		return this.tokens.road.baseUrl;
	}

	/** Whether the credential lets a workflow have merchants' tokens. */
	get allowsTokenOutput(): boolean {
		return this.tokens.credentials.allowTokenOutput === true;
	}

	/**
	 * Its accounts: those that WeChat lists, or that the token service offers, which gives all at once.
	 *
	 * @param limit number of accounts that will do
	 * @param offset entries of WeChat's list to pass over
	 */
	async listAccounts(limit: number, offset = 0): Promise<AuthorizerList> {
		if (!this.tokens.isService) return await listAuthorizers(this, limit, offset);
		const listed = await this.tokens.listOfService();
		return isObstacle(listed)
			? { answer: unsent(listed), authorizers: [], isWhole: false, next: undefined }
			: {
					answer: LISTED,
					authorizers: listed.slice(0, limit),
					isWhole: listed.length <= limit,
					next: undefined,
				};
	}

	/** What an account of the list is called; asks WeChat where the list does not say. */
	async nameOf({ appId, name }: ListedAuthorizer): Promise<string | null> {
		if (name !== undefined) return name;
		return (await this.infoOf(appId)).name;
	}

	/** What WeChat tells of an account, which takes a call. */
	async infoOf(appId: string): Promise<AuthorizerInfo> {
		return await askAuthorizer(this.tokens.kept, this.call, appId);
	}

	/**
	 * Exchanges the code that a merchant's browser has brought back.
	 *
	 * @param within milliseconds to wait for that
	 */
	async complete(code: string, within: number): Promise<Completed | Obstacle> {
		return await completeAuthorization(this.tokens, code, within);
	}

	/** The kind of an account, as far as this process knows it; WeChat's list has no kinds. */
	kindOf(appId: string): AccountKind | undefined {
		return knownKindOf(this.tokens.kept, appId);
	}

	/** When a merchant last authorized the platform, as far as this process knows by a push; else 0. */
	notedAuthorizationOf(appId: string): number {
		return notedAuthorizationOf(this.tokens.kept, appId);
	}

	/** A merchant's account, the same for all items of the run. */
	accountOf(appId: string): Account {
		const { road } = this.tokens;
		const account =
			this.accounts.get(appId) ?? new Account(appId, road, this.tokens.ofAuthorizer(appId));
		this.accounts.set(appId, account);
		return account;
	}
}

/** What stands in place of WeChat's answer where a token service has given the list. */
const LISTED: Answer = {
	errcode: 0,
	errmsg: 'ok',
	rid: null,
	payload: {},
	attempts: 0,
	mayHaveArrived: false,
};
