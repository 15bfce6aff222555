import type { PlatformCall } from '../../../nodes/WeChatMiniProgramLink/operation';
import { createAuthorizationUrlOperation } from '../../../nodes/WeChatMiniProgramLink/operations/officialAccount/createAuthorizationUrl';
import { readReply } from '../../../nodes/wechat/reply';

const NOW = Date.parse('2026-01-01T00:00:00Z');

beforeEach(() => jest.useFakeTimers({ now: NOW }));
afterEach(() => jest.useRealTimers());

/** What the operation gives where WeChat answers so. */
async function create(answer: object, parameters: Record<string, unknown> = {}) {
	let calls = 0;
	const call = {
		platform: {
			appId: 'wx00000000000000c1',
			baseUrl: 'https://api.weixin.qq.com',
			call: async () => {
				calls++;
				const reply = readReply(200, JSON.stringify(answer));
				return await Promise.resolve({ ...reply, attempts: 1, mayHaveArrived: false });
			},
		},
		subject: { operation: 'createAuthorizationUrl', language: 'en' },
		parameter: (name: string) =>
			({ redirectUrl: 'https://a.example.com', accountKind: 1, ...parameters })[name],
	};
	const [emitted] = await createAuthorizationUrlOperation.execute(call as unknown as PlatformCall);
	return { ...emitted, calls };
}

/** The same where WeChat's answer says that the code lives so long. */
async function expiryOf(life: unknown): Promise<unknown> {
	const { json } = await create({ pre_auth_code: 'preauthcode@@@1', expires_in: life });
	return json.expiresAt;
}

describe('an authorization URL', () => {
	it.each([{}, { errcode: 0 }, { pre_auth_code: 7 }])(
		'is not made where WeChat gives no code: %j',
		async (answer) => {
			const { json, category, outcome } = await create(answer);
			expect([category, outcome]).toEqual(['retryLater', 'failed']);
			expect(json).toMatchObject({
				outcome: 'failed',
				whoActs: 'operator',
				retryable: true,
				hint: expect.stringContaining('API Base URL'),
			});
		},
	);

	it('is not made where WeChat refuses, though a code stands in the answer', async () => {
		const refused = { errcode: 61004, errmsg: 'ip', pre_auth_code: 'preauthcode@@@1' };
		const { json, category } = await create(refused);
		expect(category).toBe('authorization');
		expect(json).toMatchObject({ errcode: 61004, outcome: 'failed' });
	});

	it('is not asked for where the one account that may be chosen is none', async () => {
		const { json, calls } = await create({}, { onlyThisAccount: 'tea' });
		expect(json.errmsg).toBe('"tea" is not the appid of an Official Account');
		expect(calls).toBe(0);
	});
});

describe('the end of an authorization URL', () => {
	it.each([
		[1800, '2026-01-01T00:30:00.000Z'],
		['1800', '2026-01-01T00:30:00.000Z'],
	])('follows from expires_in %j', async (life, end) => {
		expect(await expiryOf(life)).toBe(end);
	});

	it.each(['soon', '', null, undefined, 0, -1, 1e18, [], true])(
		'is that of WeChat\u2019s sample, 10 minutes, where expires_in is %j',
		async (life) => expect(await expiryOf(life)).toBe('2026-01-01T00:10:00.000Z'),
	);
});
