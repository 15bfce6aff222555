import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import type { Answer } from '../../../nodes/calls/client';
import {
	exchangeCode,
	exchangeKeptCode,
	exchangeKeptCodes,
	exchangeReturnedCode,
	giveUpFormerToken,
} from '../../../nodes/tokens/authorizationCodes';
import type { AskPlatform } from '../../../nodes/tokens/authorizerInfo';
import {
	missingCode,
	readCodes,
	withoutCode,
	type KeptCode,
} from '../../../nodes/tokens/keptCodes';
import { newToken, TokenCache } from '../../../nodes/tokens/tokenCache';
import { AUTHORIZER_RESERVE, authorizerKey, originOf } from '../../../nodes/tokens/tokenFields';
import { readReply } from '../../../nodes/wechat/reply';
import { keptIn, Table } from '../table.cts';
import { CREDENTIALS, keeping, newCode } from './codes.cts';

const NOW = Date.parse('2025-03-04T05:06:40.000Z');
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const ORIGIN = originOf(CREDENTIALS);

beforeEach(() => jest.useFakeTimers({ now: NOW }));
afterEach(() => jest.useRealTimers());

const sets = (...ids: number[]) => ids.map((id) => ({ funcscope_category: { id } }));

const EXCHANGED = {
	authorization_info: {
		authorizer_access_token: 'T',
		expires_in: 7200,
		func_info: sets(1, 33),
	},
};

/** What api_get_authorizer_info says; without a refresh token the code was never exchanged. */
const info = (refreshToken?: string) => ({
	authorization_info: { authorizer_refresh_token: refreshToken, func_info: sets(33) },
});

const refused = (errcode: number) => ({ errcode, errmsg: 'text' });

let browserCodes = 0;

/** A code that only one test's browser brings back. */
const browserCode = () => `browser code ${++browserCodes}`;

/** A platform for which WeChat gives these answers, and whose credential keeps these codes. */
function platformWith(
	answers: Partial<Record<'api_query_auth' | 'api_get_authorizer_info', object>>,
	...kept: Array<ReturnType<typeof newCode>>
) {
	const table = new Table(keeping(CREDENTIALS, ...kept));
	const asked: Array<{ api: string; code?: unknown; account?: unknown }> = [];
	const ask: AskPlatform = async (api, body) => {
		asked.push({ api, code: body?.authorization_code, account: body?.authorizer_appid });
		await new Promise((resolve) => setTimeout(resolve, 50));
		const answer = answers[api as keyof typeof answers] ?? refused(777001);
		const reply = readReply(200, JSON.stringify(answer));
		return { ...reply, attempts: 1, mayHaveArrived: false } satisfies Answer;
	};
	const cache = new TokenCache();
	const process = () => keptIn(table, cache).kept;
	const tokenOf = (appId: string) => cache.get(authorizerKey(ORIGIN, appId));
	return { table, asked, ask, kept: process(), process, tokenOf };
}

async function finish<T>(work: Promise<T>): Promise<T> {
	await jest.runAllTimersAsync();
	return await work;
}

/** Another process notes in the credential what it knows of a code. */
function noteElsewhere(table: Table, code: KeptCode): void {
	table.record = keeping(table.record, code);
}

/** Another process overwrites the credential with what it read before anything was kept. */
async function overwriteElsewhere({ table, kept }: ReturnType<typeof platformWith>): Promise<void> {
	table.record = CREDENTIALS;
	await finish(Promise.resolve(kept.shared?.refresh()));
}

const ELSEWHERE = { by: 'another process' };

const callsOf = (asked: Array<{ api: string }>, name: string) =>
	asked.filter(({ api }) => api === name).length;

describe('Codes without an account', () => {
	it('A code whose push names no account belongs to the account that WeChat names in the exchange', async () => {
		const answer = {
			authorization_info: { ...EXCHANGED.authorization_info, authorizer_appid: 'wx9' },
		};
		const code = newCode('');
		const { ask, kept, tokenOf } = platformWith({ api_query_auth: answer }, code);
		await finish(exchangeCode(kept, ask, code));
		expect(tokenOf('wx9')).toBe('T');
		expect(tokenOf('')).toBeUndefined();
	});
});

