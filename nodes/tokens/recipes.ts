import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import { withoutToken } from '../calls/caller';
import type { Answer, Client } from '../calls/client';
import type { Context } from '../calls/transport';
import { readRoad } from '../calls/road';
import { obstacleOf, refusalOf } from '../wechat/accountObstacles';
import type { Authorizer } from '../wechat/authorizer';
import { explainMissing, isAmbiguous, isObstacle, type Obstacle } from '../wechat/obstacle';
import type { Reply } from '../wechat/reply';
import { textOf } from '../wechat/values';
import { exchangeKeptCode } from './authorizationCodes';
import { askAuthorizer, type AskPlatform } from './authorizerInfo';
import type { KeptTokens } from './keptTokens';
import type { Recipe } from './renewal';
import { newToken, type NewToken } from './tokenCache';
import {
	AUTHORIZER_RESERVE,
	authorizerKey,
	COMPONENT_RESERVE,
	componentKey,
	serviceKey,
} from './tokenFields';
import { fetchToken } from './tokenService';
import { OTHER_ACCOUNT, REJECTED } from './tokenServiceAnswers';

interface ComponentTokenBody extends Record<string, unknown> {
	component_appid: string;
	component_appsecret: string;
	component_verify_ticket: string;
}

/**
 * How the platform's own token is made from the newest ticket
 * (doc/oplatform/openApi/ticket-token/api_getcomponentaccesstoken). A new token voids the former one.
 *
 * @param clientOf creates the client for the call; its limits do not depend on any run
 */
export function componentTokenRecipe(
	kept: KeptTokens,
	clientOf: (isUnwanted: () => boolean) => Client,
): Recipe {
	return {
		key: componentKey(kept.origin),
		isExclusive: true,
		async make(isUnwanted) {
			const body = readComponentFields(kept.latest);
			if (isObstacle(body)) return body;
			const road = readRoad(kept.latest);
			if (isObstacle(road)) return road;
			const answer = await clientOf(isUnwanted).call(
				withoutToken(road),
				'api_component_token',
				body,
			);
			return answer.obstacle ?? readComponentToken(answer);
		},
	};
}

/** The body of api_component_token, or what is missing for it. */
export function readComponentFields(
	credentials: ICredentialDataDecryptedObject,
): ComponentTokenBody | Obstacle {
	const body: ComponentTokenBody = {
		component_appid: textOf(credentials.componentAppId),
		component_appsecret: textOf(credentials.componentAppSecret),
		component_verify_ticket: textOf(credentials.componentVerifyTicket),
	};
	if (!body.component_appid || !body.component_appsecret) return NO_KEYS;
	return body.component_verify_ticket ? body : NO_TICKET;
}

export const NO_KEYS: Obstacle = {
	category: 'authorization',
	problem: 'The Component App ID or the Component App Secret is empty',
	hint: {
		en: 'The provider fills in both in the credential WeChat Open Platform API; the WeChat Open Platform console shows them under third-party platform, details.',
		'zh-CN':
			'请服务商在凭证 WeChat Open Platform API 中填写这两项；可在微信开放平台的第三方平台详情中查看。',
	},
	whoActs: 'provider',
};

/** A token requires a ticket, and only WeChat issues tickets. */
export const NO_TICKET: Obstacle = {
	category: 'authorization',
	problem: 'WeChat has not pushed a ticket (component_verify_ticket) yet',
	hint: {
		en: 'Publish a workflow with the WeChat Open Platform Trigger (n8n 1.x: activate it). The provider puts its first Production URL into the authorization event URL of the third-party platform (WeChat Open Platform console); the next push comes within 10 minutes. You can also paste a ticket from another system into the credential.',
		'zh-CN':
			'请发布一个带有 WeChat Open Platform Trigger 的工作流（n8n 1.x：激活），并请服务商在微信开放平台把它的第一个 Production URL 填入第三方平台的授权事件接收URL；10 分钟内会收到下一次推送。也可以把别处得到的 ticket 粘贴到凭证中。',
	},
	whoActs: 'provider',
};

