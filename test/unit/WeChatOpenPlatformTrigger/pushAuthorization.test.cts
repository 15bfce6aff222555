import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import {
	codeOf,
	exchange,
	exchangeForItem,
	exchangeWhatIsLeft,
} from '../../../nodes/WeChatOpenPlatformTrigger/authorization';
import { missingCode, toKeptCode } from '../../../nodes/tokens/keptCodes';
import type { AskPlatform } from '../../../nodes/tokens/authorizerInfo';
import type { PlatformTokens } from '../../../nodes/tokens/platformTokens';
import { readReply } from '../../../nodes/wechat/reply';
import { keptIn, Table } from '../table.cts';

const NOW = Date.parse('2025-03-04T05:06:40.000Z');
const SECOND = 1000;
const APP_ID = 'wx00000000000000a1';
const CREDENTIALS: ICredentialDataDecryptedObject = {
	componentAppId: 'wx0123456789abcdef',
	componentAppSecret: 'secret',
};
const EXCHANGED = {
	authorization_info: {
		authorizer_access_token: 'T',
		func_info: [{ funcscope_category: { id: 33 } }],
	},
};
const INFO = { authorizer_info: { nick_name: 'Tea' } };
const BUSY = { errcode: -1, errmsg: 'busy' };

beforeEach(() => jest.useFakeTimers({ now: NOW }));
afterEach(() => jest.useRealTimers());

let codes = 0;

/** A platform that keeps a code, where WeChat answers so after so many milliseconds. */
function platformWith(
	answers: { exchange?: object; info?: object },
	{ isService = false, delay = 100 } = {},
) {
	const code = toKeptCode(APP_ID, `pushed code ${++codes}`, undefined);
	const table = new Table({ ...CREDENTIALS, ...missingCode(CREDENTIALS, code) });
	const asked: string[] = [];
	const unwanted: Array<() => boolean> = [];
	const platform = {
		isService,
		kept: keptIn(table).kept,
		asking: (isUnwanted?: () => boolean): AskPlatform => {
			if (isUnwanted) unwanted.push(isUnwanted);
			return async (api) => {
				asked.push(api);
				await new Promise((resolve) => setTimeout(resolve, delay));
				const { exchange: exchanged = EXCHANGED, info = INFO } = answers;
				const answer = api === 'api_query_auth' ? exchanged : info;
				const reply = readReply(200, JSON.stringify(answer));
				return { ...reply, attempts: 1, mayHaveArrived: false };
			};
		},
	} as unknown as PlatformTokens;
	return { platform, code, asked, unwanted, answers };
}

/** `AbortSignal.timeout` goes by the real clock; here by that of the test. */
beforeEach(() => {
	jest.spyOn(AbortSignal, 'timeout').mockImplementation((milliseconds) => {
		const controller = new AbortController();
		setTimeout(() => controller.abort(), milliseconds);
		return controller.signal;
	});
});
afterEach(() => jest.restoreAllMocks());

async function finish<T>(work: Promise<T>): Promise<T> {
	await jest.runAllTimersAsync();
	return await work;
}

describe('the code of a push', () => {
	const pushOf = (fields: Record<string, string>) =>
		codeOf({ infoType: 'authorized', createTime: 0, fields, isOfPreviousKey: false });

	it('is that of the account, and ends when the push says so', () => {
		const fields = {
			AuthorizerAppid: APP_ID,
			AuthorizationCode: 'code',
			AuthorizationCodeExpiredTime: String(NOW / SECOND + 600),
		};
		expect(pushOf(fields)).toMatchObject({
			appId: APP_ID,
			code: 'code',
			endsAt: NOW + 600 * SECOND,
		});
	});

	it('is that of a registration, which names its account in another field', () => {
		const fields = { appid: APP_ID, auth_code: 'code', status: '0' };
		expect(pushOf(fields)).toMatchObject({
			appId: APP_ID,
			code: 'code',
			endsAt: NOW + 3600 * SECOND,
		});
	});

	it('is none where the push brings none', () => {
		expect(pushOf({ AuthorizerAppid: APP_ID })).toBeUndefined();
	});
});

