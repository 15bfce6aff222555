import type { PushRecord } from '../pushes/pushTypes.cts';
import type { AccountStatus } from '../types.cts';

/**
 * What the console calls 开发资料. There are two copies of it: one for tests, which acts for the accounts
 * of the test list, and the published one, which acts for all others.
 */
export interface Materials {
	/** Token for the signatures of pushes. */
	messageToken: string;
	/** 43 characters of A-Z a-z 0-9; their base64 value is the 32-byte key of pushes. */
	encodingAesKey: string;
	/** Where pushes go (http or https); null = nowhere yet. */
	eventUrl: string | null;
	/** Where messages of followers go, with `/$APPID$` in its path; null = nowhere yet. */
	messageUrl: string | null;
	/** Domain the authorization starts and ends on, null = not checked. */
	redirectDomain: string | null;
}

/**
 * What the console of a third-party platform holds. Omitted secrets are random, omitted addresses null.
 * The values of 开发资料 stand in both copies.
 */
export interface PlatformInput extends Partial<Materials> {
	appId: string;
	appSecret?: string;
	/** Permission sets a merchant is offered, default [1, 33]. A change acts at once. */
	permissionSets?: number[];
	/** Allowed caller IPs, single or ending in `*`; null or omitted = all. A change acts at once. */
	ipWhitelist?: string[] | null;
	/** Original ids of the accounts that the test copy acts for, at most 10. A change acts at once. */
	testAccounts?: string[];
	/** Published network-wide, default true. If not, only accounts of the test list can authorize. */
	published?: boolean;
	/** WeChat pushes no tickets until api_start_push_ticket, default false. */
	pushingStopped?: boolean;
}

/** A platform with every value filled in; those of 开发资料 are the published ones. */
export type PlatformConsole = Required<PlatformInput> & { test: Materials };

/** A promoter (talent) and a supplier are what WeChat's shops work with. */
export type AuthorizerKind =
	| 'officialAccount'
	| 'miniProgram'
	| 'shop'
	| 'channels'
	| 'talent'
	| 'supplier';

/** What WeChat knows about an authorizer beside its name; all of it has a default. */
export interface AuthorizerDetails {
	/** Default `officialAccount`. Tokens of other kinds do not fit the link APIs. */
	kind?: AuthorizerKind;
	/** service_type_info.id, default 2 (service account), 0 for another kind. */
	serviceType?: number;
	/** verify_type_info.id, default 0 (verified). */
	verifyType?: number;
	/** account_status, default 1 (normal), or what `status` says. */
	accountStatus?: number;
	/** Original id, default `gh_` and the last 12 digits of the appid. */
	username?: string;
	/** WeChat id, may be empty. */
	alias?: string;
	signature?: string;
	/** The authorization code was exchanged, so the refresh token shows. Default: unless `none`. */
	exchanged?: boolean;
	/** An exact refresh token; default random. */
	refreshToken?: string;
	/** Platform that the account authorized (or will); default: the first that was added. */
	platform?: string;
	/** Unix time of the authorization, default now. */
	authTime?: number;
}

/** Accounts in bulk: appids are `wx`, prefix and a counter, in hex. */
export interface BulkAccounts {
	/** Up to 10 hex digits, default `ac`. */
	prefix?: string;
	/** First value of the counter, default 0. */
	from?: number;
	/** Names are this and the counter from 1, default `商户`. */
	namePrefix?: string;
	/** Default: a company of its own for each. */
	company?: string;
	permissionSets?: number[];
	status?: AccountStatus;
	kind?: AuthorizerKind;
	/** Default: 2, 2, 0, 2, 2, 0, .. */
	serviceType?: number;
	/** Default: every fifth is -1 (not verified), the others 0. */
	verifyType?: number;
	accountStatus?: number;
	exchanged?: boolean;
	platform?: string;
}

/** What a merchant agrees to. */
export interface AuthorizeInput {
	account: string;
	/** Default: all the platform offers. */
	permissionSets?: number[];
	/** The pre_auth_code it goes through; default one of its own. */
	viaCode?: string;
	/** Default: the platform the account belongs to. */
	platform?: string;
}

/** What came of an authorization. */
export interface AuthorizationResult {
	infoType: 'authorized' | 'updateauthorized';
	authorizationCode: string;
	/** Unix time. */
	expiredTime: number;
	push: PushRecord;
}

/** What came of a registration. */
export interface RegistrationResult {
	authorizationCode: string;
	push: PushRecord;
}

export interface ApiLimit {
	/** 45009 after so many calls of a day, null = no limit. */
	callsPerDay?: number | null;
	/** 45011 after so many calls of a wall-clock minute. */
	callsPerMinute?: number | null;
}

/** Cheap counters since the start or the last reset. */
export interface Counters {
	byPath: Record<string, number>;
	/** By appid (authorizer_appid of the body, else owner of the token), then by path. */
	byAccount: Record<string, Record<string, number>>;
	/** Tokens the APIs handed out, by platform; those minted aside do not count. */
	componentTokens: Record<string, number>;
	/** The same by account. */
	authorizerTokens: Record<string, number>;
}
