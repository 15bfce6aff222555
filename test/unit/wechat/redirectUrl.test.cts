import { readRedirectUrl } from '../../../nodes/wechat/authorizationLink';

describe('the address that a merchant comes back to', () => {
	it.each([
		'https://shop.example.com/done?a=1&b=茶#part',
		'HTTPS://shop.example.com',
		'http://localhost:5678/done',
		'http://127.0.0.1/done',
		'http://[::1]:5678/done',
	])('may be %s', (url) => expect(readRedirectUrl(url)).toBe(url));

	it('loses the white space around it', () => {
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
	])('is no URL where it is %j', (given) => {
		expect(readRedirectUrl(given)).toMatchObject({
			category: 'other',
			problem: 'The Redirect URL is not a URL',
			whoActs: 'operator',
		});
	});

	it.each(['http://shop.example.com/', 'http://localhost.example.com/', 'HTTP://10.0.0.1'])(
		'has to be https, other than %s',
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
