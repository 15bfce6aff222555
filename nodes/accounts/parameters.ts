import type { INodeProperties } from 'n8n-workflow';

/** Whose call it is: one Official Account's, or that of a platform for all its accounts. */
export const AUTHENTICATION: INodeProperties = {
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
	default: 'authorizerToken',
};

/** The option for the language of hints, for a node that differs from its credential. */
export const HINT_LANGUAGE: INodeProperties = {
	displayName: 'Hint Language',
	name: 'hintLanguage',
	type: 'options',
	options: [
		{ name: 'English', value: 'en' },
		{ name: 'Chinese (中文)', value: 'zh-CN' },
	],
	default: 'en',
	description:
		'The language of the hints, which say what to do next; without this option, that of the credential',
};
