import type {
	ICredentialDataDecryptedObject,
	ICredentialsDecrypted,
	ICredentialTestFunctions,
	INodeCredentialTestResult,
} from 'n8n-workflow';

import { describeErrcode } from '../wechat/errcodes';
import { readReply } from '../wechat/reply';
import { readBaseUrl, readToken } from './accounts';
import { readTokenServiceAnswer, TokenFailure, tokenServiceRequest } from './tokenService';

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
