import type {
	ICredentialDataDecryptedObject,
	ICredentialsDecrypted,
	ICredentialTestFunctions,
	IHttpRequestOptions,
	INodeCredentialTestResult,
} from 'n8n-workflow';

import { NO_TOKEN } from '../accounts/accountFinder';
import { Platform } from '../accounts/platform';
import { readBaseUrl } from '../calls/baseUrl';
import { fixedToken, type TokenSource } from '../calls/caller';
import { Client } from '../calls/client';
import { Road } from '../calls/road';
import { Transport, type Context } from '../calls/transport';
import { PlatformTokens } from '../tokens/platformTokens';
import { readToken, TOKENS } from '../tokens/tokenCache';
import {
	authorizerKey,
	componentKey,
	originOf,
	PLATFORM_TOKENS,
	serviceKey,
	tokenServiceOrigin,
} from '../tokens/tokenFields';
import { fetchToken, isTokenService } from '../tokens/tokenService';
import { explainReply, isObstacle, type Obstacle } from '../wechat/obstacle';
import type { Reply } from '../wechat/reply';
import { checkPlatformAndAccounts } from './checkSetup';
import { causeOf, type Check, type Finding } from './finding';

/*
 * The test of a credential runs the checks of Check Setup. The tested values might not be saved at all, and the test
 * cannot read or change what n8n stores. It shares the tokens of this process with the runs, under the same keys:
 * only a credential with the same secret finds them.
 */

/** Milliseconds to wait for an answer; no call is repeated, since a person waits. */
const TIMEOUT = 10_000;

/** Maximum number of accounts to look at, and how many at the same time. */
const FEW_ACCOUNTS = 20;
const ACCOUNTS_AT_ONCE = 5;

/** Tests the token of an Official Account: WeChat has to list the account's links with it. */
export async function testAuthorizerToken(
	this: ICredentialTestFunctions,
	credential: ICredentialsDecrypted<ICredentialDataDecryptedObject>,
): Promise<INodeCredentialTestResult> {
	const data = credential.data ?? {};
	const context = contextOf(this);
	const baseUrl = readBaseUrl(data.apiBaseUrl);
	if (isObstacle(baseUrl)) return toFailure(baseUrl);
	const tokens = isTokenService(data)
		? newestToken(context, data, serviceKey(tokenServiceOrigin(data)))
		: fixedToken(readToken(data.accessToken) || NO_TOKEN);
	const answer = await clientOf(context).call(
		{ road: new Road(baseUrl), tokens },
		'wxamplinkget',
		{},
	);
	if (answer.errcode === 0) return { status: 'OK', message: 'WeChat accepted the token' };
	if (answer.missing === 'noAnswer') {
		return failed(answer.errmsg, 'Check API Base URL, and that n8n can reach this address.');
	}
	return toFailure(answer.obstacle ?? explainReply(answer));
}

/**
 * Tests the platform's credential: the findings of Check Setup in one message, with only a few accounts. No
 * token is made while one is known, since a new one voids the former. A new one is kept in memory: n8n runs
 * the test each time the form opens.
 */
export async function testOpenPlatform(
	this: ICredentialTestFunctions,
	credential: ICredentialsDecrypted<ICredentialDataDecryptedObject>,
): Promise<INodeCredentialTestResult> {
	const data = withKnownToken(credential.data ?? {});
	const context = contextOf(this);
	const tokens = new PlatformTokens(context, data, performance.now());
	const client = clientOf(context);
	const { findings, callable } = await checkPlatformAndAccounts(
		new Platform(tokens, client),
		client,
		{
			most: FEW_ACCOUNTS,
			atOnce: ACCOUNTS_AT_ONCE,
			replacesTokens: false,
			callerOf: (appId) => ({
				road: tokens.road,
				tokens: newestToken(context, data, authorizerKey(originOf(data), appId), appId),
			}),
		},
	);
	return tokens.isService
		? toServiceResult(findings, callable ?? [])
		: toResult(findings, 'WeChat accepted the platform');
}

/** The context that the checks need: a test has no node, and a different request helper. */
function contextOf({ helpers, logger }: ICredentialTestFunctions): Context {
	const httpRequest = async ({ url, method, headers, qs, body, timeout }: IHttpRequestOptions) => {
		const options = { uri: url, method, headers, qs, body, timeout };
		return (await helpers.request({
			...options,
			simple: false,
			resolveWithFullResponse: true,
			followRedirect: false,
		})) as unknown;
	};
	return { logger, getNode: () => ({}), helpers: { httpRequest } } as unknown as Context;
}

