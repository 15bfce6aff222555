import type { LinkApi } from './apis';
import {
	ACCOUNT_STATE,
	ADD_SET_33,
	BASE_URL,
	BLACKLIST,
	CHECK_VALUES,
	FRESH_TOKEN,
	KEEP_SET_33,
	KEYS_OR_TICKET,
	MERCHANT_AUTHORIZES,
	NEW_CODE,
	NEXT_TICKET,
	OA_TOKEN,
	PLATFORM_KEYS,
	PLATFORM_TOKEN,
	PUBLISH,
	SUPPORT,
	WHITELIST,
} from './errcodeSteps';
import { join, NO_TEXT, NOTHING_TO_DO, type Text } from './text';

/** What kind of answer a code is: the name of the output that an item leaves through. */
export type Category =
	| 'success'
	| 'pending'
	| 'quotaReached'
	| 'notAllowed'
	| 'authorization'
	| 'retryLater'
	| 'other';

/**
 * What the node may do about a code by itself.
 *
 * - `no`: nothing, a person has to act first
 * - `renewToken`: renew the rejected access token and send the call again
 * - `backOff`: send the call again a few times with growing pauses
 * - `nextMinute`: hold back the account's calls to this API until the next minute
 * - `nextDay`: send the item again the next day, not in this run
 * - `nextMonth`: send the item again the next month, not in this run
 */
export type Retry = 'no' | 'renewToken' | 'backOff' | 'nextMinute' | 'nextDay' | 'nextMonth';

/** When a workflow may send the same item again if nobody has to act. */
export type RetryAfter = 'none' | 'minutes' | 'nextDay' | 'nextMonth';

/**
 * Who has to act before an item can go on: an administrator in WeChat, the provider in the
 * console of the third-party platform, the operator of the workflow in n8n, or WeChat itself.
 */
export type WhoActs =
	| 'nobody'
	| 'officialAccountAdmin'
	| 'miniProgramAdmin'
	| 'provider'
	| 'operator'
	| 'weChat';

/** One row of the table. */
interface Errcode {
	readonly category: Category;
	/** `no` by default. */
	readonly retry?: Exclude<Retry, 'no'>;
	/** The first person whom the hint names; the operator if it names none and time alone does not help. */
	readonly whoActs: WhoActs;
	/** What the code says. */
	readonly meaning: Text;
	/** What the operator does next, and who has to act. */
	readonly hint: Text;
}

/*
 * Sources: the pages under developers.weixin.qq.com
 * doc/oplatform/openApi/officalaccount-management/link-miniprogram/api_linkminiprogram and
 * api_unlinkminiprogram (which take precedence), doc/oplatform/openApi/ticket-token/,
 * authorization-management/ and openapi/, then the copy of WeChat's general return code table in public
 * SDKs. A hint says so if only developers reported something in WeChat's forum.
 */

