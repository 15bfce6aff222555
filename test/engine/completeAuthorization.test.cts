import { setTimeout as pause } from 'node:timers/promises';
import type { IDataObject, INodeParameters, INodeType } from 'n8n-workflow';

import { inAnotherProcess } from './anotherProcess.cts';
import { runAsTool } from './asTool.cts';
import { inInputOrder, type RunOptions } from './engine.cts';
import { INFO, MINT_AUTHORIZER, QUERY_AUTH, usePlatformWorld } from './platformWorld.cts';
import { useTrigger } from './trigger.cts';
import { OTHER_OA, sizesOf } from './world.cts';

const world = usePlatformWorld();
const server = useTrigger(world);

/** More calls than one exchange makes. */
const MANY = 5;
const MINUTE = 60_000;

const COMPLETED = {
	officialAccountAppId: OTHER_OA,
	accountKind: 'officialAccount',
	codeExchanged: true,
	permissionSets: [1, 33],
	canLink: true,
	hint: 'Ready: Link can invite Mini Programs for this account.',
};

beforeEach(async () => {
	await world.controls.addAccount({ appId: OTHER_OA, name: 'Book Shop', status: 'none' });
});

const withoutPush = async () => await world.controls.configure({ delayAuthorizationPush: 'drop' });

/** A merchant authorizes; the browser brings back the code. */
async function authorize(permissionSets = [1, 33], account = OTHER_OA): Promise<string> {
	const { authorizationCode } = await world.controls.authorize({ account, permissionSets });
	return authorizationCode;
}

/** A merchant authorizes on WeChat's page, which sends the push while the browser returns. */
async function comeBack(): Promise<string> {
	const parameters = { redirectUrl: 'https://merchants.example.com/done?m=7' };
	const run = await world.runForPlatform('createAuthorizationUrl', { parameters });
	const body = new URLSearchParams([
		['account', OTHER_OA],
		['set', '1'],
		['set', '33'],
	]);
	const page = String(run.outputs[0][0].json.computerUrl);
	const { headers } = await fetch(page, { method: 'POST', body, redirect: 'manual' });
	const { searchParams } = new URL(String(headers.get('location')));
	expect(searchParams.get('expires_in')).toBe('3600');
	return String(searchParams.get('auth_code'));
}

type Options = Partial<RunOptions> & { parameters?: INodeParameters };

const run = async (codes: unknown[], { parameters, ...rest }: Options = {}) =>
	await world.runForPlatform('completeAuthorization', {
		items: codes.map((code) => ({ code }) as IDataObject),
		parameters: { authorizationCode: '={{ $json.code }}', ...parameters },
		...rest,
	});

const complete = async (code: unknown, options: Options = {}): Promise<IDataObject> => {
	const [result] = inInputOrder((await run([code], options)).outputs);
	return result;
};

const exchanges = async () => await world.controls.count(QUERY_AUTH);

/** The codes that the credential keeps. */
const keptCodes = () => String(world.credential.authorizationCodes);

/** Makes the kept codes a minute old: no process exchanges them any more. */
function codesAreLeft(): void {
	const shelves = JSON.parse(keptCodes()) as Array<[string, Array<{ keptAt: number }>]>;
	for (const code of shelves.flatMap(([, codes]) => codes)) code.keptAt -= MINUTE;
	world.credential = { ...world.credential, authorizationCodes: JSON.stringify(shelves) };
}

