import type { PlatformControls } from './platformControls.cts';
import type {
	AccountInput,
	AccountStatus,
	Behavior,
	CallFilter,
	CallRecord,
	HostName,
	Limits,
	Match,
	MiniProgramInput,
	Outage,
	Relation,
	RelationState,
	Settings,
	Stats,
	TokenOptions,
	TokenServiceSettings,
	TokenState,
} from '../types.cts';

/**
 * Everything a test can do with the sandbox besides calling WeChat's APIs. The controls are the same in
 * this process (`startSandbox`) and from another (`connectSandbox`, or POST /_sandbox/<name> with a JSON
 * array of arguments). Accounts and Mini Programs are named by appid. A call that makes no sense
 * rejects with an Error that says why.
 */
export interface Controls extends PlatformControls {
	/** Forgets everything: platforms, accounts, tokens, links, behaviors, settings, log. */
	reset(): Promise<void>;
	/** Changes the given settings. */
	configure(settings: Partial<Settings>): Promise<void>;
	/** Adds or replaces an account, which has authorized the platform unless its status says otherwise. */
	addAccount(account: AccountInput): Promise<void>;
	/** Adds or replaces a Mini Program, or something else that has an appid. */
	addMiniProgram(miniProgram: MiniProgramInput): Promise<void>;
	/** Changes the given values, as its administrator or WeChat would. */
	changeMiniProgram(miniProgram: string, changes: Omit<MiniProgramInput, 'appId'>): Promise<void>;
	/** Gives the platform exactly these permission sets of the account, default [33]; pushes nothing. */
	grant(account: string, permissionSets?: number[]): Promise<void>;
	setAccountStatus(account: string, status: AccountStatus): Promise<void>;

	/** A new current token; the former one of its kind is replaced. Returns the token. */
	issueToken(account: string, options?: TokenOptions): Promise<string>;
	/** "Another system refreshed it": replaces the current authorizer token. Returns the new one. */
	replaceToken(account: string): Promise<string>;
	/** Ends the current authorizer token: 42001 from now on. */
	expireToken(account: string): Promise<void>;
	/** Replaces the current token after this many further calls whose token was accepted. */
	replaceTokenAfter(account: string, calls: number): Promise<void>;
	/** Whether a token is its owner's newest, was replaced, has expired, or was never made. */
	tokenState(token: string): Promise<TokenState>;
	/** Advances the sandbox's clock (token ages, counters, rid). */
	advanceClock(seconds: number): Promise<void>;

	/** Sets a link directly: a status number, `none`, `unlinkPending` or `linkingFromConsole`. */
	setRelation(account: string, miniProgram: string, state: RelationState): Promise<void>;
	relation(account: string, miniProgram: string): Promise<Relation | null>;
	/** 12 -> 2 */
	officialAccountAdminAgrees(account: string, miniProgram: string): Promise<void>;
	/** 12 -> none, or the setting officialAccountRefusalStatus */
	officialAccountAdminRefuses(account: string, miniProgram: string): Promise<void>;
	/** 2 -> 1 */
	miniProgramAdminAgrees(account: string, miniProgram: string): Promise<void>;
	/** 2 -> 3 */
	miniProgramAdminRefuses(account: string, miniProgram: string): Promise<void>;
	/** 1 with a pending unlink -> none */
	officialAccountAdminAgreesToUnlink(account: string, miniProgram: string): Promise<void>;
	/** 1 with a pending unlink -> 1 (assumed) */
	officialAccountAdminRefusesToUnlink(account: string, miniProgram: string): Promise<void>;
	/** 1 -> none, in the account's own console */
	officialAccountAdminUnlinks(account: string, miniProgram: string): Promise<void>;

	/** Starts a behavior for the matching calls. Returns its number. */
	answerWith(match: Match, behavior: Behavior): Promise<number>;
	/** Ends the behavior with this number, or all. */
	stopAnswering(id?: number): Promise<void>;
	/** Starts an outage of one of the two hosts of the API; null ends it. */
	setOutage(host: HostName, outage: Outage | null): Promise<void>;
	/** Changes the given limits. */
	setLimits(limits: Partial<Limits>): Promise<void>;
	/** Delay of every answer of WeChat's APIs. */
	setLatency(milliseconds: number): Promise<void>;
	/** Allowed caller IPs, single or ending in `*`; null = all. */
	setIpWhitelist(addresses: string[] | null): Promise<void>;
	/** Changes the given settings of the token service. */
	setTokenService(settings: Partial<TokenServiceSettings>): Promise<void>;

