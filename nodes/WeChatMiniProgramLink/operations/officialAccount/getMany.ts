import type { IDataObject, INodeProperties } from 'n8n-workflow';

import { READ_BRANCHES } from '../../../shared/branches';
import { emitRead, emitResult } from '../../../shared/emit';
import type { Emission, PlatformCall, PlatformOperation } from '../../../shared/operation';
import { listAuthorizers, type ListedAuthorizer } from '../../../shared/authorizerList';
import { resultOf } from '../../../shared/results';
import { readAuthorizer } from '../../../wechat/authorizer';
import { authorizerToJson } from './authorizerJson';

const displayOptions = { show: { resource: ['officialAccount'], operation: ['getMany'] } };

const properties: INodeProperties[] = [
	{
		displayName: 'Return All',
		name: 'returnAll',
		type: 'boolean',
		default: false,
		displayOptions,
		description: 'Whether to return all results or only up to a given limit',
	},
	{
		displayName: 'Limit',
		name: 'limit',
		type: 'number',
		typeOptions: { minValue: 1 },
		default: 50,
		displayOptions: { show: { ...displayOptions.show, returnAll: [false] } },
		description: 'Max number of results to return',
	},
];

/** Accounts whose details are read at the same time. */
const AT_ONCE = 10;

async function getMany(call: PlatformCall): Promise<Emission[]> {
	const { platform, options, subject, parameter } = call;
	const limit = parameter('returnAll') === true ? Infinity : Number(parameter('limit'));
	const { answer, authorizers } = await listAuthorizers(platform, limit);
	if (answer.errcode !== 0) return emitResult(resultOf(subject, undefined, answer, 'failed'));
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
		return emitResult(resultOf(about, undefined, answer, 'failed'));
	}
	const details = authorizerToJson(
		readAuthorizer(authorizer.appId, answer.payload),
		answer.payload as IDataObject,
		options,
	);
	return [emitRead({ ...toJson(authorizer), ...details })];
}

function toJson({ appId, authorizedAt }: ListedAuthorizer): IDataObject {
	return { officialAccountAppId: appId, authorizedAt };
}

/** Lists the accounts that authorised the platform. */
export const getManyOfficialAccountsOperation: PlatformOperation = {
	resource: 'officialAccount',
	option: {
		name: 'Get Many',
		value: 'getMany',
		action: 'Get many official accounts',
		description: 'List the accounts that authorized the third-party platform',
	},
	needsOfficialAccount: false,
	properties,
	branches: READ_BRANCHES,
	execute: getMany,
	summary: {},
};
