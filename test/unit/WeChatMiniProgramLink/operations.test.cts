import type { Account } from '../../../nodes/accounts/account';
import type { Operation } from '../../../nodes/WeChatMiniProgramLink/operation';
import { getStatusOperation } from '../../../nodes/WeChatMiniProgramLink/operations/miniProgramLink/getStatus';
import { linkOperation } from '../../../nodes/WeChatMiniProgramLink/operations/miniProgramLink/link';
import { createAuthorizationUrlOperation } from '../../../nodes/WeChatMiniProgramLink/operations/officialAccount/createAuthorizationUrl';
import { checkSetupOperation } from '../../../nodes/WeChatMiniProgramLink/operations/platform/checkSetup';
import { getApiQuotaOperation } from '../../../nodes/WeChatMiniProgramLink/operations/platform/getApiQuota';
import { getCallOperation } from '../../../nodes/WeChatMiniProgramLink/operations/platform/getCall';
import {
	emitResult,
	unsentResult,
	type Subject,
} from '../../../nodes/WeChatMiniProgramLink/results';
import { limitOf } from '../../../nodes/WeChatMiniProgramLink/sharedProperties';
import { isObstacle } from '../../../nodes/wechat/obstacle';
import { readReply } from '../../../nodes/wechat/reply';
import { obstacle } from '../fakes.cts';

const OA = 'wx00000000000000a1';
const MP = 'wx00000000000000b1';

/** A client that always returns this answer, and records its calls. */
function clientWith(answer: object) {
	const asked: unknown[][] = [];
	const call = async (...all: unknown[]) => {
		asked.push(all);
		const reply = readReply(200, JSON.stringify(answer));
		return await Promise.resolve({ ...reply, attempts: 1, mayHaveArrived: false });
	};
	const aside = async (wait: () => Promise<unknown>) => await wait();
	return { asked, client: { call, aside } };
}

/** What leaves the node for an item of an operation. */
async function emissionOf(operation: Operation, call: object, about: Partial<Subject> = {}) {
	const subject: Subject = {
		operation: operation.option.value,
		officialAccountAppId: null,
		miniProgramAppId: null,
		language: 'en',
		...about,
	};
	const emitted = await operation.execute({ options: {}, subject, ...call } as never);
	return (isObstacle(emitted) ? emitResult(unsentResult(subject, emitted)) : emitted)[0];
}

/** One item of an operation on the links of an account. */
async function ofAccount(
	operation: Operation,
	answer: object,
	{ id = MP, account = { appId: OA } as unknown as Account, parameters = {} } = {} as {
		id?: string;
		account?: Account;
		parameters?: Record<string, unknown>;
	},
) {
	const { asked, client } = clientWith(answer);
	const call = { account, client, parameter: (name: string) => parameters[name] };
	const about = { officialAccountAppId: OA, miniProgramAppId: id };
	return { ...(await emissionOf(operation, call, about)), asked };
}

/** One item of an operation of the platform. */
async function ofPlatform(
	operation: Operation,
	answer: object,
	parameters: Record<string, unknown>,
) {
	const { asked, client } = clientWith(answer);
	const platform = {
		tokens: 'platform',
		appId: 'wx00000000000000c1',
		baseUrl: 'https://api.weixin.qq.com',
		accountOf: (appId: string) => appId,
		call: client.call,
	};
	const call = { platform, client, parameter: (name: string) => parameters[name] };
	return { ...(await emissionOf(operation, call)), asked };
}

it.each<[unknown, unknown, number]>([
	[true, 5, Infinity],
	[false, 5, 5],
	[undefined, '7', 7],
	[false, 1.9, 1],
	[false, 0, 50],
	[false, 'many', 50],
	[false, undefined, 50],
	['true', 3, 3],
])('Return All %p and Limit %p ask for %p results', (returnAll, limit, count) => {
	const given: Record<string, unknown> = { returnAll, limit };
	expect(limitOf((name) => given[name])).toBe(count);
});

