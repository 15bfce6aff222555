import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import {
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

/** A platform that keeps a code. WeChat gives these answers after this many milliseconds. */
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

/** `AbortSignal.timeout` uses the real clock; here it uses the test's. */
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

describe('The exchange of a code', () => {
	it('No code is exchanged here if another server makes the tokens', async () => {
		const { platform, code, asked } = platformWith({}, { isService: true });
		expect(await exchange(platform, code, 'en')).toMatchObject({ codeExchanged: null });
		jest.setSystemTime(NOW + 60 * SECOND);
		await finish(exchangeWhatIsLeft(platform));
		expect(asked).toStrictEqual([]);
	});

	it('If the exchange fails for now, the code is kept and the item says so', async () => {
		const { platform, code } = platformWith({ exchange: BUSY });
		expect(await finish(exchange(platform, code, 'en'))).toMatchObject({
			codeExchanged: false,
			hint: expect.stringContaining('The authorization code is kept'),
		});
	});

	it('If the exchange is too late, the item says what to do, and not that the code is kept', async () => {
		const used = { errcode: 61010, errmsg: 'code is expired' };
		const { platform, code } = platformWith({ exchange: used, info: { errcode: 61003 } });
		const { hint } = await finish(exchange(platform, code, 'en'));
		expect(hint).toMatch(/^Send the merchant a new authorization link/);
		expect(hint).not.toContain('is kept');
	});

	it('If the exchange of an expired code fails for now, the item does not say that the code is kept', async () => {
		const { platform } = platformWith({ exchange: BUSY });
		const ended = toKeptCode(APP_ID, `ended code ${++codes}`, NOW / SECOND - 1);
		expect(await finish(exchange(platform, ended, 'en'))).toMatchObject({
			codeExchanged: false,
			hint: expect.not.stringContaining('is kept'),
		});
	});

	it('The item of an authorization does not wait for an exchange that takes too long', async () => {
		const { platform, code } = platformWith({}, { delay: 60 * SECOND });
		const exchanging = exchange(platform, code, 'en');
		await jest.advanceTimersByTimeAsync(8 * SECOND);
		expect(await exchanging).toMatchObject({
			codeExchanged: false,
			hint: expect.stringMatching(/^There is nothing to do/),
		});
	});
});

describe('The exchange for an item', () => {
	it('The name of the account is not requested if the code was not exchanged', async () => {
		const { platform, code, asked } = platformWith({ exchange: BUSY });
		const item = await finish(exchangeForItem(platform, code, 'en'));
		expect(item).not.toHaveProperty('officialAccountName');
		expect(asked).toEqual(['api_query_auth']);
	});

	it('The name of the account is left out if it takes too long, and no further call is made for it', async () => {
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

describe('Codes that earlier pushes have left', () => {
	it('A code that was left is exchanged once its own process has had its time', async () => {
		const { platform, asked } = platformWith({});
		jest.setSystemTime(NOW + 12 * SECOND);
		await finish(exchangeWhatIsLeft(platform));
		expect(asked).toStrictEqual([]);
		jest.setSystemTime(NOW + 12 * SECOND + 1);
		await finish(exchangeWhatIsLeft(platform));
		expect(asked).toEqual(['api_query_auth']);
	});

	it('The wait for the exchange of codes that were left is limited', async () => {
		const { platform } = platformWith({}, { delay: 60 * SECOND });
		jest.setSystemTime(NOW + 60 * SECOND);
		let isDone = false;
		void exchangeWhatIsLeft(platform).then(() => (isDone = true));
		await jest.advanceTimersByTimeAsync(8 * SECOND);
		expect(isDone).toBe(true);
	});
});
