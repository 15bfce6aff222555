import type { IDataObject } from 'n8n-workflow';

import type { AccountInput } from '../sandbox/index.cts';
import { INFO, usePlatformWorld } from './platformWorld.cts';
import { LINK, mp, OA, OTHER_OA, sizesOf } from './world.cts';

const world = usePlatformWorld();

/** The result for a merchant with this account. */
async function resultFor(account: Partial<AccountInput>): Promise<IDataObject> {
	await world.controls.addAccount({ appId: OTHER_OA, name: 'Book Shop', ...account });
	return await world.result({ accounts: [OTHER_OA] });
}

describe('A merchant without permission set 33', () => {
	it('An item without permission set 33 makes no link call and no token, and says what to tick', async () => {
		const result = await resultFor({ permissionSets: [1, 4] });
		expect(result).toMatchObject({
			category: 'authorization',
			outcome: 'failed',
			officialAccountAppId: OTHER_OA,
			errcode: null,
			attempts: 0,
			whoActs: 'officialAccountAdmin',
		});
		expect(result.errmsg).toContain('Book Shop');
		expect(result.hint).toMatch(/permission set 33.*小程序关联管理/);
		expect(await world.counts()).toEqual({ component: 1, authorizer: 0, link: 0 });
	});

	it('A merchant without permission set 33 does not affect the others', async () => {
		const without = await world.controls.addAccounts(20, { permissionSets: [1], prefix: 'ee' });
		const granted = await world.controls.addAccounts(20);
		const accounts = granted.flatMap((account, n) => [account, without[n]]);
		const run = await world.run({ accounts });
		expect(sizesOf(run)).toEqual([20, 0, 0, 0, 20, 0, 0]);
		expect(await world.counts()).toEqual({ component: 1, authorizer: 20, link: 20 });
	});

	it('The next run links a merchant who has granted permission set 33 since', async () => {
		expect(await resultFor({ permissionSets: [] })).toMatchObject({ category: 'authorization' });
		await world.controls.grant(OTHER_OA, [1, 33]);
		expect(await world.result({ accounts: [OTHER_OA] })).toMatchObject({
			outcome: 'invitationSent',
		});
	});

	it('Permission set 33 is recognized in func_info with confirm_info, too', async () => {
		await world.controls.configure({ confirmInfo: true });
		expect(await resultFor({ permissionSets: [1] })).toMatchObject({ category: 'authorization' });
		expect(await resultFor({ permissionSets: [1, 33] })).toMatchObject({
			outcome: 'invitationSent',
		});
	});
});

