import { READ_BRANCHES } from '../../branches';
import { emitRead, emitResult } from '../../emit';
import type { PlatformOperation } from '../../operation';
import { unsentResult } from '../../results';
import { isObstacle, type Obstacle } from '../../../wechat/obstacle';

const NOT_ALLOWED: Obstacle = {
	category: 'authorization',
	problem: 'The credential does not allow tokens to leave',
	hint: {
		en: 'Turn on Allow Token Output in the credential WeChat Open Platform API, if the workflow has to hand tokens to a server of yours. Read "Tokens to your server" in the documentation first: a token lets whoever sees it act for the merchant.',
		'zh-CN':
			'如果工作流需要把令牌交给您的服务器，请在凭证 WeChat Open Platform API 中打开 Allow Token Output。请先阅读文档中的 “Tokens to your server”：看到令牌的人都可以代商家操作。',
	},
	whoActs: 'operator',
};

/** Gives an account's token as it is now to a workflow, where the credential allows that. */
export const getAccessTokenOperation: PlatformOperation = {
	resource: 'officialAccount',
	option: {
		name: 'Get Access Token',
		value: 'getAccessToken',
		action: 'Get access token of official account',
		description:
			'Get the current authorizer_access_token for a server of yours; a secret, off unless the credential allows it',
		displayOptions: { hide: { '@tool': [true] } },
	},
	needsOfficialAccount: true,
	isSecret: true,
	properties: [],
	branches: READ_BRANCHES,
	async execute({ platform, subject }) {
		const appId = String(subject.officialAccountAppId);
		if (!platform.allowsTokenOutput) return emitResult(unsentResult(subject, NOT_ALLOWED));
		const token = await platform.tokens.currentTokenOf(appId);
		if (isObstacle(token)) return emitResult(unsentResult(subject, token));
		const { value, renewAt } = token;
		return [
			emitRead({
				officialAccountAppId: appId,
				accessToken: value,
				expiresAt: new Date(renewAt).toISOString(),
				expiresIn: Math.max(0, Math.floor((renewAt - Date.now()) / 1000)),
			}),
		];
	},
	summary: {},
};
