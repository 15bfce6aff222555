import type { IDataObject } from 'n8n-workflow';

import type { Exchange } from '../tokens/authorizationCodes';
import type { AuthorizerInfo } from '../tokens/authorizerInfo';
import { isOtherKind, type AccountKind } from '../wechat/accountKind';
import { LINK_PERMISSION_SET, nothingToLink, READY_TO_LINK } from '../wechat/authorizer';
import { isObstacle, type Obstacle } from '../wechat/obstacle';
import type { Push } from '../wechat/push';
import {
	authorizationCodeOf,
	eventIdOf,
	fieldOf,
	invitationIdOf,
	withoutSecrets,
	type PushKind,
} from '../wechat/pushEvent';
import { join, NOTHING_TO_DO, type Language, type Text } from '../wechat/text';
import { timeOf } from '../wechat/values';

/**
 * A push as an item: what happened to which account, without tickets, codes and tokens.
 *
 * @param accountKind as far as it is known when the push comes
 */
export function toItem(
	push: Push,
	kind: PushKind,
	includeCode: boolean,
	accountKind: AccountKind | null = null,
): IDataObject {
	const item: IDataObject = {
		event: kind,
		eventId: eventIdOf(push),
		invitationId: invitationIdOf(fieldOf(push, 'PreAuthCode')) || null,
		infoType: push.infoType,
		officialAccountAppId: fieldOf(push, 'AuthorizerAppid') || null,
		officialAccountName: null,
		accountKind,
		createdAt: timeOf(push.createTime),
	};
	if (kind === 'other') item.fields = withoutSecrets(push.fields) as IDataObject;
	if (includeCode) item.authorizationCode = authorizationCodeOf(push) || null;
	return item;
}

/**
 * What the exchange of a code says in the item.
 *
 * @param exchange undefined while it is under way
 * @param isLost whether the code cannot be exchanged any more
 */
export function exchangeFields(
	exchange: Exchange | Obstacle | undefined,
	isLost: boolean,
	language: Language,
): IDataObject {
	if (exchange === undefined || isObstacle(exchange)) {
		const hint = isLost && exchange ? exchange.hint : keptHint(exchange);
		return { codeExchanged: false, permissionSets: null, canLink: null, hint: hint[language] };
	}
	const { permissionSets } = exchange;
	const canLink = permissionSets.includes(LINK_PERMISSION_SET);
	const hint = canLink ? READY_TO_LINK : NO_LINK_SET;
	return { codeExchanged: true, permissionSets, canLink, hint: hint[language] };
}

/** What is added to the item of a push that brings no code. */
export function withoutCode({ event }: IDataObject, language: Language): IDataObject {
	return { hint: WITHOUT_CODE[event as PushKind][language] };
}

const NO_CODE: Text = {
	en: 'WeChat sent no authorization code along. Get tells whether Link can work with this account.',
	'zh-CN': '这次推送没有带授权码。可用 Get 查看该账号是否可以关联小程序。',
};

const WITHOUT_CODE: Readonly<Record<PushKind, Text>> = {
	authorized: NO_CODE,
	updateauthorized: NO_CODE,
	unauthorized: {
		en: 'The merchant has withdrawn the authorization, so n8n can no longer act for this account. If that was a mistake, send the merchant a new authorization link (operation Create Authorization URL).',
		'zh-CN':
			'商家已取消授权，n8n 不能再操作该账号。如果是误操作，请给商家发送新的授权链接（操作 Create Authorization URL）。',
	},
	ticket: {
		en: 'The ticket is kept. There is nothing to do.',
		'zh-CN': 'ticket 已保存，无需任何操作。',
	},
	other: {
		en: 'This package does nothing about such a push. The field fields says what happened.',
		'zh-CN': '本软件包不处理这类推送，请在 fields 中查看其内容。',
	},
};

/** What the item says of the account itself; only an Official Account can be linked. */
export function authorizerFields(
	{ name, authorizer }: AuthorizerInfo,
	language: Language,
): IDataObject {
	const kind = authorizer?.accountKind;
	return {
		...(name !== null && { officialAccountName: name }),
		...(kind && { accountKind: kind }),
		...(isOtherKind(kind) && { canLink: false, hint: nothingToLink(kind)[language] }),
	};
}

/** What the item says of a code where another server makes the tokens, and so exchanges the code. */
export function exchangedElsewhere(language: Language): IDataObject {
	const fields = { codeExchanged: null, permissionSets: null, canLink: null };
	return { ...fields, hint: ELSEWHERE[language] };
}

const ELSEWHERE: Text = {
	en: 'The server behind the token service of the credential exchanges the authorization code. If it has not received this push, use Forward To of the trigger.',
	'zh-CN':
		'授权码由凭证中令牌服务背后的服务器换取。如果该服务器没有收到这次推送，请使用触发器的 Forward To。',
};

const NO_LINK_SET: Text = {
	en: 'Permission set 33 (小程序关联管理) is not granted: the merchant opens the authorization link again and keeps it ticked.',
	'zh-CN': '未授予权限集 33（小程序关联管理）：请商家重新打开授权链接并保持勾选。',
};

const KEPT: Text = {
	en: 'The authorization code is kept: it is exchanged with the next push, within ten minutes, or by the next run for this account.',
	'zh-CN': '授权码已保留：将在下一次推送时（十分钟内）或下一次对该账号运行时换取授权信息。',
};

function keptHint(exchange: Obstacle | undefined): Text {
	const needsSomebody = exchange !== undefined && exchange.category !== 'retryLater';
	return join(needsSomebody ? exchange.hint : NOTHING_TO_DO, KEPT);
}
