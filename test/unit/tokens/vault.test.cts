import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import { authorizerKey, originOf, PLATFORM_SHELF } from '../../../nodes/tokens/platformShelf';
import type { Token } from '../../../nodes/tokens/token';
import { TokenCache } from '../../../nodes/tokens/tokenCache';
import { Vault } from '../../../nodes/tokens/vault';
import { vaultOf } from '../../../nodes/tokens/vaults';
import { Table, type Process } from '../table.cts';

const NOW = Date.parse('2025-03-04T05:06:40.000Z');
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const CREDENTIALS: ICredentialDataDecryptedObject = {
	componentAppId: 'wx0123456789abcdef',
	componentAppSecret: 'secret',
	apiBaseUrl: 'https://api.weixin.qq.com',
};
const ORIGIN = originOf(CREDENTIALS);
const keyOf = (appId: string) => authorizerKey(ORIGIN, appId);

beforeEach(() => jest.useFakeTimers({ now: NOW }));
afterEach(() => jest.useRealTimers());

const token = (value: string, madeAt = Date.now()): Token => ({
	value,
	madeAt,
	renewAt: madeAt + HOUR,
});

/** A process with its own memory, and what it needs to get at the table. */
function processOf(table: Table): { vault: Vault; cache: TokenCache; access: Process } {
	const cache = new TokenCache();
	return {
		vault: new Vault(PLATFORM_SHELF, cache, { ...table.record }),
		cache,
		access: table.process(),
	};
}

/** The merchants' tokens in a table, by appid. */
function inTable({ record }: Table): Record<string, string> {
	const prefix = `${ORIGIN}/`;
	return Object.fromEntries(
		[...PLATFORM_SHELF.read(record)].map(([key, { value }]) => [key.slice(prefix.length), value]),
	);
}

async function finish<T>(work: Promise<T>): Promise<T> {
	await jest.runAllTimersAsync();
	return await work;
}

/** Lets no more time pass than that. */
async function finishWithin<T>(milliseconds: number, work: Promise<T>): Promise<T> {
	await jest.advanceTimersByTimeAsync(milliseconds);
	return await work;
}

describe('a new token', () => {
	it('is there at once, and within a moment for the other processes', async () => {
		const table = new Table(CREDENTIALS, { read: 5, write: 20 });
		const [mine, theirs] = [processOf(table), processOf(table)];
		expect(mine.vault.keep(mine.access, keyOf('a'), token('T'))).toBe(true);
		expect(mine.cache.get(keyOf('a'))).toBe('T');
		await jest.advanceTimersByTimeAsync(500);
		const looked = theirs.vault.look(theirs.access);
		await jest.advanceTimersByTimeAsync(10);
		expect(await looked).toBe(true);
		expect(theirs.cache.get(keyOf('a'))).toBe('T');
	});

	it('is stored together with those that came at the same time', async () => {
		const table = new Table(CREDENTIALS);
		const { vault, access } = processOf(table);
		for (let n = 0; n < 100; n++) vault.keep(access, keyOf(`wx${n}`), token(`T${n}`));
		await jest.runAllTimersAsync();
		expect(Object.keys(inTable(table))).toHaveLength(100);
		expect(access.storedAt).toHaveLength(1);
	});

	it('that came while the others were being stored follows them', async () => {
		const table = new Table(CREDENTIALS, { read: 50, write: 200 });
		const { vault, access } = processOf(table);
		vault.keep(access, keyOf('a'), token('A'));
		await jest.advanceTimersByTimeAsync(400);
		expect(access.storedAt).toHaveLength(1);
		vault.keep(access, keyOf('b'), token('B'));
		vault.keep(access, keyOf('a'), token('A2'));
		await jest.runAllTimersAsync();
		expect(inTable(table)).toEqual({ a: 'A2', b: 'B' });
	});

	it('that was rejected before is not kept, and not stored', async () => {
		const table = new Table(CREDENTIALS);
		const { vault, cache, access } = processOf(table);
		cache.reject(keyOf('a'), 'T');
		expect(vault.keep(access, keyOf('a'), token('T'))).toBe(false);
		await jest.runAllTimersAsync();
		expect(access.storedAt).toStrictEqual([]);
	});

	it('does not take the place of one that another process has made later', async () => {
		const table = new Table(CREDENTIALS);
		const [mine, theirs] = [processOf(table), processOf(table)];
		theirs.vault.keep(theirs.access, keyOf('a'), token('later', NOW + 10));
		mine.vault.keep(mine.access, keyOf('a'), token('earlier', NOW));
		await jest.runAllTimersAsync();
		expect(inTable(table)).toEqual({ a: 'later' });
		expect(mine.cache.get(keyOf('a'))).toBe('later');
	});

	it('lies beside what others have changed in the credential meanwhile', async () => {
		const table = new Table(CREDENTIALS);
		const { vault, access } = processOf(table);
		table.record = { ...CREDENTIALS, componentVerifyTicket: 'new', messageToken: 'm' };
		vault.keep(access, keyOf('a'), token('T'));
		await jest.runAllTimersAsync();
		expect(table.record).toMatchObject({ componentVerifyTicket: 'new', messageToken: 'm' });
		expect(inTable(table)).toEqual({ a: 'T' });
	});

	it('can be stored at once, at the end of a run', async () => {
		const table = new Table(CREDENTIALS);
		const { vault, access } = processOf(table);
		vault.keep(access, keyOf('a'), token('T'));
		await vault.settle(access);
		expect(Date.now()).toBe(NOW);
		expect(inTable(table)).toEqual({ a: 'T' });
		await vault.settle(access);
		expect(access.storedAt).toHaveLength(1);
		expect(access.readAt).toHaveLength(1);
	});
});

