import type { ICredentialDataDecryptedObject, IPollFunctions } from 'n8n-workflow';

import type { Account } from '../accounts/account';
import type { Accounts } from '../accounts/accounts';
import { AuthorizerTokenAccounts } from '../accounts/authorizerTokenAccounts';
import { Platforms } from '../accounts/platform';
import type { Client } from '../calls/client';
import { credentialIdOf } from '../tokens/credentialStore';
import { lastTicketOf, PLATFORM_CREDENTIAL } from '../tokens/platformFields';
import { ACCOUNT_CREDENTIAL } from '../tokens/tokenFields';
import { readAppId } from '../wechat/appId';
import { explainReply, isObstacle, type Obstacle } from '../wechat/obstacle';
import { obstacleOfSelection } from './selection';
import type { Settings } from './settings';

/** One account to look at. */
export interface WatchedAccount {
	/** Its name in the memory. */
	id: string;
	/** Null where the credential does not say. */
	appId: string | null;
	/** Seconds since 1970 when it authorized the platform, 0 if that is not known; only if it is listed. */
	listedSince?: number;
	/** Milliseconds since 1970 of the same, but also of a change that a push told this process. */
	changedAt?: number;
	/** Whether the platform no longer lists it; what is remembered of it ends with it. */
	isGone?: boolean;
}

/** The accounts to look at. */
interface FoundAccounts {
	found: WatchedAccount[];
	/** Whether the platform's whole list was read; undefined if none is watched. */
	isWhole?: boolean;
	/** Why the list could not be read. */
	obstacle?: Obstacle;
}

/** The accounts that a trigger watches, of one platform or one credential. */
export interface Watched {
	/**
	 * The platform or the account that all memory belongs to, by its appid, or by its credential if it
	 * has none. The API Base URL is no part of it: the links are the same whichever host tells them.
	 */
	origin: string;
	/** When the platform's last ticket came, see `lastTicketOf`; undefined where none has to come. */
	lastTicket?: number;
	/** @param known the accounts that are remembered */
	accounts(known: Iterable<string>): Promise<FoundAccounts>;
	/** What keeps every account from being called, such as a platform without a ticket. */
	obstacle(): Promise<Obstacle | undefined>;
	open(account: WatchedAccount): Promise<Account | Obstacle>;
	settle(): Promise<void>;
}

/**
 * Reads the credential, which also says the language of hints where the node does not.
 *
 * @returns what to watch, or why that cannot be known
 */
export async function watchedBy(
	context: IPollFunctions,
	settings: Settings,
	client: Client,
): Promise<Watched | Obstacle> {
	const getCredentials = async (type: string) =>
		await context.getCredentials<ICredentialDataDecryptedObject>(type);
	const accounts = settings.isPlatform
		? new Platforms(context, getCredentials, client, 1)
		: new AuthorizerTokenAccounts(context, getCredentials, 1);
	if (!settings.isLanguageChosen) settings.language = await accounts.languageOf(0);
	const nothing = settings.selected && obstacleOfSelection(settings.selected);
	if (nothing) return nothing;
	return accounts instanceof Platforms
		? await platformAccounts(context, accounts, settings)
		: await ownAccount(context, accounts);
}

/** The one account of the credential WeChat Authorizer Token API. */
async function ownAccount(
	context: IPollFunctions,
	accounts: Accounts,
): Promise<Watched | Obstacle> {
	const account = await accounts.ofItem(0);
	if (isObstacle(account)) return account;
	const { appId } = account;
	return {
		origin: appId ?? credentialIdOf(context, ACCOUNT_CREDENTIAL),
		accounts: async () => ({ found: [{ id: appId ?? 'account', appId }] }),
		obstacle: async () => undefined,
		open: async () => account,
		settle: async () => await accounts.settle(),
	};
}

async function platformAccounts(
	context: IPollFunctions,
	platforms: Platforms,
	{ selected }: Settings,
): Promise<Watched | Obstacle> {
	const platform = await platforms.ofItem(0);
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
			// What is no longer listed is looked at as well: WeChat's answer tells whether it is gone.
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
		async open({ id }) {
			const appId = readAppId(id, 'Official Account');
			return typeof appId === 'string' ? platform.accountOf(appId) : appId;
		},
		settle: async () => await platforms.settle(),
	};
}
