import type { Text } from '../wechat/text';

/*
 * What to do about each finding, and in which console. The provider uses WeChat Open Platform (微信开放平台,
 * 管理中心, 第三方平台) and, for permission sets, WeChat Developer Platform (微信开发者平台). A merchant's
 * administrator uses WeChat Official Accounts Platform (微信公众平台, mp.weixin.qq.com).
 */

/** Where the provider finds the platform's values. */
const CONSOLE: Text = {
	en: 'WeChat Open Platform console (微信开放平台), 管理中心, 第三方平台',
	'zh-CN': '微信开放平台 > 管理中心 > 第三方平台',
};

/** Where the provider finds permission sets (oplatform/developers/product/third_platform/authority). */
const SETS: Text = {
	en: 'WeChat Developer Platform (微信开发者平台, developers.weixin.qq.com/platform), 我的业务, 第三方平台, 权限集, 管理权限集',
	'zh-CN':
		'微信开发者平台（developers.weixin.qq.com/platform）> 我的业务 > 第三方平台 > 权限集 > 管理权限集',
};

export const APP_ID_FORM: Text = {
	en: `Copy the AppID of the third-party platform (wx and 16 characters of 0-9 and a-f) into Component App ID in the credential. It is in the ${CONSOLE.en}.`,
	'zh-CN': `请把第三方平台的 AppID（wx 加 16 位 0-9、a-f 字符）填入凭证的 Component App ID，查看位置：${CONSOLE['zh-CN']}。`,
};

export const WRONG_SECRET: Text = {
	en: `Copy the AppSecret of the third-party platform, not of an Official Account, into Component App Secret in the credential again. It is in the ${CONSOLE.en}; a reset voids the former one.`,
	'zh-CN': `请重新复制第三方平台（不是公众号）的 AppSecret 到凭证的 Component App Secret，查看位置：${CONSOLE['zh-CN']}；重置之后旧的 AppSecret 即失效。`,
};

export const WRONG_APP_ID: Text = {
	en: `Component App ID in the credential has to be the AppID of the third-party platform, not that of an Official Account or a Mini Program. It is in the ${CONSOLE.en}.`,
	'zh-CN': `凭证的 Component App ID 必须是第三方平台的 AppID，不能是公众号或小程序的 AppID，查看位置：${CONSOLE['zh-CN']}。`,
};

/** @param requestIp the address that WeChat saw, if it says so */
export function whitelist(requestIp = ''): Text {
	const en = requestIp ? `the IP address ${requestIp}` : "n8n's outgoing IP address";
	const zh = requestIp ? `IP 地址 ${requestIp}` : 'n8n 的出口 IP 地址';
	return {
		en: `The provider adds ${en} to the platform's IP whitelist (白名单IP地址列表) in the ${CONSOLE.en}, 开发信息. The change takes effect at once. The whitelist of an Official Account does not count here. If n8n's address changes, send its calls through a proxy with a fixed one.`,
		'zh-CN': `请服务商把${zh}加入第三方平台的白名单IP地址列表，位置：${CONSOLE['zh-CN']} > 开发信息；立即生效。公众号自己的 IP 白名单在此无效。如果 n8n 的出口地址会变化，请使用固定 IP 的代理。`,
	};
}

export const KEY_FORM: Text = {
	en: `A key has 43 letters and digits. Copy 消息加解密Key again from the ${CONSOLE.en}.`,
	'zh-CN': `密钥为 43 位字母和数字，请重新复制消息加解密Key，查看位置：${CONSOLE['zh-CN']}。`,
};

export const NO_KEY: Text = {
	en: `Without it, the WeChat Open Platform Trigger cannot read pushes, so neither tickets nor authorizations arrive. Copy 消息校验Token and 消息加解密Key from the ${CONSOLE.en}.`,
	'zh-CN': `缺少它，WeChat Open Platform Trigger 无法解读推送，收不到 ticket 和商家授权。请复制消息校验Token 和消息加解密Key，查看位置：${CONSOLE['zh-CN']}。`,
};