describe('a token beside one that is stored already', () => {
	it('is stored at once at the end of a run', async () => {
		const table = new Table(CREDENTIALS);
		const { vault, access } = processOf(table);
		vault.keep(access, keyOf('a'), token('A'));
		await vault.settle(access);
		vault.keep(access, keyOf('b'), token('B'));
		await vault.settle(access);
		expect(Date.now()).toBe(NOW);
		expect(inTable(table)).toEqual({ a: 'A', b: 'B' });
	});

	it('is stored at once also while another process stores its own', async () => {
		const tokenMaker = JSON.stringify({ maker: { by: 'another', at: NOW - 1000 } });
		const table = new Table({ ...CREDENTIALS, tokenMaker });
		const { vault, access } = processOf(table);
		vault.keep(access, keyOf('a'), token('A'));
		await jest.advanceTimersByTimeAsync(250);
		expect(inTable(table)).toEqual({ a: 'A' });
	});

	it('is looked for a second after it was stored, and not before', async () => {
		const table = new Table(CREDENTIALS);
		const { vault, access } = processOf(table);
		vault.keep(access, keyOf('a'), token('A'));
		await jest.advanceTimersByTimeAsync(500);
		vault.keep(access, keyOf('b'), token('B'));
		table.record = { ...CREDENTIALS };
		await jest.advanceTimersByTimeAsync(250);
		expect(inTable(table)).toEqual({ b: 'B' });
		await jest.advanceTimersByTimeAsync(500);
		expect(inTable(table)).toEqual({ a: 'A', b: 'B' });
		expect(access.storedAt.map((at) => at - NOW)).toEqual([250, 750, 1250]);
	});
});

