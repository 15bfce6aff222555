import type { TokenSource } from '../calls/caller';
import type { Obstacle } from '../wechat/obstacle';

/** The tokens of whoever cannot be called; the items still say why. */
export function without(obstacle: Obstacle): TokenSource {
	return {
		get: async () => obstacle,
		replace: async () => undefined,
		accepted() {},
	};
}
