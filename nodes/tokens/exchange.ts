import type { AccountKind } from '../wechat/accountKind';
import { LINK_PERMISSION_SET, readAuthorizer, readPermissionSets } from '../wechat/authorizer';
import type { Obstacle } from '../wechat/obstacle';
import { isRecord, textOf } from '../wechat/values';
import type { AskPlatform } from './authorizerInfo';
import { AUTHORIZER_RESERVE } from './platformFields';
import { newToken, type NewToken } from './tokenCache';

/** WeChat's answers for a code that never was, and for one that was used already or is too old. */
export const UNKNOWN_CODE = 61009;
const USED_CODE = 61010;

/** What an exchange brings. */
export interface Exchange {
	/** The account, '' where WeChat does not name it. */
	appId: string;
	permissionSets: number[];
	/** Where it is known already. */
	accountKind?: AccountKind;
	/** The account's token, where it may be used for links. */
	token?: NewToken;
}

/** Whether WeChat does not take a code, by what it has answered or what that was explained as. */
export function isLost({ errcode }: Pick<Obstacle, 'errcode'>): boolean {
	return errcode === UNKNOWN_CODE || errcode === USED_CODE;
}

/** Why a code is not exchanged that WeChat does not take; it is not kept then. */
export function lostCode(errcode: number | null | undefined): Obstacle {
	return {
		category: 'authorization',
		problem: 'The authorization code was used already or is too old',
		hint: {
			en: 'Send the merchant a new authorization link (operation Create Authorization URL). WeChat gives a new code only if the merchant changes which permission sets are ticked on the way.',
			'zh-CN':
				'请向商家发送新的授权链接（操作 Create Authorization URL）。只有商家在过程中改动所勾选的权限集，微信才会给出新的授权码。',
		},
		whoActs: 'operator',
		errcode: errcode ?? USED_CODE,
	};
}

/**
 * @param appId the account, '' where it is not known
 * @param payload of api_query_auth
 */
export function readExchange(appId: string, payload: Record<string, unknown>): Exchange {
	const info = isRecord(payload.authorization_info) ? payload.authorization_info : {};
	const permissionSets = readPermissionSets(info.func_info);
	const token = textOf(info.authorizer_access_token);
	const isUsable = token !== '' && permissionSets.includes(LINK_PERMISSION_SET);
	return {
		appId: appId || textOf(info.authorizer_appid),
		permissionSets,
		...(isUsable && { token: newToken(token, info.expires_in, AUTHORIZER_RESERVE) }),
	};
}

/** An account with a refresh token had its code exchanged, by whomever. */
export async function findExchanged(
	appId: string,
	ask: AskPlatform,
): Promise<Exchange | undefined> {
	const answer = await ask('api_get_authorizer_info', { authorizer_appid: appId });
	if (answer.errcode !== 0) return undefined;
	const { refreshToken, permissionSets, accountKind } = readAuthorizer(appId, answer.payload);
	return refreshToken === '' ? undefined : { appId, permissionSets, accountKind };
}
