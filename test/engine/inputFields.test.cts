import type { ICredentialDataDecryptedObject, IDataObject } from 'n8n-workflow';

import { usePlatformWorld } from './platformWorld.cts';
import { mp, mpItems, OA, OTHER_OA, sizesOf, useWorld, withOptions } from './world.cts';

const RESULT_FIELDS = [
	'officialAccountAppId',
	'miniProgramAppId',
	'outcome',
	'hint',
	'whoActs',
	'retryAt',
	'category',
	'retryable',
	'retryAfter',
	'errcode',
	'errmsg',
	'rid',
	'operation',
	'attempts',
];
const STATUS_FIELDS = [...RESULT_FIELDS, 'linkStatus', 'miniProgram'];
const FIELDS: Array<[string, string[]]> = [
	['link', RESULT_FIELDS],
	['unlink', RESULT_FIELDS],
	['getStatus', STATUS_FIELDS],
];
const MERCHANT = { name: '茶馆', contact: { person: 'Wang', tags: ['new', 'tea'] }, shops: 3 };

const world = useWorld();
const platform = usePlatformWorld();

describe.each(FIELDS)('Fields of an item of %s', (operation, fields) => {
	const run = async (item: IDataObject, options: IDataObject = {}) =>
		await world.result({
			operation,
			items: [item],
			parameters: withOptions({ maxTries: 1, ...options } as never),
		});

	it(`An item of ${operation} has the input's fields first, and then those of a result`, async () => {
		const item = { appId: mp(0), ...MERCHANT };
		const result = await run(item);
		expect(Object.keys(result)).toEqual([...Object.keys(item), ...fields]);
		expect(result).toMatchObject(item);
	});

	it(`An item of ${operation} that is not sent has the same fields`, async () => {
		expect(Object.keys(await run({ appId: 'nonsense', ...MERCHANT }))).toEqual([
			'appId',
			...Object.keys(MERCHANT),
			...fields,
		]);
	});

	it(`An item of ${operation} that WeChat refuses has the same fields`, async () => {
		await world.controls.answerWith({}, { errcode: 61007 });
		const result = await run({ appId: mp(0), ...MERCHANT });
		expect(Object.keys(result)).toEqual(['appId', ...Object.keys(MERCHANT), ...fields]);
		expect(result).toMatchObject({ whoActs: 'officialAccountAdmin', errcode: 61007 });
	});

	it(`An item of ${operation} loses input fields with the name of a result field`, async () => {
		const taken = Object.fromEntries(fields.map((field) => [field, `mine: ${field}`]));
		const result = await run({ ...taken, appId: mp(0) });
		expect(Object.keys(result)).toEqual(['appId', ...fields]);
		expect(JSON.stringify(result)).not.toContain('mine:');
	});

	it(`An item of ${operation} does not count as a failure in n8n, even if it has a field named error`, async () => {
		const item = { appId: mp(0), error: 'old', $error: { message: 'old' }, $json: { a: 1 } };
		const result = await run(item);
		expect(result.operation).toBe(operation);
		expect(result).not.toHaveProperty('error');
		expect(result).not.toHaveProperty('$error');
	});

	it(`An item of ${operation} has only the result if Include Input Fields is off`, async () => {
		const result = await run({ appId: mp(0), ...MERCHANT }, { includeInputFields: false });
		expect(Object.keys(result)).toEqual(fields);
	});
});

it("Link keeps an input field that only Get Status's result has", async () => {
	const items = [{ appId: mp(0), linkStatus: 'mine' }];
	expect(await world.result({ items })).toMatchObject({ linkStatus: 'mine' });
});

it('Two items with the same Mini Program each have their own fields', async () => {
	const items = [
		{ appId: mp(0), name: 'One' },
		{ appId: mp(0), name: 'Two' },
	];
	expect((await world.results({ items })).map(({ name }) => name)).toEqual(['One', 'Two']);
});

it('On the error output of the mode Single, the input fields are in the details', async () => {
	const { outputs } = await world.run({
		items: [{ appId: 'nonsense', name: 'Tea House' }],
		parameters: { outputMode: 'single' },
		onError: 'continueErrorOutput',
	});
	expect(outputs[1][0].json.details).toMatchObject({ name: 'Tea House' });
});

it('Get Many returns the list without input fields', async () => {
	await world.controls.setRelation(OA, mp(0), 1);
	const [entry] = await world.results({ operation: 'getMany', items: [{ name: 'Tea House' }] });
	expect(entry).not.toHaveProperty('name');
});

