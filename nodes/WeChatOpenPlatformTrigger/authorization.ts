import type { ICredentialDataDecryptedObject, IDataObject, IWebhookFunctions } from 'n8n-workflow';

import { isObstacle } from '../accounts/accounts';
import { dropAuthorizerToken } from '../tokens/authorizerToken';
import { Client } from '../calls/client';
import { Platforms } from '../accounts/platform';
import { Transport } from '../calls/transport';
import { LINK_PERMISSION_SET, readPermissionSets } from '../wechat/authorizer';
import { describeErrcode } from '../wechat/errcodes';
import type { Push } from '../wechat/push';
import { fieldOf, type PushKind } from '../wechat/pushEvent';

/** Milliseconds and calls for the exchange of a code. */
const TIMEOUT = 10_000;
const TRIES = 3;

/**
 * A merchant has authorised the platform, changed what it may do, or withdrawn it. Tokens of before
 * are forgotten, and a new authorization code is exchanged at once: WeChat gives the refresh token
 * back later only if the code was exchanged (within the hour, once).
 *
 * @returns fields for the item
 */
export async function handleAuthorization(
	context: IWebhookFunctions,
	push: Push,
	kind: Exclude<PushKind, 'ticket' | 'other'>,
): Promise<IDataObject> {
	const client = new Client(new Transport(context, TIMEOUT), TRIES);
	const getCredentials = async (type: string) =>
		await context.getCredentials<ICredentialDataDecryptedObject>(type);
	const platform = await new Platforms(getCredentials, client).ofItem(0);
	if (isObstacle(platform)) return { hint: platform.hint };
	dropAuthorizerToken(platform, fieldOf(push, 'AuthorizerAppid'));
	await platform.storeTokens(context);
	if (kind === 'unauthorized') return {};

	const answer = await platform.call('api_query_auth', {
		authorization_code: fieldOf(push, 'AuthorizationCode'),
	});
	if (answer.errcode !== 0) {
		const code = answer.errcode ?? 'nothing';
		context.logger.warn(`WeChat answered ${code} to the exchange of an authorization code`);
		const hint = answer.errcode === null ? answer.errmsg : describeErrcode(answer.errcode).hint;
		return { codeExchanged: false, permissionSets: null, canLink: null, hint };
	}
	const info = answer.payload.authorization_info as { func_info?: unknown } | undefined;
	const permissionSets = readPermissionSets(info?.func_info);
	const canLink = permissionSets.includes(LINK_PERMISSION_SET);
	return {
		codeExchanged: true,
		permissionSets,
		canLink,
		hint: canLink
			? ''
			: 'Permission set 33 (小程序关联管理) is not granted: the merchant opens the authorization link again and keeps it ticked.',
	};
}
