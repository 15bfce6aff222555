import type { ICredentialDataDecryptedObject, IPollFunctions } from 'n8n-workflow';

import { Account } from '../accounts/account';
import { listAuthorizers } from '../accounts/authorizerList';
import { AuthorizerTokenAccounts } from '../accounts/authorizerTokenAccounts';
import { Platforms, type Platform } from '../accounts/platform';
import type { Client } from '../calls/client';
import { credentialIdOf } from '../tokens/credentialStore';
import { ACCOUNT_CREDENTIAL } from '../tokens/tokenService';
import { readAppId } from '../wechat/appId';
import { explainReply } from '../wechat/explain';
import { isObstacle, type Obstacle } from '../wechat/obstacle';
import { shortHash } from '../wechat/shortHash';

/** The Official Accounts that a trigger looks at, and how they are called. */
export interface Watched {
	/** Tells them from those of another platform, now and after a restart. */
	of: string;
	/** Their appids, '' for one that its credential does not name; or why they are not known. */
	list(): Promise<string[] | Obstacle>;
	/** What keeps every account from being called, such as a platform without a token. */
	obstacle(): Promise<Obstacle | undefined>;
	accountOf(appId: string): Account;
	/** Stores the tokens that were made. */
	settle(): Promise<void>;
}

/** The one account of the credential WeChat Authorizer Token API. */
export async function watchAccount(context: IPollFunctions): Promise<Watched | Obstacle> {
	const accounts = new AuthorizerTokenAccounts(context, credentialsOf(context), 1);
	const account = await accounts.ofItem(0);
	if (isObstacle(account)) return account;
	const appId = account.appId ?? '';
	const credential = credentialIdOf(context, ACCOUNT_CREDENTIAL);
	return {
		of: shortHash(JSON.stringify([account.baseUrl, appId || credential])),
		list: async () => [appId],
		obstacle: async () => undefined,
		accountOf: () => account,
		settle: async () => await accounts.settle(),
	};
}

/**
 * Accounts of the platform of the credential WeChat Open Platform API.
 *
 * @param selected appids as they were given; undefined for all that authorised the platform
 */
export async function watchPlatform(
	context: IPollFunctions,
	client: Client,
	selected: unknown[] | undefined,
): Promise<Watched | Obstacle> {
	const platforms = new Platforms(context, credentialsOf(context), client, 1);
	const platform = await platforms.ofItem(0);
	if (isObstacle(platform)) return platform;
	return {
		of: shortHash(JSON.stringify([platform.baseUrl, platform.appId])),
		list: async () => (selected ? readSelected(selected) : await listAll(platform)),
		obstacle: async () => {
			const token = await platform.tokens.tokens.get();
			return isObstacle(token) ? token : undefined;
		},
		accountOf: (appId) => new Account(appId, platform.baseUrl, platform.tokens.ofAuthorizer(appId)),
		settle: async () => await platforms.settle(),
	};
}

async function listAll(platform: Platform): Promise<string[] | Obstacle> {
	const { answer, authorizers } = await listAuthorizers(platform, Infinity);
	if (answer.errcode !== 0) return answer.obstacle ?? explainReply(answer);
	return authorizers.map(({ appId }) => appId);
}

function readSelected(selected: unknown[]): string[] | Obstacle {
	if (selected.length === 0) return NOTHING_SELECTED;
	const ids = selected.map((given) => readAppId(given, 'Official Account'));
	return ids.find(isObstacle) ?? [...new Set(ids as string[])];
}

function credentialsOf(context: IPollFunctions) {
	return async (type: string) => await context.getCredentials<ICredentialDataDecryptedObject>(type);
}

const NOTHING_SELECTED: Obstacle = {
	category: 'invalidRequest',
	problem: 'No Official Account is selected',
	hint: {
		en: 'Select the accounts under Official Accounts, or choose All under Watch.',
		'zh-CN': '请在 Official Accounts 中选择公众号，或在 Watch 中选择 All。',
	},
	whoActs: 'operator',
};
