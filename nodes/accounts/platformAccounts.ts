import { readAppId } from '../wechat/appId';
import { isObstacle, type Obstacle } from '../wechat/obstacle';
import { Account } from './account';
import type { Accounts } from './accounts';
import type { Platform, Platforms } from './platform';

/** Accounts of the merchants who authorised the platform, by the parameter Official Account. */
export class PlatformAccounts implements Accounts {
	private readonly byPlatform = new Map<Platform, Map<string, Account>>();

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
		const accounts = this.byPlatform.get(platform) ?? new Map<string, Account>();
		this.byPlatform.set(platform, accounts);
		const account =
			accounts.get(appId) ??
			new Account(appId, platform.baseUrl, platform.tokens.ofAuthorizer(appId));
		accounts.set(appId, account);
		return account;
	}

	secretsOf(itemIndex: number): readonly string[] | undefined {
		return this.platforms.secretsOf(itemIndex);
	}

	async settle(): Promise<void> {
		await this.platforms.settle();
	}
}
