import { CredentialTestContext, LoadOptionsContext } from 'n8n-core';
import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import { WeChatMiniProgramLink } from '../../nodes/WeChatMiniProgramLink/WeChatMiniProgramLink.node';
import { WeChatOpenPlatformTrigger } from '../../nodes/WeChatOpenPlatformTrigger/WeChatOpenPlatformTrigger.node';
import { setUp, storedIn } from './engine.cts';
import { ACCOUNTS, INFO, MINT_COMPONENT, usePlatformWorld } from './platformWorld.cts';
import { LIST, mp, OA, OTHER_OA } from './world.cts';

const { listSearch } = new WeChatMiniProgramLink().methods;
const world = usePlatformWorld();

/** The node in the editor, with this account chosen. */
function editor(account = OA) {
	const bench = setUp({
		items: [],
		operation: 'getStatus',
		credentialType: 'weChatOpenPlatformApi',
		credential: world.credential,
		parameters: { officialAccountAppId: { __rl: true, mode: 'list', value: account } },
	});
	const { workflow, node, additionalData, credentials } = bench;
	additionalData.currentNodeParameters = node.parameters;
	return {
		context: new LoadOptionsContext(workflow, node, additionalData, ''),
		keep: () => (world.credential = storedIn(credentials)),
	};
}

const accounts = async (filter?: string, page?: string) => {
	const { context, keep } = editor();
	const found = await listSearch.searchOfficialAccounts.call(context, filter, page);
	keep();
	return found;
};

describe('List of Official Accounts', () => {
	it('The list in the editor shows each Official Account with its name and appid', async () => {
		await world.controls.addAccount({ appId: OTHER_OA, name: 'Book Shop' });
		const { results, paginationToken } = await accounts();
		expect(results).toEqual([
			{ name: `Tea House (${OA})`, value: OA },
			{ name: `Book Shop (${OTHER_OA})`, value: OTHER_OA },
		]);
		expect(paginationToken).toBeUndefined();
	});

	it('The list in the editor shows an Official Account by its appid if its name cannot be read', async () => {
		await world.controls.answerWith({ path: INFO }, { errcode: 61003 });
		expect((await accounts()).results).toEqual([{ name: OA, value: OA }]);
	});

	it('The list of Official Accounts loads page by page to the last one', async () => {
		await world.controls.addAccounts(104);
		const values: unknown[] = [];
		const pages: unknown[] = [];
		let page: unknown;
		do {
			const found = await accounts('', page as string | undefined);
			values.push(...found.results.map(({ value }) => value));
			page = found.paginationToken;
			pages.push(page);
		} while (page !== undefined);
		expect(new Set(values).size).toBe(105);
		expect(values).toHaveLength(105);
		expect(pages).toEqual(['50', '100', undefined]);
		expect(await world.controls.count(MINT_COMPONENT)).toBe(1);
	});

	it.each([
		['TEA', [OA]],
		['a2', [OTHER_OA]],
		['none of them', []],
	])('The list of Official Accounts can be searched for %j', async (filter, values) => {
		await world.controls.addAccount({ appId: OTHER_OA, name: 'Book Shop' });
		expect((await accounts(filter)).results.map(({ value }) => value)).toEqual(values);
	});

	it('A search without a match on one page of Official Accounts continues on the next', async () => {
		await world.controls.addAccounts(55, { namePrefix: 'Shop' });
		const first = await accounts('Shop 55');
		expect(first).toEqual({ results: [], paginationToken: '50' });
		expect((await accounts('Shop 55', first.paginationToken)).results).toHaveLength(1);
	});

	it('The list of Official Accounts reads one page at a time, with at most ten calls at once', async () => {
		await world.controls.addAccounts(300, { kind: 'miniProgram' });
		await world.controls.setLatency(5);
		await accounts();
		expect((await world.controls.stats()).maxInFlight).toBe(10);
		expect(await world.controls.calls({ path: ACCOUNTS })).toMatchObject([
			{ body: { offset: 0, count: 50 } },
		]);
		expect(await world.controls.count(INFO)).toBe(50);
	});

	it.each(['miniProgram', 'shop', 'channels', 'talent', 'supplier'] as const)(
		'The list in the editor leaves out accounts of the kind %s, and asks about each once',
		async (kind) => {
			await world.controls.addAccounts(10, { kind });
			expect((await accounts()).results.map(({ value }) => value)).toEqual([OA]);
			expect(await world.controls.count(INFO)).toBe(11);
			expect((await accounts()).results.map(({ value }) => value)).toEqual([OA]);
			expect(await world.controls.count(INFO)).toBe(12);
		},
	);

	it('The list of Official Accounts says what to do without a ticket', async () => {
		world.credential.componentVerifyTicket = '';
		await expect(accounts()).rejects.toMatchObject({
			name: 'NodeApiError',
			message: expect.stringContaining('component_verify_ticket'),
			description: expect.stringContaining('WeChat Open Platform Trigger'),
		});
	});

	it('The list of Official Accounts says what to do if the credential is rejected', async () => {
		world.credential.componentAppSecret = 'f'.repeat(32);
		await expect(accounts()).rejects.toMatchObject({
			message: expect.any(String),
			description: expect.stringContaining('ecret'),
		});
	});

	it('The list of Official Accounts says what to do if WeChat refuses to list them', async () => {
		await world.controls.answerWith({ path: ACCOUNTS }, { errcode: 45009 });
		await expect(accounts()).rejects.toMatchObject({ description: expect.stringMatching(/\w/) });
	});

	it('The list of Official Accounts speaks the language of the credential', async () => {
		world.credential = { ...world.credential, componentVerifyTicket: '', hintLanguage: 'zh-CN' };
		await expect(accounts()).rejects.toMatchObject({
			description: expect.stringMatching(/^请发布.*WeChat Open Platform Trigger/),
		});
	});
});

