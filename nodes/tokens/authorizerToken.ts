import type { Answer } from '../calls/client';
import { obstacleOf, refusalOf, type Authorizer } from '../wechat/authorizer';
import { explainMissing, isAmbiguous, isObstacle, type Obstacle } from '../wechat/obstacle';
import { exchangeKeptCode } from './authorizationCodes';
import { askAuthorizer, type AskPlatform, type PlatformCaller } from './authorizerInfo';
import { AUTHORIZER_RESERVE, authorizerKey } from './platformFields';
import type { Recipe } from './renewal';
import { newToken } from './tokenCache';

/**
 * How the token of a merchant who authorized the platform is made. The refresh token is never stored:
 * it can be read back from WeChat at any time, with what the merchant has granted.
 */
export function authorizerTokenRecipe(platform: PlatformCaller, appId: string): Recipe {
	return {
		key: authorizerKey(platform.kept.origin, appId),
		isExclusive: true,
		async make(isUnwanted) {
			const ask = platform.asking(isUnwanted);
			let authorizer = await readInfo(platform, appId, ask);
			if (isObstacle(authorizer)) return authorizer;
			if (authorizer.accountKind === 'officialAccount' && authorizer.refreshToken === '') {
				const exchange = await exchangeKeptCode(platform, appId, ask);
				if (isObstacle(exchange)) return exchange;
				if (exchange?.token) return exchange.token;
				if (exchange) authorizer = await readInfo(platform, appId, ask);
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
			const authorizer = await readInfo(platform, appId, platform.asking());
			if (!isObstacle(authorizer)) return refusalOf(authorizer);
			// Other answers say nothing of the account.
			return isAmbiguous(authorizer.errcode ?? null) ? authorizer : undefined;
		},
	};
}

async function readInfo(
	platform: PlatformCaller,
	appId: string,
	ask: AskPlatform,
): Promise<Authorizer | Obstacle> {
	const { answer, authorizer } = await askAuthorizer(platform, appId, ask);
	return authorizer ?? obstacleOfAnswer(answer);
}

/** The answer to a call for the token stands for the item's own call, which was not made. */
function obstacleOfAnswer(answer: Answer): Obstacle {
	if (answer.obstacle) return answer.obstacle;
	const obstacle = explainMissing(answer);
	const isRefusal = answer.errcode !== 0 && answer.errmsg !== '';
	return isRefusal ? { ...obstacle, problem: answer.errmsg } : obstacle;
}
