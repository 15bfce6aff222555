import {
	sleep,
	type ICredentialDataDecryptedObject,
	type IDataObject,
	type ILoadOptionsFunctions,
	type INodeExecutionData,
	type IPollFunctions,
	type NodeApiError,
} from 'n8n-workflow';

import { getOfficialAccounts } from '../../../nodes/WeChatMiniProgramLinkTrigger/editor';
import { poll } from '../../../nodes/WeChatMiniProgramLinkTrigger/poll';

const NOW = Date.parse('2025-03-04T02:00:20.000Z');
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const HOST = 'https://api.weixin.qq.com';
const SERVICE = 'https://tokens.example.com';

const A = 'wx00000000000000a1';
const B = 'wx00000000000000a2';
const C = 'wx00000000000000a3';

const SET_33 = { funcscope_category: { id: 33 } };
const EVERYTHING = ['accountUnavailable', 'invited', 'linked', 'refused', 'removed', 'waiting'];

/** An account's links by status, or the code with which WeChat refuses the list. */
type Links = Record<string, number> | number;

interface World {
	/** The accounts that the token service lists, or the HTTP status of its refusal. */
	listed: object[] | number;
	/** By token; an account of the token service has its appid as its token. */
	links: Record<string, Links>;
}

let credentials = 0;

beforeEach(() => jest.useFakeTimers({ now: NOW }));
afterEach(() => jest.useRealTimers());

const listOf = (links: Record<string, number>) => ({
	errcode: 0,
	wxopens: {
		items: Object.entries(links).map(([username, status]) => ({
			username,
			status,
			nickname: 'Tea',
		})),
	},
});

/** A trigger node with a new credential, connected to a token service and WeChat. */
function triggerOf(
	world: World,
	given: { credential?: ICredentialDataDecryptedObject | Error; parameters?: IDataObject } = {},
) {
	const { parameters = {} } = given;
	const isPlatform = parameters.authentication === 'openPlatform';
	const type = isPlatform ? 'weChatOpenPlatformApi' : 'weChatAuthorizerTokenApi';
	const id = `credential ${++credentials}`;
	let record: ICredentialDataDecryptedObject =
		given.credential instanceof Error
			? {}
			: {
					apiBaseUrl: HOST,
					tokenServiceHeaderName: 'X-Key',
					tokenServiceHeaderValue: `of ${id}`,
					typedExpressions: '0:[]',
					...given.credential,
				};
	const staticData: IDataObject = {};
	let mode = 'trigger';
	/** The activation's poll finds n8n's database down and changes nothing; the test's own polls follow. */
	let isDown = true;
	const asked: string[] = [];
	const warnings: string[] = [];
	const answerOf = (url: string, token: string): object | number => {
		if (url.startsWith(SERVICE)) {
			const appId = url.slice(SERVICE.length + 1);
			return appId === '' ? world.listed : { access_token: appId };
		}
		const links = world.links[token] ?? {};
		return typeof links === 'number' ? { errcode: links, errmsg: 'text' } : listOf(links);
	};
	const context = {
		getMode: () => mode,
		getActivationMode: () => 'activate',
		getWorkflow: () => ({ id: 'workflow' }),
		getNode: () => ({ id, name: 'Trigger', credentials: { [type]: { id, name: 'Credential' } } }),
		getNodeParameter: (name: string, otherwise: unknown) => parameters[name] ?? otherwise,
		getWorkflowStaticData: () => staticData,
		getCredentials: async () => {
			if (isDown) throw new Error('The database is down');
			if (given.credential instanceof Error) throw given.credential;
			return await Promise.resolve({ ...record });
		},
		logger: { warn: (text: string) => warnings.push(text) },
		helpers: {
			httpRequest: async ({ url, qs }: { url: string; qs?: { access_token?: string } }) => {
				const token = qs?.access_token ?? '';
				asked.push(token || url.slice(SERVICE.length));
				const answer = answerOf(url, token);
				return await Promise.resolve(
					typeof answer === 'number'
						? { statusCode: answer, body: '' }
						: { statusCode: 200, body: JSON.stringify(answer) },
				);
			},
			httpRequestWithAuthentication: async (
				_: string,
				__: object,
				{ credentialsDecrypted: { data } }: { credentialsDecrypted: { data: object } },
			) => {
				const order = (data as Record<symbol, { changes: object; isDone: boolean }>)[
					Symbol.for('n8n-nodes-wechat-mini-program-link.store')
				];
				record = { ...record, ...order.changes };
				order.isDone = true;
				await Promise.reject(new Error('A request without an address is not sent'));
			},
		},
	};
	const polling = context as unknown as IPollFunctions;
	const jsonOf = (output: INodeExecutionData[][] | null) =>
		output?.[0].map(({ json }) => json) ?? null;
	const outputOf = async (work: Promise<INodeExecutionData[][] | null>) =>
		jsonOf(await finish(work));
	return {
		staticData,
		asked,
		warnings,
		context,
		stored: () => record,
		/** @param budget milliseconds; older releases of n8n have none */
		poll: async ({ isActivation = false, budget = undefined as number | undefined } = {}) => {
			if (budget !== undefined) polling.getPollBudgetMs = () => budget;
			if (isDown && !isActivation) await poll(polling);
			if (isDown) warnings.length = 0;
			isDown = false;
			return await outputOf(poll(polling));
		},
		/** Starts a poll without waiting for its end. */
		begin: async () => jsonOf(await poll(polling)),
		sample: async () => {
			isDown = false;
			mode = 'manual';
			return await outputOf(poll(polling)).finally(() => (mode = 'trigger'));
		},
		options: async () => {
			isDown = false;
			return await finish(getOfficialAccounts.call(context as unknown as ILoadOptionsFunctions));
		},
	};
}

