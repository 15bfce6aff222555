import { inInputOrder } from './engine.cts';
import { INFO, MINT_AUTHORIZER, MINT_COMPONENT, usePlatformWorld } from './platformWorld.cts';
import { LINK, mp, OA, sizesOf, useWorld } from './world.cts';

const world = useWorld();
const platform = usePlatformWorld();

const GATEWAY: ReadonlyArray<[text: string, status: number]> = [
	['{"message":"Forbidden"}', 200],
	['{"code":500}', 200],
	['{"errmsg":"ok"}', 200],
	['{}', 200],
	['', 200],
	['[]', 200],
	['{"message":"no Route matched"}', 404],
	['slow down', 429],
	['too early', 425],
	['timeout', 408],
];
const LATER: Record<string, number> = { getMany: 2 };

describe.each(['link', 'unlink', 'getStatus', 'getMany'])('%s', (operation) => {
	it.each(GATEWAY)(
		`The operation ${operation} goes to Retry Later after %j with HTTP %i`,
		async (page, htmlStatus) => {
			await world.controls.answerWith({}, { htmlStatus, page });
			const run = await world.run({ operation });
			const [{ json }] = run.outputs[LATER[operation] ?? 5];
			expect(run.outputs.flat()).toHaveLength(1);
			expect(json).toMatchObject({
				outcome: 'failed',
				category: 'retryLater',
				retryAfter: 'minutes',
				errcode: null,
				attempts: 3,
			});
			expect(json.hint).toContain('API Base URL');
		},
	);
});

describe('Check Before Linking', () => {
	it('Check Before Linking sends nothing after a list that a gateway answered', async () => {
		await world.controls.answerWith({}, { htmlStatus: 200, page: '{"code":403}' });
		const parameters = { options: { checkBeforeLinking: true } };
		expect(await world.result({ parameters })).toMatchObject({ category: 'retryLater' });
		expect(await world.controls.count(LINK)).toBe(0);
	});
});

describe('Calls of the platform', () => {
	const refused = async (path: string) =>
		await platform.controls.answerWith({ path }, { htmlStatus: 200, page: '{"code":403}' });

	it.each([MINT_COMPONENT, MINT_AUTHORIZER, INFO])(
		'Items go to Retry Later if a gateway answers the call %s',
		async (path) => {
			await refused(path);
			const run = await platform.run();
			expect(sizesOf(run)).toEqual([0, 0, 0, 0, 0, 1, 0]);
			expect(run.outputs[5][0].json).toMatchObject({
				whoActs: 'operator',
				hint: expect.stringContaining('HTTP 200 with other JSON: "{"code":403}"'),
			});
		},
	);

	it.each<[string, string, Record<string, unknown>]>([
		['get', INFO, { officialAccountAppId: { __rl: true, mode: 'id', value: OA } }],
		['getMany', '/cgi-bin/component/api_get_authorizer_list', {}],
		[
			'createAuthorizationUrl',
			'/cgi-bin/component/api_create_preauthcode',
			{ redirectUrl: 'https://merchants.example.com/' },
		],
		['getApiQuota', '/cgi-bin/openapi/quota/get', { resource: 'platform', callMadeBy: 'platform' }],
		[
			'getCall',
			'/cgi-bin/openapi/rid/get',
			{ resource: 'platform', callMadeBy: 'platform', rid: '617682e0-09059ac5-34a8e2ea' },
		],
	])(
		'The operation %s may be repeated later if a gateway answers it',
		async (operation, path, parameters) => {
			await refused(path);
			const run = await platform.runForPlatform(operation, { parameters: parameters as never });
			expect(sizesOf(run)).toEqual([0, 0, 1, 0]);
			expect(inInputOrder(run.outputs)).toMatchObject([{ category: 'retryLater', attempts: 3 }]);
		},
	);
});

describe('Control characters', () => {
	it('A name with raw control characters does not block an account', async () => {
		await world.controls.addMiniProgram({ appId: mp(7), nickname: 'we\u0007lcome' });
		await world.controls.setRelation(OA, mp(7), 1);
		await world.controls.answerWith({}, { rawControls: true });
		const result = await world.result({ operation: 'getStatus', appIds: [mp(7)] });
		expect(result).toMatchObject({ outcome: 'linked', miniProgram: { nickname: 'welcome' } });
	});

	it('A name with raw control characters does not prevent calls for a merchant', async () => {
		await platform.controls.addAccount({ appId: OA, name: 'Tea\u0007 House' });
		await platform.controls.answerWith({ path: INFO }, { rawControls: true });
		expect(await platform.result()).toMatchObject({ outcome: 'invitationSent' });
	});
});

describe('Get Status', () => {
	it.each(['null', '{}', '{"items":null}', '{"items":{}}', '{"items":[null]}'])(
		'Get Status says that nothing is linked if the list is %s',
		async (list) => {
			const page = `{"errcode":0,"errmsg":"ok","wxopens":${list}}`;
			await world.controls.answerWith({}, { htmlStatus: 200, page });
			expect(await world.result({ operation: 'getStatus' })).toMatchObject({
				outcome: 'notLinked',
				attempts: 1,
			});
			const many = await world.run({ operation: 'getMany' });
			expect(sizesOf(many)).toEqual([0, 0, 0, 0]);
		},
	);
});
