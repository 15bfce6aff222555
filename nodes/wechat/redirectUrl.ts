import { isLoopback } from './loopback';
import type { Obstacle } from './obstacle';
import { givenText } from './values';

/**
 * The address to which WeChat sends the merchant's browser back. It has to be an https URL on the
 * registered start page domain (doc/oplatform/Third-party_Platforms/2.0/api/Before_Develop/
 * Authorization_Process_Technical_Description.html). On this machine http will do: no platform has
 * it registered, so that only a stand-in for WeChat goes there.
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
			en: 'Fill in the parameter Redirect URL: an address that starts with https://, on the domain that is registered as authorization start page (授权发起页域名) in the WeChat Open Platform console.',
			'zh-CN':
				'请填写参数 Redirect URL：以 https:// 开头，并位于微信开放平台登记的授权发起页域名之下。',
		},
		whoActs: 'operator',
	};
}
