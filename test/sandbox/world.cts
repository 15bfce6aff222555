import { authorizerTokenKind, isAppId, newAccount, newMiniProgram } from './platform/accounts.cts';
import type { Account, MiniProgram } from './platform/accounts.cts';
import type { CallLimits } from './protocol/callQuota.cts';
import { CallLog } from './protocol/callLog.cts';
import { Clock } from './clock.cts';
import { FailedCalls } from './protocol/failedCalls.cts';
import { Outages } from './faults/outages.cts';
import { MintCounts } from './platform/mints.cts';
import { Platforms } from './platform/platforms.cts';
import type { Platform } from './platform/platforms.cts';
import { defaultPlatformSettings } from './platform/platformSettings.cts';
import { Pusher } from './pushes/pusher.cts';
import { Relations } from './links/relations.cts';
import { Rules } from './faults/rules.cts';
import { TokenStore } from './platform/tokens.cts';
import type { TokenRecord } from './platform/tokens.cts';
import type {
	AccountInput,
	Limits,
	MiniProgramInput,
	Settings,
	TokenOptions,
	TokenServiceSettings,
} from './types.cts';

const TOKEN_LIFETIME_SECONDS = 7200;

const defaultSettings: Settings = {
	...defaultPlatformSettings,
	knowAllMiniPrograms: false,
	replacedTokenGraceSeconds: 0,
	unlinkNotLinkedErrcode: 40097,
	officialAccountRefusalStatus: null,
};

/** A developer quotes 10, 3 and 13 from official text; they may be out of date. */
const defaultLimits: Limits = {
	callsPerDay: null,
	callsPerMinute: null,
	sameCompanyLinks: 10,
	otherCompanyLinks: 3,
	sameCompanyLinksPerMonth: null,
	otherCompanyLinksPerMonth: null,
	linksPerMonth: 13,
};

const defaultTokenService: TokenServiceSettings = {
	secretHeader: null,
	key: 'authorizer_access_token',
	mint: false,
	lifetimeSeconds: TOKEN_LIFETIME_SECONDS,
	delayMs: 0,
	failure: null,
	offersList: false,
	namesAccount: false,
	tokenOf: null,
	fixedToken: null,
	wrongKind: null,
	omitExpiresIn: false,
	inData: false,
	caches: false,
	failsNoCache: false,
	answer: null,
};

/** Everything the sandbox remembers. */
export class World {
	readonly clock = new Clock();
	readonly tokens = new TokenStore();
	readonly relations = new Relations();
	readonly rules = new Rules();
	readonly outages = new Outages();
	readonly log = new CallLog();
	readonly failedCalls = new FailedCalls();
	readonly platforms = new Platforms();
	readonly pusher: Pusher;
	readonly mints = new MintCounts();
	readonly settings: Settings;
	readonly limits: Limits = { ...defaultLimits };
	readonly tokenService: TokenServiceSettings = { ...defaultTokenService };
	/** The cached tokens of the token service, by account. */
	readonly cachedTokens = new Map<string, TokenRecord>();
	/** Limits of one API, instead of those of all. */
	readonly apiLimits = new Map<string, CallLimits>();
	/** Every n-th authorizer token of the APIs is void after its first use; 0 = none. */
	voidEvery = 0;
	/** Delay of every answer of WeChat. */
	latencyMs = 0;
	/** null = every caller is allowed. */
	ipWhitelist: readonly string[] | null = null;

	private readonly accounts = new Map<string, Account>();
	private readonly miniPrograms = new Map<string, MiniProgram>();

	constructor(private readonly initialSettings: Partial<Settings> = {}) {
		this.settings = { ...defaultSettings, ...initialSettings };
		this.pusher = new Pusher(this.clock, this.settings, this.platforms);
		this.pusher.rearm();
	}

	/** Ends timers and other work in the background. */
	stop(): void {
		this.pusher.stop();
	}

