import type { ICredentialDataDecryptedObject as Data } from 'n8n-workflow';

import { keptTokensOf } from '../../../nodes/tokens/keptTokens';
import { newToken, TokenCache } from '../../../nodes/tokens/tokenCache';
import {
	AUTHORIZER_RESERVE,
	authorizerKey,
	originOf,
	PLATFORM_TOKENS,
} from '../../../nodes/tokens/tokenFields';
import { keptIn, Table } from '../table.cts';

const NOW = Date.parse('2025-03-04T05:06:40.000Z');
const SECOND = 1000;
const PLATFORM: Data = { componentAppId: 'wx0123456789abcdef', componentAppSecret: 'secret' };
const ONE = authorizerKey(originOf(PLATFORM), 'wx1');
const TWO = authorizerKey(originOf(PLATFORM), 'wx2');

beforeEach(() => jest.useFakeTimers({ now: NOW }));
afterEach(() => jest.useRealTimers());

const pass = async (milliseconds: number) => await jest.advanceTimersByTimeAsync(milliseconds);

const tokenNamed = (value: string) => newToken(value, 7200, AUTHORIZER_RESERVE);

/** What a process that starts now finds in the table. */
function foundIn(table: Table): TokenCache {
	const cache = new TokenCache();
	keptIn(table, cache);
	return cache;
}

describe('Tokens of a platform', () => {
	it('Tokens that are made within half a second share one write', async () => {
		const table = new Table(PLATFORM);
		const { kept, access } = keptIn(table);
		kept.keep(ONE, tokenNamed('first'));
		await pass(300);
		kept.keep(TWO, tokenNamed('second'));
		await pass(10 * SECOND);
		expect(access.storedAt).toHaveLength(1);
		expect([ONE, TWO].map((key) => foundIn(table).get(key))).toEqual(['first', 'second']);
	});

	it('A token that is made while others are being stored is stored afterwards', async () => {
		const table = new Table(PLATFORM, { read: 0, write: SECOND });
		const { kept, access } = keptIn(table);
		kept.keep(ONE, tokenNamed('first'));
		while (access.storedAt.length === 0) await pass(10);
		kept.keep(TWO, tokenNamed('second'));
		await pass(10 * SECOND);
		expect([ONE, TWO].map((key) => foundIn(table).get(key))).toEqual(['first', 'second']);
	});

	it('A token that was given up is in no process any more', async () => {
		const table = new Table(PLATFORM);
		const cache = new TokenCache();
		const { kept } = keptIn(table, cache);
		kept.keep(ONE, tokenNamed('first'));
		await pass(10 * SECOND);
		kept.giveUp(ONE);
		expect(cache.get(ONE)).toBeUndefined();
		await pass(10 * SECOND);
		expect(foundIn(table).get(ONE)).toBeUndefined();
	});

	it('A token that a service returns for two accounts is used for neither', () => {
		const cache = new TokenCache();
		const { kept } = keptIn(new Table(PLATFORM), cache);
		kept.keep(ONE, tokenNamed('same'));
		expect(kept.belongsToOther(ONE, 'same')).toBe(false);
		expect(kept.belongsToOther(TWO, 'another')).toBe(false);
		expect(cache.get(ONE)).toBe('same');
		expect(kept.belongsToOther(TWO, 'same')).toBe(true);
		expect(cache.get(ONE)).toBeUndefined();
	});
});

describe('Runs of one process', () => {
	const keptFor = (id: string, credentials: Data) =>
		keptTokensOf(id, PLATFORM_TOKENS, credentials, performance.now());

	it('Runs share the tokens of a credential', () => {
		const kept = keptFor('shared', PLATFORM);
		expect(keptFor('shared', { ...PLATFORM })).toBe(kept);
		expect(keptFor('other', PLATFORM)).not.toBe(kept);
	});

	it('A run with another secret has other tokens, in the same credential', () => {
		const kept = keptFor('edited', PLATFORM);
		const edited = keptFor('edited', { ...PLATFORM, componentAppSecret: 'new' });
		expect(edited).not.toBe(kept);
		expect(edited.shared).toBe(kept.shared);
		expect(kept.isEdited).toBe(true);
		expect(edited.isEdited).toBe(false);
	});

	it('A run with another platform has another credential', () => {
		const kept = keptFor('moved', PLATFORM);
		const moved = keptFor('moved', { ...PLATFORM, componentAppId: 'wxfedcba9876543210' });
		expect(moved.shared).not.toBe(kept.shared);
	});

	it('A credential that differs by item stores nothing, and makes its tokens at once', async () => {
		const kept = keptFor('', PLATFORM);
		expect(kept.shared).toBeUndefined();
		expect(kept.latest).toBe(PLATFORM);
		expect(kept.hasTurn).toBe(true);
		expect(await kept.takeTurn()).toBe(true);
		expect(await kept.whileMaking(async () => await Promise.resolve('made'))).toBe('made');
		expect(kept.keep(ONE, tokenNamed('in memory'))).toBe(true);
		await kept.settle(new Table(PLATFORM).process());
	});
});