describe('A merchant whose push does not arrive', () => {
	beforeEach(withoutPush);

	it('The code from the browser completes an authorization, and Link works at once', async () => {
		const code = await authorize();
		const { outputs } = await run([code]);
		expect(outputs.map((output) => output.map(({ json }) => json))).toEqual([
			[COMPLETED],
			[],
			[],
			[],
		]);
		expect(await world.result({ accounts: [OTHER_OA] })).toMatchObject({
			outcome: 'invitationSent',
		});
		expect(await world.controls.count(MINT_AUTHORIZER)).toBe(0);
		expect(keptCodes()).not.toContain(code);
	});

	it('A code that the browser sends again has the same result without a call', async () => {
		const code = await authorize();
		await run([code]);
		const calls = await world.controls.count();
		expect(await complete(code)).toEqual(COMPLETED);
		expect(await complete(code, { nodeType: inAnotherProcess() })).toEqual(COMPLETED);
		expect(await world.controls.count()).toBe(calls);
	});

	it('A code in two items and two concurrent runs is exchanged once', async () => {
		const code = await authorize();
		const [one, two] = await Promise.all([run([code, code]), run([` ${code}\n`])]);
		for (const { json } of [...one.outputs[0], ...two.outputs[0]]) expect(json).toEqual(COMPLETED);
		expect(sizesOf(one)).toEqual([2, 0, 0, 0]);
		expect(await exchanges()).toBe(1);
	});

	it('Two processes exchange a code once', async () => {
		const code = await authorize();
		const nodeType = inAnotherProcess();
		const results = await Promise.all([complete(code), complete(code, { nodeType })]);
		expect(results).toEqual([COMPLETED, COMPLETED]);
		expect(await exchanges()).toBe(1);
	});

	it.each([
		['without permission set 33', [1], /^Permission set 33/],
		['with it alone', [33], /^Ready/],
	])(
		'Complete Authorization says what the account granted: %s',
		async (_, permissionSets, hint) => {
			const code = await authorize(permissionSets);
			expect(await complete(code)).toEqual({
				...COMPLETED,
				permissionSets,
				canLink: permissionSets.includes(33),
				hint: expect.stringMatching(hint),
			});
		},
	);

	it.each([
		['miniProgram', 'miniProgram', 'a Mini Program'],
		['shop', 'shop', 'a shop'],
		['supplier', 'other', 'another kind'],
	] as const)(
		'Complete Authorization says that a %s has nothing to link',
		async (kind, accountKind, words) => {
			const appId = 'wx00000000000000a3';
			await world.controls.addAccount({ appId, kind, status: 'none' });
			expect(await complete(await authorize([1, 33], appId))).toMatchObject({
				officialAccountAppId: appId,
				accountKind,
				codeExchanged: true,
				canLink: false,
				hint: expect.stringContaining(words),
			});
		},
	);

	it('Complete Authorization works if WeChat refuses to describe the account', async () => {
		const code = await authorize();
		await world.controls.answerWith({ path: INFO }, { errcode: 61003 });
		expect(await complete(code)).toEqual({ ...COMPLETED, accountKind: null });
	});
});

describe('An exchange that WeChat refuses', () => {
	beforeEach(async () => {
		await withoutPush();
		await world.controls.answerWith({ path: QUERY_AUTH }, { errcode: -1, times: MANY });
	});

	const refused = async () => {
		const code = await authorize();
		const result = await run([code]);
		expect(sizesOf(result)).toEqual([0, 0, 1, 0]);
		expect(result.outputs[2][0].json).toMatchObject({
			outcome: 'failed',
			codeExchanged: false,
			errcode: -1,
			hint: expect.stringContaining('The authorization code is kept'),
		});
		await world.controls.stopAnswering();
		return code;
	};

	it('The next push of any kind repeats a refused exchange', async () => {
		const code = await refused();
		codesAreLeft();
		await world.controls.pushTicket();
		await server.settle();
		const calls = await exchanges();
		expect(await complete(code)).toEqual(COMPLETED);
		expect(await exchanges()).toBe(calls);
	});

	it('The next run for the account repeats a refused exchange', async () => {
		await refused();
		expect(await world.result({ accounts: [OTHER_OA] })).toMatchObject({
			outcome: 'invitationSent',
		});
	});

	it('Complete Authorization repeats a refused exchange for the same code', async () => {
		expect(await complete(await refused())).toEqual(COMPLETED);
	});
});

it.each([{ htmlStatus: 200 }, { htmlStatus: 502 }, { drop: true }, { truncate: true }])(
	'An exchange without an answer from WeChat (%j) leaves the code for later',
	async (behavior) => {
		await withoutPush();
		const code = await authorize();
		await world.controls.answerWith({ path: QUERY_AUTH }, { ...behavior, times: MANY });
		expect(await complete(code)).toMatchObject({
			category: 'retryLater',
			codeExchanged: false,
			hint: expect.stringContaining('The authorization code is kept'),
		});
	},
);

