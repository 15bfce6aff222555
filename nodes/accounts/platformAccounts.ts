import { readAppId } from '../wechat/appId';
import { Account } from './account';
import { isObstacle, type Accounts } from './accounts';
import { AuthorizerToken } from '../tokens/authorizerToken';
import type { Platforms } from './platform';
import type { Obstacle } from '../WeChatMiniProgramLink/results';

/** Accounts of the merchants who authorised the platform, by the parameter Official Account. */
export class PlatformAccounts implements Accounts {
	private readonly byKey = new Map<string, Account>();

	/** @param officialAccountOf the parameter's value for an item */
	constructor(
		private readonly platforms: Platforms,
		private readonly officialAccountOf: (itemIndex: number) => unknown,
	) {}

	async ofItem(itemIndex: number): Promise<Account | Obstacle> {
		const appId = readAppId(this.officialAccountOf(itemIndex), 'Official Account');
		if (typeof appId !== 'string') return appId;
		const platform = await this.platforms.ofItem(itemIndex);
		if (isObstacle(platform)) return platform;
		const key = JSON.stringify([platform.baseUrl, platform.appId, appId]);
		const account =
			this.byKey.get(key) ??
			new Account(appId, platform.baseUrl, new AuthorizerToken(platform, appId));
		this.byKey.set(key, account);
		return account;
	}
}
