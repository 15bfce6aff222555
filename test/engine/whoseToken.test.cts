import type { ICredentialDataDecryptedObject, IDataObject } from 'n8n-workflow';

import { inInputOrder, runNode, tableOf } from './engine.cts';
import { INFO, MINT_AUTHORIZER, usePlatformWorld } from './platformWorld.cts';
import { LINK, mp, OA, OTHER_OA, sizesOf, withOptions } from './world.cts';

const world = usePlatformWorld();

const linkItems = (count: number, account = OA, from = 0): IDataObject[] =>
	Array.from({ length: count }, (_, n) => ({ account, appId: mp(from + n) }));

const link = async (count: number, from = 0) =>
	await world.run({ items: linkItems(count, OA, from) });

const accepted = async () =>
	(await world.controls.calls({ path: LINK })).filter(({ carriedOut }) => carriedOut).length;

describe('A credential with the right appid and a wrong secret', () => {
	const stranger = async (fields: ICredentialDataDecryptedObject = {}) =>
		await world.run({
			items: linkItems(3, OA, 50),
			credential: { ...typed(), componentAppSecret: 'f'.repeat(32), ...fields },
		});

	/** The fields that a person fills in, without what the package keeps. */
	const typed = (): ICredentialDataDecryptedObject => {
		const { componentAppId, componentVerifyTicket, apiBaseUrl } = world.credential;
		return { componentAppId, componentVerifyTicket, apiBaseUrl };
	};

	it('A credential with a wrong secret gets no token, even right after a run with the right one', async () => {
		await link(3);
		const before = await world.controls.count(LINK);
		const run = await stranger();
		expect(sizesOf(run)).toEqual([0, 0, 0, 0, 3, 0, 0]);
		for (const { json } of run.outputs[4]) {
			expect(json).toMatchObject({ errcode: 40125, attempts: 0 });
			expect(json.hint).toContain('AppSecret');
		}
		expect(await world.controls.count(LINK)).toBe(before);
	});

	it('A credential with a wrong secret gets no token, even if it contains kept tokens', async () => {
		await link(3);
		const { authorizerAccessTokens, componentAccessToken, componentAccessTokenOrigin } =
			world.credential;
		const before = await world.controls.count(LINK);
		const kept = { authorizerAccessTokens, componentAccessToken, componentAccessTokenOrigin };
		expect(sizesOf(await stranger(kept))).toEqual([0, 0, 0, 0, 3, 0, 0]);
		expect(await world.controls.count(LINK)).toBe(before);
	});
});

describe('A changed credential', () => {
	it('A credential with a changed secret makes new tokens', async () => {
		await link(2);
		const { appSecret } = await world.controls.changePlatform({ appSecret: 'e'.repeat(32) });
		world.credential = { ...world.credential, componentAppSecret: appSecret };
		expect(sizesOf(await link(2, 10))[0]).toBe(2);
		expect(await world.counts()).toMatchObject({ component: 2, authorizer: 2 });
	});

	it('A credential that changes to another platform during a run uses and keeps no token of the old one', async () => {
		const other = await world.controls.addPlatform({ appId: 'wxd0000000000000a7' });
		await world.controls.pushTicket(undefined, other.appId);
		const merchants = await world.controls.addAccounts(40);
		const edited = {
			...world.credential,
			componentAppId: other.appId,
			componentAppSecret: other.appSecret,
			componentVerifyTicket: (await world.controls.lastTicket(other.appId)) ?? '',
		};
		await world.controls.setLatency(20);
		const edit = async () => {
			while ((await world.controls.count(MINT_AUTHORIZER)) < 10 || world.table.isWriting) {
				await new Promise((resolve) => setImmediate(resolve));
			}
			world.credential = edited;
		};
		const { outputs } = await world.run({
			accounts: merchants,
			parameters: withOptions({ maxConcurrency: 4 }),
			whileRunning: () => void edit(),
		});
		await world.controls.setLatency(0);
		expect(outputs.flat()).toHaveLength(40);
		expect(outputs[0].length + outputs[4].length).toBe(40);
		expect(world.credential).toMatchObject({ componentAppId: other.appId });
		const kept = JSON.stringify(world.credential);
		for (const secret of await world.controls.secrets()) {
			const isTyped = Object.values(edited).includes(secret);
			if (!isTyped) expect(kept).not.toContain(secret);
		}
		expect((await world.controls.counters()).componentTokens[other.appId] ?? 0).toBe(0);
	});
});