describe('A slow exchange', () => {
	it('Complete Authorization stops waiting for a slow exchange after the Timeout, and the exchange continues', async () => {
		await withoutPush();
		const code = await authorize();
		await world.controls.answerWith({ path: QUERY_AUTH }, { delayMs: 2500, times: 1 });
		const parameters = { options: { timeout: 1000 } };
		expect(await complete(code, { parameters })).toMatchObject({
			category: 'retryLater',
			codeExchanged: false,
			hint: expect.stringMatching(/exchange continues.*kept/),
		});
		expect(await complete(code)).toEqual(COMPLETED);
		expect(await exchanges()).toBe(1);
	});
});

describe('A process that ends after it kept the code', () => {
	it('Another process exchanges the code of a process that has ended', async () => {
		await withoutPush();
		const code = await authorize();
		// To the others, a process that hangs looks like one that has ended.
		await world.controls.answerWith({ path: QUERY_AUTH }, { delayMs: 8000, drop: true, times: 1 });
		const parameters = { options: { timeout: 1000 } };
		await complete(code, { parameters, nodeType: inAnotherProcess() });
		expect(keptCodes()).toContain(code);
		expect(await complete(code)).toEqual(COMPLETED);
	}, 20_000);
});

describe.each<[string, () => INodeType | undefined]>([
	['in one process', () => undefined],
	['in two processes', () => inAnotherProcess()],
])('The push and the browser with the same code %s', (where, process) => {
	const expectOneExchange = async (result: IDataObject) => {
		await server.settle();
		expect(result).toEqual(COMPLETED);
		const { accountKind, codeExchanged, permissionSets, canLink, hint } = COMPLETED;
		expect(server.items).toMatchObject([
			{
				event: 'authorized',
				officialAccountAppId: OTHER_OA,
				officialAccountName: 'Book Shop',
				...{ accountKind, codeExchanged, permissionSets, canLink, hint },
			},
		]);
		expect(await exchanges()).toBe(1);
		expect(await world.result({ accounts: [OTHER_OA] })).toMatchObject({
			outcome: 'invitationSent',
		});
		expect(await world.controls.count(MINT_AUTHORIZER)).toBe(0);
	};

	it.each([0, 300, 1500])(
		`A code from the browser and %i ms later from the push is exchanged once ${where}`,
		async (delay) => {
			await world.controls.configure({ delayAuthorizationPush: delay });
			const code = await comeBack();
			const nodeType = process();
			const result = await complete(code, { ...(nodeType && { nodeType }) });
			while (server.items.length === 0) await pause(10);
			await expectOneExchange(result);
		},
	);

	it(`A code from the push and then from the browser is exchanged once ${where}`, async () => {
		const code = await authorize();
		await server.settle();
		const nodeType = process();
		await expectOneExchange(await complete(code, { ...(nodeType && { nodeType }) }));
	});
});

describe('A code that another system has exchanged (61010)', () => {
	it('A code that another system has exchanged completes the authorization if a push has named the account', async () => {
		await world.controls.answerWith({ path: QUERY_AUTH }, { errcode: -1, times: 3 });
		const code = await authorize();
		await server.settle();
		await world.controls.answerWith(
			{ path: QUERY_AUTH },
			{ errcode: 61010, carryOut: true, times: 1 },
		);
		const nodeType = inAnotherProcess();
		expect(await complete(code, { nodeType })).toEqual(COMPLETED);
	}, 20_000);

	it('A code that another system has exchanged is of no use until a push names the account', async () => {
		await world.controls.configure({ delayAuthorizationPush: 1500 });
		await world.controls.answerWith(
			{ path: QUERY_AUTH },
			{ errcode: 61010, carryOut: true, times: 1 },
		);
		const code = await comeBack();
		const { outputs } = await run([code]);
		expect(outputs[1][0].json).toMatchObject({
			errcode: 61010,
			codeExchanged: false,
			hint: expect.stringContaining('new authorization link'),
		});
		while (server.items.length === 0) await pause(10);
		expect(server.items).toMatchObject([{ codeExchanged: true, canLink: true }]);
		expect(await complete(code)).toEqual(COMPLETED);
		expect(await exchanges()).toBe(1);
	});
});

