import type { PlatformCall } from '../../nodes/WeChatMiniProgramLink/operation';
import { createAuthorizationUrlOperation } from '../../nodes/WeChatMiniProgramLink/operations/officialAccount/createAuthorizationUrl';
import { readReply } from '../../nodes/wechat/reply';

const NOW = Date.parse('2026-01-01T00:00:00Z');

beforeEach(() => jest.useFakeTimers({ now: NOW }));
afterEach(() => jest.useRealTimers());

/** What the operation gives where WeChat's answer says that the code lives so long. */
async function expiryOf(life: unknown): Promise<unknown> {
	const body = JSON.stringify({ pre_auth_code: 'preauthcode@@@1', expires_in: life });
	const call = {
		platform: {
			appId: 'wx00000000000000c1',
			baseUrl: 'https://api.weixin.qq.com',
			call: async () => ({ ...readReply(200, body), attempts: 1, mayHaveArrived: false }),
		},
		subject: { operation: 'createAuthorizationUrl' },
		parameter: (name: string) => ({ redirectUrl: 'https://a.example.com', accountKind: 1 })[name],
	};
	const [{ json }] = await createAuthorizationUrlOperation.execute(call as unknown as PlatformCall);
	return json.expiresAt;
}

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
