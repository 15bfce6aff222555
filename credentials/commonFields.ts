import type { INodeProperties } from 'n8n-workflow';

import { HINT_LANGUAGE as OF_NODE } from '../nodes/accounts/parameters';
import { STORED_AT, TYPED_EXPRESSIONS } from '../nodes/tokens/credentialStore';

/** The fields that both credentials have. */

export const API_BASE_URL: INodeProperties = {
	displayName: 'API Base URL',
	name: 'apiBaseUrl',
	type: 'string',
	default: 'https://api.weixin.qq.com',
	description:
		"WeChat's entry host. Others are api2, sh.api, sz.api and hk.api under weixin.qq.com.",
};

/** One setting for all nodes that use the credential. */
export const HINT_LANGUAGE: INodeProperties = {
	...OF_NODE,
	description:
		'The language of the hints, which say what to do next. The option Hint Language of a node overrides it.',
};

/**
 * While it is empty, n8n calls the `preAuthentication` of the credential type and stores what that returns.
 */
export const STORED_AT_FIELD: INodeProperties = {
	displayName: 'Stored At',
	name: STORED_AT,
	type: 'hidden',
	typeOptions: { expirable: true },
	default: '',
};

/** @param expression an expression that lists those of the other fields as they were typed */
export function expressionsField(expression: string): INodeProperties {
	return {
		displayName: 'Expressions as Typed',
		name: TYPED_EXPRESSIONS,
		type: 'hidden',
		default: expression,
	};
}

/**
 * The fields for a token service.
 *
 * @param placeholder an example of the URL
 * @param description what n8n reads from the URL
 */
export function tokenServiceFields(placeholder: string, description: string): INodeProperties[] {
	const displayOptions = { show: { tokenSource: ['tokenService'] } };
	return [
		{
			displayName: 'Token Service URL',
			name: 'tokenServiceUrl',
			type: 'string',
			default: '',
			required: true,
			placeholder,
			displayOptions,
			description,
		},
		{
			displayName: 'Header Name',
			name: 'tokenServiceHeaderName',
			type: 'string',
			default: '',
			placeholder: 'e.g. Authorization',
			displayOptions,
			description: 'Name of a header that the token service requires, if any',
		},
		{
			displayName: 'Header Value',
			name: 'tokenServiceHeaderValue',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			displayOptions,
			description: 'Value of that header',
		},
	];
}
