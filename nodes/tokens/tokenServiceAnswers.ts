import { isAppId } from '../wechat/appId';
import type { Obstacle } from '../wechat/obstacle';
import { givenText, objectOf, textOf, timeOf, wholeNumberOf } from '../wechat/values';
import { newToken, readToken, type NewToken } from './tokenCache';

/** An account as the token service of a platform lists it. */
export interface ServiceAccount {
	appId: string;
	/** Null if the service does not say. */
	name: string | null;
	/** ISO 8601, or null if the service does not say. */
	authorizedAt: string | null;
}

/** A token is renewed this long before its end; a short-lived one when a tenth of its life is left. */
const RENEW_BEFORE_END = 5 * 60_000;

/** Statuses besides 5xx after which the service may answer later. */
const PASSING = [408, 425, 429];

/**
 * Reads the answer of a token service: JSON with `authorizer_access_token` or `access_token`, and optionally
 * `expires_in` in seconds and `authorizer_appid`. All of it may be inside `data`, where the token may also be
 * called `token`, as in the answers of Tencent's own server for platforms (微管家).
 *
 * @param statusCode HTTP status, 0 if no answer came
 * @param appId the account that was asked for, if it is known
 */
export function readTokenServiceAnswer(
	statusCode: number,
	body: unknown,
	appId?: string,
): NewToken | Obstacle {
	const refusal = refusalOf(statusCode);
	if (refusal) return refusal;
	const answer = parseServiceAnswer(body);
	const given = tokenIn(answer);
	const token = readToken(given);
	if (token === '') return explainNoToken(statusCode, body, answer, given);
	const fields = fieldsOf(answer);
	const account = fields.authorizer_appid ?? fields.appid;
	if (appId !== undefined && typeof account === 'string') {
		if (account.trim().toLowerCase() !== appId) return OTHER_ACCOUNT;
	}
	return newToken(token, fields.expires_in, RENEW_BEFORE_END);
}

function tokenIn(answer: unknown): unknown {
	const { authorizer_access_token, access_token } = fieldsOf(answer);
	return authorizer_access_token ?? access_token ?? objectOf(objectOf(answer).data).token;
}

function explainNoToken(
	statusCode: number,
	body: unknown,
	answer: unknown,
	token: unknown,
): Obstacle {
	const { errcode, code } = objectOf(answer);
	const number = wholeNumberOf(errcode) ?? 0;
	if (number !== 0) return passedOn(statusCode, number);
	if (token === undefined || token === null) {
		return noToken(statusCode, wordsFor(body, answer, wholeNumberOf(code) ?? 0));
	}
	return noToken(statusCode, `the token is ${typeof token === 'string' ? 'empty' : 'not a text'}`);
}

function wordsFor(body: unknown, answer: unknown, code: number): string {
	const text = givenText(body);
	if (text === '') return 'its answer is empty';
	if (answer === undefined) {
		return text.startsWith('<') ? 'it answered with a page' : 'its answer is not JSON';
	}
	if (objectOf(answer) !== answer) return 'its JSON is not an object';
	return code === 0 ? 'its JSON contains none' : `it answered code ${code}`;
}

/** The JSON of an answer; undefined if it is not JSON. */
function parseServiceAnswer(body: unknown): unknown {
	try {
		return typeof body === 'string' ? JSON.parse(body) : body;
	} catch {
		return undefined;
	}
}

/** The fields of an answer, those in `data` first. */
function fieldsOf(answer: unknown): Record<string, unknown> {
	const outer = objectOf(answer);
	return { ...outer, ...objectOf(outer.data) };
}

/** Why an answer is not used, by its status alone. */
function refusalOf(statusCode: number): Obstacle | undefined {
	if (statusCode === 0 || statusCode >= 500 || PASSING.includes(statusCode)) {
		return unavailable(statusCode);
	}
	if (statusCode >= 400) return noToken(statusCode);
	return statusCode >= 300 ? redirected(statusCode) : undefined;
}

/** Reads the answer to the request for the list. */
export function readServiceList(statusCode: number, body: unknown): ServiceAccount[] | Obstacle {
	const refusal = refusalOf(statusCode);
	if (refusal?.category === 'retryLater') return refusal;
	const answer = refusal ? undefined : parseServiceAnswer(body);
	const { list = answer } = fieldsOf(answer);
	if (!Array.isArray(list)) return noList(statusCode);
	const accounts = list.map(readEntry).filter((entry) => entry !== undefined);
	return [...new Map(accounts.map((one) => [one.appId, one])).values()];
}

