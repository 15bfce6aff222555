import type {
	ILoadOptionsFunctions,
	INodeListSearchItems,
	INodeListSearchResult,
	JsonObject,
} from 'n8n-workflow';
import { NodeApiError } from 'n8n-workflow';

import { describeLinkStatus } from '../wechat/linkStates';
import { AccountFinder } from '../accounts/accountFinder';
import { Client } from '../calls/client';
import { linksOf } from '../accounts/account';
import { CredentialReader, hintLanguageOf } from '../accounts/credentialReader';
import { ACCOUNT_CREDENTIAL } from '../tokens/tokenFields';
import { PLATFORM_CREDENTIAL } from '../tokens/platformFields';
import { readAppId } from '../wechat/appId';
import { isObstacle, type Obstacle } from '../wechat/obstacle';
import type { Language } from '../wechat/text';
import { refusedResult, unsentResult, type Result, type Subject } from './results';
import { Transport } from '../calls/transport';

/** Milliseconds and number of tries for a list in the editor: few, because a person waits. */
const TIMEOUT = 10_000;
const TRIES = 1;
/** Accounts on one page of the list: each name takes a call. */
const PAGE_SIZE = 50;

function subjectIn(language: Language): Subject {
	return {
		operation: 'getMany',
		officialAccountAppId: null,
		miniProgramAppId: null,
		language,
	};
}

/**
 * Lists the account's links and invitations for the resource locator, with name and status. The value of an
 * entry without an appid (WeChat omits it from refused ones) is the original ID.
 *
 * @throws NodeApiError with what to do if the list cannot be read
 */
export async function searchMiniProgramLinks(
	this: ILoadOptionsFunctions,
	filter?: string,
): Promise<INodeListSearchResult> {
	const client = clientOf(this);
	const isPlatform = this.getCurrentNodeParameter('authentication') === 'openPlatform';
	const type = isPlatform ? PLATFORM_CREDENTIAL : ACCOUNT_CREDENTIAL;
	const read = await new CredentialReader(this, type).ofItem(0);
	const subject = subjectIn(hintLanguageOf(read));
	const appId = isPlatform
		? orThrow(this, readAppId(given(this), 'Official Account'), subject)
		: '';
	const finder = new AccountFinder(this, client);
	const account = orThrow(this, finder.accountOf(orThrow(this, read, subject), appId), subject);
	const { answer, list } = await linksOf(account, client);
	if (answer.errcode !== 0) {
		throw toError(this, refusedResult(subject, answer));
	}
	const results = list.entries.map(({ appid, username, nickname, status }) => {
		const value = appid ?? username ?? '';
		return { name: `${nickname ?? value} (${describeLinkStatus(status).label})`, value };
	});
	return { results: results.filter((entry) => matches(entry, filter)) };
}

/**
 * Lists the Official Accounts that authorized the platform, with their names, page by page. A search
 * continues on the next page if this one has no match.
 *
 * @throws NodeApiError with what to do if the list cannot be read
 */
export async function searchOfficialAccounts(
	this: ILoadOptionsFunctions,
	filter?: string,
	paginationToken?: string,
): Promise<INodeListSearchResult> {
	const read = await new CredentialReader(this, PLATFORM_CREDENTIAL).ofItem(0);
	const subject = subjectIn(hintLanguageOf(read));
	const finder = new AccountFinder(this, clientOf(this));
	const platform = orThrow(this, finder.platformOf(orThrow(this, read, subject)), subject);
	const offset = Number(paginationToken ?? 0);
	// A token service returns its whole list at once, with the names that it knows.
	const limit = platform.tokens.isService ? Infinity : PAGE_SIZE;
	const { answer, authorizers, next } = await platform.listAccounts(limit, offset);
	if (answer.errcode !== 0) throw toError(this, refusedResult(subject, answer));

	const entries = await platform.choicesOf(authorizers);
	const results = entries.filter((entry) => matches(entry, filter));
	return { results, paginationToken: next === undefined ? undefined : String(next) };
}

function matches({ name, value }: INodeListSearchItems, filter = ''): boolean {
	return value !== '' && `${name} ${value}`.toLowerCase().includes(filter.toLowerCase());
}

function clientOf(context: ILoadOptionsFunctions): Client {
	return new Client(new Transport(context, TIMEOUT), { maxTries: TRIES });
}

/** The value of the parameter Official Account in the editor. */
function given(context: ILoadOptionsFunctions): unknown {
	return context.getCurrentNodeParameter('officialAccountAppId', { extractValue: true });
}

function orThrow<T>(context: ILoadOptionsFunctions, value: T | Obstacle, subject: Subject): T {
	if (isObstacle(value)) throw toError(context, unsentResult(subject, value));
	return value;
}

/** If a list cannot be loaded, the editor shows only the message, so the message contains the hint. */
function toError(context: ILoadOptionsFunctions, { errcode, errmsg, hint }: Result): NodeApiError {
	const message = `${errmsg || `WeChat answered ${errcode}`}. ${hint}`;
	return new NodeApiError(context.getNode(), { message } as JsonObject, {
		message,
		description: hint,
	});
}
