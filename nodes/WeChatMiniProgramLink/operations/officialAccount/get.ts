import type { IDataObject } from 'n8n-workflow';

import { READ_BRANCHES } from '../../branches';
import { emitRead, emitResult } from '../../emit';
import type { PlatformOperation } from '../../operation';
import { refusedResult } from '../../results';
import { readAuthorizer } from '../../../wechat/authorizer';
import { authorizerToJson } from './authorizerJson';

/** Reads one account that authorised the platform: name, company, status and what it granted. */
export const getOfficialAccountOperation: PlatformOperation = {
	resource: 'officialAccount',
	option: {
		name: 'Get',
		value: 'get',
		action: 'Get official account',
		description: 'Get the name, company, status and granted permission sets of one account',
	},
	needsOfficialAccount: true,
	properties: [],
	branches: READ_BRANCHES,
	async execute({ platform, subject, options }) {
		const appId = String(subject.officialAccountAppId);
		const answer = await platform.call('api_get_authorizer_info', { authorizer_appid: appId });
		if (answer.errcode !== 0) return emitResult(refusedResult(subject, answer));
		const authorizer = readAuthorizer(appId, answer.payload);
		return [emitRead(authorizerToJson(authorizer, answer.payload as IDataObject, options))];
	},
	summary: {},
};
