import type { ICredentialDataDecryptedObject, IDataObject } from 'n8n-workflow';

import type { Context } from '../calls/transport';
import { isAppId } from '../wechat/appId';
import { isObstacle, type Obstacle } from '../wechat/obstacle';
import { textOf, timeOf } from '../wechat/values';
import type { KeptTokens } from './keptTokens';
import { authorizerKey } from './platformFields';
import type { Recipe } from './renewal';
import {
	askingFrom,
	fetchToken,
	fieldsOf,
	parseServiceAnswer,
	refusalOf,
	tokenServiceRequest,
	type ServiceAnswer,
	type ServiceRequest,
} from './tokenService';
import { OTHER_ACCOUNT, REJECTED } from './tokenServiceTexts';

/** What stands for the account in Token Service URL. */
const PLACEHOLDER = '{appid}';

/** An account as the token service of a platform lists it. */
export interface ServiceAccount {
	appId: string;
	/** Null where the service does not say. */
	name: string | null;
	/** ISO 8601, or null where the service does not say. */
	authorizedAt: string | null;
}

/**
 * How a merchant's token is had from the server that runs the platform. That one makes it; this package
 * asks when it has none, when its end is near and when WeChat rejected it. Only one process at a time
 * asks, so that each account is asked for once, however many there are.
 */
export function platformServiceRecipe(context: Context, kept: KeptTokens, appId: string): Recipe {
	const key = authorizerKey(kept.origin, appId);
	return {
		key,
		isExclusive: true,
		hopeless: REJECTED,
		async make(isUnwanted) {
			const request = platformServiceRequest(kept.latest, appId);
			const rejections = kept.rejectionsOf(key);
			const ask = askingFrom(context);
			const token = await fetchToken(ask, request, rejections, isUnwanted, appId);
			if (isObstacle(token)) return token;
			return kept.belongsToOther(key, token.value) ? OTHER_ACCOUNT : token;
		},
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

/** Reads the answer to the request for the list. */
export function readServiceList({ statusCode, body }: ServiceAnswer): ServiceAccount[] | Obstacle {
	const refusal = refusalOf(statusCode);
	if (refusal?.category === 'retryLater') return refusal;
	const answer = refusal ? undefined : parseServiceAnswer(body);
	const { list = answer } = fieldsOf(answer);
	if (!Array.isArray(list)) return noList(statusCode);
	const accounts = list.map(readEntry).filter((entry) => entry !== undefined);
	return [...new Map(accounts.map((one) => [one.appId, one])).values()];
}

function readEntry(entry: unknown): ServiceAccount | undefined {
	const fields = typeof entry === 'string' ? { appid: entry } : ((entry ?? {}) as IDataObject);
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
			en: 'Give Official Accounts by ID; in the link trigger set Watch to Selected and give the appids by an expression. Or have the token service answer its URL without an appid with a JSON list of objects that hold appid and name.',
			'zh-CN':
				'请用 By ID 填写公众号；在关联触发器中把 Watch 设为 Selected，并用表达式给出 appid。也可以让令牌服务在 URL 不带 appid 时返回由 appid 和 name 组成的 JSON 列表。',
		},
		whoActs: 'operator',
	};
}

/** What a call with the platform's own token meets where another server has that. */
export const TOKEN_IS_ELSEWHERE: Obstacle = {
	category: 'authorization',
	problem: "This needs the platform's own token, which the server behind the token service keeps",
	hint: {
		en: 'Do this with the server that runs your platform. It works in n8n where Token Source in the credential is Platform; only one system may make the tokens.',
		'zh-CN':
			'请在运行第三方平台的服务器上进行此操作。只有凭证的 Token Source 为 Platform 时才能在 n8n 中进行；只能由一个系统获取令牌。',
	},
	whoActs: 'operator',
};