describe('Exchanges', () => {
	it('An exchange returns the grant and the token, and the code itself is no longer kept', async () => {
		const code = newCode();
		const { ask, table, kept, tokenOf } = platformWith({ api_query_auth: EXCHANGED }, code);
		expect(await finish(exchangeCode(kept, ask, code))).toMatchObject({
			permissionSets: [1, 33],
			token: { value: 'T' },
		});
		expect(tokenOf('wx1')).toBe('T');
		expect(readCodes(table.record)).toMatchObject([{ id: code.id, code: '' }]);
		expect(JSON.stringify(table.record)).not.toContain(code.code);
	});

	it('Two callers that ask for the same exchange at once cause one call', async () => {
		const code = newCode();
		const { ask, asked, kept } = platformWith({ api_query_auth: EXCHANGED }, code);
		const [one, two] = await finish(
			Promise.all([exchangeCode(kept, ask, code), exchangeCode(kept, ask, code)]),
		);
		expect(one).toMatchObject({ permissionSets: [1, 33] });
		expect(two).toEqual(one);
		expect(asked).toEqual([{ api: 'api_query_auth', code: code.code }]);
	});

	it('A code that was exchanged and noted is not exchanged again', async () => {
		const code = newCode();
		const { ask, asked, kept, process } = platformWith({ api_query_auth: EXCHANGED }, code);
		await finish(exchangeCode(kept, ask, code));
		for (const later of [kept, process()]) {
			expect(await finish(exchangeCode(later, ask, code))).toMatchObject({
				permissionSets: [1, 33],
			});
		}
		expect(asked).toHaveLength(1);
	});

	it('A code that was exchanged is not exchanged again, even if another process has overwritten the note', async () => {
		const code = newCode();
		const platform = platformWith({ api_query_auth: EXCHANGED }, code);
		const { ask, asked, kept } = platform;
		await finish(exchangeCode(kept, ask, code));
		await overwriteElsewhere(platform);
		expect(await finish(exchangeCode(kept, ask, code))).toMatchObject({ permissionSets: [1, 33] });
		expect(asked).toHaveLength(1);
	});

	it('An exchange without permission set 33 returns no token to link with', async () => {
		const code = newCode();
		const answer = {
			authorization_info: { ...EXCHANGED.authorization_info, func_info: sets(1) },
		};
		const { ask, kept, tokenOf } = platformWith({ api_query_auth: answer }, code);
		expect(await finish(exchangeCode(kept, ask, code))).toEqual({
			appId: 'wx1',
			permissionSets: [1],
		});
		expect(tokenOf('wx1')).toBeUndefined();
	});

	it.each([
		[{}, []],
		[{ authorization_info: null }, []],
		[{ authorization_info: { authorizer_access_token: '', func_info: sets(33) } }, [33]],
		[{ authorization_info: { authorizer_access_token: 7, func_info: sets(33) } }, [33]],
	])('An exchange with the answer %j returns no token', async (answer, permissionSets) => {
		const code = newCode();
		const { ask, kept, tokenOf } = platformWith({ api_query_auth: answer }, code);
		expect(await finish(exchangeCode(kept, ask, code))).toEqual({ appId: 'wx1', permissionSets });
		expect(tokenOf('wx1')).toBeUndefined();
	});

	it.each([61009, 61010])(
		'After errcode %i, a refresh token shows that another process has exchanged the code',
		async (errcode) => {
			const code = newCode();
			const { ask, table, kept } = platformWith(
				{ api_query_auth: refused(errcode), api_get_authorizer_info: info('R_canary') },
				code,
			);
			expect(await finish(exchangeCode(kept, ask, code))).toMatchObject({
				appId: 'wx1',
				permissionSets: [33],
			});
			expect(readCodes(table.record)).toMatchObject([{ code: '', permissionSets: [33] }]);
			expect(JSON.stringify(table.record)).not.toContain('R_canary');
		},
	);

	it('After errcode 61010 without a refresh token, the code is lost and no longer kept', async () => {
		const code = newCode();
		const { ask, table, kept } = platformWith(
			{ api_query_auth: refused(61010), api_get_authorizer_info: info() },
			code,
		);
		expect(await finish(exchangeCode(kept, ask, code))).toMatchObject({
			category: 'authorization',
			hint: { en: expect.stringContaining('Create Authorization URL') },
		});
		expect(readCodes(table.record)).toMatchObject([{ code: '' }]);
		expect(JSON.stringify(table.record)).not.toContain(code.code);
	});

	it('After errcode 61010, the code is lost if WeChat refuses to show the account', async () => {
		const code = newCode();
		const shown = { ...refused(61003), ...info('R') };
		const { ask, kept } = platformWith(
			{ api_query_auth: refused(61010), api_get_authorizer_info: shown },
			code,
		);
		expect(await finish(exchangeCode(kept, ask, code))).toMatchObject({
			problem: 'The authorization code was used already or is too old',
		});
	});

	it('A lost code is not exchanged again', async () => {
		const code = newCode();
		const { ask, asked, kept } = platformWith(
			{ api_query_auth: refused(61010), api_get_authorizer_info: info() },
			code,
		);
		const lost = await finish(exchangeCode(kept, ask, code));
		expect(await finish(exchangeCode(kept, ask, code))).toEqual(lost);
		expect(callsOf(asked, 'api_query_auth')).toBe(1);
	});

	it.each([
		[-1, 'retryLater'],
		[45009, 'retryLater'],
		[61004, 'authorization'],
	])(
		'After errcode %i, the code stays and is exchanged the next time',
		async (errcode, category) => {
			const code = newCode();
			const answers: Parameters<typeof platformWith>[0] = { api_query_auth: refused(errcode) };
			const { ask, table, kept } = platformWith(answers, code);
			expect(await finish(exchangeCode(kept, ask, code))).toMatchObject({ category, errcode });
			expect(readCodes(table.record)).toEqual([code]);
			answers.api_query_auth = EXCHANGED;
			expect(await finish(exchangeCode(kept, ask, code))).toMatchObject({
				permissionSets: [1, 33],
			});
		},
	);

	it('An exchange that worked does not fail because its note cannot be stored', async () => {
		const code = newCode();
		const { ask, table, kept, tokenOf } = platformWith({ api_query_auth: EXCHANGED }, code);
		table.stores.failing = Infinity;
		expect(await finish(exchangeCode(kept, ask, code))).toMatchObject({ permissionSets: [1, 33] });
		expect(tokenOf('wx1')).toBe('T');
	});
});

