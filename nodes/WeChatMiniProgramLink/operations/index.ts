import type { Operation } from '../operation';
import { getManyOperation } from './miniProgramLink/getMany';
import { getStatusOperation } from './miniProgramLink/getStatus';
import { linkOperation } from './miniProgramLink/link';
import { unlinkOperation } from './miniProgramLink/unlink';
import { completeAuthorizationOperation } from './officialAccount/completeAuthorization';
import { createAuthorizationUrlOperation } from './officialAccount/createAuthorizationUrl';
import { getOfficialAccountOperation } from './officialAccount/get';
import { getAccessTokenOperation } from './officialAccount/getAccessToken';
import { getManyOfficialAccountsOperation } from './officialAccount/getMany';
import { checkSetupOperation } from './platform/checkSetup';
import { getApiQuotaOperation } from './platform/getApiQuota';
import { getCallOperation } from './platform/getCall';

/** All operations of the node, by resource, in the order of the parameter Operation. */
export const OPERATIONS: readonly Operation[] = [
	getManyOperation,
	getStatusOperation,
	linkOperation,
	unlinkOperation,
	completeAuthorizationOperation,
	createAuthorizationUrlOperation,
	getOfficialAccountOperation,
	getAccessTokenOperation,
	getManyOfficialAccountsOperation,
	checkSetupOperation,
	getApiQuotaOperation,
	getCallOperation,
];
