import type { INodeProperties } from 'n8n-workflow';

import { HINT_LANGUAGE } from '../accounts/parameters';

/** The trigger's parameters, in the order of the editor. */
export const PROPERTIES: INodeProperties[] = [
	{
		displayName:
			"Open <b>Webhook URLs</b> above, choose <b>Production URL</b> and copy it into 授权事件接收URL, the authorization event URL of your third-party platform (WeChat Open Platform console). WeChat reaches only addresses on ports 80 and 443. Then publish the workflow (in n8n 1.x: activate it) and leave it so: the platform's ticket comes every ten minutes.",
		name: 'notice',
		type: 'notice',
		default: '',
	},
	{
		displayName: 'Trigger On',
		name: 'triggerOn',
		type: 'multiOptions',
		required: true,
		default: ['authorized', 'updateauthorized', 'unauthorized'],
		options: [
			{
				name: 'Authorization Updated',
				value: 'updateauthorized',
				description: 'A merchant changed what the platform may do',
			},
			{
				name: 'Authorization Withdrawn',
				value: 'unauthorized',
				description: 'A merchant withdrew the authorization',
			},
			{
				name: 'Authorized',
				value: 'authorized',
				description: 'A merchant authorized the platform',
			},
			{
				name: 'Other Push',
				value: 'other',
				description: 'Anything else that WeChat pushes, such as the result of a registration',
			},
			{
				name: 'Ticket Received',
				value: 'ticket',
				description: 'Every ten minutes; the ticket is kept in the credential either way',
			},
		],
		description: 'What starts the workflow; tickets and tokens are looked after in any case',
	},
	{
		displayName: 'Forward To',
		name: 'forwardTo',
		type: 'string',
		typeOptions: { rows: 2 },
		default: '',
		placeholder: 'e.g. https://platform.example.com/wechat/events',
		description:
			'URLs of servers of yours, one a line, to which each verified push goes on exactly as it came, after WeChat was answered. Empty where n8n is the only one that needs them.',
	},
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add Option',
		default: { binaryData: true },
		options: [
			{
				// Keeps n8n's own XML parser away from bodies that nobody has verified: it is one for all
				// requests, and after certain malformed ones it answers none of them any more.
				displayName: 'Binary Data',
				name: 'binaryData',
				type: 'hidden',
				default: true,
			},
			HINT_LANGUAGE,
			{
				displayName: 'Include Authorization Code',
				name: 'includeAuthorizationCode',
				type: 'boolean',
				default: false,
				description:
					'Whether to add the authorization code to the item; it is a secret, and used up already',
			},
			{
				displayName: 'Include Test Accounts',
				name: 'includeTestAccounts',
				type: 'boolean',
				default: false,
				description:
					'Whether to start the workflow also for the accounts with which WeChat checks a platform before its publication',
			},
		],
	},
];
