import type { Account, Counted } from './accounts.cts';
import type { Materials, PlatformConsole, PlatformInput } from './platformTypes.cts';
import type { PublicationCheckStep } from '../pushes/pushTypes.cts';
import { randomAlphanumeric, randomText } from '../randomText.cts';

/** A single-use code of either kind. Times are milliseconds since 1970. */
export interface Code {
	readonly expiresAt: number;
	used: boolean;
}

export interface AuthorizationCode extends Code {
	/** Appid of the merchant's account. */
	readonly account: string;
}

/**
 * A third-party platform, its codes and tickets, and WeChat's counters for it. Its own values of 开发资料
 * are the published ones.
 */
export interface Platform extends Counted, Materials {
	readonly appId: string;
	appSecret: string;
	/** The copy for tests. */
	readonly test: Materials;
	published: boolean;
	testAccounts: string[];
	permissionSets: number[];
	ipWhitelist: string[] | null;
	pushingStopped: boolean;
	/** When each ticket was issued. */
	readonly tickets: Map<string, number>;
	lastTicket: string | null;
	readonly preAuthCodes: Map<string, Code>;
	readonly authorizationCodes: Map<string, AuthorizationCode>;
	/** The result of the last publication check, empty before the first. */
	publicationCheck: PublicationCheckStep[];
}

function newPlatform(input: PlatformInput): Platform {
	const materials: Materials = {
		messageToken: input.messageToken ?? randomAlphanumeric(32),
		encodingAesKey: input.encodingAesKey ?? randomAlphanumeric(43),
		eventUrl: input.eventUrl ?? null,
		messageUrl: input.messageUrl ?? null,
		redirectDomain: input.redirectDomain ?? null,
	};
	return {
		appId: input.appId,
		appSecret: input.appSecret ?? randomAlphanumeric(32),
		...materials,
		test: { ...materials },
		published: input.published ?? true,
		testAccounts: input.testAccounts ?? [],
		permissionSets: input.permissionSets ?? [1, 33],
		ipWhitelist: input.ipWhitelist ?? null,
		pushingStopped: input.pushingStopped ?? false,
		tickets: new Map(),
		lastTicket: null,
		preAuthCodes: new Map(),
		authorizationCodes: new Map(),
		publicationCheck: [],
		callCounters: new Map(),
		clearings: { month: 0, count: 0 },
	};
}

/** What the console of a platform shows. */
export function consoleOf(platform: Platform): PlatformConsole {
	const { appId, appSecret, test, published, testAccounts } = platform;
	const { permissionSets, ipWhitelist, pushingStopped } = platform;
	return {
		...{ appId, appSecret, ...materialsOf(platform), test: { ...test }, published, testAccounts },
		...{ permissionSets, ipWhitelist, pushingStopped },
	};
}

function materialsOf(of: Materials): Materials {
	const { messageToken, encodingAesKey, eventUrl, messageUrl, redirectDomain } = of;
	return { messageToken, encodingAesKey, eventUrl, messageUrl, redirectDomain };
}

/** Changes values, those of 开发资料 in both copies, as if published at once. */
export function changePlatform(
	platform: Platform,
	changes: Partial<Omit<PlatformInput, 'appId'>>,
): void {
	Object.assign(platform, changes);
	const names = Object.keys(materialsOf(platform)) as Array<keyof Materials>;
	const changed = names.filter((name) => changes[name] !== undefined);
	Object.assign(platform.test, Object.fromEntries(changed.map((name) => [name, changes[name]])));
}

/** The copy for tests becomes the published one. */
export function publish(platform: Platform): void {
	Object.assign(platform, materialsOf(platform.test));
	platform.published = true;
}

/** Whether both copies are the same. */
export function isPublishedAsIs(platform: Platform): boolean {
	const live = materialsOf(platform);
	const names = Object.keys(live) as Array<keyof Materials>;
	return platform.published && names.every((name) => live[name] === platform.test[name]);
}

/** The active copies: the published one first, then the one for tests if it differs. */
export function copiesOf(platform: Platform): Materials[] {
	if (!platform.published) return [platform.test];
	return isPublishedAsIs(platform) ? [platform] : [platform, platform.test];
}

/** The copy for the pushes about an account. */
export function copyFor(platform: Platform, account: Account): Materials {
	return platform.published && !isTestAccount(platform, account) ? platform : platform.test;
}

function isTestAccount({ testAccounts }: Platform, { appId, username }: Account): boolean {
	return testAccounts.includes(username) || PUBLICATION_CHECK_ACCOUNTS.includes(appId);
}

/** The copies with which an account can authorize the platform; before publication, few accounts can. */
export function copiesOpenTo(platform: Platform, account: Account): Materials[] {
	return [
		...(platform.published ? [platform] : []),
		...(isTestAccount(platform, account) ? [platform.test] : []),
	];
}

/** WeChat's own Official Accounts for the publication check (documented). */
export const PUBLICATION_CHECK_ACCOUNTS: readonly string[] = [
	'wx570bc396a51b8ff8',
	'wx9252c5e0bb1836fc',
	'wx8e1097c5bc82cde9',
	'wx14550af28c71a144',
	'wxa35b9c23cfe664eb',
];

/** A new ticket; it begins with `ticket@@@`, as developers see. @param now milliseconds since 1970 */
export function mintTicket(platform: Platform, now: number, ticket?: string): string {
	const value = ticket ?? `ticket@@@${randomText(86)}`;
	platform.tickets.set(value, now);
	platform.lastTicket = value;
	return value;
}

/** @param now milliseconds since 1970 */
export function mintPreAuthCode(platform: Platform, now: number, lifetimeSeconds: number): string {
	const value = `preauthcode@@@${randomText(86)}`;
	platform.preAuthCodes.set(value, { expiresAt: now + lifetimeSeconds * 1000, used: false });
	return value;
}

/** Why a pre_auth_code does not work, null if it does. */
export function preAuthCodeFault(platform: Platform, value: string, now: number): string | null {
	const code = platform.preAuthCodes.get(value);
	if (!code) return 'unknown';
	if (code.used) return 'already used';
	return now >= code.expiresAt ? 'expired' : null;
}

/** All platforms; by default, accounts belong to the first one added. */
export class Platforms {
	private readonly byAppId = new Map<string, Platform>();

	clear(): void {
		this.byAppId.clear();
	}

	/** Adds a platform, or replaces one with the same appid. */
	add(input: PlatformInput): Platform {
		const platform = newPlatform(input);
		this.byAppId.set(input.appId, platform);
		return platform;
	}

	all(): Platform[] {
		return [...this.byAppId.values()];
	}

	find(appId: string): Platform | undefined {
		return this.byAppId.get(appId);
	}

	first(): Platform | undefined {
		return this.byAppId.values().next().value;
	}

	/**
	 * The platform with this appid, or the first.
	 *
	 * @throws Error if there is none
	 */
	get(appId?: string): Platform {
		const platform = appId === undefined ? this.first() : this.find(appId);
		if (platform) return platform;
		throw new Error(`no platform${appId ? ` ${appId}` : ''}; add it with addPlatform first`);
	}
}
