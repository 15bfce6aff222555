import { STATUS_OUTPUTS } from '../outputs.cts';
import type { Given } from './workflows.cts';
import { ghOf, givenBy, LIST, mp, mpItems, sizesOf } from './workflows.cts';
import type { World } from './world.cts';

/** Get Status, and what n8n shows of a run. */
export function testStatus(world: World): void {
	describe('a link that', () => {
		let account: string;
		const appIds = [mp(1), mp(2), ghOf(3), mp(12), mp(4), mp(99)];
		let given: Given[];

		beforeAll(async () => {
			const { appId, credential } = await world.addAccount();
			account = appId;
			for (const status of [1, 2, 3, 12, 4]) {
				await world.controls.setRelation(account, mp(status), status);
			}
			const items = appIds.map((appId) => ({ appId }));
			given = givenBy(await world.run({ operation: 'getStatus', items, credential }));
		});

		it.each([
			['is in force', 1, mp(1), 'Linked', 'linked'],
			['waits for the Mini Program admin', 2, mp(2), 'Pending', 'pendingMiniProgramAdmin'],
			['waits for the account admin', 12, mp(12), 'Pending', 'pendingOfficialAccountAdmin'],
			['was refused, asked by original ID', 3, ghOf(3), 'Refused', 'refused'],
			['WeChat does not explain', 4, mp(4), 'Other', 'unknownStatus'],
			['is not in the list', null, mp(99), 'Not Linked', 'notLinked'],
		])('%s has its own output and hint', (_, linkStatus, appId, output, outcome) => {
			const item = given.find(({ miniProgramAppId }) => miniProgramAppId === appId);
			expect(STATUS_OUTPUTS[item?.output ?? -1]).toBe(output);
			expect(item).toMatchObject({ outcome, linkStatus, officialAccountAppId: account });
			if (outcome === 'linked') expect(item?.hint).toBe('Linked. There is nothing to do.');
			else expect(item?.hint).toMatch(/\S/);
		});

		it('was refused comes with its entry, which WeChat gives without an appid', () => {
			const item = given.find(({ miniProgramAppId }) => miniProgramAppId === ghOf(3));
			expect(item?.miniProgram).toMatchObject({ outcome: 'refused' });
			expect(JSON.stringify(item?.miniProgram)).toContain(ghOf(3));
			expect(JSON.stringify(item?.miniProgram)).not.toContain(mp(3));
		});
	});

	it('a thousand Mini Programs of one account take one call', async () => {
		const { appId: account, credential } = await world.addAccount();
		for (let n = 0; n < 1000; n += 100) await world.controls.setRelation(account, mp(n), 1);
		const items = mpItems(1000);
		const execution = await world.run({ operation: 'getStatus', items, credential });
		expect(sizesOf(execution)).toEqual([10, 0, 990, 0, 0, 0, 0]);
		expect(await world.controls.calls({ account })).toMatchObject([{ path: LIST, errcode: 0 }]);
	});

	it('of two outputs, only what is linked leaves through the first; the others say in Chinese why', async () => {
		const { appId: account, credential } = await world.addAccount();
		for (const status of [1, 2]) await world.controls.setRelation(account, mp(status), status);
		const items = [1, 2, 99].map((n) => ({ merchant: `Merchant ${n}`, appId: mp(n) }));
		const parameters = { outputMode: 'successOrNot', options: { hintLanguage: 'zh-CN' } };
		const execution = await world.run({ operation: 'getStatus', items, credential, parameters });
		expect(sizesOf(execution)).toEqual([1, 2]);
		const [linked, pending, absent] = givenBy(execution);
		expect(linked).toMatchObject({
			merchant: 'Merchant 1',
			hint: '已关联，无需任何操作。',
			whoActs: 'nobody',
		});
		expect(pending).toMatchObject({ merchant: 'Merchant 2', whoActs: 'miniProgramAdmin' });
		expect(absent).toMatchObject({ merchant: 'Merchant 99', whoActs: 'operator' });
		for (const { hint } of [pending, absent]) expect(hint).toMatch(/\p{Script=Han}。$/u);
	});

	it('the credential says the language of the hints and of the sum, and a node may differ', async () => {
		const { appId: account } = await world.addAccount();
		const accessToken = await world.controls.issueToken(account);
		const fields = { accessToken, officialAccountAppId: account, hintLanguage: 'zh-CN' };
		const credential = await world.addCredential(fields);
		await world.controls.setRelation(account, mp(1), 1);
		const items = [
			{ merchant: '茶馆', appId: mp(1) },
			{ merchant: '书店', appId: mp(2) },
		];
		const execution = await world.run({ operation: 'getStatus', items, credential });
		const [linked] = givenBy(execution);
		expect(Object.keys(linked).slice(0, 3)).toEqual(['merchant', 'appId', 'officialAccountAppId']);
		expect(linked).toMatchObject({ merchant: '茶馆', hint: '已关联，无需任何操作。' });
		expect(Object.values(execution.nodes)[1].hints).toMatchObject([
			{ message: '已关联 1 个，未关联 1 个' },
		]);
		const parameters = { options: { hintLanguage: 'en' } };
		const differing = await world.run({ operation: 'getStatus', items, credential, parameters });
		expect(givenBy(differing)[0].hint).toBe('Linked. There is nothing to do.');
		expect(Object.values(differing.nodes)[1].hints).toMatchObject([
			{ message: '1 linked, 1 not linked' },
		]);
	});

	it('the line above the output sums a run up', async () => {
		const { appId: account, credential } = await world.addAccount();
		await world.controls.answerWith({ account, miniProgramAppId: mp(0) }, { errcode: 89245 });
		await world.controls.answerWith({ account, miniProgramAppId: mp(1) }, { errcode: 89010 });
		const { nodes } = await world.run({ items: mpItems(4), credential });
		const [{ message }] = Object.values(nodes)[1].hints;
		expect(message).toBe(
			'1 pending, 2 sent, 1 needs attention: 1 from the Mini Program administrator',
		);
	});
}