describe('a stored token that another process\u2019s write has taken out of the credential', () => {
	it('is stored again', async () => {
		const table = new Table(CREDENTIALS);
		const { vault, access } = processOf(table);
		vault.keep(access, keyOf('a'), token('T'));
		await jest.advanceTimersByTimeAsync(500);
		expect(inTable(table)).toEqual({ a: 'T' });
		table.record = { ...CREDENTIALS, messageToken: 'theirs' };
		await jest.runAllTimersAsync();
		expect(inTable(table)).toEqual({ a: 'T' });
		expect(table.record.messageToken).toBe('theirs');
	});

	it('is not stored again where a newer one stands there', async () => {
		const table = new Table(CREDENTIALS);
		const { vault, access } = processOf(table);
		vault.keep(access, keyOf('a'), token('T'));
		await jest.advanceTimersByTimeAsync(500);
		const newer = new Map([[keyOf('a'), token('newer')]]);
		table.record = { ...CREDENTIALS, ...PLATFORM_SHELF.write(CREDENTIALS, newer) };
		await jest.runAllTimersAsync();
		expect(inTable(table)).toEqual({ a: 'newer' });
		expect(access.storedAt).toHaveLength(1);
	});

	it('is stored again only once no other process is storing its own', async () => {
		const table = new Table(CREDENTIALS);
		const { vault, access } = processOf(table);
		vault.keep(access, keyOf('a'), token('T'));
		await jest.advanceTimersByTimeAsync(500);
		for (let second = 0; second < 10; second++) {
			const tokenMaker = JSON.stringify({ maker: { by: 'another', at: Date.now() } });
			table.record = { ...CREDENTIALS, tokenMaker };
			await jest.advanceTimersByTimeAsync(SECOND);
		}
		expect(access.storedAt).toHaveLength(1);
		await jest.runAllTimersAsync();
		expect(access.storedAt).toHaveLength(2);
		expect(inTable(table)).toEqual({ a: 'T' });
	});

	it('is not fought for without an end', async () => {
		const table = new Table(CREDENTIALS);
		const { vault, access } = processOf(table);
		vault.keep(access, keyOf('a'), token('T'));
		for (let time = 0; time < MINUTE; time += 100) {
			await jest.advanceTimersByTimeAsync(100);
			table.record = { ...CREDENTIALS };
		}
		expect(access.storedAt.length).toBeGreaterThan(1);
		expect(access.storedAt.length).toBeLessThanOrEqual(5);
	});
});

describe('a database that fails', () => {
	it.each([
		['once to store', { failingStores: 1 }],
		['twice to store', { failingStores: 2 }],
		['once to read', { failingReads: 1 }],
		['for a while', { failingReads: 2, failingStores: 3 }],
	])('%s gets the token a moment later', async (_, failing) => {
		const table = Object.assign(new Table(CREDENTIALS), failing);
		const { vault, access } = processOf(table);
		vault.keep(access, keyOf('a'), token('T'));
		await jest.runAllTimersAsync();
		expect(inTable(table)).toEqual({ a: 'T' });
		expect(access.warnings).toStrictEqual([]);
	});

	it('for good is told once, and the token stays in memory', async () => {
		const table = Object.assign(new Table(CREDENTIALS), { failingStores: Infinity });
		const { vault, cache, access } = processOf(table);
		vault.keep(access, keyOf('a'), token('a_canary'));
		await jest.runAllTimersAsync();
		expect(access.warnings).toHaveLength(1);
		expect(access.warnings[0]).toContain('could not be stored in the credential');
		expect(access.warnings[0]).not.toContain('canary');
		expect(cache.get(keyOf('a'))).toBe('a_canary');
		expect(access.storedAt).toHaveLength(10 * 2);
	});

	it('when it is only looked at has nothing new to tell', async () => {
		const table = Object.assign(new Table(CREDENTIALS), { failingReads: 1 });
		const { vault, access } = processOf(table);
		expect(await finish(vault.look(access))).toBe(true);
	});

	it('does not keep the changes that follow from being made', async () => {
		const table = Object.assign(new Table(CREDENTIALS), { failingStores: 2 });
		const { vault, access } = processOf(table);
		const failed = vault.change(access, () => ({ messageToken: '1' }));
		const next = vault.change(access, () => ({ messageToken: '2' }));
		await jest.runAllTimersAsync();
		expect([await failed, await next]).toEqual([false, true]);
		expect(table.record.messageToken).toBe('2');
	});
});

describe('a change of the credential', () => {
	it('is made of what it holds right before, also when many come at once', async () => {
		const table = new Table({ ...CREDENTIALS, count: 0 }, { read: 10, write: 30 });
		const { vault, access } = processOf(table);
		const changes = Array.from(
			{ length: 20 },
			async () =>
				await vault.change(access, (credentials) => ({ count: Number(credentials.count) + 1 })),
		);
		expect(await finish(Promise.all(changes))).toEqual(Array.from({ length: 20 }, () => true));
		expect(table.record.count).toBe(20);
		expect(vault.latest.count).toBe(20);
	});

	it('is made though the database could not be read for a moment', async () => {
		const table = Object.assign(new Table(CREDENTIALS), { failingReads: 1 });
		const { vault, access } = processOf(table);
		expect(await finish(vault.change(access, () => ({ messageToken: '1' })))).toBe(true);
		expect(table.record.messageToken).toBe('1');
		expect(Date.now() - NOW).toBe(500);
	});

	it('that turns out to be none stores nothing', async () => {
		const table = new Table(CREDENTIALS);
		const { vault, access } = processOf(table);
		expect(await vault.change(access, () => undefined)).toBe(true);
		expect(access.storedAt).toStrictEqual([]);
	});

	it('that fails in itself changes nothing and is told', async () => {
		const table = new Table(CREDENTIALS);
		const { vault, access } = processOf(table);
		const failing = () => {
			throw new Error('no');
		};
		expect(await finish(vault.change(access, failing))).toBe(false);
		expect(table.record).toEqual(CREDENTIALS);
	});
});

