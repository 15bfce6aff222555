import { getEventListeners } from 'node:events';

import type { TokenSource } from '../../../nodes/calls/caller';
import { linksOf } from '../../../nodes/accounts/account';
import { Client, STOPPED } from '../../../nodes/calls/client';
import { Places } from '../../../nodes/calls/waiting';
import type { Transport } from '../../../nodes/calls/transport';
import type { Obstacle } from '../../../nodes/wechat/obstacle';
import type { Reply } from '../../../nodes/wechat/reply';
import {
	accountWith,
	answered,
	FakeWeChat,
	NO_ANSWER,
	NOT_WECHAT,
	obstacle,
	TokenList,
	type ClientOptions,
} from '../fakes.cts';

const OK = answered(0);
const RID = '617682e0-09059ac5-34a8e2ea';
const BUSY = answered(-1, RID);
/** 20 seconds before the next minute of the clock. */
const NOW = Date.parse('2025-03-04T05:06:40.000Z');
const TO_NEXT_MINUTE = 20_000;
const MINUTE = 60_000;
const NO_TOKEN = obstacle('retryLater', 'No token');

const clientOf = (wechat: Transport, options: ClientOptions = {}) =>
	new Client(wechat, { maxTries: 3, ...options });

/** A WeChat with these answers, an account, and a way to call for it. */
function setUp(script: Reply[], options: ClientOptions = {}, tokens?: TokenSource) {
	const wechat = FakeWeChat.withScript(...script);
	const account = accountWith(tokens);
	const client = clientOf(wechat, options);
	return {
		wechat,
		account,
		call: async (body = {}) => await client.call(account, 'wxamplink', body),
	};
}

beforeEach(() => jest.useFakeTimers({ now: NOW }));
afterEach(() => jest.useRealTimers());

/** Skips all pauses and returns the result. */
async function finish<T>(work: Promise<T>): Promise<T> {
	await jest.runAllTimersAsync();
	return await work;
}

describe('WeChat is busy (-1)', () => {
	it('A busy WeChat is called three times, with growing pauses', async () => {
		const { wechat, call } = setUp([BUSY]);
		const answer = await finish(call());
		expect(answer).toMatchObject({ errcode: -1, attempts: 3 });
		const [, second, third] = wechat.times;
		expect(wechat.times).toHaveLength(3);
		expect(second).toBeGreaterThanOrEqual(1000);
		expect(second).toBeLessThanOrEqual(1250);
		expect(third - second).toBeGreaterThanOrEqual(2 * 1000);
		expect(third - second).toBeLessThanOrEqual(2 * 1250);
	});

	it('A busy WeChat gets the same request each time', async () => {
		const { wechat, call } = setUp([BUSY, BUSY, OK]);
		expect(await finish(call({ appid: 'wx1' }))).toMatchObject({ errcode: 0, attempts: 3 });
		for (const { request } of wechat.calls) {
			expect(request).toMatchObject({ api: 'wxamplink', body: { appid: 'wx1' } });
		}
	});

	it('Items do not all repeat their calls at the same moment', async () => {
		const { wechat, call } = setUp([BUSY], { maxTries: 2 });
		await finish(Promise.all(Array.from({ length: 20 }, async () => await call())));
		expect(new Set(wechat.times.slice(20)).size).toBeGreaterThan(1);
	});
});

describe('Max Tries 1', () => {
	it.each([
		['a busy WeChat', BUSY],
		['a lost answer', NO_ANSWER],
		['the minute limit', answered(45011)],
		['the daily limit', answered(45009)],
	])('With Max Tries 1, no call is repeated after %s', async (_, reply) => {
		const { wechat, call } = setUp([reply, OK], { maxTries: 1 });
		expect(await call()).toMatchObject({ errcode: reply.errcode, attempts: 1 });
		expect(Date.now()).toBe(NOW);
		expect(wechat.calls).toHaveLength(1);
	});
});

