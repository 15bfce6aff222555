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
 * Makes the token where WeChat answers this, call by call.
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

describe('the token of a merchant', () => {
	it('is made with the refresh token that WeChat keeps', async () => {
		const made = await make([
			[INFO, info('R')],
			[REFRESH, TOKEN],
		]);
		expect(made).toEqual({ value: 'T', renewAt: NOW + 115 * 60_000 });
	});

	it('is made with the refresh token also where a code is kept', async () => {
		const answers: Parameters<typeof make>[0] = [
			[INFO, info('R')],
			[REFRESH, TOKEN],
		];
		expect(await make(answers, true)).toMatchObject({ value: 'T' });
	});

	it('is made by one process at a time', () => {
		const { kept } = keptIn(new Table(CREDENTIALS));
		const { key, isExclusive } = authorizerTokenRecipe(kept, jest.fn(), APP_ID);
		expect(isExclusive).toBe(true);
		expect(key).toContain(APP_ID);
	});

	it('comes with the code that is kept, where that was never exchanged', async () => {
		const made = await make(
			[
				[INFO, info('')],
				[EXCHANGE, exchanged(33)],
			],
			true,
		);
		expect(made).toMatchObject({ value: 'T' });
	});

	it('is made after the exchange of a code that brings none', async () => {
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

describe('there is no token of a merchant', () => {
	it('who authorized while nobody exchanged the code', async () => {
		expect(await make([[INFO, info('')]])).toMatchObject({
			category: 'authorization',
			problem: expect.stringContaining('its authorization code was never exchanged'),
		});
	});

	it('whose code WeChat is too busy to exchange', async () => {
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

	it('of whom WeChat knows nothing any more after the exchange', async () => {
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

	it('who does not authorize the platform, in WeChat\u2019s words or those of the table', async () => {
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
	])('where WeChat answers %j', async (answer) => {
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

	it('where WeChat refuses it, though the answer holds one', async () => {
		const made = await make([
			[INFO, info('R')],
			[REFRESH, { ...TOKEN, errcode: 61023, errmsg: 'refresh_token is invalid' }],
		]);
		expect(made).toMatchObject({ problem: 'refresh_token is invalid', errcode: 61023 });
	});
});

describe('why WeChat refuses the calls of a merchant', () => {
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
	])('with account_status %p is: %s', async (status, reason) => {
		const found = (await why(withStatus(status))) as { reason?: string } | undefined;
		expect(found?.reason).toBe(reason);
	});

	it('is that WeChat does not know of it any more', async () => {
		const gone = { errcode: 61003, errmsg: 'gone' };
		expect(await why(gone)).toMatchObject({ errcode: 61003, problem: 'gone' });
	});

	it.each([{ errcode: -1, errmsg: '' }, { errcode: 45009, errmsg: '' }, {}])(
		'is not told by %j',
		async (answer) => expect(await why(answer)).toBeUndefined(),
	);

	it('is not a code that was not exchanged', async () => {
		expect(await why(info(''))).toBeUndefined();
	});

	it('stands in the way of a token, too', async () => {
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
