import type { IExecuteFunctions } from 'n8n-workflow';

import { logUnexpected } from '../../../nodes/WeChatMiniProgramLink/items';
import type { Operation } from '../../../nodes/WeChatMiniProgramLink/operation';
import { OPERATIONS } from '../../../nodes/WeChatMiniProgramLink/operations';
import { linkOperation } from '../../../nodes/WeChatMiniProgramLink/operations/miniProgramLink/link';
import type { Emission } from '../../../nodes/WeChatMiniProgramLink/results';
import { runItems } from '../../../nodes/WeChatMiniProgramLink/run';
import type { RetryAfter, WhoActs } from '../../../nodes/wechat/errcodeTable';
import { summarize } from '../../../nodes/WeChatMiniProgramLink/summary';
import type { Language } from '../../../nodes/wechat/text';
import { contextWith } from './context.cts';

/** A failure with the person who has to act, and the time from which the item can be sent again. */
const failedFor = (whoActs: WhoActs, retryAfter: RetryAfter = 'none'): Emission => ({
	json: { whoActs, retryAfter },
	category: 'other',
	outcome: 'failed',
});

function summaryOf(
	counts: Record<string, number>,
	failed: Array<[count: number, emission: Emission]> = [],
	language: Language = 'en',
): string {
	const emissions = Object.entries(counts).map(([outcome, count]): [number, Emission] => [
		count,
		{ json: {}, category: 'other', outcome },
	]);
	return summarize(
		[...emissions, ...failed].flatMap(([count, emission]) =>
			Array.from({ length: count }, () => emission),
		),
		language,
	);
}

describe('The line above the output', () => {
	it.each<[Record<string, number>, string, string]>([
		[{}, '', ''],
		[{ invitationSent: 1 }, '1 sent', '已发送 1 个'],
		[
			{ invitationSent: 980, alreadyLinked: 3 },
			'980 sent, 3 already linked',
			'已发送 980 个，此前已关联 3 个',
		],
		[
			{ unlinkRequested: 2, unlinkPending: 1, invitationPending: 1 },
			'2 sent, 2 pending',
			'已发送 2 个，待确认 2 个',
		],
		[
			{ linked: 1, pendingMiniProgramAdmin: 2, pendingOfficialAccountAdmin: 3, refused: 4 },
			'1 linked, 5 pending, 4 refused',
			'已关联 1 个，待确认 5 个，已拒绝 4 个',
		],
		[
			{ notLinked: 1, unknownStatus: 2 },
			'1 not linked, 2 with an unknown status',
			'未关联 1 个，状态未知 2 个',
		],
		[{ read: 50 }, '50 read', '已读取 50 个'],
		[{ created: 1 }, '1 created', '已创建 1 个'],
		[{ somethingNew: 1 }, '1 somethingNew', 'somethingNew 1 个'],
	])('For %j the line above the output is "%s", in Chinese "%s"', (counts, english, chinese) => {
		expect(summaryOf(counts)).toBe(english);
		expect(summaryOf(counts, [], 'zh-CN')).toBe(chinese);
	});

	it('The Chinese line above the output separates what needs a person from what to send again', () => {
		const failed: Array<[number, Emission]> = [
			[2, failedFor('provider')],
			[3, failedFor('operator')],
			[1, failedFor('nobody', 'minutes')],
			[4, failedFor('nobody', 'nextMonth')],
		];
		expect(summaryOf({ invitationSent: 980 }, failed, 'zh-CN')).toBe(
			'已发送 980 个，几分钟后重新发送 1 个，下个月重新发送 4 个，需要处理 5 个：服务商 2 个、您 3 个',
		);
	});

	it.each<[Array<[number, Emission]>, string]>([
		[[[1, failedFor('provider')]], '1 needs attention: 1 from the provider'],
		[[[8, failedFor('operator')]], '8 need attention: 8 from you'],
		[
			[
				[2, failedFor('provider')],
				[1, failedFor('officialAccountAdmin')],
				[3, failedFor('miniProgramAdmin')],
				[1, failedFor('weChat')],
			],
			'7 need attention: 2 from the provider, 1 from the Official Account administrator, 3 from the Mini Program administrator, 1 from WeChat support',
		],
		[[[3, failedFor('nobody', 'minutes')]], '3 to send again in a few minutes'],
		[
			[
				[5, failedFor('operator')],
				[1, failedFor('nobody', 'nextMonth')],
				[2, failedFor('nobody', 'minutes')],
				[1, failedFor('nobody', 'nextDay')],
			],
			'2 to send again in a few minutes, 1 to send again the next day, 1 to send again the next month, 5 need attention: 5 from you',
		],
		[[[1, failedFor('provider', 'minutes')]], '1 needs attention: 1 from the provider'],
		[[[1, failedFor('nobody')]], '1 needs attention: 1 from nobody'],
	])(
		'The line above the output separates what needs a person from what to send again: %#',
		(failed, line) => {
			expect(summaryOf({}, failed)).toBe(line);
			expect(summaryOf({ invitationSent: 980 }, failed)).toBe(`980 sent, ${line}`);
		},
	);
});

