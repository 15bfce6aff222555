import type {
	ICredentialDataDecryptedObject,
	ICredentialsDecrypted,
	ICredentialTestFunctions,
	INodeCredentialTestResult,
} from 'n8n-workflow';

import { readBaseUrl } from '../calls/baseUrl';
import { isRejected } from '../calls/client';
import { NO_KEYS, readComponentFields } from '../tokens/componentToken';
import { readToken } from '../tokens/pastedToken';
import { keptComponentToken } from '../tokens/platformShelf';
import { readTokenServiceAnswer, tokenServiceRequest } from '../tokens/tokenService';
import { pathOf, type ComponentApi } from '../wechat/apis';
import { explainReply } from '../wechat/explain';
import { readEncodingAesKey } from '../wechat/messageCrypto';
import { isObstacle, type Obstacle } from '../wechat/obstacle';
import { noReply, readReply, type Reply } from '../wechat/reply';

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
 * Tests the platform's credential. Asking WeChat to push tells whether AppID, AppSecret and IP
 * whitelist are right, needs no ticket, and is harmless when it pushes already
 * (doc/oplatform/openApi/ticket-token/api_startpushticket). The ticket shows with a token: the one
 * that is kept, or a new one, but only where none is kept, since a new one voids the former.
 */
export async function testOpenPlatform(
	this: ICredentialTestFunctions,
	credential: ICredentialsDecrypted<ICredentialDataDecryptedObject>,
): Promise<INodeCredentialTestResult> {
	const { request } = this.helpers;
	const data = credential.data ?? {};
	const badKey = KEY_FIELDS.find(([field]) => !isKeyOrEmpty(data[field]));
	if (badKey) {
		return failed(
			`The ${badKey[1]} is not one`,
			'It is 43 letters and digits; copy it again from the WeChat Open Platform console.',
		);
	}
	const baseUrl = readBaseUrl(data.apiBaseUrl);
	if (isObstacle(baseUrl)) return toFailure(baseUrl);
	const fields = readComponentFields(data);
	if (fields === NO_KEYS) return toFailure(NO_KEYS);

	const ask = async (api: ComponentApi, body: object, token?: string) =>
		await askPlatform(request, baseUrl + pathOf(api), body, token);
	const component_appid = String(data.componentAppId).trim();
	const component_secret = String(data.componentAppSecret).trim();
	const started = await ask('api_start_push_ticket', { component_appid, component_secret });
	if (started.errcode !== 0) return toFailure(explainReply(started));
	if (isObstacle(fields)) return toFailure(fields);

	const kept = keptComponentToken(data);
	if (kept?.isOfOtherValues) return OK;
	const reply = kept
		? await ask('api_get_authorizer_list', { component_appid, offset: 0, count: 1 }, kept.value)
		: await ask('api_component_token', fields);
	if (kept && isRejected(reply)) return REPLACED;
	return reply.errcode === 0 ? OK : toFailure(explainReply(reply));
}

const OK: INodeCredentialTestResult = { status: 'OK', message: 'WeChat accepted the platform' };
const REPLACED: INodeCredentialTestResult = {
	status: 'OK',
	message:
		'WeChat accepted the AppID and the AppSecret; another system has replaced the token, and the next run makes a new one. Let only one system make the tokens of this platform.',
};

const KEY_FIELDS = [
	['encodingAesKey', 'Encoding AES Key'],
	['previousEncodingAesKey', 'Previous Encoding AES Key'],
] as const;

function isKeyOrEmpty(value: unknown): boolean {
	const key = String(value ?? '').trim();
	return key === '' || readEncodingAesKey(key) !== undefined;
}

async function askPlatform(
	request: Request,
	uri: string,
	body: object,
	token?: string,
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
