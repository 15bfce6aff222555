import type { INodeProperties } from 'n8n-workflow';

import { READ_BRANCHES } from '../../branches';
import type { Operation, PlatformCall } from '../../operation';
import { emitRead } from '../../results';
import { exchangedElsewhere, grantFields, kindFields } from '../../../accounts/grantFields';
import { readAuthorizationCode } from '../../../wechat/authorizationLink';
import { isObstacle } from '../../../wechat/obstacle';

const properties: INodeProperties[] = [
	{
		displayName: 'Authorization Code',
		name: 'authorizationCode',
		type: 'string',
		typeOptions: { password: true },
		default: '',
		required: true,
		placeholder: 'e.g. {{ $json.query.auth_code }}',
		displayOptions: {
			show: { resource: ['officialAccount'], operation: ['completeAuthorization'] },
		},
		description:
			"The auth_code in the address of the merchant's browser when it returns to the Redirect URL",
	},
];

const unknownAccount = { officialAccountAppId: null, accountKind: null };
const emptyFields = {
	accountKind: null,
	codeExchanged: false,
	permissionSets: null,
	canLink: null,
};

async function completeAuthorization({ platform, options, subject, parameter }: PlatformCall) {
	const { language } = subject;
	const code = readAuthorizationCode(parameter('authorizationCode'));
	if (isObstacle(code)) return code;
	if (platform.tokens.isService) {
		return [emitRead({ ...unknownAccount, ...exchangedElsewhere(language) })];
	}
	const completed = await platform.complete(code, options.timeout);
	if (isObstacle(completed)) return completed;
	const json = {
		...unknownAccount,
		officialAccountAppId: completed.appId,
		...grantFields(completed, false, language),
		...kindFields(completed.accountKind, language),
	};
	return [{ ...emitRead(json), outcome: 'authorized' }];
}

/** Completes an authorization when the merchant's browser has returned. */
export const completeAuthorizationOperation: Operation = {
	resource: 'officialAccount',
	option: {
		name: 'Complete Authorization',
		value: 'completeAuthorization',
		action: 'Complete authorization of official account',
		description: "Exchange the code that a merchant's browser brings back, and get its account",
	},
	properties,
	branches: READ_BRANCHES,
	emptyFields,
	execute: completeAuthorization,
};
