import {
	describeApiQuota,
	readApiQuota,
	readCallRecord,
	readCgiPath,
	readRid,
} from '../../../nodes/wechat/diagnosis';
import type { Obstacle } from '../../../nodes/wechat/obstacle';

const TOKEN = `61_${'aB3-_'.repeat(27)}`;
const RID = '617682e0-09059ac5-34a8e2ea';

/** The sample of WeChat's page, with a limit for the platform as well. */
const ANSWER = {
	errcode: 0,
	errmsg: 'ok',
	quota: { daily_limit: 100000000, used: 26, remain: 99999974 },
	rate_limit: { call_count: 60, refresh_second: 30 },
	component_rate_limit: { call_count: '40', refresh_second: '20' },
};

const UNKNOWN = {
	dailyLimit: null,
	used: null,
	remain: null,
	rateLimitCalls: null,
	rateLimitSeconds: null,
	platformRateLimitCalls: null,
	platformRateLimitSeconds: null,
};

describe('Quotas', () => {
	it('A quota is read, even if a number is a text', () => {
		expect(readApiQuota(ANSWER)).toEqual({
			dailyLimit: 100000000,
			used: 26,
			remain: 99999974,
			rateLimitCalls: 60,
			rateLimitSeconds: 30,
			platformRateLimitCalls: 40,
			platformRateLimitSeconds: 20,
		});
	});

	it.each([{}, { quota: null, rate_limit: undefined }, { quota: 'none', rate_limit: 7 }])(
		'The answer %j contains no quota',
		(payload) => expect(readApiQuota(payload)).toEqual(UNKNOWN),
	);

	it('A quota is described in one line', () => {
		expect(describeApiQuota('wxamplink', readApiQuota(ANSWER))).toBe(
			'wxamplink: used 26 of 100000000 a day, 99999974 left, 60 calls in 30 s, 40 calls in 20 s by a platform',
		);
	});

	it('The description of a quota omits limits that WeChat does not state', () => {
		expect(describeApiQuota('wxamplinkget', UNKNOWN)).toBe(
			'wxamplinkget: used ? of ? a day, ? left',
		);
		expect(describeApiQuota('wxampunlink', { ...UNKNOWN, used: 0, rateLimitCalls: 5 })).toBe(
			'wxampunlink: used 0 of ? a day, ? left, 5 calls in ? s',
		);
	});
});

describe('Call records', () => {
	it("The sample of WeChat's page is read", () => {
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
	])('A URL with %s is the link call %s', (name, api) => {
		const request_url = `https://api.weixin.qq.com/cgi-bin/wxopen/${name}?access_token=x`;
		expect(readCallRecord({ request: { request_url } }).api).toBe(api);
	});

	it.each([{}, { request: null }, { request: 'text' }, { request: { invoke_time: 'soon' } }])(
		'The record %j contains neither time nor URL',
		(payload) => {
			expect(readCallRecord(payload)).toMatchObject({ invokeTime: null, requestUrl: '' });
		},
	);

	it('An incomplete body shows no secret', () => {
		const request_body = `{"component_appsecret":"${'0123456789abcdef'.repeat(2)}`;
		const record = readCallRecord({ request: { request_body } });
		expect(record.requestBody).toBe('{"component_appsecret":"***');
	});
});

describe('Request ID', () => {
	it.each([RID, ` ${RID}\n`, `rid: ${RID}`, RID.toUpperCase()])('Request ID %j is read', (text) =>
		expect(readRid(text)).toBe(RID),
	);

	it.each(['', null, 7, '617682e0-09059ac5', `${RID}-0`, 'zzzzzzzz-09059ac5-34a8e2ea'])(
		'%j is not a Request ID',
		(value) => expect(readRid(value)).toBeUndefined(),
	);
});

describe('API Path', () => {
	const LIST = '/cgi-bin/wxopen/wxamplinkget';

	it.each([LIST, ` ${LIST} `])('API Path %j is read', (text) =>
		expect(readCgiPath(text)).toBe(LIST),
	);

	it.each([
		`https://api.weixin.qq.com${LIST}`,
		`api.weixin.qq.com${LIST}`,
		`//api.weixin.qq.com${LIST}`,
		LIST.slice(1),
		`${LIST}?access_token=${TOKEN}`,
	])('API Path %j is rejected, and the hint shows its path', (text) => {
		const { problem, hint } = readCgiPath(text) as Obstacle;
		expect(problem).toContain('neither host nor query');
		expect(hint.en).toMatch(new RegExp(`API Path: ${LIST}$`));
		expect(hint['zh-CN']).toMatch(new RegExp(`：${LIST}$`));
		expect(JSON.stringify([problem, hint])).not.toContain(TOKEN);
	});

	it.each(['', undefined, 7, 'nowhere', '/ /'])(
		'API Path %j is rejected, and the hint shows an example',
		(value) => {
			expect(readCgiPath(value)).toMatchObject({
				category: 'other',
				whoActs: 'operator',
				hint: { en: expect.stringContaining('wxamplink') },
			});
		},
	);

	it.each(['', '  \n', null, undefined, 7])('API Path %j is reported as empty', (value) => {
		expect(readCgiPath(value)).toMatchObject({ problem: 'The API Path is empty' });
	});
});
