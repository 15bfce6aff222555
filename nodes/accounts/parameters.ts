import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';

/** The credential of the node: for one Official Account, or for a platform and all its accounts. */
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

/** The option that overrides the credential's language of hints. */
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
		'The language of the hints, which say what to do next. Without this option, the credential decides.',
};

/** The JavaScript code of an object that maps the values of a list's options to their labels. */
export function labelsOf({ options = [] }: INodeProperties): string {
	const labels = (options as INodePropertyOptions[]).map(({ name, value }) => [value, name]);
	return `(${JSON.stringify(Object.fromEntries(labels))})`;
}

/** The line under a trigger: what starts its workflow, in the words of the panel. */
export function triggerSubtitle(triggerOn: INodeProperties): string {
	const chosen = `[].concat($parameter["${triggerOn.name}"] ?? [])`;
	return `={{ ${chosen}.map((one) => ${labelsOf(triggerOn)}[one] ?? one).join(", ") }}`;
}