describe('Max Tries 1, while other calls succeed', () => {
	it('With Max Tries 1, no call is repeated after the minute limit, even if other calls succeed', async () => {
		const wechat = new FakeWeChat(async ({ request }) => {
			if (!request.body.isSlow) return OK;
			await new Promise((resolve) => setTimeout(resolve, 1000));
			return answered(45011);
		});
		const [account, client] = [accountWith(), clientOf(wechat, { maxTries: 1 })];
		const slow = client.call(account, 'wxamplink', { isSlow: true });
		expect(await client.call(account, 'wxamplink', {})).toMatchObject({ errcode: 0 });
		expect(await finish(slow)).toMatchObject({ errcode: 45011, attempts: 1 });
	});
});

describe('Missing answers', () => {
	it.each([89010, 89015, 0])(
		'A call without an answer may have arrived if the next answer is %i',
		async (errcode) => {
			const { call } = setUp([NO_ANSWER, answered(errcode)]);
			const answer = await finish(call());
			expect(answer).toMatchObject({ errcode, attempts: 2, mayHaveArrived: true });
		},
	);

	it('A call without an answer may have arrived, even if -1 comes in between', async () => {
		const { call } = setUp([NO_ANSWER, BUSY, answered(89010)]);
		const answer = await finish(call());
		expect(answer).toMatchObject({ errcode: 89010, attempts: 3, mayHaveArrived: true });
	});

	it('A missing answer is returned after the last try', async () => {
		const { call } = setUp([NO_ANSWER]);
		const answer = await finish(call());
		expect(answer).toMatchObject({ errcode: null, missing: 'noAnswer', attempts: 3 });
	});

	it.each([
		['a busy answer (-1)', BUSY],
		['an answer that is not WeChat\u2019s', NOT_WECHAT],
	])('A call may have arrived after %s, too', async (_, reply) => {
		const { call } = setUp([reply, answered(89010)]);
		const answer = await finish(call());
		expect(answer).toMatchObject({ errcode: 89010, attempts: 2, mayHaveArrived: true });
	});

	it('A call that WeChat refused has not arrived', async () => {
		const { call } = setUp([answered(45011), answered(89010)]);
		expect(await finish(call())).toMatchObject({ errcode: 89010, mayHaveArrived: false });
	});
});

