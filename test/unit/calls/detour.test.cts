import { Account } from '../../../nodes/accounts/account';
import { Client } from '../../../nodes/calls/client';
import { Road } from '../../../nodes/calls/road';
import type { Api } from '../../../nodes/wechat/apis';
import type { Reply } from '../../../nodes/wechat/reply';
import {
	answered,
	FakeWeChat,
	NO_ANSWER,
	NOT_WECHAT,
	TokenList,
	type ClientOptions,
} from '../fakes.cts';

const FIRST = 'https://api.weixin.qq.com';
const SECOND = 'https://api2.weixin.qq.com';
const OK = answered(0);
const BUSY = answered(-1);
const REFUSED: Reply = { ...NO_ANSWER, connection: 'none' };
const RESET: Reply = { ...NO_ANSWER, connection: 'lost' };
const NOW = Date.parse('2025-03-04T05:06:40.000Z');

beforeEach(() => jest.useFakeTimers({ now: NOW }));
afterEach(() => jest.useRealTimers());

/** A WeChat whose hosts give these answers in turn, and repeat the last one. */
function setUp(first: Reply[], second: Reply[] = [OK], options: ClientOptions = {}) {
	const left: Record<string, Reply[]> = { [FIRST]: [...first], [SECOND]: [...second] };
	const wechat = new FakeWeChat(async ({ request }) => {
		const script = left[request.baseUrl];
		// Answers take a moment, so that many calls are under way at once.
		await new Promise((resolve) => setTimeout(resolve, 10));
		return script.length > 1 ? (script.shift() as Reply) : script[0];
	});
	const account = new Account(null, new Road(FIRST, SECOND), new TokenList(['T']));
	const client = new Client(wechat, { maxTries: 3, ...options });
	const call = async (api: Api = 'wxamplink') => {
		const answer = client.call(account, api, {});
		await jest.runAllTimersAsync();
		return await answer;
	};
	return { account, client, call, hosts: () => wechat.calls.map(({ request }) => request.baseUrl) };
}

const told = expect.stringContaining('api2.weixin.qq.com (Fallback API Base URL)');

describe('Last tries', () => {
	it.each([
		['refused', REFUSED],
		['reset', RESET],
	])(
		'A call whose last try is %s is made once more at the fallback, and says so',
		async (_, failed) => {
			const { call, hosts } = setUp([failed]);
			expect(await call()).toMatchObject({ errcode: 0, attempts: 4, detour: { en: told } });
			expect(hosts()).toEqual([FIRST, FIRST, FIRST, SECOND]);
		},
	);

	it('A call is not made at the fallback while other calls succeed', async () => {
		const { call, hosts } = setUp([RESET, BUSY, RESET]);
		const answer = await call();
		expect(answer).toMatchObject({ errcode: null, attempts: 3 });
		expect(answer).not.toHaveProperty('detour');
		expect(hosts()).toEqual([FIRST, FIRST, FIRST]);
	});

	it('A call gets one more try for an outage, however often the hosts change', async () => {
		const { call, hosts } = setUp([REFUSED], [REFUSED]);
		expect(await call()).toMatchObject({ errcode: null, attempts: 4 });
		expect(await call()).toMatchObject({ errcode: null, attempts: 4 });
		expect(hosts().filter((host) => host === SECOND)).toHaveLength(3);
	});

	it('A call may have arrived only if an earlier try had a connection', async () => {
		const lost = setUp([RESET], [answered(89010)]);
		expect(await lost.call()).toMatchObject({ errcode: 89010, mayHaveArrived: true });
		const refused = setUp([REFUSED], [answered(89010)]);
		expect(await refused.call()).toMatchObject({ errcode: 89010, mayHaveArrived: false });
	});

	it('A call names the fallback even if that is not WeChat', async () => {
		const { call } = setUp([REFUSED], [NOT_WECHAT]);
		expect(await call()).toMatchObject({ missing: 'notWeChat', detour: { en: told } });
	});
});

describe('Many calls', () => {
	it('Many calls at once all continue at the fallback, each with one call there', async () => {
		const { account, client, hosts } = setUp([REFUSED], [OK], { maxTries: 2 });
		const answers = Promise.all(
			Array.from({ length: 10 }, async () => await client.call(account, 'wxamplink', {})),
		);
		await jest.runAllTimersAsync();
		expect((await answers).map(({ errcode }) => errcode)).toEqual(Array(10).fill(0));
		expect(hosts()).toEqual([...Array(10).fill(FIRST), ...Array(10).fill(SECOND)]);
	});

	it('Aborted calls do not count for an outage', async () => {
		const stop = new AbortController();
		const { account, client, hosts } = setUp([RESET], [OK], { signal: stop.signal });
		const answers = Promise.all(
			Array.from({ length: 10 }, async () => await client.call(account, 'wxamplink', {})),
		);
		await jest.advanceTimersByTimeAsync(5);
		stop.abort();
		await jest.runAllTimersAsync();
		await answers;
		expect(account.road.next()).toBe(FIRST);
		expect(hosts()).toEqual(Array(10).fill(FIRST));
	});
});

describe('Authorization codes', () => {
	it('An authorization code is sent to the other host if there was no connection', async () => {
		const { call, hosts } = setUp([REFUSED], [answered(61010)]);
		expect(await call('api_query_auth')).toMatchObject({ errcode: 61010 });
		expect(hosts()).toEqual([FIRST, FIRST, FIRST, SECOND]);
	});

	it.each([
		['last', [REFUSED, REFUSED, RESET]],
		['first', [RESET, REFUSED, REFUSED]],
	])(
		'An authorization code is not sent to the other host if the %s call may have arrived',
		async (_, script) => {
			const { call, hosts } = setUp(script);
			expect(await call('api_query_auth')).toMatchObject({ errcode: null, attempts: 3 });
			expect(hosts()).toEqual([FIRST, FIRST, FIRST]);
			expect(await call('api_authorizer_token')).toMatchObject({ errcode: 0, attempts: 1 });
		},
	);

	it('If other calls change the host, an authorization code is not sent again', async () => {
		const { account, call, hosts } = setUp([RESET]);
		account.road.note(FIRST, RESET);
		account.road.note(FIRST, RESET);
		expect(await call('api_query_auth')).toMatchObject({ errcode: null, attempts: 1 });
		expect(hosts()).toEqual([FIRST]);
	});
});
