import type { IDataObject } from 'n8n-workflow';

import { LinkTrigger } from './linkTrigger.cts';
import { usePlatformWorld } from './platformWorld.cts';
import { useTrigger } from './trigger.cts';
import { LIST, mp, OA, OTHER_OA, useWorld, withOptions } from './world.cts';

/** Only Chinese texts have this: some English texts contain Chinese words, too. */
const CHINESE = /\p{Script=Han}[，。：；）]/u;

describe('Hint Language of the credential WeChat Authorizer Token API', () => {
	const world = useWorld();
	const inChinese = () => ({ ...world.credential, hintLanguage: 'zh-CN' });

	it('Every hint has the language of the token credential, also on items that cannot be sent', async () => {
		const appIds = [mp(0), 'nonsense', null, mp(1)];
		const results = await world.results({ appIds, credential: inChinese() });
		expect(results).toHaveLength(4);
		for (const { hint } of results) expect(hint).toMatch(CHINESE);
	});

	it('The summary of a run has the language of the token credential', async () => {
		const { hints } = await world.run({ appIds: [mp(0), 'nonsense'], credential: inChinese() });
		expect(hints).toEqual(['已发送 1 个，需要处理 1 个：您 1 个']);
	});

	it('The option Hint Language of a node overrides its credential', async () => {
		const english = withOptions({ hintLanguage: 'en' });
		const run = await world.run({ credential: inChinese(), parameters: english });
		expect(run.outputs.flat()[0].json.hint).not.toMatch(CHINESE);
		expect(run.hints).toEqual(['1 sent']);
		const chinese = withOptions({ hintLanguage: 'zh-CN' });
		expect((await world.result({ parameters: chinese })).hint).toMatch(CHINESE);
	});

	it.each(['', 'fr', null])(
		'The language of the credential applies if the option of the node is %j',
		async (hintLanguage) => {
			const parameters = withOptions({ hintLanguage });
			const { hint } = await world.result({ credential: inChinese(), parameters });
			expect(hint).toMatch(CHINESE);
		},
	);

	it.each([undefined, '', 'fr'])(
		'Hints are English if the language of the credential is %j',
		async (hintLanguage) => {
			const credential = {
				...world.credential,
				...(hintLanguage !== undefined && { hintLanguage }),
			};
			const run = await world.run({ credential });
			expect(run.outputs.flat()[0].json.hint).not.toMatch(CHINESE);
			expect(run.hints).toEqual(['1 sent']);
		},
	);

	it('With an expression, each item has its own language, and the summary that of the first item', async () => {
		const credential = { ...world.credential, hintLanguage: '={{ $json.language }}' };
		const items = [
			{ appId: mp(0), language: 'zh-CN' },
			{ appId: mp(1), language: 'en' },
			{ appId: 'nonsense', language: 'zh-CN' },
			{ appId: 'nonsense', language: 'en' },
		] as IDataObject[];
		const { outputs, hints } = await world.run({ items, credential });
		const isChinese = outputs
			.flat()
			.map(({ json }) => [json.language, CHINESE.test(String(json.hint))]);
		expect(isChinese.sort()).toEqual([
			['en', false],
			['en', false],
			['zh-CN', true],
			['zh-CN', true],
		]);
		expect(hints).toEqual(['已发送 2 个，需要处理 2 个：您 2 个']);
	});

	it('Hints are English if the credential cannot be read', async () => {
		const { outputs, hints } = await world.run({ credential: null });
		expect(outputs.flat()).toHaveLength(1);
		expect(outputs.flat()[0].json.hint).toMatch(/^Open the node and choose the credential/);
		expect(hints).toEqual(['1 needs attention: 1 from you']);
	});
});

describe('Hint Language of the credential WeChat Open Platform API', () => {
	const world = usePlatformWorld();

	beforeEach(() => {
		world.credential = { ...world.credential, hintLanguage: 'zh-CN' };
	});

	it('Every hint has the language of the platform credential, also on items without a valid account', async () => {
		const { outputs, hints } = await world.run({ accounts: [OA, '', 'nonsense', OTHER_OA] });
		const items = outputs.flat().map(({ json }) => json);
		expect(items).toHaveLength(4);
		for (const { hint } of items) expect(hint).toMatch(CHINESE);
		expect(hints).toEqual([expect.stringMatching(/^已发送 1 个，需要处理 3 个：/)]);
	});

	it.each(['get', 'getMany'])(
		'Hints of %s of Official Accounts have the language of the credential',
		async (operation) => {
			const { outputs } = await world.runForPlatform(operation, { accounts: [OA, ''] });
			for (const { json } of outputs.flat()) expect(json.hint).toMatch(CHINESE);
		},
	);

	it('Hints of Check Setup have the language of the credential', async () => {
		for (const { hint } of Object.values(await world.checkSetup())) expect(hint).toMatch(CHINESE);
	});

	it('Hints of the link trigger have the language of the credential, unless the node has its own', async () => {
		const trigger = new LinkTrigger(() => world.table);
		await world.controls.setRelation(OA, mp(1), 12);
		await trigger.poll();
		await world.controls.officialAccountAdminAgrees(OA, mp(1));
		expect((await trigger.poll())[0].hint).toMatch(CHINESE);
		trigger.parameters = { ...trigger.parameters, options: { hintLanguage: 'en' } };
		await world.controls.miniProgramAdminAgrees(OA, mp(1));
		const [linked] = await trigger.poll();
		expect(linked).toMatchObject({ event: 'linked' });
		expect(linked.hint).not.toMatch(CHINESE);
	});

	it('The link trigger says in the language of the credential why it cannot list the accounts', async () => {
		world.credential = { ...world.credential, componentVerifyTicket: '' };
		await expect(new LinkTrigger(() => world.table).options()).rejects.toMatchObject({
			description: expect.stringMatching(CHINESE),
		});
	});

	it('The link trigger says in the language of the credential why it cannot poll', async () => {
		const trigger = new LinkTrigger(() => world.table);
		await trigger.poll();
		await world.controls.answerWith({ path: LIST }, { errcode: 61004 });
		trigger.parameters = { ...trigger.parameters, options: { quietInterval: 0 } };
		await expect(trigger.poll()).rejects.toMatchObject({
			description: expect.stringMatching(CHINESE),
		});
	});
});

describe('Hint Language of the credential, in the platform trigger', () => {
	const world = usePlatformWorld();
	const server = useTrigger(world);

	it('Items of the platform trigger have the language of the credential, unless the node has its own', async () => {
		world.credential = { ...world.credential, hintLanguage: 'zh-CN' };
		await world.controls.addAccount({ appId: OTHER_OA, status: 'none' });
		await world.controls.authorize({ account: OTHER_OA });
		await server.settle();
		server.parameters = { additionalFields: { hintLanguage: 'en' } };
		await world.controls.withdraw(OTHER_OA);
		await server.settle();
		const [authorized, withdrawn] = server.items;
		expect(authorized.hint).toMatch(CHINESE);
		expect(withdrawn.hint).toMatch(/^The merchant has withdrawn the authorization/);
	});
});