describe('Minute limit (45011)', () => {
	const LIMIT = answered(45011);

	it('After the minute limit, a call waits for the next minute of the clock', async () => {
		const { wechat, call } = setUp([LIMIT, OK]);
		expect(await finish(call())).toMatchObject({ errcode: 0, attempts: 2 });
		expect(wechat.times).toEqual([0, TO_NEXT_MINUTE]);
	});

	it('The minute limit holds back the other items of the account', async () => {
		const { wechat, call } = setUp([LIMIT, OK]);
		const first = call();
		await jest.advanceTimersByTimeAsync(1000);
		const second = call();
		await jest.advanceTimersByTimeAsync(TO_NEXT_MINUTE - 1001);
		expect(wechat.calls).toHaveLength(1);
		expect(await finish(second)).toMatchObject({ errcode: 0, attempts: 1 });
		expect(await first).toMatchObject({ errcode: 0, attempts: 2 });
		expect(wechat.calls).toHaveLength(3);
	});

	it('The minute limit holds back neither other APIs nor other accounts', async () => {
		const { wechat, account, call } = setUp([LIMIT, OK]);
		const waiting = call();
		await jest.advanceTimersByTimeAsync(0);
		const client = clientOf(wechat);
		expect(await client.call(account, 'wxamplinkget', {})).toMatchObject({ errcode: 0 });
		expect(await client.call(accountWith(), 'wxamplink', {})).toMatchObject({ errcode: 0 });
		expect(Date.now()).toBe(NOW);
		await finish(waiting);
	});

	it('The minute limit is returned after as many minutes as tries if no call succeeds', async () => {
		const { wechat, call } = setUp([LIMIT]);
		expect(await finish(call())).toMatchObject({ errcode: 45011, attempts: 3 });
		expect(wechat.times).toEqual([0, TO_NEXT_MINUTE, TO_NEXT_MINUTE + MINUTE]);
	});

	it('The minute limit uses up no try while other calls of the account succeed', async () => {
		let minute = 0;
		let left = 0;
		const wechat = new FakeWeChat(({ at }) => {
			if (Math.floor(at / MINUTE) !== minute) left = 2;
			minute = Math.floor(at / MINUTE);
			return left-- > 0 ? OK : LIMIT;
		});
		const account = accountWith();
		const client = clientOf(wechat);
		const calls = Array.from(
			{ length: 20 },
			async () => await client.call(account, 'wxamplink', {}),
		);
		const answers = await finish(Promise.all(calls));
		expect(answers.map(({ errcode }) => errcode)).toEqual(Array.from({ length: 20 }, () => 0));
		expect(Date.now() - NOW).toBe(TO_NEXT_MINUTE + 8 * MINUTE);
	});

	it('A wait for the next minute ends with this minute', async () => {
		jest.setSystemTime(NOW + TO_NEXT_MINUTE - 200);
		const { wechat, call } = setUp([LIMIT, OK]);
		await finish(call());
		expect(wechat.times).toEqual([0, 200]);
	});

	it('The minute limit uses up tries if other calls of the account get no answer', async () => {
		const wechat = new FakeWeChat(({ request }) => (request.body.isLost ? NO_ANSWER : LIMIT));
		const [account, client] = [accountWith(), clientOf(wechat)];
		const waiting = client.call(account, 'wxamplink', {});
		const lost = clientOf(wechat, { maxTries: 1 });
		for (let minute = 0; minute < 3; minute++) {
			void lost.call(account, 'wxamplink', { isLost: true });
			await jest.advanceTimersByTimeAsync(MINUTE);
		}
		expect(await finish(waiting)).toMatchObject({ errcode: 45011, attempts: 3 });
	});

	it('The minute limit uses up tries again once no call succeeds', async () => {
		const wechat = new FakeWeChat(({ at, request }) =>
			request.body.isLucky && at - NOW < 3 * MINUTE ? OK : LIMIT,
		);
		const account = accountWith();
		const client = clientOf(wechat);
		const waiting = client.call(account, 'wxamplink', {});
		const lucky: Array<Promise<unknown>> = [];
		for (let minute = 0; minute < 3; minute++) {
			lucky.push(client.call(account, 'wxamplink', { isLucky: true }));
			await jest.advanceTimersByTimeAsync(MINUTE);
		}
		await finish(Promise.all(lucky));
		const { errcode, attempts } = await finish(waiting);
		expect(errcode).toBe(45011);
		expect(attempts).toBeGreaterThan(3);
		expect(Date.now() - NOW).toBeLessThanOrEqual(9 * MINUTE);
	});

	it('The minute limit is returned at once to a client that must not wait', async () => {
		const { wechat, call } = setUp([LIMIT, OK], { waitsForNextMinute: false });
		expect(await call()).toMatchObject({ errcode: 45011, attempts: 1 });
		expect(Date.now()).toBe(NOW);
		expect(wechat.calls).toHaveLength(1);
	});
});

