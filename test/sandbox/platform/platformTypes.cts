import type { PushRecord } from '../pushes/pushTypes.cts';
import type { AccountStatus } from '../types.cts';

/**
 * The console's 开发资料. It has two copies: one for tests, which acts for the accounts
 * of the test list, and the published one, which acts for all others.
 */
export interface Materials {
	/** Token for the signatures of pushes. */
	messageToken: string;
	/** 43 characters of A-Z a-z 0-9; their base64 value is the 32-byte key of pushes. */
	encodingAesKey: string;
	/** URL of pushes (http or https); null = none yet. */
	eventUrl: string | null;
	/** URL of followers' messages, with `/$APPID$` in its path; null = none yet. */
	messageUrl: string | null;
	/** Domain on which an authorization starts and ends, null = not checked. */
	redirectDomain: string | null;
}

/**
 * The values in the console of a third-party platform. Omitted secrets are random, omitted addresses null.
 * The values of 开发资料 are those of both copies.
 */
export interface PlatformInput extends Partial<Materials> {
	appId: string;
	appSecret?: string;
	/** Permission sets offered to merchants, default [1, 33]. A change applies at once. */
	permissionSets?: number[];
	/** Allowed caller IPs, single or ending in `*`; null or omitted = all. A change applies at once. */
	ipWhitelist?: string[] | null;
	/** Original IDs of the accounts that the test copy acts for, at most 10. A change applies at once. */
	testAccounts?: string[];
	/** Published network-wide, default true. If not, only accounts of the test list can authorize. */
	published?: boolean;
	/** WeChat pushes no tickets until api_start_push_ticket, default false. */
	pushingStopped?: boolean;
}

/** A platform with every value filled in; those of 开发资料 are the published ones. */
export type PlatformConsole = Required<PlatformInput> & { test: Materials };

/** WeChat's shops work with promoters (talent) and suppliers. */
export type AuthorizerKind =
	| 'officialAccount'
	| 'miniProgram'
	| 'shop'
	| 'channels'
	| 'talent'
	| 'supplier';

/** What WeChat knows about an authorizer besides its name; each value has a default. */
export interface AuthorizerDetails {
	/** Default `officialAccount`. The link APIs refuse tokens of other kinds. */
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
	/** The authorization code has been exchanged, so the refresh token is visible. Default: unless `none`. */
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
	/** Default: a different company for each. */
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
	/** Default: all that the platform offers. */
	permissionSets?: number[];
	/** The pre_auth_code to use; default a new one. */
	viaCode?: string;
	/** Default: the platform the account belongs to. */
	platform?: string;
}

/** The result of an authorization. */
export interface AuthorizationResult {
	infoType: 'authorized' | 'updateauthorized';
	authorizationCode: string;
	/** Unix time. */
	expiredTime: number;
	push: PushRecord;
}

/** The result of a registration. */
export interface RegistrationResult {
	authorizationCode: string;
	push: PushRecord;
}

export interface ApiLimit {
	/** 45009 after this many calls in a day, null = no limit. */
	callsPerDay?: number | null;
	/** 45011 after this many calls in a wall-clock minute. */
	callsPerMinute?: number | null;
}

/** Cheap counters since the start or the last reset. */
export interface Counters {
	byPath: Record<string, number>;
	/** By appid (authorizer_appid of the body, otherwise owner of the token), then by path. */
	byAccount: Record<string, Record<string, number>>;
	/** Tokens that the APIs issued, by platform, without those of `mintAside`. */
	componentTokens: Record<string, number>;
	/** The same by account. */
	authorizerTokens: Record<string, number>;
}
