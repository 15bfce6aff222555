import type { INodeProperties } from 'n8n-workflow';

import { HINT_LANGUAGE } from '../accounts/parameters';

/** What Trigger On and Forward Events choose from. */
const PUSH_KINDS = [
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
];

/** What goes on to other servers unless the operator chooses: one that runs the platform needs all. */
export const ALL_PUSH_KINDS = PUSH_KINDS.map(({ value }) => value);

export const TRIGGER_ON: INodeProperties = {
	displayName: 'Trigger On',
	name: 'triggerOn',
	type: 'multiOptions',
	required: true,
	default: ['authorized', 'updateauthorized', 'unauthorized'],
	options: PUSH_KINDS,
	description:
		'What starts the workflow. The trigger keeps tickets and tokens up to date in any case.',
};

/** The trigger's parameters, in the order of the editor. */
export const PROPERTIES: INodeProperties[] = [
	{
		displayName:
			'One malformed request can keep this trigger from answering WeChat until n8n restarts, since n8n parses what comes to it. Delete this trigger, add a new one with the same settings, publish, and put its two Production URLs into 授权事件接收URL and 消息与事件接收URL in the WeChat Open Platform console.',
		name: 'parsesBody',
		type: 'notice',
		default: '',
		displayOptions: { hide: { '/options.binaryData': [true] } },
	},
	{
		displayName:
			"Open <b>Webhook URLs</b> above, choose <b>Production URL</b>, and copy both addresses into the WeChat Open Platform console: the first into 授权事件接收URL, the authorization event URL of your third-party platform; the second, with <b>$APPID$</b> in place of <b>:appid</b>, into 消息与事件接收URL. If a server of yours answers followers, put that server's address there instead. WeChat reaches only addresses on ports 80 and 443. Then publish the workflow (in n8n 1.x: activate it) and leave it so: the platform's ticket comes every ten minutes.",
		name: 'notice',
		type: 'notice',
		default: '',
	},
	TRIGGER_ON,
	{
		displayName: 'Forward To',
		name: 'forwardTo',
		type: 'string',
		typeOptions: { rows: 2 },
		default: '',
		placeholder: 'e.g. https://platform.example.com/wechat/events',
		description:
			'URLs of your servers, one per line. After it has answered WeChat, the trigger sends each verified push on to them exactly as it came. Leave it empty if only n8n needs the pushes.',
	},
	{
		// Keeps n8n's own parser away from bodies that nobody has verified: it is one for all requests, and
		// after certain malformed ones it answers none of them any more. n8n looks for exactly this name,
		// and only in version 1 of a node; a choice of the operator in it would replace the default.
		displayName: 'Raw Body',
		name: 'options',
		type: 'hidden',
		default: { binaryData: true },
		builderHint: {
			propertyHint:
				'Leave it out. A value here replaces the default that keeps malformed requests harmless; use additionalFields.',
		},
	},
	{
		displayName: 'Options',
		name: 'additionalFields',
		type: 'collection',
		placeholder: 'Add Option',
		default: {},
		options: [
			{
				displayName: 'Forward Events',
				name: 'forwardEvents',
				type: 'multiOptions',
				default: [...ALL_PUSH_KINDS],
				options: PUSH_KINDS.map(({ name, value }) => ({ name, value })),
				description:
					'Which pushes the trigger sends on to the servers of Forward To. For a server that must not make tokens, leave out those with authorization codes (Authorized, Authorization Updated, and Other Push if you register Mini Programs): many servers exchange each code that they see.',
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
