import type { IDataObject, INodeParameters } from 'n8n-workflow';

import { OPERATIONS } from '../../nodes/WeChatMiniProgramLink/operations';
import { usePlatformWorld } from './platformWorld.cts';
import { mp, OA, OTHER_OA, useWorld } from './world.cts';

const HAN = /\p{Script=Han}/u;
/** Only Chinese texts have this: some English texts contain Chinese words, too. */
const CHINESE = /\p{Script=Han}[，。：；）]/u;

const world = useWorld();

const inChinese = (parameters: INodeParameters = {}): INodeParameters => ({
	...parameters,
	options: { hintLanguage: 'zh-CN', maxTries: 1, ...(parameters.options as object) },
});

describe('Hint Language Chinese', () => {
	it.each([0, 61007, -1])(
		'With Hint Language Chinese, the answer %i has a Chinese hint, and otherwise the same result',
		async (errcode) => {
			await world.controls.answerWith({}, { errcode });
			const english = await world.result({ parameters: { options: { maxTries: 1 } } });
			const chinese = await world.result({ parameters: inChinese() });
			expect(chinese.hint).toMatch(CHINESE);
			expect(english.hint).not.toMatch(CHINESE);
			const { category, outcome, whoActs } = english;
			expect(chinese).toMatchObject({ category, outcome, whoActs });
		},
	);

	it('With Hint Language Chinese, a call without an answer has a Chinese hint', async () => {
		await world.controls.answerWith({}, { drop: true });
		const result = await world.result({ parameters: inChinese() });
		expect(result).toMatchObject({ category: 'retryLater', hint: expect.stringMatching(CHINESE) });
	});

	it('With Hint Language Chinese, a second item with other switches has a Chinese hint', async () => {
		const items = [
			{ appId: mp(0), notify: false },
			{ appId: mp(0), notify: true },
		] as IDataObject[];
		const parameters = inChinese({ notifyUsers: '={{ $json.notify }}' });
		const [first, second] = await world.results({ items, parameters });
		expect(second.hint).toBe(
			`${String(first.hint)}前面的条目中已有该小程序，两者都以前面的开关为准：Notify Followers 在此为开，在彼为关。`,
		);
	});

	it('With Hint Language Chinese, the exception of the mode Single has a Chinese description', async () => {
		await world.controls.answerWith({}, { errcode: 89009 });
		const { error } = await world.run({ parameters: inChinese({ outputMode: 'single' }) });
		expect(error?.description).toMatch(CHINESE);
	});
});

describe('When to send an item again', () => {
	it.each([
		[-1, 'minutes'],
		[45009, 'nextDay'],
		[45011, 'minutes'],
		[89007, 'nextMonth'],
	])('A result with %i says when to send the item again: %s', async (errcode, retryAfter) => {
		await world.controls.answerWith({}, { errcode });
		const result = await world.result({ parameters: { options: { maxTries: 1 } } });
		expect(result).toMatchObject({ retryAfter, retryable: true, whoActs: 'nobody' });
		expect(result.retryAt).toMatch(/^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\+08:00$/);
		expect(Date.parse(String(result.retryAt))).toBeGreaterThan(Date.now() - 60_000);
		if (retryAfter !== 'minutes') expect(result.retryAt).toContain('T00:00:00');
	});

	it.each([0, 89010, 61007, 47001, 777001])(
		'A result with %i has no time to send the item again',
		async (errcode) => {
			await world.controls.answerWith({}, { errcode });
			expect(await world.result()).toMatchObject({ retryAt: null, retryAfter: 'none' });
		},
	);
});