async function finish<T>(work: Promise<T>): Promise<T> {
	let isDone = false;
	void work.catch(() => undefined).finally(() => (isDone = true));
	while (!isDone) await jest.advanceTimersByTimeAsync(50);
	return await work;
}

const failureOf = async (work: Promise<unknown>): Promise<NodeApiError> =>
	await work.then(
		() => {
			throw new Error('It did not fail');
		},
		(error: unknown) => error as NodeApiError,
	);

const wait = (milliseconds: number) => jest.setSystemTime(Date.now() + milliseconds);

describe('One account', () => {
	const world = (links: Links): World => ({ listed: [], links: { T: links } });
	const withToken = (of: World, more: object = {}) =>
		triggerOf(of, {
			credential: { accessToken: 'T', ...more },
			parameters: { triggerOn: EVERYTHING, options: { quietInterval: 0 } },
		});

	it('The trigger saves its first visit and each change, but nothing if nothing has changed', async () => {
		const of = world({ gh_a: 12 });
		const { poll, asked } = withToken(of, { officialAccountAppId: A });
		expect(await poll()).toStrictEqual([]);
		wait(MINUTE);
		of.links.T = { gh_a: 1 };
		expect(await poll()).toMatchObject([
			{ event: 'linked', username: 'gh_a', officialAccountAppId: A },
		]);
		wait(MINUTE);
		expect(await poll()).toBeNull();
		expect(asked).toEqual(['T', 'T', 'T']);
	});

	it('The memory of one account belongs to its appid, or to its credential if it has none', async () => {
		const originOf = async (more: object) => {
			const { poll, staticData } = withToken(world({}), more);
			await poll();
			return staticData.seen as { origin: string; accounts: object };
		};
		const named = await originOf({ officialAccountAppId: A });
		expect(Object.keys(named.accounts)).toEqual([A]);
		expect((await originOf({ officialAccountAppId: A })).origin).toBe(named.origin);
		expect((await originOf({ officialAccountAppId: B })).origin).not.toBe(named.origin);
		const elsewhere = { officialAccountAppId: A, apiBaseUrl: 'https://sh.api.weixin.qq.com' };
		expect((await originOf(elsewhere)).origin).toBe(named.origin);
		const nameless = await originOf({});
		expect(Object.keys(nameless.accounts)).toEqual(['account']);
		expect((await originOf({})).origin).not.toBe(nameless.origin);
	});

	it('An item has no appid of the account if the credential has none', async () => {
		const of = world({ gh_a: 12 });
		const { poll } = withToken(of);
		await poll();
		wait(MINUTE);
		of.links.T = {};
		expect(await poll()).toStrictEqual([]);
		wait(MINUTE);
		expect(await poll()).toMatchObject([{ event: 'removed', officialAccountAppId: null }]);
	});

	it('The trigger fails if its credential cannot be read, but at the activation it only warns', async () => {
		const { poll, sample, warnings, asked } = triggerOf(world({}), {
			credential: new Error('gone'),
		});
		const problem = 'The credential could not be read: gone';
		expect(await poll({ isActivation: true })).toBeNull();
		expect(warnings).toEqual([problem]);
		expect(await failureOf(poll())).toMatchObject({ message: problem });
		expect(await failureOf(sample())).toMatchObject({ message: problem });
		expect(asked).toStrictEqual([]);
	});

	it('The trigger fails at once at the limit of the minute, since the next poll comes soon', async () => {
		const { poll, asked } = withToken(world(45011));
		const from = Date.now();
		await failureOf(poll());
		expect(asked).toEqual(['T']);
		expect(Date.now() - from).toBeLessThan(5000);
	});

	const answering = (body: string) => async () => await Promise.resolve({ statusCode: 200, body });

	it('The trigger fails if the list in the answer is not complete', async () => {
		const { poll, context } = withToken(world({}));
		context.helpers.httpRequest = answering('{"errcode":0,"wxopens":{"items":[7]}}');
		expect(await failureOf(poll())).toMatchObject({
			message: "WeChat's answer does not contain a complete list of links",
		});
	});

	it('An answer without a list is believed at once if there were no links', async () => {
		const { poll, context } = withToken(world({}));
		expect(await poll()).toStrictEqual([]);
		context.helpers.httpRequest = answering('{"errcode":0}');
		wait(MINUTE);
		expect(await poll()).toBeNull();
	});

	it('The trigger saves that a list is missing, and reports the removals at the next visit', async () => {
		const of = world({ gh_a: 1 });
		const { poll, context, staticData } = withToken(of);
		await poll();
		const before = JSON.stringify(staticData);
		context.helpers.httpRequest = answering('{"errcode":0}');
		wait(MINUTE);
		expect(await poll()).toStrictEqual([]);
		expect(JSON.stringify(staticData)).not.toBe(before);
		wait(MINUTE);
		expect(await poll()).toMatchObject([{ event: 'removed', username: 'gh_a' }]);
	});

	it('The trigger stores the token that a token service returns', async () => {
		const of: World = { listed: [], links: { a: {} } };
		const { poll, stored } = triggerOf(of, {
			credential: { tokenSource: 'tokenService', tokenServiceUrl: `${SERVICE}/a` },
			parameters: { triggerOn: EVERYTHING },
		});
		await poll();
		expect(stored()).toMatchObject({ authorizerAccessToken: 'a' });
	});
});