	/** Restores the state after the start. */
	reset(): void {
		this.clock.reset();
		this.tokens.clear();
		this.relations.clear();
		this.rules.clear();
		this.log.clear();
		this.failedCalls.clear();
		Object.assign(this.settings, defaultSettings, this.initialSettings);
		Object.assign(this.limits, defaultLimits);
		Object.assign(this.tokenService, defaultTokenService);
		this.cachedTokens.clear();
		this.apiLimits.clear();
		this.voidEvery = 0;
		this.mints.clear();
		this.latencyMs = 0;
		this.ipWhitelist = null;
		this.accounts.clear();
		this.miniPrograms.clear();
		this.platforms.clear();
		this.pusher.reset();
	}

	/** Changes the given settings. */
	configure(settings: Partial<Settings>): void {
		Object.assign(this.settings, settings);
		if (settings.ticketIntervalSeconds !== undefined) this.pusher.rearm();
	}

	/** Adds an account, or replaces one with the same appid. */
	addAccount(input: AccountInput): void {
		this.accounts.set(input.appId, newAccount(input, this.clock.now()));
	}

	/** Adds a Mini Program, or replaces one with the same appid. */
	addMiniProgram(input: MiniProgramInput): void {
		this.miniPrograms.set(input.appId, newMiniProgram(input));
	}

	/** @throws Error if the Mini Program was not added */
	changeMiniProgram(appId: string, changes: Omit<MiniProgramInput, 'appId'>): void {
		this.miniPrograms.set(appId, { ...this.miniProgram(appId), ...changes });
	}

	/** Mini Programs that were added, in that order, and those that an account has a relation with. */
	allMiniPrograms(): MiniProgram[] {
		const appIds = new Set([...this.miniPrograms.keys(), ...this.relations.miniPrograms()]);
		return [...appIds].flatMap((appId) => this.findMiniProgram(appId) ?? []);
	}

	/** In the order they were added. */
	allAccounts(): Account[] {
		return [...this.accounts.values()];
	}

	/** The platform that an account authorized or can authorize: its own, otherwise the first. */
	platformOf(account: Account): Platform | undefined {
		const { platformAppId } = account;
		return platformAppId === null ? this.platforms.first() : this.platforms.find(platformAppId);
	}

	findAccount(appId: string): Account | undefined {
		return this.accounts.get(appId);
	}

	/** @throws Error if the account was not added */
	account(appId: string): Account {
		const account = this.accounts.get(appId);
		if (!account) throw new Error(`no account ${appId}; add it with addAccount first`);
		return account;
	}

	/** What an appid given as a Mini Program's belongs to; undefined = unknown. */
	findMiniProgram(appId: string): MiniProgram | undefined {
		const known = this.miniPrograms.get(appId);
		if (known) return known;
		const account = this.accounts.get(appId);
		if (account) {
			const kind = account.kind === 'miniProgram' ? 'miniProgram' : 'officialAccount';
			return newMiniProgram({ appId, nickname: account.name, kind });
		}
		return this.settings.knowAllMiniPrograms && isAppId(appId)
			? newMiniProgram({ appId })
			: undefined;
	}

	/** @throws Error if the Mini Program was not added */
	miniProgram(appId: string): MiniProgram {
		const miniProgram = this.findMiniProgram(appId);
		if (!miniProgram) {
			throw new Error(`no Mini Program ${appId}; add it with addMiniProgram first`);
		}
		return miniProgram;
	}

	/** Issues a token for an owner and makes it the current one of its kind. */
	issueToken(owner: string, options: TokenOptions = {}, graceSeconds?: number): TokenRecord {
		return this.tokens.issue({
			kind: options.kind ?? 'authorizer',
			owner,
			now: this.clock.now(),
			lifetimeSeconds: options.lifetimeSeconds ?? TOKEN_LIFETIME_SECONDS,
			graceSeconds: graceSeconds ?? this.settings.replacedTokenGraceSeconds,
			value: options.value,
		});
	}

	/** Ends the account's current authorizer token: 40001 from now on. */
	voidTokensOf(account: Account): void {
		const token = this.tokens.currentOf(authorizerTokenKind(account), account.appId);
		if (token) token.replacedValidUntil = this.clock.now();
	}
}
