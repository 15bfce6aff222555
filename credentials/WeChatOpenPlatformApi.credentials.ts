import type {
	ICredentialDataDecryptedObject,
	ICredentialType,
	IDataObject,
	IHttpRequestHelper,
	IHttpRequestOptions,
	Icon,
	INodeProperties,
} from 'n8n-workflow';

import {
	endStoringRequest,
	fieldsToStore,
	typedExpressionsExpression,
} from '../nodes/tokens/credentialStore';
import {
	API_BASE_URL,
	expressionsField,
	HINT_LANGUAGE,
	STORED_AT_FIELD,
	tokenServiceFields,
} from './commonFields';

const TOKEN_SOURCE: INodeProperties = {
	displayName: 'Token Source',
	name: 'tokenSource',
	type: 'options',
	noDataExpression: true,
	options: [
		{
			name: 'Platform',
			value: 'platform',
			description: 'This n8n makes the tokens from the ticket that the trigger receives',
		},
		{
			name: 'Token Service',
			value: 'tokenService',
			description: 'Your server, which already runs the platform, makes the tokens; n8n makes none',
		},
	],
	default: 'platform',
	description:
		"Who makes the platform's tokens. Only one system may, since each new token voids the former one.",
};

/**
 * The secrets that the trigger requires or fills in. No other field may hide them: n8n's form drops the
 * value of a field that another one hides, and n8n requires the ticket once Token Source changes to
 * Platform.
 */
const PUSH_FIELDS: INodeProperties[] = [
	{
		displayName: 'Message Token',
		name: 'messageToken',
		type: 'string',
		typeOptions: { password: true },
		default: '',
		description: 'Message verification token (消息校验Token) of the platform, for the trigger',
	},
	{
		displayName: 'Encoding AES Key',
		name: 'encodingAesKey',
		type: 'string',
		typeOptions: { password: true },
		default: '',
		description: 'Message encryption key (消息加解密Key) of the platform: 43 letters and digits',
	},
	{
		displayName: 'Previous Encoding AES Key',
		name: 'previousEncodingAesKey',
		type: 'string',
		typeOptions: { password: true },
		default: '',
		description: 'The key before the last change; WeChat may still use it for a while',
	},
	{
		displayName: 'Component Verify Ticket',
		name: 'componentVerifyTicket',
		type: 'string',
		typeOptions: { password: true },
		default: '',
		description:
			'The trigger fills this in every ten minutes. You can also paste a ticket or use an expression.',
	},
];

/** Another host of WeChat, which accepts the same tokens. */
const FALLBACK_API_BASE_URL: INodeProperties = {
	displayName: 'Fallback API Base URL',
	name: 'fallbackApiBaseUrl',
	type: 'string',
	default: 'https://api2.weixin.qq.com',
	description:
		'The host that the node calls for ten minutes after three calls in a row got no answer from API Base URL. The default applies only if API Base URL is a host of WeChat. Leave empty to switch it off.',
};

/** Its name contains Token, but it is a switch, not a secret. */
const ALLOW_TOKEN_OUTPUT: INodeProperties = {
	displayName: 'Allow Token Output',
	name: 'allowTokenOutput',
	type: 'boolean',
	noDataExpression: true,
	default: false,
	description:
		"Whether the operation Get Access Token may give merchants' tokens to a workflow. They are secrets: anyone who sees its executions can act for the merchants.",
};