function clientOf(context: Context): Client {
	return new Client(new NamingTransport(context, TIMEOUT), { maxTries: 1 });
}

/** Names the address that does not answer, which the form shows anyway. */
class NamingTransport extends Transport {
	override async send(...call: Parameters<Transport['send']>): Promise<Reply> {
		const [{ baseUrl }] = call;
		const reply = await super.send(...call);
		return reply.connection
			? { ...reply, errmsg: `No answer from ${new URL(baseUrl).origin}` }
			: reply;
	}
}

/** The token that a token service returns now; if WeChat rejects it, another one, but only once. */
function newestToken(
	context: Context,
	data: ICredentialDataDecryptedObject,
	key: string,
	appId?: string,
): TokenSource {
	const isUnwanted = () => true;
	const fetch = async () => {
		const token = await fetchToken(context, data, TOKENS.rejectionsOf(key), isUnwanted, appId);
		return isObstacle(token) ? token : token.value;
	};
	let isReplaced = false;
	return {
		get: fetch,
		async replace(rejected) {
			TOKENS.reject(key, rejected);
			if (isReplaced) return undefined;
			isReplaced = true;
			const other = await fetch();
			return isObstacle(other) || other === rejected ? undefined : other;
		},
		accepted() {},
	};
}

/** The credential with the newest token of the platform that this process knows, as if the credential kept it. */
function withKnownToken(
	credentials: ICredentialDataDecryptedObject,
): ICredentialDataDecryptedObject {
	const origin = originOf(credentials);
	const key = componentKey(origin);
	const kept = new Map(PLATFORM_TOKENS.read(credentials, origin)).get(key);
	if (kept) TOKENS.adopt(key, kept);
	const known = TOKENS.tokenOf(key);
	if (!known) return credentials;
	return {
		...credentials,
		...PLATFORM_TOKENS.missing(credentials, origin, new Map([[key, known]])),
	};
}

function toServiceResult(findings: Finding[], callable: string[]): INodeCredentialTestResult {
	const list = findings.find(({ check }) => check === 'authorizedAccounts');
	if (list?.status === 'unknown' && causeOf(findings) === undefined) {
		return {
			status: 'OK',
			message: `The token service answers. ${list.detail}, so no account was tried`,
		};
	}
	const result = toResult(findings, 'WeChat accepted the tokens of the token service');
	const isNobody = callable.length === 0 && result.status === 'OK' && list;
	return isNobody ? failed(list.detail, list.hint.en) : result;
}

const TOKEN: Check = 'componentToken';

/** The test fails if something stops all calls. Otherwise its message also names what needs attention. */
function toResult(findings: Finding[], good: string): INodeCredentialTestResult {
	const worst =
		causeOf(findings) ??
		findings.find(({ status }) => status === 'failed') ??
		findings.find(({ check, status }) => check === TOKEN && status === 'unknown');
	if (worst?.check === 'ticket' && worst.waitsForPush) return withoutTicket(worst, findings);
	if (worst) return failed(worst.detail, worst.hint.en);
	const notes = findings
		.filter(({ status }) => status === 'attention')
		.map((found) => `${found.detail}. ${found.hint.en}`);
	return { status: 'OK', message: [good, ...notes].join('. ') };
}

/** The result before the first ticket: what keeps it from arriving, or that everything else is right. */
function withoutTicket(ticket: Finding, findings: Finding[]): INodeCredentialTestResult {
	const key = findings.find(({ check }) => check === 'encodingAesKey');
	const isKeyBad = key?.status === 'failed' || key?.status === 'attention';
	if (isKeyBad) return failed(key.detail, key.hint.en);
	const good =
		'AppID, AppSecret and IP whitelist are right, and the keys have a valid form. Only the first ticket is missing';
	return failed(`${good}: ${ticket.detail}`, ticket.hint.en);
}

function failed(what: string, hint: string): INodeCredentialTestResult {
	return { status: 'Error', message: hint ? `${what}. ${hint}` : what };
}

function toFailure({ errcode, problem, hint }: Obstacle): INodeCredentialTestResult {
	return failed(
		typeof errcode === 'number' ? `WeChat answered ${errcode}: ${problem}` : problem,
		hint.en,
	);
}