describe('Items that wait for a renewal', () => {
	it('Each item that waits for a renewal gets its own answer from WeChat', async () => {
		await link(1);
		await world.controls.setLimits({ sameCompanyLinks: 3 });
		await world.controls.mintAside(OA);
		const run = await world.run({
			items: linkItems(10, OA, 20),
			parameters: withOptions({ maxConcurrency: 10 }),
		});
		expect(sizesOf(run)).toEqual([2, 0, 8, 0, 0, 0, 0]);
		expect(await accepted()).toBe(3);
		await world.controls.setLimits({ sameCompanyLinks: null });
	});

	it('Each item that waits for a new platform token gets its own answer from WeChat', async () => {
		const accounts = await world.controls.addAccounts(11);
		await world.runForPlatform('getMany');
		await world.controls.mintAside(world.appId);
		const parameters = { returnAll: true, ...withOptions({ includeDetails: true }) };
		const { outputs } = await world.runForPlatform('getMany', { items: [{}], parameters });
		const names = outputs[0].map(({ json }) => json.name);
		expect(outputs[0]).toHaveLength(accounts.length + 1);
		expect(new Set(names).size).toBe(accounts.length + 1);
	});
});

describe('An answer that does not reject the token', () => {
	it.each([
		[61004, 1],
		[40095, 1],
		[50001, 1],
		[61007, 1],
		// For these codes, the node reads the account's info once more, for all items together.
		[48001, 2],
		[50002, 2],
		[61003, 2],
	])('The answer %i to 20 items causes no new token', async (errcode, infos) => {
		await world.controls.answerWith({ path: LINK }, { errcode });
		await link(20);
		expect(await world.counts()).toMatchObject({ component: 1, authorizer: 1 });
		expect(await world.controls.count(INFO)).toBe(infos);
	});

	it('A merchant without permission set 33 is asked about once', async () => {
		await world.controls.addAccount({ appId: OTHER_OA, permissionSets: [1] });
		const parameters = withOptions({ maxConcurrency: 2 });
		const run = await world.run({ items: linkItems(20, OTHER_OA), parameters });
		expect(sizesOf(run)).toEqual([0, 0, 0, 0, 20, 0, 0]);
		expect(await world.controls.count(INFO)).toBe(1);
	});
});

describe('A renewal that two runs share', () => {
	it('A renewal continues for another run if the run that began it is stopped', async () => {
		await world.controls.answerWith({ path: MINT_AUTHORIZER }, { delayMs: 700 });
		let stop = () => {};
		const stopped = world.run({
			items: linkItems(3),
			whileRunning: ({ cancel }) => (stop = cancel),
		});
		await untilCalled(INFO);
		const other = world.run({ items: linkItems(3, OA, 10) });
		await untilCalled(MINT_AUTHORIZER);
		stop();
		expect(sizesOf(await other)).toEqual([3, 0, 0, 0, 0, 0, 0]);
		await stopped.catch(() => undefined);
		expect((await world.counts()).authorizer).toBe(1);
	});

	it('A renewal for several runs ignores Max Tries and Timeout of the run that began it', async () => {
		await world.controls.answerWith({ path: MINT_AUTHORIZER }, { errcode: -1, times: 1 });
		await world.controls.answerWith({ path: MINT_AUTHORIZER }, { delayMs: 400, times: 1 });
		const hasty = withOptions({ maxTries: 1, timeout: 200 });
		const both = await Promise.all([
			world.run({ items: linkItems(1), parameters: hasty }),
			world.run({ items: linkItems(1, OA, 10) }),
		]);
		expect(both.map(({ outputs }) => outputs[0].length)).toEqual([1, 1]);
	});

	async function untilCalled(path: string): Promise<void> {
		while ((await world.controls.count(path)) === 0) {
			await new Promise((resolve) => setImmediate(resolve));
		}
	}
});

describe('A credential with a wrong list of its expressions', () => {
	it.each([false, '[]', '0:[]', '1:[]'])(
		'Each item uses its own token if the list of expressions is %j',
		async (typedExpressions) => {
			const accounts = [OA, OTHER_OA, 'wx00000000000000a3'];
			for (const appId of accounts.slice(1)) await world.controls.addAccount({ appId });
			const items = await Promise.all(
				accounts.map(async (account, n) => ({
					appId: mp(n),
					token: await world.controls.issueToken(account),
				})),
			);
			const { outputs } = await runNode({
				items,
				table: tableOf({
					tokenSource: 'accessToken',
					accessToken: '={{ $json.token }}',
					apiBaseUrl: world.url,
					typedExpressions,
				}),
			});
			expect(inInputOrder(outputs).map(({ outcome }) => outcome)).toEqual(
				accounts.map(() => 'invitationSent'),
			);
			const calls = await world.controls.calls({ path: LINK });
			expect(new Set(calls.map(({ account }) => account)).size).toBe(3);
		},
	);
});
