import type { Text } from './text';

/*
 * Hints that several codes share. The first person named has to act; if nobody is named, the operator has
 * to.
 */

export const SUPPORT: Text = {
	en: 'Ask WeChat support and give them the rid.',
	'zh-CN': '请联系微信官方客服，并提供 rid。',
};

export const CHECK_VALUES: Text = {
	en: "Check this item's values and the node's options. If they are right, report the code and rid to the maintainers of this package.",
	'zh-CN':
		'请检查该条目的取值和节点的选项。如果都没有问题，请把返回码和 rid 告诉本软件包的维护者。',
};

export const MERCHANT_AUTHORIZES: Text = {
	en: "The merchant's Official Account administrator opens the authorization link and authorizes the platform again.",
	'zh-CN': '请商家的公众号管理员打开授权链接，重新授权第三方平台。',
};

export const KEEP_SET_33: Text = {
	en: "The merchant's Official Account administrator opens the authorization link again, scans it and keeps permission set 33 (小程序关联管理) ticked.",
	'zh-CN': '请商家的公众号管理员重新打开授权链接，扫码并保持勾选权限集 33（小程序关联管理）。',
};

/** (oplatform/developers/product/third_platform/authority) */
export const ADD_SET_33: Text = {
	en: 'If the platform lacks the set, the provider adds it first in the WeChat Developer Platform (微信开发者平台). It applies at once.',
	'zh-CN': '如果第三方平台本身没有该权限集，请服务商先在微信开发者平台添加，立即生效。',
};

export const NEW_CODE: Text = {
	en: 'Send the merchant a new authorization link; each code works once and expires soon. If WeChat sends no new code, the merchant has to change which permission sets are ticked.',
	'zh-CN':
		'请向商家发送新的授权链接；每个授权码只能使用一次，有效期很短。如果微信没有给出新的授权码，商家需要改动所勾选的权限集。',
};

export const PLATFORM_KEYS: Text = {
	en: 'The provider checks the AppID and AppSecret in the WeChat Open Platform API credential: they must be those of the third-party platform in the WeChat Open Platform console, not of an Official Account.',
	'zh-CN':
		'请服务商检查凭证 WeChat Open Platform API 中的 AppID 和 AppSecret：应填微信开放平台中第三方平台的，而不是公众号的。',
};

export const NEXT_TICKET: Text = {
	en: 'The provider keeps the workflow with the WeChat Open Platform Trigger published (n8n 1.x: active) and waits 10 minutes for the next push. If none arrives, check the authorization event URL in the WeChat Open Platform console.',
	'zh-CN':
		'请服务商保持带有 WeChat Open Platform Trigger 的工作流处于发布状态（n8n 1.x：激活状态），并等待 10 分钟，直到下一次推送。如果仍未收到，需要检查微信开放平台中的授权事件接收URL。',
};

export const WHITELIST: Text = {
	en: "The provider adds n8n's outgoing IP address (WeChat's text may name it) to the platform's IP whitelist in the WeChat Open Platform console.",
	'zh-CN':
		'请服务商在微信开放平台的第三方平台设置中，把 n8n 的出口 IP 地址（微信返回的文字中可能写明）加入白名单IP地址列表。',
};

export const OA_TOKEN: Text = {
	en: "Use the platform's authorizer_access_token for the Official Account: not the platform's own token, not a Mini Program's, and not one made with the account's AppSecret.",
	'zh-CN':
		'请使用第三方平台持有的该公众号的 authorizer_access_token：不是第三方平台自己的令牌，不是小程序的，也不是用账号 AppSecret 换取的。',
};

export const FRESH_TOKEN: Text = {
	en: 'If the token was pasted, paste the newest authorizer_access_token. If this happens again, another system renews the same token, too: let only one system do so.',
	'zh-CN':
		'如果令牌是手工粘贴的：请粘贴最新的 authorizer_access_token。如果再次出现，说明另有系统也在刷新同一个令牌：只应由其中一个系统刷新。',
};

export const PUBLISH: Text = {
	en: 'The provider publishes the third-party platform in the WeChat Open Platform console.',
	'zh-CN': '请服务商在微信开放平台对第三方平台进行全网发布。',
};

export const BASE_URL: Text = {
	en: 'Check the API Base URL in the credential: it starts with https:// and contains no spaces or line breaks (normally https://api.weixin.qq.com). A proxy on the way must forward POST and its body.',
	'zh-CN':
		'请检查凭证中的 API Base URL：以 https:// 开头，不含空格和换行（通常是 https://api.weixin.qq.com）。途中的代理必须原样转发 POST 及其请求体。',
};

export const ACCOUNT_STATE: Text = {
	en: "The merchant's Official Account administrator looks for a notice in the WeChat Official Accounts Platform console (mp.weixin.qq.com). If there is none, ask WeChat support and give them the rid.",
	'zh-CN':
		'请商家的公众号管理员登录微信公众平台（mp.weixin.qq.com）查看通知。如果没有通知，请联系微信官方客服并提供 rid。',
};

export const BLACKLIST: Text = {
	en: 'Only WeChat support knows the reason: the Mini Program administrator asks them and gives the rid.',
	'zh-CN': '只有微信官方客服能说明原因：请小程序管理员提供 rid 前去咨询。',
};

export const KEYS_OR_TICKET: Text = {
	en: 'The provider checks that AppID and AppSecret in the WeChat Open Platform API credential are those of the third-party platform, not of an Official Account. If they are, wait 10 minutes for the next ticket.',
	'zh-CN':
		'请服务商检查凭证 WeChat Open Platform API 中的 AppID 和 AppSecret 是否为第三方平台的，而不是公众号的。如果没有问题，请等待 10 分钟，直到收到下一个 ticket。',
};

export const PLATFORM_TOKEN: Text = {
	en: 'Send the item again once, so that the node makes a new platform token. If this persists, check that tickets arrive: the workflow with the WeChat Open Platform Trigger has to be published (n8n 1.x: active).',
	'zh-CN':
		'请重新发送该条目一次，第三方平台的令牌会重新获取。如果仍然如此，请检查是否收到 ticket：带有 WeChat Open Platform Trigger 的工作流必须处于发布状态（n8n 1.x：激活状态）。',
};