describe('A token in an input field', () => {
	/** A credential whose token is an expression. */
	const byItem = (fields: ICredentialDataDecryptedObject = {}): ICredentialDataDecryptedObject => ({
		...world.credential,
		accessToken: '={{ $json.token }}',
		...fields,
	});
	const makeToken = async (account = OA) => await world.controls.issueToken(account);

	it.each(FIELDS)(
		'No field of an item of %s contains a token from the input',
		async (operation) => {
			const token = await makeToken();
			const items = [
				{ appId: mp(0), token, name: 'Tea House' },
				{ appId: 'nonsense', token, name: 'Tea House' },
			];
			const { outputs } = await world.run({ operation, items, credential: byItem() });
			const results = outputs.flat().map(({ json }) => json);
			expect(results).toHaveLength(2);
			for (const result of results) {
				expect(result).toMatchObject({ name: 'Tea House' });
				expect(result).not.toHaveProperty('token');
			}
			expect(JSON.stringify(outputs)).not.toContain(token);
		},
	);

	it('No item contains a token from any of several input items', async () => {
		await world.controls.addAccount({ appId: OTHER_OA });
		const tokens = [await makeToken(), await makeToken(OTHER_OA)];
		const items = tokens.map((token, n) => ({ appId: mp(n), token, name: `Merchant ${n}` }));
		const { outputs } = await world.run({ items, credential: byItem() });
		expect(sizesOf({ outputs })).toEqual([2, 0, 0, 0, 0, 0, 0]);
		for (const token of tokens) expect(JSON.stringify(outputs)).not.toContain(token);
	});

	it('A token from the input does not leave with an item whose credential cannot be read', async () => {
		const token = await makeToken();
		const credential = byItem({ apiBaseUrl: '={{ $("Nobody").item.json.url }}' });
		const items = [{ appId: mp(0), token, name: 'Tea House', site: 'example.com' }];
		const { outputs } = await world.run({ items, credential });
		expect(outputs.flat()).toMatchObject([
			{ json: { outcome: 'failed', name: 'Tea House', site: 'example.com' } },
		]);
		expect(JSON.stringify(outputs)).not.toContain(token);
	});

	it('No item of a stopped run contains a token from the input', async () => {
		const items = await Promise.all(
			mpItems(30).map(async (item) => ({ ...item, token: await makeToken(), name: 'Tea House' })),
		);
		await world.controls.setLatency(20);
		let isOver = false;
		let looking: Promise<void> | undefined;
		const { outputs } = await world.run({
			items,
			credential: byItem(),
			parameters: withOptions({ maxConcurrency: 1 }),
			whileRunning: ({ cancel }) => {
				const look = async (): Promise<void> => {
					while (!isOver && (await world.controls.stats()).calls < 3) {
						await new Promise((resolve) => setImmediate(resolve));
					}
					cancel();
				};
				looking = look();
			},
		});
		isOver = true;
		await looking;
		for (const { token } of items) expect(JSON.stringify(outputs)).not.toContain(token);
	});

	it('No field of an item contains a token from the token service', async () => {
		const { tokenServiceUrl } = world.tokenService();
		const answer = await fetch(String(tokenServiceUrl));
		const [token] = Object.values((await answer.json()) as Record<string, string>);
		const items = [{ appId: mp(0), handedOn: token, name: 'Tea House' }];
		const result = await world.result({ items, credential: world.tokenService() });
		expect(result).toMatchObject({ outcome: 'invitationSent', name: 'Tea House' });
		expect(result).not.toHaveProperty('handedOn');
	});
});

describe('The appid of the account in an item that is not sent', () => {
	it.each(['link', 'unlink', 'getStatus'])(
		'An item of %s that is not sent keeps the appid of the account with a pasted token',
		async (operation) => {
			const credential = { ...world.credential, officialAccountAppId: OA };
			expect(await world.result({ operation, appIds: ['nonsense'], credential })).toMatchObject({
				officialAccountAppId: OA,
				miniProgramAppId: 'nonsense',
				attempts: 0,
			});
			const [unreadable] = await world.results({
				operation,
				credential,
				parameters: {
					miniProgramAppId: { __rl: true, mode: 'id', value: '={{ $("Nobody").item.json.x }}' },
				},
			});
			expect(unreadable).toMatchObject({ officialAccountAppId: OA, miniProgramAppId: null });
		},
	);

	it.each<[string, ICredentialDataDecryptedObject, string]>([
		['an empty token', { accessToken: ' ' }, 'access token is empty'],
		['an invalid API Base URL', { apiBaseUrl: 'weixin' }, 'API Base URL is not a URL'],
	])(
		'An item that is not sent keeps the appid of the account with %s',
		async (_, fields, errmsg) => {
			const credential = { ...world.credential, officialAccountAppId: OA, ...fields };
			const result = await world.result({ credential });
			expect(result).toMatchObject({ officialAccountAppId: OA, miniProgramAppId: mp(0) });
			expect(result.errmsg).toContain(errmsg);
		},
	);
});

it('A Message Token that is an ordinary word removes no field, but a real secret does', async () => {
	const { componentAppSecret, encodingAesKey } = platform.credential;
	platform.credential = { ...platform.credential, messageToken: 'weixin' };
	const item = { account: OA, appId: mp(0), weixin: 'tea-house', channel: 'weixin' };
	const secrets = {
		pasted: componentAppSecret,
		link: `https://a.example.com/${String(encodingAesKey)}`,
	};
	const result = await platform.result({ items: [{ ...item, ...secrets } as IDataObject] });
	expect(result).toMatchObject({ ...item, outcome: 'invitationSent' });
	expect(Object.keys(result)).not.toContain('pasted');
	expect(Object.keys(result)).not.toContain('link');
});