/** A trigger on a platform with a token service. */
const onPlatform = (world: World, parameters: IDataObject = {}, fields: object = {}) =>
	triggerOf(world, {
		credential: { tokenSource: 'tokenService', tokenServiceUrl: `${SERVICE}/{appid}`, ...fields },
		parameters: {
			authentication: 'openPlatform',
			triggerOn: EVERYTHING,
			options: { quietInterval: 0 },
			...parameters,
		},
	});

describe('A platform', () => {
	it('The trigger visits all listed accounts and stores their tokens', async () => {
		const { poll, asked, stored } = onPlatform({ listed: [A, B] as never, links: {} });
		expect(await poll()).toStrictEqual([]);
		expect(asked.sort()).toEqual(['/', `/${A}`, `/${B}`, A, B].sort());
		expect(String(stored().authorizerAccessTokens)).toContain(B);
	});

	it('The trigger fails if its credential cannot be read or its token service has no address', async () => {
		const gone = triggerOf(
			{ listed: [], links: {} },
			{ credential: new Error('gone'), parameters: { authentication: 'openPlatform' } },
		);
		expect(await failureOf(gone.poll())).toMatchObject({
			message: 'The credential could not be read: gone',
		});
		const nowhere = onPlatform({ listed: [], links: {} }, {}, { tokenServiceUrl: '' });
		expect(await failureOf(nowhere.poll())).toMatchObject({
			message: 'The address of the token service is not a URL',
		});
		expect(nowhere.asked).toStrictEqual([]);
	});

	it('The trigger fails if the list of accounts cannot be read and it remembers none', async () => {
		const { poll, asked } = onPlatform({ listed: 503, links: {} });
		expect(await failureOf(poll())).toMatchObject({
			message: 'The token service answered HTTP 503',
			failure: { cause: 'temporarily-unavailable' },
		});
		expect(asked).toEqual(['/']);
	});

	it('The trigger visits the accounts that it remembers if the list cannot be read', async () => {
		const world: World = { listed: [A] as never, links: { [A]: { gh_a: 12 } } };
		const { poll, staticData } = onPlatform(world);
		await poll();
		wait(MINUTE);
		world.listed = 503;
		world.links[A] = 61003;
		expect(await poll()).toMatchObject([{ event: 'accountUnavailable', officialAccountAppId: A }]);
		expect(Object.keys((staticData.seen as { accounts: object }).accounts)).toEqual([A]);
	});

	it('The trigger forgets an account that is no longer listed once it cannot be called', async () => {
		const world: World = { listed: [A, B] as never, links: { [B]: { gh_b: 12 } } };
		const { poll, staticData } = onPlatform(world);
		const known = () => Object.keys((staticData.seen as { accounts: object }).accounts);
		await poll();
		wait(MINUTE);
		world.listed = [A] as never;
		world.links[B] = { gh_b: 1 };
		expect(await poll()).toMatchObject([{ event: 'linked', officialAccountAppId: B }]);
		expect(known().sort()).toEqual([A, B]);
		wait(MINUTE);
		world.links[B] = 61003;
		expect(await poll()).toMatchObject([{ event: 'accountUnavailable', officialAccountAppId: B }]);
		expect(known()).toEqual([A]);
	});

	it('All links of an account that came after the first poll are reported', async () => {
		const world: World = {
			listed: [A] as never,
			links: {
				[A]: { gh_a: 1 },
				[B]: { gh_linked: 1, gh_refused: 3, gh_invited: 12, gh_agreed: 2 },
			},
		};
		const { poll } = onPlatform(world);
		expect(await poll()).toStrictEqual([]);
		wait(MINUTE);
		world.listed = [A, B] as never;
		const of = { officialAccountAppId: B, previousStatus: null };
		expect(await poll()).toMatchObject([
			{ ...of, event: 'linked', username: 'gh_linked', outcome: 'linked' },
			{ ...of, event: 'refused', username: 'gh_refused', miniProgramAppId: null },
			{ ...of, event: 'invited', username: 'gh_invited', waitingDays: 0 },
			{ ...of, event: 'invited', username: 'gh_agreed' },
		]);
		wait(MINUTE);
		expect(await poll()).toBeNull();
	});

	it('An invitation of a new account has waited since it was first seen', async () => {
		const world: World = { listed: [A] as never, links: { [B]: { gh_b: 12 } } };
		const { poll } = onPlatform(world, { triggerOn: ['waiting'] });
		await poll();
		world.listed = [A, B] as never;
		expect(await poll()).toStrictEqual([]);
		wait(73 * HOUR);
		expect(await poll()).toMatchObject([{ event: 'waiting', username: 'gh_b', waitingDays: 3 }]);
	});

	it('All links of the first account of a platform that had none are reported', async () => {
		const world: World = { listed: [], links: { [A]: { gh_a: 1 } } };
		const { poll } = onPlatform(world);
		expect(await poll()).toStrictEqual([]);
		world.listed = [A] as never;
		expect(await poll()).toMatchObject([{ event: 'linked', username: 'gh_a' }]);
	});

	it('The first poll reports no links, even of an account that is newer than the trigger', async () => {
		const world: World = {
			listed: [{ appid: A, auth_time: NOW / 1000 + 60 }],
			links: { [A]: { gh_a: 12, gh_b: 1, gh_c: 3 } },
		};
		expect(await onPlatform(world).poll()).toStrictEqual([]);
	});

	it('The links of a new account that cannot be read yet are reported later', async () => {
		const world: World = { listed: [A] as never, links: { [B]: -1 } };
		const { poll } = onPlatform(world);
		await poll();
		wait(MINUTE);
		world.listed = [A, B] as never;
		expect(await poll()).toBeNull();
		wait(MINUTE);
		world.links[B] = 61007;
		expect(await poll()).toMatchObject([{ event: 'accountUnavailable', officialAccountAppId: B }]);
		wait(MINUTE);
		world.links[B] = { gh_b: 1 };
		expect(await poll()).toMatchObject([{ event: 'linked', officialAccountAppId: B }]);
	});

	it('The links of an account that was listed from the start and can be read only now are not reported', async () => {
		const world: World = { listed: [A, B] as never, links: { [B]: 61007 } };
		const { poll } = onPlatform(world);
		await poll();
		wait(MINUTE);
		world.links[B] = { gh_b: 1 };
		expect(await poll()).toStrictEqual([]);
	});

	it('The links of accounts that the first poll had no time to visit are not reported', async () => {
		const world: World = {
			listed: [A, B, C] as never,
			links: { [B]: { gh_b: 1 }, [C]: { gh_c: 3 } },
		};
		const { poll, context } = onPlatform(world, { options: { maxConcurrency: 1 } });
		const answer = context.helpers.httpRequest;
		context.helpers.httpRequest = async (options) => {
			await sleep(25_000);
			return await answer(options);
		};
		for (let polls = 0; polls < 4; polls++) {
			expect((await poll({ budget: 30_000 })) ?? []).toStrictEqual([]);
			wait(MINUTE);
		}
	});

	it('The links of accounts that were missing from an incomplete list are not reported', async () => {
		const { poll, context } = triggerOf(
			{ listed: [], links: { [B]: { gh_b: 1 }, [C]: { gh_c: 1 } } },
			{
				credential: {
					componentAppId: 'wx00000000000000c2',
					componentAppSecret: 'secret of the broken list',
					componentVerifyTicket: 'ticket@@@1',
				},
				parameters: {
					authentication: 'openPlatform',
					triggerOn: EVERYTHING,
					options: { quietInterval: 0 },
				},
			},
		);
		let pages: object[] = [];
		const toLinks = context.helpers.httpRequest;
		const authorization_info = { authorizer_refresh_token: 'r', func_info: [SET_33] };
		const info = { authorizer_info: { service_type_info: { id: 2 } }, authorization_info };
		const answers: Record<string, (body: { authorizer_appid: string }) => object | undefined> = {
			api_component_token: () => ({ component_access_token: 'P', expires_in: 7200 }),
			api_get_authorizer_list: () => pages.shift(),
			api_get_authorizer_info: () => info,
			api_authorizer_token: ({ authorizer_appid }) => ({
				authorizer_access_token: authorizer_appid,
				expires_in: 7200,
			}),
		};
		context.helpers.httpRequest = async (options: { url: string; body?: unknown }) => {
			const toPlatform = answers[options.url.split('/').at(-1) ?? ''];
			if (!toPlatform) return await toLinks(options);
			const body = JSON.parse(String(options.body)) as { authorizer_appid: string };
			return { statusCode: 200, body: JSON.stringify(toPlatform(body)) };
		};
		const page = (...ids: string[]) => ({
			total_count: 2,
			list: ids.map((authorizer_appid) => ({ authorizer_appid, auth_time: NOW / 1000 })),
		});
		const busy = { errcode: 48001, errmsg: 'text' };
		pages = [page(A), busy];
		expect(await poll()).toStrictEqual([]);
		wait(MINUTE);
		pages = [page(A, B)];
		expect(await poll()).toStrictEqual([]);
		wait(MINUTE);
		pages = [page(C), busy];
		expect(await poll()).toMatchObject([{ event: 'linked', officialAccountAppId: C }]);
	});

	it('The links of an account that came back are reported again, under new event IDs', async () => {
		const at = (appid: string, hours: number) => ({ appid, auth_time: NOW / 1000 + hours * 3600 });
		const world: World = { listed: [at(A, 0)], links: { [B]: { gh_b: 1 } } };
		const { poll } = onPlatform(world);
		await poll();
		wait(HOUR);
		world.listed = [at(A, 0), at(B, 1)];
		const [first] = (await poll()) ?? [];
		expect(first).toMatchObject({ event: 'linked', username: 'gh_b' });
		wait(HOUR);
		world.listed = [at(A, 0)];
		world.links[B] = 61003;
		expect(await poll()).toMatchObject([{ event: 'accountUnavailable', officialAccountAppId: B }]);
		wait(HOUR);
		world.listed = [at(A, 0), at(B, 3)];
		world.links[B] = { gh_b: 1 };
		const [again] = (await poll()) ?? [];
		expect(again).toMatchObject({ event: 'linked', username: 'gh_b', previousStatus: null });
		expect(again.eventId).not.toBe(first.eventId);
	});

	it('Only changes are reported of an account that was missing from the list for a moment', async () => {
		const world: World = { listed: [A, B] as never, links: { [B]: { gh_b: 1, gh_c: 12 } } };
		const { poll } = onPlatform(world);
		await poll();
		wait(MINUTE);
		world.listed = [A] as never;
		expect(await poll()).toBeNull();
		wait(MINUTE);
		world.listed = [A, B] as never;
		world.links[B] = { gh_b: 1, gh_c: 1 };
		expect(await poll()).toMatchObject([{ event: 'linked', username: 'gh_c', previousStatus: 12 }]);
	});

	it('The links of an account that is selected later are not reported', async () => {
		const officialAccounts = [A];
		const parameters: IDataObject = { watch: 'selected', officialAccounts };
		const world: World = {
			listed: [A, B, C] as never,
			links: { [B]: { gh_b: 1 }, [C]: { gh_c: 1 } },
		};
		const { poll } = onPlatform(world, parameters);
		await poll();
		officialAccounts.push(B);
		expect(await poll()).toStrictEqual([]);
	});

	it('The links of accounts that a change of Watch adds are not reported', async () => {
		const parameters: IDataObject = {
			authentication: 'openPlatform',
			triggerOn: EVERYTHING,
			options: { quietInterval: 0 },
			watch: 'selected',
			officialAccounts: [A],
		};
		const links = { [B]: { gh_b: 1 }, [C]: { gh_c: 1 } };
		const world: World = { listed: [A, B] as never, links };
		const credential = { tokenSource: 'tokenService', tokenServiceUrl: `${SERVICE}/{appid}` };
		const { poll } = triggerOf(world, { credential, parameters });
		await poll();
		parameters.watch = 'all';
		expect(await poll()).toStrictEqual([]);
		parameters.watch = 'selected';
		parameters.officialAccounts = [A, C];
		expect(await poll()).toStrictEqual([]);
		parameters.watch = 'all';
		expect(await poll()).toStrictEqual([]);
		world.listed = [A, B, C] as never;
		expect(await poll()).toBeNull();
	});

	it('The trigger warns of accounts that cannot be read, and visits the others', async () => {
		const world: World = { listed: [A, B, C] as never, links: { [A]: -1, [B]: -1 } };
		const { poll, warnings } = onPlatform(world);
		expect(await poll()).toStrictEqual([]);
		expect(warnings).toEqual([
			expect.stringMatching(/^Official Accounts that could not be checked: 2\. The first one: .+/),
		]);
		world.links = {};
		wait(MINUTE);
		await poll();
		expect(warnings).toHaveLength(1);
	});

	it('The trigger fails if no account can be read', async () => {
		const world: World = { listed: [A, B] as never, links: { [A]: -1, [B]: -1 } };
		expect(await failureOf(onPlatform(world).poll())).toMatchObject({
			failure: { cause: 'temporarily-unavailable' },
		});
	});

	it('The trigger fails if all due accounts meet an outage, but not if one has no calls left today', async () => {
		const world: World = { listed: [A, B, C] as never, links: { [B]: { gh_b: 12 } } };
		const { poll, warnings } = onPlatform(world, { options: { quietInterval: 60 } });
		await poll();
		wait(MINUTE);
		world.links[B] = -1;
		await failureOf(poll());
		expect(warnings).toStrictEqual([]);
		world.links[B] = 45009;
		expect(await poll()).toBeNull();
		expect(warnings).toHaveLength(1);
	});

	it('An outage does not make the trigger fail if one of several due accounts met something else', async () => {
		const invited = { gh_b: 12 };
		const world: World = { listed: [A, B, C] as never, links: { [B]: invited, [C]: invited } };
		const { poll, warnings } = onPlatform(world, { options: { quietInterval: 60 } });
		await poll();
		wait(MINUTE);
		world.links = { [B]: -1, [C]: 45009 };
		expect(await poll()).toBeNull();
		expect(warnings).toEqual([
			expect.stringMatching(/^Official Accounts that could not be checked: 2/),
		]);
	});

	it.each([
		[61003, true],
		[48001, true],
		[61004, false],
		[-1, false],
		[45009, false],
		[777001, false],
	])(
		'An account that WeChat refuses with %i is reported as unavailable: %s',
		async (errcode, is) => {
			const world: World = { listed: [A, B] as never, links: {} };
			const { poll } = onPlatform(world);
			await poll();
			wait(MINUTE);
			world.links[A] = errcode;
			const events = ((await poll()) ?? []).map(({ event }) => event);
			expect(events).toEqual(is ? ['accountUnavailable'] : []);
		},
	);

	it('The trigger saves that an account can be called again', async () => {
		const world: World = { listed: [A, B] as never, links: { [A]: { gh_a: 1 } } };
		const { poll } = onPlatform(world);
		await poll();
		wait(MINUTE);
		world.links[A] = 61003;
		expect(await poll()).toMatchObject([{ event: 'accountUnavailable' }]);
		wait(MINUTE);
		expect(await poll()).toBeNull();
		world.links[A] = { gh_a: 1 };
		wait(MINUTE);
		expect(await poll()).toStrictEqual([]);
		wait(MINUTE);
		expect(await poll()).toBeNull();
	});

	it('The trigger visits each selected account once, whatever the case and spaces of its appid', async () => {
		const { poll, asked, staticData } = onPlatform(
			{ listed: [], links: {} },
			{ watch: 'selected', officialAccounts: [` ${A.toUpperCase()} `, A, B] },
		);
		await poll();
		expect(asked.filter((one) => !one.startsWith('/')).sort()).toEqual([A, B]);
		expect(Object.keys((staticData.seen as { accounts: object }).accounts)).toEqual([A, B]);
	});

	it('The memory of a platform belongs to its appid, or to its credential if it has none', async () => {
		const originOf = async (fields: object) => {
			const { poll, staticData } = onPlatform({ listed: [A] as never, links: {} }, {}, fields);
			await poll();
			return (staticData.seen as { origin: string }).origin;
		};
		const origin = await originOf({ componentAppId: 'wxc1' });
		expect(await originOf({ componentAppId: 'wxc1' })).toBe(origin);
		expect(await originOf({ componentAppId: 'wxc2' })).not.toBe(origin);
		const elsewhere = { componentAppId: 'wxc1', apiBaseUrl: 'https://sh.api.weixin.qq.com' };
		expect(await originOf(elsewhere)).toBe(origin);
		expect(await originOf({})).not.toBe(await originOf({}));
	});

	describe('Ten slow accounts', () => {
		const ids = Array.from({ length: 10 }, (_, n) => `wx00000000000000b${n}`);
		const slowly = () => {
			const trigger = onPlatform(
				{ listed: ids as never, links: { [ids[9]]: { gh_a: 12 } } },
				{ options: { quietInterval: 60, maxConcurrency: 1 } },
			);
			const { context, asked } = trigger;
			const answer = context.helpers.httpRequest;
			context.helpers.httpRequest = async (options) => {
				await sleep(5000);
				return await answer(options);
			};
			return { ...trigger, visited: () => asked.filter((one) => !one.startsWith('/')) };
		};

		it('A poll ends in the time that n8n allows, and the next ones visit the other accounts', async () => {
			const { poll, visited, staticData } = slowly();
			const numbers: number[] = [];
			while (visited().length < ids.length) {
				const [from, before] = [Date.now(), visited().length];
				expect(await poll({ budget: 36_000 })).toStrictEqual([]);
				expect(Date.now() - from).toBeLessThan(36_000);
				numbers.push(visited().length - before);
				expect(Object.keys((staticData.seen as { accounts: object }).accounts)).toEqual(
					expect.arrayContaining(visited()),
				);
				wait(MINUTE);
			}
			expect(numbers.length).toBeGreaterThan(1);
			expect(visited().sort()).toEqual(ids);
		});

		it('The poll of an activation ends within a minute, and the next one visits the other accounts', async () => {
			const { poll, visited } = slowly();
			const from = Date.now();
			await poll({ isActivation: true, budget: 300_000 });
			expect(Date.now() - from).toBeLessThan(60_000);
			expect(visited().length).toBeGreaterThan(0);
			expect(visited().length).toBeLessThan(ids.length);
			wait(MINUTE);
			await poll();
			expect(visited().sort()).toEqual(ids);
		});
	});

	it('The accounts that have waited longest are visited first', async () => {
		const officialAccounts: string[] = [];
		const { poll, asked } = onPlatform(
			{ listed: [], links: {} },
			{
				watch: 'selected',
				officialAccounts,
				options: { quietInterval: 5, maxConcurrency: 1 },
			},
		);
		for (const account of [A, B, C]) {
			officialAccounts.unshift(account);
			await poll();
			wait(MINUTE);
		}
		wait(HOUR);
		asked.length = 0;
		await poll();
		expect(asked.filter((one) => !one.startsWith('/'))).toEqual([A, B, C]);
	});

	it('No account is reported as unavailable if something prevents every call', async () => {
		const picked = { watch: 'selected', officialAccounts: [A] };
		const nowhere = { tokenServiceUrl: SERVICE };
		const { poll, staticData } = onPlatform({ listed: [], links: {} }, picked, nowhere);
		expect((await failureOf(poll())).message).toBe('Token Service URL does not contain {appid}');
		expect(staticData).toEqual({});
	});

	it('The trigger fails with the reason if the provider has to act before the platform gets a token', async () => {
		const picked = { watch: 'selected', officialAccounts: [A] };
		const { poll, context } = onPlatform({ listed: [], links: {} }, picked);
		context.helpers.httpRequest = async () => await Promise.resolve({ statusCode: 403, body: '' });
		expect((await failureOf(poll())).message).toBe(
			'The token service returned no token (HTTP 403)',
		);
	});

	it('The trigger fails if the only selected entry is not an appid, but at the activation it only warns', async () => {
		const picked = { watch: 'selected', officialAccounts: 'tea-house' };
		const { poll, asked, warnings } = onPlatform({ listed: [], links: {} }, picked);
		expect(await poll({ isActivation: true })).toBeNull();
		expect(warnings).toEqual([expect.stringContaining('"tea-house"')]);
		expect((await failureOf(poll())).message).toContain('"tea-house"');
		expect(asked).toStrictEqual([]);
	});

	it('An event that Trigger On does not select starts nothing, now or later', async () => {
		const world: World = { listed: [A] as never, links: { [A]: { gh_a: 12 } } };
		const { poll } = onPlatform(world, { triggerOn: ['removed'] });
		await poll();
		wait(MINUTE);
		world.links[A] = { gh_a: 1 };
		expect(await poll()).toStrictEqual([]);
		wait(MINUTE);
		expect(await poll()).toBeNull();
	});
});