describe('Codes from a browser', () => {
	const NAMED = {
		authorization_info: { ...EXCHANGED.authorization_info, authorizer_appid: 'wx9' },
	};

	it('A code from a browser is stored before its exchange, and the note names the account for an hour', async () => {
		const { ask, table, asked, kept, process } = platformWith({ api_query_auth: NAMED });
		const given = browserCode();
		const working = exchangeReturnedCode(kept, ask, given);
		while (asked.length === 0) await jest.advanceTimersByTimeAsync(10);
		expect(readCodes(table.record)).toMatchObject([{ appId: '', code: given }]);
		expect(await finish(working)).toMatchObject({ appId: 'wx9', permissionSets: [1, 33] });
		expect(readCodes(table.record)).toMatchObject([
			{ appId: 'wx9', code: '', permissionSets: [1, 33] },
		]);
		jest.setSystemTime(NOW + HOUR - MINUTE);
		expect(await finish(exchangeReturnedCode(process(), ask, given))).toMatchObject({
			appId: 'wx9',
		});
		expect(asked).toHaveLength(1);
	});

	it('A code from a browser gets its account from the push that comes meanwhile', () => {
		const browser = newCode('');
		const push = { ...browser, appId: 'wx1', endsAt: browser.endsAt + MINUTE, by: 'another' };
		const { table } = platformWith({}, browser, push);
		expect(readCodes(table.record)).toEqual([{ ...push, by: browser.by }]);
		expect(missingCode(table.record, browser)).toBeUndefined();
	});

	it('A run that needs another account exchanges a code from a browser on the way, but does not use its grant', async () => {
		const [returned, own] = [newCode(''), newCode('wx1')];
		const { asked, ask, kept } = platformWith({ api_query_auth: NAMED }, returned, own);
		expect(await finish(exchangeKeptCode(kept, ask, 'wx1'))).toMatchObject({ appId: 'wx1' });
		expect(asked.map(({ code }) => code)).toContain(own.code);
	});

	it('A code from a browser stays if WeChat names no account', async () => {
		const { ask, table, kept } = platformWith({ api_query_auth: EXCHANGED });
		const given = browserCode();
		expect(await finish(exchangeReturnedCode(kept, ask, given))).toMatchObject({
			category: 'retryLater',
		});
		expect(readCodes(table.record)).toMatchObject([{ code: given }]);
	});

	it('A code from a browser does not replace codes that still need an exchange', () => {
		let record: ICredentialDataDecryptedObject = CREDENTIALS;
		const waiting = newCode('wx1', NOW / SECOND + 60);
		for (const code of [waiting, ...Array.from({ length: 510 }, () => newCode(''))]) {
			const note = code === waiting ? code : { ...code, code: '' };
			record = { ...record, ...missingCode(record, note) };
		}
		expect(readCodes(record)).toHaveLength(500);
		expect(readCodes(record)[0]).toEqual(waiting);
	});
});

