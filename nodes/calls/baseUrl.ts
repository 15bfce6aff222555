import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import type { Obstacle } from '../wechat/obstacle';
import { givenText } from '../wechat/values';

/** WeChat's entry host for outages. */
export const DEFAULT_FALLBACK = 'https://api2.weixin.qq.com';

/** WeChat's entry hosts (doc/service/Basic_Information/Interface_field_description.html). */
const ENTRY_HOSTS: readonly string[] = [
	'https://api.weixin.qq.com',
	DEFAULT_FALLBACK,
	'https://sh.api.weixin.qq.com',
	'https://sz.api.weixin.qq.com',
	'https://hk.api.weixin.qq.com',
];

/** An address without surrounding spaces and trailing slashes, which make no difference. */
export function trimBaseUrl(value: unknown): string {
	return givenText(value).replace(/\/+$/, '');
}

/** Reads API Base URL, without surrounding spaces and trailing slashes. */
export function readBaseUrl(value: unknown): string | Obstacle {
	const url = trimBaseUrl(value);
	return isBaseUrl(url)
		? url
		: {
				category: 'other',
				problem: 'The API Base URL is not a URL',
				hint: {
					en: 'Fill in API Base URL in the credential: it starts with https:// and is normally https://api.weixin.qq.com.',
					'zh-CN':
						'请在凭证中填写 API Base URL；以 https:// 开头，通常是 https://api.weixin.qq.com。',
				},
				whoActs: 'operator',
			};
}

/**
 * Reads the address that calls go to while API Base URL does not answer. A credential without the field
 * has the default. That is WeChat's own host, so it never replaces a proxy or a local server, whose
 * purpose may be to keep calls away from WeChat.
 *
 * @returns '' if there is no other address
 */
export function readFallback(credentials: ICredentialDataDecryptedObject): string | Obstacle {
	const { apiBaseUrl, fallbackApiBaseUrl = DEFAULT_FALLBACK } = credentials;
	const fallback = trimBaseUrl(fallbackApiBaseUrl);
	if (fallback === '') return '';
	if (!isBaseUrl(fallback) || !URL.canParse(fallback)) return NO_FALLBACK_URL;
	const [first, second] = [trimBaseUrl(apiBaseUrl), fallback].map(comparable);
	if (second === DEFAULT_FALLBACK && !ENTRY_HOSTS.includes(first)) return '';
	return first === '' || first === second ? '' : fallback;
}

function isBaseUrl(url: string): boolean {
	return /^https?:\/\/[^\s/?#][^\s?#]*$/i.test(url);
}

/**
 * An address in a form that can be compared: case and a default port make no difference; '' if it is not an
 * address.
 */
function comparable(url: string): string {
	return URL.canParse(url) ? trimBaseUrl(new URL(url).href) : '';
}

const NO_FALLBACK_URL: Obstacle = {
	category: 'other',
	problem: 'The Fallback API Base URL is not a URL',
	hint: {
		en: `Correct Fallback API Base URL in the credential: normally ${DEFAULT_FALLBACK}, or empty for none. Until then, all calls go to API Base URL, even in an outage.`,
		'zh-CN': `请更正凭证中的 Fallback API Base URL：通常是 ${DEFAULT_FALLBACK}，留空表示不使用。在此之前所有调用都发往 API Base URL，故障期间也是如此。`,
	},
	whoActs: 'operator',
};
