import { WeChatMiniProgramLink } from '../../nodes/WeChatMiniProgramLink/WeChatMiniProgramLink.node';
import { inAnotherProcess } from './anotherProcess.cts';
import { runAsTool } from './asTool.cts';
import { Canaries } from './canary.cts';
import { MINT_AUTHORIZER, usePlatformWorld } from './platformWorld.cts';
import { OA, OTHER_OA } from './world.cts';

const world = usePlatformWorld();
const officialAccountAppId = { __rl: true, mode: 'id', value: '={{ $json.account }}' };

const canaries = new Canaries();

beforeEach(() => {
	world.credential = { ...world.credential, allowTokenOutput: true };
});
afterEach(() => canaries.unwatch());

const run = async (accounts: unknown[] = [OA]) =>
	await world.runForPlatform('getAccessToken', { accounts, parameters: { officialAccountAppId } });

const tokenOf = async (account = OA) => (await run([account])).outputs[0][0].json;

const stateOf = async (token: unknown) => await world.controls.tokenState(String(token));

describe('Get Access Token', () => {
	it('Get Access Token returns and makes no token unless the credential allows it', async () => {
		world.credential = { ...world.credential, allowTokenOutput: false };
		const { outputs } = await run();
		expect(outputs[0]).toStrictEqual([]);
		expect(outputs[1]).toMatchObject([
			{
				json: {
					officialAccountAppId: OA,
					category: 'authorization',
					whoActs: 'operator',
					errmsg: 'The credential does not allow tokens as output',
				},
			},
		]);
		expect(outputs[1][0].json.hint).toContain('Allow Token Output');
		expect(await world.controls.count(MINT_AUTHORIZER)).toBe(0);
	});

	it('Get Access Token returns the token that runs use, and makes no new one', async () => {
		await world.result();
		const given = await tokenOf();
		expect(await world.controls.count(MINT_AUTHORIZER)).toBe(1);
		expect(given).toEqual({
			officialAccountAppId: OA,
			accessToken: expect.any(String),
			expiresAt: expect.stringMatching(/Z$/),
			expiresIn: expect.any(Number),
			hint: expect.stringContaining('keep it out of logs'),
		});
		expect(await stateOf(given.accessToken)).toBe('newest');
		expect(given.expiresIn).toBeGreaterThan(6000);
		expect(given.expiresIn).toBeLessThanOrEqual(7200 - 300);
		const seconds = (Date.parse(String(given.expiresAt)) - Date.now()) / 1000;
		expect(Math.abs(seconds - Number(given.expiresIn))).toBeLessThan(60);
		expect(await tokenOf()).toMatchObject({ accessToken: given.accessToken });
	});

	it('Get Access Token requests a token if none is kept', async () => {
		const { accessToken } = await tokenOf();
		expect(await stateOf(accessToken)).toBe('newest');
		await world.result();
		expect(await world.controls.count(MINT_AUTHORIZER)).toBe(1);
	});

	it('Get Access Token returns the newest token, also if another process made it', async () => {
		const first = await tokenOf();
		await world.controls.mintAside(OA);
		await world.result({ operation: 'getStatus', nodeType: inAnotherProcess() });
		const { accessToken } = await tokenOf();
		expect(accessToken).not.toBe(first.accessToken);
		expect(await stateOf(accessToken)).toBe('newest');
	});

	it('Get Access Token returns for each item the token of its account, or says why there is none', async () => {
		await world.controls.addAccount({ appId: OTHER_OA, permissionSets: [1] });
		const { outputs } = await run([OA, OTHER_OA, 'OA']);
		expect(outputs[0].map(({ json }) => json.officialAccountAppId)).toEqual([OA]);
		expect(outputs[1].map(({ json }) => json.hint)).toEqual([
			expect.stringContaining('小程序关联管理'),
		]);
		expect(outputs[3].map(({ json }) => json.errmsg)).toEqual([
			'"OA" is not the appid of an Official Account',
		]);
	});

	it('Get Access Token returns the token of a token service', async () => {
		world.credential = {
			...world.credential,
			tokenSource: 'tokenService',
			tokenServiceUrl: `${world.url}/_sandbox/token-service/{appid}`,
		};
		const { accessToken } = await tokenOf();
		expect(await stateOf(accessToken)).toBe('newest');
		expect(await world.controls.count(MINT_AUTHORIZER)).toBe(0);
	});

	it('Get Access Token refuses AI agents', async () => {
		const asked = runAsTool({
			items: [{ account: OA }],
			credentialType: 'weChatOpenPlatformApi',
			table: world.table,
			operation: 'getAccessToken',
			parameters: { resource: 'officialAccount', officialAccountAppId },
		});
		await expect(asked).rejects.toThrow('not for AI agents');
		expect(await world.controls.count(MINT_AUTHORIZER)).toBe(0);
	});

	it('Only Get Access Token returns a token, in a field that n8n knows as sensitive', async () => {
		canaries.watch();
		const result = await run([OA]);
		const { accessToken } = result.outputs[0][0].json;
		const { sensitiveOutputFields } = new WeChatMiniProgramLink().description;
		expect(sensitiveOutputFields).toEqual(['accessToken']);
		const link = await world.run();
		const many = await world.runForPlatform('getMany');
		canaries.secrets = (await world.controls.secrets()).filter((one) => one.length > 8);
		expect(canaries.secrets).toContain(accessToken);
		canaries.expectNone(result.hints, result.error);
		canaries.expectClean(link);
		canaries.expectClean(many);
		canaries.secrets = canaries.secrets.filter((one) => one !== accessToken);
		canaries.expectClean(result);
	});
});
