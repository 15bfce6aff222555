import type { Api } from '../wechat/apis';
import type { LinkList } from '../wechat/linkList';
import type { Reply } from '../wechat/reply';
import type { Answer } from '../calls/client';
import type { Result } from '../WeChatMiniProgramLink/results';
import type { TokenSource } from '../tokens/credentialToken';

/** What stops calls of an account to one API for a while. */
interface Hold {
	/** Milliseconds since 1970 until which calls wait. */
	until: number;
	/** WeChat's answer that the calls of the day are used up. */
	dailyLimit?: Reply;
}

/**
 * One account as a run calls it, with everything that its items share: an Official Account, or
 * the third-party platform itself.
 */
export class Account {
	/** The one list call of the account in this run. */
	links: Promise<{ answer: Answer; list: LinkList }> | undefined;

	/** Results by Mini Program: one that stands in the input twice is sent once. */
	readonly results = new Map<string, Promise<Result>>();

	private readonly holds = new Map<Api, Hold>();

	constructor(
		readonly appId: string | null,
		readonly baseUrl: string,
		readonly tokens: TokenSource,
	) {}

	holdOf(api: Api): Hold {
		const hold = this.holds.get(api) ?? { until: 0 };
		this.holds.set(api, hold);
		return hold;
	}
}
