import { WeChatOpenPlatformApi } from '../../../credentials/WeChatOpenPlatformApi.credentials';
import { DEFAULT_FALLBACK, readBaseUrl, readFallback } from '../../../nodes/calls/baseUrl';

describe('API Base URL', () => {
	it.each([
		['https://api.weixin.qq.com', 'https://api.weixin.qq.com'],
		['  https://api.weixin.qq.com//  ', 'https://api.weixin.qq.com'],
		['HTTP://127.0.0.1:8080/wechat/', 'HTTP://127.0.0.1:8080/wechat'],
		['http://a', 'http://a'],
	])('API Base URL %j is read as %s', (given, url) => expect(readBaseUrl(given)).toBe(url));

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
	])('API Base URL %j is reported to the operator', (given) => {
		expect(readBaseUrl(given)).toMatchObject({
			category: 'other',
			problem: 'The API Base URL is not a URL',
			hint: {
				en: expect.stringContaining('normally https://api.weixin.qq.com'),
				'zh-CN': expect.stringContaining('请在凭证中填写 API Base URL'),
			},
			whoActs: 'operator',
		});
	});
});

describe('Fallback API Base URL', () => {
	const HOSTS = ['api', 'sh.api', 'sz.api', 'hk.api'].map(
		(label) => `https://${label}.weixin.qq.com`,
	);
	const PROXY = 'https://wechat-proxy.example.com';
	const read = (apiBaseUrl: unknown, fallbackApiBaseUrl: unknown) =>
		readFallback({ apiBaseUrl, fallbackApiBaseUrl } as never);

	it("Fallback API Base URL is by default WeChat's host for outages", () => {
		const { properties } = new WeChatOpenPlatformApi();
		const field = properties.find(({ name }) => name === 'fallbackApiBaseUrl');
		expect(field?.default).toBe(DEFAULT_FALLBACK);
	});

	it.each([...HOSTS, 'https://api.weixin.qq.com/', ' HTTPS://API.weixin.qq.com:443 '])(
		'The default fallback applies if API Base URL is %j, even to a credential without the field',
		(apiBaseUrl) => {
			expect(read(apiBaseUrl, DEFAULT_FALLBACK)).toBe(DEFAULT_FALLBACK);
			expect(read(apiBaseUrl, ` ${DEFAULT_FALLBACK}/ `)).toBe(DEFAULT_FALLBACK);
			expect(read(apiBaseUrl, undefined)).toBe(DEFAULT_FALLBACK);
		},
	);

	it.each([
		PROXY,
		'http://127.0.0.1:8080',
		'http://localhost',
		'http://api.weixin.qq.com',
		'https://api.weixin.qq.com:8443',
		'https://api.weixin.qq.com/proxy',
		'https://api.weixin.qq.com.example.com',
		'nonsense',
		'https://[',
		'',
		undefined,
	])('The default fallback does not apply if API Base URL is %j', (apiBaseUrl) => {
		expect(read(apiBaseUrl, DEFAULT_FALLBACK)).toBe('');
		expect(read(apiBaseUrl, 'https://API2.weixin.qq.com/')).toBe('');
		expect(read(apiBaseUrl, undefined)).toBe('');
	});

	it.each([...HOSTS, PROXY, 'http://127.0.0.1:8080'])(
		'Another fallback applies if API Base URL is %j',
		(apiBaseUrl) => {
			expect(read(apiBaseUrl, 'http://127.0.0.1:9090/wechat/')).toBe(
				'http://127.0.0.1:9090/wechat',
			);
		},
	);

	it.each(['', ' ', '/', null])(
		'Fallback API Base URL %j switches the fallback off',
		(fallback) => {
			expect(read(HOSTS[0], fallback)).toBe('');
		},
	);

	it.each([
		[DEFAULT_FALLBACK, DEFAULT_FALLBACK],
		[DEFAULT_FALLBACK, undefined],
		[PROXY, `${PROXY}/`],
		[PROXY, `${PROXY}:443`],
		[PROXY, PROXY.toUpperCase()],
	])(
		'There is no fallback if API Base URL is %j and the fallback is the same: %j',
		(apiBaseUrl, fallback) => {
			expect(read(apiBaseUrl, fallback)).toBe('');
		},
	);

	it.each(['api2.weixin.qq.com', 'ftp://a', 'https://', 'https://[', 'https://a?b', 7])(
		'Fallback API Base URL %j is reported to the operator',
		(fallback) => {
			const obstacle = read(HOSTS[0], fallback);
			expect(obstacle).toMatchObject({
				category: 'other',
				problem: 'The Fallback API Base URL is not a URL',
				whoActs: 'operator',
			});
		},
	);
});
