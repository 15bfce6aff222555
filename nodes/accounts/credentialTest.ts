import type {
	ICredentialDataDecryptedObject,
	ICredentialsDecrypted,
	ICredentialTestFunctions,
	INodeCredentialTestResult,
} from 'n8n-workflow';

import { readBaseUrl } from '../calls/baseUrl';
import { readComponentFields } from '../tokens/componentToken';
import { readToken } from '../tokens/pastedToken';
import { keptComponentToken } from '../tokens/platformShelf';
import { readTokenServiceAnswer, tokenServiceRequest } from '../tokens/tokenService';
import { pathOf, type ComponentApi } from '../wechat/apis';
import { explainReply } from '../wechat/explain';
import { isObstacle, type Obstacle } from '../wechat/obstacle';
import { noReply, readReply, type Reply } from '../wechat/reply';
import { checkAccounts } from './accountChecks';
import type { AuthorizerLister } from './authorizerList';
import { causeOf, type Check, type Finding } from './finding';
import { checkPlatform } from './platformChecks';

const TIMEOUT = 10_000;

type Request = ICredentialTestFunctions['helpers']['request'];

/**
 * Tests a credential by asking WeChat for the account's links: passed only when WeChat answered
 * errcode 0, since it answers HTTP 200 to wrong tokens, too.
 */
export async function testAuthorizerToken(
	this: ICredentialTestFunctions,
	credential: ICredentialsDecrypted<ICredentialDataDecryptedObject>,
): Promise<INodeCredentialTestResult> {
	// The only helper that n8n gives to a credential test.
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
	const component_appid = String(data.componentAppId ?? '').trim();
	const kept = keptComponentToken(data);
	let token = kept?.isOfOtherValues ? '' : (kept?.value ?? '');
	const ask = async (api: ComponentApi, body: object, withToken: string) =>
		await askPlatform(request, `${toBaseUrl(data)}${pathOf(api)}`, body, withToken);
	const findings = await checkPlatform(data, {
		ask,
		makeToken: async () => {
			const fields = readComponentFields(data);
			if (kept || isObstacle(fields)) return undefined;
			const made = await ask('api_component_token', { ...fields }, '');
			token = String(made.payload.component_access_token ?? '');
			return made;
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
	return toResult(findings);
}

const TOKEN: Check = 'componentToken';

/** Accounts that a credential test looks at, and how many at the same time: a person waits for it. */
const FEW_ACCOUNTS = 20;
const ACCOUNTS_AT_ONCE = 5;

/**
 * What stops everything makes the test red. The rest is told behind the good news, except for what
 * nobody can know yet.
 */
function toResult(findings: Finding[]): INodeCredentialTestResult {
	const worst =
		causeOf(findings) ??
		findings.find(({ status }) => status === 'failed') ??
		findings.find(({ check, status }) => check === TOKEN && status === 'unknown');
	if (worst) return failed(worst.detail, worst.hint.en);
	const notes = findings
		.filter(({ status }) => status === 'attention')
		.map((found) => `${found.detail}. ${found.hint.en}`);
	return { status: 'OK', message: ['WeChat accepted the platform', ...notes].join('. ') };
}

function toBaseUrl({ apiBaseUrl }: ICredentialDataDecryptedObject): string {
	const baseUrl = readBaseUrl(apiBaseUrl);
	return typeof baseUrl === 'string' ? baseUrl : '';
}

async function askPlatform(
	request: Request,
	uri: string,
	body: object,
	token: string,
): Promise<Reply> {
	const { statusCode, body: answer } = await exchange(request, {
		method: 'POST',
		uri,
		qs: token ? { component_access_token: token } : {},
		headers: { 'Content-Type': 'application/json' },
		body: JSON.stringify(body),
	});
	return statusCode === 0
		? noReply('noAnswer', `No answer from ${new URL(uri).origin}`)
		: readReply(statusCode, answer);
}

async function askWeChat(
	baseUrl: string,
	token: string,
	request: Request,
): Promise<INodeCredentialTestResult> {
	const { statusCode, body } = await exchange(request, {
		method: 'POST',
		uri: `${baseUrl}/cgi-bin/wxopen/wxamplinkget`,
		qs: { access_token: token },
		headers: { 'Content-Type': 'application/json' },
		body: '{}',
	});
	if (statusCode === 0) {
		return failed(
			`No answer from ${baseUrl}`,
			'Check API Base URL, and that n8n can reach this address.',
		);
	}
	const reply = readReply(statusCode, body);
	if (reply.errcode === 0) return { status: 'OK', message: 'WeChat accepted the token' };
	return toFailure(explainReply({ ...reply, errmsg: reply.errmsg.replaceAll(token, '***') }));
}

/** The token to test: the pasted one, or what the token service gives now. */
async function tokenOf(
	data: ICredentialDataDecryptedObject,
	request: Request,
): Promise<string | Obstacle> {
	if (data.tokenSource !== 'tokenService') return readToken(data.accessToken);
	const toService = tokenServiceRequest(data);
	if (isObstacle(toService)) return toService;
	const { url, ...rest } = toService;
	const { statusCode, body } = await exchange(request, { uri: url, ...rest });
	const token = readTokenServiceAnswer(statusCode, body);
	return isObstacle(token) ? token : token.value;
}

/** @returns the status 0 when no answer came */
async function exchange(
	request: Request,
	options: object,
): Promise<{ statusCode: number; body: string }> {
	try {
		const response = (await request({
			...options,
			timeout: TIMEOUT,
			simple: false,
			resolveWithFullResponse: true,
			followRedirect: false,
		})) as { statusCode: number; body: unknown };
		const { statusCode, body } = response;
		return { statusCode, body: typeof body === 'string' ? body : JSON.stringify(body ?? '') };
	} catch {
		return { statusCode: 0, body: '' };
	}
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
