import type { ICredentialDataDecryptedObject as Data } from 'n8n-workflow';

import { keptTokensOf } from '../../../nodes/tokens/keptTokens';
import { newToken, TokenCache } from '../../../nodes/tokens/tokenCache';
import {
	ACCOUNT_TOKEN,
	AUTHORIZER_RESERVE,
	authorizerKey,
	originOf,
	PLATFORM_TOKENS,
	serviceKey,
	tokenServiceOrigin,
} from '../../../nodes/tokens/tokenFields';
import { keptIn, Table } from '../table.cts';

const NOW = Date.parse('2025-03-04T05:06:40.000Z');
const SECOND = 1000;
const PLATFORM: Data = { componentAppId: 'wx0123456789abcdef', componentAppSecret: 'secret' };
const SERVICE: Data = {
	tokenServiceUrl: 'https://tokens.example.com',
	tokenServiceHeaderName: 'X-Key',
	tokenServiceHeaderValue: 'canary',
	apiBaseUrl: 'https://api.weixin.qq.com',
};
const ONE = authorizerKey(originOf(PLATFORM), 'wx1');
const TWO = authorizerKey(originOf(PLATFORM), 'wx2');

beforeEach(() => jest.useFakeTimers({ now: NOW }));
afterEach(() => jest.useRealTimers());

const pass = async (milliseconds: number) => await jest.advanceTimersByTimeAsync(milliseconds);

const tokenNamed = (value: string) => newToken(value, 7200, AUTHORIZER_RESERVE);

/** What a process that starts now finds in the table. */
function foundIn(table: Table, fields = PLATFORM_TOKENS): TokenCache {
	const cache = new TokenCache();
	keptIn(table, cache, undefined, fields);
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

describe("The token of a single account's service", () => {
	const ofService = (table: Table) => keptIn(table, new TokenCache(), undefined, ACCOUNT_TOKEN);
	const tokenIn = (record: Data) =>
		foundIn(new Table(record), ACCOUNT_TOKEN).get(serviceKey(tokenServiceOrigin(record)));

	/** A credential that keeps the token of its service. */
	async function recordWithToken(): Promise<Data> {
		const table = new Table(SERVICE);
		const { kept } = ofService(table);
		kept.keep(serviceKey(kept.origin), tokenNamed('T'));
		await pass(10 * SECOND);
		return table.record;
	}

	it('The credential keeps the token for other processes', async () => {
		const record = await recordWithToken();
		expect(record.authorizerAccessToken).toBe('T');
		expect(tokenIn(record)).toBe('T');
	});

	it.each(Object.keys(SERVICE))('The kept token is not used after %s was edited', async (field) => {
		expect(tokenIn({ ...(await recordWithToken()), [field]: 'https://other' })).toBeUndefined();
	});

	it.each(['', 7, null, undefined])(
		'The value %j is not a token',
		async (authorizerAccessToken) => {
			const record = { ...(await recordWithToken()), authorizerAccessToken } as Data;
			expect(tokenIn(record)).toBeUndefined();
		},
	);

	it('A kept token that has ended is not used', async () => {
		const record = await recordWithToken();
		jest.setSystemTime(NOW + 2 * 3600 * SECOND);
		expect(tokenIn(record)).toBeUndefined();
	});

	it('The kept token is replaced by a newer one, and by nothing else', async () => {
		const record = await recordWithToken();
		const origin = tokenServiceOrigin(record);
		const key = serviceKey(origin);
		const [[, known]] = ACCOUNT_TOKEN.read(record, origin);
		const next = { ...known, value: 'next', serial: known.serial + 1 };
		const missing = (given: string, token: typeof known) =>
			ACCOUNT_TOKEN.missing(record, origin, new Map([[given, token]]));
		expect(missing(key, next)).toMatchObject({ authorizerAccessToken: 'next' });
		expect(missing(key, known)).toBeUndefined();
		expect(missing(ONE, next)).toBeUndefined();
		expect(ACCOUNT_TOKEN.missing(SERVICE, origin, new Map([[key, known]]))).toMatchObject({
			authorizerAccessToken: 'T',
		});
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
