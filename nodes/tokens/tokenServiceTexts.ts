import type { Obstacle } from '../wechat/obstacle';

/** The credential names no address to ask at. */
export const NO_URL: Obstacle = {
	category: 'authorization',
	problem: 'The address of the token service is not a URL',
	hint: {
		en: 'Fill in Token Service URL in the credential; it starts with https:// and holds no spaces.',
		'zh-CN': '请在凭证中填写 Token Service URL；以 https:// 开头，不含空格。',
	},
	whoActs: 'operator',
};

/**
 * The token service may answer later.
 *
 * @param statusCode HTTP status, 0 when no answer came
 */
export function unavailable(statusCode: number): Obstacle {
	return {
		category: 'retryLater',
		problem:
			statusCode === 0
				? 'The token service did not answer'
				: `The token service answered HTTP ${statusCode}`,
		hint: {
			en: 'The provider checks that the token service of the credential is running and can be reached from n8n; then send the item again.',
			'zh-CN': '请服务商检查凭证中的令牌服务是否在运行、n8n 能否访问，然后重新发送该条目。',
		},
		whoActs: 'provider',
	};
}

/** The token service answers somewhere else. */
export function redirected(statusCode: number): Obstacle {
	return {
		category: 'authorization',
		problem: `The token service redirects to another address (HTTP ${statusCode})`,
		hint: {
			en: 'Redirects are not followed, since the secret header would go along. The provider puts the address at which the token service answers itself into Token Service URL in the credential.',
			'zh-CN':
				'为避免泄露密钥请求头，不会跟随重定向。请服务商在凭证的 Token Service URL 中填写令牌服务实际返回结果的地址。',
		},
		whoActs: 'provider',
	};
}

/**
 * The token service answered without a token.
 *
 * @param what it answered instead, in a few words; nothing of its own text, which may be secret
 */
export function noToken(statusCode: number, what?: string): Obstacle {
	return {
		category: 'authorization',
		problem: `The token service gave no token${what ? `: ${what}` : ''} (HTTP ${statusCode})`,
		hint: {
			en: 'The token service has to answer with JSON that holds authorizer_access_token or access_token. The provider checks Token Service URL, Header Name and Header Value in the credential.',
			'zh-CN':
				'令牌服务必须返回含有 authorizer_access_token 或 access_token 的 JSON。请服务商检查凭证中的 Token Service URL、Header Name 和 Header Value。',
		},
		whoActs: 'provider',
	};
}

/** The token service passes on a refusal that it got itself. */
export function passedOn(statusCode: number, errcode: number): Obstacle {
	return {
		...noToken(statusCode, `it answered errcode ${errcode}`),
		hint: {
			en: 'WeChat refused the token service, which passes that answer on. The provider looks up this errcode in the log of the token service and has it make a new token for this Official Account.',
			'zh-CN':
				'微信拒绝了令牌服务的请求，令牌服务把该回答原样返回。请服务商在令牌服务的日志中查找该 errcode，并让它为该公众号获取新的令牌。',
		},
	};
}

/** A call with it would change another merchant's account. */
export const OTHER_ACCOUNT: Obstacle = {
	category: 'authorization',
	problem: 'The token service gave the token of another account',
	hint: {
		en: 'Nothing was sent with it. The provider checks how the token service finds the account: {appid} in Token Service URL becomes the appid, and every account has its own token.',
		'zh-CN':
			'未使用该令牌发送任何请求。请服务商检查令牌服务如何查找帐号：Token Service URL 中的 {appid} 会替换为公众号的 appid，每个帐号的令牌各不相同。',
	},
	whoActs: 'provider',
};

/** One token of the service after the other was rejected, or the same one was given again. */
export const REJECTED: Obstacle = {
	category: 'authorization',
	problem: 'WeChat rejects the token that the token service gives for this account',
	hint: {
		en: 'The provider has the token service make a new token when a request says Cache-Control: no-cache, and checks that no other system makes tokens of the same platform. It is asked again after a minute.',
		'zh-CN':
			'请服务商让令牌服务在请求带有 Cache-Control: no-cache 时获取新的令牌，并检查是否有其他系统也在获取该第三方平台的令牌。一分钟后会再次请求。',
	},
	whoActs: 'provider',
	errcode: 40001,
};