describe('the turn of a process', () => {
	it('is kept for as long as a token takes, by a note each second', async () => {
		const table = new Table(CREDENTIALS);
		const [mine, theirs] = [processOf(table), processOf(table)];
		expect(await finish(mine.vault.takeTurn(mine.access))).toBe(true);
		const claimed = mine.access.storedAt.length;
		const slow = mine.vault.whileMaking(
			mine.access,
			async () => await new Promise<void>((resolve) => setTimeout(resolve, 10 * SECOND)),
		);
		for (let second = 0; second < 9; second++) {
			await jest.advanceTimersByTimeAsync(SECOND);
			expect(await finishWithin(SECOND / 10, theirs.vault.takeTurn(theirs.access))).toBe(false);
		}
		await finish(slow);
		const notes = mine.access.storedAt.length - claimed;
		expect(notes).toBeGreaterThanOrEqual(7);
		expect(notes).toBeLessThanOrEqual(10);
	});

	it('needs no note once nothing is made any more', async () => {
		const table = new Table(CREDENTIALS);
		const { vault, access } = processOf(table);
		await finish(vault.takeTurn(access));
		const claimed = access.storedAt.length;
		await vault.whileMaking(access, async () => {
			await Promise.resolve();
			vault.keep(access, keyOf('a'), token('T'));
		});
		await jest.runAllTimersAsync();
		expect(access.storedAt).toHaveLength(claimed + 1);
	});

	it('that it has is not claimed again', async () => {
		const table = new Table(CREDENTIALS);
		const { vault, access } = processOf(table);
		await finish(vault.takeTurn(access));
		const claimed = access.storedAt.length;
		expect(await vault.takeTurn(access)).toBe(true);
		expect(access.storedAt).toHaveLength(claimed);
	});
});

describe('a credential that was edited', () => {
	const EDITED = { ...CREDENTIALS, componentAppSecret: 'other' };

	it('is neither read from nor written to by what was made from the former one', async () => {
		const table = new Table(CREDENTIALS);
		const { vault, cache, access } = processOf(table);
		const origin = originOf(EDITED);
		const theirs = PLATFORM_SHELF.write(
			EDITED,
			new Map([[authorizerKey(origin, 'b'), token('B')]]),
		);
		table.record = { ...EDITED, ...theirs };
		const before = { ...table.record };
		vault.keep(access, keyOf('a'), token('T'));
		expect(await finish(vault.look(access))).toBe(false);
		expect(await finish(vault.change(access, () => ({ messageToken: 'x' })))).toBe(false);
		await finish(vault.settle(access));
		expect(table.record).toEqual(before);
		expect(cache.get(keyOf('b'))).toBeUndefined();
		expect(cache.get(authorizerKey(origin, 'b'))).toBeUndefined();
		expect(vault.latest).toEqual(CREDENTIALS);
	});

	it('has a vault of its own, and the former one back when it is edited back', () => {
		const cache = new TokenCache();
		const first = vaultOf('1', PLATFORM_SHELF, cache, CREDENTIALS);
		expect(vaultOf('1', PLATFORM_SHELF, cache, EDITED)).not.toBe(first);
		expect(vaultOf('1', PLATFORM_SHELF, cache, { ...CREDENTIALS, messageToken: 'm' })).toBe(first);
		expect(first.latest.messageToken).toBe('m');
		expect(vaultOf('2', PLATFORM_SHELF, cache, CREDENTIALS)).not.toBe(first);
	});

	it('is forgotten once 200 others were used since', () => {
		const cache = new TokenCache();
		const use = (id: string) => vaultOf(`many ${id}`, PLATFORM_SHELF, cache, CREDENTIALS);
		const useOthers = (from: number, count: number) => {
			for (let n = from; n < from + count; n++) use(String(n));
		};
		const first = use('first');
		useOthers(0, 199);
		expect(use('first')).toBe(first);
		useOthers(200, 199);
		expect(use('first')).toBe(first);
		useOthers(400, 200);
		expect(use('first')).not.toBe(first);
	});
});

