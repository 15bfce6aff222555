import type { IDataObject } from 'n8n-workflow';

import type { Push } from '../wechat/push';
import { fieldOf, withoutSecrets, type PushKind } from '../wechat/pushEvent';

/** A push as an item: what happened to which account, without tickets, codes and tokens. */
export function toItem(push: Push, kind: PushKind, includeCode: boolean): IDataObject {
	const item: IDataObject = {
		event: kind,
		infoType: push.infoType,
		officialAccountAppId: fieldOf(push, 'AuthorizerAppid') || null,
		createdAt: push.createTime > 0 ? new Date(push.createTime * 1000).toISOString() : null,
	};
	if (kind === 'other') item.fields = withoutSecrets(push.fields) as IDataObject;
	if (includeCode) item.authorizationCode = fieldOf(push, 'AuthorizationCode') || null;
	return item;
}