/** What WeChat's answer codes mean for linking and for the token chain, by code. */
// prettier-ignore
export const ERRCODES: Readonly<Record<number, Errcode>> = {
	[-1]: { category: 'retryLater', retry: 'backOff', whoActs: 'nobody',
		meaning: { en: "WeChat's server is busy or out of order", 'zh-CN': '微信服务器繁忙或内部异常' },
		hint: { en: "Send the item again in a few minutes. If a link keeps getting this answer, check that the appid belongs to a Mini Program: developers have seen it for a service account's appid, and then waiting may not help.", 'zh-CN': '请几分钟后重新发送该条目。如果某个关联一直如此，请检查该 appid 是否属于小程序：有开发者填了服务号的 appid 时遇到过，这种情况等待可能无效。' } },
	0: { category: 'success', whoActs: 'nobody',
		meaning: { en: 'Accepted', 'zh-CN': '已受理' },
		hint: NOTHING_TO_DO },

	1001: { category: 'quotaReached', whoActs: 'weChat',
		meaning: { en: 'The company owns the maximum number of Mini Programs', 'zh-CN': '企业主体名下的小程序数量已到上限' },
		hint: join({ en: 'SDKs know this code from other calls; WeChat does not list it for linking.', 'zh-CN': 'SDK 中其他接口有此返回码，微信未在关联接口中列出。' }, SUPPORT) },
	1002: { category: 'notAllowed', whoActs: 'miniProgramAdmin',
		meaning: { en: 'The company is on a blacklist for violations', 'zh-CN': '企业主体因违规被列入黑名单' },
		hint: BLACKLIST },
	1003: { category: 'quotaReached', whoActs: 'miniProgramAdmin',
		meaning: { en: "The administrator's WeChat is bound to too many accounts", 'zh-CN': '管理员的微信号绑定的账号数已到上限' },
		hint: { en: "The Mini Program administrator unbinds some accounts in WeChat's security assistant; then send the item again.", 'zh-CN': '请小程序管理员在微信的公众平台安全助手中解绑部分账号，然后重新发送该条目。' } },
	1004: { category: 'notAllowed', whoActs: 'miniProgramAdmin',
		meaning: { en: "The administrator's WeChat is on a blacklist for violations", 'zh-CN': '管理员的微信号因违规被列入黑名单' },
		hint: BLACKLIST },
	1005: { category: 'quotaReached', whoActs: 'miniProgramAdmin',
		meaning: { en: "The administrator's phone number is bound to too many accounts", 'zh-CN': '管理员的手机号绑定的账号数已到上限' },
		hint: { en: 'According to WeChat, the Mini Program administrator has to unbind accounts in the security assistant. Developers also saw this after linking more than 3 Mini Programs of other companies, or after many links and unlinks; then ask WeChat support.', 'zh-CN': '微信文档的说明：请小程序管理员在公众平台安全助手中解绑账号。也有开发者在关联了超过 3 个不同主体的小程序，或多次关联和解除关联之后遇到；这种情况请联系微信官方客服。' } },
	1006: { category: 'notAllowed', whoActs: 'miniProgramAdmin',
		meaning: { en: 'The phone number is on a blacklist for violations', 'zh-CN': '手机号因违规被列入黑名单' },
		hint: BLACKLIST },
	1007: { category: 'quotaReached', whoActs: 'miniProgramAdmin',
		meaning: { en: "The administrator's identity card is bound to too many accounts", 'zh-CN': '管理员的身份证绑定的账号数已到上限' },
		hint: { en: 'The Mini Program administrator unbinds accounts that are no longer needed; then send the item again. WeChat does not list this code for linking: ask WeChat support and give them the rid.', 'zh-CN': '请小程序管理员解绑不再需要的账号，然后重新发送该条目。微信未在关联接口中列出此返回码：可向微信官方客服提供 rid 了解详情。' } },
	1008: { category: 'notAllowed', whoActs: 'weChat',
		meaning: { en: "Presumably the administrator's identity card is on a blacklist for violations", 'zh-CN': '推测：管理员的身份证因违规被列入黑名单' },
		hint: join({ en: 'The meaning is inferred from its neighbors 1004 and 1006.', 'zh-CN': '含义由相邻的 1004 和 1006 推测得出。' }, SUPPORT) },

	40001: { category: 'authorization', retry: 'renewToken', whoActs: 'operator',
		meaning: { en: 'The access token is wrong, or a newer one has replaced it', 'zh-CN': '令牌错误，或已被新令牌取代' },
		hint: join(FRESH_TOKEN, { en: 'With the Open Platform credential, check its AppSecret as well.', 'zh-CN': '如果使用 Open Platform 凭证，也请检查其中的 AppSecret。' }) },
	40002: { category: 'other', whoActs: 'operator',
		meaning: { en: 'Wrong credential type', 'zh-CN': '凭证类型不正确' },
		hint: CHECK_VALUES },
	40013: { category: 'other', whoActs: 'operator',
		meaning: { en: "The appid is malformed, unknown, or not that of the token's account", 'zh-CN': 'appid 格式不对、不存在，或与令牌所属账号不一致' },
		hint: { en: "Compare the appids with the consoles: the Mini Program's, the Official Account's and the platform's each belong in their own field. An appid is wx and 16 characters of 0-9 and a-f.", 'zh-CN': '请与各后台核对 appid：小程序、公众号和第三方平台的 appid 各有自己的填写位置。appid 由 wx 和 16 个字符（0-9 和 a-f）组成。' } },
	40014: { category: 'authorization', retry: 'renewToken', whoActs: 'operator',
		meaning: { en: 'The access token is malformed or unknown', 'zh-CN': '令牌格式不对或不存在' },
		hint: join({ en: 'Check that you pasted the whole token.', 'zh-CN': '请检查令牌是否完整粘贴。' }, FRESH_TOKEN) },
	40033: { category: 'other', whoActs: 'operator',
		meaning: { en: 'The body contains \\uXXXX escapes', 'zh-CN': '请求体含有 \\uXXXX 转义' },
		hint: join({ en: 'A proxy may have rewritten the body; it must forward UTF-8 unchanged.', 'zh-CN': '请求体可能被代理改写：代理必须原样转发 UTF-8。' }, CHECK_VALUES) },
	40035: { category: 'other', whoActs: 'operator',
		meaning: { en: 'A parameter has a value or size that is not allowed', 'zh-CN': '某个参数的取值或长度不合法' },
		hint: CHECK_VALUES },
	40066: { category: 'other', whoActs: 'operator',
		meaning: { en: 'The request path does not exist', 'zh-CN': '请求路径不存在' },
		hint: BASE_URL },
	40090: { category: 'authorization', whoActs: 'provider',
		meaning: { en: 'Calls from this IP address are refused', 'zh-CN': '来自此 IP 地址的调用被拒绝' },
		hint: join(WHITELIST, { en: 'If it is already there, ask WeChat support and give them the rid.', 'zh-CN': '如果已在其中：请向微信官方客服提供 rid。' }) },
	40091: { category: 'authorization', whoActs: 'provider',
		meaning: { en: "The platform's ticket is invalid", 'zh-CN': '第三方平台的 ticket 无效' },
		hint: NEXT_TICKET },
	40094: { category: 'authorization', whoActs: 'provider',
		meaning: { en: "The platform's credentials are invalid", 'zh-CN': '第三方平台的密钥信息无效' },
		hint: PLATFORM_KEYS },
	40095: { category: 'authorization', whoActs: 'operator',
		meaning: { en: 'The caller is not accepted', 'zh-CN': '调用方不被接受' },
		hint: join(OA_TOKEN, { en: 'If it is that token, ask WeChat support and give them the rid.', 'zh-CN': '如果确实是它：请向微信官方客服提供 rid。' }) },
	40097: { category: 'other', whoActs: 'operator',
		meaning: { en: 'A parameter is wrong', 'zh-CN': '参数错误' },
		hint: CHECK_VALUES },
	40101: { category: 'other', whoActs: 'operator',
		meaning: { en: 'A parameter is missing', 'zh-CN': '缺少参数' },
		hint: CHECK_VALUES },
	40106: { category: 'other', whoActs: 'operator',
		meaning: { en: 'The original ID of an account is invalid', 'zh-CN': '账号的原始 ID 不合法' },
		hint: { en: "Compare the original ID (gh_...) with the one in the account's console.", 'zh-CN': '请把原始 ID（gh_...）与账号后台中的核对。' } },
	40125: { category: 'authorization', whoActs: 'provider',
		meaning: { en: 'The AppSecret is wrong, perhaps because it was reset', 'zh-CN': 'AppSecret 错误，可能已被重置' },
		hint: PLATFORM_KEYS },
	40164: { category: 'authorization', whoActs: 'officialAccountAdmin',
		meaning: { en: "The IP address is not in the account's own IP whitelist", 'zh-CN': '此 IP 地址不在该账号自己的 IP 白名单中' },
		hint: { en: "WeChat's text names the IP address: the merchant's Official Account administrator adds it to the IP whitelist of that account. This is not the whitelist of the third-party platform (that would be 61004).", 'zh-CN': '微信返回的文字中写明了 IP 地址：请商家的公众号管理员把它加入该账号的 IP 白名单。这不是第三方平台的白名单（那会是 61004）。' } },
	40166: { category: 'other', whoActs: 'operator',
		meaning: { en: 'The appid of the Mini Program is invalid', 'zh-CN': '小程序的 appid 不合法' },
		hint: { en: "Copy the appid from the Mini Program's console again: wx and 16 characters of 0-9 and a-f.", 'zh-CN': '请从小程序后台重新复制 appid：由 wx 和 16 个字符（0-9 和 a-f）组成。' } },
	40170: { category: 'other', whoActs: 'operator',
		meaning: { en: 'A count is above its limit', 'zh-CN': '数量参数超过上限' },
		hint: CHECK_VALUES },
	40187: { category: 'authorization', whoActs: 'provider',
		meaning: { en: 'The IP address is not allowed', 'zh-CN': 'IP 地址不合法' },
		hint: WHITELIST },

	41001: { category: 'authorization', whoActs: 'operator',
		meaning: { en: 'The access token is missing', 'zh-CN': '缺少令牌' },
		hint: { en: 'The access token is empty: enter it in the WeChat Authorizer Token API credential, or check that its expression returns a value for this item.', 'zh-CN': '令牌为空：请在凭证 WeChat Authorizer Token API 中填写，或检查其中的表达式对该条目是否有值。' } },
	41002: { category: 'other', whoActs: 'operator',
		meaning: { en: 'The appid is missing', 'zh-CN': '缺少 appid' },
		hint: { en: 'Fill in the Mini Program; if it is an expression, check that it returns a value for this item.', 'zh-CN': '请填写参数 Mini Program；如果是表达式，请检查它对该条目是否有值。' } },
	41003: { category: 'other', whoActs: 'officialAccountAdmin',
		meaning: { en: 'The refresh token is missing', 'zh-CN': '缺少刷新令牌' },
		hint: { en: "The merchant's Official Account administrator authorizes the platform again with the authorization link and changes which permission sets are ticked: without a change, WeChat sends nothing new.", 'zh-CN': '请商家的公众号管理员用授权链接重新授权第三方平台，并在过程中改动所勾选的权限集：没有改动时微信不会推送新内容。' } },
	41004: { category: 'authorization', whoActs: 'provider',
		meaning: { en: "The platform's AppSecret is missing", 'zh-CN': '缺少第三方平台的 AppSecret' },
		hint: PLATFORM_KEYS },
	41018: { category: 'other', whoActs: 'provider',
		meaning: { en: "The platform's AppID is missing, or the body did not arrive as JSON", 'zh-CN': '缺少第三方平台的 AppID，或请求体没有以 JSON 形式到达' },
		hint: { en: 'The provider fills in the AppID of the third-party platform in the WeChat Open Platform API credential. If it is filled in, a proxy on the way may have changed the body.', 'zh-CN': '请服务商在凭证 WeChat Open Platform API 中填写第三方平台的 AppID。如果已经填写，请求体可能被途中的代理改动。' } },
	41019: { category: 'authorization', whoActs: 'provider',
		meaning: { en: "The platform's secret is missing", 'zh-CN': '缺少第三方平台的密钥' },
		hint: PLATFORM_KEYS },
	41020: { category: 'authorization', whoActs: 'provider',
		meaning: { en: "The platform's ticket is missing", 'zh-CN': '缺少第三方平台的 ticket' },
		hint: NEXT_TICKET },
	41021: { category: 'authorization', whoActs: 'operator',
		meaning: { en: "The platform's access token is missing", 'zh-CN': '缺少第三方平台的令牌' },
		hint: PLATFORM_TOKEN },

	42001: { category: 'authorization', retry: 'renewToken', whoActs: 'operator',
		meaning: { en: 'The access token is older than 2 hours', 'zh-CN': '令牌已超过 2 小时，已过期' },
		hint: { en: 'Paste the newest authorizer_access_token, or let the credential read it from a token service. With the Open Platform credential, send the item again once.', 'zh-CN': '请粘贴最新的 authorizer_access_token，或让凭证从令牌服务读取。如果使用 Open Platform 凭证，请重新发送该条目一次。' } },
	42005: { category: 'authorization', whoActs: 'provider',
		meaning: { en: 'The right to use this API has lapsed', 'zh-CN': '接口的使用期限已过' },
		hint: { en: 'The provider asks WeChat support how to get it back, and gives them the rid.', 'zh-CN': '请服务商向微信官方客服提供 rid，咨询如何恢复。' } },
	42006: { category: 'authorization', retry: 'renewToken', whoActs: 'operator',
		meaning: { en: "The platform's access token has expired", 'zh-CN': '第三方平台的令牌已过期' },
		hint: PLATFORM_TOKEN },
	42007: { category: 'authorization', whoActs: 'officialAccountAdmin',
		meaning: { en: 'The owner changed the WeChat password, which ended all tokens of the account', 'zh-CN': '账号所有者修改了微信密码，该账号的全部令牌已失效' },
		hint: MERCHANT_AUTHORIZES },

	43001: { category: 'other', whoActs: 'operator',
		meaning: { en: 'The API requires GET', 'zh-CN': '接口需使用 GET' },
		hint: CHECK_VALUES },
	43002: { category: 'other', whoActs: 'operator',
		meaning: { en: 'The API requires POST', 'zh-CN': '接口需使用 POST' },
		hint: BASE_URL },
	43003: { category: 'other', whoActs: 'operator',
		meaning: { en: 'The API requires HTTPS', 'zh-CN': '接口需使用 HTTPS' },
		hint: BASE_URL },
	43007: { category: 'authorization', whoActs: 'officialAccountAdmin',
		meaning: { en: 'The Official Account has to authorize first', 'zh-CN': '需要公众号先授权' },
		hint: MERCHANT_AUTHORIZES },
	43015: { category: 'notAllowed', whoActs: 'officialAccountAdmin',
		meaning: { en: 'WeChat has to enable this function for the account', 'zh-CN': '需要微信为该账号开通此功能' },
		hint: { en: "The merchant's Official Account administrator asks WeChat support to enable the function, and gives them the rid.", 'zh-CN': '请商家的公众号管理员向微信官方客服提供 rid，申请开通此功能。' } },
	43016: { category: 'notAllowed', whoActs: 'officialAccountAdmin',
		meaning: { en: 'The account is not verified', 'zh-CN': '账号未认证' },
		hint: { en: "The merchant's Official Account administrator has the account verified by WeChat (微信认证); then send the item again.", 'zh-CN': '请商家的公众号管理员为账号办理微信认证，然后重新发送该条目。' } },
	43104: { category: 'authorization', whoActs: 'weChat',
		meaning: { en: 'The appid lacks the permission', 'zh-CN': '该 appid 没有此权限' },
		hint: SUPPORT },

	44002: { category: 'other', whoActs: 'operator',
		meaning: { en: 'The body of the request did not arrive', 'zh-CN': '请求体没有到达' },
		hint: BASE_URL },
	44005: { category: 'other', whoActs: 'operator',
		meaning: { en: 'A list is empty', 'zh-CN': '列表为空' },
		hint: CHECK_VALUES },

	45002: { category: 'other', whoActs: 'operator',
		meaning: { en: 'The body is too large', 'zh-CN': '请求体过长' },
		hint: CHECK_VALUES },
	45009: { category: 'retryLater', retry: 'nextDay', whoActs: 'nobody',
		meaning: { en: "Today's calls to this API are used up", 'zh-CN': '该接口当日的调用次数已用完' },
		hint: { en: 'Send the item again tomorrow, and run Get Status less often. If you cannot wait, the provider may clear the quota (clear_quota, 10 times a month).', 'zh-CN': '请明天重新发送该条目，并降低 Get Status 的运行频率。如果不能等待，服务商可以清零调用次数（clear_quota，每月 10 次）。' } },
	45011: { category: 'retryLater', retry: 'nextMinute', whoActs: 'nobody',
		meaning: { en: 'Too many calls in this minute', 'zh-CN': '本分钟内的调用次数过多' },
		hint: { en: 'Send the item again after a minute. If this happens often, lower Max Concurrency in the options.', 'zh-CN': '请一分钟后重新发送该条目。如果经常出现，请调低选项中的 Max Concurrency。' } },
	45035: { category: 'authorization', whoActs: 'provider',
		meaning: { en: 'The IP address is not in the whitelist', 'zh-CN': '此 IP 地址不在白名单中' },
		hint: WHITELIST },
	45040: { category: 'quotaReached', retry: 'nextMonth', whoActs: 'nobody',
		meaning: { en: "This month's calls are used up", 'zh-CN': '当月的调用次数已用完' },
		hint: { en: 'Send the item again next month.', 'zh-CN': '请下个月重新发送该条目。' } },
	45061: { category: 'retryLater', retry: 'backOff', whoActs: 'nobody',
		meaning: { en: 'Updates follow each other too fast', 'zh-CN': '更新过于频繁' },
		hint: { en: 'Send the item again in a few minutes.', 'zh-CN': '请几分钟后重新发送该条目。' } },
	45102: { category: 'notAllowed', whoActs: 'weChat',
		meaning: { en: 'WeChat has blocked this API for now', 'zh-CN': '微信暂时封禁了该接口' },
		hint: { en: 'Only WeChat can lift the block, and it does not say when: send one item again tomorrow. If this persists, ask WeChat support and give them the rid.', 'zh-CN': '需要由微信解除封禁，何时解除没有说明：请明天先重新发送一个条目。如果仍然如此，请联系微信官方客服并提供 rid。' } },
	45103: { category: 'other', whoActs: 'operator',
		meaning: { en: 'WeChat has withdrawn this API', 'zh-CN': '微信已下线该接口' },
		hint: { en: 'Look for a newer version of this package, or tell its maintainers.', 'zh-CN': '请查看本软件包是否有新版本，或告知其维护者。' } },
	45501: { category: 'notAllowed', whoActs: 'officialAccountAdmin',
		meaning: { en: "WeChat has blocked this account's calls for now", 'zh-CN': '微信暂时拦截了该账号的调用' },
		hint: ACCOUNT_STATE },

	47001: { category: 'other', whoActs: 'operator',
		meaning: { en: 'The body cannot be read, or a field has the wrong type', 'zh-CN': '请求体无法解析，或字段类型不符' },
		hint: CHECK_VALUES },
	47002: { category: 'other', whoActs: 'operator',
		meaning: { en: 'The body contains \\uXXXX escapes', 'zh-CN': '请求体含有 \\uXXXX 转义' },
		hint: join({ en: 'A proxy may have rewritten the body; it must forward UTF-8 unchanged.', 'zh-CN': '请求体可能被代理改写：代理必须原样转发 UTF-8。' }, CHECK_VALUES) },
	47003: { category: 'other', whoActs: 'operator',
		meaning: { en: 'A parameter is empty or breaks a rule', 'zh-CN': '某个参数为空或不符合规则' },
		hint: join({ en: "WeChat's text (errmsg) names the parameter.", 'zh-CN': '微信返回的文字（errmsg）写明了是哪个参数。' }, CHECK_VALUES) },

	48001: { category: 'authorization', whoActs: 'officialAccountAdmin',
		meaning: { en: 'The token, the account or its permission sets do not allow this API', 'zh-CN': '令牌、账号或其权限集不允许调用该接口' },
		hint: { en: "The merchant's Official Account administrator grants permission set 33 (小程序关联管理) with the authorization link. If it is granted, the token is not the authorizer_access_token of the Official Account, or this type of account lacks the API.", 'zh-CN': '请商家的公众号管理员用授权链接授予权限集 33（小程序关联管理）。如果已经授予，则所用令牌不是该公众号的 authorizer_access_token，或这类账号没有此接口。' } },
	48004: { category: 'notAllowed', whoActs: 'officialAccountAdmin',
		meaning: { en: 'WeChat has banned this API for the account because of violations', 'zh-CN': '账号因违规被微信封禁该接口' },
		hint: ACCOUNT_STATE },
	48006: { category: 'quotaReached', retry: 'nextMonth', whoActs: 'nobody',
		meaning: { en: "This month's 10 quota clearings are used up", 'zh-CN': '本月 10 次清零机会已用完' },
		hint: { en: "Wait: calls work again the next day; the quota can be cleared again next month.", 'zh-CN': '请等待次日的调用次数；下个月可以再次清零。' } },
	48012: { category: 'authorization', retry: 'renewToken', whoActs: 'operator',
		meaning: { en: 'The token is invalid', 'zh-CN': '令牌无效' },
		hint: FRESH_TOKEN },

	50001: { category: 'authorization', whoActs: 'officialAccountAdmin',
		meaning: { en: 'The account has not authorized this API', 'zh-CN': '账号未授权该接口' },
		hint: KEEP_SET_33 },
	50002: { category: 'notAllowed', whoActs: 'officialAccountAdmin',
		meaning: { en: 'The account is limited, frozen or cancelled', 'zh-CN': '账号受限、被冻结或已注销' },
		hint: ACCOUNT_STATE },
	50003: { category: 'authorization', whoActs: 'weChat',
		meaning: { en: 'The user is not on a list of allowed users', 'zh-CN': '用户不在允许的名单内' },
		hint: SUPPORT },
	50004: { category: 'notAllowed', whoActs: 'officialAccountAdmin',
		meaning: { en: 'The account may not use tokens, perhaps as a penalty', 'zh-CN': '账号被禁止使用令牌，可能是受到处罚' },
		hint: ACCOUNT_STATE },

	61000: { category: 'other', whoActs: 'provider',
		meaning: { en: 'Wrong type of third-party platform', 'zh-CN': '第三方平台类型不正确' },
		hint: PLATFORM_KEYS },
	61001: { category: 'other', whoActs: 'provider',
		meaning: { en: "The type and the AppID of the third-party platform don't match", 'zh-CN': '第三方平台的类型与 AppID 不符' },
		hint: PLATFORM_KEYS },
	61003: { category: 'authorization', whoActs: 'officialAccountAdmin',
		meaning: { en: 'The account has not authorized this platform, or has withdrawn the authorization', 'zh-CN': '账号没有授权该第三方平台，或已取消授权' },
		hint: { en: "The merchant's Official Account administrator opens the authorization link and authorizes again. Before that, check the appid; if the platform still lists the account, try once more after 2 hours (this helped some developers).", 'zh-CN': '请商家的公众号管理员打开授权链接重新授权。在此之前请核对 appid；如果第三方平台的列表中仍有该账号，请 2 小时后再试一次（有开发者这样恢复正常）。' } },
	61004: { category: 'authorization', whoActs: 'provider',
		meaning: { en: "The IP address is not in the platform's IP whitelist", 'zh-CN': '此 IP 地址不在第三方平台的白名单IP地址列表中' },
		hint: { en: "The provider adds the IP address after requestIP in WeChat's text to the platform's IP whitelist in the WeChat Open Platform console. If n8n's address changes, send its calls through a proxy with a fixed one.", 'zh-CN': '请服务商在微信开放平台的第三方平台设置中，把微信返回的文字里 requestIP 之后的 IP 地址加入白名单IP地址列表。如果 n8n 的地址会变化，请让它经由固定地址的代理调用。' } },
	61005: { category: 'authorization', whoActs: 'provider',
		meaning: { en: "The platform's ticket is older than 12 hours", 'zh-CN': '第三方平台的 ticket 已超过 12 小时' },
		hint: NEXT_TICKET },
	61006: { category: 'authorization', whoActs: 'provider',
		meaning: { en: "The platform's ticket is wrong, or belongs to another platform", 'zh-CN': '第三方平台的 ticket 错误，或属于另一个第三方平台' },
		hint: KEYS_OR_TICKET },
	61007: { category: 'authorization', whoActs: 'officialAccountAdmin',
		meaning: { en: 'The merchant has not granted permission set 33 to the platform', 'zh-CN': '商家没有把权限集 33 授予第三方平台' },
		hint: join(KEEP_SET_33, ADD_SET_33) },
	61008: { category: 'other', whoActs: 'operator',
		meaning: { en: 'A request key is repeated', 'zh-CN': '请求中的 key 重复' },
		hint: CHECK_VALUES },
	61009: { category: 'authorization', whoActs: 'operator',
		meaning: { en: 'The authorization code is wrong', 'zh-CN': '授权码错误' },
		hint: NEW_CODE },
	61010: { category: 'authorization', whoActs: 'operator',
		meaning: { en: 'The authorization code has expired or was used before', 'zh-CN': '授权码已过期或已使用过' },
		hint: NEW_CODE },
	61011: { category: 'authorization', whoActs: 'provider',
		meaning: { en: 'The AppID is not that of a third-party platform, or the ticket is empty', 'zh-CN': 'AppID 不是第三方平台的，或 ticket 为空' },
		hint: KEYS_OR_TICKET },
	61014: { category: 'authorization', whoActs: 'operator',
		meaning: { en: "This call requires the platform's own token", 'zh-CN': '该接口需使用第三方平台自己的令牌' },
		hint: { en: 'Choose the WeChat Open Platform API credential for this operation. If you have chosen it, report the code and rid to the maintainers of this package.', 'zh-CN': '请为此操作选择凭证 WeChat Open Platform API。如果已经选择，请把返回码和 rid 告诉本软件包的维护者。' } },
	61015: { category: 'authorization', whoActs: 'operator',
		meaning: { en: "This call requires the Official Account's token, not the platform's", 'zh-CN': '该接口需使用公众号的令牌，而不是第三方平台的' },
		hint: OA_TOKEN },
	61016: { category: 'authorization', whoActs: 'provider',
		meaning: { en: 'The platform has to confirm this permission set first', 'zh-CN': '该权限集需要第三方平台先确认' },
		hint: { en: 'The provider confirms the set. If it is unclear where, ask WeChat support and give them the rid.', 'zh-CN': '请服务商确认该权限集；如果不清楚在哪里确认，可向微信官方客服提供 rid 咨询。' } },
	61017: { category: 'authorization', whoActs: 'officialAccountAdmin',
		meaning: { en: 'The permission set is not authorized', 'zh-CN': '权限集未授权' },
		hint: KEEP_SET_33 },
	61018: { category: 'other', whoActs: 'operator',
		meaning: { en: 'The permission set has already been confirmed', 'zh-CN': '权限集已经确认过' },
		hint: { en: 'There is nothing left to confirm: send the item again once. If this persists, ask WeChat support and give them the rid.', 'zh-CN': '无需再确认：请重新发送该条目一次。如果仍然如此，请联系微信官方客服并提供 rid。' } },
	61019: { category: 'other', whoActs: 'operator',
		meaning: { en: 'The permission set needs no confirmation', 'zh-CN': '权限集无需确认' },
		hint: { en: 'There is nothing left to confirm: send the item again once. If this persists, ask WeChat support and give them the rid.', 'zh-CN': '无需再确认：请重新发送该条目一次。如果仍然如此，请联系微信官方客服并提供 rid。' } },
	61020: { category: 'other', whoActs: 'operator',
		meaning: { en: 'A parameter is wrong', 'zh-CN': '参数错误' },
		hint: CHECK_VALUES },
	61021: { category: 'notAllowed', whoActs: 'weChat',
		meaning: { en: 'Confirmation is not possible', 'zh-CN': '不能确认' },
		hint: SUPPORT },
	61022: { category: 'notAllowed', whoActs: 'weChat',
		meaning: { en: 'It cannot be submitted again', 'zh-CN': '不能重复提交' },
		hint: SUPPORT },
	61023: { category: 'authorization', whoActs: 'officialAccountAdmin',
		meaning: { en: 'The refresh token is wrong, empty or replaced by a later authorization', 'zh-CN': '刷新令牌错误、为空，或已被之后的授权取代' },
		hint: { en: "Send the item again once, so that the node reads the refresh token again. If this persists, the merchant's Official Account administrator opens the authorization link and authorizes the platform again.", 'zh-CN': '请重新发送该条目一次，刷新令牌会重新读取。如果仍然如此，请商家的公众号管理员打开授权链接，重新授权第三方平台。' } },
	61024: { category: 'other', whoActs: 'operator',
		meaning: { en: "The platform's AppID was used in place of an account's", 'zh-CN': '在应填账号 appid 的地方用了第三方平台的 AppID' },
		hint: { en: "Compare the appids: the platform's belongs in the WeChat Open Platform API credential, the Official Account's in its own field.", 'zh-CN': '请核对 appid：第三方平台的填在凭证 WeChat Open Platform API 中，公众号的填在它自己的字段中。' } },
	61028: { category: 'notAllowed', whoActs: 'provider',
		meaning: { en: 'The third-party platform is not published', 'zh-CN': '第三方平台尚未全网发布' },
		hint: join(PUBLISH, { en: 'Until then, only accounts whose original ID is on its test list can authorize it.', 'zh-CN': '在此之前，只有其测试名单（按原始 ID）中的账号可以授权。' }) },
	61029: { category: 'notAllowed', whoActs: 'provider',
		meaning: { en: 'The third-party platform has to be published again with a base category', 'zh-CN': '第三方平台需带上基础类目重新全网发布' },
		hint: PUBLISH },

	76001: { category: 'other', whoActs: 'operator',
		meaning: { en: 'The rid does not exist, or is older than 7 days', 'zh-CN': 'rid 不存在，或已超过 7 天' },
		hint: { en: 'Use the rid of a newer call; WeChat keeps each for 7 days.', 'zh-CN': '请使用较新调用的 rid；微信对每个 rid 保留 7 天。' } },
	76002: { category: 'other', whoActs: 'operator',
		meaning: { en: 'The rid is empty or malformed', 'zh-CN': 'rid 为空或格式不对' },
		hint: { en: 'Copy the whole rid: three groups of 8 characters with hyphens.', 'zh-CN': '请复制完整的 rid：用连字符分隔的三组，每组 8 个字符。' } },
	76003: { category: 'authorization', whoActs: 'operator',
		meaning: { en: 'This token may not look up this rid or API path', 'zh-CN': '该令牌不能查询此 rid 或接口路径' },
		hint: { en: 'Use a token of the account that made the call; enter an API path without its host.', 'zh-CN': '请使用发起该调用的账号的令牌；接口路径不要带域名。' } },
	76021: { category: 'other', whoActs: 'operator',
		meaning: { en: 'Unknown API path', 'zh-CN': '接口路径不存在' },
		hint: { en: 'Enter the path with a leading slash and no host, such as /cgi-bin/wxopen/wxamplink.', 'zh-CN': '请填写以斜杠开头、不带域名的路径，例如 /cgi-bin/wxopen/wxamplink。' } },
	76022: { category: 'other', whoActs: 'operator',
		meaning: { en: 'The quota of this API path cannot be looked up', 'zh-CN': '该接口路径的调用次数不支持查询' },
		hint: { en: 'WeChat does not show the quota of this path; choose another one.', 'zh-CN': '微信不显示此路径的调用次数；请选择其他路径。' } },

	85015: { category: 'other', whoActs: 'operator',
		meaning: { en: 'The account is not a Mini Program', 'zh-CN': '该账号不是小程序' },
		hint: { en: "Copy the appid from the Mini Program's console; an Official Account's appid does not work.", 'zh-CN': '请从小程序后台复制 appid；公众号的 appid 不可用。' } },

	89007: { category: 'quotaReached', retry: 'nextMonth', whoActs: 'nobody',
		meaning: { en: "This month's new links are used up", 'zh-CN': '本月可新增关联的次数已用完' },
		hint: { en: 'Send the item again next month. Developers quote 13 new links a month for an Official Account; the number may have changed.', 'zh-CN': '请下个月重新发送该条目。有开发者提到每个公众号每月可新增 13 个关联；该数字可能已变化。' } },
	89008: { category: 'notAllowed', whoActs: 'operator',
		meaning: { en: 'Overseas Mini Programs cannot be linked', 'zh-CN': '海外小程序不能关联' },
		hint: { en: 'This Mini Program cannot be linked: remove the item from the list, or ask the merchant for a Mini Program that is not an overseas one.', 'zh-CN': '该小程序不能关联：请从名单中移除该条目，或请商家提供非海外的小程序。' } },
	89009: { category: 'quotaReached', whoActs: 'operator',
		meaning: { en: 'The Official Account has the maximum number of links', 'zh-CN': '公众号的关联数量已到上限' },
		hint: { en: 'Ask the merchant which link to remove with Unlink, and send the item again once that is confirmed. Developers quote 10 Mini Programs of the same company and 3 of others; the numbers may have changed.', 'zh-CN': '请询问商家要对哪个关联执行 Unlink，待其确认后重新发送该条目。有开发者提到同主体小程序 10 个、不同主体 3 个；数字可能已变化。' } },
	89010: { category: 'pending', whoActs: 'officialAccountAdmin',
		meaning: { en: 'The invitation has already been sent', 'zh-CN': '关联邀请已经发出' },
		hint: { en: 'The Official Account administrator and then the Mini Program administrator have to agree in WeChat. Remind them and check with Get Status; do not send the item again.', 'zh-CN': '公众号管理员、然后小程序管理员需要在微信中确认。请提醒他们，并用 Get Status 跟进；不要重复发送。' } },
	89011: { category: 'notAllowed', whoActs: 'miniProgramAdmin',
		meaning: { en: 'A Mini Program shown in Nearby Mini Programs cannot be unlinked', 'zh-CN': '在附近的小程序中展示的小程序不能解除关联' },
		hint: { en: 'The Mini Program administrator first removes it from Nearby Mini Programs; then send the item again.', 'zh-CN': '请小程序管理员先把它从附近的小程序中移除，然后重新发送解除关联。' } },
	89012: { category: 'notAllowed', whoActs: 'operator',
		meaning: { en: 'Store and shop Mini Programs cannot be unlinked', 'zh-CN': '门店和小店类小程序不能解除关联' },
		hint: { en: 'This link stays: remove the item from the list. WeChat support can tell the merchant whether there is another way.', 'zh-CN': '该关联会保留：请从名单中移除该条目。商家可以咨询微信官方客服是否有其他办法。' } },
	89013: { category: 'notAllowed', whoActs: 'miniProgramAdmin',
		meaning: { en: 'WeChat has banned the Mini Program', 'zh-CN': '小程序已被微信封禁' },
		hint: { en: "The Mini Program administrator looks for the reason in the Mini Program's console or asks WeChat support. Send the item again once the ban is lifted.", 'zh-CN': '请小程序管理员在小程序后台查看原因，或咨询微信官方客服。解封之后请重新发送该条目。' } },
	89015: { category: 'success', whoActs: 'nobody',
		meaning: { en: 'The Mini Program is already linked', 'zh-CN': '该小程序已关联' },
		hint: { en: 'Nothing to do: Get Status shows the link.', 'zh-CN': '无需操作：用 Get Status 可以看到该关联。' } },
	89016: { category: 'quotaReached', retry: 'nextMonth', whoActs: 'nobody',
		meaning: { en: "This month's links to Mini Programs of the same company are used up", 'zh-CN': '本月同主体小程序的关联次数已用完' },
		hint: { en: 'Send the item again next month. Links to Mini Programs of other companies have a limit of their own.', 'zh-CN': '请下个月重新发送该条目。不同主体的小程序另有限额。' } },
	89017: { category: 'quotaReached', retry: 'nextMonth', whoActs: 'nobody',
		meaning: { en: "This month's links to Mini Programs of other companies are used up", 'zh-CN': '本月不同主体小程序的关联次数已用完' },
		hint: { en: 'Send the item again next month. Links to Mini Programs of the same company have a limit of their own.', 'zh-CN': '请下个月重新发送该条目。同主体的小程序另有限额。' } },
	89018: { category: 'pending', whoActs: 'officialAccountAdmin',
		meaning: { en: 'The request to unlink has already been sent', 'zh-CN': '解除关联的请求已经发出' },
		hint: { en: 'The Official Account administrator has to agree in WeChat. Remind them. Until then, Get Status probably still shows Linked; once it shows Not Linked, the link is gone.', 'zh-CN': '公众号管理员需要在微信中确认。请提醒对方；在此之前 Get Status 很可能仍显示 Linked（已关联）；显示 Not Linked（未关联）时即已解除。' } },
	89035: { category: 'pending', whoActs: 'miniProgramAdmin',
		meaning: { en: "A link started in the account's console waits for the Mini Program administrator", 'zh-CN': '在公众号后台发起的关联正在等待小程序管理员确认' },
		hint: { en: 'The Mini Program administrator has to agree in WeChat. Remind them and check with Get Status; the invitation cannot be sent again from here.', 'zh-CN': '小程序管理员需要在微信中确认。请提醒对方，并用 Get Status 跟进；这里不能再次发送。' } },
	89245: { category: 'notAllowed', whoActs: 'miniProgramAdmin',
		meaning: { en: "The Mini Program's settings do not let Official Accounts link it", 'zh-CN': '小程序的设置不允许公众号关联' },
		hint: { en: "The Mini Program administrator opens the Mini Program's console, settings, linked Official Accounts, and allows Official Accounts to link it; then send the item again.", 'zh-CN': '请小程序管理员打开小程序后台的设置，在关联公众号中允许公众号关联，然后重新发送该条目。' } },
	89407: { category: 'quotaReached', whoActs: 'operator',
		meaning: { en: 'Too many linked Mini Programs of other companies', 'zh-CN': '关联的不同主体小程序过多' },
		hint: { en: 'WeChat does not document this code; developers report it and quote a limit of 3. Ask the merchant which Mini Program of another company to remove with Unlink, then send the item again.', 'zh-CN': '微信文档没有此返回码；有开发者反馈并提到上限为 3 个。请询问商家要对哪个不同主体的小程序执行 Unlink，然后重新发送该条目。' } },
};

