import type { Obstacle } from './obstacle';
import type { Text } from './text';
import { givenText } from './values';

/**
 * The address to which WeChat returns the merchant's browser. It has to be an https URL on the
 * registered start page domain (doc/oplatform/Third-party_Platforms/2.0/api/Before_Develop/
 * Authorization_Process_Technical_Description.html). For this machine, http is accepted as well: no platform
 * has registered such an address, so only a local WeChat redirects there.
 */
export function readRedirectUrl(given: unknown): string | Obstacle {
	const text = givenText(given);
	const url = /^https?:\/\/\S+$/i.test(text) && URL.canParse(text) ? new URL(text) : undefined;
	if (url?.protocol === 'https:') return text;
	if (url && isLoopback(url.hostname)) return text;
	return {
		category: 'other',
		problem: url ? 'The Redirect URL starts with http://' : 'The Redirect URL is not a URL',
		hint: {
			en: 'Fill in the parameter Redirect URL: an address that starts with https://, on the domain registered as the authorization start page (授权发起页域名) in the WeChat Open Platform console.',
			'zh-CN':
				'请填写参数 Redirect URL：以 https:// 开头，并位于微信开放平台登记的授权发起页域名之下。',
		},
		whoActs: 'operator',
	};
}

/** The parts of the merchant's authorization link. */
interface AuthorizationLink {
	apiBaseUrl: string;
	componentAppId: string;
	/** Works once, before it expires. */
	preAuthCode: string;
	redirectUrl: string;
	/** auth_type: 1 Official Accounts, 3 also Mini Programs. */
	accountKind: number;
	/** Appid of the only account that the merchant may choose, or ''. */
	onlyThisAccount: string;
}

/**
 * The links for a computer (with a QR code) and for WeChat on a phone
 * (doc/oplatform/Third-party_Platforms/2.0/api/Before_Develop/Authorization_Process_Technical_Description.html).
 */
export function authorizationUrls(link: AuthorizationLink): {
	computerUrl: string;
	mobileUrl: string;
} {
	const query = new URLSearchParams({
		component_appid: link.componentAppId,
		pre_auth_code: link.preAuthCode,
		redirect_uri: link.redirectUrl,
		auth_type: String(link.accountKind),
		...(link.onlyThisAccount && { biz_appid: link.onlyThisAccount }),
	});
	return {
		computerUrl: `${hostOf(link, 'mp')}/cgi-bin/componentloginpage?${query}`,
		mobileUrl: `${hostOf(link, 'open')}/wxaopen/safe/bindcomponent?action=bindcomponent&no_scan=1&${query}#wechat_redirect`,
	};
}

/**
 * The merchant opens WeChat's own pages, even if calls go through a proxy, which has no pages. On this
 * machine, a local WeChat serves both at one address.
 */
function hostOf({ apiBaseUrl }: AuthorizationLink, name: 'mp' | 'open'): string {
	const { hostname } = new URL(apiBaseUrl);
	return isLoopback(hostname) ? apiBaseUrl : `https://${name}.weixin.qq.com`;
}

/** Whether the host of a URL is this machine, where a local WeChat may be. */
function isLoopback(hostname: string): boolean {
	return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname);
}

/** Longer than WeChat's codes, which have about 100 characters. */
const LONGEST = 512;

/** A value from a query, and not a whole address. */
const CODE = new RegExp(`^(?!.*(?:://|auth_code=))[\\x21-\\x7e]{1,${LONGEST}}$`);

/**
 * Reads the code that a merchant's browser returns with (auth_code: doc/oplatform/
 * Third-party_Platforms/2.0/api/Before_Develop/Authorization_Process_Technical_Description.html). WeChat does
 * not say what it looks like.
 *
 * @returns the code, or what is wrong with the value, which is not shown
 */
export function readAuthorizationCode(given: unknown): string | Obstacle {
	if (Array.isArray(given)) return unusable('The Authorization Code is a list', TWICE);
	const code = givenText(given);
	if (code === '') return unusable('The Authorization Code is empty', EMPTY);
	return typeof given === 'string' && CODE.test(code)
		? code
		: unusable('Authorization Code is not a valid code', VALUE_ALONE);
}

function unusable(problem: string, hint: Text): Obstacle {
	return { category: 'other', problem, hint, whoActs: 'operator' };
}

const EMPTY: Text = {
	en: "Fill in the parameter Authorization Code with the auth_code that WeChat adds to the Redirect URL when the merchant's browser returns. Without an auth_code, the merchant has not authorized yet.",
	'zh-CN':
		'请在参数 Authorization Code 中填写 auth_code：商家的浏览器返回时，微信会把它附加在 Redirect URL 之后。没有 auth_code 表示商家尚未授权。',
};

const TWICE: Text = {
	en: 'Enter one code as a text in the parameter Authorization Code. The address that the browser returned with contains auth_code more than once: send the merchant a new authorization link (operation Create Authorization URL).',
	'zh-CN':
		'请在参数 Authorization Code 中以文本填写一个授权码。浏览器返回的地址中有多个 auth_code：请向商家发送新的授权链接（操作 Create Authorization URL）。',
};

const VALUE_ALONE: Text = {
	en: 'Enter only the value of auth_code in the parameter Authorization Code, without the rest of the address.',
	'zh-CN': '请在参数 Authorization Code 中只填写 auth_code 的值，不要包含地址的其余部分。',
};