describe('Places', () => {
	const LIMIT = answered(45011);

	/** One place and two accounts, the first of which has reached the minute limit. */
	function setUpPlaces() {
		const limited = accountWith();
		const wechat = new FakeWeChat(({ at, token }) =>
			token === 'limited' && at < NOW + TO_NEXT_MINUTE ? LIMIT : OK,
		);
		const places = new Places(1);
		const client = clientOf(wechat, { places });
		const callFor = async (token: string, account = accountWith(new TokenList([token]))) => {
			await places.take();
			try {
				return await client.call(account, 'wxamplink', {});
			} finally {
				places.give();
			}
		};
		return { limited, wechat, places, client, callFor };
	}

	it('A call that waits for the next minute gives its place to others', async () => {
		const { callFor } = setUpPlaces();
		const waiting = callFor('limited');
		for (let n = 0; n < 5; n++) expect(await callFor('T')).toMatchObject({ errcode: 0 });
		expect(Date.now()).toBe(NOW);
		expect(await finish(waiting)).toMatchObject({ errcode: 0, attempts: 2 });
	});

	it('A call that has waited needs a place again', async () => {
		const { places, callFor, wechat } = setUpPlaces();
		const waiting = callFor('limited');
		await jest.advanceTimersByTimeAsync(1000);
		await places.take();
		await jest.advanceTimersByTimeAsync(TO_NEXT_MINUTE);
		expect(wechat.calls).toHaveLength(1);
		places.give();
		expect(await finish(waiting)).toMatchObject({ errcode: 0, attempts: 2 });
	});

	it("Items that wait for another item's call give up their places, too", async () => {
		const { places, client, callFor } = setUpPlaces();
		const account = accountWith(new TokenList(['limited']));
		const list = async () => {
			await places.take();
			try {
				return await linksOf(account, client);
			} finally {
				places.give();
			}
		};
		const waiting = Promise.all([list(), list(), list()]);
		expect(await callFor('T')).toMatchObject({ errcode: 0 });
		expect(Date.now()).toBe(NOW);
		for (const { answer } of await finish(waiting)) expect(answer).toMatchObject({ errcode: 0 });
	});

	it('A call waits longer if another call has reached the next limit meanwhile', async () => {
		const limits = [LIMIT, LIMIT, OK];
		const wechat = FakeWeChat.withScript(...limits);
		const account = accountWith();
		const client = clientOf(wechat, { places: new Places(2) });
		const both = [1, 2].map(async () => await client.call(account, 'wxamplink', {}));
		await finish(Promise.all(both));
		expect(wechat.times).toEqual([0, 0, TO_NEXT_MINUTE, TO_NEXT_MINUTE]);
	});
});

describe('Daily limit (45009)', () => {
	const LIMIT = answered(45009, RID);

	it('The daily limit ends the calls of the account to this API for the run', async () => {
		const { wechat, call } = setUp([LIMIT, OK]);
		expect(await call()).toMatchObject({ errcode: 45009, attempts: 1, rid: RID });
		const heldBack = await call();
		expect(heldBack).toMatchObject({ errcode: 45009, attempts: 0, mayHaveArrived: false });
		expect(wechat.calls).toHaveLength(1);
	});

	it("Items that the daily limit holds back have no rid: it is another call's", async () => {
		const { call } = setUp([LIMIT]);
		await call();
		expect((await call()).rid).toBeNull();
	});

	it('The daily limit ends neither calls to another API nor those of another account', async () => {
		const { wechat, account, call } = setUp([LIMIT, OK]);
		await call();
		const client = clientOf(wechat);
		expect(await client.call(account, 'wxamplinkget', {})).toMatchObject({ errcode: 0 });
		expect(await client.call(accountWith(), 'wxamplink', {})).toMatchObject({ errcode: 0 });
	});

	it('An item that waits for its next try keeps its own answer after the daily limit', async () => {
		const { wechat, call } = setUp([BUSY, answered(45009, 'aaaaaaaa-bbbbbbbb-cccccccc'), OK]);
		const busy = call();
		await jest.advanceTimersByTimeAsync(0);
		await call();
		expect(await finish(busy)).toMatchObject({ errcode: -1, attempts: 1, rid: RID });
		expect(wechat.calls).toHaveLength(2);
	});
});