/** Reads the answer of api_component_token. */
function readComponentToken(reply: Reply): NewToken | Obstacle {
	const { component_access_token: token, expires_in: life } = reply.payload;
	if (reply.errcode === 0 && typeof token === 'string' && token !== '') {
		return newToken(token, life, COMPONENT_RESERVE);
	}
	const obstacle = explainMissing(reply);
	return {
		...obstacle,
		problem: `WeChat returned no token for the platform: ${obstacle.problem}`,
	};
}

/**
 * How the token of a merchant who authorized the platform is made. The refresh token is never stored: WeChat
 * returns it at any time, with what the merchant has granted.
 */
export function authorizerTokenRecipe(
	kept: KeptTokens,
	asking: (isUnwanted?: () => boolean) => AskPlatform,
	appId: string,
): Recipe {
	return {
		key: authorizerKey(kept.origin, appId),
		isExclusive: true,
		async make(isUnwanted) {
			const ask = asking(isUnwanted);
			let authorizer = await readInfo(kept, ask, appId);
			if (isObstacle(authorizer)) return authorizer;
			if (authorizer.accountKind === 'officialAccount' && authorizer.refreshToken === '') {
				const grant = await exchangeKeptCode(kept, ask, appId);
				if (isObstacle(grant)) return grant;
				if (grant?.token) return grant.token;
				if (grant) authorizer = await readInfo(kept, ask, appId);
				if (isObstacle(authorizer)) return authorizer;
			}
			const obstacle = obstacleOf(authorizer);
			if (obstacle) return obstacle;

			const answer = await ask('api_authorizer_token', {
				authorizer_appid: appId,
				authorizer_refresh_token: authorizer.refreshToken,
			});
			const { authorizer_access_token: token, expires_in: life } = answer.payload;
			if (answer.errcode === 0 && typeof token === 'string' && token !== '') {
				return newToken(token, life, AUTHORIZER_RESERVE);
			}
			const refusal = isAmbiguous(answer.errcode) ? refusalOf(authorizer) : undefined;
			return refusal ?? obstacleOfAnswer(answer);
		},
		async whyRefused() {
			const authorizer = await readInfo(kept, asking(), appId);
			if (!isObstacle(authorizer)) return refusalOf(authorizer);
			// Other answers say nothing about the account.
			return isAmbiguous(authorizer.errcode ?? null) ? authorizer : undefined;
		},
	};
}

async function readInfo(
	kept: KeptTokens,
	ask: AskPlatform,
	appId: string,
): Promise<Authorizer | Obstacle> {
	const { answer, authorizer } = await askAuthorizer(kept, ask, appId);
	return authorizer ?? obstacleOfAnswer(answer);
}

/** Without a token, the item's own call is not made: the answer to the call for the token becomes its result. */
function obstacleOfAnswer(answer: Answer): Obstacle {
	if (answer.obstacle) return answer.obstacle;
	const obstacle = explainMissing(answer);
	const isRefusal = answer.errcode !== 0 && answer.errmsg !== '';
	return isRefusal ? { ...obstacle, problem: answer.errmsg } : obstacle;
}

/**
 * How a token is fetched from the token service of a credential. The service makes the token. This package
 * requests a token if it has none, shortly before the token ends, and after WeChat rejected it. Only one
 * process at a time fetches a platform's tokens, so that several processes do not request the token of the same
 * account.
 *
 * @param appId the merchant's account, undefined if the credential is for a single account
 */
export function serviceTokenRecipe(context: Context, kept: KeptTokens, appId?: string): Recipe {
	const { origin } = kept;
	const key = appId === undefined ? serviceKey(origin) : authorizerKey(origin, appId);
	return {
		key,
		isExclusive: appId !== undefined,
		hopeless: REJECTED,
		async make(isUnwanted) {
			const rejections = kept.rejectionsOf(key);
			const token = await fetchToken(context, kept.latest, rejections, isUnwanted, appId);
			if (isObstacle(token)) return token;
			return kept.belongsToOther(key, token.value) ? OTHER_ACCOUNT : token;
		},
	};
}
