/** Shapes shared by the parts of the sandbox. Appids are `wx` and 16 lower-case hex digits. */
import type { PlatformSettings } from './platform/platformSettings.cts';
import type { AuthorizerDetails } from './platform/platformTypes.cts';

/**
 * Whose token it is: `authorizer` = authorizer_access_token of an Official Account, `component` =
 * token of the third-party platform, `own` = token an account fetched with its own secret,
 * `miniProgram` = authorizer_access_token of a Mini Program. The link APIs take only the first.
 */
export type TokenKind = 'authorizer' | 'component' | 'own' | 'miniProgram';

/** `inGrace` = replaced but still working; `unknown` = never issued. */
export type TokenState = 'newest' | 'inGrace' | 'replaced' | 'expired' | 'unknown';

/** The addresses at which the API is served, as WeChat has api and api2. */
export type HostName = 'first' | 'second';

/** A host refuses connections, closes them at each call, never answers, or does not belong to WeChat. */
export type Outage = 'refuses' | 'resets' | 'hangs' | 'page';

/** Calls for all but `authorized` answer 61003; only account_status distinguishes the last three. */
export type AccountStatus = 'authorized' | 'none' | 'withdrawn' | 'frozen' | 'banned' | 'cancelled';

export interface AccountInput extends AuthorizerDetails {
	appId: string;
	name?: string;
	/** Company (principal); decides which Mini Programs count as "own company". */
	company?: string;
	/** Ids of the permission sets granted to the platform, default [33]. */
	permissionSets?: number[];
	status?: AccountStatus;
}

/** `store` cannot be unlinked (89012); `officialAccount` exists but is not a Mini Program (-1). */
export type MiniProgramKind = 'miniProgram' | 'store' | 'officialAccount';

export interface MiniProgramInput {
	appId: string;
	/** Original id, default `gh_` and the last 12 digits of the appid. */
	username?: string;
	nickname?: string;
	email?: string;
	/** Default: the company of whichever account links it. */
	company?: string;
	kind?: MiniProgramKind;
	/** 89013 for link and unlink. */
	banned?: boolean;
	/** 89008 for link. */
	overseas?: boolean;
	/** 89245 for link. */
	forbidsLinking?: boolean;
	/** Shown in Nearby Mini Programs: 89011 for unlink. */
	nearby?: boolean;
	/** Published, default true. */
	released?: boolean;
}

/**
 * One link as WeChat keeps it. `status`: 12 waits for the Official Account's administrator, 2 waits
 * for the Mini Program's administrator, 1 linked, 3 refused by the latter (all documented); 4 was
 * seen by a developer and never explained.
 */
export interface Relation {
	status: number;
	/** An unlink request waits for the Official Account's administrator; status stays 1 (assumed). */
	unlinkPending: boolean;
	/** The link was started in the account's console: a second one answers 89035. */
	fromConsole: boolean;
	notifyUsers: boolean;
	showProfile: boolean;
}

/** What `setRelation` takes: a status number or a named state. */
export type RelationState = number | 'none' | 'unlinkPending' | 'linkingFromConsole';

/** Which calls a behavior applies to. Every given field must match; `{}` matches every call. */
export interface Match {
	/** `appid` in the request body. */
	miniProgramAppId?: string;
	/** Appid of the owner of the token, or authorizer_appid in the request body. */
	account?: string;
	/** Path, for example `/cgi-bin/wxopen/wxamplink`. */
	path?: string;
}

/** How errmsg ends: ` rid: ..`, `rid:..` without blanks, `, rid: ..`, or the old ` hint: [..]`. */
export type TailStyle = 'rid' | 'ridNoSpace' | 'commaRid' | 'hint';

/** Undocumented forms of the list: empty, incomplete, or with invalid entries. */
export type ListForm =
	| 'noItems'
	| 'wxopensNull'
	| 'wxopensEmpty'
	| 'itemsNull'
	| 'itemsEmptyObject'
	| 'withNullItems'
	| 'withoutFirst';

/** Deviations from the ordinary answer. See the README for an example of each. */
export interface Behavior {
	/** Number of answers; omitted = no limit. */
	times?: number;
	/** Answer this errcode instead. A call with a fault of its own still gets its own errcode. */
	errcode?: number;
	/** Text before the rid, instead of the table's text for the errcode. */
	errmsg?: string;
	/** errmsg contains only the tail, as reported for 1005. */
	blankErrmsg?: boolean;
	tail?: TailStyle;
	/** `"errcode":"61003"`, seen in one posted log. */
	errcodeAsString?: boolean;
	/** Success without errcode and errmsg. */
	bareSuccess?: boolean;
	delayMs?: number;
	/** Close the connection without an answer. */
	drop?: boolean;
	/** Answer an HTML page with this HTTP status, for example 502. */
	htmlStatus?: number;
	/** The text of that page, such as the answer of a gateway or proxy. */
	page?: string;
	/** Control characters in names and texts arrive raw, not as `\\u0007`. */
	rawControls?: boolean;
	/** Only the first half of the JSON text arrives. The call takes effect. */
	truncate?: boolean;
	/** With errcode, drop or htmlStatus: the call takes effect before it fails (default false). */
	carryOut?: boolean;
	/** wxamplinkget: linked items have no appid (answers of 2018). */
	omitAppId?: boolean;
	/** wxamplinkget: every item has this status. */
	itemStatus?: number;
	/** wxamplinkget: no `wxopens` at all. */
	omitWxopens?: boolean;
	/** wxamplinkget: the list has another form; `noItems` is an empty list in the usual form. */
	listForm?: ListForm;
	/** api_get_authorizer_info: no `authorization_info`. */
	omitAuthorizationInfo?: boolean;
	/** wxamplinkget: the items include a linked service account. */
	addServiceAccount?: boolean;
}