describe('Other codes', () => {
	it.each([0, 1003, 40013, 48001, 61003, 61007, 89007, 89009, 89010, 89015, 777001])(
		'A call that WeChat answers with %i is not repeated',
		async (errcode) => {
			const { wechat, call } = setUp([answered(errcode)]);
			const answer = await finish(call());
			expect(answer).toMatchObject({ errcode, attempts: 1, mayHaveArrived: false });
			expect(wechat.calls).toHaveLength(1);
		},
	);
});

describe('Codes with several meanings', () => {
	const FROZEN = obstacle('notAllowed', 'It is frozen');
	/** Tokens with the reason why WeChat refuses their account. */
	const knowing = (why: Obstacle | undefined) => {
		const tokens: TokenList & TokenSource = new TokenList(['T']);
		const asked: string[] = [];
		tokens.whyRefused = async (token) => {
			asked.push(token);
			return await Promise.resolve(why);
		};
		return { tokens, asked };
	};

	it.each([48001, 50002, 61003])('The reason for %i is looked up', async (errcode) => {
		const { tokens, asked } = knowing(FROZEN);
		const { wechat, call } = setUp([answered(errcode, RID)], {}, tokens);
		expect(await finish(call())).toMatchObject({
			obstacle: FROZEN,
			errcode,
			errmsg: FROZEN.problem,
			rid: RID,
			attempts: 1,
		});
		expect(asked).toEqual(['T']);
		expect(wechat.calls).toHaveLength(1);
	});

	it('A code with several meanings is the answer if WeChat says nothing more about the account', async () => {
		const { tokens } = knowing(undefined);
		const { call } = setUp([answered(61003, RID)], {}, tokens);
		expect(await finish(call())).toMatchObject({ errcode: 61003, rid: RID, attempts: 1 });
	});

	it.each([0, 61007, 40013, 89010, 777001])(
		'The reason for %i is not looked up',
		async (errcode) => {
			const { tokens, asked } = knowing(FROZEN);
			await finish(setUp([answered(errcode)], {}, tokens).call());
			expect(asked).toStrictEqual([]);
		},
	);

	it('A stopped run looks up no reason', async () => {
		const { tokens, asked } = knowing(FROZEN);
		const { call } = setUp([answered(61003)], { isUnwanted: () => false }, tokens);
		await finish(call());
		const stopped = setUp([answered(61003)], { signal: AbortSignal.abort() }, tokens);
		await finish(stopped.call());
		expect(asked).toHaveLength(1);
	});
});

describe('Rejected tokens', () => {
	it.each([40001, 40014, 42001])('A token rejected with %i is replaced', async (errcode) => {
		const tokens = new TokenList(['old', 'new']);
		const { wechat, call } = setUp([answered(errcode), OK], {}, tokens);
		expect(await finish(call())).toMatchObject({ errcode: 0, attempts: 2 });
		expect(wechat.tokens).toEqual(['old', 'new']);
		expect(tokens).toMatchObject({ rejected: ['old'], acceptedOnes: ['new'] });
	});

	it.each([-1, 48001, 61003, 61004, 61007, 61015, 50002, 89010])(
		'A token is not replaced after %i',
		async (errcode) => {
			const tokens = new TokenList(['T', 'other']);
			const { call } = setUp([answered(errcode)], { maxTries: 1 }, tokens);
			await call();
			expect(tokens).toMatchObject({ rejected: [], acceptedOnes: ['T'] });
		},
	);

	it.each([
		['no answer came', NO_ANSWER],
		['something else answered', NOT_WECHAT],
	])('A token is neither rejected nor accepted if %s', async (_, reply) => {
		const tokens = new TokenList(['T', 'other']);
		await setUp([reply], { maxTries: 1 }, tokens).call();
		expect(tokens).toMatchObject({ rejected: [], acceptedOnes: [] });
	});

	it('The rejection is the answer if no other token is left', async () => {
		const { call } = setUp([answered(40001, RID)]);
		expect(await call()).toMatchObject({ errcode: 40001, rid: RID, attempts: 1 });
	});

	it('A call tries at most 5 tokens', async () => {
		const many = Array.from({ length: 20 }, (_, n) => `T${n}`);
		const { wechat, call } = setUp([answered(42001)], {}, new TokenList(many));
		expect(await finish(call())).toMatchObject({ errcode: 42001, attempts: 5 });
		expect(wechat.tokens).toEqual(many.slice(0, 5));
	});

	it('The answer says why there is no other token, and counts the calls made', async () => {
		const { call } = setUp([answered(42001)], {}, new TokenList(['old'], NO_TOKEN));
		expect(await finish(call())).toMatchObject({
			errcode: null,
			errmsg: 'No token',
			obstacle: NO_TOKEN,
			attempts: 1,
		});
	});
});