describe('A test in the editor', () => {
	const many = (count: number, prefix = 'gh_') =>
		Object.fromEntries(Array.from({ length: count }, (_, n) => [`${prefix}${n}`, 1]));

	it('A test in the editor shows the present state of some accounts and remembers nothing', async () => {
		const world: World = { listed: [A, B] as never, links: { [A]: many(2), [B]: { gh_b: 12 } } };
		const { sample, staticData, stored } = onPlatform(world);
		expect(await sample()).toMatchObject([
			{ event: 'linked', officialAccountAppId: A },
			{ event: 'linked', officialAccountAppId: A },
			{ event: 'invited', officialAccountAppId: B },
		]);
		expect(staticData).toEqual({});
		expect(String(stored().authorizerAccessTokens)).toContain(B);
	});

	it.each([
		[9, [A, B]],
		[10, [A]],
		[11, [A]],
	])(
		'A test in the editor shows at most ten items: with %i of the first account, it visits %j',
		async (...of) => {
			const [count, visited] = of;
			const world: World = { listed: [A, B] as never, links: { [A]: many(count), [B]: many(3) } };
			const { sample, asked } = onPlatform(world);
			expect(await sample()).toHaveLength(10);
			expect(asked.filter((one) => !one.startsWith('/'))).toEqual(visited);
		},
	);

	it('A test in the editor visits at most five accounts', async () => {
		const ids = Array.from({ length: 7 }, (_, n) => `wx00000000000000b${n}`);
		const { sample, asked } = onPlatform({ listed: ids as never, links: {} });
		expect(await sample()).toBeNull();
		expect(asked.filter((one) => !one.startsWith('/'))).toEqual(ids.slice(0, 5));
	});

	it('A test in the editor shows the links of the other accounts if one cannot be called, and fails if none can', async () => {
		const world: World = { listed: [A, B] as never, links: { [A]: 61003, [B]: { gh_b: 1 } } };
		const { sample } = onPlatform(world);
		expect(await sample()).toHaveLength(1);
		world.links[B] = 48001;
		const failure = await failureOf(sample());
		expect(failure.message).not.toBe('');
		expect(failure).toMatchObject({ failure: { cause: 'credential-invalid' } });
		world.links = { [A]: 61003, [B]: {} };
		await failureOf(sample());
	});

	it('A test in the editor fails if the list of accounts cannot be read, but not if it is empty', async () => {
		const down = onPlatform({ listed: 503, links: {} });
		expect(await failureOf(down.sample())).toMatchObject({
			message: 'The token service answered HTTP 503',
		});
		expect(await onPlatform({ listed: [], links: {} }).sample()).toBeNull();
	});
});

