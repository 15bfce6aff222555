import { limitConcurrency, unlessStopped } from '../calls/waiting';
import { unsent, type Answer, type Client } from '../calls/client';
import { exchangeReturnedCode, type Grant } from '../tokens/authorizationCodes';
import {
	askAuthorizer,
	type AskPlatform,
	type AuthorizerInfo,
	knownKindOf,
	notedAuthorizationOf,
} from '../tokens/authorizerInfo';
import { isCodeKept, isLost, UNKNOWN_CODE } from '../tokens/keptCodes';
import type { PlatformTokens } from '../tokens/platformTokens';
import { isOtherKind, type AccountKind } from '../wechat/accountKind';
import { isObstacle, type Obstacle } from '../wechat/obstacle';
import { join } from '../wechat/text';
import { Account } from './account';
import {
	listAuthorizers,
	nameWithId,
	type AuthorizerList,
	type ListedAuthorizer,
} from './authorizerList';
import { CODE_IS_KEPT } from './grantFields';

/** Number of accounts whose names are read at the same time: each name takes one call. */
const NAMES_AT_ONCE = 10;

/** The third-party platform as a run calls it, with its own token. */
export class Platform {
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

	/** Whether the credential allows a workflow to get merchants' tokens. */
	get allowsTokenOutput(): boolean {
		return this.tokens.credentials.allowTokenOutput === true;
	}

	/**
	 * The platform's accounts, from WeChat's list or the token service's, which comes as a whole.
	 *
	 * @param limit maximum number of accounts to return
	 * @param offset number of entries of WeChat's list to skip
	 */
	async listAccounts(limit: number, offset = 0): Promise<AuthorizerList> {
		if (!this.tokens.isService) return await listAuthorizers(this.call, limit, offset);
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

	/**
	 * The accounts that a person can choose in the editor, by name. Accounts of another kind are left out if their
	 * kind is known; reading a name also returns the kind.
	 *
	 * @param most maximum number of names to read; the other accounts are listed by appid
	 */
	async choicesOf(
		listed: readonly ListedAuthorizer[],
		most = Infinity,
	): Promise<Array<{ name: string; value: string }>> {
		const limit = limitConcurrency(NAMES_AT_ONCE);
		const canBeChosen = ({ appId }: ListedAuthorizer) => !isOtherKind(this.kindOf(appId));
		const named = await Promise.all(
			listed.filter(canBeChosen).map(async (one, index) => {
				const name = index < most ? await limit(async () => await this.nameOf(one)) : one.name;
				return { ...one, name };
			}),
		);
		return named.filter(canBeChosen).map(({ appId, name }) => ({
			name: nameWithId({ appId, name }),
			value: appId,
		}));
	}

	/** The name of a listed account; asks WeChat if the list does not contain it. */
	private async nameOf({ appId, name }: ListedAuthorizer): Promise<string | null> {
		if (name !== undefined) return name;
		return (await this.infoOf(appId)).name;
	}

	/** Asks WeChat about an account. */
	async infoOf(appId: string): Promise<AuthorizerInfo> {
		return await askAuthorizer(this.tokens.kept, this.call, appId);
	}

	/**
	 * Exchanges the code that a merchant's browser has brought back, unless the push with the same code arrived
	 * first, and asks for the account's kind.
	 *
	 * @param within milliseconds to wait for both; unfinished work then continues
	 * @returns what WeChat answered in time: which account authorized the platform, and for what
	 */
	async complete(
		code: string,
		within: number,
	): Promise<Pick<Grant, 'appId' | 'accountKind' | 'permissionSets'> | Obstacle> {
		const { kept, asking } = this.tokens;
		const until = AbortSignal.timeout(within);
		const grant = await unlessStopped(exchangeReturnedCode(kept, asking(), code), until);
		if (!grant || isObstacle(grant)) {
			return withWayOut(grant ?? UNDER_WAY, isCodeKept(kept.latest, code));
		}
		const { appId, permissionSets, accountKind = this.kindOf(appId) } = grant;
		if (accountKind) return { appId, permissionSets, accountKind };
		const ask = asking(() => until.aborted);
		const info = await unlessStopped(askAuthorizer(kept, ask, appId), until);
		return { appId, permissionSets, accountKind: info?.authorizer?.accountKind };
	}

	/** The kind of an account, if this process knows it: WeChat's list contains no kinds. */
	kindOf(appId: string): AccountKind | undefined {
		return knownKindOf(this.tokens.kept, appId);
	}

	/** When this process last noted an authorization of the account: milliseconds since 1970, 0 if never. */
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

/** Used instead of WeChat's answer if a token service returned the list. */
const LISTED: Answer = {
	errcode: 0,
	errmsg: 'ok',
	rid: null,
	payload: {},
	attempts: 0,
	mayHaveArrived: false,
};

function withWayOut(obstacle: Obstacle, isKept: boolean): Obstacle {
	if (obstacle.errcode === UNKNOWN_CODE) return { ...obstacle, ...WRONG };
	if (isLost(obstacle) || !isKept) return obstacle;
	return { ...obstacle, hint: join(obstacle.hint, CODE_IS_KEPT) };
}

const WRONG: Pick<Obstacle, 'problem' | 'hint'> = {
	problem: 'WeChat does not know the authorization code',
	hint: {
		en: "Check the code: it has to be the whole auth_code from this platform's own authorization link. WeChat accepts neither a pre-auth code nor the code of another platform.",
		'zh-CN':
			'请检查授权码：它必须是本平台授权链接返回的完整 auth_code。预授权码和其他平台的授权码都无法使用。',
	},
};

const UNDER_WAY: Obstacle = {
	category: 'retryLater',
	problem: 'WeChat did not exchange the authorization code in time',
	hint: {
		en: 'The exchange continues. Run the item again in a minute to see the result.',
		'zh-CN': '换取仍在继续。请一分钟后重新运行该条目以查看结果。',
	},
	whoActs: 'operator',
};