describe('A merchant', () => {
	it('An item says that its merchant never authorized the platform (61003)', async () => {
		const result = await resultFor({ status: 'none' });
		expect(result).toMatchObject({ category: 'authorization', errcode: 61003, attempts: 0 });
		expect(result.hint).not.toBe('');
		expect(await world.counts()).toMatchObject({ authorizer: 0, link: 0 });
	});

	it('After a merchant withdraws, the next run makes no link calls for it', async () => {
		expect(await world.result()).toMatchObject({ outcome: 'invitationSent' });
		await world.controls.withdraw(OA);
		const run = await world.run({ items: [1, 2, 3].map((n) => ({ account: OA, appId: mp(n) })) });
		expect(sizesOf(run)).toEqual([0, 0, 0, 0, 3, 0, 0]);
		for (const { json } of run.outputs[4]) expect(json).toMatchObject({ errcode: 61003 });
		await world.controls.authorize({ account: OA });
	});

	it('An account that WeChat does not know is not called', async () => {
		const run = await world.run({ accounts: ['wxffffffffffffffff'] });
		expect(sizesOf(run)[0]).toBe(0);
		expect(await world.counts()).toMatchObject({ authorizer: 0, link: 0 });
	});

	it('A merchant without a refresh token, whose code was never exchanged, has to authorize again', async () => {
		const result = await resultFor({ exchanged: false });
		expect(result).toMatchObject({ category: 'authorization', errcode: null, attempts: 0 });
		expect(result.errmsg).toContain('refresh token');
		expect(result.hint).toContain('WeChat Open Platform Trigger');
		expect(await world.counts()).toMatchObject({ authorizer: 0, link: 0 });
	});

	it.each([
		[14, 'cancelled'],
		[16, 'banned'],
		[19, 'frozen'],
	])('An account with account_status %i (%s) is not called', async (accountStatus, state) => {
		const result = await resultFor({ accountStatus });
		expect(result).toMatchObject({ category: 'notAllowed', attempts: 0 });
		expect(result.errmsg).toContain(state);
		expect(result.hint).not.toBe('');
		expect(await world.counts()).toMatchObject({ authorizer: 0, link: 0 });
	});

	it('An account that was only warned (18) is called', async () => {
		expect(await resultFor({ accountStatus: 18 })).toMatchObject({ outcome: 'invitationSent' });
	});

	it('An account that WeChat froze leaves through Not Allowed', async () => {
		expect(await resultFor({ status: 'frozen' })).toMatchObject({ category: 'notAllowed' });
	});

	it('An item whose account is a Mini Program says so and is not called', async () => {
		const result = await resultFor({ kind: 'miniProgram' });
		expect(result).toMatchObject({ category: 'other', attempts: 0 });
		expect(result.errmsg).toContain('is a Mini Program');
		expect(await world.counts()).toMatchObject({ authorizer: 0, link: 0 });
	});

	it('A merchant whose refresh token WeChat rejects (61023) leaves through Authorization', async () => {
		await world.controls.answerWith(
			{ path: '/cgi-bin/component/api_authorizer_token' },
			{ errcode: 61023 },
		);
		const run = await world.run();
		expect(sizesOf(run)).toEqual([0, 0, 0, 0, 1, 0, 0]);
		expect(run.outputs[4][0].json).toMatchObject({ errcode: 61023 });
		expect((await world.counts()).link).toBe(0);
	});

	it('A merchant who has authorized again works at once with the new refresh token', async () => {
		await world.run();
		await world.controls.configure({ refreshTokenGraceSeconds: 0 });
		await world.controls.reauthorize({ account: OA, permissionSets: [1, 2, 33] });
		await world.controls.grant(OA);
		const result = await world.result({ items: [{ account: OA, appId: mp(9) }] });
		expect(['success', 'authorization']).toContain(result.category);
	});
});

describe('The parameter Official Account', () => {
	it.each([
		[undefined, 'is empty'],
		['Tea House', 'Tea House'],
	])('The Official Account %j is refused without a call', async (account, words) => {
		const run = await world.run({ accounts: [account] });
		expect(sizesOf(run)).toEqual([0, 0, 0, 0, 0, 0, 1]);
		expect(run.outputs[6][0].json).toMatchObject({ category: 'other', attempts: 0 });
		expect(run.outputs[6][0].json.errmsg).toContain(words);
		expect(run.outputs[6][0].json.hint).toContain('Official Account');
		expect(await world.controls.count()).toBe(0);
	});

	it('An Official Account may have spaces around it and capitals', async () => {
		expect(
			await world.result({ accounts: [` ${OA.toUpperCase().replace('WX', 'wx')} `] }),
		).toMatchObject({
			outcome: 'invitationSent',
			officialAccountAppId: OA,
		});
	});

	it('A fixed Official Account is read once, not for each item', async () => {
		const items = Array.from({ length: 30 }, (_, n) => ({ appId: mp(n) }));
		const officialAccountAppId = { __rl: true, mode: 'list', value: OA };
		const run = await world.run({ items, parameters: { officialAccountAppId } });
		expect(sizesOf(run)).toEqual([30, 0, 0, 0, 0, 0, 0]);
		// Twice at the start and a few times around the tokens, never once for each item.
		expect(run.credentialReads).toBeLessThanOrEqual(8);
		expect(await world.controls.count(INFO)).toBe(1);
		expect(await world.controls.count(LINK)).toBe(30);
	});
});
