import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';

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

/** Code that gives the labels of a list's options by their values. */
export function labelsOf({ options = [] }: INodeProperties): string {
	const labels = (options as INodePropertyOptions[]).map(({ name, value }) => [value, name]);
	return `(${JSON.stringify(Object.fromEntries(labels))})`;
}

/** The line under a trigger: what starts its workflow, as the panel calls it. */
export function triggerSubtitle(triggerOn: INodeProperties): string {
	const chosen = `[].concat($parameter["${triggerOn.name}"] ?? [])`;
	return `={{ ${chosen}.map((one) => ${labelsOf(triggerOn)}[one] ?? one).join(", ") }}`;
}
