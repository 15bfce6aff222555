import { getEventListeners } from 'node:events';

import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import { STOPPED } from '../../../nodes/calls/client';
import { fixedToken } from '../../../nodes/calls/caller';
import { RenewableToken } from '../../../nodes/tokens/renewal';
import { readToken, type Token, TOKENS } from '../../../nodes/tokens/tokenCache';
import { authorizerKey, originOf, PLATFORM_TOKENS } from '../../../nodes/tokens/tokenFields';
import { isObstacle, type Obstacle } from '../../../nodes/wechat/obstacle';
import { obstacle } from '../fakes.cts';
import { asStored, keptIn, Table } from '../table.cts';

const NOW = Date.parse('2025-03-04T05:06:40.000Z');
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DOWN = obstacle('retryLater', 'It is down');
const REFUSED = obstacle('authorization', 'It refuses');

beforeEach(() => jest.useFakeTimers({ now: NOW }));
afterEach(() => jest.useRealTimers());

const token = (value: string, renewAt = Date.now() + HOUR, serial = 1): Token => ({
	value,
	serial,
	renewAt,
});

let worlds = 0;

/**
 * A credential with a recipe that makes the tokens `new1`, `new2` and so on by default.
 *
 * @param stored the token that the credential keeps
 */
function worldWith(stored?: Token) {
	const credentials: ICredentialDataDecryptedObject = {
		componentAppId: 'wx0123456789abcdef',
		componentAppSecret: `secret ${++worlds}`,
	};
	const key = authorizerKey(originOf(credentials), 'wx1');
	const origin = originOf(credentials);
	const holding = (kept: Token) =>
		asStored({
			...credentials,
			...PLATFORM_TOKENS.missing(credentials, origin, new Map([[key, kept]])),
		});
	const table = new Table(stored ? holding(stored) : credentials);
	const world = {
		table,
		makes: 0,
		/** What the recipe returns next, after a tenth of a second. */
		next: (): string | Obstacle => `new${world.makes}`,
		isUnwanted: () => false,
		/** Why WeChat refuses calls with a valid token, and how often that was asked. */
		why: undefined as Obstacle | undefined,
		whys: 0,
		/** Another process stores a token. */
		storeElsewhere: (kept: Token, beside: ICredentialDataDecryptedObject = {}) => {
			table.record = { ...beside, ...holding(kept) };
		},
		/** The token as one run has it. */
		ofRun: () => sourceOf(false, { ...table.record }).source,
		/** The same if only one process at a time may make it, and this one has none yet. */
		exclusive: () => sourceOf(true, credentials),
	};
	const sourceOf = (isExclusive: boolean, known: ICredentialDataDecryptedObject) => {
		const { kept, access } = keptIn(table, TOKENS, known);
		const source = new RenewableToken(kept, {
			key,
			isExclusive,
			async make(isUnwanted) {
				world.makes++;
				world.isUnwanted = isUnwanted;
				await new Promise((resolve) => setTimeout(resolve, 100));
				const made = world.next();
				return isObstacle(made) ? made : { value: made, renewAt: Date.now() + HOUR };
			},
			async whyRefused() {
				world.whys++;
				return await Promise.resolve(world.why);
			},
		});
		return { source, access };
	};
	return world;
}

async function finish<T>(work: Promise<T>, within = 5 * SECOND): Promise<T> {
	void work.catch(() => undefined);
	await jest.advanceTimersByTimeAsync(within);
	return await work;
}

/** What this many items get at once. */
async function getMany(source: RenewableToken, count: number) {
	return await finish(Promise.all(Array.from({ length: count }, async () => await source.get())));
}

async function replaceMany(source: RenewableToken, rejected: string, count: number) {
	return await finish(
		Promise.all(Array.from({ length: count }, async () => await source.replace(rejected))),
	);
}

const times = <T,>(count: number, value: T) => Array.from({ length: count }, () => value);

describe('Pasted tokens', () => {
	it('A pasted token is used unchanged, even after WeChat rejects it', async () => {
		const pasted = fixedToken('T');
		expect(await pasted.get()).toBe('T');
		expect(await pasted.replace('T')).toBeUndefined();
		pasted.accepted('T');
		expect(await pasted.get()).toBe('T');
	});

	it.each([
		[' T\n', 'T'],
		['a b\r\nc', 'abc'],
		[undefined, ''],
		[7, ''],
	])('A pasted token %j loses its white space', (value, read) =>
		expect(readToken(value)).toBe(read),
	);
});

