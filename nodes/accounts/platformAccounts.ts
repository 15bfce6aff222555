import { readAppId } from '../wechat/appId';
import { isObstacle, type Obstacle } from '../wechat/obstacle';
import type { Language } from '../wechat/text';
import type { Account } from './account';
import type { Accounts } from './accounts';
import type { Platforms } from './platform';

/** Accounts of the merchants who authorized the platform, by the parameter Official Account. */
export class PlatformAccounts implements Accounts {
	/** @param officialAccountOf the parameter's value for an item */
	constructor(
		private readonly platforms: Platforms,
		private readonly officialAccountOf: (itemIndex: number) => unknown,
	) {}

	async ofItem(itemIndex: number): Promise<Account | Obstacle> {
		const appId = readAppId(this.officialAccountOf(itemIndex), 'Official Account');
		if (typeof appId !== 'string') return appId;
		const platform = await this.platforms.ofItem(itemIndex);
		return isObstacle(platform) ? platform : platform.accountOf(appId);
	}

	secretsOf(itemIndex: number): readonly string[] | undefined {
		return this.platforms.secretsOf(itemIndex);
	}

	async languageOf(itemIndex: number): Promise<Language> {
		return await this.platforms.languageOf(itemIndex);
	}

	async settle(): Promise<void> {
		await this.platforms.settle();
	}
}
