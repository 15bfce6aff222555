import type { IDataObject } from 'n8n-workflow';

import { READ_BRANCHES } from '../../branches';
import { emitRead, emitResult } from '../../emit';
import type { PlatformOperation } from '../../operation';
import { missingResult } from '../../results';
import { authorizerToJson } from './authorizerJson';

/** Reads one account that authorized the platform: name, company, status and what it granted. */
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
		const { answer, authorizer } = await platform.infoOf(appId);
		if (!authorizer) return emitResult(missingResult(subject, answer));
		const raw = answer.payload as IDataObject;
		return [emitRead(authorizerToJson(authorizer, raw, options, subject.language))];
	},
};
