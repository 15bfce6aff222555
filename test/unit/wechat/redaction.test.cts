import { mayBeSecret, redact, redactText } from '../../../nodes/wechat/redaction';

const TOKEN = `61_${'aB3-_'.repeat(27)}`;
const APP_ID = 'wx00000000000000b1';
const RID = '617682e0-09059ac5-34a8e2ea';

describe('Texts', () => {
	it.each([
		[`access_token=${TOKEN}`, 'access_token=***'],
		['access_token=short', 'access_token=***'],
		[
			`https://api.weixin.qq.com/cgi-bin/wxopen/wxamplink?access_token=${TOKEN}&lang=en`,
			'https://api.weixin.qq.com/cgi-bin/wxopen/wxamplink?access_token=***&lang=en',
		],
		['/x?component_access_token=a%40b#part', '/x?component_access_token=***#part'],
		[`the token ${TOKEN} is wrong`, 'the token *** is wrong'],
		['ticket@@@abcdefghijklmnopqrstuvwxyz0123', '***'],
		[`appid ${APP_ID} rid: ${RID}`, `appid ${APP_ID} rid: ${RID}`],
	])('The text %s is shown as %s', (text, safe) => expect(redactText(text)).toBe(safe));
});

describe('JSON', () => {
	it.each([
		'component_appsecret',
		'component_secret',
		'appsecret',
		'component_verify_ticket',
		'authorization_code',
		'pre_auth_code',
		'authorizer_refresh_token',
		'access_token',
		'EncodingAESKey',
		'email',
	])('The field %s is hidden, however short and deep', (name) => {
		expect(redact({ a: [{ [name]: 'x' }] })).toEqual({ a: [{ [name]: '***' }] });
	});

	it('Redacted JSON keeps what a person needs', () => {
		const body = { errcode: 40013, appid: APP_ID, notify_users: 0, errmsg: `invalid rid: ${RID}` };
		expect(redact(body)).toEqual(body);
	});

	it('A secret in a text of a list is hidden', () => {
		expect(redact([`at /x?access_token=${TOKEN}`, 7, null])).toEqual([
			'at /x?access_token=***',
			7,
			null,
		]);
	});

	it('Empty fields of redacted JSON stay empty', () => {
		expect(redact({ authorizer_refresh_token: '', access_token: null })).toEqual({
			authorizer_refresh_token: '',
			access_token: null,
		});
	});
});

describe('Values', () => {
	it.each([
		['weixin', false],
		['a2c4e6g', false],
		['a2c4e6g8', true],
		['A2C4E6G8', true],
		['13800138000', false],
		['x'.repeat(23), false],
		['x'.repeat(24), true],
		['1'.repeat(23), false],
		['1'.repeat(24), true],
	])('The value %s may be a secret: %s', (value, isPossible) =>
		expect(mayBeSecret(value)).toBe(isPossible),
	);
});
