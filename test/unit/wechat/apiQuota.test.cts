import { describeApiQuota, readApiQuota, readCgiPath } from '../../../nodes/wechat/diagnosis';

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

describe('what is left of an API', () => {
	it('is read, also where a number is a text', () => {
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
		'is not known from %j',
		(payload) => expect(readApiQuota(payload)).toEqual(UNKNOWN),
	);

	it('is told in one line', () => {
		expect(describeApiQuota('wxamplink', readApiQuota(ANSWER))).toBe(
			'wxamplink: used 26 of 100000000 a day, 99999974 left, 60 calls in 30 s, 40 calls in 20 s by a platform',
		);
	});

	it('is told without the limits that WeChat does not give', () => {
		expect(describeApiQuota('wxamplinkget', UNKNOWN)).toBe(
			'wxamplinkget: used ? of ? a day, ? left',
		);
		expect(describeApiQuota('wxampunlink', { ...UNKNOWN, used: 0, rateLimitCalls: 5 })).toBe(
			'wxampunlink: used 0 of ? a day, ? left, 5 calls in ? s',
		);
	});
});

describe('a path that cannot be asked about', () => {
	it.each(['', '  \n', null, undefined, 7])('is empty where the parameter is %j', (value) => {
		expect(readCgiPath(value)).toMatchObject({
			category: 'other',
			problem: 'The API Path is empty',
			whoActs: 'operator',
		});
	});

	it('is told to the operator, with the path that was meant', () => {
		expect(readCgiPath('https://api.weixin.qq.com/cgi-bin/wxopen/wxamplink?x=1')).toMatchObject({
			category: 'other',
			problem:
				'API Path is not a valid path: it must start with a slash and have neither host nor query',
			hint: { en: 'Enter only the path in the parameter API Path: /cgi-bin/wxopen/wxamplink' },
			whoActs: 'operator',
		});
	});
});
