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
 * Everything that nobody but platform and WeChat may know, whether it still works or not. Only
 * values that were changed in the console are forgotten.
 */
export function secretsOf(world: World): string[] {
	return [
		...world.platforms.all().flatMap(ofPlatform),
		...world.allAccounts().flatMap(ofAccount),
		...world.tokens.values(),
	];
}
