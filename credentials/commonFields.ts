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
		'The language of the hints, which say what to do next; a node with the option Hint Language differs from it',
};

/** Empty where n8n is to ask the credential type what to store. */
export const STORED_AT_FIELD: INodeProperties = {
	displayName: 'Stored At',
	name: STORED_AT,
	type: 'hidden',
	typeOptions: { expirable: true },
	default: '',
};

/** @param expression lists the other fields' expressions as they were typed */
export function expressionsField(expression: string): INodeProperties {
	return {
		displayName: 'Expressions as Typed',
		name: TYPED_EXPRESSIONS,
		type: 'hidden',
		default: expression,
	};
}
