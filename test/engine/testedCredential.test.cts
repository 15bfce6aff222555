import { CredentialTestContext } from 'n8n-core';
import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import { WeChatMiniProgramLink } from '../../nodes/WeChatMiniProgramLink/WeChatMiniProgramLink.node';
import { inAnotherProcess } from './anotherProcess.cts';
import { LIST, OA } from './world.cts';
import { MINT_COMPONENT, usePlatformWorld } from './platformWorld.cts';

const world = usePlatformWorld();
const { testAuthorizerToken, testOpenPlatform } = new WeChatMiniProgramLink().methods
	.credentialTest;

const testing =
	(test: typeof testOpenPlatform, type: string) =>
	async (data: ICredentialDataDecryptedObject = world.credential) =>
		await test.call(new CredentialTestContext(), { id: '1', name: 'Credential', type, data });

/** A person clicks on Test. */
const click = testing(testOpenPlatform, 'weChatOpenPlatformApi');

const mints = async () => await world.controls.count(MINT_COMPONENT);

const OK = { status: 'OK', message: expect.stringContaining('WeChat accepted the platform') };

describe('Credential test of a platform', () => {
	it('Three credential tests, the run after them and the next test share one token', async () => {
		for (let clicks = 0; clicks < 3; clicks++) expect(await click()).toEqual(OK);
		expect(await mints()).toBe(1);
		expect(await world.result()).toMatchObject({ outcome: 'invitationSent' });
		expect(await world.checkSetup()).toMatchObject({ componentToken: { status: 'ok' } });
		expect(await click()).toEqual(OK);
		expect(await mints()).toBe(1);
	});

	it('Two credential tests at the same time make one token', async () => {
		expect(await Promise.all([click(), click()])).toEqual([OK, OK]);
		expect(await mints()).toBe(1);
	});

	it('A credential test uses the token that a run has made, even if the form does not contain it', async () => {
		const typed = { ...world.credential };
		await world.result();
		expect(await click(typed)).toEqual(OK);
		expect(await mints()).toBe(1);
	});

	it('A credential test uses the token that another process has stored since', async () => {
		await click();
		const { credential } = world;
		await world.result({ nodeType: inAnotherProcess() });
		expect(world.credential).not.toEqual(credential);
		expect(await click()).toEqual(OK);
		expect(await mints()).toBe(2);
	});

	it('A credential test stores nothing in the database', async () => {
		const before = { ...world.credential };
		await click();
		expect(world.credential).toEqual(before);
	});

	it('A credential test without the secret gets no token', async () => {
		await click();
		const before = await world.controls.stats();
		const guessed = { ...world.credential, componentAppSecret: 'f'.repeat(32) };
		expect(await click(guessed)).toMatchObject({ status: 'Error' });
		world.credential = guessed;
		expect(await world.result()).toMatchObject({ category: 'authorization' });
		const after = await world.controls.stats();
		expect(after.byErrcode[0]).toBe(before.byErrcode[0]);
	});

	it('A credential test says that the known token was replaced, and the next test makes a new one', async () => {
		await click();
		await world.controls.mintAside(world.appId);
		expect(await click()).toMatchObject({ message: expect.stringContaining('replaced') });
		expect(await mints()).toBe(1);
		expect(await click()).toEqual(OK);
		expect(await mints()).toBe(2);
	});
});

describe('Credential test with a token service', () => {
	it.each([
		['a platform', click, '{appid}'],
		['one account', testing(testAuthorizerToken, 'weChatAuthorizerTokenApi'), OA],
	])(
		'After a rejection, the credential test of %s asks the service to bypass its cache, as a run does',
		async (_, test, path) => {
			await world.controls.setTokenService({ caches: true, offersList: true });
			const data = {
				componentAppId: world.appId,
				tokenSource: 'tokenService',
				tokenServiceUrl: `${world.url}/_sandbox/token-service/${path}`,
				apiBaseUrl: world.url,
			};
			expect(await test(data)).toMatchObject({ status: 'OK' });
			await world.controls.mintAside(OA);
			expect(await test(data)).toMatchObject({ status: 'OK' });
			expect(await world.controls.noCacheCount(OA)).toBe(1);
			expect(await world.controls.count(LIST)).toBe(3);
		},
	);
});