describe('With the credential WeChat Open Platform API', () => {
	const platform = usePlatformWorld();

	const RUNS: Array<[resource: string, operation: string, parameters: INodeParameters]> = [
		['miniProgramLink', 'link', {}],
		['miniProgramLink', 'link', { options: { checkBeforeLinking: true } }],
		['miniProgramLink', 'unlink', {}],
		['miniProgramLink', 'getStatus', {}],
		['miniProgramLink', 'getMany', {}],
		['miniProgramLink', 'getMany', { options: { simplify: false } }],
		['officialAccount', 'get', {}],
		['officialAccount', 'get', { options: { simplify: false } }],
		['officialAccount', 'getMany', {}],
		['officialAccount', 'getMany', { options: { includeDetails: true } }],
		['officialAccount', 'getAccessToken', {}],
		['officialAccount', 'completeAuthorization', { authorizationCode: '={{ $json.account }}' }],
		['officialAccount', 'createAuthorizationUrl', { redirectUrl: 'https://a.example.com/' }],
		['platform', 'checkSetup', {}],
		['platform', 'getApiQuota', {}],
		['platform', 'getApiQuota', { callMadeBy: 'platform' }],
		['platform', 'getCall', { rid: '617682e0-09059ac5-34a8e2ea' }],
	];

	it('The tests of hints run each operation', () => {
		const run = RUNS.map(([resource, operation]) => `${resource}/${operation}`);
		const wanted = OPERATIONS.map(({ resource, option }) => `${resource}/${option.value}`);
		expect([...new Set(run)].sort()).toEqual(wanted.sort());
	});

	it.each(RUNS)(
		'Each item of %s/%s %j has a hint in both languages',
		async (resource, operation, more) => {
			await platform.controls.setRelation(OA, mp(0), 1);
			await platform.controls.setRelation(OA, mp(1), 12);
			await platform.controls.addAccount({ appId: OTHER_OA, status: 'frozen' });
			platform.credential = { ...platform.credential, allowTokenOutput: true };
			for (const [language, pattern] of [
				['en', /^[^，。：；）]+$/u],
				['zh-CN', HAN],
			] as const) {
				const options = { ...(more.options as object), maxTries: 1, hintLanguage: language };
				const { outputs } = await platform.runForPlatform(operation, {
					accounts: [OA, OA, OTHER_OA, 'none'],
					parameters: { resource, ...more, options },
				});
				const items = outputs.flat().map(({ json }) => json);
				expect(items.length).toBeGreaterThan(0);
				for (const { hint } of items) expect(hint).toMatch(pattern);
			}
		},
	);

	it.each(['link', 'unlink', 'getStatus'])(
		'An item of %s that is not sent keeps its appids and fields',
		async (operation) => {
			const items = [
				{ account: OA, appId: 'nonsense', name: 'One' },
				{ account: 'no account', appId: mp(0), name: 'Two' },
				{ account: OA, appId: mp(0), name: 'Three' },
			];
			platform.credential.componentVerifyTicket = '';
			const results = await platform.results({ operation, items });
			expect(results).toMatchObject([
				{ officialAccountAppId: OA, miniProgramAppId: 'nonsense', name: 'One' },
				{ officialAccountAppId: 'no account', miniProgramAppId: mp(0), name: 'Two' },
				{ officialAccountAppId: OA, miniProgramAppId: mp(0), name: 'Three' },
			]);
			expect(results.map(({ whoActs }) => whoActs)).toEqual(['operator', 'operator', 'provider']);
		},
	);

	it('An item leaves without fields that contain a secret of the credential or a token of the merchant', async () => {
		await platform.results();
		const { componentAppSecret, componentVerifyTicket, encodingAesKey, messageToken } =
			platform.credential;
		const [[, tokens]] = JSON.parse(String(platform.credential.authorizerAccessTokens)) as Array<
			[origin: string, tokens: Array<[appId: string, value: string]>]
		>;
		const accessToken = new Map(tokens).get(OA);
		const secrets = { componentAppSecret, componentVerifyTicket, encodingAesKey, messageToken };
		const planted = Object.entries({ ...secrets, accessToken }).map(([, value], n) => [
			`field${n}`,
			value,
		]);
		const item = { account: OA, appId: mp(5), name: 'Tea', ...Object.fromEntries(planted) };
		const result = await platform.result({ items: [item as IDataObject] });
		expect(Object.keys(result).slice(0, 4)).toEqual([
			'account',
			'appId',
			'name',
			'officialAccountAppId',
		]);
		expect(result.outcome).toBe('invitationSent');
	});
});