describe('A run that cannot start', () => {
	it('An unknown operation stops the node, which says where to choose another', async () => {
		const { context } = contextWith({ resource: 'miniProgramLink', operation: 'tie' });
		await expect(runItems(context, OPERATIONS)).rejects.toMatchObject({
			message: 'The operation "tie" does not exist',
			description: 'Choose an entry of the list Operation.',
		});
	});

	it('An operation of the platform stops the node with the credential of one account', async () => {
		const { context } = contextWith({ resource: 'platform', operation: 'checkSetup' });
		await expect(runItems(context, OPERATIONS)).rejects.toMatchObject({
			message: 'This operation requires a platform',
			description:
				'Choose a credential of the type WeChat Open Platform API in the list Credential.',
		});
	});
});

describe('A run', () => {
	const failed: Emission = {
		json: {
			miniProgramAppId: 'wx00000000000000b1',
			outcome: 'failed',
			errcode: 48001,
			errmsg: 'no rights',
			rid: 'rid',
			category: 'authorization',
			hint: 'Do this',
			whoActs: 'operator',
			retryAfter: 'none',
		},
		category: 'authorization',
		outcome: 'failed',
	};
	const sent: Emission = {
		json: { outcome: 'invitationSent' },
		category: 'success',
		outcome: 'invitationSent',
	};

	/** Runs the node with an operation that returns these, one for each item. */
	async function run(
		emissions: Emission[],
		given: { mode?: string; onError?: string; isTool?: boolean; isSecret?: boolean } = {},
		more: object = {},
	) {
		const hints: unknown[] = [];
		const left = [...emissions];
		const operation = {
			...linkOperation,
			isSecret: given.isSecret,
			execute: async () => await Promise.resolve([left.shift()]),
		} as unknown as Operation;
		const { context } = contextWith(
			{
				resource: operation.resource,
				operation: operation.option.value,
				outputMode: given.mode ?? 'category',
				miniProgramAppId: 'wx00000000000000b1',
				options: { includeInputFields: false },
			},
			emissions.map(() => ({})),
		);
		const outputs = await runItems(
			{
				...context,
				getNode: () => ({ ...context.getNode(), onError: given.onError }),
				isToolExecution: () => given.isTool ?? false,
				continueOnFail: () => given.onError !== undefined,
				getCredentials: async () =>
					await Promise.resolve({ accessToken: 'T', apiBaseUrl: 'https://api.weixin.qq.com' }),
				addExecutionHints: (hint: unknown) => hints.push(hint),
				...more,
			} as unknown as IExecuteFunctions,
			[operation],
		);
		return { outputs, hints };
	}

	it('A run sums up its items in one line, and shows no line without items', async () => {
		const { hints } = await run([sent, failed]);
		expect(hints).toEqual([
			{
				message: '1 sent, 1 needs attention: 1 from you',
				type: 'info',
				location: 'outputPane',
			},
		]);
		expect((await run([])).hints).toStrictEqual([]);
		const older = await run([sent], {}, { addExecutionHints: undefined });
		expect(older.outputs[0]).toHaveLength(1);
	});

	it('An AI agent never gets a secret', async () => {
		await expect(run([sent], { isTool: true, isSecret: true })).rejects.toMatchObject({
			message: 'This operation is not for AI agents',
			description: 'It returns a secret. Choose another operation for the tool.',
		});
		expect((await run([sent], { isSecret: true })).outputs[0]).toHaveLength(1);
		expect((await run([failed], { isTool: true })).outputs).toHaveLength(1);
		const asTool = { isToolExecution: undefined, getNodeOutputs: () => [{ type: 'ai_tool' }] };
		await expect(run([sent], { isSecret: true }, asTool)).rejects.toThrow('not for AI agents');
		const asNode = { isToolExecution: undefined, getNodeOutputs: () => [{ type: 'main' }] };
		expect((await run([sent], { isSecret: true }, asNode)).outputs[0]).toHaveLength(1);
	});

	it('In the mode Single, the first failure stops the node', async () => {
		await expect(run([sent, failed], { mode: 'single' })).rejects.toMatchObject({
			message: 'Mini Program wx00000000000000b1: WeChat answered 48001 no rights',
			description: 'Do this',
			context: { itemIndex: 1 },
		});
	});

	it.each([
		[{ errmsg: '' }, 'Mini Program wx00000000000000b1: WeChat answered 48001'],
		[{ errcode: null, errmsg: 'No answer' }, 'Mini Program wx00000000000000b1: No answer'],
		[{ miniProgramAppId: null }, 'WeChat answered 48001 no rights'],
	])(
		'In the mode Single, a failure with %j stops the node with the message "%s"',
		async (fields, message) => {
			const emission = { ...failed, json: { ...failed.json, ...fields } };
			await expect(run([emission], { mode: 'single' })).rejects.toMatchObject({ message });
		},
	);

	it('In the mode Single, the node continues if On Error says so, with or without the error output', async () => {
		const plain = await run([failed], { mode: 'single', onError: 'continueRegularOutput' });
		expect(plain.outputs).toEqual([[{ json: failed.json, pairedItem: { item: 0 } }]]);
		const moved = await run([sent, failed], { mode: 'single', onError: 'continueErrorOutput' });
		expect(moved.outputs).toEqual([
			[
				{ json: sent.json, pairedItem: { item: 0 } },
				{
					json: {
						error: 'Mini Program wx00000000000000b1: WeChat answered 48001 no rights',
						message: 'Do this',
						details: failed.json,
					},
					pairedItem: { item: 1 },
				},
			],
		]);
	});

	it('An unexpected exception becomes an item and a line in the log without secrets, and the run continues', async () => {
		const logged: string[] = [];
		const secret = 'k3y_of_this_account';
		const thrown = new TypeError(`x is not a function: ${secret}, ?access_token=abc`);
		const results = [sent, thrown, sent];
		const operation = {
			...linkOperation,
			execute: async () => {
				const result = await Promise.resolve(results.shift());
				if (result instanceof Error) throw result;
				return [result];
			},
		} as unknown as Operation;
		const { context } = contextWith(
			{
				resource: 'miniProgramLink',
				operation: 'link',
				outputMode: 'category',
				miniProgramAppId: 'wx00000000000000b1',
			},
			[{}, { name: 'Tea House' }, {}],
		);
		const outputs = await runItems(
			{
				...context,
				getNode: () => ({ ...context.getNode() }),
				getCredentials: async () =>
					await Promise.resolve({ accessToken: secret, apiBaseUrl: 'https://api.weixin.qq.com' }),
				logger: { error: (message: string) => logged.push(message) },
			} as unknown as IExecuteFunctions,
			[operation],
		);
		expect(outputs.map(({ length }) => length)).toEqual([2, 0, 0, 0, 0, 0, 1]);
		const [{ json, pairedItem }] = outputs[6];
		expect(pairedItem).toEqual({ item: 1 });
		expect(json).toMatchObject({
			outcome: 'failed',
			category: 'other',
			errmsg: 'Something unexpected happened inside this node',
			hint: expect.stringMatching(/Report.*issues.*log/),
			whoActs: 'operator',
			retryable: false,
			miniProgramAppId: 'wx00000000000000b1',
			name: 'Tea House',
		});
		expect(logged).toHaveLength(1);
		expect(logged[0]).toMatch(
			/item 1: TypeError x is not a function: \*\*\*, \?access_token=\*\*\*\n\s+at /,
		);
		expect(logged[0] + JSON.stringify(outputs)).not.toContain(secret);
	});

	it('The log gets no message of an exception while it is unknown what is secret', () => {
		const logged: string[] = [];
		const logger = { error: (message: string) => logged.push(message) } as never;
		logUnexpected({ logger }, new Error('k3y'), 0, undefined);
		logUnexpected({ logger }, 'k3y', 0, undefined);
		expect(logged).toHaveLength(2);
		for (const line of logged) expect(line).not.toContain('k3y');
	});

	it('An item with a failing expression for its Official Account says so, after its Mini Program was checked', async () => {
		const failing = (name: string, _: number, otherwise: unknown) => {
			if (name === 'officialAccountAppId') throw new Error('there is no field oa');
			const parameters: Record<string, unknown> = {
				resource: 'miniProgramLink',
				operation: 'link',
				outputMode: 'category',
				authentication: 'openPlatform',
				miniProgramAppId: '',
			};
			return parameters[name] ?? otherwise;
		};
		const { outputs } = await run([sent], {}, { getNodeParameter: failing });
		const [[{ json }]] = outputs.filter((items) => items.length > 0);
		expect(json.errmsg).toBe('The Mini Program is empty');
		const named = (name: string, itemIndex: number, otherwise: unknown) =>
			name === 'miniProgramAppId' ? 'wx00000000000000b1' : failing(name, itemIndex, otherwise);
		const other = await run([sent], {}, { getNodeParameter: named });
		const [[{ json: ofOther }]] = other.outputs.filter((items) => items.length > 0);
		expect(ofOther.errmsg).toBe('A parameter could not be read: there is no field oa');
	});
});
