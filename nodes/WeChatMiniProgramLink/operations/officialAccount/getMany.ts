import type { IDataObject } from 'n8n-workflow';

import { READ_BRANCHES } from '../../branches';
import { emitRead, emitResult } from '../../emit';
import { limitOf, limitProperties } from '../../limitProperties';
import type { Emission, PlatformCall, PlatformOperation } from '../../operation';
import type { ListedAuthorizer } from '../../../accounts/authorizerList';
import { refusedResult } from '../../results';
import { readAuthorizer } from '../../../wechat/authorizer';
import { authorizerToJson } from './authorizerJson';

/** Accounts whose details are read at the same time. */
const AT_ONCE = 10;

async function getMany(call: PlatformCall): Promise<Emission[]> {
	const { platform, options, subject, parameter } = call;
	const limit = limitOf(parameter);
	const { answer, authorizers } = await platform.listAccounts(limit);
	if (answer.errcode !== 0) return emitResult(refusedResult(subject, answer));
	if (!options.includeDetails) return authorizers.map((authorizer) => emitRead(toJson(authorizer)));

	const emissions: Emission[] = [];
	for (let start = 0; start < authorizers.length; start += AT_ONCE) {
		const batch = authorizers.slice(start, start + AT_ONCE);
		const detailed = await Promise.all(batch.map(async (one) => await withDetails(call, one)));
		emissions.push(...detailed.flat());
	}
	return emissions;
}

async function withDetails(
	{ platform, options, subject }: PlatformCall,
	authorizer: ListedAuthorizer,
): Promise<Emission[]> {
	const answer = await platform.call('api_get_authorizer_info', {
		authorizer_appid: authorizer.appId,
	});
	if (answer.errcode !== 0) {
		const about = { ...subject, officialAccountAppId: authorizer.appId };
		return emitResult(refusedResult(about, answer));
	}
	const details = authorizerToJson(
		readAuthorizer(authorizer.appId, answer.payload),
		answer.payload as IDataObject,
		options,
	);
	return [emitRead({ ...toJson(authorizer), ...details })];
}

function toJson({ appId, authorizedAt, name }: ListedAuthorizer): IDataObject {
	return { officialAccountAppId: appId, ...(name && { name }), authorizedAt };
}

/** Lists the accounts that authorised the platform, once, however many items there are. */
export const getManyOfficialAccountsOperation: PlatformOperation = {
	resource: 'officialAccount',
	option: {
		name: 'Get Many',
		value: 'getMany',
		action: 'Get many official accounts',
		description: 'List the accounts that authorized the third-party platform',
	},
	needsOfficialAccount: false,
	runsOnce: true,
	properties: limitProperties('officialAccount'),
	branches: READ_BRANCHES,
	execute: getMany,
	summary: {},
};
