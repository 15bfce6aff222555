import type { IDataObject, INodeProperties } from 'n8n-workflow';

import { READ_BRANCHES } from '../../../shared/branches';
import { emitRead, emitResult } from '../../../shared/emit';
import { linksOf, toJson } from '../../../shared/links';
import type { AccountOperation } from '../../../shared/operation';
import { resultOf } from '../../../shared/results';

const displayOptions = { show: { resource: ['miniProgramLink'], operation: ['getMany'] } };

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

/** Lists the links and invitations of an account; WeChat gives them all in one answer. */
export const getManyOperation: AccountOperation = {
	resource: 'miniProgramLink',
	option: {
		name: 'Get Many',
		value: 'getMany',
		action: 'Get many links',
		description: 'List the linked Mini Programs and open invitations of an Official Account',
	},
	properties,
	branches: READ_BRANCHES,
	async execute({ account, client, options, subject, parameter }) {
		const { answer, entries } = await linksOf(account, client);
		if (answer.errcode !== 0) {
			return emitResult(resultOf(subject, 'wxamplinkget', answer, 'failed'));
		}
		const limit = parameter('returnAll') === true ? Infinity : Number(parameter('limit'));
		const { officialAccountAppId } = subject;
		return entries
			.slice(0, limit)
			.map((entry) => emitRead({ officialAccountAppId, ...toJson(entry, options) } as IDataObject));
	},
	summary: {},
};