function readEntry(entry: unknown): ServiceAccount | undefined {
	const fields = typeof entry === 'string' ? { appid: entry } : objectOf(entry);
	const appId = textOf(fields.authorizer_appid ?? fields.appid).toLowerCase();
	if (!isAppId(appId)) return undefined;
	const name = textOf(fields.nick_name ?? fields.name) || null;
	return { appId, name, authorizedAt: timeOf(fields.auth_time) };
}

function noList(statusCode: number): Obstacle {
	return {
		category: 'authorization',
		problem: `The token service offers no list of accounts (HTTP ${statusCode})`,
		hint: {
			en: 'Enter Official Accounts by ID; in the link trigger, set Watch to Selected and enter the appids as an expression. Or have the token service return a JSON list of objects with appid and name if the URL contains no appid.',
			'zh-CN':
				'请用 By ID 填写公众号；在关联触发器中把 Watch 设为 Selected，并用表达式给出 appid。也可以让令牌服务在 URL 不带 appid 时返回由 appid 和 name 组成的 JSON 列表。',
		},
		whoActs: 'operator',
	};
}

/**
 * The token service may answer later.
 *
 * @param statusCode HTTP status, 0 if no answer came
 */
function unavailable(statusCode: number): Obstacle {
	return {
		category: 'retryLater',
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

/** The token service answers at another address. */
function redirected(statusCode: number): Obstacle {
	return {
		category: 'authorization',
		problem: `The token service redirects to another address (HTTP ${statusCode})`,
		hint: {
			en: 'The node follows no redirects, since it would send the secret header to another address. The provider sets Token Service URL in the credential to the final address of the token service.',
			'zh-CN':
				'为避免泄露密钥请求头，不会跟随重定向。请服务商在凭证的 Token Service URL 中填写令牌服务实际返回结果的地址。',
		},
		whoActs: 'provider',
	};
}

/**
 * The token service answered without a token.
 *
 * @param what what it answered instead, in a few words and without its own text, which may be secret
 */
function noToken(statusCode: number, what?: string): Obstacle {
	return {
		category: 'authorization',
		problem: `The token service returned no token${what ? `: ${what}` : ''} (HTTP ${statusCode})`,
		hint: {
			en: 'The token service has to answer with JSON that contains authorizer_access_token or access_token. The provider checks Token Service URL, Header Name and Header Value in the credential.',
			'zh-CN':
				'令牌服务必须返回含有 authorizer_access_token 或 access_token 的 JSON。请服务商检查凭证中的 Token Service URL、Header Name 和 Header Value。',
		},
		whoActs: 'provider',
	};
}

/** The token service passes on a refusal that it got itself. */
function passedOn(statusCode: number, errcode: number): Obstacle {
	return {
		...noToken(statusCode, `it answered errcode ${errcode}`),
		hint: {
			en: 'WeChat refused the token service, which passes that answer on. The provider looks up this errcode in the log of the token service and has the service make a new token for this Official Account.',
			'zh-CN':
				'微信拒绝了令牌服务的请求，令牌服务把该回答原样返回。请服务商在令牌服务的日志中查找该 errcode，并让它为该公众号获取新的令牌。',
		},
	};
}

/** For a token with which a call would change another merchant's account. */
export const OTHER_ACCOUNT: Obstacle = {
	category: 'authorization',
	problem: 'The token service returned the token of another account',
	hint: {
		en: 'Nothing was sent with it. The provider checks how the token service finds the account: {appid} in Token Service URL becomes the appid, and every account has its own token.',
		'zh-CN':
			'未使用该令牌发送任何请求。请服务商检查令牌服务如何查找帐号：Token Service URL 中的 {appid} 会替换为公众号的 appid，每个帐号的令牌各不相同。',
	},
	whoActs: 'provider',
};

/** For a service whose tokens were rejected several times in a row, or that returned the same one again. */
export const REJECTED: Obstacle = {
	category: 'authorization',
	problem: 'WeChat rejects the token that the token service returns for this account',
	hint: {
		en: 'The provider has the token service make a new token when a request contains Cache-Control: no-cache, and checks that no other system makes tokens for the same platform. n8n asks the service again after a minute.',
		'zh-CN':
			'请服务商让令牌服务在请求带有 Cache-Control: no-cache 时获取新的令牌，并检查是否有其他系统也在获取该第三方平台的令牌。一分钟后 n8n 会再次请求。',
	},
	whoActs: 'provider',
	errcode: 40001,
};
