import type { IDataObject } from 'n8n-workflow';

import { READ_BRANCHES } from '../../branches';
import type { Operation, PlatformCall } from '../../operation';
import type { ListedAuthorizer } from '../../../accounts/authorizerList';
import { emitRead, emitResult, missingResult, refusedResult, type Emission } from '../../results';
import { limitOf, limitProperties } from '../../sharedProperties';
import { isOtherKind } from '../../../wechat/accountKind';
import { nothingToLink } from '../../../wechat/accountObstacles';
import type { Text } from '../../../wechat/text';
import { accountFields } from './get';

const AUTHORIZED: Text = {
	en: 'Authorized. Turn on the option Include Details to see whether Link works for this account.',
	'zh-CN': '已授权。打开选项 Include Details 可查看该账号是否可以关联小程序。',
};

async function getMany(call: PlatformCall): Promise<Emission[]> {
	const { platform, options, subject, parameter } = call;
	const { answer, authorizers } = await platform.listAccounts(limitOf(parameter));
	if (answer.errcode !== 0) return emitResult(refusedResult(subject, answer));
	if (!options.includeDetails) {
		return authorizers.map((authorizer) => {
			const accountKind = platform.kindOf(authorizer.appId) ?? null;
			const hint = isOtherKind(accountKind) ? nothingToLink(accountKind) : AUTHORIZED;
			return emitRead({ ...listedFields(authorizer), accountKind, hint: hint[subject.language] });
		});
	}

	const { limitConcurrency } = await import('../../../calls/waiting');
	const limit = limitConcurrency(options.maxConcurrency);
	const detailed = await Promise.all(
		authorizers.map(async (one) => await limit(async () => await withDetails(call, one))),
	);
	return detailed.flat();
}

async function withDetails(
	{ platform, options, subject }: PlatformCall,
	listed: ListedAuthorizer,
): Promise<Emission[]> {
	const { answer, authorizer } = await platform.infoOf(listed.appId);
	if (!authorizer) {
		const about = { ...subject, officialAccountAppId: listed.appId };
		return emitResult(missingResult(about, answer));
	}
	const raw = answer.payload as IDataObject;
	const details = accountFields(authorizer, raw, options, subject.language);
	return [emitRead({ ...listedFields(listed), ...details })];
}

function listedFields({ appId, authorizedAt, name }: ListedAuthorizer): IDataObject {
	return { officialAccountAppId: appId, ...(name && { name }), authorizedAt };
}

/** Lists the accounts that authorized the platform, once for all input items. */
export const getManyOfficialAccountsOperation: Operation = {
	resource: 'officialAccount',
	option: {
		name: 'Get Many',
		value: 'getMany',
		action: 'Get many official accounts',
		description: 'List the accounts that authorized the third-party platform',
	},
	runsOnce: true,
	properties: limitProperties('officialAccount'),
	branches: READ_BRANCHES,
	execute: getMany,
};
