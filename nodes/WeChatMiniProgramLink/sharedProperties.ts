/* Parameters that several operations have, and how they are read. */

import type { INodeProperties } from 'n8n-workflow';

import type { Caller } from '../calls/caller';
import { isObstacle, type Obstacle } from '../wechat/obstacle';
import type { PlatformCall } from './operation';
import { readId } from './parameters';

/** The parameter Official Account; each use adds its own `displayOptions`. */
export const OFFICIAL_ACCOUNT: INodeProperties = {
	displayName: 'Official Account',
	name: 'officialAccountAppId',
	type: 'resourceLocator',
	default: { mode: 'list', value: '' },
	required: true,
	description: 'The Official Account to work on; it must have authorized the third-party platform',
	modes: [
		{
			displayName: 'From List',
			name: 'list',
			type: 'list',
			placeholder: 'Select an Official Account...',
			typeOptions: { searchListMethod: 'searchOfficialAccounts', searchable: true },
		},
		{
			displayName: 'By ID',
			name: 'id',
			type: 'string',
			placeholder: 'e.g. wx1234567890abcdef',
			hint: 'The appid',
		},
	],
};

/** The default of Limit in the editor. */
const DEFAULT_LIMIT = 50;

/** Return All and Limit of a Get Many operation. */
export function limitProperties(resource: string): INodeProperties[] {
	const show = { resource: [resource], operation: ['getMany'] };
	return [
		{
			displayName: 'Return All',
			name: 'returnAll',
			type: 'boolean',
			default: false,
			displayOptions: { show },
			description: 'Whether to return all results or only up to a given limit',
		},
		{
			displayName: 'Limit',
			name: 'limit',
			type: 'number',
			typeOptions: { minValue: 1 },
			default: 50,
			displayOptions: { show: { ...show, returnAll: [false] } },
			description: 'Max number of results to return',
		},
	];
}

/** How many results these two parameters ask for; an expression may return anything. */
export function limitOf(parameter: (name: string) => unknown): number {
	if (parameter('returnAll') === true) return Infinity;
	const limit = Math.floor(Number(parameter('limit')));
	return limit >= 1 ? limit : DEFAULT_LIMIT;
}

/**
 * The operations that ask WeChat about earlier calls. WeChat answers only if they use the token of those
 * calls.
 */
const aboutCalls = { resource: ['platform'], operation: ['getApiQuota', 'getCall'] };

/** The parameter Call Made By, and Official Account if an account made the call. */
export const CALL_MADE_BY: INodeProperties[] = [
	{
		displayName: 'Call Made By',
		name: 'callMadeBy',
		type: 'options',
		options: [
			{
				name: 'Official Account',
				value: 'officialAccount',
				description: "A call with a merchant's token, such as one that links or lists",
			},
			{
				name: 'Third-Party Platform',
				value: 'platform',
				description: 'A call with the platform token, such as one about accounts or tokens',
			},
		],
		default: 'officialAccount',
		displayOptions: { show: aboutCalls },
		description: 'Whose token the call used; WeChat answers only if you use the same one',
	},
	{
		...OFFICIAL_ACCOUNT,
		displayOptions: { show: { ...aboutCalls, callMadeBy: ['officialAccount'] } },
	},
];

/** The caller that Call Made By names. If it is an account, its appid goes into the result. */
export function callerOf({ platform, subject, parameter }: PlatformCall): Caller | Obstacle {
	if (parameter('callMadeBy') === 'platform') return platform.tokens;
	const appId = readId({ subject, parameter }, 'officialAccountAppId');
	return isObstacle(appId) ? appId : platform.accountOf(appId);
}
