import type { IDataObject } from 'n8n-workflow';

import { READ_BRANCHES } from '../../branches';
import { linksOf, linkToJson } from '../../../accounts/account';
import type { Operation } from '../../operation';
import { emitRead, emitResult, refusedResult } from '../../results';
import { limitOf, limitProperties } from '../../sharedProperties';
import { describeLinkStatus } from '../../../wechat/linkStates';

/** Lists the links and invitations of an account; WeChat returns them all in one answer. */
export const getManyOperation: Operation = {
	resource: 'miniProgramLink',
	option: {
		name: 'Get Many',
		value: 'getMany',
		action: 'Get many links',
		description: 'List the linked Mini Programs and open invitations of an Official Account',
	},
	properties: limitProperties('miniProgramLink'),
	branches: READ_BRANCHES,
	async execute({ account, client, options, subject, parameter }) {
		const { answer, list } = await linksOf(account, client);
		if (answer.errcode !== 0) {
			return emitResult(refusedResult(subject, answer));
		}
		const limit = limitOf(parameter);
		const { officialAccountAppId, language } = subject;
		return list.entries.slice(0, limit).map((entry) => {
			const hint = describeLinkStatus(entry.status).hint[language];
			return emitRead({ officialAccountAppId, ...linkToJson(entry, options), hint } as IDataObject);
		});
	},
};
