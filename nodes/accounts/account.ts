import type { Caller, TokenSource } from '../calls/caller';
import type { Answer } from '../calls/client';
import type { Road } from '../calls/road';
import type { LinkList } from '../wechat/linkList';

/** One Official Account as a run calls it, with everything that its items share. */
export class Account implements Caller {
	/** The one list call of the account in this run. */
	links: Promise<{ answer: Answer; list: LinkList }> | undefined;

	/** The tokens that its calls were made with in this run: secrets. */
	readonly usedTokens = new Set<string>();

	readonly tokens: TokenSource;

	constructor(
		readonly appId: string | null,
		readonly road: Road,
		source: TokenSource,
	) {
		this.tokens = {
			get: async (signal) => this.note(await source.get(signal)),
			replace: async (rejected, signal) => this.note(await source.replace(rejected, signal)),
			accepted: (token) => source.accepted(token),
			whyRefused: async (token, signal) => await source.whyRefused?.(token, signal),
		};
	}

	private note<T>(token: T): T {
		if (typeof token === 'string') this.usedTokens.add(token);
		return token;
	}
}
