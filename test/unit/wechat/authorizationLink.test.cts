import {
	authorizationUrls,
	readAuthorizationCode,
	readRedirectUrl,
} from '../../../nodes/wechat/authorizationLink';

const APP_ID = 'wx0123456789abcdef';
const CODE = 'queryauthcode@@@A-z_0123456789=.~';

describe('Redirect URL', () => {
	it.each([
		'https://shop.example.com/done?a=1&b=茶#part',
		'HTTPS://shop.example.com',
		'http://localhost:5678/done',
		'http://127.0.0.1/done',
		'http://[::1]:5678/done',
	])('Redirect URL may be %s', (url) => expect(readRedirectUrl(url)).toBe(url));

	it('White space around Redirect URL is dropped', () => {
		expect(readRedirectUrl(' https://shop.example.com/\n')).toBe('https://shop.example.com/');
	});

	it.each([
		undefined,
		null,
		'',
		7,
		{},
		'shop.example.com',
		'/done',
		'https://',
		'https://a b.example.com',
		'https://shop.example.com/a b',
		'see https://shop.example.com/',
		'ftp://localhost/done',
		'javascript:alert(1)',
	])('Redirect URL %j is reported as not a URL', (given) => {
		expect(readRedirectUrl(given)).toMatchObject({
			category: 'other',
			problem: 'The Redirect URL is not a URL',
			whoActs: 'operator',
		});
	});

	it.each(['http://shop.example.com/', 'http://localhost.example.com/', 'HTTP://10.0.0.1'])(
		'Redirect URL %s is rejected because it is not https',
		(given) => {
			expect(readRedirectUrl(given)).toMatchObject({
				category: 'other',
				problem: 'The Redirect URL starts with http://',
				hint: { en: expect.stringContaining('starts with https://') },
				whoActs: 'operator',
			});
		},
	);
});

describe('Authorization URLs', () => {
	const LINK = {
		apiBaseUrl: 'https://api.weixin.qq.com',
		componentAppId: APP_ID,
		preAuthCode: 'preauthcode@@@a/b+c=&d',
		redirectUrl: 'https://m.example.com/done?a=1&b=茶 屋#part',
		accountKind: 1,
		onlyThisAccount: '',
	};

	it.each(['api', 'api2', 'sh.api', 'hk.api'])(
		"Authorization URLs lead to WeChat's pages if calls go to the host %s",
		(host) => {
			const urls = authorizationUrls({ ...LINK, apiBaseUrl: `https://${host}.weixin.qq.com` });
			const computer = new URL(urls.computerUrl);
			const mobile = new URL(urls.mobileUrl);
			expect(computer.origin + computer.pathname).toBe(
				'https://mp.weixin.qq.com/cgi-bin/componentloginpage',
			);
			expect(mobile.origin + mobile.pathname).toBe(
				'https://open.weixin.qq.com/wxaopen/safe/bindcomponent',
			);
			expect(mobile.hash).toBe('#wechat_redirect');
			expect(mobile.searchParams.get('action')).toBe('bindcomponent');
			expect(mobile.searchParams.get('no_scan')).toBe('1');
		},
	);

	it('Authorization URLs encode each value', () => {
		for (const url of Object.values(authorizationUrls(LINK))) {
			const { searchParams } = new URL(url);
			expect(searchParams.get('redirect_uri')).toBe(LINK.redirectUrl);
			expect(searchParams.get('pre_auth_code')).toBe(LINK.preAuthCode);
			expect(searchParams.get('auth_type')).toBe('1');
			expect(searchParams.has('biz_appid')).toBe(false);
			expect(url).not.toMatch(/[@ ]/);
		}
	});

	it('Authorization URLs contain the only account that the merchant may choose', () => {
		const urls = authorizationUrls({ ...LINK, onlyThisAccount: 'wx00000000000000a1' });
		for (const url of Object.values(urls)) {
			expect(new URL(url).searchParams.get('biz_appid')).toBe('wx00000000000000a1');
		}
	});

	it.each([
		'http://127.0.0.1:8080',
		'http://127.8.0.3:8080',
		'http://localhost:8080',
		'https://localhost',
		'http://[::1]:8080',
		'http://127.0.0.1:8080/wechat',
	])('Authorization URLs stay at the local WeChat at %s', (apiBaseUrl) => {
		for (const url of Object.values(authorizationUrls({ ...LINK, apiBaseUrl }))) {
			expect(url.startsWith(`${apiBaseUrl}/`)).toBe(true);
		}
	});

	it.each([
		'https://wechat-proxy.example.com',
		'https://wechat-proxy.example.com/weixin',
		'http://10.0.0.5:8080',
		'http://wechat-proxy:8080',
		'https://notweixin.qq.com',
		'https://api.weixin.qq.com.example.com',
		'https://127.0.0.1.example.com',
		'https://localhost.example.com',
		'http://128.0.0.1',
	])("Authorization URLs lead to WeChat's pages if calls go through %s", (apiBaseUrl) => {
		const { computerUrl, mobileUrl } = authorizationUrls({ ...LINK, apiBaseUrl });
		expect(new URL(computerUrl).origin).toBe('https://mp.weixin.qq.com');
		expect(new URL(mobileUrl).origin).toBe('https://open.weixin.qq.com');
	});
});

describe('Authorization Code', () => {
	it.each([CODE, 'x', 'c'.repeat(512), 'a%40b'])('Authorization Code may be %s', (code) => {
		expect(readAuthorizationCode(code)).toBe(code);
	});

	it('White space around Authorization Code is dropped', () => {
		expect(readAuthorizationCode(` \t${CODE}\n`)).toBe(CODE);
	});

	it.each([undefined, null, '', ' \n'])('Authorization Code %j is reported as empty', (given) => {
		expect(readAuthorizationCode(given)).toMatchObject({
			category: 'other',
			problem: 'The Authorization Code is empty',
			whoActs: 'operator',
		});
	});

	it('A list of authorization codes is reported, with the way out', () => {
		expect(readAuthorizationCode([CODE, CODE])).toMatchObject({
			problem: 'The Authorization Code is a list',
			hint: { en: expect.stringContaining('more than once') },
		});
	});

	it.each([
		7,
		true,
		{ auth_code: CODE },
		'two words',
		'授权码',
		'c'.repeat(513),
		`https://merchants.example.com/?auth_code=${CODE}&expires_in=600`,
		`auth_code=${CODE}`,
	])('Authorization Code %j is rejected without showing the value', (given) => {
		const read = readAuthorizationCode(given);
		expect(read).toMatchObject({
			category: 'other',
			problem: 'Authorization Code is not a valid code',
			hint: { en: expect.stringContaining('only the value of auth_code') },
		});
		expect(JSON.stringify(read)).not.toContain(CODE);
	});
});
