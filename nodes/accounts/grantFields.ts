import type { IDataObject } from 'n8n-workflow';

import type { Grant } from '../tokens/authorizationCodes';
import type { AuthorizerInfo } from '../tokens/authorizerInfo';
import { isOtherKind, type AccountKind } from '../wechat/accountKind';
import { nothingToLink, READY_TO_LINK } from '../wechat/accountObstacles';
import { LINK_PERMISSION_SET } from '../wechat/authorizer';
import { isObstacle, type Obstacle } from '../wechat/obstacle';
import { join, NOTHING_TO_DO, type Language, type Text } from '../wechat/text';

/**
 * The item's fields about the exchange of its code.
 *
 * @param grant undefined while the exchange is under way
 * @param isLost whether the code can no longer be exchanged
 */
export function grantFields(
	grant: Pick<Grant, 'permissionSets'> | Obstacle | undefined,
	isLost: boolean,
	language: Language,
): IDataObject {
	if (grant === undefined || isObstacle(grant)) {
		const hint = isLost && grant ? grant.hint : keptHint(grant);
		return { codeExchanged: false, permissionSets: null, canLink: null, hint: hint[language] };
	}
	const { permissionSets } = grant;
	const canLink = permissionSets.includes(LINK_PERMISSION_SET);
	const hint = canLink ? READY_TO_LINK : NO_LINK_SET;
	return { codeExchanged: true, permissionSets, canLink, hint: hint[language] };
}

/** The item's fields about the account; only an Official Account can be linked. */
export function accountFields(
	{ name, authorizer }: AuthorizerInfo,
	language: Language,
): IDataObject {
	return {
		...(name !== null && { officialAccountName: name }),
		...kindFields(authorizer?.accountKind, language),
	};
}

/** The item's fields about the account's kind, if it is known. */
export function kindFields(kind: AccountKind | undefined, language: Language): IDataObject {
	return {
		...(kind && { accountKind: kind }),
		...(isOtherKind(kind) && { canLink: false, hint: nothingToLink(kind)[language] }),
	};
}

/** The item's fields about a code that the server behind a token service exchanges. */
export function exchangedElsewhere(language: Language): IDataObject {
	const fields = { codeExchanged: null, permissionSets: null, canLink: null };
	return { ...fields, hint: ELSEWHERE[language] };
}

const ELSEWHERE: Text = {
	en: 'The server behind the token service of the credential exchanges the authorization code. If it does not receive the push with this code, use Forward To of the WeChat Open Platform Trigger.',
	'zh-CN':
		'授权码由凭证中令牌服务背后的服务器换取。如果该服务器没有收到带有该授权码的推送，请使用 WeChat Open Platform Trigger 的 Forward To。',
};

const NO_LINK_SET: Text = {
	en: 'Permission set 33 (小程序关联管理) is not granted: the merchant opens the authorization link again and keeps it ticked.',
	'zh-CN': '未授予权限集 33（小程序关联管理）：请商家重新打开授权链接并保持勾选。',
};

/** What happens to a kept code that could not be exchanged. */
export const CODE_IS_KEPT: Text = {
	en: 'The authorization code is kept: it is exchanged with the next push, within ten minutes, or by the next run for this account.',
	'zh-CN': '授权码已保留：将在下一次推送时（十分钟内）或下一次对该账号运行时换取授权信息。',
};

function keptHint(obstacle: Obstacle | undefined): Text {
	const needsSomebody = obstacle !== undefined && obstacle.category !== 'retryLater';
	return join(needsSomebody ? obstacle.hint : NOTHING_TO_DO, CODE_IS_KEPT);
}
