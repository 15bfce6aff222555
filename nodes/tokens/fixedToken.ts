import type { TokenSource } from '../calls/caller';
import type { Obstacle } from '../wechat/obstacle';

/** A token that nobody here can renew, '' where none is needed, or why there is none. */
export function fixedToken(token: string | Obstacle): TokenSource {
	return {
		get: async () => token,
		replace: async () => undefined,
		accepted() {},
	};
}
