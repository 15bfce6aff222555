import { isAppId, newAccount, newMiniProgram } from './accounts.cts';
import type { Account, MiniProgram } from './accounts.cts';
import { CallLog } from './callLog.cts';
import { Clock } from './clock.cts';
import { Relations } from './relations.cts';
import { Rules } from './rules.cts';
import { TokenStore } from './tokens.cts';
import type { TokenRecord } from './tokens.cts';
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
	knowAllMiniPrograms: false,
	replacedTokenGraceSeconds: 0,
	unlinkNotLinkedErrcode: 40097,
};

/** 10, 3 and 13 are quoted by a developer from official text and may be out of date. */
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
	fixedToken: null,
	wrongKind: null,
	omitExpiresIn: false,
};

/** Everything the sandbox remembers. */
export class World {
	readonly clock = new Clock();
	readonly tokens = new TokenStore();
	readonly relations = new Relations();
	readonly rules = new Rules();
	readonly log = new CallLog();
	readonly settings: Settings;
	readonly limits: Limits = { ...defaultLimits };
	readonly tokenService: TokenServiceSettings = { ...defaultTokenService };
	/** Delay of every answer of WeChat. */
	latencyMs = 0;
	/** null = every caller is allowed. */
	ipWhitelist: readonly string[] | null = null;

	private readonly accounts = new Map<string, Account>();
	private readonly miniPrograms = new Map<string, MiniProgram>();

	constructor(private readonly initialSettings: Partial<Settings> = {}) {
		this.settings = { ...defaultSettings, ...initialSettings };
	}

	/** Back to the state after the start. */
	reset(): void {
		this.clock.reset();
		this.tokens.clear();
		this.relations.clear();
		this.rules.clear();
		this.log.clear();
		Object.assign(this.settings, defaultSettings, this.initialSettings);
		Object.assign(this.limits, defaultLimits);
		Object.assign(this.tokenService, defaultTokenService);
		this.latencyMs = 0;
		this.ipWhitelist = null;
		this.accounts.clear();
		this.miniPrograms.clear();
	}

	/** Adds an account; one with the same appid is replaced. */
	addAccount(input: AccountInput): void {
		this.accounts.set(input.appId, newAccount(input));
	}

	/** Adds a Mini Program; one with the same appid is replaced. */
	addMiniProgram(input: MiniProgramInput): void {
		this.miniPrograms.set(input.appId, newMiniProgram(input));
	}

	findAccount(appId: string): Account | undefined {
		return this.accounts.get(appId);
	}

	/** @throws Error for an account that was not added */
	account(appId: string): Account {
		const account = this.accounts.get(appId);
		if (!account) throw new Error(`no account ${appId}; add it with addAccount first`);
		return account;
	}

	/** What stands behind an appid given as a Mini Program's; undefined = nothing known. */
	findMiniProgram(appId: string): MiniProgram | undefined {
		const known = this.miniPrograms.get(appId);
		if (known) return known;
		const account = this.accounts.get(appId);
		if (account) {
			return newMiniProgram({ appId, nickname: account.name, kind: 'officialAccount' });
		}
		return this.settings.knowAllMiniPrograms && isAppId(appId)
			? newMiniProgram({ appId })
			: undefined;
	}

	/** @throws Error for a Mini Program that was not added */
	miniProgram(appId: string): MiniProgram {
		const miniProgram = this.findMiniProgram(appId);
		if (!miniProgram) {
			throw new Error(`no Mini Program ${appId}; add it with addMiniProgram first`);
		}
		return miniProgram;
	}

	/** Issues a token for an owner and makes it the current one of its kind. */
	issueToken(owner: string, options: TokenOptions = {}): TokenRecord {
		return this.tokens.issue({
			kind: options.kind ?? 'authorizer',
			owner,
			now: this.clock.now(),
			lifetimeSeconds: options.lifetimeSeconds ?? TOKEN_LIFETIME_SECONDS,
			graceSeconds: this.settings.replacedTokenGraceSeconds,
			value: options.value,
		});
	}
}
