import type { Answer, Client } from '../calls/client';
import {
	LinkList,
	readLinkList,
	simplifyLink,
	withoutEmail,
	type LinkEntry,
} from '../wechat/linkList';
import { describeLinkStatus } from '../wechat/linkStates';
import type { Account } from './account';

/** The account's links and invitations, asked and read once for an account and run. */
export async function linksOf(
	account: Account,
	client: Client,
): Promise<{ answer: Answer; list: LinkList }> {
	const { links } = account;
	if (links) return await client.aside(async () => await links);
	account.links = readLinks(account, client);
	return await account.links;
}

/** Asks for the account's links and invitations and keeps nothing of them. */
export async function readLinks(
	account: Account,
	client: Client,
): Promise<{ answer: Answer; list: LinkList }> {
	const answer = await client.call(account, 'wxamplinkget', {});
	return { answer, list: new LinkList(readLinkList(answer.payload)) };
}

/** How an entry is given out. */
interface EntryOptions {
	simplify: boolean;
	includeEmail: boolean;
}

/** An entry of the list as the node gives it out. */
export function toJson(
	entry: LinkEntry,
	{ simplify, includeEmail }: EntryOptions,
): Record<string, unknown> {
	if (!simplify) return includeEmail ? entry : withoutEmail(entry);
	return {
		...simplifyLink(entry),
		outcome: describeLinkStatus(entry.status).outcome,
		...(includeEmail && { email: entry.email ?? null }),
	};
}