describe('Codes that a run needs', () => {
	it('A run that needs a merchant exchanges the kept code', async () => {
		const [code, other] = [newCode(), newCode('wx2')];
		const { asked, ask, kept } = platformWith({ api_query_auth: EXCHANGED }, code, other);
		expect(await finish(exchangeKeptCode(kept, ask, 'wx1'))).toMatchObject({
			token: { value: 'T' },
		});
		expect(asked).toEqual([{ api: 'api_query_auth', code: code.code }]);
	});

	it('A run exchanges the code that ends last first', async () => {
		const soon = NOW / SECOND + 600;
		const [older, newer] = [newCode('wx1', soon), newCode('wx1', soon + 60)];
		const { asked, ask, kept } = platformWith({ api_query_auth: EXCHANGED }, newer, older);
		await finish(exchangeKeptCode(kept, ask, 'wx1'));
		expect(asked.map(({ code }) => code)).toEqual([newer.code]);
	});

	it('A run exchanges the next code if WeChat rejects the first', async () => {
		const soon = NOW / SECOND + 600;
		const [older, newer] = [newCode('wx1', soon), newCode('wx1', soon + 60)];
		const answers = { api_query_auth: refused(61010) as object };
		const { asked, ask, kept } = platformWith(answers, older, newer);
		const taking: typeof ask = async (api, body) => {
			if (body?.authorization_code === older.code) answers.api_query_auth = EXCHANGED;
			return await ask(api, body);
		};
		expect(await finish(exchangeKeptCode(kept, taking, 'wx1'))).toMatchObject({
			token: { value: 'T' },
		});
		const exchanges = asked.filter(({ api }) => api === 'api_query_auth');
		expect(exchanges.map(({ code }) => code)).toEqual([newer.code, older.code]);
	});

	it('A run without a kept code gets nothing', async () => {
		const { asked, ask, kept } = platformWith({ api_query_auth: EXCHANGED }, newCode('wx2'));
		expect(await finish(exchangeKeptCode(kept, ask, 'wx1'))).toBeUndefined();
		expect(asked).toStrictEqual([]);
	});

	it("The obstacle of a run is that of its own account's code", async () => {
		const [own, returned] = [newCode(), newCode('')];
		const answers = { api_query_auth: refused(-1) };
		const alone = platformWith(answers, returned);
		expect(await finish(exchangeKeptCode(alone.kept, alone.ask, 'wx1'))).toBeUndefined();
		const both = platformWith(answers, own, returned);
		expect(await finish(exchangeKeptCode(both.kept, both.ask, 'wx1'))).toMatchObject({
			category: 'retryLater',
		});
	});

	it('A run does not exchange a code again that has an outcome', async () => {
		const exchanged = withoutCode(newCode(), { permissionSets: [33] });
		const { asked, ask, kept } = platformWith({ api_query_auth: EXCHANGED }, exchanged);
		expect(await finish(exchangeKeptCode(kept, ask, 'wx1'))).toBeUndefined();
		expect(asked).toStrictEqual([]);
	});
});

