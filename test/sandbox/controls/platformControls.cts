import type {
	ApiLimit,
	AuthorizationResult,
	AuthorizeInput,
	BulkAccounts,
	Counters,
	Materials,
	PlatformConsole,
	PlatformInput,
	RegistrationResult,
} from '../platform/platformTypes.cts';
import type {
	FollowerMessage,
	PublicationCheckStep,
	PushAnswer,
	PushFields,
	PushFilter,
	PushRecord,
	RawPush,
} from '../pushes/pushTypes.cts';

/**
 * Controls of third-party platforms: their console, their merchants and what WeChat pushes to them.
 * If `platform` is omitted, it is the first one added.
 */
export interface PlatformControls {
	/** Adds or replaces a platform. Returns it with every value filled in. */
	addPlatform(platform: PlatformInput): Promise<PlatformConsole>;
	/** Changes the given values, those of 开发资料 in both copies, as if published at once. */
	changePlatform(
		changes: Partial<Omit<PlatformInput, 'appId'>>,
		platform?: string,
	): Promise<PlatformConsole>;
	/** Changes values of 开发资料 in the copy for tests only, as the console does. */
	changeTestCopy(changes: Partial<Materials>, platform?: string): Promise<PlatformConsole>;
	/** Publishes the copy for tests if it passes the publication check. Returns whether it did. */
	publish(platform?: string): Promise<boolean>;
	platform(appId?: string): Promise<PlatformConsole>;
	/** Sets where pushes go from now on; null = nowhere. */
	setEventUrl(url: string | null, platform?: string): Promise<void>;
	/** Adds this many accounts without pushes, authorized unless set otherwise. Returns appids. */
	addAccounts(count: number, options?: BulkAccounts): Promise<string[]>;

	/**
	 * The merchant authorizes the platform: pushes `authorized` with a code. For an account that was
	 * added with status `none` or withdrew.
	 */
	authorize(input: AuthorizeInput): Promise<AuthorizationResult>;
	/** The merchant changes its permission sets: `updateauthorized`; null if they are the same. */
	reauthorize(input: AuthorizeInput): Promise<AuthorizationResult | null>;
	/** A company's Mini Program, added with status `none`, is registered: a push with `auth_code`. */
	registerAccount(account: string, platform?: string): Promise<RegistrationResult>;
	/** The merchant cancels: 61003 from now on, and `unauthorized`; null without a platform. */
	withdraw(account: string): Promise<PushRecord | null>;

	/**
	 * A follower writes to the account. If that granted set 1, the message goes to the platform's URL for
	 * messages, once; the platform answers `success`, nothing, or an encrypted reply.
	 */
	writeAsFollower(account: string, text?: string): Promise<FollowerMessage>;

	/** Creates a ticket (random, or this one) and pushes it. Resolves after the last try. */
	pushTicket(ticket?: string, platform?: string): Promise<PushRecord>;
	/** Pushes anything. Resolves after the last try. */
	push(infoType: string, fields?: PushFields, platform?: string): Promise<PushRecord>;
	/**
	 * WeChat tries again: the same bytes, to the same URL or another one. The answer is added to the
	 * record's.
	 */
	repeatPush(sequence: number, url?: string): Promise<PushRecord>;
	/**
	 * The publication check: pushes a ticket and, if the platform has permission set 1, makes WeChat's
	 * own test accounts authorize it and withdraw. Resolves after the last try of the last push.
	 */
	checkPublication(platform?: string): Promise<PublicationCheckStep[]>;
	/** Sends one push once, with a chosen flaw or as given. Not recorded. */
	pushRaw(raw?: RawPush): Promise<PushAnswer>;
	/** The newest ticket, even if it has not arrived. */
	lastTicket(platform?: string): Promise<string | null>;
	/** The last 10,000 pushes, oldest first. */
	pushes(filter?: PushFilter): Promise<PushRecord[]>;

	/** Limits of one API for each account or platform, instead of those of `setLimits`. */
	setApiLimit(path: string, limit: ApiLimit): Promise<void>;

	/**
	 * "Another system" gets a new token: a component token for the appid of a platform, an authorizer
	 * token for that of an account. The former one works for `graceSeconds` more, default 0.
	 */
	mintAside(appId: string, graceSeconds?: number): Promise<string>;
	/** Every n-th authorizer token of the APIs is void after its first use; 0 = none. */
	voidEvery(n: number): Promise<void>;
	counters(): Promise<Counters>;
	/** All present and former secrets (tokens, tickets, codes, keys), to search for them elsewhere. */
	secrets(): Promise<string[]>;
}