describe('Renewable tokens', () => {
	it('A token is made once for many items and runs', async () => {
		const world = worldWith();
		const runs = [world.ofRun(), world.ofRun()];
		const got = await Promise.all(runs.map(async (run) => await getMany(run, 50)));
		expect(got.flat()).toEqual(times(100, 'new1'));
		expect(world.makes).toBe(1);
	});

	it('No token is made if the credential has one', async () => {
		const world = worldWith(token('kept'));
		expect(await getMany(world.ofRun(), 3)).toEqual(times(3, 'kept'));
		expect(world.makes).toBe(0);
	});

	it('A token is replaced before it ends, without a wasted call', async () => {
		const world = worldWith(token('old', NOW + MINUTE));
		const run = world.ofRun();
		jest.setSystemTime(NOW + MINUTE - 1);
		expect(await run.get()).toBe('old');
		jest.setSystemTime(NOW + MINUTE);
		expect(await getMany(run, 5)).toEqual(times(5, 'new1'));
	});

	it('A token that was rejected for many items is replaced once', async () => {
		const world = worldWith(token('old'));
		const run = world.ofRun();
		expect(await replaceMany(run, 'old', 50)).toEqual(times(50, 'new1'));
		expect(world.makes).toBe(1);
	});

	it('An item that still had the former token gets the new one, and none is made', async () => {
		const world = worldWith(token('old'));
		const run = world.ofRun();
		await replaceMany(run, 'old', 1);
		expect(await run.replace('old')).toBe('new1');
		expect(world.makes).toBe(1);
	});

	it('A token that WeChat had accepted is replaced each time it is rejected', async () => {
		const world = worldWith(token('old'));
		const run = world.ofRun();
		await replaceMany(run, 'old', 10);
		run.accepted('new1');
		expect(await replaceMany(run, 'new1', 10)).toEqual(times(10, 'new2'));
		expect(await replaceMany(run, 'new2', 10)).toEqual(times(10, 'new3'));
		expect(world.makes).toBe(3);
	});

	it('A token is not shared with a credential that has another secret', async () => {
		const [mine, theirs] = [worldWith(), worldWith()];
		mine.next = () => 'mine';
		theirs.next = () => 'theirs';
		expect(await getMany(mine.ofRun(), 1)).toEqual(['mine']);
		expect(await getMany(theirs.ofRun(), 1)).toEqual(['theirs']);
	});

	it('A new token is in the credential a moment later', async () => {
		const world = worldWith();
		await getMany(world.ofRun(), 1);
		const { record } = world.table;
		const [[, stored]] = PLATFORM_TOKENS.read(record, originOf(record));
		expect(stored.value).toBe('new1');
	});
});

describe('Tokens of other processes', () => {
	it('A token of another process is used, and none is made', async () => {
		const world = worldWith(token('old'));
		const run = world.ofRun();
		await jest.advanceTimersByTimeAsync(10);
		world.storeElsewhere(token('theirs', undefined, 2));
		expect(await replaceMany(run, 'old', 20)).toEqual(times(20, 'theirs'));
		expect(world.makes).toBe(0);
	});

	it('A token of another process is used without waiting for a turn', async () => {
		const world = worldWith(token('theirs'));
		const { source, access } = world.exclusive();
		expect(await finish(source.get())).toBe('theirs');
		expect(access.storedAt).toStrictEqual([]);
	});

	it('A token of another process is used even if it comes while this one takes its turn', async () => {
		const world = worldWith();
		const { source, access } = world.exclusive();
		const got = finish(source.get());
		while (access.storedAt.length === 0) await jest.advanceTimersByTimeAsync(10);
		world.storeElsewhere(token('theirs', undefined, 2), world.table.record);
		expect(await got).toBe('theirs');
		expect(world.makes).toBe(0);
	});

	it('Tokens of another process are used however often they change', async () => {
		const world = worldWith(token('T0'));
		const run = world.ofRun();
		for (let n = 1; n <= 6; n++) {
			await jest.advanceTimersByTimeAsync(10);
			world.storeElsewhere(token(`T${n}`, undefined, n + 2));
			expect(await replaceMany(run, `T${n - 1}`, 5)).toEqual(times(5, `T${n}`));
		}
		expect(world.makes).toBe(0);
	});

	it('A token of another process is followed by a new one if WeChat rejects it as well', async () => {
		const world = worldWith(token('old'));
		const run = world.ofRun();
		await jest.advanceTimersByTimeAsync(10);
		world.storeElsewhere(token('theirs', undefined, 2));
		await replaceMany(run, 'old', 1);
		expect(await replaceMany(run, 'theirs', 5)).toEqual(times(5, 'new1'));
		expect(world.makes).toBe(1);
	});
});

