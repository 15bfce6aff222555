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
			name: 'Access Token',
			value: 'accessToken',
			description: 'Paste a token, or an expression that returns one for each item',
		},
		{
			name: 'Token Service',
			value: 'tokenService',
			description: 'Read the token from your server, and read it again when a new one is needed',
		},
	],
	default: 'accessToken',
	description: "Where the Official Account's authorizer_access_token comes from",
};

const TOKEN_SERVICE = tokenServiceFields(
	'e.g. https://tokens.example.com/wx1234567890abcdef',
	'Read with GET. The answer is JSON with authorizer_access_token or access_token, and optionally expires_in in seconds.',
);

/** What an operator sees. */
const FORM: INodeProperties[] = [
	TOKEN_SOURCE,
	{
		displayName: 'Access Token',
		name: 'accessToken',
		type: 'string',
		typeOptions: { password: true },
		default: '',
		required: true,
		displayOptions: { show: { tokenSource: ['accessToken'] } },
		description:
			"The Official Account's authorizer_access_token, which is valid for two hours. An expression such as {{ $json.token }} is resolved for each item.",
	},
	...TOKEN_SERVICE,
	{
		displayName: 'Official Account App ID',
		name: 'officialAccountAppId',
		type: 'string',
		default: '',
		placeholder: 'e.g. wx1234567890abcdef',
		description: 'The account that the token belongs to. It appears in the results.',
	},
	API_BASE_URL,
	HINT_LANGUAGE,
];

const EXPRESSIONS = typedExpressionsExpression(FORM);

/** One Official Account that authorized a third-party platform, called with its authorizer_access_token. */
export class WeChatAuthorizerTokenApi implements ICredentialType {
	name = 'weChatAuthorizerTokenApi';

	displayName = 'WeChat Authorizer Token API';

	icon: Icon = {
		light: 'file:../icons/wechat-link.svg',
		dark: 'file:../icons/wechat-link.dark.svg',
	};

	documentationUrl =
		'https://github.com/n8n-nodes-wechat-mini-program-link/n8n-nodes-wechat-mini-program-link/blob/main/docs/credentials.md#wechat-authorizer-token-api';

	restrictToSupportedNodes = true as const;

	properties: INodeProperties[] = [
		...FORM,
		STORED_AT_FIELD,
		{
			displayName: 'Stored Token',
			name: 'authorizerAccessToken',
			type: 'hidden',
			typeOptions: { password: true },
			default: '',
		},
		{
			displayName: 'Stored Token Serial',
			name: 'storedSerial',
			type: 'hidden',
			default: 0,
		},
		{
			displayName: 'Stored Token Is Renewed At',
			name: 'storedRenewAt',
			type: 'hidden',
			default: 0,
		},
		{
			displayName: 'Stored Token Origin',
			name: 'storedOrigin',
			type: 'hidden',
			default: '',
		},
		expressionsField(EXPRESSIONS),
	];

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
		const token =
			credentials.tokenSource === 'tokenService'
				? credentials.authorizerAccessToken
				: credentials.accessToken;
		return { ...requestOptions, qs: { ...requestOptions.qs, access_token: token } };
	}
}
