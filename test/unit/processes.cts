import { ownCopy } from '../ownCopy.cts';

/** What one process of n8n has loaded: its tokens, renewals and pushes are its own. */
export interface Modules {
	authorizationCodes: typeof import('../../nodes/tokens/authorizationCodes');
	inbox: typeof import('../../nodes/WeChatOpenPlatformTrigger/inbox');
	keptTokens: typeof import('../../nodes/tokens/keptTokens');
	renewal: typeof import('../../nodes/tokens/renewal');
	sharedCredential: typeof import('../../nodes/tokens/sharedCredential');
	tokenFields: typeof import('../../nodes/tokens/tokenFields');
	tokenCache: typeof import('../../nodes/tokens/tokenCache');
}

const SOURCE = [
	...[
		'authorizationCodes',
		'keptTokens',
		'renewal',
		'sharedCredential',
		'tokenFields',
		'tokenCache',
	].map((name) => `export * as ${name} from './nodes/tokens/${name}';`),
	"export * as inbox from './nodes/WeChatOpenPlatformTrigger/inbox';",
].join('\n');

/**
 * The package as it is loaded in another process.
 *
 * @param shift milliseconds by which its clock is ahead of the test's; its `performance` differs even more,
 *   because it starts at zero in each process
 */
export function newProcess(shift = 0): Modules {
	return ownCopy<Modules>(SOURCE, {
		Date: { now: () => Date.now() + shift },
		performance: { now: () => performance.now() + 40 * shift },
	});
}
