import type { Api } from '../wechat/apis';
import type { Obstacle } from '../wechat/obstacle';
import type { Reply } from '../wechat/reply';
import type { Road } from './road';

/** Whoever a call is made for: an Official Account, or the third-party platform itself. */
export interface Caller {
	/** Where WeChat's API is reached. */
	readonly road: Road;
	readonly tokens: TokenSource;
	/** What stops its calls to one API for a while. */
	holdOf(api: Api): Hold;
}

/** Gives the tokens of one caller; it decides by itself when to ask for new ones. */
export interface TokenSource {
	/**
	 * The token to call with.
	 *
	 * @param signal ends the wait for it, for this caller alone
	 * @returns '' for calls that take none
	 */
	get(signal?: AbortSignal): Promise<string | Obstacle>;

	/**
	 * A token in place of one that WeChat rejected.
	 *
	 * @returns undefined when the rejection is the answer: another one would be rejected, too
	 */
	replace(rejected: string, signal?: AbortSignal): Promise<string | Obstacle | undefined>;

	/** WeChat took the token. */
	accepted(token: string): void;

	/**
	 * Why WeChat refuses a call with a good token, by a code that means several things.
	 *
	 * @returns undefined where nobody can tell: the code is the answer then
	 */
	whyRefused?(token: string, signal?: AbortSignal): Promise<Obstacle | undefined>;
}

/** What stops the calls of a caller to one API; shared by all items of a run. */
export class Hold {
	/** Milliseconds since 1970 until which calls wait. */
	until = 0;

	/** Calls that came through; while some do, waiting for the next minute uses up no try. */
	passed = 0;

	/** WeChat's answer that the calls of the day are used up. */
	dailyLimit: Reply | undefined;
}

/** The holds of a caller, by API. */
export class Holds {
	private readonly byApi = new Map<Api, Hold>();

	of(api: Api): Hold {
		const hold = this.byApi.get(api) ?? new Hold();
		this.byApi.set(api, hold);
		return hold;
	}
}

/** A token that nobody here can renew, '' where none is needed, or why there is none. */
export function fixedToken(token: string | Obstacle): TokenSource {
	return {
		get: async () => token,
		replace: async () => undefined,
		accepted() {},
	};
}

/** A caller of the few APIs that take no token. */
export function withoutToken(road: Road): Caller {
	const holds = new Holds();
	return { road, tokens: fixedToken(''), holdOf: (api) => holds.of(api) };
}
