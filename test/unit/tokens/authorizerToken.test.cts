import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import type { AskPlatform } from '../../../nodes/tokens/authorizerInfo';
import { missingCode, toKeptCode } from '../../../nodes/tokens/keptCodes';
import { authorizerTokenRecipe } from '../../../nodes/tokens/recipes';
import { readReply } from '../../../nodes/wechat/reply';
import { keptIn, Table } from '../table.cts';

const APP_ID = 'wx00000000000000a1';
const CREDENTIALS: ICredentialDataDecryptedObject = {
	componentAppId: 'wx0123456789abcdef',
	componentAppSecret: 'secret',
};
const NOW = Date.parse('2025-03-04T05:06:40.000Z');
const TOKEN = { authorizer_access_token: 'T', expires_in: 7200 };

beforeEach(() => jest.useFakeTimers({ now: NOW }));
afterEach(() => jest.useRealTimers());

const granted = (...ids: number[]) => ids.map((id) => ({ funcscope_category: { id } }));
const info = (refreshToken: string) => ({
	authorizer_info: { nick_name: 'Tea House' },
	authorization_info: { authorizer_refresh_token: refreshToken, func_info: granted(33) },
});
const exchanged = (...ids: number[]) => ({
	authorization_info: { ...TOKEN, func_info: granted(...ids) },
});

let codes = 0;

/**
 * Makes the token while WeChat gives these answers, call by call.
 *
 * @param hasCode whether an authorization code of the account is kept
 */
async function make(
	answers: Array<[api: string, answer: object]>,
	hasCode = false,
	what: 'make' | 'whyRefused' = 'make',
) {
	const code = toKeptCode(APP_ID, `code of account ${++codes}`, undefined);
	const table = new Table(
		hasCode ? { ...CREDENTIALS, ...missingCode(CREDENTIALS, code) } : CREDENTIALS,
	);
	const left = [...answers];
	const ask: AskPlatform = async (api, body) => {
		const [expected, answer] = left.shift() ?? ['nothing more', {}];
		expect(api).toBe(expected);
		if (api !== 'api_query_auth') expect(body?.authorizer_appid).toBe(APP_ID);
		const reply = readReply(200, JSON.stringify(answer));
		return { ...reply, attempts: 1, mayHaveArrived: false };
	};
	const recipe = authorizerTokenRecipe(keptIn(table).kept, () => ask, APP_ID);
	const made = what === 'make' ? recipe.make(() => false) : recipe.whyRefused?.();
	await jest.runAllTimersAsync();
	const result = await made;
	expect(left).toStrictEqual([]);
	return result;
}

const INFO = 'api_get_authorizer_info';
const REFRESH = 'api_authorizer_token';
const EXCHANGE = 'api_query_auth';

describe('Tokens of merchants', () => {
	it("A merchant's token is made with the refresh token that WeChat returns", async () => {
		const made = await make([
			[INFO, info('R')],
			[REFRESH, TOKEN],
		]);
		expect(made).toEqual({ value: 'T', renewAt: NOW + 115 * 60_000 });
	});

	it("A merchant's token is made with the refresh token even if a code is kept", async () => {
		const answers: Parameters<typeof make>[0] = [
			[INFO, info('R')],
			[REFRESH, TOKEN],
		];
		expect(await make(answers, true)).toMatchObject({ value: 'T' });
	});

	it("A merchant's token is made by one process at a time", () => {
		const { kept } = keptIn(new Table(CREDENTIALS));
		const { key, isExclusive } = authorizerTokenRecipe(kept, jest.fn(), APP_ID);
		expect(isExclusive).toBe(true);
		expect(key).toContain(APP_ID);
	});

	it("A merchant's token comes with the exchange of the kept code if that was never exchanged", async () => {
		const made = await make(
			[
				[INFO, info('')],
				[EXCHANGE, exchanged(33)],
			],
			true,
		);
		expect(made).toMatchObject({ value: 'T' });
	});

	it("A merchant's token is made after the exchange of a code if that brings none", async () => {
		const made = await make(
			[
				[INFO, info('')],
				[EXCHANGE, exchanged(1)],
				[INFO, info('R')],
				[REFRESH, TOKEN],
			],
			true,
		);
		expect(made).toMatchObject({ value: 'T' });
	});
});

