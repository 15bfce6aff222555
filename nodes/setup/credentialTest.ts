import type {
	ICredentialDataDecryptedObject,
	ICredentialsDecrypted,
	ICredentialTestFunctions,
	INodeCredentialTestResult,
} from 'n8n-workflow';

import { readBaseUrl } from '../calls/baseUrl';
import { unsent } from '../calls/client';
import { Road, roadOf } from '../calls/road';
import { readToken } from '../tokens/tokenCache';
import {
	authorizerKey,
	keptComponentToken,
	originOf,
	serviceKey,
	tokenServiceOrigin,
} from '../tokens/tokenFields';
import { isTokenService, listServiceAccounts } from '../tokens/tokenService';
import type { Api } from '../wechat/apis';
import { explainReply, isObstacle, type Obstacle } from '../wechat/obstacle';
import type { Reply } from '../wechat/reply';
import { givenText } from '../wechat/values';
import { checkAccounts } from './accountChecks';
import type { AskPlatform } from '../tokens/authorizerInfo';
import { causeOf, type Check, type Finding } from './finding';
import { checkPlatform } from './platformChecks';
import { checkService } from './serviceChecks';
import {
	judgeToken,
	makePlatformToken,
	testServiceToken,
	withKnownToken,
	type Tested,
} from './testedTokens';
import { askingBy, askPlatform, readLinks, type Request } from './testRequests';

/**
 * Tests a credential by asking WeChat for the account's links: passed only when WeChat answered
 * errcode 0, since it answers HTTP 200 to wrong tokens, too.
 */
export async function testAuthorizerToken(
	this: ICredentialTestFunctions,
	credential: ICredentialsDecrypted<ICredentialDataDecryptedObject>,
): Promise<INodeCredentialTestResult> {
	const { request } = this.helpers;
	const data = credential.data ?? {};
	const baseUrl = readBaseUrl(data.apiBaseUrl);
	if (isObstacle(baseUrl)) return toFailure(baseUrl);
	if (isTokenService(data)) {
		const tested = await testServiceToken({
			key: serviceKey(tokenServiceOrigin(data)),
			data,
			ask: askingBy(request),
			readLinks: async (token) => await readLinks(new Road(baseUrl), token, request),
		});
		return judgeLinks(baseUrl, tested);
	}
	const token = readToken(data.accessToken);
	if (!token) {
		return failed(
			'The access token is empty',
			"Fill in the Official Account's authorizer_access_token.",
		);
	}
	return judgeLinks(baseUrl, await readLinks(new Road(baseUrl), token, request));
}

/**
 * Tests the platform's credential with the checks of the operation Check Setup: the same findings, in
 * one message. Accounts are looked at only a few, and no token is made where one is known, since a new
 * one voids the former. One that is made is kept in memory: n8n tests a credential at each look at it.
 */
export async function testOpenPlatform(
	this: ICredentialTestFunctions,
	credential: ICredentialsDecrypted<ICredentialDataDecryptedObject>,
): Promise<INodeCredentialTestResult> {
	const { request } = this.helpers;
	const data = withKnownToken(credential.data ?? {});
	const road = roadOf(data, this.logger);
	if (isTokenService(data)) return await testTokenService(data, road, request);
	const component_appid = givenText(data.componentAppId);
	const kept = keptComponentToken(data);
	let token = kept?.isOfOtherValues ? '' : (kept?.value ?? '');
	const ask = async (api: Api, body: object, withToken: string): Promise<Reply> => {
		const reply = await askPlatform(request, road, api, body, withToken);
		if (withToken !== '') judgeToken(data, withToken, reply);
		return reply;
	};
	const findings = await checkPlatform(data, {
		ask,
		makeToken: async () => {
			if (kept) return undefined;
			const made = await makePlatformToken(
				data,
				async (body) => await ask('api_component_token', body, ''),
			);
			if (isObstacle(made)) return unsent(made);
			token = made;
			return MADE;
		},
	});
	const isTokenGood = findings.some(({ check, status }) => check === TOKEN && status === 'ok');
	if (isTokenGood && token !== '') {
		const call: AskPlatform = async (api, body = {}) => {
			const reply = await ask(api, { component_appid, ...body }, token);
			return { ...reply, attempts: 1, mayHaveArrived: false };
		};
		const accounts = await checkAccounts(data, call, FEW_ACCOUNTS, ACCOUNTS_AT_ONCE);
		findings.push(...accounts.findings);
	}
	return toResult(findings, 'WeChat accepted the platform');
}

/** The same for a platform whose tokens a server gives. */
async function testTokenService(
	data: ICredentialDataDecryptedObject,
	road: Road,
	request: Request,
): Promise<INodeCredentialTestResult> {
	const ask = askingBy(request);
	const { findings, callable } = await checkService(
		data,
		{
			list: async () => await listServiceAccounts(ask, data),
			links: async (appId) =>
				await testServiceToken({
					key: authorizerKey(originOf(data), appId),
					data,
					appId,
					ask,
					readLinks: async (token) => await readLinks(road, token, request),
				}),
		},
		FEW_ACCOUNTS,
		ACCOUNTS_AT_ONCE,
	);
	const list = findings.find(({ check }) => check === 'authorizedAccounts');
	if (list?.status === 'unknown' && causeOf(findings) === undefined) {
		return {
			status: 'OK',
			message: `The token service answers. ${list.detail}, so that no account was tried`,
		};
	}
	const result = toResult(findings, 'WeChat accepted the tokens of the token service');
	const isNobody = callable.length === 0 && result.status === 'OK' && list;
	return isNobody ? failed(list.detail, list.hint.en) : result;
}

const TOKEN: Check = 'componentToken';

/** Used instead of WeChat's answer after a token was made, here or by another test. */
const MADE: Reply = { errcode: 0, errmsg: 'ok', rid: null, payload: {} };

/** Accounts that a credential test looks at, and how many at the same time: a person waits for it. */
const FEW_ACCOUNTS = 20;
const ACCOUNTS_AT_ONCE = 5;

/**
 * What stops everything makes the test red. The rest is told behind the good news, except for what
 * nobody can know yet.
 */
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

/** Before the first ticket: what keeps it away, or that all is right but the ticket. */
function withoutTicket(ticket: Finding, findings: Finding[]): INodeCredentialTestResult {
	const key = findings.find(({ check }) => check === 'encodingAesKey');
	const isKeyBad = key?.status === 'failed' || key?.status === 'attention';
	if (isKeyBad) return failed(key.detail, key.hint.en);
	const good =
		'AppID, AppSecret and IP whitelist are right, and the keys have the right form. Only the first ticket is missing';
	return failed(`${good}: ${ticket.detail}`, ticket.hint.en);
}

function judgeLinks(baseUrl: string, reply: Tested): INodeCredentialTestResult {
	if (reply.obstacle) return toFailure(reply.obstacle);
	if (reply.missing === 'noAnswer') {
		return failed(
			`No answer from ${baseUrl}`,
			'Check API Base URL, and that n8n can reach this address.',
		);
	}
	if (reply.errcode === 0) return { status: 'OK', message: 'WeChat accepted the token' };
	return toFailure(explainReply(reply));
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