describe('Codes left behind', () => {
	it('A code left behind is exchanged once the process that received it had time to do so', async () => {
		const [left, other] = [newCode(), newCode('wx2')];
		const { ask, table, asked, kept } = platformWith({ api_query_auth: EXCHANGED }, left, other);
		jest.setSystemTime(NOW + 12 * SECOND);
		await finish(exchangeKeptCodes(kept, ask, 12 * SECOND));
		expect(asked).toStrictEqual([]);
		jest.setSystemTime(NOW + 12 * SECOND + 1);
		await finish(exchangeKeptCodes(kept, ask, 12 * SECOND));
		expect(callsOf(asked, 'api_query_auth')).toBe(2);
		expect(readCodes(table.record).map(({ code }) => code)).toEqual(['', '']);
		await finish(exchangeKeptCodes(kept, ask, 12 * SECOND));
		expect(callsOf(asked, 'api_query_auth')).toBe(2);
	});

	it('A code that cannot be exchanged does not keep the others from being exchanged', async () => {
		const [first, second] = [newCode(), newCode('wx2')];
		const { ask, asked, kept } = platformWith({ api_query_auth: refused(-1) }, first, second);
		jest.setSystemTime(NOW + MINUTE);
		await finish(exchangeKeptCodes(kept, ask, 0));
		expect(callsOf(asked, 'api_query_auth')).toBe(2);
	});
});

describe('Two processes that get the same code', () => {
	it('A process uses what another one noted for the code within 3 seconds', async () => {
		const code = newCode();
		const { ask, asked, kept, table } = platformWith({}, { ...code, ...ELSEWHERE });
		const working = exchangeCode(kept, ask, code);
		await jest.advanceTimersByTimeAsync(2000);
		const grant: Partial<KeptCode> = { permissionSets: [33], accountKind: 'officialAccount' };
		noteElsewhere(table, withoutCode({ ...code, ...ELSEWHERE }, grant));
		expect(await finish(working)).toEqual({ appId: 'wx1', ...grant });
		expect(asked).toStrictEqual([]);
	});

	it('A process exchanges the code itself if another one noted nothing for 3 seconds', async () => {
		const code = newCode();
		const { ask, asked, kept } = platformWith(
			{ api_query_auth: EXCHANGED },
			{ ...code, ...ELSEWHERE },
		);
		const working = exchangeCode(kept, ask, code);
		await jest.advanceTimersByTimeAsync(2900);
		expect(asked).toStrictEqual([]);
		await jest.advanceTimersByTimeAsync(1000);
		expect(asked).toHaveLength(1);
		expect(await finish(working)).toMatchObject({ token: { value: 'T' } });
	});

	it('A code that another process left behind is exchanged at once', async () => {
		const left = { ...newCode(), ...ELSEWHERE };
		const { ask, asked, kept } = platformWith({ api_query_auth: EXCHANGED }, left);
		const working = exchangeCode(kept, ask, left);
		await jest.advanceTimersByTimeAsync(10);
		expect(asked).toHaveLength(1);
		await finish(working);
	});

	it('A code from a browser that another process has exchanged gets the outcome that it noted', async () => {
		const { ask, asked, kept, table } = platformWith({ api_query_auth: refused(61010) });
		const given = browserCode();
		const working = exchangeReturnedCode(kept, ask, given);
		while (asked.length === 0) await jest.advanceTimersByTimeAsync(10);
		const [code] = readCodes(table.record);
		noteElsewhere(table, withoutCode({ ...code, appId: 'wx1' }, { permissionSets: [33] }));
		expect(await finish(working)).toEqual({ appId: 'wx1', permissionSets: [33] });
		expect(asked).toHaveLength(1);
	});

	it('A used code from a browser gets the grant of the account that a push has named meanwhile', async () => {
		const { ask, asked, kept, table } = platformWith({
			api_query_auth: refused(61010),
			api_get_authorizer_info: info('refresh'),
		});
		const given = browserCode();
		const working = exchangeReturnedCode(kept, ask, given);
		while (asked.length === 0) await jest.advanceTimersByTimeAsync(10);
		const [code] = readCodes(table.record);
		noteElsewhere(table, { ...code, appId: 'wx1' });
		expect(await finish(working)).toMatchObject({ appId: 'wx1', permissionSets: [33] });
		expect(asked[1]).toMatchObject({ api: 'api_get_authorizer_info', account: 'wx1' });
	});

	it('A used code from a browser is lost if nobody knows its account', async () => {
		const { ask, asked, kept } = platformWith({
			api_query_auth: refused(61010),
			api_get_authorizer_info: info('refresh'),
		});
		const lost = await finish(exchangeReturnedCode(kept, ask, browserCode()));
		expect(lost).toMatchObject({ category: 'authorization', errcode: 61010 });
		expect(asked).toHaveLength(1);
	});

	it.each<[string, string | undefined, object]>([
		['has a grant', 'refresh', { appId: 'wx1', permissionSets: [33] }],
		['has none', undefined, { category: 'authorization', errcode: 61009 }],
	])(
		'If a push names the account of a lost code, WeChat shows whether the account %s',
		async (_, refreshToken, expected) => {
			const code = newCode();
			const lost = withoutCode({ ...code, appId: '' }, { errcode: 61009 });
			const answers = { api_get_authorizer_info: info(refreshToken) };
			const { ask, asked, kept } = platformWith(answers, lost);
			expect(await finish(exchangeCode(kept, ask, code))).toMatchObject(expected);
			expect(asked).toMatchObject([{ api: 'api_get_authorizer_info', account: 'wx1' }]);
		},
	);

	it('A lost code whose account was known is reported without a call', async () => {
		const code = newCode();
		const lost = withoutCode(code, { errcode: 61009 });
		const { ask, asked, kept } = platformWith({ api_get_authorizer_info: info('refresh') }, lost);
		expect(await finish(exchangeCode(kept, ask, code))).toMatchObject({ errcode: 61009 });
		expect(asked).toStrictEqual([]);
	});
});

