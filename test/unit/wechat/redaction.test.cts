import { readCallRecord, readCgiPath, readRid } from '../../../nodes/wechat/diagnosis';
import type { Obstacle } from '../../../nodes/wechat/obstacle';
import { redact, redactText } from '../../../nodes/wechat/redaction';

const TOKEN = `61_${'aB3-_'.repeat(27)}`;
const APP_ID = 'wx00000000000000b1';
const RID = '617682e0-09059ac5-34a8e2ea';

describe('redactText', () => {
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
	])('makes %s safe', (text, safe) => expect(redactText(text)).toBe(safe));
});

describe('redact', () => {
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
	])('hides %s, however short and deep', (name) => {
		expect(redact({ a: [{ [name]: 'x' }] })).toEqual({ a: [{ [name]: '***' }] });
	});

	it('leaves what a person needs', () => {
		const body = { errcode: 40013, appid: APP_ID, notify_users: 0, errmsg: `invalid rid: ${RID}` };
		expect(redact(body)).toEqual(body);
	});

	it('hides a secret in a text of a list', () => {
		expect(redact([`at /x?access_token=${TOKEN}`, 7, null])).toEqual([
			'at /x?access_token=***',
			7,
			null,
		]);
	});

	it('does not make a secret of what is not there', () => {
		expect(redact({ authorizer_refresh_token: '', access_token: null })).toEqual({
			authorizer_refresh_token: '',
			access_token: null,
		});
	});
});

describe('readCallRecord', () => {
	it('reads the sample of the page', () => {
		const record = readCallRecord({
			request: {
				invoke_time: 1635156704,
				cost_in_ms: 30,
				request_url: 'access_token=50_Im7xxxx',
				request_body: '',
				response_body: `{"errcode":45009,"errmsg":"reach max api daily quota limit rid: ${RID}"}`,
				client_ip: '113.0.113.51',
			},
		});
		expect(record).toMatchObject({
			invokeTime: '2021-10-25T10:11:44.000Z',
			costInMs: 30,
			requestUrl: 'access_token=***',
			requestBody: null,
			responseBody: { errcode: 45009 },
			clientIp: '113.0.113.51',
			reply: { errcode: 45009, errmsg: 'reach max api daily quota limit' },
			api: undefined,
		});
	});

	it.each([
		['wxamplink', 'wxamplink'],
		['wxamplinkget', 'wxamplinkget'],
		['wxampunlink', 'wxampunlink'],
		['wxamplinks', undefined],
	])('finds the link call %s in the URL', (name, api) => {
		const request_url = `https://api.weixin.qq.com/cgi-bin/wxopen/${name}?access_token=x`;
		expect(readCallRecord({ request: { request_url } }).api).toBe(api);
	});

	it.each([{}, { request: null }, { request: 'text' }, { request: { invoke_time: 'soon' } }])(
		'takes %j for a record that tells nothing',
		(payload) => {
			expect(readCallRecord(payload)).toMatchObject({ invokeTime: null, requestUrl: '' });
		},
	);

	it('lets no secret out of a body that broke off', () => {
		const request_body = `{"component_appsecret":"${'0123456789abcdef'.repeat(2)}`;
		const record = readCallRecord({ request: { request_body } });
		expect(record.requestBody).toBe('{"component_appsecret":"***');
	});
});

describe('readRid', () => {
	it.each([RID, ` ${RID}\n`, `rid: ${RID}`, RID.toUpperCase()])('reads %j', (text) =>
		expect(readRid(text)).toBe(RID),
	);

	it.each(['', null, 7, '617682e0-09059ac5', `${RID}-0`, 'zzzzzzzz-09059ac5-34a8e2ea'])(
		'takes %j for none',
		(value) => expect(readRid(value)).toBeUndefined(),
	);
});

describe('readCgiPath', () => {
	const LIST = '/cgi-bin/wxopen/wxamplinkget';

	it.each([LIST, ` ${LIST} `])('reads %j', (text) => expect(readCgiPath(text)).toBe(LIST));

	it.each([
		`https://api.weixin.qq.com${LIST}`,
		`api.weixin.qq.com${LIST}`,
		`//api.weixin.qq.com${LIST}`,
		LIST.slice(1),
		`${LIST}?access_token=${TOKEN}`,
	])('says which part of %j is the path', (text) => {
		const { problem, hint } = readCgiPath(text) as Obstacle;
		expect(problem).toContain('neither host nor query');
		expect(hint.en).toMatch(new RegExp(`API Path: ${LIST}$`));
		expect(hint['zh-CN']).toMatch(new RegExp(`：${LIST}$`));
		expect(JSON.stringify([problem, hint])).not.toContain(TOKEN);
	});

	it.each(['', undefined, 7, 'nowhere', '/ /'])('shows an example where %j gives none', (value) => {
		expect(readCgiPath(value)).toMatchObject({
			hint: { en: expect.stringContaining('wxamplink') },
		});
	});
});
