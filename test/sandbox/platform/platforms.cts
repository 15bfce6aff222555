import type { Counted } from './accounts.cts';
import type { PlatformConsole, PlatformInput } from './platformTypes.cts';
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

/** A third-party platform, what was given to it and what WeChat counts for it. */
export interface Platform extends Counted {
	readonly appId: string;
	appSecret: string;
	messageToken: string;
	encodingAesKey: string;
	eventUrl: string | null;
	permissionSets: number[];
	redirectDomain: string | null;
	ipWhitelist: string[] | null;
	pushingStopped: boolean;
	/** When each ticket was made. */
	readonly tickets: Map<string, number>;
	lastTicket: string | null;
	readonly preAuthCodes: Map<string, Code>;
	readonly authorizationCodes: Map<string, AuthorizationCode>;
	/** What came of the last publication check, empty before the first. */
	publicationCheck: PublicationCheckStep[];
}

function newPlatform(input: PlatformInput): Platform {
	return {
		appId: input.appId,
		appSecret: input.appSecret ?? randomAlphanumeric(32),
		messageToken: input.messageToken ?? randomAlphanumeric(16),
		encodingAesKey: input.encodingAesKey ?? randomAlphanumeric(43),
		eventUrl: input.eventUrl ?? null,
		permissionSets: input.permissionSets ?? [1, 33],
		redirectDomain: input.redirectDomain ?? null,
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

/** What the operator of a platform sees in its console. */
export function consoleOf(platform: Platform): PlatformConsole {
	const { appId, appSecret, messageToken, encodingAesKey, eventUrl } = platform;
	const { permissionSets, redirectDomain, ipWhitelist, pushingStopped } = platform;
	return {
		...{ appId, appSecret, messageToken, encodingAesKey, eventUrl },
		...{ permissionSets, redirectDomain, ipWhitelist, pushingStopped },
	};
}

/** A new ticket; `ticket@@@` as developers see it. @param now milliseconds since 1970 */
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

/** Why a pre_auth_code does not work, null when it does. */
export function preAuthCodeFault(platform: Platform, value: string, now: number): string | null {
	const code = platform.preAuthCodes.get(value);
	if (!code) return 'unknown';
	if (code.used) return 'used already';
	return now >= code.expiresAt ? 'expired' : null;
}

/** All platforms; the first that was added is the one that accounts belong to by themselves. */
export class Platforms {
	private readonly byAppId = new Map<string, Platform>();

	clear(): void {
		this.byAppId.clear();
	}

	/** One with the same appid is replaced. */
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
	 * @throws Error when there is none
	 */
	get(appId?: string): Platform {
		const platform = appId === undefined ? this.first() : this.find(appId);
		if (platform) return platform;
		throw new Error(`no platform${appId ? ` ${appId}` : ''}; add it with addPlatform first`);
	}
}
