import type { INodeProperties } from 'n8n-workflow';

const isOpenPlatform = { authentication: ['openPlatform'] };

/** The trigger's parameters, in the order of the editor; n8n puts Poll Times before them. */
export const PROPERTIES: INodeProperties[] = [
	{
		displayName:
			'WeChat does not push it when an administrator agrees, so this trigger looks: one call for each account and look. An account without an open invitation is looked at only once in the Quiet Interval, and the longer an invitation waits, the less often. The first look remembers what is there and starts nothing.',
		name: 'notice',
		type: 'notice',
		default: '',
	},
	{
		displayName: 'Authentication',
		name: 'authentication',
		type: 'options',
		options: [
			{
				name: 'Authorizer Token',
				value: 'authorizerToken',
				description: 'One Official Account, by its authorizer_access_token',
			},
			{
				name: 'Open Platform',
				value: 'openPlatform',
				description: 'All Official Accounts that authorized your third-party platform',
			},
		],
		default: 'openPlatform',
	},
	{
		displayName: 'Watch',
		name: 'watch',
		type: 'options',
		options: [
			{
				name: 'All Official Accounts',
				value: 'all',
				description: 'Also those that authorize the platform later',
			},
			{ name: 'Selected Official Accounts', value: 'selected' },
		],
		default: 'all',
		displayOptions: { show: isOpenPlatform },
		description: 'The Official Accounts whose links are followed',
	},
	{
		displayName: 'Official Account Names or IDs',
		name: 'officialAccounts',
		type: 'multiOptions',
		typeOptions: { loadOptionsMethod: 'getOfficialAccounts' },
		required: true,
		default: [],
		displayOptions: { show: { ...isOpenPlatform, watch: ['selected'] } },
		description:
			'Choose from the list, or specify IDs using an <a href="https://docs.n8n.io/code/expressions/">expression</a>',
	},
	{
		displayName: 'Trigger On',
		name: 'triggerOn',
		type: 'multiOptions',
		required: true,
		default: ['linked', 'refused', 'removed', 'waiting'],
		options: [
			{
				name: 'Account Unavailable',
				value: 'accountUnavailable',
				description: 'An Official Account cannot be called any more, such as after a withdrawal',
			},
			{ name: 'Invited', value: 'invited', description: 'An invitation was sent' },
			{ name: 'Linked', value: 'linked', description: 'Both administrators agreed' },
			{
				name: 'Official Account Admin Agreed',
				value: 'officialAccountAdminAgreed',
				description:
					'The first of the two agreed, the Mini Program administrator has to agree next',
			},
			{
				name: 'Refused',
				value: 'refused',
				description: 'The Mini Program administrator refused',
			},
			{
				name: 'Removed',
				value: 'removed',
				description: 'A link or an invitation is no longer there',
			},
			{
				name: 'Unknown Status',
				value: 'unknownStatus',
				description: 'WeChat gives a link status that it does not document',
			},
			{
				name: 'Waiting',
				value: 'waiting',
				description: 'An invitation has been open for the number of days below',
			},
		],
		description: 'What starts the workflow; one item for each',
	},
	{
		displayName: 'Waiting Days',
		name: 'waitingDays',
		type: 'number',
		typeOptions: { minValue: 0 },
		default: 3,
		displayOptions: { show: { triggerOn: ['waiting'] } },
		description:
			'How many days an invitation is open before the workflow is started, once for each',
	},
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add Option',
		default: {},
		options: [
			{
				displayName: 'Hint Language',
				name: 'hintLanguage',
				type: 'options',
				options: [
					{ name: 'English', value: 'en' },
					{ name: '中文', value: 'zh-CN' },
				],
				default: 'en',
				description: 'The language of the hints in the items',
			},
			{
				displayName: 'Max Concurrency',
				name: 'maxConcurrency',
				type: 'number',
				typeOptions: { minValue: 1 },
				default: 10,
				description: 'How many Official Accounts are looked at at the same time',
			},
			{
				displayName: 'Quiet Interval',
				name: 'quietInterval',
				type: 'number',
				typeOptions: { minValue: 1 },
				default: 60,
				description:
					'Minutes between two looks at an Official Account without an open invitation; each look is a call that counts against the account',
			},
		],
	},
];
