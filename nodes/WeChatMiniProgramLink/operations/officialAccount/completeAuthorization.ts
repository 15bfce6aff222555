import type { INodeProperties } from 'n8n-workflow';

import { READ_BRANCHES } from '../../branches';
import { emitRead, emitResult } from '../../emit';
import type { Emission, PlatformCall, PlatformOperation } from '../../operation';
import { unsentResult } from '../../results';
import { exchangedElsewhere, exchangeFields, kindFields } from '../../../accounts/exchangeFields';
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
			"The auth_code in the address with which the merchant's browser comes back to the Redirect URL",
	},
];

const unknownAccount = { officialAccountAppId: null, accountKind: null };
const emptyFields = {
	accountKind: null,
	codeExchanged: false,
	permissionSets: null,
	canLink: null,
};

async function completeAuthorization(call: PlatformCall): Promise<Emission[]> {
	const { platform, options, subject, parameter } = call;
	const { language } = subject;
	const code = readAuthorizationCode(parameter('authorizationCode'));
	if (isObstacle(code)) return emitResult(unsentResult(subject, code), emptyFields);
	if (platform.tokens.isService) {
		return [emitRead({ ...unknownAccount, ...exchangedElsewhere(language) })];
	}
	const completed = await platform.complete(code, options.timeout);
	if (isObstacle(completed)) return emitResult(unsentResult(subject, completed), emptyFields);
	const json = {
		...unknownAccount,
		officialAccountAppId: completed.appId,
		...exchangeFields(completed, false, language),
		...kindFields(completed.accountKind, language),
	};
	return [{ ...emitRead(json), outcome: 'authorized' }];
}

/** Finishes the authorization with which a merchant's browser has come back. */
export const completeAuthorizationOperation: PlatformOperation = {
	resource: 'officialAccount',
	option: {
		name: 'Complete Authorization',
		value: 'completeAuthorization',
		action: 'Complete authorization of official account',
		description:
			"Exchange the code with which a merchant's browser comes back, and get the account that it is for",
	},
	needsOfficialAccount: false,
	properties,
	branches: READ_BRANCHES,
	emptyFields,
	execute: completeAuthorization,
};
