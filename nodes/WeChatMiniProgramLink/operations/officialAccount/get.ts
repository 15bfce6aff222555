import type { IDataObject } from 'n8n-workflow';

import { nextStepFor } from '../../../wechat/accountObstacles';
import type { Authorizer } from '../../../wechat/authorizer';
import type { Language } from '../../../wechat/text';
import { READ_BRANCHES } from '../../branches';
import type { Operation } from '../../operation';
import { emitRead, emitResult, missingResult } from '../../results';

/**
 * The fields of an account in the node's output.
 *
 * @param raw WeChat's answer about it
 */
export function accountFields(
	authorizer: Authorizer,
	raw: IDataObject,
	{ simplify }: { simplify: boolean },
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

/** The refresh token is a secret. */
function withoutRefreshToken(raw: IDataObject): IDataObject {
	const authorization = { ...(raw.authorization_info as IDataObject) };
	delete authorization.authorizer_refresh_token;
	return { ...raw, authorization_info: authorization };
}

/** Reads one account that authorized the platform: name, company, status and what it granted. */
export const getOfficialAccountOperation: Operation = {
	resource: 'officialAccount',
	option: {
		name: 'Get',
		value: 'get',
		action: 'Get official account',
		description: 'Get the name, company, status and granted permission sets of one account',
	},
	needsOfficialAccount: true,
	properties: [],
	branches: READ_BRANCHES,
	async execute({ platform, subject, options }) {
		const appId = String(subject.officialAccountAppId);
		const { answer, authorizer } = await platform.infoOf(appId);
		if (!authorizer) return emitResult(missingResult(subject, answer));
		const raw = answer.payload as IDataObject;
		return [emitRead(accountFields(authorizer, raw, options, subject.language))];
	},
};
