import { createHash } from 'crypto';
import type { ICredentialDataDecryptedObject, IDataObject } from 'n8n-workflow';

import type { Context } from '../calls/context';
import { pause } from '../calls/waiting';
import { isObstacle, type Obstacle } from '../wechat/obstacle';
import type { Recipe } from './renewal';
import { newToken, type Token } from './token';
import type { Vault } from './vault';
import type { Shelf } from './shelf';

/** Milliseconds that a token service has for its answer. */
const TIMEOUT = 10_000;
/** A token is renewed this long before its end; a short-lived one when a tenth of its life is left. */
const RENEW_BEFORE_END = 5 * 60_000;

/** How often a service that does not answer is asked, and milliseconds of the first pause. */
const TRIES = 3;
const FIRST_PAUSE = 1000;

/** Name of the credential type, and of its hidden fields. */
export const ACCOUNT_CREDENTIAL = 'weChatAuthorizerTokenApi';
const TOKEN = 'authorizerAccessToken';
const MADE_AT = 'storedMadeAt';
const RENEW_AT = 'storedRenewAt';
const ORIGIN = 'storedOrigin';

/**
 * Tells token services apart, so that a token is never used for another account after the
 * credential was edited. A hash, since the header's value is a secret.
 */
export function tokenServiceOrigin(credentials: ICredentialDataDecryptedObject): string {
	const { tokenServiceUrl, tokenServiceHeaderName, tokenServiceHeaderValue, apiBaseUrl } =
		credentials;
	return createHash('sha256')
		.update(
			JSON.stringify([
				tokenServiceUrl,
				tokenServiceHeaderName,
				tokenServiceHeaderValue,
				apiBaseUrl,
			]),
		)
		.digest('base64url');
}

/** The key of the token that a service gives. */
const keyOf = (origin: string) => `${origin}/service`;

/** How the credential `weChatAuthorizerTokenApi` keeps a fetched token. */
export const SERVICE_SHELF: Shelf = {
	originOf: tokenServiceOrigin,

	read(credentials): Array<[string, Token]> {
		const origin = tokenServiceOrigin(credentials);
		const value = credentials[TOKEN];
		if (typeof value !== 'string' || value === '' || credentials[ORIGIN] !== origin) return [];
		const renewAt = Number(credentials[RENEW_AT] ?? 0);
		const madeAt = Number(credentials[MADE_AT] ?? 0);
		return [[keyOf(origin), { value, madeAt, renewAt }]];
	},

	write(credentials, changed): ICredentialDataDecryptedObject {
		const origin = tokenServiceOrigin(credentials);
		const token = changed.get(keyOf(origin));
		const knownMadeAt = credentials[ORIGIN] === origin ? Number(credentials[MADE_AT] ?? 0) : 0;
		if (!token || token.madeAt <= knownMadeAt) return {};
		const { value, madeAt, renewAt } = token;
		return { [TOKEN]: value, [MADE_AT]: madeAt, [RENEW_AT]: renewAt, [ORIGIN]: origin };
	},
};

/** How a token is had from the token service of a credential; it makes them, this package does not. */
export function serviceTokenRecipe(
	context: Context,
	vault: Vault,
	credentials: ICredentialDataDecryptedObject,
): Recipe {
	return {
		key: keyOf(vault.origin),
		isExclusive: false,
		async make(isUnwanted) {
			for (let tries = 1; ; tries++) {
				const token = await fetchToken(context, credentials);
				const isRepeatable = isObstacle(token) && token.category === 'retryable';
				if (!isRepeatable || tries >= TRIES || isUnwanted()) return token;
				await pause(FIRST_PAUSE * tries);
			}
		},
	};
}

async function fetchToken(
	{ helpers }: Context,
	credentials: ICredentialDataDecryptedObject,
): Promise<Token | Obstacle> {
	const request = tokenServiceRequest(credentials);
	if (isObstacle(request)) return request;
	try {
		const { statusCode, body } = (await helpers.httpRequest({
			...request,
			timeout: TIMEOUT,
			encoding: 'text',
			returnFullResponse: true,
			ignoreHttpStatusErrors: true,
			disableFollowRedirect: true,
		})) as { statusCode: number; body: unknown };
		return readTokenServiceAnswer(statusCode, body);
	} catch {
		return readTokenServiceAnswer(0, '');
	}
}

/** The request that reads the token: GET with one optional secret header. */
export function tokenServiceRequest(
	credentials: ICredentialDataDecryptedObject,
): { method: 'GET'; url: string; headers: Record<string, string> } | Obstacle {
	const url = String(credentials.tokenServiceUrl ?? '').trim();
	if (!/^https?:\/\/\S+$/i.test(url)) {
		return {
			category: 'authorization',
			problem: 'The address of the token service is not a URL',
			hint: {
				en: 'Fill in Token Service URL in the credential; it starts with https:// and holds no spaces.',
				'zh-CN': '请在凭证中填写 Token Service URL；以 https:// 开头，不含空格。',
			},
			whoActs: 'operator',
		};
	}
	const name = String(credentials.tokenServiceHeaderName ?? '').trim();
	const value = String(credentials.tokenServiceHeaderValue ?? '').trim();
	return {
		method: 'GET',
		url,
		headers: { Accept: 'application/json', ...(name && { [name]: value }) },
	};
}

/**
 * Reads the answer of a token service: JSON with `authorizer_access_token` or `access_token`,
 * and optionally `expires_in` in seconds.
 *
 * @param statusCode HTTP status, 0 when no answer came
 */
export function readTokenServiceAnswer(statusCode: number, body: unknown): Token | Obstacle {
	if (statusCode === 0 || statusCode >= 500) {
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
	const answer = parseAnswer(body);
	const value = answer?.authorizer_access_token ?? answer?.access_token;
	const token = typeof value === 'string' ? value.replace(/\s+/g, '') : '';
	if (statusCode >= 400 || token === '') {
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
	return newToken(token, answer?.expires_in, RENEW_BEFORE_END);
}

function parseAnswer(body: unknown): IDataObject | undefined {
	try {
		const value: unknown = typeof body === 'string' ? JSON.parse(body) : body;
		return typeof value === 'object' && value !== null ? (value as IDataObject) : undefined;
	} catch {
		return undefined;
	}
}
