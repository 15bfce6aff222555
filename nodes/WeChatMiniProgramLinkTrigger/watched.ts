import type { IPollFunctions } from 'n8n-workflow';

import { readLinks, type Account } from '../accounts/account';
import { AccountFinder } from '../accounts/accountFinder';
import {
	CredentialReader,
	hintLanguageOf,
	type ItemCredential,
} from '../accounts/credentialReader';
import type { Client } from '../calls/client';
import { credentialIdOf } from '../tokens/credentialStore';
import { lastTicketOf, PLATFORM_CREDENTIAL } from '../tokens/platformFields';
import { ACCOUNT_CREDENTIAL } from '../tokens/tokenFields';
import { readAppId } from '../wechat/appId';
import { formOfList, type LinkEntry } from '../wechat/linkList';
import { explainReply, isObstacle, type Obstacle } from '../wechat/obstacle';
import { obstacleOfSelection, type Settings } from './settings';

/** An account to visit. */
export interface WatchedAccount {
	/** Identifies it in the memory. */
	id: string;
	/** Null if the credential does not say. */
	appId: string | null;
	/** Seconds since 1970 when it authorized the platform, 0 if unknown; only if the platform lists it. */
	listedSince?: number;
	/** Milliseconds since 1970 of its last known authorization, from the list or a push. */
	changedAt?: number;
	/** Whether the platform no longer lists it; the trigger then forgets it once it cannot be called. */
	isGone?: boolean;
}

/** The accounts that a trigger watches, of one platform or one credential. */
export interface Watched {
	/**
	 * Identifies the memory: the appid of the platform or the account, or the credential's ID if the
	 * credential has no appid. API Base URL does not matter, since the links are the same at every host.
	 */
	origin: string;
	/** When the platform's last ticket came, see `lastTicketOf`; undefined if no ticket is needed. */
	lastTicket?: number;
	/**
	 * @param known the accounts in the memory
	 * @returns `isWhole`: whether the platform's whole list was read, undefined if no list is needed;
	 *   `obstacle`: why it could not be read
	 */
	accounts(
		known: Iterable<string>,
	): Promise<{ found: WatchedAccount[]; isWhole?: boolean; obstacle?: Obstacle }>;
	/** What prevents every call, such as a platform without a ticket. */
	obstacle(): Promise<Obstacle | undefined>;
	/** Reads an account's whole list of links with one call. `isLeftOut`: WeChat's answer has no list. */
	read(
		account: WatchedAccount,
	): Promise<{ entries: readonly LinkEntry[]; isLeftOut: boolean } | Obstacle>;
	settle(): Promise<void>;
}

/**
 * Reads the credential, which also sets the language of hints unless the node does.
 *
 * @returns what to watch, or why that is unknown
 */
export async function watchedBy(
	context: IPollFunctions,
	settings: Settings,
	client: Client,
): Promise<Watched | Obstacle> {
	const type = settings.isPlatform ? PLATFORM_CREDENTIAL : ACCOUNT_CREDENTIAL;
	const read = await new CredentialReader(context, type).ofItem(0);
	if (!settings.isLanguageChosen) settings.language = hintLanguageOf(read);
	const nothing = settings.selected && obstacleOfSelection(settings.selected);
	if (nothing) return nothing;
	if (isObstacle(read)) return read;
	const finder = new AccountFinder(context, client);
	return settings.isPlatform
		? platformAccounts(context, finder, client, read, settings)
		: ownAccount(context, finder, client, read);
}

/** The one account of the credential WeChat Authorizer Token API. */
function ownAccount(
	context: IPollFunctions,
	finder: AccountFinder,
	client: Client,
	read: ItemCredential,
): Watched | Obstacle {
	const account = finder.accountOf(read, '');
	if (isObstacle(account)) return account;
	const { appId } = account;
	return {
		origin: appId ?? credentialIdOf(context, ACCOUNT_CREDENTIAL),
		accounts: async () => ({ found: [{ id: appId ?? 'account', appId }] }),
		obstacle: async () => undefined,
		read: async () => await readWholeList(account, client),
		settle: async () => await finder.settle(),
	};
}

function platformAccounts(
	context: IPollFunctions,
	finder: AccountFinder,
	client: Client,
	read: ItemCredential,
	{ selected }: Settings,
): Watched | Obstacle {
	const platform = finder.platformOf(read);
	if (isObstacle(platform)) return platform;
	return {
		origin: platform.appId || credentialIdOf(context, PLATFORM_CREDENTIAL),
		lastTicket: lastTicketOf(platform.tokens.credentials),
		async accounts(known) {
			if (selected) {
				const toAccount = (id: string) => {
					return { id, appId: id, changedAt: platform.notedAuthorizationOf(id) };
				};
				return { found: selected.appIds.map(toAccount) };
			}
			const { answer, authorizers, isWhole } = await platform.listAccounts(Infinity);
			const found = new Map<string, WatchedAccount>();
			// Accounts that are no longer listed are visited, too: WeChat's answer shows whether they are gone.
			for (const id of known) found.set(id, { id, appId: id, isGone: isWhole });
			for (const { appId, authorizedAt } of authorizers) {
				const time = Date.parse(String(authorizedAt)) || 0;
				const changedAt = Math.max(time, platform.notedAuthorizationOf(appId));
				found.set(appId, { id: appId, appId, listedSince: Math.floor(time / 1000), changedAt });
			}
			const isRead = answer.errcode === 0;
			const obstacle = answer.obstacle ?? (isRead ? undefined : explainReply(answer));
			return { found: [...found.values()], isWhole, obstacle };
		},
		obstacle: async () => await platform.tokens.obstacle(),
		async read({ id }) {
			const appId = readAppId(id, 'Official Account');
			if (isObstacle(appId)) return appId;
			return await readWholeList(platform.accountOf(appId), client);
		},
		settle: async () => await finder.settle(),
	};
}

async function readWholeList(
	account: Account,
	client: Client,
): Promise<{ entries: readonly LinkEntry[]; isLeftOut: boolean } | Obstacle> {
	const { answer, list } = await readLinks(account, client);
	if (answer.obstacle) return answer.obstacle;
	if (answer.errcode !== 0) return explainReply(answer);
	const form = formOfList(answer.payload);
	if (form === 'unreadable') return NO_LIST;
	return { entries: list.entries, isLeftOut: form === 'leftOut' };
}

const NO_LIST: Obstacle = {
	category: 'retryLater',
	problem: "WeChat's answer does not contain a complete list of links",
	hint: {
		en: 'The next poll reads the list again. If this persists, check API Base URL in the credential and any proxy in between.',
		'zh-CN': '下次查询会重新读取列表。如果仍然如此，请检查凭证中的 API Base URL 以及途中的代理。',
	},
	whoActs: 'operator',
	errcode: null,
};