describe('The list of accounts in the editor', () => {
	it('The list of accounts in the editor shows known names, and appids for the others', async () => {
		const { options } = onPlatform({
			listed: [{ appid: A, name: 'Tea' }, { appid: B }],
			links: {},
		});
		expect(await options()).toEqual([
			{ name: `Tea (${A})`, value: A },
			{ name: B, value: B },
		]);
	});

	it('The list of accounts in the editor fails with a hint after one call', async () => {
		const down = onPlatform({ listed: 403, links: {} });
		const failure = await failureOf(down.options());
		expect(failure.message).toMatch(/^The token service offers no list of accounts .*\. .{20}/);
		expect(failure.description).toMatch(/^Enter Official Accounts/);
		const gone = triggerOf(
			{ listed: [], links: {} },
			{ credential: new Error('gone'), parameters: { authentication: 'openPlatform' } },
		);
		expect((await failureOf(gone.options())).message).toMatch(
			/^The credential could not be read: gone\. Open the node/,
		);
	});

	it('The list of accounts in the editor asks WeChat for the first hundred names', async () => {
		const ids = Array.from({ length: 102 }, (_, n) => `wx${n.toString(16).padStart(16, '0')}`);
		const { context, options } = triggerOf(
			{ listed: [], links: {} },
			{
				credential: {
					componentAppId: 'wx00000000000000c1',
					componentAppSecret: `secret of the list`,
					componentVerifyTicket: 'ticket@@@1',
				},
				parameters: { authentication: 'openPlatform' },
			},
		);
		let names = 0;
		const answers: Record<string, () => object> = {
			api_component_token: () => ({ component_access_token: 'P', expires_in: 7200 }),
			api_get_authorizer_list: () => ({
				total_count: ids.length,
				list: ids.map((authorizer_appid) => ({ authorizer_appid })),
			}),
			api_get_authorizer_info: () => {
				names++;
				return { authorizer_info: { nick_name: 'Tea' } };
			},
		};
		context.helpers.httpRequest = async ({ url }) =>
			await Promise.resolve({
				statusCode: 200,
				body: JSON.stringify(answers[url.split('/').at(-1) ?? '']()),
			});
		const listed = await options();
		expect(names).toBe(100);
		expect(listed[99].name).toBe(`Tea (${ids[99]})`);
		expect(listed[100].name).toBe(ids[100]);
		answers.api_get_authorizer_list = () => ({ errcode: -1, errmsg: 'busy' });
		expect((await failureOf(options())).message).toMatch(/busy/);
	});
});

