import { Client } from '../../nodes/calls/client';
import { notSent } from '../../nodes/wechat/reply';
import { accountWith, answered, idleTransport, NO_ANSWER, NOT_WECHAT } from './fakes.cts';

const OK = answered(0);
const BUSY = answered(-1);
/** 20 seconds before the end of a wall-clock minute. */
const NOW = Date.parse('2025-03-04T05:06:40.000Z');
const TO_NEXT_MINUTE = 20_000;

const client = (maxTries = 3, signal?: AbortSignal) => new Client(idleTransport(signal), maxTries);

beforeEach(() => jest.useFakeTimers({ now: NOW }));
afterEach(() => jest.useRealTimers());

/** Lets all pauses pass and gives the result. */
async function finish<T>(work: Promise<T>): Promise<T> {
	await jest.runAllTimersAsync();
	return await work;
}

describe('a busy WeChat (-1)', () => {
	it('is asked three times, with growing pauses, and then believed', async () => {
		const { account, tokens } = accountWith(BUSY);
		const answer = await finish(client().call(account, 'wxamplink', { appid: 'wx1' }));
		expect(answer).toMatchObject({ errcode: -1, attempts: 3, mayHaveArrived: false });
		const [, second, third] = tokens.times;
		expect(tokens.times).toHaveLength(3);
		expect(second).toBeGreaterThanOrEqual(1000);
		expect(third - second).toBeGreaterThanOrEqual(2 * 1000);
	});

	it('gets the same request each time', async () => {
		const { account, tokens } = accountWith(BUSY, BUSY, OK);
		const answer = await finish(client().call(account, 'wxamplink', { appid: 'wx1' }));
		expect(answer).toMatchObject({ errcode: 0, attempts: 3 });
		for (const { request } of tokens.calls) {
			expect(request).toMatchObject({ api: 'wxamplink', body: { appid: 'wx1' } });
		}
	});

	it('is asked once with Max Tries 1', async () => {
		const { account, tokens } = accountWith(BUSY);
		expect(await finish(client(1).call(account, 'wxamplink', {}))).toMatchObject({ attempts: 1 });
		expect(tokens.calls).toHaveLength(1);
	});

	it('does not come back for all items at the same moment', async () => {
		const { account, tokens } = accountWith(BUSY);
		const calls = Array.from(
			{ length: 20 },
			async () => await client(2).call(account, 'wxamplink', {}),
		);
		await finish(Promise.all(calls));
		expect(new Set(tokens.times.slice(20)).size).toBeGreaterThan(1);
	});
});

describe('a missing answer', () => {
	it.each([89010, 89015, 0])('counts as perhaps arrived when %i comes next', async (errcode) => {
		const { account } = accountWith(NO_ANSWER, answered(errcode));
		const answer = await finish(client().call(account, 'wxamplink', {}));
		expect(answer).toMatchObject({ errcode, attempts: 2, mayHaveArrived: true });
	});

	it('stays in mind over a busy answer', async () => {
		const { account } = accountWith(NO_ANSWER, BUSY, answered(89010));
		const answer = await finish(client().call(account, 'wxamplink', {}));
		expect(answer).toMatchObject({ errcode: 89010, attempts: 3, mayHaveArrived: true });
	});

	it('is given back after the last try', async () => {
		const { account } = accountWith(NO_ANSWER);
		const answer = await finish(client().call(account, 'wxamplink', {}));
		expect(answer).toMatchObject({ errcode: null, missing: 'noAnswer', attempts: 3 });
	});

	it('does not make 89010 this run\u2019s own when there was an answer', async () => {
		const { account } = accountWith(BUSY, answered(89010));
		const answer = await finish(client().call(account, 'wxamplink', {}));
		expect(answer).toMatchObject({ errcode: 89010, mayHaveArrived: false });
	});
});

describe('the minute limit (45011)', () => {
	const LIMIT = answered(45011);

	it('makes the call wait for the next wall-clock minute', async () => {
		const { account, tokens } = accountWith(LIMIT, OK);
		const answer = await finish(client().call(account, 'wxamplink', {}));
		expect(answer).toMatchObject({ errcode: 0, attempts: 2 });
		expect(tokens.times).toEqual([0, TO_NEXT_MINUTE]);
	});

	it('holds back the other items of the account', async () => {
		const { account, tokens } = accountWith(LIMIT, OK);
		const first = client().call(account, 'wxamplink', {});
		await jest.advanceTimersByTimeAsync(1000);
		const second = client().call(account, 'wxamplink', {});
		await jest.advanceTimersByTimeAsync(TO_NEXT_MINUTE - 1001);
		expect(tokens.calls).toHaveLength(1);
		expect(await finish(second)).toMatchObject({ errcode: 0, attempts: 1 });
		expect(await first).toMatchObject({ errcode: 0, attempts: 2 });
		expect(tokens.calls).toHaveLength(3);
	});

	it('holds back neither another API nor another account', async () => {
		const held = accountWith(LIMIT, OK);
		const free = accountWith(OK);
		const waiting = client().call(held.account, 'wxamplink', {});
		await jest.advanceTimersByTimeAsync(0);
		expect(await client().call(held.account, 'wxamplinkget', {})).toMatchObject({ errcode: 0 });
		expect(await client().call(free.account, 'wxamplink', {})).toMatchObject({ errcode: 0 });
		expect(Date.now()).toBe(NOW);
		await finish(waiting);
	});

	it('is given back after the last try', async () => {
		const { account, tokens } = accountWith(LIMIT);
		const answer = await finish(client().call(account, 'wxamplink', {}));
		expect(answer).toMatchObject({ errcode: 45011, attempts: 3 });
		expect(tokens.times).toEqual([0, TO_NEXT_MINUTE, TO_NEXT_MINUTE + 60_000]);
	});
});