describe('the exchange of a code', () => {
	it('tells what was granted', async () => {
		const { platform, code } = platformWith({});
		expect(await finish(exchange(platform, code, 'en'))).toEqual({
			codeExchanged: true,
			permissionSets: [33],
			canLink: true,
			hint: 'Ready: Link can invite Mini Programs for this account.',
		});
	});

	it('is another server\u2019s where that makes the tokens', async () => {
		const { platform, code, asked } = platformWith({}, { isService: true });
		expect(await exchange(platform, code, 'en')).toMatchObject({ codeExchanged: null });
		jest.setSystemTime(NOW + 60 * SECOND);
		await finish(exchangeWhatIsLeft(platform));
		expect(asked).toStrictEqual([]);
	});

	it('that fails for now keeps the code, and says so', async () => {
		const { platform, code } = platformWith({ exchange: BUSY });
		expect(await finish(exchange(platform, code, 'en'))).toMatchObject({
			codeExchanged: false,
			hint: expect.stringContaining('The authorization code is kept'),
		});
	});

	it('that is too late says what to do, and not that the code is kept', async () => {
		const used = { errcode: 61010, errmsg: 'code is expired' };
		const { platform, code } = platformWith({ exchange: used, info: { errcode: 61003 } });
		const { hint } = await finish(exchange(platform, code, 'en'));
		expect(hint).toMatch(/^Send the merchant a new authorization link/);
		expect(hint).not.toContain('is kept');
	});

	it('that fails for now does not say that a code is kept which the push calls ended', async () => {
		const { platform } = platformWith({ exchange: BUSY });
		const ended = toKeptCode(APP_ID, `ended code ${++codes}`, NOW / SECOND - 1);
		expect(await finish(exchange(platform, ended, 'en'))).toMatchObject({
			codeExchanged: false,
			hint: expect.not.stringContaining('is kept'),
		});
	});

	it('that takes too long is not waited for', async () => {
		const { platform, code } = platformWith({}, { delay: 60 * SECOND });
		const exchanging = exchange(platform, code, 'en');
		await jest.advanceTimersByTimeAsync(8 * SECOND);
		expect(await exchanging).toMatchObject({
			codeExchanged: false,
			hint: expect.stringMatching(/^There is nothing to do/),
		});
	});
});

describe('the exchange for an item', () => {
	it('brings the name of the account along', async () => {
		const { platform, code, asked } = platformWith({});
		expect(await finish(exchangeForItem(platform, code, 'en'))).toMatchObject({
			officialAccountName: 'Tea',
			codeExchanged: true,
		});
		expect(asked).toEqual(['api_query_auth', 'api_get_authorizer_info']);
	});

	it('wants no permission set 33 of a Mini Program, and says that it cannot be linked', async () => {
		const authorization_info = { func_info: [{ funcscope_category: { id: 18 } }] };
		const authorizer_info = { nick_name: 'Orders', MiniProgramInfo: {} };
		const answers = {
			exchange: { authorization_info },
			info: { authorizer_info, authorization_info },
		};
		const { platform, code } = platformWith(answers);
		expect(await finish(exchangeForItem(platform, code, 'en'))).toEqual({
			codeExchanged: true,
			permissionSets: [18],
			canLink: false,
			accountKind: 'miniProgram',
			officialAccountName: 'Orders',
			hint: expect.stringContaining('Only Official Accounts can be linked'),
		});
	});

	it('asks for no name where the code was not exchanged', async () => {
		const { platform, code, asked } = platformWith({ exchange: BUSY });
		const item = await finish(exchangeForItem(platform, code, 'en'));
		expect(item).not.toHaveProperty('officialAccountName');
		expect(asked).toEqual(['api_query_auth']);
	});

	it('leaves the name out where WeChat does not tell it', async () => {
		const { platform, code } = platformWith({ info: { ...BUSY, ...INFO } });
		const item = await finish(exchangeForItem(platform, code, 'en'));
		expect(item).toMatchObject({ codeExchanged: true });
		expect(item).not.toHaveProperty('officialAccountName');
	});

	it('leaves the name out where it takes too long, and asks no further then', async () => {
		const { platform, code, unwanted } = platformWith({}, { delay: 5 * SECOND });
		const exchanging = exchangeForItem(platform, code, 'en');
		await jest.advanceTimersByTimeAsync(7 * SECOND);
		expect(unwanted.map((isUnwanted) => isUnwanted())).toEqual([false]);
		await jest.advanceTimersByTimeAsync(SECOND);
		const item = await exchanging;
		expect(item).toMatchObject({ codeExchanged: true });
		expect(item).not.toHaveProperty('officialAccountName');
		expect(unwanted.map((isUnwanted) => isUnwanted())).toEqual([true]);
	});
});

describe('codes that earlier pushes have left', () => {
	it('are exchanged once their own process has had its time', async () => {
		const { platform, asked } = platformWith({});
		jest.setSystemTime(NOW + 12 * SECOND);
		await finish(exchangeWhatIsLeft(platform));
		expect(asked).toStrictEqual([]);
		jest.setSystemTime(NOW + 12 * SECOND + 1);
		await finish(exchangeWhatIsLeft(platform));
		expect(asked).toEqual(['api_query_auth']);
	});

	it('are not waited for without an end', async () => {
		const { platform } = platformWith({}, { delay: 60 * SECOND });
		jest.setSystemTime(NOW + 60 * SECOND);
		let isDone = false;
		void exchangeWhatIsLeft(platform).then(() => (isDone = true));
		await jest.advanceTimersByTimeAsync(8 * SECOND);
		expect(isDone).toBe(true);
	});
});
