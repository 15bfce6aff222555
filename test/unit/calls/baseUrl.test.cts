import { readBaseUrl } from '../../../nodes/calls/baseUrl';

describe('API Base URL', () => {
	it.each([
		['https://api.weixin.qq.com', 'https://api.weixin.qq.com'],
		['  https://api.weixin.qq.com//  ', 'https://api.weixin.qq.com'],
		['HTTP://127.0.0.1:8080/wechat/', 'HTTP://127.0.0.1:8080/wechat'],
		['http://a', 'http://a'],
	])('%j is %s', (given, url) => expect(readBaseUrl(given)).toBe(url));

	it.each([
		undefined,
		null,
		'',
		'https://',
		'api.weixin.qq.com',
		'see https://api.weixin.qq.com',
		'https://api.weixin.qq.com and so on',
		'https://api.weixin.qq.com?a=b',
		'https://api.weixin.qq.com/#a',
		'https://?a',
		'https:// a',
		'ftp://api.weixin.qq.com',
	])('cannot be %j, which the operator can mend', (given) => {
		expect(readBaseUrl(given)).toMatchObject({
			category: 'other',
			problem: 'The API Base URL is not a URL',
			whoActs: 'operator',
		});
	});
});