describe('Merchants without a token', () => {
	it('A merchant whose code was never exchanged has no token', async () => {
		expect(await make([[INFO, info('')]])).toMatchObject({
			category: 'authorization',
			problem: expect.stringContaining('its authorization code was never exchanged'),
		});
	});

	it('A merchant has no token while WeChat is too busy to exchange the code', async () => {
		const busy = { errcode: -1, errmsg: 'system error' };
		const made = await make(
			[
				[INFO, info('')],
				[EXCHANGE, busy],
			],
			true,
		);
		expect(made).toMatchObject({ category: 'retryLater', errcode: -1 });
	});

	it('A merchant that WeChat no longer knows after the exchange has no token', async () => {
		const gone = { errcode: 61003, errmsg: 'component is not authorized by this account' };
		const made = await make(
			[
				[INFO, info('')],
				[EXCHANGE, exchanged(1)],
				[INFO, gone],
			],
			true,
		);
		expect(made).toMatchObject({ problem: gone.errmsg, errcode: 61003 });
	});

	it("A merchant that has not authorized the platform has no token, for the reason in WeChat's words or in ours", async () => {
		const refused = (errmsg: string) => ({ errcode: 61003, errmsg });
		expect(await make([[INFO, refused('not authorized')]])).toMatchObject({
			problem: 'not authorized',
		});
		expect(await make([[INFO, refused('')]])).toMatchObject({
			problem: expect.stringMatching(/\w+ \w+/),
		});
	});

	it.each([
		{},
		{ errcode: 0, errmsg: 'ok' },
		{ authorizer_access_token: '' },
		{ authorizer_access_token: 7 },
	])('A merchant has no token if WeChat answers %j', async (answer) => {
		const made = await make([
			[INFO, info('R')],
			[REFRESH, answer],
		]);
		expect(made).toMatchObject({
			category: 'retryLater',
			problem: expect.stringContaining('does not contain'),
			hint: { en: expect.any(String) },
		});
	});

	it('A merchant has no token if WeChat refuses, even if the answer contains one', async () => {
		const made = await make([
			[INFO, info('R')],
			[REFRESH, { ...TOKEN, errcode: 61023, errmsg: 'refresh_token is invalid' }],
		]);
		expect(made).toMatchObject({ problem: 'refresh_token is invalid', errcode: 61023 });
	});
});

describe('Refused calls', () => {
	const why = async (answer: object) => await make([[INFO, answer]], false, 'whyRefused');
	const withStatus = (account_status: unknown) => ({
		...info('R'),
		authorizer_info: { nick_name: 'Tea House', account_status },
	});

	it.each([
		[14, 'cancelled'],
		[16, 'banned'],
		[19, 'frozen'],
		[99, 'other'],
		[null, undefined],
		[1, undefined],
		[18, undefined],
	])('A refusal with account_status %p has the reason %s', async (status, reason) => {
		const found = (await why(withStatus(status))) as { reason?: string } | undefined;
		expect(found?.reason).toBe(reason);
	});

	it('A refusal is explained by WeChat no longer knowing the account', async () => {
		const gone = { errcode: 61003, errmsg: 'gone' };
		expect(await why(gone)).toMatchObject({ errcode: 61003, problem: 'gone' });
	});

	it.each([{ errcode: -1, errmsg: '' }, { errcode: 45009, errmsg: '' }, {}])(
		'The answer %j explains no refusal',
		async (answer) => expect(await why(answer)).toBeUndefined(),
	);

	it('A code that was not exchanged explains no refusal', async () => {
		expect(await why(info(''))).toBeUndefined();
	});

	it("A closed account explains why WeChat returns no token, and another account gets WeChat's own answer", async () => {
		const refused = { errcode: 61003, errmsg: 'no' };
		expect(
			await make([
				[INFO, withStatus(99)],
				[REFRESH, refused],
			]),
		).toMatchObject({
			reason: 'other',
			problem: expect.stringContaining('account_status (99)'),
		});
		expect(
			await make([
				[INFO, info('R')],
				[REFRESH, refused],
			]),
		).toMatchObject({
			errcode: 61003,
			problem: 'no',
		});
	});
});
