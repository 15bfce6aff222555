import type { IDataObject } from 'n8n-workflow';

import { STATUS_BRANCHES } from '../../branches';
import { emitResult } from '../../emit';
import { linksOf, toJson } from '../../../accounts/links';
import type { AccountOperation } from '../../operation';
import { refusedResult, resultOfLinkState } from '../../results';
import { describeLinkStatus, describeNotListed } from '../../../wechat/linkStates';

const emptyFields = { linkStatus: null, miniProgram: null };

/** Tells how far a link is; one list call serves all items of an account. */
export const getStatusOperation: AccountOperation = {
	resource: 'miniProgramLink',
	option: {
		name: 'Get Status',
		value: 'getStatus',
		action: 'Get link status',
		description: 'Tell whether a Mini Program is linked, waits for an administrator or was refused',
	},
	miniProgramId: 'appIdOrOriginalId',
	properties: [],
	branches: STATUS_BRANCHES,
	emptyFields,
	async execute({ account, client, options, subject }) {
		const { answer, list } = await linksOf(account, client);
		if (answer.errcode !== 0) {
			return emitResult(refusedResult(subject, answer), emptyFields);
		}
		const id = String(subject.miniProgramAppId);
		const entry = list.find(id);
		const state = entry
			? describeLinkStatus(entry.status)
			: describeNotListed(list.someHaveNoAppId, !id.startsWith('gh_'));
		return emitResult(resultOfLinkState(subject, answer, state), {
			linkStatus: entry?.status ?? null,
			miniProgram: entry ? (toJson(entry, options) as IDataObject) : null,
		});
	},
};