/** null = no limit. Days and months are those of Beijing (assumed). */
export interface Limits {
	/** Per account and API: 45009. */
	callsPerDay: number | null;
	/** Per account and API, in a wall-clock minute: 45011. */
	callsPerMinute: number | null;
	/** Links and open invitations to Mini Programs of the own company: 89009, default 10. */
	sameCompanyLinks: number | null;
	/** The same for other companies: 89407, default 3. */
	otherCompanyLinks: number | null;
	/** Invitations a month to the own company: 89016. */
	sameCompanyLinksPerMonth: number | null;
	/** Invitations a month to other companies: 89017. */
	otherCompanyLinksPerMonth: number | null;
	/** Invitations a month in all: 89007, default 13. */
	linksPerMonth: number | null;
}

export interface Settings extends PlatformSettings {
	/** Every well-formed appid that was not added counts as an ordinary Mini Program (for load tests). */
	knowAllMiniPrograms: boolean;
	/** How long a token replaced by a control still works, default 0. */
	replacedTokenGraceSeconds: number;
	/** Answer of wxampunlink for a Mini Program that is not linked (assumed: 40097). */
	unlinkNotLinkedErrcode: number;
	/**
	 * Status of an invitation that the Official Account's administrator refused, for example 3; null =
	 * it disappears (assumed, default).
	 */
	officialAccountRefusalStatus: number | null;
}

export interface TokenOptions {
	/** Default 7200 (documented). */
	lifetimeSeconds?: number;
	/** An exact token text; default random. */
	value?: string;
	/** Default `authorizer`. */
	kind?: TokenKind;
}

export interface TokenServiceSettings {
	/** If set, calls without it get HTTP 401. */
	secretHeader: { name: string; value: string } | null;
	key: 'authorizer_access_token' | 'access_token' | 'token';
	/** Answer as `{ code: 0, data: { .. } }`, as Tencent's own server for platforms does. */
	inData: boolean;
	/**
	 * Keep a token for its lifetime, whatever WeChat does with it meanwhile; a
	 * request with `Cache-Control: no-cache` gets a new one.
	 */
	caches: boolean;
	/** Answer a request with `Cache-Control: no-cache` with HTTP 503. */
	failsNoCache: boolean;
	/** Give this answer to every request. */
	answer: { status: number; text: string } | null;
	/** true: every call makes a new token, which replaces the former one. */
	mint: boolean;
	/** Lifetime of tokens made here. */
	lifetimeSeconds: number;
	delayMs: number;
	failure: 'http500' | 'notJson' | 'noToken' | 'redirect' | 'noAnswer' | null;
	/** Answer a request without an appid with the accounts that authorized a platform. */
	offersList: boolean;
	/** Include authorizer_appid in the answer. */
	namesAccount: boolean;
	/** Always give this account's token. */
	tokenOf: string | null;
	/** Always give this text as the token. */
	fixedToken: string | null;
	/** Give a new token of this wrong kind at each call. */
	wrongKind: Exclude<TokenKind, 'authorizer'> | null;
	omitExpiresIn: boolean;
}

export interface CallRecord {
	/** Number of the call since the start or the last reset, from 1. */
	sequence: number;
	/** Milliseconds since 1970 on the sandbox's clock. */
	at: number;
	method: string;
	/** The host that was called; the field is absent for the first. */
	host?: 'second';
	/** Without the query. */
	path: string;
	/** Owner of the token (account or platform), null when the token is unknown. */
	account: string | null;
	miniProgramAppId: string | null;
	/** authorizer_appid in the request body; the field is absent without one. */
	authorizer?: string;
	/** Parsed JSON, or the raw text when it is not JSON. Secrets are replaced by fingerprints. */
	body: unknown;
	contentType: string | null;
	/** First 12 hex digits of the token's SHA-256, null without a token. */
	tokenFingerprint: string | null;
	/** What was answered. */
	errcode: number | 'dropped' | 'notJson' | 'truncated';
	/** Whether the API ran and succeeded, regardless of the answer. */
	carriedOut: boolean;
}

export interface CallFilter {
	path?: string;
	/** Owner of the token or authorizer_appid. */
	account?: string;
	miniProgramAppId?: string;
	errcode?: CallRecord['errcode'];
	/** Only calls with a greater sequence number. */
	afterSequence?: number;
}

export interface Stats {
	calls: number;
	/** Unknown paths are counted together under `unknown`. */
	byPath: Record<string, number>;
	/** Keys are errcodes, `dropped`, `notJson` and `truncated`. */
	byErrcode: Record<string, number>;
	inFlight: number;
	/** The largest number of simultaneous calls since the start or the last reset. */
	maxInFlight: number;
	tokenServiceCalls: number;
}