describe('Polls of one trigger', () => {
	/** The first poll hangs at the links of A until `end` is called. */
	const hanging = async () => {
		const trigger = onPlatform(
			{ listed: [A, B] as never, links: {} },
			{ options: { maxConcurrency: 1 } },
		);
		const { context, begin, asked } = trigger;
		await trigger.poll();
		asked.length = 0;
		wait(2 * HOUR);
		let end = () => {};
		const answer = context.helpers.httpRequest;
		context.helpers.httpRequest = async (options) => {
			await new Promise<void>((resolve) => (end = resolve));
			return await answer(options);
		};
		const first = begin();
		await jest.advanceTimersByTimeAsync(0);
		context.helpers.httpRequest = answer;
		return { ...trigger, first, end: () => end() };
	};

	it('No second poll starts before the first one has ended', async () => {
		const { poll, first, end, asked } = await hanging();
		expect(await poll()).toBeNull();
		expect(asked).toStrictEqual([]);
		end();
		await finish(first);
		expect(asked).toContain(B);
		asked.length = 0;
		wait(2 * HOUR);
		await poll();
		expect(asked).toContain(B);
	});

	it('A poll that hangs is given up after half an hour, then makes no further call and remembers nothing', async () => {
		const { poll, first, end, asked, staticData } = await hanging();
		wait(29 * MINUTE);
		expect(await poll()).toBeNull();
		wait(MINUTE);
		await poll();
		expect(asked).toContain(B);
		asked.length = 0;
		const { seen } = staticData;
		end();
		expect(await finish(first)).toBeNull();
		expect(asked).not.toContain(B);
		expect(staticData.seen).toBe(seen);
	});

	it('A poll starts after one that has failed', async () => {
		const world: World = { listed: [A] as never, links: { [A]: -1 } };
		const { poll } = onPlatform(world);
		await failureOf(poll());
		world.links[A] = {};
		expect(await poll()).toStrictEqual([]);
	});
});
