import { readRoad, Road } from '../../../nodes/calls/road';
import { isObstacle } from '../../../nodes/wechat/obstacle';
import { answered, NO_ANSWER, NOT_WECHAT } from '../fakes.cts';

const FIRST = 'https://api.weixin.qq.com';
const SECOND = 'https://api2.weixin.qq.com';
const MINUTE = 60_000;
const OK = answered(0);
const BUSY = answered(-1);
const REFUSED = { ...NO_ANSWER, connection: 'none' } as const;
const RESET = { ...NO_ANSWER, connection: 'lost' } as const;
/** An HTTP answer, such as HTTP 502. */
const UNREADABLE = NO_ANSWER;

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

/** A road, and what it logs. */
function newRoad(fallback = SECOND) {
	const logged: string[] = [];
	const road = new Road(FIRST, fallback, {
		info: (message) => void logged.push(`info: ${message}`),
		warn: (message) => void logged.push(`warn: ${message}`),
	});
	/** Makes calls with this reply, one after the other. */
	const call = (...replies: Array<typeof OK>) => {
		for (const reply of replies) road.note(road.next(), reply);
		return road.next();
	};
	return { road, call, logged };
}

const passes = (milliseconds: number) => jest.advanceTimersByTime(milliseconds);

describe('Changes of address', () => {
	it.each([
		['refused', REFUSED],
		['reset', RESET],
	])('Calls go to the fallback after three calls in a row that were %s', (_, failed) => {
		const { call } = newRoad();
		expect(call(failed, failed)).toBe(FIRST);
		expect(call(failed)).toBe(SECOND);
	});

	it.each([
		['an answer', OK],
		['a busy WeChat', BUSY],
		['an HTTP error', UNREADABLE],
		['a page', NOT_WECHAT],
	])('Calls stay at API Base URL if %s comes in between', (_, reply) => {
		const { call } = newRoad();
		expect(call(RESET, RESET, reply, RESET, RESET)).toBe(FIRST);
		expect(call(reply, reply, reply)).toBe(FIRST);
		expect(call(RESET, REFUSED, RESET)).toBe(SECOND);
	});

	it('Calls return after ten minutes, and go to the fallback again after three more that fail', () => {
		const { road, call } = newRoad();
		call(REFUSED, REFUSED, REFUSED);
		passes(10 * MINUTE - 1);
		expect(call(OK, OK)).toBe(SECOND);
		passes(1);
		expect(road.next()).toBe(FIRST);
		expect(call(REFUSED, REFUSED)).toBe(FIRST);
		expect(call(REFUSED)).toBe(SECOND);
	});

	it('Calls that began before a change of address do not count after it', () => {
		const { road, call } = newRoad();
		const crowd = Array.from({ length: 10 }, () => road.next());
		for (const url of crowd) road.note(url, REFUSED);
		expect(road.next()).toBe(SECOND);
		call(REFUSED, REFUSED);
		road.note(FIRST, OK);
		road.note(FIRST, REFUSED);
		expect(road.next()).toBe(SECOND);
		expect(call(REFUSED)).toBe(FIRST);
	});

	it.each([
		['does not answer', RESET],
		['answers HTTP 502', UNREADABLE],
		['is not WeChat', NOT_WECHAT],
	])('Calls return to API Base URL, for at least a minute, if the fallback %s', (_, failed) => {
		const { call } = newRoad();
		call(REFUSED, REFUSED, REFUSED);
		expect(call(failed, failed)).toBe(SECOND);
		expect(call(failed)).toBe(FIRST);
		expect(call(REFUSED, REFUSED, REFUSED, REFUSED)).toBe(FIRST);
		passes(MINUTE);
		expect(call(REFUSED)).toBe(SECOND);
	});

	it('Each change of address is logged once, with nothing but the hosts', () => {
		const { road, call, logged } = newRoad('https://name:password@proxy.example.com:8443/wechat');
		call(RESET, RESET, RESET, OK, OK);
		passes(10 * MINUTE);
		call(OK, OK);
		call(RESET, RESET, RESET, RESET, RESET, RESET);
		road.next();
		const [host, other] = ['api.weixin.qq.com', 'proxy.example.com:8443'];
		expect(logged).toEqual([
			`warn: WeChat API: ${host} did not answer 3 calls in a row. For ten minutes calls go to ${other}`,
			`info: WeChat API: calls go to ${host} again, after ten minutes`,
			`warn: WeChat API: ${host} did not answer 3 calls in a row. For ten minutes calls go to ${other}`,
			`warn: WeChat API: ${other} did not answer 3 calls in a row either. Calls go to ${host} again`,
		]);
	});

	it('Only a call to the fallback says where it went', () => {
		const { road } = newRoad();
		expect(road.describe(FIRST)).toBeUndefined();
		expect(road.describe(SECOND)).toEqual({
			en: 'api.weixin.qq.com did not answer, so the call went to api2.weixin.qq.com (Fallback API Base URL).',
			'zh-CN':
				'由于 api.weixin.qq.com 没有回答，本次调用发往 api2.weixin.qq.com（Fallback API Base URL）。',
		});
	});

	it('Without a fallback, all calls go to API Base URL', () => {
		const { road, call, logged } = newRoad('');
		expect(call(REFUSED, REFUSED, REFUSED, RESET)).toBe(FIRST);
		expect(road.describe('')).toBeUndefined();
		expect(logged).toStrictEqual([]);
	});
});

describe('Credentials', () => {
	const roadOf = (fields: object) => {
		const road = readRoad({ apiBaseUrl: FIRST, ...fields });
		if (isObstacle(road)) throw new Error(road.problem);
		return road;
	};

	it('Credentials with the same two addresses share a road', () => {
		const road = roadOf({});
		expect(roadOf({ apiBaseUrl: `${FIRST}/`, fallbackApiBaseUrl: `${SECOND}/` })).toBe(road);
		expect(roadOf({ fallbackApiBaseUrl: 'https://hk.api.weixin.qq.com' })).not.toBe(road);
		expect(roadOf({ apiBaseUrl: 'https://sh.api.weixin.qq.com' })).not.toBe(road);
	});

	it.each(['', 'nonsense', FIRST])(
		'A credential with the fallback %j has only one address',
		(fallback) => {
			const road = roadOf({ fallbackApiBaseUrl: fallback });
			for (let calls = 0; calls < 5; calls++) road.note(road.next(), REFUSED);
			expect(road.next()).toBe(FIRST);
		},
	);

	it('A credential without a valid API Base URL has an obstacle in place of a road', () => {
		expect(readRoad({ apiBaseUrl: 'nonsense', fallbackApiBaseUrl: SECOND })).toMatchObject({
			problem: 'The API Base URL is not a URL',
		});
	});
});