export const UNPROVEN_KEY: Text = {
	en: `Only a push shows whether the key is right. If none arrives within ten minutes although the URL is right, or if n8n's log says that a push was refused, copy 消息校验Token and 消息加解密Key again from the ${CONSOLE.en}.`,
	'zh-CN': `只有推送才能验证密钥是否正确。如果 URL 无误但十分钟内没有推送，或 n8n 日志显示推送被拒绝，请重新复制消息校验Token 和消息加解密Key，查看位置：${CONSOLE['zh-CN']}。`,
};

export const PARSED_BODY: Text = {
	en: 'One malformed request can keep n8n from answering WeChat until n8n restarts. Delete the trigger, add a new one with the same settings, publish the workflow, and put its two Production URLs into the authorization event URL (授权事件接收URL) and 消息与事件接收URL in the WeChat Open Platform console.',
	'zh-CN':
		'一个格式错误的请求就可能使 n8n 在重启之前不再回答微信。请删除该触发器，新建一个设置相同的触发器并发布，然后把它的两个 Production URL 填入微信开放平台的授权事件接收URL和消息与事件接收URL。',
};

export const NO_TICKET: Text = {
	en: `Publish a workflow with the WeChat Open Platform Trigger. In the ${CONSOLE.en}, put its Production URL that ends in /wechat-open-platform into the authorization event URL (授权事件接收URL), and the one that ends in /messages/:appid, with $APPID$ in place of :appid, into 消息与事件接收URL. Check that ticket pushes are switched on there, and wait ten minutes. WeChat reaches only ports 80 and 443 and requires the answer "success" from n8n: look for a proxy or firewall in between.`,
	'zh-CN': `请发布带有 WeChat Open Platform Trigger 的工作流，把它以 /wechat-open-platform 结尾的 Production URL 填入授权事件接收URL，把以 /messages/:appid 结尾的一个（:appid 换成 $APPID$）填入消息与事件接收URL，并确认 ticket 推送已开启，位置：${CONSOLE['zh-CN']}，然后等待十分钟。微信只访问 80 和 443 端口，并要求 n8n 返回 success，请检查中间的代理或防火墙。`,
};

export const PASTED_TICKET: Text = {
	en: `A ticket lives 12 hours, so replace this one in time. Tickets arrive on their own once a workflow with the WeChat Open Platform Trigger is published and the authorization event URL (授权事件接收URL) in the ${CONSOLE.en} is its first Production URL.`,
	'zh-CN': `ticket 有效期 12 小时，请提供方及时更新。如果发布带有 WeChat Open Platform Trigger 的工作流，并把它的第一个 Production URL 填入授权事件接收URL（${CONSOLE['zh-CN']}），ticket 会自动更新。`,
};

export const REPLACED: Text = {
	en: "Nothing is lost: the next run makes a new token. But only one system may make the tokens of this platform, since each new token voids the other system's. Every system that has the AppSecret can make them: if you do not know all these systems, reset the AppSecret in the WeChat Open Platform console.",
	'zh-CN':
		'下次运行会生成新的令牌，不会丢失数据。但同一个第三方平台只应由一个系统获取令牌，因为新令牌会使旧令牌失效。如果不清楚还有谁在使用，请在微信开放平台重置 AppSecret。',
};

export const TOKEN_QUOTA: Text = {
	en: 'Wait for the next day (Beijing), and look for another system that keeps making tokens of this platform. If you cannot wait, the provider clears the quota with component/clear_quota/v2, which takes the AppID and AppSecret from the WeChat Open Platform console and works 10 times a month.',
	'zh-CN':
		'请等到次日（北京时间），并检查是否有其他系统反复获取该第三方平台的令牌。如不能等待，服务商可用微信开放平台的 AppID 和 AppSecret 调用 component/clear_quota/v2 清零，每月 10 次。',
};

export const EMPTY_LIST: Text = {
	en: 'The provider checks the list that the token service returns at its URL without an appid: a JSON list of objects with appid and name, one for each Official Account that authorized the platform.',
	'zh-CN':
		'请服务商检查令牌服务在 URL 不带 appid 时返回的列表：由 appid 和 name 组成的 JSON 列表，每个已授权的公众号一项。',
};

