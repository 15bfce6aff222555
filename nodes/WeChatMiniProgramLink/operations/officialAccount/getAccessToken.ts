import type { INodeProperties } from 'n8n-workflow';

import { READ_BRANCHES } from '../../branches';
import type { Operation } from '../../operation';
import { emitRead } from '../../results';
import { isObstacle, type Obstacle } from '../../../wechat/obstacle';
import type { Text } from '../../../wechat/text';

const properties: INodeProperties[] = [
	{
		displayName: 'Rejected Token',
		name: 'rejectedToken',
		type: 'string',
		typeOptions: { password: true },
		default: '',
		placeholder: "e.g. {{ $json.headers['x-rejected-token'] }}",
		displayOptions: { show: { resource: ['officialAccount'], operation: ['getAccessToken'] } },
		description:
			'The token that your server got before, if WeChat has rejected it since (40001). The node makes a new one only if this token is still in use. Leave empty to get the token in use.',
	},
];

/** In characters; WeChat's tokens have about 140. */
const LONGEST_TOKEN = 1024;

/** @returns '' if there is none, undefined if it cannot be a token */
function readRejectedToken(value: unknown): string | undefined {
	if (value === undefined || value === null) return '';
	if (typeof value !== 'string' || value.length > LONGEST_TOKEN) return undefined;
	return value;
}

const NO_TOKEN: Obstacle = {
	category: 'other',
	problem: 'The Rejected Token is not a valid token',
	hint: {
		en: 'Fill in the parameter Rejected Token with one token that Get Access Token returned, a text of at most 1,024 characters, or leave it empty to get the token in use.',
		'zh-CN':
			'请在参数 Rejected Token 中填写一个令牌（文本，最多 1,024 个字符），即 Get Access Token 之前返回的令牌；留空则返回当前使用的令牌。',
	},
	whoActs: 'operator',
};

const NOT_ALLOWED: Obstacle = {
	category: 'authorization',
	problem: 'The credential does not allow tokens as output',
	hint: {
		en: 'If the workflow has to pass tokens to your server, turn on Allow Token Output in the credential WeChat Open Platform API. Read "Tokens to your server" in the documentation first: with a token, anyone can act for the merchant.',
		'zh-CN':
			'如果工作流需要把令牌交给您的服务器，请在凭证 WeChat Open Platform API 中打开 Allow Token Output。请先阅读文档中的 “Tokens to your server”：看到令牌的人都可以代商家操作。',
	},
	whoActs: 'operator',
};

const USE: Text = {
	en: 'Use the token until expiresAt, then ask again. It is a secret: keep it out of logs and messages.',
	'zh-CN': '令牌在 expiresAt 之前可用，之后请重新获取。它是机密，不要写入日志或消息。',
};

/** Returns an account's current token, if the credential allows that. */
export const getAccessTokenOperation: Operation = {
	resource: 'officialAccount',
	option: {
		name: 'Get Access Token',
		value: 'getAccessToken',
		action: 'Get access token of official account',
		description:
			'Get the current authorizer_access_token (a secret) for your server, if the credential allows that',
		displayOptions: { hide: { '@tool': [true] } },
	},
	needsOfficialAccount: true,
	isSecret: true,
	properties,
	branches: READ_BRANCHES,
	async execute({ platform, subject, parameter }) {
		const appId = String(subject.officialAccountAppId);
		if (!platform.allowsTokenOutput) return NOT_ALLOWED;
		const rejected = readRejectedToken(parameter('rejectedToken'));
		if (rejected === undefined) return NO_TOKEN;
		const token = await platform.tokens.currentTokenOf(appId, rejected);
		if (isObstacle(token)) return token;
		const { value, renewAt } = token;
		return [
			emitRead({
				officialAccountAppId: appId,
				accessToken: value,
				expiresAt: new Date(renewAt).toISOString(),
				expiresIn: Math.max(0, Math.floor((renewAt - Date.now()) / 1000)),
				hint: USE[subject.language],
			}),
		];
	},
};