describe('The former token of an account that authorizes again', () => {
	const withToken = (...kept: KeptCode[]) => {
		const platform = platformWith({ api_query_auth: EXCHANGED }, ...kept);
		const token = newToken('former', 7200, AUTHORIZER_RESERVE);
		platform.kept.keep(authorizerKey(ORIGIN, 'wx1'), token);
		return platform;
	};

	it('The former token is given up if the push has no code', () => {
		const { kept, tokenOf } = withToken();
		giveUpFormerToken(kept, 'wx1');
		expect(tokenOf('wx1')).toBeUndefined();
	});

	it.each<[string, (code: KeptCode) => KeptCode[]]>([
		['nobody keeps', () => []],
		['this process keeps', (code) => [code]],
	])('The former token is given up for a code that %s', (_, known) => {
		const code = newCode();
		const { kept, tokenOf } = withToken(...known(code));
		giveUpFormerToken(kept, 'wx1', code);
		expect(tokenOf('wx1')).toBeUndefined();
	});

	it.each<[string, (code: KeptCode) => KeptCode]>([
		['another process exchanges', (code) => ({ ...code, ...ELSEWHERE })],
		['was exchanged', (code) => withoutCode(code, { permissionSets: [33] })],
	])('The former token stays for a code that %s', (_, known) => {
		const code = newCode();
		const { kept, tokenOf } = withToken(known(code));
		giveUpFormerToken(kept, 'wx1', code);
		expect(tokenOf('wx1')).toBe('former');
	});

	it('The token of an exchange stays, however late the push with the same code comes', async () => {
		const code = newCode();
		const platform = withToken(code);
		const { ask, kept, tokenOf } = platform;
		const working = exchangeCode(kept, ask, code);
		giveUpFormerToken(kept, 'wx1', code);
		expect(tokenOf('wx1')).toBe('former');
		await finish(working);
		await overwriteElsewhere(platform);
		giveUpFormerToken(kept, 'wx1', code);
		expect(tokenOf('wx1')).toBe('T');
	});
});
