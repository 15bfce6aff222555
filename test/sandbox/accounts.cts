import type { AccountInput, AccountStatus, MiniProgramInput, MiniProgramKind } from './types.cts';

/** The permission set of the link APIs (documented). */
export const LINK_PERMISSION_SET = 33;

const APP_ID = /^wx[0-9a-f]{16}$/;

/** `wx` and 16 lower-case hex digits (the form is reported by developers, not documented). */
export function isAppId(text: string): boolean {
	return APP_ID.test(text);
}

interface CallCounter {
	minute: number;
	callsThisMinute: number;
	day: number;
	callsToday: number;
}

interface MonthCounter {
	month: number;
	sameCompany: number;
	otherCompany: number;
}

/** An Official Account and what WeChat counts for it. */
export interface Account {
	readonly appId: string;
	readonly name: string;
	readonly company: string;
	readonly permissionSets: Set<number>;
	status: AccountStatus;
	/** Calls by API path. */
	readonly callCounters: Map<string, CallCounter>;
	/** Accepted invitations of one month. */
	invitations: MonthCounter;
}

export interface MiniProgram {
	readonly appId: string;
	readonly username: string;
	readonly nickname: string;
	readonly email: string;
	/** null = the company of whichever account links it. */
	readonly company: string | null;
	readonly kind: MiniProgramKind;
	readonly banned: boolean;
	readonly overseas: boolean;
	readonly forbidsLinking: boolean;
	readonly nearby: boolean;
	readonly released: boolean;
}

export function newAccount(input: AccountInput): Account {
	return {
		appId: input.appId,
		name: input.name ?? `Account ${input.appId.slice(-4)}`,
		company: input.company ?? 'Sandbox Company',
		permissionSets: new Set(input.permissionSets ?? [LINK_PERMISSION_SET]),
		status: input.status ?? 'authorized',
		callCounters: new Map(),
		invitations: { month: 0, sameCompany: 0, otherCompany: 0 },
	};
}

export function newMiniProgram(input: MiniProgramInput): MiniProgram {
	const tail = input.appId.slice(-12);
	return {
		appId: input.appId,
		username: input.username ?? `gh_${tail}`,
		nickname: input.nickname ?? `小程序 ${tail.slice(-4)}`,
		email: input.email ?? `mp-${tail}@example.com`,
		company: input.company ?? null,
		kind: input.kind ?? 'miniProgram',
		banned: input.banned ?? false,
		overseas: input.overseas ?? false,
		forbidsLinking: input.forbidsLinking ?? false,
		nearby: input.nearby ?? false,
		released: input.released ?? true,
	};
}
