import type {
	ICredentialDataDecryptedObject,
	ICredentialsDecrypted,
	ICredentialTestFunctions,
	INodeCredentialTestResult,
} from 'n8n-workflow';

import { readBaseUrl } from '../calls/baseUrl';
import { unsent } from '../calls/client';
import { readComponentFields } from '../tokens/componentToken';
import { keptComponentToken } from '../tokens/platformShelf';
import { platformServiceRequest, readServiceList } from '../tokens/platformService';
import { readToken } from '../tokens/token';
import {
	isTokenService,
	readTokenServiceAnswer,
	tokenServiceRequest,
} from '../tokens/tokenService';
import type { ComponentApi } from '../wechat/apis';
import { explainMissing, explainReply } from '../wechat/explain';
import { isObstacle, type Obstacle } from '../wechat/obstacle';
import { givenText, textOf } from '../wechat/values';
import { checkAccounts } from './accountChecks';
import type { AuthorizerLister } from './authorizerList';
import { causeOf, type Check, type Finding } from './finding';
import { checkPlatform } from './platformChecks';
import { checkService } from './serviceChecks';
import { askPlatform, askService, readLinks, type Request } from './testRequests';

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
	const token = await tokenOf(data, request);
	if (isObstacle(token)) return toFailure(token);
	if (!token) {
		return failed(
			'The access token is empty',
			"Fill in the Official Account's authorizer_access_token.",
		);
	}
	return await askWeChat(baseUrl, token, request);
}

/**
 * Tests the platform's credential with the checks of the operation Check Setup: the same findings, in
 * one message. Accounts are looked at only a few, and no token is made where one is kept, since a new
 * one voids the former.
 */
export async function testOpenPlatform(
	this: ICredentialTestFunctions,
	credential: ICredentialsDecrypted<ICredentialDataDecryptedObject>,
): Promise<INodeCredentialTestResult> {
	const { request } = this.helpers;
	const data = credential.data ?? {};
	if (isTokenService(data)) return await testTokenService(data, request);
	const component_appid = givenText(data.componentAppId);
	const kept = keptComponentToken(data);
	let token = kept?.isOfOtherValues ? '' : (kept?.value ?? '');
	const ask = async (api: ComponentApi, body: object, withToken: string) =>
		await askPlatform(request, toBaseUrl(data), api, body, withToken);
	const findings = await checkPlatform(data, {
		ask,
		makeToken: async () => {
			const fields = readComponentFields(data);
			if (kept || isObstacle(fields)) return undefined;
			const made = await ask('api_component_token', { ...fields }, '');
			token = textOf(made.payload.component_access_token);
			return token === '' ? { ...made, obstacle: explainMissing(made) } : made;
		},
	});
	const isTokenGood = findings.some(({ check, status }) => check === TOKEN && status === 'ok');
	if (isTokenGood && token !== '') {
		const platform: AuthorizerLister = {
			call: async (api, body = {}) => {
				const reply = await ask(api, { component_appid, ...body }, token);
				return { ...reply, attempts: 1, mayHaveArrived: false };
			},
		};
		const accounts = await checkAccounts(data, platform, FEW_ACCOUNTS, ACCOUNTS_AT_ONCE);
		findings.push(...accounts.findings);
	}
	return toResult(findings, 'WeChat accepted the platform');
}

/** The same for a platform whose tokens a server gives. */
async function testTokenService(
	data: ICredentialDataDecryptedObject,
	request: Request,
): Promise<INodeCredentialTestResult> {
	const ask = async (appId: string) => {
		const toService = platformServiceRequest(data, appId);
		return isObstacle(toService) ? toService : await askService(toService, request);
	};
	const { findings, callable } = await checkService(
		data,
		{
			list: async () => {
				const answer = await ask('');
				return isObstacle(answer) ? answer : readServiceList(answer);
			},
			links: async (appId) => {
				const answer = await ask(appId);
				const token = isObstacle(answer)
					? answer
					: readTokenServiceAnswer(answer.statusCode, answer.body, appId);
				return isObstacle(token)
					? unsent(token)
					: await readLinks(toBaseUrl(data), token.value, request);
			},
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
	if (worst) return failed(worst.detail, worst.hint.en);
	const notes = findings
		.filter(({ status }) => status === 'attention')
		.map((found) => `${found.detail}. ${found.hint.en}`);
	return { status: 'OK', message: [good, ...notes].join('. ') };
}

function toBaseUrl({ apiBaseUrl }: ICredentialDataDecryptedObject): string {
	const baseUrl = readBaseUrl(apiBaseUrl);
	return typeof baseUrl === 'string' ? baseUrl : '';
}

async function askWeChat(
	baseUrl: string,
	token: string,
	request: Request,
): Promise<INodeCredentialTestResult> {
	const reply = await readLinks(baseUrl, token, request);
	if (reply.missing === 'noAnswer') {
		return failed(
			`No answer from ${baseUrl}`,
			'Check API Base URL, and that n8n can reach this address.',
		);
	}
	if (reply.errcode === 0) return { status: 'OK', message: 'WeChat accepted the token' };
	return toFailure(explainReply(reply));
}

/** The token to test: the pasted one, or what the token service gives now. */
async function tokenOf(
	data: ICredentialDataDecryptedObject,
	request: Request,
): Promise<string | Obstacle> {
	if (!isTokenService(data)) return readToken(data.accessToken);
	const toService = tokenServiceRequest(data);
	if (isObstacle(toService)) return toService;
	const { statusCode, body } = await askService(toService, request);
	const token = readTokenServiceAnswer(statusCode, body);
	return isObstacle(token) ? token : token.value;
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