/** What an operator sees. */
const FORM: INodeProperties[] = [
	{
		displayName:
			"The platform's values are in the WeChat Open Platform console, under the details of the third-party platform. The ticket arrives on its own once a workflow with the WeChat Open Platform Trigger is published (in n8n 1.x: active).",
		name: 'notice',
		type: 'notice',
		default: '',
	},
	TOKEN_SOURCE,
	...tokenServiceFields(
		'e.g. https://tokens.example.com/wechat/{appid}',
		'Read with GET; {appid} stands for the appid of the Official Account. The answer is JSON with authorizer_access_token or access_token, and optionally expires_in in seconds.',
	),
	{
		displayName: 'Component App ID',
		name: 'componentAppId',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. wx1234567890abcdef',
		description: "The third-party platform's AppID, not that of an Official Account",
	},
	{
		displayName: 'Component App Secret',
		name: 'componentAppSecret',
		type: 'string',
		typeOptions: { password: true },
		default: '',
		required: true,
		displayOptions: { show: { tokenSource: ['platform'] } },
		description: "The third-party platform's AppSecret",
	},
	...PUSH_FIELDS,
	API_BASE_URL,
	FALLBACK_API_BASE_URL,
	HINT_LANGUAGE,
	ALLOW_TOKEN_OUTPUT,
];

const EXPRESSIONS = typedExpressionsExpression(FORM);

/** What the package keeps for itself; n8n encrypts it together with the rest. */
const HIDDEN_FIELDS: INodeProperties[] = [
	STORED_AT_FIELD,
	{
		displayName: 'Component Access Token',
		name: 'componentAccessToken',
		type: 'hidden',
		typeOptions: { password: true },
		default: '',
	},
	{
		displayName: 'Component Access Token Expires At',
		name: 'componentAccessTokenExpiresAt',
		type: 'hidden',
		default: 0,
	},
	{
		displayName: 'Authorizer Access Tokens',
		name: 'authorizerAccessTokens',
		type: 'hidden',
		typeOptions: { password: true },
		default: '',
	},
	{
		displayName: 'Token Maker',
		name: 'tokenMaker',
		type: 'hidden',
		default: '',
	},
	{
		displayName: 'Authorization Codes',
		name: 'authorizationCodes',
		type: 'hidden',
		typeOptions: { password: true },
		default: '',
	},
	{
		displayName: 'Received Pushes',
		name: 'receivedPushes',
		type: 'hidden',
		typeOptions: { password: true },
		default: '',
	},
	{
		displayName: 'Verify Ticket Received At',
		name: 'verifyTicketReceivedAt',
		type: 'hidden',
		default: 0,
	},
	{
		displayName: 'Verify Ticket Pushed At',
		name: 'verifyTicketPushedAt',
		type: 'hidden',
		default: 0,
	},
	{
		displayName: 'Verify Ticket Read With',
		name: 'verifyTicketReadWith',
		type: 'hidden',
		default: '',
	},
	{
		displayName: 'Trigger Parses Body',
		name: 'triggerParsesBody',
		type: 'hidden',
		default: '',
	},
	expressionsField(EXPRESSIONS),
];

/** A third-party platform, for all merchants that authorized it. */
export class WeChatOpenPlatformApi implements ICredentialType {
	name = 'weChatOpenPlatformApi';

	displayName = 'WeChat Open Platform API';

	icon: Icon = {
		light: 'file:../icons/wechat-link.svg',
		dark: 'file:../icons/wechat-link.dark.svg',
	};

	documentationUrl =
		'https://github.com/n8n-nodes-wechat-mini-program-link/n8n-nodes-wechat-mini-program-link/blob/main/docs/credentials.md#wechat-open-platform-api';

	restrictToSupportedNodes = true as const;

	properties: INodeProperties[] = [...FORM, ...HIDDEN_FIELDS];

	/** Requests no token: returns only the fields that a node asks n8n to store. */
	async preAuthentication(
		this: IHttpRequestHelper,
		credentials: ICredentialDataDecryptedObject,
	): Promise<IDataObject> {
		return fieldsToStore(credentials, EXPRESSIONS);
	}

	/** WeChat expects the token in the query string. */
	async authenticate(
		credentials: ICredentialDataDecryptedObject,
		requestOptions: IHttpRequestOptions,
	): Promise<IHttpRequestOptions> {
		endStoringRequest(credentials, requestOptions);
		const qs = { ...requestOptions.qs, component_access_token: credentials.componentAccessToken };
		return { ...requestOptions, qs };
	}
}