describe('Get Status', () => {
	const LIST = { errcode: 0, wxopens: { items: [{ status: 3, username: 'gh_a' }] } };

	it('Get Status by appid says that a refused link may be this one if WeChat lists it without appid', async () => {
		const byAppId = await ofAccount(getStatusOperation, LIST);
		const byOriginalId = await ofAccount(getStatusOperation, LIST, { id: 'gh_b' });
		const listed = { errcode: 0, wxopens: { items: [] } };
		const none = await ofAccount(getStatusOperation, listed);
		expect(byAppId.json).toMatchObject({ outcome: 'notLinked', linkStatus: null });
		expect(byAppId.json.hint).not.toBe(none.json.hint);
		expect(byOriginalId.json.hint).toBe(none.json.hint);
	});

	it('Get Status leaves link status and Mini Program empty if WeChat refuses the list', async () => {
		const { json, category } = await ofAccount(getStatusOperation, { errcode: 48001 });
		expect(json).toMatchObject({
			outcome: 'failed',
			errcode: 48001,
			linkStatus: null,
			miniProgram: null,
		});
		expect(category).toBe('authorization');
	});
});

describe('Switches of Link', () => {
	const bodyFor = async (notifyUsers: unknown, showProfile: unknown) => {
		const { json, asked } = await ofAccount(
			linkOperation,
			{ errcode: 0 },
			{ parameters: { notifyUsers, showProfile } },
		);
		return { json, body: asked[0]?.[2] as Record<string, unknown> | undefined };
	};

	it.each(['TRUE ', '是', 'yes', 'Yes', 'on', '1', 1, true, '\uff54\uff52\uff55\uff45'])(
		'The switches of Link are on for %j',
		async (value) => {
			expect((await bodyFor(value, value)).body).toMatchObject({
				notify_users: 1,
				show_profile: 1,
			});
		},
	);

	it.each<unknown>(['FALSE', '否', ' no\n', 'off', '0', 0, false, '', ' ', null, undefined])(
		'The switches of Link are off for %j',
		async (value) => {
			const { body } = await bodyFor(value, value);
			expect(body).toMatchObject({ notify_users: 0, show_profile: 0 });
		},
	);

	it.each<unknown>(['maybe', 'ja', 2, -1, {}, [], [true], { toString: 1 }])(
		'Link sends nothing for the switch %j, and names the parameter',
		async (value) => {
			for (const [first, second, name] of [
				[value, true, 'Notify Followers'],
				[true, value, 'Show on Profile'],
			]) {
				const { json, body } = await bodyFor(first, second);
				expect(body).toBeUndefined();
				expect(json).toMatchObject({
					category: 'other',
					outcome: 'failed',
					errmsg: expect.stringContaining(String(name)),
					hint: expect.stringContaining(String(name)),
					attempts: 0,
				});
			}
		},
	);
});

describe('A Mini Program in two items', () => {
	const twice = async (first: object, second: object) => {
		const account = { appId: OA } as unknown as Account;
		const sent = await ofAccount(
			linkOperation,
			{ errcode: 0 },
			{ account, parameters: { ...first } },
		);
		const again = await ofAccount(linkOperation, {}, { account, parameters: { ...second } });
		expect(again.asked).toStrictEqual([]);
		return [sent.json, again.json];
	};

	it('Link sends a Mini Program in two items once, with the same result for both', async () => {
		const [sent, again] = await twice(
			{ notifyUsers: true, showProfile: false },
			{ notifyUsers: '是', showProfile: ' NO ' },
		);
		expect(again).toEqual({ ...sent, attempts: 0 });
	});

	it('Link says which switches of the second item did not apply', async () => {
		const [sent, again] = await twice(
			{ notifyUsers: true, showProfile: false },
			{ notifyUsers: 'off', showProfile: 1 },
		);
		expect(again.hint).toBe(
			`${String(sent.hint)} An earlier item has the same Mini Program, and its switches apply to both: Notify Followers is off here and on there, Show on Profile is on here and off there.`,
		);
	});
});

