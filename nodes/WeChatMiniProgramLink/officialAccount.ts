import type { INodeProperties } from 'n8n-workflow';

/** The parameter Official Account; whoever uses it says when it is shown. */
export const OFFICIAL_ACCOUNT: INodeProperties = {
	displayName: 'Official Account',
	name: 'officialAccountAppId',
	type: 'resourceLocator',
	default: { mode: 'list', value: '' },
	required: true,
	description: 'The Official Account to work on; it has authorized the third-party platform',
	modes: [
		{
			displayName: 'From List',
			name: 'list',
			type: 'list',
			placeholder: 'Select an Official Account...',
			typeOptions: { searchListMethod: 'searchOfficialAccounts', searchable: true },
		},
		{
			displayName: 'By ID',
			name: 'id',
			type: 'string',
			placeholder: 'e.g. wx1234567890abcdef',
			hint: 'The appid',
		},
	],
};
