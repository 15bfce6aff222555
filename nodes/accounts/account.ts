import { Holds, type Caller, type TokenSource } from '../calls/caller';
import type { Answer } from '../calls/client';
import type { LinkList } from '../wechat/linkList';

/** One Official Account as a run calls it, with everything that its items share. */
export class Account implements Caller {
	/** The one list call of the account in this run. */
	links: Promise<{ answer: Answer; list: LinkList }> | undefined;

	private readonly holds = new Holds();

	constructor(
		readonly appId: string | null,
		readonly baseUrl: string,
		readonly tokens: TokenSource,
	) {}

	holdOf: Caller['holdOf'] = (api) => this.holds.of(api);
}
