import type { IDataObject, INodeProperties } from 'n8n-workflow';

import { READ_BRANCHES } from '../../shared/branches';
import { linksOf, toJson } from '../../shared/links';
import type { Operation } from '../../shared/operation';
import { resultOf } from '../../shared/results';

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
export const getManyOperation: Operation = {
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
			const json = resultOf(subject, 'wxamplinkget', answer, 'failed');
			return [{ json, category: json.category, outcome: json.outcome }];
		}
		const limit = parameter('returnAll') === true ? Infinity : Number(parameter('limit'));
		return entries.slice(0, limit).map((entry) => ({
			json: {
				officialAccountAppId: subject.officialAccountAppId,
				...toJson(entry, options),
			} as IDataObject,
			category: 'success',
			outcome: 'listed',
		}));
	},
	summary: {},
};
