import type { INodeProperties, IWebhookDescription, TriggerPanelDefinition } from 'n8n-workflow';

import { HINT_LANGUAGE } from '../accounts/parameters';

/** The options of Trigger On and Forward Events. */
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
		description: 'Every ten minutes; the credential keeps the ticket in any case',
	},
];

/** The default of Forward Events: a server that runs the platform needs all pushes. */
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
			'One malformed request can keep this trigger from answering WeChat until n8n restarts, because n8n parses the bodies that it receives. Delete this trigger, add a new one with the same settings, publish, and put its two Production URLs into 授权事件接收URL and 消息与事件接收URL in the WeChat Open Platform console.',
		name: 'parsesBody',
		type: 'notice',
		default: '',
		displayOptions: { hide: { '/options.binaryData': [true] } },
	},
	{
		displayName:
			"Open <b>Webhook URLs</b> above, choose <b>Production URL</b>, and copy both addresses into the WeChat Open Platform console: the first into 授权事件接收URL, the authorization event URL of your third-party platform; the second, with <b>$APPID$</b> in place of <b>:appid</b>, into 消息与事件接收URL. If a server of yours answers followers, put that server's address there instead. WeChat reaches only addresses on ports 80 and 443. Then publish the workflow (in n8n 1.x: activate it) and keep it published: the platform's ticket comes every ten minutes.",
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
			'URLs of your servers, one per line. After answering WeChat, the trigger forwards each verified push to them exactly as it came. Leave it empty if only n8n needs the pushes.',
	},
	{
		// Keeps n8n's own parser away from unverified bodies: all requests share it, and after certain
		// malformed ones it stops answering. n8n looks for exactly this name, and only in version 1 of a
		// node; a value that the operator chose would replace the default.
		displayName: 'Raw Body',
		name: 'options',
		type: 'hidden',
		default: { binaryData: true },
		builderHint: {
			propertyHint:
				'Do not set this: a value here replaces the default, which keeps malformed requests harmless. Options belong in additionalFields.',
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
					'Which pushes the trigger forwards to the servers of Forward To. For a server that must not make tokens, leave out those with authorization codes (Authorized, Authorization Updated, and Other Push if you register Mini Programs): many servers exchange each code that they receive.',
			},
			HINT_LANGUAGE,
			{
				displayName: 'Include Authorization Code',
				name: 'includeAuthorizationCode',
				type: 'boolean',
				default: false,
				description:
					'Whether to add the authorization code to the item; it is a secret, and already used',
			},
			{
				displayName: 'Include Test Accounts',
				name: 'includeTestAccounts',
				type: 'boolean',
				default: false,
				description:
					'Whether to start the workflow also for the accounts that WeChat uses to check a platform before its publication',
			},
		],
	},
];

/**
 * The trigger's second address, for 消息与事件接收URL: WeChat sends followers' messages and events there. If
 * WeChat gets no answer within 5 seconds, it tells followers that the account is out of order.
 *
 * n8n supports only two webhook names, default and setup. WeChat's console requires the appid in the path.
 * n8n finds a path with a variable by the node's webhook ID, and two workflows cannot share a path, so this
 * path begins with that ID. Without a webhook ID, n8n puts workflow and node before the path, which then
 * cannot contain a variable.
 */
export const MESSAGE_WEBHOOK: IWebhookDescription = {
	name: 'setup',
	httpMethod: 'POST',
	responseMode: 'onReceived',
	isFullPath: true,
	path: '={{ $webhookId ? $webhookId + "/messages/:appid" : "messages" }}',
};

const WHEN_PUBLISHED =
	'<b>Production URL</b>: give this kind to WeChat. Once the workflow is published (in n8n 1.x: activated), the trigger takes every push to the first one, and those that Trigger On names start the workflow. Such runs appear in the <a data-key="executions">executions list</a>, not here.';

const MESSAGES =
	"<b>The second URL</b>, which ends in <b>/messages/:appid</b>, is for followers' messages: put it into 消息与事件接收URL, with <b>$APPID$</b> in place of <b>:appid</b>. n8n answers each message with success and does nothing else with it. If a server of yours answers followers, give WeChat that server's address instead.";

const WHILE_TESTING =
	'<b>Test URL</b>: it takes a single push within two minutes after you click the button. Never point a live platform to it: tickets and authorization codes that WeChat sends later are lost. It is only for a platform that you use for tests.';

const WITHOUT_WECHAT =
	'<b>Without WeChat</b>: in the output on the right, choose <b>set mock data</b>, paste an item and build the rest of the workflow with it. n8n uses mock data only in the editor.';

const NOT_LIVE =
	'Only for a platform that you use for tests: never point a live one to the Test URL. To build the workflow without WeChat, <b>set mock data</b> on the right.';

/** The panel beside the trigger's parameters: what each URL is for, and how to try the trigger. */
export const TRIGGER_PANEL: TriggerPanelDefinition = {
	header: 'Listen for a push to the Test URL',
	activationHint: {
		inactive: `${NOT_LIVE} Give WeChat the two <b>Production URLs</b>, which work once the workflow is published (in n8n 1.x: activated).`,
		active: `${NOT_LIVE} Pushes to the <b>Production URL</b> start the published workflow without a click.`,
	},
	executionsHelp: [WHEN_PUBLISHED, MESSAGES, WHILE_TESTING, WITHOUT_WECHAT].join('<br /> <br /> '),
};
