/** One row of the merchants' list. */
export interface Merchant {
	[field: string]: string;
	merchant: string;
	officialAccountAppId: string;
	miniProgramAppId: string;
	token: string;
}

/** The beginning of the appids of all Official Accounts, after `wx`. */
export const ACCOUNT_PREFIX = 'a';

/** Appid of the nth Official Account. */
export const accountOf = (n: number): string =>
	`wx${ACCOUNT_PREFIX}${n.toString(16).padStart(15, '0')}`;

/** Token of the nth Official Account. */
export const tokenOf = (n: number): string => `61_bench-token-of-account-${n}`;

/** A list with a different Mini Program in each row, spread over this many Official Accounts. */
export function merchants(count: number, accounts: number): Merchant[] {
	return Array.from({ length: count }, (_, n) => ({
		merchant: `Merchant ${n}`,
		officialAccountAppId: accountOf(n % accounts),
		miniProgramAppId: `wxb${n.toString(16).padStart(15, '0')}`,
		token: tokenOf(n % accounts),
	}));
}
