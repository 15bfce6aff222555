import type { IDataObject, INodeProperties } from 'n8n-workflow';

import { READ_BRANCHES } from '../../branches';
import type { Operation } from '../../operation';
import { emitRead, emitResult, refusedResult, type Subject } from '../../results';
import { callerOf } from '../../sharedProperties';
import { readCallRecord, readRid } from '../../../wechat/diagnosis';
import { explainReply, isObstacle, type Obstacle } from '../../../wechat/obstacle';

const properties: INodeProperties[] = [
	{
		displayName: 'Request ID',
		name: 'rid',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. 617682e0-09059ac5-34a8e2ea',
		displayOptions: { show: { resource: ['platform'], operation: ['getCall'] } },
		description: 'The rid of a call that WeChat refused, from a result item or a log',
	},
];

const NO_RID: Obstacle = {
	category: 'other',
	problem: 'The Request ID is not a valid rid',
	hint: {
		en: 'Fill in the parameter Request ID with the whole rid: three groups of 8 characters (0-9 and a-f), joined by hyphens.',
		'zh-CN':
			'请在参数 Request ID 中填写完整的 rid：三组字符，每组 8 个（0-9 和 a-f），用连字符连接。',
	},
	whoActs: 'operator',
};

/** What WeChat has recorded, the most useful fields first. */
function callFields(
	{ officialAccountAppId, language }: Subject,
	rid: string,
	{ reply, api, ...record }: ReturnType<typeof readCallRecord>,
): IDataObject {
	const { category, problem, hint, whoActs } = explainReply(reply, api);
	return {
		officialAccountAppId,
		rid,
		errcode: reply.errcode,
		meaning: problem,
		hint: hint[language],
		whoActs,
		category,
		...record,
	} as IDataObject;
}

/** Looks up a refused call, which WeChat keeps for seven days; the item contains no secret. */
export const getCallOperation: Operation = {
	resource: 'platform',
	option: {
		name: 'Get Call',
		value: 'getCall',
		action: 'Get refused call',
		description:
			'Get what a refused call sent and what WeChat answered, by its rid; WeChat keeps it for seven days',
	},
	properties,
	branches: READ_BRANCHES,
	async execute(call) {
		const { client, subject, parameter } = call;
		const rid = readRid(parameter('rid'));
		if (!rid) return NO_RID;
		const caller = callerOf(call);
		if (isObstacle(caller)) return caller;
		const answer = await client.call(caller, 'openapi/rid/get', { rid });
		if (answer.errcode !== 0) return emitResult(refusedResult(subject, answer));
		const record = readCallRecord(answer.payload);
		return [emitRead(callFields(subject, rid, record))];
	},
};
