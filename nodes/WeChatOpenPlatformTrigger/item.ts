import type { IDataObject, IWebhookFunctions } from 'n8n-workflow';

import { knownKindOf } from '../tokens/authorizerInfo';
import type { PlatformTokens } from '../tokens/platformTokens';
import type { Push, PushKind } from '../wechat/pushEvent';
import type { Language, Text } from '../wechat/text';
import { timeOf } from '../wechat/values';

/**
 * The item of a push: what happened to which account, without tickets, codes and tokens.
 *
 * @returns undefined if no workflow starts
 */
export function toItem(
	context: IWebhookFunctions,
	platform: PlatformTokens,
	push: Push,
): IDataObject | undefined {
	const isChosen = (option: string) =>
		context.getNodeParameter(`additionalFields.${option}`, false) === true;
	// An expression may return something other than a list.
	const kinds = [context.getNodeParameter('triggerOn', []) ?? []].flat();
	if (!kinds.includes(push.kind)) return undefined;
	if (push.isAboutTestAccount && !isChosen('includeTestAccounts')) return undefined;
	return {
		event: push.kind,
		eventId: push.eventId,
		invitationId: push.invitationId || null,
		infoType: push.infoType,
		officialAccountAppId: push.authorizerAppId || null,
		officialAccountName: null,
		accountKind: knownKindOf(platform.kept, push.authorizerAppId) ?? null,
		createdAt: timeOf(push.createTime),
		...(push.kind === 'other' && { fields: push.fields as IDataObject }),
		...(isChosen('includeAuthorizationCode') && { authorizationCode: push.code || null }),
	};
}

/** The fields that an item gets if its push brought no code. */
export function withoutCode({ event }: IDataObject, language: Language): IDataObject {
	return { hint: WITHOUT_CODE[event as PushKind][language] };
}

const NO_CODE: Text = {
	en: 'WeChat sent no authorization code. Get shows whether Link can work with this account.',
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
		en: 'This package does nothing with such a push. See its contents in fields.',
		'zh-CN': '本软件包不处理这类推送，请在 fields 中查看其内容。',
	},
};
