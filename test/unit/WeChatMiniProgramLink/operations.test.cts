import type { Account } from '../../../nodes/accounts/account';
import { limitOf } from '../../../nodes/WeChatMiniProgramLink/limitProperties';
import type {
	AccountCall,
	AccountOperation,
	PlatformCall,
	PlatformOperation,
} from '../../../nodes/WeChatMiniProgramLink/operation';
import { getStatusOperation } from '../../../nodes/WeChatMiniProgramLink/operations/miniProgramLink/getStatus';
import { linkOperation } from '../../../nodes/WeChatMiniProgramLink/operations/miniProgramLink/link';
import { checkSetupOperation } from '../../../nodes/WeChatMiniProgramLink/operations/platform/checkSetup';
import { getApiQuotaOperation } from '../../../nodes/WeChatMiniProgramLink/operations/platform/getApiQuota';
import { getCallOperation } from '../../../nodes/WeChatMiniProgramLink/operations/platform/getCall';
import { readReply } from '../../../nodes/wechat/reply';
import { obstacle } from '../fakes.cts';

const OA = 'wx00000000000000a1';
const MP = 'wx00000000000000b1';

/** A client that answers everything so, and notes what it was asked. */
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

/** One item of an operation on the links of an account. */
async function ofAccount(
	operation: AccountOperation,
	answer: object,
	{ id = MP, account = { appId: OA } as unknown as Account, parameters = {} } = {} as {
		id?: string;
		account?: Account;
		parameters?: Record<string, unknown>;
	},
) {
	const { asked, client } = clientWith(answer);
	const call = {
		account,
		client,
		options: {},
		subject: {
			operation: operation.option.value,
			officialAccountAppId: OA,
			miniProgramAppId: id,
			language: 'en',
		},
		parameter: (name: string) => parameters[name],
	} as unknown as AccountCall;
	const [emitted] = await operation.execute(call);
	return { ...emitted, asked };
}

/** One item of an operation of the platform. */
async function ofPlatform(
	operation: PlatformOperation,
	answer: object,
	parameters: Record<string, unknown>,
) {
	const { asked, client } = clientWith(answer);
	const call = {
		platform: { tokens: 'platform', accountOf: (appId: string) => appId },
		client,
		options: {},
		subject: { operation: operation.option.value, officialAccountAppId: null, language: 'en' },
		parameter: (name: string) => parameters[name],
	} as unknown as PlatformCall;
	const [emitted] = await operation.execute(call);
	return { ...emitted, asked };
}

describe('Limit', () => {
	it.each<[unknown, unknown, number]>([
		[true, 5, Infinity],
		[false, 5, 5],
		[undefined, '7', 7],
		[false, 1.9, 1],
		[false, 0, 50],
		[false, 'many', 50],
		[false, undefined, 50],
		['true', 3, 3],
	])('with Return All %p and %p is %p', (returnAll, limit, is) => {
		const given: Record<string, unknown> = { returnAll, limit };
		expect(limitOf((name) => given[name])).toBe(is);
	});
});

describe('Get Status', () => {
	const LIST = { errcode: 0, wxopens: { items: [{ status: 3, username: 'gh_a' }] } };

	it('of an appid says that a refused link might be it, where WeChat leaves appids out', async () => {
		const byAppId = await ofAccount(getStatusOperation, LIST);
		const byOriginalId = await ofAccount(getStatusOperation, LIST, { id: 'gh_b' });
		const listed = { errcode: 0, wxopens: { items: [] } };
		const none = await ofAccount(getStatusOperation, listed);
		expect(byAppId.json).toMatchObject({ outcome: 'notLinked', linkStatus: null });
		expect(byAppId.json.hint).not.toBe(none.json.hint);
		expect(byOriginalId.json.hint).toBe(none.json.hint);
	});

	it('is not known where WeChat refuses the list', async () => {
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

describe('A switch of Link', () => {
	const bodyFor = async (notifyUsers: unknown, showProfile: unknown) => {
		const { json, asked } = await ofAccount(
			linkOperation,
			{ errcode: 0 },
			{ parameters: { notifyUsers, showProfile } },
		);
		return { json, body: asked[0]?.[2] as Record<string, unknown> | undefined };
	};

	it.each(['TRUE ', '是', 'yes', 'Yes', 'on', '1', 1, true, '\uff54\uff52\uff55\uff45'])(
		'is on for %j.',
		async (value) => {
			expect((await bodyFor(value, value)).body).toMatchObject({
				notify_users: 1,
				show_profile: 1,
			});
		},
	);

	it.each<unknown>(['FALSE', '否', ' no\n', 'off', '0', 0, false, '', ' ', null, undefined])(
		'is off for %j.',
		async (value) => {
			const { body } = await bodyFor(value, value);
			expect(body).toMatchObject({ notify_users: 0, show_profile: 0 });
		},
	);

	it.each<unknown>(['maybe', 'ja', 2, -1, {}, [], [true], { toString: 1 }])(
		'sends nothing for %j, and names the field.',
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

describe('Link of a Mini Program that stands in the input twice', () => {
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

	it('is sent once, and told the same both times', async () => {
		const [sent, again] = await twice(
			{ notifyUsers: true, showProfile: false },
			{ notifyUsers: '是', showProfile: ' NO ' },
		);
		expect(again).toEqual({ ...sent, attempts: 0 });
	});

	it('is told which of its switches did not count', async () => {
		const [sent, again] = await twice(
			{ notifyUsers: true, showProfile: false },
			{ notifyUsers: 'off', showProfile: 1 },
		);
		expect(again.hint).toBe(
			`${String(sent.hint)} An earlier item has the same Mini Program, and its switches apply to both: Notify Followers is off here and on there, Show on Profile is on here and off there.`,
		);
	});
});

describe('an operation that asks about calls', () => {
	const RID = '617682e0-09059ac5-34a8e2ea';

	it.each([
		['Get Call', getCallOperation, { rid: RID }],
		['Get API Quota', getApiQuotaOperation, { cgiPath: '/cgi-bin/wxopen/wxamplink' }],
	])('asks for whoever made them: %s', async (_, operation, parameters) => {
		const own = await ofPlatform(operation, {}, { ...parameters, callMadeBy: 'platform' });
		expect(own.asked[0][0]).toBe('platform');
		const account = await ofPlatform(operation, {}, { ...parameters, officialAccountAppId: OA });
		expect(account.asked[0][0]).toBe(OA);
		expect(account.json.officialAccountAppId).toBe(OA);
	});

	it.each([
		['Get Call', getCallOperation, { rid: RID }],
		['Get API Quota', getApiQuotaOperation, { cgiPath: '/cgi-bin/wxopen/wxamplink' }],
	])('asks for nobody where the account is none: %s', async (_, operation, parameters) => {
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
		['Get Call', getCallOperation, { rid: 'rid' }, 'The Request ID is not a rid'],
		['Get API Quota', getApiQuotaOperation, { cgiPath: 'other' }, 'The API Path is empty'],
	])('asks nothing that is none: %s', async (_, operation, parameters, errmsg) => {
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
	it('tells of a credential that cannot be read check by check', async () => {
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
