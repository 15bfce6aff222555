import type { Caller, TokenSource } from '../calls/caller';
import type { Answer, Client } from '../calls/client';
import type { Road } from '../calls/road';
import {
	LinkList,
	readLinkList,
	simplifyLink,
	withoutEmail,
	type LinkEntry,
} from '../wechat/linkList';
import { describeLinkStatus } from '../wechat/linkStates';

/** One Official Account of a run, with everything that the run's items share. */
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

/** The account's links and invitations, which a run reads once. */
export async function linksOf(
	account: Account,
	client: Client,
): Promise<{ answer: Answer; list: LinkList }> {
	const { links } = account;
	if (links) return await client.aside(async () => await links);
	account.links = readLinks(account, client);
	return await account.links;
}

/** Reads the account's links and invitations without remembering them. */
export async function readLinks(
	account: Account,
	client: Client,
): Promise<{ answer: Answer; list: LinkList }> {
	const answer = await client.call(account, 'wxamplinkget', {});
	return { answer, list: new LinkList(readLinkList(answer.payload)) };
}

/** An entry of the list as the node returns it. */
export function linkToJson(
	entry: LinkEntry,
	{ simplify, includeEmail }: { simplify: boolean; includeEmail: boolean },
): Record<string, unknown> {
	if (!simplify) return includeEmail ? entry : withoutEmail(entry);
	return {
		...simplifyLink(entry),
		outcome: describeLinkStatus(entry.status).outcome,
		...(includeEmail && { email: entry.email ?? null }),
	};
}
