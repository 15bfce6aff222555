import type {
	ICredentialDataDecryptedObject,
	ICredentialsDecrypted,
	ICredentialTestFunctions,
	INodeCredentialTestResult,
} from 'n8n-workflow';

import { pathOf } from '../wechat/apis';
import { describeErrcode } from '../wechat/errcodes';
import { readEncodingAesKey } from '../wechat/messageCrypto';
import { noReply, readReply, type Reply } from '../wechat/reply';
import {
	COMPONENT_TOKEN,
	readComponentToken,
	requireComponentFields,
} from '../tokens/componentToken';
import { readBaseUrl, readToken } from './credentialReader';
import { TokenFailure } from '../tokens/tokenFailure';
import { readTokenServiceAnswer, tokenServiceRequest } from '../tokens/tokenService';

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
	if (typeof baseUrl !== 'string') return failed(baseUrl.problem, baseUrl.hint);
	const token = await tokenOf(data, request);
	if (typeof token !== 'string') return failed(token.message, token.hint);
	if (!token) {
		return failed(
			'The access token is empty',
			"Fill in the Official Account's authorizer_access_token.",
		);
	}
	return await askWeChat(baseUrl, token, request);
}

/**
 * Tests the platform's credential with what decides over everything else: a token for the newest
 * ticket. A token that is still good is not replaced, since a new one would void it.
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
	if (typeof baseUrl !== 'string') return failed(baseUrl.problem, baseUrl.hint);
	try {
		const reply = await askPlatform(baseUrl, data, request);
		if (reply.errcode !== 0) readComponentToken(reply, data);
		return { status: 'OK', message: 'WeChat accepted the platform' };
	} catch (error) {
		return error instanceof TokenFailure
			? failed(error.message, error.hint)
			: failed('The credential could not be tested', '');
	}
}

const KEY_FIELDS = [
	['encodingAesKey', 'Encoding AES Key'],
	['previousEncodingAesKey', 'Previous Encoding AES Key'],
] as const;

function isKeyOrEmpty(value: unknown): boolean {
	const key = String(value ?? '').trim();
	return key === '' || readEncodingAesKey(key) !== undefined;
}

async function askPlatform(
	baseUrl: string,
	data: ICredentialDataDecryptedObject,
	request: Request,
): Promise<Reply> {
	const stored = String(data[COMPONENT_TOKEN.token] ?? '');
	const isGood =
		stored && COMPONENT_TOKEN.isCurrent(data) && COMPONENT_TOKEN.renewAt(data) > Date.now();
	const body = requireComponentFields(data);
	const [api, qs, sent] = isGood
		? ([
				'api_get_authorizer_list',
				{ component_access_token: stored },
				{ component_appid: body.component_appid, offset: 0, count: 1 },
			] as const)
		: (['api_component_token', {}, body] as const);
	const { statusCode, body: answer } = await exchange(request, {
		method: 'POST',
		uri: baseUrl + pathOf(api),
		qs,
		headers: { 'Content-Type': 'application/json' },
		body: JSON.stringify(sent),
	});
	return statusCode === 0 ? noReply('noAnswer', '') : readReply(statusCode, answer);
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
	if (reply.errcode === null) return failed(reply.errmsg, 'Check API Base URL.');
	if (reply.errcode === 0) return { status: 'OK', message: 'WeChat accepted the token' };
	const { meaning, hint } = describeErrcode(reply.errcode, 'wxamplinkget');
	const seen = reply.requestIp ? ` WeChat saw the IP address ${reply.requestIp}.` : '';
	const text = meaning || reply.errmsg.replaceAll(token, '***') || 'unknown code';
	return failed(`WeChat answered ${reply.errcode}: ${text}`, hint + seen);
}

/** The token to test: the pasted one, or what the token service gives now. */
async function tokenOf(
	data: ICredentialDataDecryptedObject,
	request: Request,
): Promise<string | TokenFailure> {
	if (data.tokenSource !== 'tokenService') return readToken(data.accessToken);
	try {
		const { url, ...rest } = tokenServiceRequest(data);
		const { statusCode, body } = await exchange(request, { uri: url, ...rest });
		return readTokenServiceAnswer(statusCode, body, data).authorizerAccessToken;
	} catch (error) {
		return error instanceof TokenFailure
			? error
			: new TokenFailure('The token service could not be asked', 'retryable', '');
	}
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