describe('List of Mini Programs', () => {
	const search = async (account?: string) =>
		await listSearch.searchMiniProgramLinks.call(editor(account).context);

	it("The list of Mini Programs is read with the merchant's own token", async () => {
		await world.controls.addMiniProgram({ appId: mp(0), nickname: 'Shop' });
		await world.controls.setRelation(OA, mp(0), 1);
		expect((await search()).results).toEqual([{ name: 'Shop (linked)', value: mp(0) }]);
		expect(await world.controls.calls({ path: LIST })).toMatchObject([{ account: OA }]);
	});

	it('The list of Mini Programs says what to do if permission set 33 is missing', async () => {
		await world.controls.addAccount({ appId: OTHER_OA, permissionSets: [1] });
		await expect(search(OTHER_OA)).rejects.toMatchObject({
			message: expect.stringContaining('permission set 33'),
			description: expect.stringContaining('administrator'),
		});
		expect(await world.controls.count(LIST)).toBe(0);
	});

	it('The list of Mini Programs says that no account is chosen', async () => {
		await expect(search('')).rejects.toMatchObject({
			message: expect.stringContaining('Official Account is empty'),
		});
	});
});

/** The tests of Check Setup also run the node's credential test for each fault. */
describe('Credential test of the trigger', () => {
	const { testOpenPlatform } = new WeChatOpenPlatformTrigger().methods.credentialTest;
	const test = async (fields: ICredentialDataDecryptedObject = {}) =>
		await testOpenPlatform.call(new CredentialTestContext(), {
			id: '1',
			name: 'Credential',
			type: 'weChatOpenPlatformApi',
			data: { ...world.credential, ...fields },
		});
	const failed = (words: string | RegExp) => ({
		status: 'Error',
		message: expect.stringMatching(words),
	});

	it('The credential test succeeds when WeChat returns a token', async () => {
		expect(await test()).toMatchObject({ status: 'OK' });
		expect(await world.controls.count(MINT_COMPONENT)).toBe(1);
	});

	it('The credential test does not replace a valid token', async () => {
		await world.runForPlatform('getMany');
		expect(await test()).toMatchObject({ status: 'OK' });
		expect(await world.controls.count(MINT_COMPONENT)).toBe(1);
		// By the operation, to prove the token, and to count the accounts.
		expect(await world.controls.count(ACCOUNTS)).toBe(3);
	});

	it.each<[string, ICredentialDataDecryptedObject, RegExp]>([
		['a wrong ticket', { componentVerifyTicket: 'ticket@@@wrong' }, /ticket/],
		['an invalid previous key', { previousEncodingAesKey: 'x'.repeat(44) }, /Previous/],
	])('The credential test fails with %s', async (_case, fields, words) => {
		expect(await test(fields)).toMatchObject(failed(words));
	});

	it.each([61011, -1, 777001])('The credential test fails for answer code %i', async (errcode) => {
		await world.controls.answerWith({}, { errcode });
		expect(await test()).toMatchObject(failed(/\w/));
	});

	it.each<[string, ICredentialDataDecryptedObject]>([
		['a host that is not saved yet', { apiBaseUrl: 'localhost' }],
		['a secret that is not saved yet', { componentAppSecret: 'f'.repeat(32) }],
	])(
		'The credential test makes no token for %s, because that would invalidate the kept one',
		async (_case, edited) => {
			await world.runForPlatform('getMany');
			const { port } = new URL(world.url);
			await test(edited.apiBaseUrl ? { apiBaseUrl: `http://localhost:${port}` } : edited);
			expect(await world.controls.count(MINT_COMPONENT)).toBe(1);
			expect(await test()).toMatchObject({ status: 'OK' });
		},
	);
});
