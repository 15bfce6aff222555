import type { IDataObject } from 'n8n-workflow';

import { STATUS_BRANCHES } from '../../branches';
import { linksOf, linkToJson } from '../../../accounts/account';
import type { Operation } from '../../operation';
import { emitResult, refusedResult, resultOfLinkState } from '../../results';
import { describeLinkStatus, describeNotListed } from '../../../wechat/linkStates';

const emptyFields = { linkStatus: null, miniProgram: null };

/** Gets the state of a link; one list call serves all items of an account. */
export const getStatusOperation: Operation = {
	resource: 'miniProgramLink',
	option: {
		name: 'Get Status',
		value: 'getStatus',
		action: 'Get link status',
		description: 'Get whether a Mini Program is linked, refused or waiting for an administrator',
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
			miniProgram: entry ? (linkToJson(entry, options) as IDataObject) : null,
		});
	},
};
