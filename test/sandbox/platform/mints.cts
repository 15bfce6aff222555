import { authorizerTokenKind } from './accounts.cts';
import type { Account } from './accounts.cts';
import { increment } from '../protocol/callLog.cts';
import type { Platform } from './platforms.cts';
import type { Counters } from './platformTypes.cts';
import type { TokenRecord } from './tokens.cts';
import type { World } from '../world.cts';

/** The number of tokens that the APIs issued, by owner. */
export class MintCounts {
	private readonly component = new Map<string, number>();
	private readonly authorizer = new Map<string, number>();
	private authorizerTotal = 0;

	clear(): void {
		this.component.clear();
		this.authorizer.clear();
		this.authorizerTotal = 0;
	}

	countComponent(platform: string): void {
		increment(this.component, platform);
	}

	/** Returns the number of authorizer tokens of all accounts. */
	countAuthorizer(account: string): number {
		increment(this.authorizer, account);
		this.authorizerTotal += 1;
		return this.authorizerTotal;
	}

	counters(): Pick<Counters, 'componentTokens' | 'authorizerTokens'> {
		return {
			componentTokens: Object.fromEntries(this.component),
			authorizerTokens: Object.fromEntries(this.authorizer),
		};
	}
}

function newComponentToken(world: World, platform: Platform, graceSeconds: number): TokenRecord {
	const lifetimeSeconds = world.settings.componentTokenLifetimeSeconds;
	return world.issueToken(platform.appId, { kind: 'component', lifetimeSeconds }, graceSeconds);
}

function newAuthorizerToken(world: World, account: Account, graceSeconds: number): TokenRecord {
	const lifetimeSeconds = world.settings.authorizerTokenLifetimeSeconds;
	const kind = authorizerTokenKind(account);
	return world.issueToken(account.appId, { kind, lifetimeSeconds }, graceSeconds);
}

/** The component token of api_component_token. */
export function mintComponentToken(world: World, platform: Platform): TokenRecord {
	world.mints.countComponent(platform.appId);
	return newComponentToken(world, platform, world.settings.componentTokenGraceSeconds);
}

/** The authorizer token of api_query_auth and api_authorizer_token. */
export function mintAuthorizerToken(world: World, account: Account): TokenRecord {
	const total = world.mints.countAuthorizer(account.appId);
	const token = newAuthorizerToken(world, account, world.settings.authorizerTokenGraceSeconds);
	token.endsWithUse = world.voidEvery > 0 && total % world.voidEvery === 0;
	return token;
}

/**
 * A token that "another system" got.
 *
 * @throws Error if the appid belongs to no platform and no account
 */
export function mintAside(world: World, appId: string, graceSeconds: number): string {
	const platform = world.platforms.find(appId);
	const token = platform
		? newComponentToken(world, platform, graceSeconds)
		: newAuthorizerToken(world, world.account(appId), graceSeconds);
	return token.value;
}
