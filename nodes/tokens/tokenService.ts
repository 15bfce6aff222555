import type { ICredentialDataDecryptedObject, IDataObject } from 'n8n-workflow';

import type { Context } from '../calls/context';
import { pause } from '../calls/waiting';
import { isObstacle, type Obstacle } from '../wechat/obstacle';
import { givenText } from '../wechat/values';
import { newToken, readToken, type Token } from './token';

/** Milliseconds that a token service has for its answer. */
const TIMEOUT = 10_000;
/** A token is renewed this long before its end; a short-lived one when a tenth of its life is left. */
const RENEW_BEFORE_END = 5 * 60_000;

/** How often a service that does not answer is asked, and milliseconds of the first pause. */
const TRIES = 3;
const FIRST_PAUSE = 1000;

/** A request to a token service: GET with one optional secret header. */
export interface ServiceRequest {
	method: 'GET';
	url: string;
	headers: Record<string, string>;
}

/** What a token service answered; the status is 0 when no answer came. */
export interface ServiceAnswer {
	statusCode: number;
	body: unknown;
}

/** Whether a server that runs the platform already makes the tokens of a credential. */
export function isTokenService({ tokenSource }: ICredentialDataDecryptedObject): boolean {
	return tokenSource === 'tokenService';
}

/**
 * Asks a token service for a token, and again where it does not answer.
 *
 * @param isUnwanted whether nobody waits for it any more, so that no further request should start
 * @param appId the account that it is for, where that is known
 */
export async function fetchToken(
	context: Context,
	request: ServiceRequest | Obstacle,
	isUnwanted: () => boolean,
	appId?: string,
): Promise<Token | Obstacle> {
	if (isObstacle(request)) return request;
	for (let tries = 1; ; tries++) {
		const answer = await askTokenService(context, request);
		const token = readTokenServiceAnswer(answer.statusCode, answer.body, appId);
		const isRepeatable = isObstacle(token) && token.category === 'retryable';
		if (!isRepeatable || tries >= TRIES || isUnwanted()) return token;
		await pause(FIRST_PAUSE * tries);
	}
}

/** Sends one request; redirects are not followed, since the secret header would go along. */
export async function askTokenService(
	{ helpers }: Context,
	request: ServiceRequest,
): Promise<ServiceAnswer> {
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

/** The request that reads the token of a credential for one account. */
export function tokenServiceRequest(
	credentials: ICredentialDataDecryptedObject,
): ServiceRequest | Obstacle {
	const url = givenText(credentials.tokenServiceUrl);
	if (!/^https?:\/\/\S+$/i.test(url)) return NO_URL;
	const name = givenText(credentials.tokenServiceHeaderName);
	const value = givenText(credentials.tokenServiceHeaderValue);
	return {
		method: 'GET',
		url,
		headers: { Accept: 'application/json', ...(name && { [name]: value }) },
	};
}

const NO_URL: Obstacle = {
	category: 'authorization',
	problem: 'The address of the token service is not a URL',
	hint: {
		en: 'Fill in Token Service URL in the credential; it starts with https:// and holds no spaces.',
		'zh-CN': '请在凭证中填写 Token Service URL；以 https:// 开头，不含空格。',
	},
	whoActs: 'operator',
};

/**
 * Reads the answer of a token service: JSON with `authorizer_access_token` or `access_token`, and
 * optionally `expires_in` in seconds and `authorizer_appid`.
 *
 * @param statusCode HTTP status, 0 when no answer came
 * @param appId the account that was asked for, where that is known
 */
export function readTokenServiceAnswer(
	statusCode: number,
	body: unknown,
	appId?: string,
): Token | Obstacle {
	const refusal = refusalOf(statusCode);
	if (refusal) return refusal;
	const answer = parseServiceAnswer(body);
	const token = readToken(answer?.authorizer_access_token ?? answer?.access_token);
	if (token === '') return noToken(statusCode);
	const given = answer?.authorizer_appid ?? answer?.appid;
	if (appId !== undefined && typeof given === 'string' && given.trim().toLowerCase() !== appId) {
		return OTHER_ACCOUNT;
	}
	return newToken(token, answer?.expires_in, RENEW_BEFORE_END);
}

/** The JSON of an answer; undefined where it holds nothing. */
export function parseServiceAnswer(body: unknown): IDataObject | undefined {
	try {
		const value: unknown = typeof body === 'string' ? JSON.parse(body) : body;
		return (value ?? undefined) as IDataObject | undefined;
	} catch {
		return undefined;
	}
}

/** Why an answer counts for nothing by its status alone. */
export function refusalOf(statusCode: number): Obstacle | undefined {
	if (statusCode === 0 || statusCode >= 500) return unavailable(statusCode);
	if (statusCode >= 400) return noToken(statusCode);
	return statusCode >= 300 ? redirected(statusCode) : undefined;
}

function unavailable(statusCode: number): Obstacle {
	return {
		category: 'retryable',
		problem:
			statusCode === 0
				? 'The token service did not answer'
				: `The token service answered HTTP ${statusCode}`,
		hint: {
			en: 'The provider checks that the token service of the credential is running and can be reached from n8n; then send the item again.',
			'zh-CN': '请服务商检查凭证中的令牌服务是否在运行、n8n 能否访问，然后重新发送该条目。',
		},
		whoActs: 'provider',
	};
}

function redirected(statusCode: number): Obstacle {
	return {
		category: 'authorization',
		problem: `The token service redirects to another address (HTTP ${statusCode})`,
		hint: {
			en: 'Redirects are not followed, since the secret header would go along. The provider puts the address at which the token service answers itself into Token Service URL in the credential.',
			'zh-CN':
				'为避免泄露密钥请求头，不会跟随重定向。请服务商在凭证的 Token Service URL 中填写令牌服务实际返回结果的地址。',
		},
		whoActs: 'provider',
	};
}

function noToken(statusCode: number): Obstacle {
	return {
		category: 'authorization',
		problem: `The token service gave no token (HTTP ${statusCode})`,
		hint: {
			en: 'The token service has to answer with JSON that holds authorizer_access_token or access_token. The provider checks Token Service URL, Header Name and Header Value in the credential.',
			'zh-CN':
				'令牌服务必须返回含有 authorizer_access_token 或 access_token 的 JSON。请服务商检查凭证中的 Token Service URL、Header Name 和 Header Value。',
		},
		whoActs: 'provider',
	};
}

/** A call with it would change another merchant's account. */
export const OTHER_ACCOUNT: Obstacle = {
	category: 'authorization',
	problem: 'The token service gave the token of another account',
	hint: {
		en: 'Nothing was sent with it. The provider checks how the token service finds the account: the appid stands in Token Service URL in place of {appid}, and every account has a token of its own.',
		'zh-CN':
			'未使用该令牌发送任何请求。请服务商检查令牌服务如何查找帐号：Token Service URL 中的 {appid} 会替换为公众号的 appid，每个帐号的令牌各不相同。',
	},
	whoActs: 'provider',
};