describe('Rejected new tokens', () => {
	it('A recipe whose tokens are rejected is used twice, however many items and runs need a token', async () => {
		const world = worldWith();
		const run = world.ofRun();
		await getMany(run, 10);
		await replaceMany(run, 'new1', 10);
		expect(await replaceMany(run, 'new2', 40)).toEqual(times(40, undefined));
		const [obstacle] = await getMany(world.ofRun(), 1);
		expect(obstacle).toMatchObject({
			category: 'authorization',
			problem: expect.stringContaining('rejects every token'),
			errcode: 40001,
		});
		expect(world.makes).toBe(2);
	});

	it('A recipe whose tokens were rejected is used again by another run after a minute', async () => {
		const world = worldWith();
		const run = world.ofRun();
		await getMany(run, 1);
		await replaceMany(run, 'new1', 1);
		await replaceMany(run, 'new2', 1);
		await jest.advanceTimersByTimeAsync(MINUTE);
		expect(await getMany(world.ofRun(), 1)).toEqual(['new3']);
	});

	it('A recipe that returns the rejected token again is not used further', async () => {
		const world = worldWith();
		world.next = () => 'same';
		const run = world.ofRun();
		await getMany(run, 1);
		expect(await replaceMany(run, 'same', 20)).toEqual(times(20, undefined));
		expect(world.makes).toBe(2);
	});
});

describe('Recipes without a token', () => {
	it('A recipe that may work later is used once for all items, and again after 10 seconds', async () => {
		const world = worldWith();
		world.next = () => DOWN;
		const run = world.ofRun();
		expect(await getMany(run, 30)).toEqual(times(30, DOWN));
		expect(await getMany(run, 30)).toEqual(times(30, DOWN));
		expect(world.makes).toBe(1);
		world.next = () => 'T';
		const answeredAt = NOW + 100;
		jest.setSystemTime(answeredAt + 10 * SECOND - 1);
		expect(await getMany(run, 1)).toEqual([DOWN]);
		jest.setSystemTime(answeredAt + 10 * SECOND);
		expect(await getMany(run, 30)).toEqual(times(30, 'T'));
		expect(world.makes).toBe(2);
	});

	it.each([
		['a person has to act', REFUSED],
		['only the next day helps', { ...DOWN, retryAfter: 'nextDay' } satisfies Obstacle],
	])('A recipe is used once a run if %s', async (_, reason) => {
		const world = worldWith();
		world.next = () => reason;
		const run = world.ofRun();
		await getMany(run, 30);
		await jest.advanceTimersByTimeAsync(HOUR);
		expect(await getMany(run, 1)).toEqual([reason]);
		expect(world.makes).toBe(1);
		await getMany(world.ofRun(), 1);
		expect(world.makes).toBe(2);
	});

	it('A token of another process is used after a recipe gave none', async () => {
		const world = worldWith();
		world.next = () => REFUSED;
		const run = world.ofRun();
		await getMany(run, 1);
		world.storeElsewhere(token('theirs', undefined, 2));
		await getMany(world.ofRun(), 1);
		expect(await getMany(run, 1)).toEqual(['theirs']);
	});

	it('A recipe that throws does not block the next one', async () => {
		const world = worldWith();
		world.next = () => {
			throw new Error('broken');
		};
		const run = world.ofRun();
		await expect(finish(run.get())).rejects.toThrow('broken');
		world.next = () => 'T';
		expect(await finish(run.get())).toBe('T');
	});
});