describe('Missing tokens', () => {
	it('An item keeps its answer if it gets no token for the next call', async () => {
		const tokens = new TokenList(['T'], NO_TOKEN);
		const { call } = setUp([BUSY, OK], {}, tokens);
		const busy = call();
		await jest.advanceTimersByTimeAsync(0);
		await tokens.replace('T');
		expect(await finish(busy)).toMatchObject({ errcode: -1, rid: RID, attempts: 1 });
	});

	it('A call without a token is not made and not counted', async () => {
		const { wechat, call } = setUp([OK], {}, new TokenList([], NO_TOKEN));
		expect(await finish(call())).toMatchObject({
			errcode: null,
			errmsg: 'No token',
			rid: null,
			attempts: 0,
			obstacle: NO_TOKEN,
		});
		expect(wechat.calls).toHaveLength(0);
	});

	it("A call without a token has WeChat's code and rid if WeChat refused the token", async () => {
		const refused: Obstacle = { ...NO_TOKEN, category: 'authorization', errcode: 61003, rid: RID };
		const { call } = setUp([OK], {}, new TokenList([], refused));
		expect(await call()).toMatchObject({ errcode: 61003, rid: RID, attempts: 0 });
	});

	it('A call without a token is not repeated', async () => {
		const busy = new TokenList([], { ...NO_TOKEN, errcode: -1 });
		const { call } = setUp([OK], {}, busy);
		expect(await call()).toMatchObject({ errcode: -1, attempts: 0 });
		expect(Date.now()).toBe(NOW);
	});

	it("The daily limit of the call for a token is not that of the account's calls", async () => {
		let token: string | Obstacle = { ...NO_TOKEN, errcode: 45009, retryAfter: 'nextDay' };
		const source = Object.assign(new TokenList([]), { get: async () => token });
		const { call } = setUp([OK], {}, source);
		expect(await call()).toMatchObject({ errcode: 45009, attempts: 0 });
		token = 'T';
		expect(await call()).toMatchObject({ errcode: 0, attempts: 1 });
	});

	it('A call waits for the next minute if the call for its token reached the minute limit', async () => {
		let isLimited = true;
		const source: TokenSource = {
			get: async () => (isLimited ? { ...NO_TOKEN, errcode: 45011 } : 'T'),
			replace: async () => undefined,
			accepted: () => undefined,
		};
		const { wechat, call } = setUp([OK], {}, source);
		const waiting = call();
		await jest.advanceTimersByTimeAsync(1000);
		isLimited = false;
		expect(await finish(waiting)).toMatchObject({ errcode: 0, attempts: 1 });
		expect(wechat.calls[0].at).toBe(NOW + TO_NEXT_MINUTE);
	});
});

