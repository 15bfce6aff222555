import type { INodeProperties } from 'n8n-workflow';

import { AUTHENTICATION, HINT_LANGUAGE } from '../accounts/parameters';
import type { Operation } from './operation';
import { OPERATIONS } from './operations';
import { CALL_MADE_BY, OFFICIAL_ACCOUNT } from './sharedProperties';

const show = (resource: string, ...operation: string[]) => ({
	show: { resource: [resource], operation },
});

const showOption = (resource: string, ...operation: string[]) => ({
	show: { '/resource': [resource], '/operation': operation },
});

/** The parameter Operation of one resource. */
function operationsOf(resource: Operation['resource'], initial: string): INodeProperties {
	return {
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: [resource] } },
		options: OPERATIONS.filter((operation) => operation.resource === resource).map(
			({ option }) => option,
		),
		default: initial,
	};
}

const options: INodeProperties = {
	displayName: 'Options',
	name: 'options',
	type: 'collection',
	placeholder: 'Add Option',
	default: {},
	options: [
		{
			displayName: 'Check Before Linking',
			name: 'checkBeforeLinking',
			type: 'boolean',
			default: false,
			displayOptions: showOption('miniProgramLink', 'link'),
			description:
				"Whether to read the account's list first, and send no invitation to Mini Programs that are already linked or invited",
		},
		HINT_LANGUAGE,
		{
			displayName: 'Include Details',
			name: 'includeDetails',
			type: 'boolean',
			default: false,
			displayOptions: showOption('officialAccount', 'getMany'),
			description:
				'Whether to add name, company, kind, status and granted permission sets, which takes one call per account',
		},
		{
			displayName: 'Include Email',
			name: 'includeEmail',
			type: 'boolean',
			default: false,
			displayOptions: showOption('miniProgramLink', 'getMany', 'getStatus'),
			description:
				"Whether to include the Mini Program's login email address, which is personal data",
		},
		{
			displayName: 'Include Input Fields',
			name: 'includeInputFields',
			type: 'boolean',
			default: true,
			displayOptions: showOption('miniProgramLink', 'getStatus', 'link', 'unlink'),
			description:
				"Whether to put the input item's own fields, such as the merchant's name, before those of its result. The node leaves out a field with the name of a result field, or with a secret of the credential.",
		},
		{
			displayName: 'Max Concurrency',
			name: 'maxConcurrency',
			type: 'number',
			typeOptions: { minValue: 1 },
			default: 10,
			description: 'How many items the node sends to WeChat at the same time',
		},
		{
			displayName: 'Max Tries',
			name: 'maxTries',
			type: 'number',
			typeOptions: { minValue: 1 },
			default: 3,
			description:
				'How many calls the node makes for an item if WeChat is busy, does not answer or limits the rate',
		},
		{
			displayName: 'Simplify',
			name: 'simplify',
			type: 'boolean',
			default: true,
			displayOptions: { show: { '/operation': ['get', 'getMany', 'getStatus'] } },
			description: 'Whether to return a simplified version of the response instead of the raw data',
		},
		{
			displayName: 'Timeout',
			name: 'timeout',
			type: 'number',
			typeOptions: { minValue: 1 },
			default: 10000,
			description: 'How long to wait for an answer from WeChat, in milliseconds',
		},
	],
};

/** The parameter Mini Program of one operation. */
function miniProgram(operation: string, description: string, hint: string): INodeProperties {
	return {
		displayName: 'Mini Program',
		name: 'miniProgramAppId',
		type: 'resourceLocator',
		default: { mode: 'id', value: '' },
		required: true,
		displayOptions: show('miniProgramLink', operation),
		description,
		modes: [
			{
				displayName: 'From List',
				name: 'list',
				type: 'list',
				placeholder: 'Select a Mini Program...',
				typeOptions: { searchListMethod: 'searchMiniProgramLinks', searchable: true },
			},
			{
				displayName: 'By ID',
				name: 'id',
				type: 'string',
				placeholder: 'e.g. wx1234567890abcdef',
				hint,
			},
		],
	};
}

/** The node's parameters, in the order in which the editor shows them. */
export const PROPERTIES: INodeProperties[] = [
	AUTHENTICATION,
	{
		displayName: 'Resource',
		name: 'resource',
		type: 'options',
		noDataExpression: true,
		options: [
			{ name: 'Mini Program Link', value: 'miniProgramLink' },
			{
				name: 'Official Account',
				value: 'officialAccount',
				displayOptions: { show: { authentication: ['openPlatform'] } },
			},
			{
				name: 'Third-Party Platform',
				value: 'platform',
				displayOptions: { show: { authentication: ['openPlatform'] } },
			},
		],
		default: 'miniProgramLink',
	},
	operationsOf('miniProgramLink', 'link'),
	operationsOf('officialAccount', 'getMany'),
	operationsOf('platform', 'checkSetup'),
	...CALL_MADE_BY,
	{
		...OFFICIAL_ACCOUNT,
		displayOptions: { show: { authentication: ['openPlatform'], resource: ['miniProgramLink'] } },
	},
	{ ...OFFICIAL_ACCOUNT, displayOptions: show('officialAccount', 'get', 'getAccessToken') },
	miniProgram('link', 'The Mini Program to invite; enter the appid of a new one', 'The appid'),
	miniProgram(
		'getStatus',
		'The Mini Program whose link to look up',
		'The appid, or the original ID (gh_…)',
	),
	miniProgram('unlink', 'The Mini Program to unlink', 'The appid'),
	...OPERATIONS.flatMap(({ properties }) => properties),
	{
		displayName: 'Output Mode',
		name: 'outputMode',
		type: 'options',
		noDataExpression: true,
		options: [
			{
				name: 'By Category',
				value: 'category',
				description: 'One output for each kind of answer, named after what to do next',
			},
			{
				name: 'Success or Not',
				value: 'successOrNot',
				description:
					'Two outputs: one for what succeeded or is pending (with Get Status, only what is linked), one for the rest',
			},
			{
				name: 'Single',
				value: 'single',
				description:
					'One output; the first failure stops the node and discards the other results, unless On Error says to continue',
			},
		],
		default: 'category',
		displayOptions: { hide: { '@tool': [true] } },
		description: 'Which items leave through which output',
		hint: 'Check the connections after you change Operation or Output Mode: n8n keeps them by position',
	},
	options,
];
