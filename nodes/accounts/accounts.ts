import type { Obstacle } from '../wechat/obstacle';
import type { Language } from '../wechat/text';
import type { Account } from './account';

/** Finds the Official Account of each item; items with the same one get the same object. */
export interface Accounts {
	/** @returns the account, or why the item has none */
	ofItem(itemIndex: number): Promise<Account | Obstacle>;
	/** The secrets of the item's credential, undefined where it was not read. */
	secretsOf(itemIndex: number): readonly string[] | undefined;
	/** The language of hints that the item's credential says; English where it cannot be read. */
	languageOf(itemIndex: number): Promise<Language>;
	/** Stores the tokens that were made in this run. */
	settle(): Promise<void>;
}