describe('Stopped runs', () => {
	it('A stopped run starts no call', async () => {
		const { wechat, call } = setUp([OK], { signal: AbortSignal.abort() });
		const answer = await call();
		expect(answer).toMatchObject({ errcode: null, attempts: 0, obstacle: STOPPED });
		expect(answer.obstacle?.category).toBe('retryLater');
		expect(wechat.calls).toHaveLength(0);
	});

	it.each([
		['a busy WeChat', BUSY],
		['the next minute', answered(45011, RID)],
		['a lost answer', NO_ANSWER],
	])('A stopped run does not wait for %s, and returns the last answer', async (_, reply) => {
		const stop = new AbortController();
		const { wechat, call } = setUp([reply, OK], { signal: stop.signal });
		const waiting = call();
		await jest.advanceTimersByTimeAsync(10);
		stop.abort();
		const answer = await waiting;
		expect(Date.now()).toBe(NOW + 10);
		expect(answer).toMatchObject({ ...reply, attempts: 1 });
		expect(answer.obstacle).toBeUndefined();
		expect(wechat.calls).toHaveLength(1);
	});

	/** Has one token, and never returns another. */
	class LostTokens extends TokenList {
		isLost = false;

		override async get(): Promise<string | Obstacle> {
			return this.isLost ? await new Promise<never>(() => undefined) : await super.get();
		}

		override async replace(): Promise<never> {
			return await new Promise<never>(() => undefined);
		}
	}

	it('A stopped run does not wait for a token', async () => {
		const stop = new AbortController();
		const tokens = new LostTokens(['T']);
		tokens.isLost = true;
		const { call } = setUp([OK], { signal: stop.signal }, tokens);
		const waiting = call();
		await jest.advanceTimersByTimeAsync(10);
		stop.abort();
		expect(await waiting).toMatchObject({ errcode: null, attempts: 0, obstacle: STOPPED });
	});

	it('A run that was stopped during the wait for a token returns the last answer', async () => {
		const stop = new AbortController();
		const tokens = new LostTokens(['T']);
		const { call } = setUp([BUSY, OK], { signal: stop.signal }, tokens);
		const waiting = call();
		await jest.advanceTimersByTimeAsync(10);
		tokens.isLost = true;
		await jest.advanceTimersByTimeAsync(5000);
		stop.abort();
		expect(await waiting).toMatchObject({ errcode: -1, rid: RID, attempts: 1 });
	});

	it('A run that was stopped during the replacement of a token returns the last answer', async () => {
		const stop = new AbortController();
		const { call } = setUp([answered(42001, RID)], { signal: stop.signal }, new LostTokens(['T']));
		const waiting = call();
		await jest.advanceTimersByTimeAsync(10);
		stop.abort();
		expect(await waiting).toMatchObject({ errcode: 42001, rid: RID, attempts: 1 });
	});

	it('A run that was stopped before WeChat rejected a token asks for no other one', async () => {
		const stop = new AbortController();
		const wechat = new FakeWeChat(() => {
			stop.abort();
			return answered(42001, RID);
		});
		const tokens = new TokenList(['T', 'other']);
		const client = clientOf(wechat, { signal: stop.signal });
		const answer = await client.call(accountWith(tokens), 'wxamplink', {});
		expect(answer).toMatchObject({ errcode: 42001, rid: RID, attempts: 1 });
		expect(tokens.rejected).toStrictEqual([]);
	});

	it('An unwanted call is not repeated, but the one under way continues', async () => {
		let isUnwanted = false;
		const wechat = new FakeWeChat(async () => {
			isUnwanted = true;
			return await Promise.resolve(BUSY);
		});
		const client = clientOf(wechat, { isUnwanted: () => isUnwanted });
		const answer = await finish(client.call(accountWith(), 'wxamplink', {}));
		expect(answer).toMatchObject({ errcode: -1, rid: RID, attempts: 1 });
		expect(wechat.calls).toHaveLength(1);
	});

	it('Calls and pauses leave no listeners on the signal', async () => {
		const { signal } = new AbortController();
		const { wechat, call } = setUp([BUSY], { signal, maxTries: 2 });
		await finish(Promise.all(Array.from({ length: 1000 }, async () => await call())));
		expect(wechat.calls).toHaveLength(2000);
		expect(getEventListeners(signal, 'abort')).toHaveLength(0);
	});
});
