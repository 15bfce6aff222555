import type { Obstacle } from '../wechat/obstacle';
import type { Road } from './road';

/** An Official Account or the third-party platform itself, in whose name a call is made. */
export interface Caller {
	/** The way to WeChat's API. */
	readonly road: Road;
	readonly tokens: TokenSource;
}

/** Returns the tokens of one caller; it decides by itself when to request new ones. */
export interface TokenSource {
	/**
	 * The token to call with.
	 *
	 * @param signal ends the wait for it, for this caller alone
	 * @returns '' for calls that take none
	 */
	get(signal?: AbortSignal): Promise<string | Obstacle>;

	/**
	 * A token to replace one that WeChat rejected.
	 *
	 * @returns undefined if the rejection is final: WeChat would reject another token, too
	 */
	replace(rejected: string, signal?: AbortSignal): Promise<string | Obstacle | undefined>;

	/** WeChat accepted the token. */
	accepted(token: string): void;

	/**
	 * Why WeChat refuses a call with a good token, if its code means several things.
	 *
	 * @returns undefined if the reason cannot be found: then only the code is known
	 */
	whyRefused?(token: string, signal?: AbortSignal): Promise<Obstacle | undefined>;
}

/** A token that nobody here can renew, '' if none is needed, or why there is none. */
export function fixedToken(token: string | Obstacle): TokenSource {
	return {
		get: async () => token,
		replace: async () => undefined,
		accepted() {},
	};
}

/** A caller of the few APIs that take no token. */
export function withoutToken(road: Road): Caller {
	return { road, tokens: fixedToken('') };
}
