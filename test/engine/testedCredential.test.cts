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

describe('the test of a platform\u2019s credential', () => {
	it('makes one token for three clicks, the run after them and the next click', async () => {
		for (let clicks = 0; clicks < 3; clicks++) expect(await click()).toEqual(OK);
		expect(await mints()).toBe(1);
		expect(await world.result()).toMatchObject({ outcome: 'invitationSent' });
		expect(await world.checkSetup()).toMatchObject({ componentToken: { status: 'ok' } });
		expect(await click()).toEqual(OK);
		expect(await mints()).toBe(1);
	});

	it('makes one for two that run at the same time', async () => {
		expect(await Promise.all([click(), click()])).toEqual([OK, OK]);
		expect(await mints()).toBe(1);
	});

	it('uses what a run has made before, also where the form does not hold it', async () => {
		const typed = { ...world.credential };
		await world.result();
		expect(await click(typed)).toEqual(OK);
		expect(await mints()).toBe(1);
	});

	it('uses what another process has stored since', async () => {
		await click();
		const { credential } = world;
		await world.result({ nodeType: inAnotherProcess() });
		expect(world.credential).not.toEqual(credential);
		expect(await click()).toEqual(OK);
		expect(await mints()).toBe(2);
	});

	it('stores nothing in the database', async () => {
		const before = { ...world.credential };
		await click();
		expect(world.credential).toEqual(before);
	});

	it('gives the token to nobody who lacks the secret', async () => {
		await click();
		const before = await world.controls.stats();
		const guessed = { ...world.credential, componentAppSecret: 'f'.repeat(32) };
		expect(await click(guessed)).toMatchObject({ status: 'Error' });
		world.credential = guessed;
		expect(await world.result()).toMatchObject({ category: 'authorization' });
		const after = await world.controls.stats();
		expect(after.byErrcode[0]).toBe(before.byErrcode[0]);
	});

	it('tells that the known token was replaced, and makes a new one at the next click', async () => {
		await click();
		await world.controls.mintAside(world.appId);
		expect(await click()).toMatchObject({ message: expect.stringContaining('replaced') });
		expect(await mints()).toBe(1);
		expect(await click()).toEqual(OK);
		expect(await mints()).toBe(2);
	});
});

describe('the test of a credential with a token service', () => {
	it.each([
		['a platform', click, '{appid}'],
		['one account', testing(testAuthorizerToken, 'weChatAuthorizerTokenApi'), OA],
	])('of %s asks past what the service keeps, as a run would', async (_, test, path) => {
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
	});
});
