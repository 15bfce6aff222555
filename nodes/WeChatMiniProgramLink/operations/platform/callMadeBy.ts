import type { INodeProperties } from 'n8n-workflow';

import { readGivenId } from '../../givenId';
import { OFFICIAL_ACCOUNT } from '../../officialAccount';
import type { PlatformCall } from '../../operation';
import type { Caller } from '../../../calls/caller';
import { isObstacle, type Obstacle } from '../../../wechat/obstacle';

/** Operations that ask WeChat about calls, with the token of whoever made them. */
const show = { resource: ['platform'], operation: ['getApiQuota', 'getCall'] };

/** Whether the calls were made with a merchant's token or with the platform's own. */
const CALL_MADE_BY: INodeProperties = {
	displayName: 'Call Made By',
	name: 'callMadeBy',
	type: 'options',
	options: [
		{
			name: 'Official Account',
			value: 'officialAccount',
			description: "A call with a merchant's token, such as those that link and list",
		},
		{
			name: 'Third-Party Platform',
			value: 'platform',
			description: "A call with the platform's own token, such as those about accounts and tokens",
		},
	],
	default: 'officialAccount',
	displayOptions: { show },
	description: 'Whose token the call is made with; WeChat tells only the same one about it',
};

/** The parameters of all these operations. */
export const WHOSE_CALL: INodeProperties[] = [
	CALL_MADE_BY,
	{ ...OFFICIAL_ACCOUNT, displayOptions: { show: { ...show, callMadeBy: ['officialAccount'] } } },
];

/** Whoever made the call; the item then names the account. */
export function callerOf({ platform, subject, parameter }: PlatformCall): Caller | Obstacle {
	if (parameter('callMadeBy') === 'platform') return platform.tokens;
	const read = () => parameter('officialAccountAppId');
	const { id, shown } = readGivenId(read, 'Official Account');
	subject.officialAccountAppId = shown;
	return isObstacle(id) ? id : platform.accountOf(id);
}
