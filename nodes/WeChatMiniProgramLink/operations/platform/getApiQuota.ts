import type { INodeProperties } from 'n8n-workflow';

import { READ_BRANCHES } from '../../branches';
import type { Operation } from '../../operation';
import { emitRead, emitResult, refusedResult } from '../../results';
import { callerOf } from '../../sharedProperties';
import { QUOTA_USED_UP } from '../../../setup/checkHints';
import { readApiQuota, readCgiPath } from '../../../wechat/diagnosis';
import { pathOf } from '../../../wechat/apis';
import { isObstacle } from '../../../wechat/obstacle';
import type { Text } from '../../../wechat/text';

const OTHER = 'other';

const properties: INodeProperties[] = [
	{
		displayName: 'API',
		name: 'cgiPath',
		type: 'options',
		options: [
			{ name: 'Link (Wxamplink)', value: pathOf('wxamplink') },
			{ name: 'List Links (Wxamplinkget)', value: pathOf('wxamplinkget') },
			{ name: 'Unlink (Wxampunlink)', value: pathOf('wxampunlink') },
			{ name: 'Other', value: OTHER, description: 'Any other API, by its path' },
		],
		default: pathOf('wxamplink'),
		displayOptions: { show: { resource: ['platform'], operation: ['getApiQuota'] } },
		description: 'The API whose quota to get (cgi_path)',
	},
	{
		displayName: 'API Path',
		name: 'otherCgiPath',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. /cgi-bin/component/api_authorizer_token',
		displayOptions: {
			show: { resource: ['platform'], operation: ['getApiQuota'], cgiPath: [OTHER] },
		},
		description: 'The path alone, with its leading slash and without a host',
	},
];

const CALLS_LEFT: Text = {
	en: 'Calls are left today. There is nothing to do.',
	'zh-CN': '今天还有剩余的调用次数，无需任何操作。',
};
const NOT_TOLD: Text = {
	en: 'WeChat does not say how many calls are left today.',
	'zh-CN': '微信没有给出今天剩余的调用次数。',
};

function hintFor(remain: number | null): Text {
	if (remain === null) return NOT_TOLD;
	return remain > 0 ? CALLS_LEFT : QUOTA_USED_UP;
}

/** Reads how many calls of an API are left, and how many are allowed. */
export const getApiQuotaOperation: Operation = {
	resource: 'platform',
	option: {
		name: 'Get API Quota',
		value: 'getApiQuota',
		action: 'Get API quota',
		description:
			'Get how many calls to an API are allowed per day and minute, and how many are left today',
	},
	properties,
	branches: READ_BRANCHES,
	async execute(call) {
		const { client, subject, parameter } = call;
		const chosen = parameter('cgiPath');
		const cgiPath = readCgiPath(chosen === OTHER ? parameter('otherCgiPath') : chosen);
		if (isObstacle(cgiPath)) return cgiPath;
		const caller = callerOf(call);
		if (isObstacle(caller)) return caller;
		const answer = await client.call(caller, 'openapi/quota/get', { cgi_path: cgiPath });
		if (answer.errcode !== 0) return emitResult(refusedResult(subject, answer));
		const { officialAccountAppId, language } = subject;
		const quota = readApiQuota(answer.payload);
		const hint = hintFor(quota.remain)[language];
		return [emitRead({ officialAccountAppId, cgiPath, ...quota, hint })];
	},
};
