import type { INodeProperties } from 'n8n-workflow';

/**
 * The fields that say how a token service is read.
 *
 * @param placeholder an address as an example
 * @param description what is read from it
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
			description: 'Name of a header that the token service asks for, if any',
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
