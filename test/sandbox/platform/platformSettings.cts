/** Settings of a platform's tokens and pushes; part of those that `configure` changes. */
export interface PlatformSettings {
	/** How long a component token works once a newer one exists, default 0 (according to WeChat's staff). */
	componentTokenGraceSeconds: number;
	/** The same for tokens of api_query_auth and api_authorizer_token, default 300 (assumed). */
	authorizerTokenGraceSeconds: number;
	/** The same for refresh tokens, default 300 (staff). */
	refreshTokenGraceSeconds: number;
	/** Default 7200 (documented). */
	componentTokenLifetimeSeconds: number;
	/** Default 7200 (documented). */
	authorizerTokenLifetimeSeconds: number;
	/** Default 43200 = 12 h (documented). */
	ticketLifetimeSeconds: number;
	/** Default 600 (the documented sample; the text says 1800). */
	preAuthCodeLifetimeSeconds: number;
	/** Default 3600 (seen; the documented sample has 600). */
	authorizationCodeLifetimeSeconds: number;
	/**
	 * AuthorizationCodeExpiredTime in pushes is a number of seconds, as the page says; default false: a
	 * Unix time, as developers saw.
	 */
	codeExpiryInSeconds: boolean;
	/** Answer of api_component_token to a wrong secret: 40125, or 61006 or 40001 as some claim. */
	wrongSecretErrcode: number;
	/** A refresh also changes the refresh token, default false (not documented). */
	refreshTokenRotates: boolean;
	/** Changed permission sets leave the refresh token as it is, default false. */
	updateKeepsRefreshToken: boolean;
	/** How the list shows a refresh token before the code has been exchanged, default empty. */
	unexchangedRefreshToken: 'empty' | 'missing';
	/** The list still has accounts that withdrew, which developers saw for hours; default false. */
	listShowsWithdrawn: boolean;
	/** Order of the list by authorization (not documented), default false. */
	listNewestFirst: boolean;
	/** The list has total_count, default true (documented). */
	listTellsTotal: boolean;
	/**
	 * Pages with fewer entries than requested although more follow, default none (never reported):
	 * `fewer` has one row less and continues without a gap; `leftOut` never shows every 100th account,
	 * which still counts for offset, count and total_count.
	 */
	listShortPages: 'none' | 'fewer' | 'leftOut';
	/** The list ignores the offset and begins with the first account, default false. */
	listIgnoresOffset: boolean;
	/** func_info also has confirm_info, which SDKs use; default false. */
	confirmInfo: boolean;
	/** The authorization page requires a Referer of the redirect domain, default true (reported). */
	requireReferer: boolean;
	/** Real seconds between pushes of tickets, 0 = no scheduled pushes (default; WeChat: 600). */
	ticketIntervalSeconds: number;
	/** The former ticket is pushed again, as in an outage; default false. */
	repeatTicket: boolean;
	/** Default 5000 (reported). */
	pushTimeoutMs: number;
	/** Default 3 (assumed). */
	pushTries: number;
	/** Pause between tries, default 100 (unknown). */
	pushRetryDelayMs: number;
	/** Milliseconds from an authorization to its push, or `drop` for none at all; default 0. */
	delayAuthorizationPush: number | 'drop';
	/** Which values of a push are in CDATA, default `texts`. */
	pushCdata: 'texts' | 'all' | 'none';
	/** Times in pushes are those of the system clock, not of `advanceClock`; default false. */
	pushesUseSystemClock: boolean;
}

export const defaultPlatformSettings: PlatformSettings = {
	componentTokenGraceSeconds: 0,
	authorizerTokenGraceSeconds: 300,
	refreshTokenGraceSeconds: 300,
	componentTokenLifetimeSeconds: 7200,
	authorizerTokenLifetimeSeconds: 7200,
	ticketLifetimeSeconds: 43_200,
	preAuthCodeLifetimeSeconds: 600,
	authorizationCodeLifetimeSeconds: 3600,
	codeExpiryInSeconds: false,
	wrongSecretErrcode: 40125,
	refreshTokenRotates: false,
	updateKeepsRefreshToken: false,
	unexchangedRefreshToken: 'empty',
	listShowsWithdrawn: false,
	listNewestFirst: false,
	listTellsTotal: true,
	listShortPages: 'none',
	listIgnoresOffset: false,
	confirmInfo: false,
	requireReferer: true,
	ticketIntervalSeconds: 0,
	repeatTicket: false,
	pushTimeoutMs: 5000,
	pushTries: 3,
	pushRetryDelayMs: 100,
	delayAuthorizationPush: 0,
	pushCdata: 'texts',
	pushesUseSystemClock: false,
};