describe('Operations about earlier calls', () => {
	const RID = '617682e0-09059ac5-34a8e2ea';

	it.each([
		['Get Call', getCallOperation, { rid: RID }],
		['Get API Quota', getApiQuotaOperation, { cgiPath: '/cgi-bin/wxopen/wxamplink' }],
	])(
		'%s uses the token of the platform or account that made the call',
		async (_, operation, parameters) => {
			const own = await ofPlatform(operation, {}, { ...parameters, callMadeBy: 'platform' });
			expect(own.asked[0][0]).toBe('platform');
			const account = await ofPlatform(operation, {}, { ...parameters, officialAccountAppId: OA });
			expect(account.asked[0][0]).toBe(OA);
			expect(account.json.officialAccountAppId).toBe(OA);
		},
	);

	it.each([
		['Get Call', getCallOperation, { rid: RID }],
		['Get API Quota', getApiQuotaOperation, { cgiPath: '/cgi-bin/wxopen/wxamplink' }],
	])('%s makes no call for an invalid account', async (_, operation, parameters) => {
		const given = { ...parameters, officialAccountAppId: 'tea' };
		const { json, asked } = await ofPlatform(operation, {}, given);
		expect(json).toMatchObject({
			officialAccountAppId: 'tea',
			outcome: 'failed',
			errmsg: '"tea" is not the appid of an Official Account',
		});
		expect(asked).toStrictEqual([]);
	});

	it.each([
		['Get Call', getCallOperation, { rid: 'rid' }, 'The Request ID is not a valid rid'],
		['Get API Quota', getApiQuotaOperation, { cgiPath: 'other' }, 'The API Path is empty'],
	])('%s makes no call for an invalid request', async (_, operation, parameters, errmsg) => {
		const { json, asked } = await ofPlatform(
			operation,
			{},
			{ ...parameters, callMadeBy: 'platform' },
		);
		expect(json.errmsg).toBe(errmsg);
		expect(asked).toStrictEqual([]);
	});
});

describe('Check Setup', () => {
	it('Check Setup reports an unreadable credential check by check', async () => {
		const emitted = await checkSetupOperation.emitObstacle?.(obstacle('authorization', 'Gone'), {
			operation: 'checkSetup',
			officialAccountAppId: null,
			miniProgramAppId: null,
			language: 'zh-CN',
		});
		expect(emitted?.[0]).toEqual({
			json: {
				check: 'credential',
				checkName: '凭证',
				status: 'failed',
				detail: 'Gone',
				hint: '等待',
			},
			category: 'success',
			outcome: 'broken',
		});
		expect(new Set(emitted?.map(({ outcome }) => outcome))).toEqual(
			new Set(['broken', 'notChecked']),
		);
	});
});

describe('Create Authorization URL', () => {
	beforeEach(() => jest.useFakeTimers({ now: Date.parse('2026-01-01T00:00:00Z') }));
	afterEach(() => jest.useRealTimers());

	const create = async (answer: object, parameters: Record<string, unknown> = {}) =>
		await ofPlatform(createAuthorizationUrlOperation, answer, {
			redirectUrl: 'https://a.example.com',
			accountKind: 1,
			...parameters,
		});

	it.each([{}, { errcode: 0 }, { pre_auth_code: 7 }])(
		'Create Authorization URL creates no URL from the answer %j, which has no code',
		async (answer) => {
			const { json, category, outcome } = await create(answer);
			expect([category, outcome]).toEqual(['retryLater', 'failed']);
			expect(json).toMatchObject({
				outcome: 'failed',
				whoActs: 'operator',
				retryable: true,
				hint: expect.stringContaining('API Base URL') as unknown,
			});
		},
	);

	it('Create Authorization URL creates no URL if WeChat refuses, even with a code in the answer', async () => {
		const refused = { errcode: 61004, errmsg: 'ip', pre_auth_code: 'preauthcode@@@1' };
		const { json, category } = await create(refused);
		expect(category).toBe('authorization');
		expect(json).toMatchObject({ errcode: 61004, outcome: 'failed' });
	});

	it('Create Authorization URL asks for no code if Only This Account is not an appid', async () => {
		const { json, asked } = await create({}, { onlyThisAccount: 'tea' });
		expect(json.errmsg).toBe('"tea" is not the appid of an Official Account');
		expect(asked).toStrictEqual([]);
	});

	it.each([
		[1800, '2026-01-01T00:30:00.000Z'],
		['1800', '2026-01-01T00:30:00.000Z'],
		...['soon', '', null, undefined, 0, -1, 1e18, [], true].map((life): [unknown, string] => [
			life,
			'2026-01-01T00:10:00.000Z',
		]),
	])('An authorization URL with the expires_in %j expires at %s', async (life, end) => {
		const { json } = await create({ pre_auth_code: 'preauthcode@@@1', expires_in: life });
		expect(json.expiresAt).toBe(end);
	});
});