describe('a look into the credential', () => {
	it('takes over what others have made', async () => {
		const table = new Table(CREDENTIALS);
		const { vault, cache, access } = processOf(table);
		table.record = {
			...CREDENTIALS,
			...PLATFORM_SHELF.write(CREDENTIALS, new Map([[keyOf('a'), token('T')]])),
		};
		await finish(vault.look(access));
		expect(cache.get(keyOf('a'))).toBe('T');
	});

	it('is taken at most twice a second, however many ask, and each sees what was stored when it asked', async () => {
		const table = new Table(CREDENTIALS, { read: 30, write: 0 });
		const { vault, access } = processOf(table);
		const lag: number[] = [];
		for (let time = 0; time < 5 * SECOND; time += 10) {
			const askedAt = Date.now();
			void vault.look(access).then(() => {
				const readFrom = access.readAt.filter((at) => at + 30 <= Date.now()).at(-1) ?? 0;
				lag.push(readFrom - askedAt);
			});
			await jest.advanceTimersByTimeAsync(10);
		}
		await jest.runAllTimersAsync();
		expect(lag).toHaveLength(500);
		expect(Math.min(...lag)).toBeGreaterThanOrEqual(0);
		expect(access.readAt.length).toBeLessThanOrEqual(12);
		const gaps = access.readAt.slice(1).map((at, n) => at - access.readAt[n]);
		expect(Math.min(...gaps)).toBeGreaterThanOrEqual(500);
	});

	it.each([-HOUR, HOUR])('is not kept waiting by a clock that was put by %i ms', async (shift) => {
		const table = new Table(CREDENTIALS);
		const { vault, access } = processOf(table);
		await finish(vault.look(access));
		jest.setSystemTime(NOW + shift);
		const looked = vault.look(access);
		await jest.advanceTimersByTimeAsync(500);
		expect(await looked).toBe(true);
		expect(access.readAt).toHaveLength(2);
	});
});

describe('a token that is given up', () => {
	it('is gone here and, once stored, for the others; older ones do not come back', async () => {
		const table = new Table(CREDENTIALS);
		const [mine, theirs] = [processOf(table), processOf(table)];
		mine.vault.keep(mine.access, keyOf('a'), token('T'));
		await jest.runAllTimersAsync();
		await finish(theirs.vault.look(theirs.access));
		expect(theirs.cache.get(keyOf('a'))).toBe('T');

		jest.setSystemTime(NOW + MINUTE);
		await mine.vault.change(mine.access, (credentials) =>
			mine.vault.giveUp(mine.access, credentials, keyOf('a')),
		);
		expect(mine.cache.get(keyOf('a'))).toBeUndefined();
		await finish(theirs.vault.look(theirs.access));
		expect(theirs.cache.get(keyOf('a'))).toBeUndefined();
		expect(inTable(table)).toEqual({ a: '' });
	});

	it('makes place for a new one', async () => {
		const table = new Table(CREDENTIALS);
		const { vault, cache, access } = processOf(table);
		await vault.change(access, (credentials) => vault.giveUp(access, credentials, keyOf('a')));
		vault.keep(access, keyOf('a'), token('T'));
		await jest.runAllTimersAsync();
		expect(cache.get(keyOf('a'))).toBe('T');
		expect(inTable(table)).toEqual({ a: 'T' });
	});

	it('is given up also where it was still to be stored', async () => {
		const table = new Table(CREDENTIALS);
		const { vault, access } = processOf(table);
		vault.keep(access, keyOf('a'), token('T'));
		await vault.change(access, (credentials) => vault.giveUp(access, credentials, keyOf('a')));
		await jest.runAllTimersAsync();
		expect(inTable(table)).toEqual({ a: '' });
	});
});
