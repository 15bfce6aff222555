import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import type { Context } from '../calls/transport';
import { pause } from '../calls/waiting';
import { isObstacle, type Obstacle } from '../wechat/obstacle';
import { givenText } from '../wechat/values';
import type { NewToken, Rejections } from './tokenCache';
import {
	readServiceList,
	readTokenServiceAnswer,
	type ServiceAccount,
	type ServiceAnswer,
} from './tokenServiceAnswers';

/** What stands for the account in Token Service URL. */
const PLACEHOLDER = '{appid}';

/** Milliseconds that a token service has for its answer. */
const TIMEOUT = 10_000;
/** How often a service that does not answer is asked, and milliseconds of the first pause. */
const TRIES = 3;
const FIRST_PAUSE = 1000;

/** A request to a token service: GET with one optional secret header. */
export interface ServiceRequest {
	method: 'GET';
	url: string;
	headers: Record<string, string>;
}

/** Sends one request to a token service. */
export type AskService = (request: ServiceRequest) => Promise<ServiceAnswer>;

/** Whether a server that runs the platform already makes the tokens of a credential. */
export function isTokenService({ tokenSource }: ICredentialDataDecryptedObject): boolean {
	return tokenSource === 'tokenService';
}

/**
 * Asks a token service for a token, plainly at first. Servers keep a token for its life and do not learn
 * that WeChat has voided it. So, where a token comes again that WeChat has rejected, the service is asked
 * once with `Cache-Control: no-cache`, which means: one that it does not keep.
 *
 * @param isUnwanted whether nobody waits for it any more, so that no further request should start
 * @param appId the account that it is for, where that is known
 */
export async function fetchToken(
	ask: AskService,
	request: ServiceRequest | Obstacle,
	rejections: Rejections,
	isUnwanted: () => boolean,
	appId?: string,
): Promise<NewToken | Obstacle> {
	if (isObstacle(request)) return request;
	const token = await askUntilAnswered(ask, request, isUnwanted, appId);
	if (isObstacle(token) || !rejections.isUntold(token.value)) return token;
	const headers = { ...request.headers, 'Cache-Control': 'no-cache' };
	const other = await askUntilAnswered(ask, { ...request, headers }, isUnwanted, appId);
	if (!isPassing(other)) rejections.noteTold(token.value);
	return other;
}

/** Asks, and again where no answer comes. */
async function askUntilAnswered(
	ask: AskService,
	request: ServiceRequest,
	isUnwanted: () => boolean,
	appId: string | undefined,
): Promise<NewToken | Obstacle> {
	for (let tries = 1; ; tries++) {
		const { statusCode, body } = await ask(request);
		const token = readTokenServiceAnswer(statusCode, body, appId);
		if (!isPassing(token) || tries >= TRIES || isUnwanted()) return token;
		await pause(FIRST_PAUSE * tries);
	}
}

function isPassing(token: NewToken | Obstacle): boolean {
	return isObstacle(token) && token.category === 'retryLater';
}

/** How a run asks; redirects are not followed, since the secret header would go along. */
export function askingFrom({ helpers }: Context): AskService {
	return async (request) => {
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
	};
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

/**
 * The request that reads the token of one account.
 *
 * @param appId '' for the list of all accounts
 */
export function platformServiceRequest(
	credentials: ICredentialDataDecryptedObject,
	appId: string,
): ServiceRequest | Obstacle {
	const request = tokenServiceRequest(credentials);
	if (isObstacle(request)) return request;
	const parts = request.url.split(PLACEHOLDER);
	return parts.length === 2 ? { ...request, url: parts.join(appId) } : noPlaceholder(parts.length);
}

function noPlaceholder(parts: number): Obstacle {
	return {
		category: 'authorization',
		problem:
			parts === 1
				? 'Token Service URL has no place for the appid'
				: `Token Service URL holds {appid} ${parts - 1} times`,
		hint: {
			en: 'Put {appid} once into Token Service URL in the credential, where the token service expects the appid of the Official Account, such as https://tokens.example.com/wechat/{appid}.',
			'zh-CN':
				'请在凭证的 Token Service URL 中放入一次 {appid}，位置为令牌服务需要公众号 appid 之处，例如 https://tokens.example.com/wechat/{appid}。',
		},
		whoActs: 'operator',
	};
}

/** The credential names no address to ask at. */
export const NO_URL: Obstacle = {
	category: 'authorization',
	problem: 'The address of the token service is not a URL',
	hint: {
		en: 'Fill in Token Service URL in the credential; it starts with https:// and holds no spaces.',
		'zh-CN': '请在凭证中填写 Token Service URL；以 https:// 开头，不含空格。',
	},
	whoActs: 'operator',
};

/**
 * The accounts that the token service offers, under its URL without an appid: JSON with a list, or with
 * one in the field `list`, also inside `data`. An entry is an appid, or holds it as `authorizer_appid` or `appid`, with
 * `nick_name` or `name` and `auth_time` (Unix time in seconds) where the service knows them.
 */
export async function listServiceAccounts(
	context: Context,
	credentials: ICredentialDataDecryptedObject,
): Promise<ServiceAccount[] | Obstacle> {
	const request = platformServiceRequest(credentials, '');
	if (isObstacle(request)) return request;
	return readServiceList(await askingFrom(context)(request));
}