describe('Stopped runs', () => {
	it('A run that is stopped no longer waits, and the other runs get the token', async () => {
		const world = worldWith();
		const stop = new AbortController();
		const stopped = world.ofRun().get(stop.signal);
		const other = world.ofRun().get();
		await jest.advanceTimersByTimeAsync(50);
		expect(world.makes).toBe(1);
		stop.abort();
		expect(await stopped).toBe(STOPPED);
		expect(world.isUnwanted()).toBe(false);
		expect(await finish(other)).toBe('new1');
		expect(world.makes).toBe(1);
	});

	it('A recipe learns when nobody waits for its token any more', async () => {
		const world = worldWith();
		const stop = new AbortController();
		const stopped = world.ofRun().get(stop.signal);
		await jest.advanceTimersByTimeAsync(50);
		stop.abort();
		await stopped;
		await jest.advanceTimersByTimeAsync(0);
		expect(world.isUnwanted()).toBe(true);
	});

	it('A run that joins a recipe that has given up gets a token of its own', async () => {
		const world = worldWith();
		const stop = new AbortController();
		const stopped = world.ofRun().get(stop.signal);
		await jest.advanceTimersByTimeAsync(50);
		stop.abort();
		await stopped;
		world.next = () => {
			world.next = () => 'T';
			return STOPPED;
		};
		expect(await finish(world.ofRun().get())).toBe('T');
		expect(world.makes).toBe(2);
	});

	it('No token is made for a run that is stopped at once', async () => {
		const world = worldWith();
		const stop = new AbortController();
		const stopped = world.ofRun().get(stop.signal);
		stop.abort();
		expect(await stopped).toBe(STOPPED);
		await jest.advanceTimersByTimeAsync(5 * SECOND);
		expect(world.makes).toBe(0);
	});

	it('A stopped run does not keep the next run from getting a token', async () => {
		const world = worldWith();
		const stop = new AbortController();
		const stopped = world.ofRun().get(stop.signal);
		stop.abort();
		await stopped;
		expect(await finish(world.ofRun().get())).toBe('new1');
	});

	it('A run that asks again after a stop gets a token', async () => {
		const world = worldWith();
		const stop = new AbortController();
		const run = world.ofRun();
		const stopped = run.get(stop.signal);
		stop.abort();
		expect(await stopped).toBe(STOPPED);
		expect(await finish(run.get())).toBe('new1');
	});

	it('A token leaves no listener on the signal of a run', async () => {
		const world = worldWith();
		const { signal } = new AbortController();
		const run = world.ofRun();
		for (let item = 0; item < 5; item++) {
			await finish(run.get(signal));
			await finish(run.replace(`new${item + 1}`, signal));
			run.accepted(`new${item + 2}`);
		}
		expect(getEventListeners(signal, 'abort')).toHaveLength(0);
	});
});

describe('Edited credentials', () => {
	it('A run whose credential was edited gets no new token and says so', async () => {
		const world = worldWith(token('old'));
		const run = world.ofRun();
		world.table.record = { ...world.table.record, componentAppSecret: 'edited' };
		const [obstacle] = await replaceMany(run, 'old', 1);
		expect(obstacle).toMatchObject({
			category: 'authorization',
			problem: 'The credential was changed during the run',
			whoActs: 'operator',
		});
		expect(world.makes).toBe(0);
	});
});

describe('Refused calls', () => {
	it('A token whose calls are refused is given up if a reason is found, and a run asks for the reason only once', async () => {
		const world = worldWith(token('old'));
		world.why = REFUSED;
		const source = world.ofRun();
		expect(await finish(source.get())).toBe('old');
		const many = Promise.all(Array.from({ length: 5 }, async () => await source.whyRefused('old')));
		expect(await finish(many)).toEqual(Array.from({ length: 5 }, () => REFUSED));
		expect(await finish(source.get())).toBe(REFUSED);
		expect(world).toMatchObject({ whys: 1, makes: 0 });
		expect(await finish(world.ofRun().get())).toBe('new1');
	});

	it('A token whose calls are refused stays if there is no reason, which a run asks for once', async () => {
		const world = worldWith(token('old'));
		const source = world.ofRun();
		await finish(source.get());
		for (let n = 0; n < 3; n++) expect(await finish(source.whyRefused('old'))).toBeUndefined();
		expect(await finish(source.get())).toBe('old');
		expect(world).toMatchObject({ whys: 1, makes: 0 });
	});

	it('A stopped run does not wait for the reason of a refusal', async () => {
		const world = worldWith(token('old'));
		world.why = REFUSED;
		const why = world.ofRun().whyRefused('old', AbortSignal.abort());
		expect(await finish(why)).toBeUndefined();
	});
});
