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
 * Where `platform` is left out, it is the first that was added.
 */
export interface PlatformControls {
	/** Adds a platform (or replaces it). Returns it with every value filled in. */
	addPlatform(platform: PlatformInput): Promise<PlatformConsole>;
	/** Changes the given values, those of 开发资料 in both copies, as if they were published at once. */
	changePlatform(
		changes: Partial<Omit<PlatformInput, 'appId'>>,
		platform?: string,
	): Promise<PlatformConsole>;
	/** Changes values of 开发资料 in the copy for tests only, as the console does. */
	changeTestCopy(changes: Partial<Materials>, platform?: string): Promise<PlatformConsole>;
	/** Publishes the copy for tests if it passes the publication check; tells whether it did. */
	publish(platform?: string): Promise<boolean>;
	platform(appId?: string): Promise<PlatformConsole>;
	/** Where pushes go from now on; null = nowhere. */
	setEventUrl(url: string | null, platform?: string): Promise<void>;
	/** Adds so many accounts, authorized unless told otherwise, without pushes. Returns appids. */
	addAccounts(count: number, options?: BulkAccounts): Promise<string[]>;

	/**
	 * The merchant authorizes the platform: pushes `authorized` with a code. For an account that was
	 * added with status `none` or withdrew.
	 */
	authorize(input: AuthorizeInput): Promise<AuthorizationResult>;
	/** The merchant changes its permission sets: `updateauthorized`; null when they are the same. */
	reauthorize(input: AuthorizeInput): Promise<AuthorizationResult | null>;
	/** A company's Mini Program, added with status `none`, is registered: a push with `auth_code`. */
	registerAccount(account: string, platform?: string): Promise<RegistrationResult>;
	/** The merchant cancels: 61003 from now on, and `unauthorized`; null without a platform. */
	withdraw(account: string): Promise<PushRecord | null>;

	/**
	 * A follower writes to the account. Where that granted set 1, the message goes to the platform's URL for
	 * messages, once; the platform answers `success`, nothing, or an encrypted reply.
	 */
	writeAsFollower(account: string, text?: string): Promise<FollowerMessage>;

	/** Makes a ticket (random, or this one) and pushes it. Resolves after the last try. */
	pushTicket(ticket?: string, platform?: string): Promise<PushRecord>;
	/** Pushes anything. Resolves after the last try. */
	push(infoType: string, fields?: PushFields, platform?: string): Promise<PushRecord>;
	/**
	 * WeChat tries once more: the same bytes, to the same URL or another one. The answer joins the
	 * record's.
	 */
	repeatPush(sequence: number, url?: string): Promise<PushRecord>;
	/**
	 * The publication check: pushes a ticket and, where the platform has permission set 1, has WeChat's
	 * own test accounts authorize it and withdraw. Resolves after the last try of the last push.
	 */
	checkPublication(platform?: string): Promise<PublicationCheckStep[]>;
	/** Sends one push once, broken in a chosen way or built freely. Not recorded. */
	pushRaw(raw?: RawPush): Promise<PushAnswer>;
	/** The newest ticket, whether it arrived or not. */
	lastTicket(platform?: string): Promise<string | null>;
	/** The last 10,000 pushes, oldest first. */
	pushes(filter?: PushFilter): Promise<PushRecord[]>;

	/** Limits of one API for each account or platform, in place of those of `setLimits`. */
	setApiLimit(path: string, limit: ApiLimit): Promise<void>;

	/**
	 * "Another system" gets a new token: a component token for the appid of a platform, an authorizer
	 * token for that of an account. The former one works for `graceSeconds` more, default 0.
	 */
	mintAside(appId: string, graceSeconds?: number): Promise<string>;
	/** Every n-th authorizer token the APIs hand out is void after its first use; 0 = none. */
	voidEvery(n: number): Promise<void>;
	counters(): Promise<Counters>;
	/** Every secret there is or was (tokens, tickets, codes, keys): to look for in other places. */
	secrets(): Promise<string[]>;
}
