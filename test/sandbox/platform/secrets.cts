import type { Account } from './accounts.cts';
import type { Platform } from './platforms.cts';
import type { World } from '../world.cts';

function ofPlatform(platform: Platform): string[] {
	return [
		platform.appSecret,
		...[platform, platform.test].flatMap((copy) => [copy.messageToken, copy.encodingAesKey]),
		...platform.tickets.keys(),
		...platform.preAuthCodes.keys(),
		...platform.authorizationCodes.keys(),
	];
}

function ofAccount({ authorization }: Account): string[] {
	return [authorization.refreshToken, ...authorization.former.map(({ value }) => value)];
}

/**
 * Everything that only the platform and WeChat may know, even if it no longer works. Only
 * values that were changed in the console are left out.
 */
export function secretsOf(world: World): string[] {
	return [
		...world.platforms.all().flatMap(ofPlatform),
		...world.allAccounts().flatMap(ofAccount),
		...world.tokens.values(),
	];
}
