import type { IDataObject } from 'n8n-workflow';

import type { Exchange } from '../tokens/authorizationCodes';
import { LINK_PERMISSION_SET } from '../wechat/authorizer';
import { isObstacle, type Obstacle } from '../wechat/obstacle';
import type { Push } from '../wechat/push';
import {
	eventIdOf,
	fieldOf,
	invitationIdOf,
	withoutSecrets,
	type PushKind,
} from '../wechat/pushEvent';
import { timeOf } from '../wechat/values';

/** A push as an item: what happened to which account, without tickets, codes and tokens. */
export function toItem(push: Push, kind: PushKind, includeCode: boolean): IDataObject {
	const item: IDataObject = {
		event: kind,
		eventId: eventIdOf(push),
		invitationId: invitationIdOf(fieldOf(push, 'PreAuthCode')) || null,
		infoType: push.infoType,
		officialAccountAppId: fieldOf(push, 'AuthorizerAppid') || null,
		createdAt: timeOf(push.createTime),
	};
	if (kind === 'other') item.fields = withoutSecrets(push.fields) as IDataObject;
	if (includeCode) item.authorizationCode = fieldOf(push, 'AuthorizationCode') || null;
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
): IDataObject {
	if (exchange === undefined || isObstacle(exchange)) {
		const hint = isLost ? (exchange?.hint ?? '') : keptHint(exchange);
		return { codeExchanged: false, permissionSets: null, canLink: null, hint };
	}
	const { permissionSets } = exchange;
	const canLink = permissionSets.includes(LINK_PERMISSION_SET);
	return { codeExchanged: true, permissionSets, canLink, hint: canLink ? '' : NO_LINK_SET };
}

const NO_LINK_SET =
	'Permission set 33 (小程序关联管理) is not granted: the merchant opens the authorization link again and keeps it ticked.';

const KEPT =
	'The authorization code is kept: it is exchanged with the next push, within ten minutes, or by the next run for this account.';

function keptHint(exchange: Obstacle | undefined): string {
	const needsSomebody = exchange !== undefined && exchange.category !== 'retryable';
	return needsSomebody ? `${exchange.hint} ${KEPT}` : `Nothing has to be done. ${KEPT}`;
}