describe('the daily limit (45009)', () => {
	const LIMIT = answered(45009);

	it('ends the calls of the account to this API for the run', async () => {
		const { account, tokens } = accountWith(LIMIT, OK);
		const same = client();
		expect(await same.call(account, 'wxamplink', {})).toMatchObject({
			errcode: 45009,
			attempts: 1,
		});
		expect(await same.call(account, 'wxamplink', {})).toMatchObject({
			errcode: 45009,
			attempts: 0,
		});
		expect(tokens.calls).toHaveLength(1);
	});

	it('ends neither those to another API nor those of another account', async () => {
		const used = accountWith(LIMIT, OK);
		const free = accountWith(OK);
		await client().call(used.account, 'wxamplink', {});
		expect(await client().call(used.account, 'wxamplinkget', {})).toMatchObject({ errcode: 0 });
		expect(await client().call(free.account, 'wxamplink', {})).toMatchObject({ errcode: 0 });
	});

	it('ends the tries of an item that waits for its next one', async () => {
		const { account, tokens } = accountWith(BUSY, LIMIT, OK);
		const busy = client().call(account, 'wxamplink', {});
		await jest.advanceTimersByTimeAsync(0);
		await client().call(account, 'wxamplink', {});
		expect(await finish(busy)).toMatchObject({ errcode: 45009, attempts: 1 });
		expect(tokens.calls).toHaveLength(2);
	});
});

describe('everything else', () => {
	it.each([0, 1003, 40001, 40013, 42001, 48001, 61003, 61007, 89007, 89009, 89010, 89015, 777001])(
		'%i is not repeated',
		async (errcode) => {
			const { account, tokens } = accountWith(answered(errcode));
			const answer = await finish(client().call(account, 'wxamplink', {}));
			expect(answer).toMatchObject({ errcode, attempts: 1, mayHaveArrived: false });
			expect(tokens.calls).toHaveLength(1);
		},
	);

	it('a foreign page is not asked for again', async () => {
		const { account, tokens } = accountWith(NOT_WECHAT);
		expect(await finish(client().call(account, 'wxamplink', {}))).toMatchObject({ attempts: 1 });
		expect(tokens.calls).toHaveLength(1);
	});

	it('a call that was not sent for want of a token counts as none', async () => {
		const { account, tokens } = accountWith(notSent('No token', 'retryable', 'Wait'));
		expect(await finish(client().call(account, 'wxamplink', {}))).toMatchObject({ attempts: 0 });
		expect(tokens.calls).toHaveLength(1);
	});

	it('both calls count where a rejected token was renewed, and the last reply is the answer', async () => {
		const { account } = accountWith([answered(42001), OK]);
		const answer = await finish(client().call(account, 'wxamplink', {}));
		expect(answer).toMatchObject({ errcode: 0, attempts: 2 });
	});
});

describe('a stopped run', () => {
	it('starts no call', async () => {
		const { account, tokens } = accountWith(OK);
		const answer = await client(3, AbortSignal.abort()).call(account, 'wxamplink', {});
		expect(answer).toMatchObject({ errcode: null, attempts: 0, missing: 'notSent' });
		expect(answer.advice).toMatchObject({ category: 'retryable' });
		expect(tokens.calls).toHaveLength(0);
	});

	it.each([
		['a busy WeChat', BUSY],
		['the next minute', answered(45011)],
		['a lost answer', NO_ANSWER],
	])('does not wait for %s', async (_, reply) => {
		const stop = new AbortController();
		const { account, tokens } = accountWith(reply, OK);
		const call = client(3, stop.signal).call(account, 'wxamplink', {});
		await jest.advanceTimersByTimeAsync(10);
		stop.abort();
		const answer = await call;
		expect(Date.now()).toBe(NOW + 10);
		expect(answer).toMatchObject({ errcode: null, attempts: 1, missing: 'notSent' });
		expect(tokens.calls).toHaveLength(1);
	});
});
