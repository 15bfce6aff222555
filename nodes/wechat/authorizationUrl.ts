import { isLoopback } from './loopback';

/** What the merchant's authorization link is made of. */
interface AuthorizationLink {
	apiBaseUrl: string;
	componentAppId: string;
	/** Works once, within its life. */
	preAuthCode: string;
	redirectUrl: string;
	/** auth_type: 1 Official Accounts, 3 also Mini Programs. */
	accountKind: number;
	/** Appid of the one account that may be chosen, or ''. */
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
 * A merchant opens WeChat's own pages, whatever road the calls take: a proxy has none. On this machine a
 * local stand-in for WeChat serves both at one address.
 */
function hostOf({ apiBaseUrl }: AuthorizationLink, name: 'mp' | 'open'): string {
	const { hostname } = new URL(apiBaseUrl);
	return isLoopback(hostname) ? apiBaseUrl : `https://${name}.weixin.qq.com`;
}
