import type { IDataObject } from 'n8n-workflow';

import type { Options } from '../../operation';
import { nextStepFor } from '../../../wechat/accountObstacles';
import type { Authorizer } from '../../../wechat/authorizer';
import type { Language } from '../../../wechat/text';

/** An account as the node gives it out: without the refresh token, which is a secret. */
export function authorizerToJson(
	authorizer: Authorizer,
	raw: IDataObject,
	{ simplify }: Pick<Options, 'simplify'>,
	language: Language,
): IDataObject {
	const hint = nextStepFor(authorizer)[language];
	if (!simplify) {
		const { appId: officialAccountAppId, accountKind } = authorizer;
		return { officialAccountAppId, accountKind, ...withoutRefreshToken(raw), hint };
	}
	return {
		officialAccountAppId: authorizer.appId,
		name: authorizer.name,
		company: authorizer.company,
		username: authorizer.username,
		accountKind: authorizer.accountKind,
		kind: authorizer.kind,
		isVerified: authorizer.isVerified,
		accountStatus: authorizer.accountStatus,
		canLink: authorizer.canLink,
		permissionSets: authorizer.permissionSets,
		hint,
	};
}

function withoutRefreshToken(raw: IDataObject): IDataObject {
	const authorization = { ...(raw.authorization_info as IDataObject) };
	delete authorization.authorizer_refresh_token;
	return { ...raw, authorization_info: authorization };
}
