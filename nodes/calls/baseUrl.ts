import type { Obstacle } from '../wechat/obstacle';
import { givenText } from '../wechat/values';

/** An address without spaces around it and slashes at its end, which make no difference. */
export function trimBaseUrl(value: unknown): string {
	return givenText(value).replace(/\/+$/, '');
}

/** Reads the address of WeChat's entry host, without spaces and trailing slashes. */
export function readBaseUrl(value: unknown): string | Obstacle {
	const url = trimBaseUrl(value);
	return /^https?:\/\/[^\s/?#][^\s?#]*$/i.test(url)
		? url
		: {
				category: 'other',
				problem: 'The API Base URL is not a URL',
				hint: {
					en: 'Fill in API Base URL in the credential; it starts with https:// and is normally https://api.weixin.qq.com.',
					'zh-CN':
						'请在凭证中填写 API Base URL；以 https:// 开头，通常是 https://api.weixin.qq.com。',
				},
				whoActs: 'operator',
			};
}