describe('A useless code', () => {
	it.each([
		['is missing', undefined, /is empty/],
		['occurs twice', ['queryauthcode@@@a', 'queryauthcode@@@b'], /is a list/],
		['is an address', 'https://a.example.com/?auth_code=queryauthcode@@@a', /is not a valid code/],
	])('Complete Authorization says without a call that the code %s', async (_, code, problem) => {
		await withoutPush();
		const good = await authorize();
		const { outputs } = await run([code, good]);
		expect(outputs.map((output) => output.length)).toEqual([1, 0, 0, 1]);
		expect(outputs[3][0].json).toMatchObject({
			category: 'other',
			codeExchanged: false,
			errmsg: expect.stringMatching(problem),
		});
		expect(await exchanges()).toBe(1);
	});

	it('Complete Authorization says that a code is made up, and asks WeChat about it once', async () => {
		for (let n = 0; n < 2; n++) {
			const { outputs } = await run(['queryauthcode@@@nobody']);
			expect(outputs[1][0].json).toMatchObject({
				errcode: 61009,
				errmsg: 'WeChat does not know the authorization code',
				codeExchanged: false,
				whoActs: 'operator',
			});
		}
		expect(await exchanges()).toBe(1);
	});

	it('Complete Authorization says that a code is too old', async () => {
		await withoutPush();
		const code = await authorize();
		await world.controls.advanceClock(3601);
		expect(await complete(code)).toMatchObject({
			errcode: 61010,
			errmsg: 'The authorization code was used already or is too old',
			hint: expect.stringContaining('new authorization link'),
		});
	});

	it('A code that another platform has exchanged does not show the account of that platform', async () => {
		await withoutPush();
		const code = await authorize();
		await complete(code);
		const { appId, appSecret } = await world.controls.addPlatform({ appId: 'wxd000000000000001' });
		await world.controls.pushTicket(undefined, appId);
		world.credential = {
			...world.credential,
			componentAppId: appId,
			componentAppSecret: appSecret,
			componentVerifyTicket: String(await world.controls.lastTicket(appId)),
		};
		expect(await complete(code)).toMatchObject({ errcode: 61009, officialAccountAppId: null });
	});

	it.each(['en', 'zh-CN'])('A useless code has a hint in %s', async (hintLanguage) => {
		const { outputs } = await run(['', 'queryauthcode@@@none', ['a', 'b'], 'a b'], {
			parameters: { options: { hintLanguage } },
		});
		for (const { hint } of inInputOrder(outputs)) {
			expect(String(hint)).toMatch(
				hintLanguage === 'en' ? /^[^，。：；）]+\.$/u : /\p{Script=Han}.*。$/u,
			);
		}
	});
});

it('An AI agent gets the result of Complete Authorization, good or bad, and no code', async () => {
	await withoutPush();
	const code = await authorize();
	const outputs = await runAsTool({
		operation: 'completeAuthorization',
		items: [{ code }, { code: 'queryauthcode@@@nobody' }],
		credentialType: 'weChatOpenPlatformApi',
		table: world.table,
		parameters: { resource: 'officialAccount', authorizationCode: '={{ $json.code }}' },
	});
	expect(outputs).toHaveLength(1);
	const [completed, refused] = outputs[0].map(({ json }) => json);
	expect(completed).toEqual(COMPLETED);
	expect(refused).toMatchObject({ errcode: 61009, category: 'authorization' });
	expect(JSON.stringify(outputs)).not.toContain('queryauthcode');
});

it('With a token service the server exchanges the code, not the node', async () => {
	world.credential = {
		...world.credential,
		tokenSource: 'tokenService',
		tokenServiceUrl: `${world.url}/_sandbox/token-service/{appid}`,
	};
	expect(await complete('queryauthcode@@@elsewhere')).toEqual({
		officialAccountAppId: null,
		accountKind: null,
		codeExchanged: null,
		permissionSets: null,
		canLink: null,
		hint: expect.stringContaining('server behind the token service'),
	});
	expect(await world.controls.count()).toBe(0);
	expect(keptCodes()).not.toContain('queryauthcode');
});
