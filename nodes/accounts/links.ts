import { readLinkList, simplifyLink, withoutEmail, type LinkEntry } from '../wechat/linkList';
import { describeLinkStatus } from '../wechat/linkStates';
import type { Account } from './account';
import type { Answer, Client } from '../calls/client';
import type { Options } from '../WeChatMiniProgramLink/operation';

/** The account's links and invitations, asked once for an account and run. */
export async function linksOf(
	account: Account,
	client: Client,
): Promise<{ answer: Answer; entries: LinkEntry[] }> {
	account.links ??= client.call(account, 'wxamplinkget', {});
	const answer = await account.links;
	return { answer, entries: readLinkList(answer.payload) };
}

/** An entry of the list as the node gives it out. */
export function toJson(
	entry: LinkEntry,
	{ simplify, includeEmail }: Pick<Options, 'simplify' | 'includeEmail'>,
): Record<string, unknown> {
	if (!simplify) return includeEmail ? entry : withoutEmail(entry);
	return {
		...simplifyLink(entry),
		outcome: describeLinkStatus(entry.status).outcome,
		...(includeEmail && { email: entry.email ?? null }),
	};
}