	/** The last 50,000 calls of WeChat's APIs, oldest first. */
	calls(filter?: CallFilter): Promise<CallRecord[]>;
	/** Number of calls, of all paths or of a known one. */
	count(path?: string): Promise<number>;
	/** Number of calls of the token service. */
	tokenServiceCount(account?: string): Promise<number>;
	/** Number of those with `Cache-Control: no-cache`. */
	noCacheCount(account?: string): Promise<number>;
	stats(): Promise<Stats>;
}

export type ControlName = keyof Controls;

/** The value that the promise of a control resolves to. */
export type Result<Name extends ControlName> = Controls[Name] extends (
	...args: Parameters<Controls[Name]>
) => Promise<infer Value>
	? Value
	: never;

/** The controls without promises, as the sandbox itself runs them. */
export type Operations = {
	readonly [Name in ControlName]: (
		...args: Parameters<Controls[Name]>
	) => Result<Name> | Promise<Result<Name>>;
};

/** Runs one control, in this process or another. */
export type CallControl = <Name extends ControlName>(
	name: Name,
	args: Parameters<Controls[Name]>,
) => Promise<Result<Name>>;

type Method<Name extends ControlName> = (
	...args: Parameters<Controls[Name]>
) => Promise<Result<Name>>;

/** The controls, based on one function that runs any of them. */
export function controlsOver(call: CallControl): Controls {
	const method =
		<Name extends ControlName>(name: Name): Method<Name> =>
		(...args) =>
			call(name, args);
	return {
		reset: method('reset'),
		configure: method('configure'),
		addAccount: method('addAccount'),
		addMiniProgram: method('addMiniProgram'),
		changeMiniProgram: method('changeMiniProgram'),
		registerAccount: method('registerAccount'),
		withdraw: method('withdraw'),
		grant: method('grant'),
		setAccountStatus: method('setAccountStatus'),
		issueToken: method('issueToken'),
		replaceToken: method('replaceToken'),
		expireToken: method('expireToken'),
		replaceTokenAfter: method('replaceTokenAfter'),
		tokenState: method('tokenState'),
		advanceClock: method('advanceClock'),
		setRelation: method('setRelation'),
		relation: method('relation'),
		officialAccountAdminAgrees: method('officialAccountAdminAgrees'),
		officialAccountAdminRefuses: method('officialAccountAdminRefuses'),
		miniProgramAdminAgrees: method('miniProgramAdminAgrees'),
		miniProgramAdminRefuses: method('miniProgramAdminRefuses'),
		officialAccountAdminAgreesToUnlink: method('officialAccountAdminAgreesToUnlink'),
		officialAccountAdminRefusesToUnlink: method('officialAccountAdminRefusesToUnlink'),
		officialAccountAdminUnlinks: method('officialAccountAdminUnlinks'),
		answerWith: method('answerWith'),
		stopAnswering: method('stopAnswering'),
		setOutage: method('setOutage'),
		setLimits: method('setLimits'),
		setLatency: method('setLatency'),
		setIpWhitelist: method('setIpWhitelist'),
		setTokenService: method('setTokenService'),
		calls: method('calls'),
		count: method('count'),
		tokenServiceCount: method('tokenServiceCount'),
		noCacheCount: method('noCacheCount'),
		stats: method('stats'),
		addPlatform: method('addPlatform'),
		changePlatform: method('changePlatform'),
		changeTestCopy: method('changeTestCopy'),
		publish: method('publish'),
		platform: method('platform'),
		setEventUrl: method('setEventUrl'),
		addAccounts: method('addAccounts'),
		authorize: method('authorize'),
		reauthorize: method('reauthorize'),
		writeAsFollower: method('writeAsFollower'),
		pushTicket: method('pushTicket'),
		push: method('push'),
		repeatPush: method('repeatPush'),
		checkPublication: method('checkPublication'),
		pushRaw: method('pushRaw'),
		lastTicket: method('lastTicket'),
		pushes: method('pushes'),
		setApiLimit: method('setApiLimit'),
		mintAside: method('mintAside'),
		voidEvery: method('voidEvery'),
		counters: method('counters'),
		secrets: method('secrets'),
	};
}
