import { randomText } from '../randomText.cts';
import type { FollowerMessage } from '../pushes/pushTypes.cts';
import type { AuthorizerKind } from './platformTypes.cts';
import type {
	AccountInput,
	AccountStatus,
	MiniProgramInput,
	MiniProgramKind,
	TokenKind,
} from '../types.cts';

/** The permission set of the link APIs (documented). */
export const LINK_PERMISSION_SET = 33;

/** The permission set of followers' messages: they go to the platform of an account that granted it. */
export const MESSAGE_PERMISSION_SET = 1;

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

/** An account or a platform, for which WeChat counts calls. */
export interface Counted {
	/** Calls by API path. */
	readonly callCounters: Map<string, CallCounter>;
	/** How often the counters were cleared in one month. */
	clearings: { month: number; count: number };
}

interface MonthCounter {
	month: number;
	sameCompany: number;
	otherCompany: number;
}

/** The account's side of its authorization. Times are milliseconds since 1970. */
export interface Authorization {
	refreshToken: string;
	/** Until then, nobody has received the refresh token. */
	exchanged: boolean;
	/** Earlier refresh tokens. */
	readonly former: Array<{ readonly value: string; validUntil: number }>;
	authorizedAt: number;
}

/** An authorizer (Official Account or Mini Program) and WeChat's counters for it. */
export interface Account extends Counted {
	readonly appId: string;
	readonly name: string;
	readonly company: string;
	readonly permissionSets: Set<number>;
	status: AccountStatus;
	readonly kind: AuthorizerKind;
	readonly serviceType: number;
	readonly verifyType: number;
	/** null = according to the status. */
	readonly accountStatus: number | null;
	readonly username: string;
	readonly alias: string;
	readonly signature: string;
	/** null = the first platform. */
	platformAppId: string | null;
	readonly authorization: Authorization;
	/** Accepted invitations of one month. */
	invitations: MonthCounter;
	/** The last messages of followers, newest first. */
	readonly messages: FollowerMessage[];
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

/** The link APIs accept only an Official Account's authorizer tokens. */
export function authorizerTokenKind({ kind }: Account): TokenKind {
	return kind === 'officialAccount' ? 'authorizer' : 'miniProgram';
}

export function newRefreshToken(): string {
	return `refreshtoken@@@${randomText(43)}`;
}

/** @param now milliseconds since 1970 */
export function newAccount(input: AccountInput, now: number): Account {
	const kind = input.kind ?? 'officialAccount';
	const status = input.status ?? 'authorized';
	return {
		appId: input.appId,
		name: input.name ?? `Account ${input.appId.slice(-4)}`,
		company: input.company ?? 'Sandbox Company',
		permissionSets: new Set(input.permissionSets ?? [LINK_PERMISSION_SET]),
		status,
		kind,
		serviceType: input.serviceType ?? (kind === 'officialAccount' ? 2 : 0),
		verifyType: input.verifyType ?? 0,
		accountStatus: input.accountStatus ?? null,
		username: input.username ?? `gh_${input.appId.slice(-12)}`,
		alias: input.alias ?? '',
		signature: input.signature ?? '',
		platformAppId: input.platform ?? null,
		authorization: {
			refreshToken: input.refreshToken ?? newRefreshToken(),
			exchanged: input.exchanged ?? status !== 'none',
			former: [],
			authorizedAt: input.authTime === undefined ? now : input.authTime * 1000,
		},
		callCounters: new Map(),
		clearings: { month: 0, count: 0 },
		invitations: { month: 0, sameCompany: 0, otherCompany: 0 },
		messages: [],
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
