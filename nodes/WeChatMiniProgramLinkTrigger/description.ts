import type { INodeProperties } from 'n8n-workflow';

import { AUTHENTICATION, HINT_LANGUAGE } from '../accounts/parameters';

const OPEN_PLATFORM = { show: { authentication: ['openPlatform'] } };

export const TRIGGER_ON: INodeProperties = {
	displayName: 'Trigger On',
	name: 'triggerOn',
	type: 'multiOptions',
	required: true,
	options: [
		{
			name: 'Account Unavailable',
			value: 'accountUnavailable',
			description: 'An account can no longer be called. Reported once each time this happens.',
		},
		{
			name: 'Invited',
			value: 'invited',
			description: 'An invitation was sent, from n8n or elsewhere',
		},
		{ name: 'Linked', value: 'linked', description: 'Both administrators have agreed' },
		{
			name: 'Official Account Administrator Agreed',
			value: 'officialAccountAdminAgreed',
			description: 'The Mini Program administrator has to agree next',
		},
		{
			name: 'Refused',
			value: 'refused',
			description: 'The Mini Program administrator refused the link',
		},
		{
			name: 'Removed',
			value: 'removed',
			description: 'A link or an open invitation is no longer in the list',
		},
		{
			name: 'Ticket Overdue',
			value: 'ticketOverdue',
			description:
				'The platform has received no ticket for an hour. Reported once each time this happens.',
		},
		{
			name: 'Unknown Status',
			value: 'unknownStatus',
			description: 'A link has a status that WeChat does not document',
		},
		{
			name: 'Waiting',
			value: 'waiting',
			description:
				'An invitation has been open for too many days. Reported once for each invitation.',
		},
	],
	default: ['linked', 'refused', 'removed', 'waiting'],
};

/** The trigger's parameters, in the order in which the editor shows them. */
export const PROPERTIES: INodeProperties[] = [
	AUTHENTICATION,
	{
		displayName: 'Watch',
		name: 'watch',
		type: 'options',
		options: [
			{
				name: 'All Official Accounts',
				value: 'all',
				description: 'Every account that authorized the platform, new ones included',
			},
			{ name: 'Selected Official Accounts', value: 'selected' },
		],
		default: 'all',
		displayOptions: OPEN_PLATFORM,
	},
	{
		displayName: 'Official Account Names or IDs',
		name: 'officialAccounts',
		type: 'multiOptions',
		typeOptions: { loadOptionsMethod: 'getOfficialAccounts' },
		default: [],
		required: true,
		displayOptions: { show: { authentication: ['openPlatform'], watch: ['selected'] } },
		description:
			'Choose from the list, or specify IDs using an <a href="https://docs.n8n.io/code/expressions/">expression</a>',
	},
	TRIGGER_ON,
	{
		displayName: 'Waiting Days',
		name: 'waitingDays',
		type: 'number',
		typeOptions: { minValue: 1 },
		default: 3,
		displayOptions: { show: { triggerOn: ['waiting'] } },
		description: 'How many days an invitation may be open before Waiting starts the workflow',
	},
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add Option',
		default: {},
		options: [
			HINT_LANGUAGE,
			{
				displayName: 'Max Concurrency',
				name: 'maxConcurrency',
				type: 'number',
				typeOptions: { minValue: 1 },
				default: 10,
				description: 'How many accounts to check at the same time',
			},
			{
				displayName: 'Quiet Interval',
				name: 'quietInterval',
				type: 'number',
				typeOptions: { minValue: 0 },
				default: 60,
				description:
					'Minutes between two checks of an account that has no open invitation or cannot be read',
			},
		],
	},
];