/** The row of any other code. */
export const UNKNOWN: Errcode = {
	category: 'other',
	whoActs: 'operator',
	meaning: NO_TEXT,
	hint: {
		en: "This package does not know the code: read WeChat's own text (errmsg). For 7 days, you can look the rid up with WeChat's rid query (openapi/rid/get) and the same account's token, or give it to WeChat support.",
		'zh-CN':
			'这里没有此返回码的说明：请阅读微信返回的文字（errmsg）。7 天内可以用同一账号的令牌通过微信的 rid 查询（openapi/rid/get）查看该 rid，也可以把它提供给微信官方客服。',
	},
};

/** What a code means for one link API, if that differs from the row above. */
// prettier-ignore
export const ERRCODES_BY_API: Readonly<
	Record<LinkApi, Readonly<Record<number, Pick<Errcode, 'whoActs' | 'meaning' | 'hint'>>>>
> = {
	wxamplink: {
		0: { whoActs: 'officialAccountAdmin',
			meaning: { en: 'The invitation was sent', 'zh-CN': '邀请已发送' },
			hint: { en: 'Not linked yet: the Official Account administrator and then the Mini Program administrator have to agree in WeChat. Check with Get Status.', 'zh-CN': '尚未关联：公众号管理员、然后小程序管理员需要在微信中确认。请用 Get Status 跟进。' } },
	},
	wxamplinkget: {
		0: { whoActs: 'nobody',
			meaning: { en: 'The list of links was read', 'zh-CN': '已读取关联列表' },
			hint: NOTHING_TO_DO },
	},
	wxampunlink: {
		0: { whoActs: 'officialAccountAdmin',
			meaning: { en: 'The request to unlink was sent', 'zh-CN': '解除关联的请求已发送' },
			hint: { en: 'Not unlinked yet: the Official Account administrator has to agree in WeChat. Until then, Get Status probably still shows Linked; once it shows Not Linked, the link is gone.', 'zh-CN': '尚未解除：公众号管理员需要在微信中确认。在此之前 Get Status 很可能仍显示 Linked（已关联）；显示 Not Linked（未关联）时即已解除。' } },
	},
};
