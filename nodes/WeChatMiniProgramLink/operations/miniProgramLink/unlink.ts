import { REQUEST_BRANCHES } from '../../branches';
import type { AccountCall, Operation } from '../../operation';
import { resultOf, type Result } from '../../results';
import { once } from './once';

async function unlink({ account, client, subject }: AccountCall): Promise<Result> {
	const answer = await client.call(account, 'wxampunlink', { appid: subject.miniProgramAppId });
	return resultOf(subject, 'wxampunlink', answer, 'unlinkRequested');
}

/** Asks WeChat to remove a link; the Official Account administrator still has to agree. */
export const unlinkOperation: Operation = {
	resource: 'miniProgramLink',
	option: {
		name: 'Unlink',
		value: 'unlink',
		action: 'Unlink mini program',
		description: 'Request to remove a link; the Official Account administrator then has to agree',
	},
	miniProgramId: 'appId',
	properties: [],
	branches: REQUEST_BRANCHES,
	async execute(call) {
		return await once(call, unlink);
	},
};
