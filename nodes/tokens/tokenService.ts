import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import type { Context } from '../calls/transport';
import { pause } from '../calls/waiting';
import { isObstacle, type Obstacle } from '../wechat/obstacle';
import { givenText } from '../wechat/values';
import type { NewToken, TokenCache } from './tokenCache';
import {
	readServiceList,
	readTokenServiceAnswer,
	type ServiceAccount,
} from './tokenServiceAnswers';

/** The part of Token Service URL that the account's appid replaces. */
const PLACEHOLDER = '{appid}';

/** Milliseconds that a token service has to answer. */
const TIMEOUT = 10_000;

/** How many times a service that does not answer is asked, and milliseconds of the first pause. */
const TRIES = 3;
const FIRST_PAUSE = 1000;

/** A request to a token service: GET with one optional secret header. */
interface ServiceRequest {
	method: 'GET';
	url: string;
	headers: Record<string, string>;
}

/** Whether the tokens of a credential come from another server, which runs the platform. */
export function isTokenService({ tokenSource }: ICredentialDataDecryptedObject): boolean {
	return tokenSource === 'tokenService';
}

/**
 * Asks the token service of a credential for a token. A server keeps a token until it ends, and does not learn
 * that WeChat has voided it. So if the service returns a token that WeChat has rejected, it is asked once more,
 * with `Cache-Control: no-cache`, for a new token instead of the kept one.
 *
 * @param isUnwanted whether nobody waits for it any more, so that no further request should start
 * @param appId the account, undefined if the URL is for a single one
 */
export async function fetchToken(
	context: Context,
	credentials: ICredentialDataDecryptedObject,
	rejections: ReturnType<TokenCache['rejectionsOf']>,
	isUnwanted: () => boolean,
	appId: string | undefined,
): Promise<NewToken | Obstacle> {
	const request = tokenServiceRequest(credentials, appId);
	if (isObstacle(request)) return request;
	const token = await askUntilAnswered(context, request, isUnwanted, appId);
	if (isObstacle(token) || !rejections.isUntold(token.value)) return token;
	const headers = { ...request.headers, 'Cache-Control': 'no-cache' };
	const other = await askUntilAnswered(context, { ...request, headers }, isUnwanted, appId);
	if (!isPassing(other)) rejections.noteTold(token.value);
	return other;
}

/** Asks, and asks again if no answer comes. */
async function askUntilAnswered(
	context: Context,
	request: ServiceRequest,
	isUnwanted: () => boolean,
	appId: string | undefined,
): Promise<NewToken | Obstacle> {
	for (let tries = 1; ; tries++) {
		const { statusCode, body } = await ask(context, request);
		const token = readTokenServiceAnswer(statusCode, body, appId);
		if (!isPassing(token) || tries >= TRIES || isUnwanted()) return token;
		await pause(FIRST_PAUSE * tries);
	}
}

function isPassing(token: NewToken | Obstacle): boolean {
	return isObstacle(token) && token.category === 'retryLater';
}

/** What a token service answered; the status is 0 if no answer came. */
interface ServiceAnswer {
	statusCode: number;
	body: unknown;
}

/** Sends one request. It follows no redirect, which would take the secret header along. */
async function ask({ helpers }: Context, request: ServiceRequest): Promise<ServiceAnswer> {
	try {
		return (await helpers.httpRequest({
			...request,
			timeout: TIMEOUT,
			encoding: 'text',
			returnFullResponse: true,
			ignoreHttpStatusErrors: true,
			disableFollowRedirect: true,
		})) as ServiceAnswer;
	} catch {
		return { statusCode: 0, body: '' };
	}
}

/**
 * The request for a token.
 *
 * @param appId goes into the URL: an account of the platform, or '' for the list of all of them; undefined
 *   if the URL is for a single account
 */
export function tokenServiceRequest(
	credentials: ICredentialDataDecryptedObject,
	appId?: string,
): ServiceRequest | Obstacle {
	const url = givenText(credentials.tokenServiceUrl);
	if (!/^https?:\/\/\S+$/i.test(url)) return NO_URL;
	const name = givenText(credentials.tokenServiceHeaderName);
	const value = givenText(credentials.tokenServiceHeaderValue);
	const headers = { Accept: 'application/json', ...(name && { [name]: value }) };
	if (appId === undefined) return { method: 'GET', url, headers };
	const parts = url.split(PLACEHOLDER);
	if (parts.length !== 2) return noPlaceholder(parts.length);
	return { method: 'GET', url: parts.join(appId), headers };
}

/**
 * The accounts that the token service lists at its URL without an appid. The answer is JSON: a list, or an object
 * with the list in the field `list` or `data.list`. An entry is an appid, or an object that contains the appid as
 * `authorizer_appid` or `appid`, and `nick_name` or `name` and `auth_time` (Unix time in seconds) if the service
 * knows them.
 */
export async function listServiceAccounts(
	context: Context,
	credentials: ICredentialDataDecryptedObject,
): Promise<ServiceAccount[] | Obstacle> {
	const request = tokenServiceRequest(credentials, '');
	if (isObstacle(request)) return request;
	const { statusCode, body } = await ask(context, request);
	return readServiceList(statusCode, body);
}

const NO_URL: Obstacle = {
	category: 'authorization',
	problem: 'The address of the token service is not a URL',
	hint: {
		en: 'Fill in Token Service URL in the credential; it starts with https:// and contains no spaces.',
		'zh-CN': '请在凭证中填写 Token Service URL；以 https:// 开头，不含空格。',
	},
	whoActs: 'operator',
};

function noPlaceholder(parts: number): Obstacle {
	return {
		category: 'authorization',
		problem:
			parts === 1
				? 'Token Service URL does not contain {appid}'
				: `Token Service URL contains {appid} ${parts - 1} times`,
		hint: {
			en: 'In the credential, put {appid} once into Token Service URL, where the appid of the Official Account belongs, such as https://tokens.example.com/wechat/{appid}.',
			'zh-CN':
				'请在凭证的 Token Service URL 中放入一次 {appid}，位置为令牌服务需要公众号 appid 之处，例如 https://tokens.example.com/wechat/{appid}。',
		},
		whoActs: 'operator',
	};
}