export const NO_ACCOUNT: Text = {
	en: 'Create an authorization link with the operation Create Authorization URL and have a merchant open it. Until the platform is published (WeChat Open Platform console, 全网发布), only accounts on its test list can authorize.',
	'zh-CN':
		'请用 Create Authorization URL 操作生成授权链接，由商家打开并授权。第三方平台在微信开放平台全网发布之前，只有测试列表中的帐号可以授权。',
};

export const LACKS_SET_33: Text = {
	en: "Each merchant's Official Account administrator opens the authorization link (operation Create Authorization URL) again, scans it and keeps permission set 33 (小程序关联管理) ticked. The administrator can also do this in WeChat: the account 公众平台安全助手 (security assistant), 绑定查询, 微信号绑定账号, the Official Account, the platform, 更新授权. It is not possible at mp.weixin.qq.com.",
	'zh-CN':
		'请各商家的公众号管理员重新打开授权链接（Create Authorization URL 操作），扫码并勾选权限集 33（小程序关联管理）；也可在微信中打开“公众平台安全助手”，依次进入绑定查询 > 微信号绑定账号 > 该公众号 > 第三方平台 > 更新授权。公众号不能在 mp.weixin.qq.com 更新授权。',
};

export const ALL_LACK_SET_33: Text = {
	en: `Nobody has granted it, so the platform itself may lack it: the provider adds permission set 33 (小程序关联管理) in the ${SETS.en}. The change takes effect at once, without publishing. Then each merchant's Official Account administrator opens the authorization link (operation Create Authorization URL) and scans it again.`,
	'zh-CN': `没有帐号授予该权限集，可能第三方平台本身未勾选：请服务商添加权限集 33（小程序关联管理），位置：${SETS['zh-CN']}；立即生效，无需全网发布。之后请各商家的公众号管理员重新打开授权链接（Create Authorization URL 操作）并扫码。`,
};

export const UNEXCHANGED: Text = {
	en: 'Publish a workflow with the WeChat Open Platform Trigger: it exchanges codes at once, and kept ones with the next push. If no code is kept, the merchant opens the authorization link again and changes which permission sets are ticked: without a change, WeChat sends no new code.',
	'zh-CN':
		'请发布带有 WeChat Open Platform Trigger 的工作流：授权码会立即换取，已保存的会在下次推送时换取。没有保存授权码的帐号，请商家重新打开授权链接并更改已勾选的权限集；不更改则微信不会发送新的授权码。',
};

export const CLOSED: Text = {
	en: "Each merchant's Official Account administrator reads the notice in the WeChat Official Accounts Platform console (mp.weixin.qq.com), and unfreezes the account or appeals there. From your list, remove accounts that were cancelled or that withdrew their authorization.",
	'zh-CN':
		'请各商家的公众号管理员登录微信公众平台（mp.weixin.qq.com）查看通知，解冻或申诉。已注销或已取消授权的帐号请从列表中移除。',
};

export const QUOTA_USED_UP: Text = {
	en: 'Calls for this account work again the next day (Beijing). Have Get Status and the link trigger run less often. If you cannot wait, the provider clears the quota (clear_quota, 10 times a month for each account).',
	'zh-CN':
		'该帐号的调用将在次日（北京时间）恢复。请降低 Get Status 和关联触发器的查询频率。如不能等待，服务商可清零调用次数（clear_quota，每个帐号每月 10 次）。',
};

export const QUOTA_NUMBERS: Text = {
	en: 'Nothing has to be done. WeChat does not publish these numbers, and only a live platform can read them: you can send this line to the maintainers of this package. It contains no secret and names nobody.',
	'zh-CN':
		'无需处理。微信没有公布这些数字，只有正式运行的第三方平台才能查询：请把这一行发送给本扩展包的维护者，其中没有密钥，也不涉及任何帐号。',
};

export const NO_CALLABLE_ACCOUNT: Text = {
	en: 'Reading the quotas requires the token of an Official Account that can be called. Follow the hints of the checks above, then run Check Setup again.',
	'zh-CN': '这些数字需要用可调用的公众号令牌查询。请先处理上面的检查项，然后重新运行 Check Setup。',
};
