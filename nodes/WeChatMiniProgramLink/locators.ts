import type {
	ICredentialDataDecryptedObject,
	ILoadOptionsFunctions,
	INodeListSearchItems,
	INodeListSearchResult,
	JsonObject,
} from 'n8n-workflow';
import { NodeApiError } from 'n8n-workflow';

import { describeLinkStatus } from '../wechat/linkStates';
import type { Account } from '../accounts/account';
import { AuthorizerTokenAccounts } from '../accounts/authorizerTokenAccounts';
import { choicesOf } from '../accounts/accountChoices';
import { Client } from '../calls/client';
import { linksOf } from '../accounts/links';
import { Platforms, type Platform } from '../accounts/platform';
import { PlatformAccounts } from '../accounts/platformAccounts';
import { isObstacle, type Obstacle } from '../wechat/obstacle';
import { refusedResult, unsentResult, type Result, type Subject } from './results';
import { Transport } from '../calls/transport';

/** Milliseconds and calls for a list in the editor, where a person waits. */
const TIMEOUT = 10_000;
const TRIES = 1;
/** Accounts on one page of the list: the name of each takes a call. */
const PAGE_SIZE = 50;

const SUBJECT: Subject = {
	operation: 'getMany',
	officialAccountAppId: null,
	miniProgramAppId: null,
	language: 'en',
};

/**
 * The account's links and invitations for the resource locator, with name and status. Entries
 * without an appid (WeChat leaves it out of refused ones) are given by their original ID.
 *
 * @throws NodeApiError with what to do when the list cannot be read
 */
export async function searchMiniProgramLinks(
	this: ILoadOptionsFunctions,
	filter?: string,
): Promise<INodeListSearchResult> {
	const client = clientOf(this);
	const account = orThrow(this, await accountOf(this, client));
	const { answer, list } = await linksOf(account, client);
	if (answer.errcode !== 0) {
		throw toError(this, refusedResult(SUBJECT, answer));
	}
	const results = list.entries.map(({ appid, username, nickname, status }) => {
		const value = appid ?? username ?? '';
		return { name: `${nickname ?? value} (${describeLinkStatus(status).label})`, value };
	});
	return { results: results.filter((entry) => matches(entry, filter)) };
}

/**
 * The Official Accounts that authorized the platform, by name and page by page; a search goes on to the
 * next page where this one has no match.
 *
 * @throws NodeApiError with what to do when the list cannot be read
 */
export async function searchOfficialAccounts(
	this: ILoadOptionsFunctions,
	filter?: string,
	paginationToken?: string,
): Promise<INodeListSearchResult> {
	const platform = orThrow(this, await platformOf(this, clientOf(this)));
	const offset = Number(paginationToken ?? 0);
	// A token service gives its list at once, with the names that it knows.
	const limit = platform.tokens.isService ? Infinity : PAGE_SIZE;
	const { answer, authorizers, next } = await platform.listAccounts(limit, offset);
	if (answer.errcode !== 0) throw toError(this, refusedResult(SUBJECT, answer));

	const entries = await choicesOf(platform, authorizers);
	const results = entries.filter((entry) => matches(entry, filter));
	return { results, paginationToken: next === undefined ? undefined : String(next) };
}

function matches({ name, value }: INodeListSearchItems, filter = ''): boolean {
	return value !== '' && `${name} ${value}`.toLowerCase().includes(filter.toLowerCase());
}

function clientOf(context: ILoadOptionsFunctions): Client {
	return new Client(new Transport(context, TIMEOUT), { maxTries: TRIES });
}

async function platformOf(
	context: ILoadOptionsFunctions,
	client: Client,
): Promise<Platform | Obstacle> {
	return await new Platforms(context, getCredentialsOf(context), client, 1).ofItem(0);
}

async function accountOf(
	context: ILoadOptionsFunctions,
	client: Client,
): Promise<Account | Obstacle> {
	const getCredentials = getCredentialsOf(context);
	if (context.getCurrentNodeParameter('authentication') !== 'openPlatform') {
		return await new AuthorizerTokenAccounts(context, getCredentials, 1).ofItem(0);
	}
	const officialAccount = context.getCurrentNodeParameter('officialAccountAppId', {
		extractValue: true,
	});
	const platforms = new Platforms(context, getCredentials, client, 1);
	return await new PlatformAccounts(platforms, () => officialAccount).ofItem(0);
}

function getCredentialsOf(context: ILoadOptionsFunctions) {
	return async (type: string) => await context.getCredentials<ICredentialDataDecryptedObject>(type);
}

function orThrow<T extends object>(context: ILoadOptionsFunctions, value: T | Obstacle): T {
	if (isObstacle(value)) throw toError(context, unsentResult(SUBJECT, value));
	return value;
}

/** The editor shows only the message of a list that could not be loaded. */
function toError(context: ILoadOptionsFunctions, { errcode, errmsg, hint }: Result): NodeApiError {
	const message = `${errmsg || `WeChat answered ${errcode}`}. ${hint}`;
	return new NodeApiError(context.getNode(), { message } as JsonObject, {
		message,
		description: hint,
	});
}
