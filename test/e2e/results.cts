import { waitFor } from '../n8n/waitFor.cts';
import { ANSWERS, OUTPUTS } from '../outputs.cts';
import { givenBy, mp, mpItems, sizesOf } from './workflows.cts';
import type { World } from './world.cts';

/** What n8n shows of a run: its outputs, the line above them, and a run that is stopped. */
export function testResults(world: World): void {
	it('A run sends each item through the output that its answer code belongs to', async () => {
		const { appId: account, credential } = await world.addAccount();
		for (const [n, [errcode]] of ANSWERS.entries()) {
			await world.controls.answerWith({ account, miniProgramAppId: mp(n) }, { errcode });
		}
		const given = givenBy(await world.run({ items: mpItems(ANSWERS.length), credential }));
		expect(given.map(({ errcode, output }) => [errcode, OUTPUTS[output]])).toEqual(ANSWERS);
		for (const { hint } of given) expect(hint).toMatch(/\S/);
	});

	it('The line above the output says how many items there are of each kind, and who acts', async () => {
		const { appId: account, credential } = await world.addAccount();
		await world.controls.answerWith({ account, miniProgramAppId: mp(0) }, { errcode: 89245 });
		await world.controls.answerWith({ account, miniProgramAppId: mp(1) }, { errcode: 89010 });
		const { nodes } = await world.run({ items: mpItems(4), credential });
		const [{ message }] = Object.values(nodes)[1].hints;
		expect(message).toBe(
			'1 pending, 2 sent, 1 needs attention: 1 from the Mini Program administrator',
		);
	});

	it('The credential sets the language of hints and of the line above, and a node can override it', async () => {
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
		const inEnglish = await world.run({ operation: 'getStatus', items, credential, parameters });
		expect(givenBy(inEnglish)[0].hint).toBe('Linked. There is nothing to do.');
		expect(Object.values(inEnglish.nodes)[1].hints).toMatchObject([
			{ message: '1 linked, 1 not linked' },
		]);
	});

	describe('Deleted credential', () => {
		const runWithout = async (outputMode: string) => {
			const { appId: account, credential } = await world.addAccount();
			const parameters = { outputMode };
			const workflow = await world.addWorkflow({ items: mpItems(3), credential, parameters });
			await world.running.rest.request('DELETE', `/rest/credentials/${credential}`);
			const execution = await world.running.runWorkflow(workflow);
			expect(await world.controls.calls({ account })).toStrictEqual([]);
			return execution;
		};

		it('Items whose credential was deleted leave through Authorization with a hint to choose another', async () => {
			const execution = await runWithout('category');
			expect(sizesOf(execution)).toEqual([0, 0, 0, 0, 3, 0, 0]);
			for (const item of givenBy(execution)) {
				expect(item).toMatchObject({ outcome: 'failed', errcode: null, attempts: 0 });
				expect(item.errmsg).toContain('The credential could not be read');
				expect(item.hint).toContain('choose the credential');
			}
		});

		it('In the mode Single, a deleted credential stops the node with the same message', async () => {
			const { status, error } = await runWithout('single');
			expect(status).toBe('error');
			expect(error?.message).toContain('The credential could not be read');
			expect(error?.description).toContain('choose the credential');
		});
	});

	it('A run that is stopped in the middle of 300 slow items starts no further call', async () => {
		const { appId: account, credential } = await world.addAccount();
		await world.controls.answerWith({ account }, { delayMs: 300 });
		const concurrency = 5;
		const workflow = await world.addWorkflow({
			items: mpItems(300),
			credential,
			parameters: { options: { maxConcurrency: concurrency } },
		});
		const id = await world.running.startWorkflow(workflow);
		const callsOf = async () => (await world.controls.calls({ account })).length;
		const tenCalls = async () => ((await callsOf()) >= 10 ? true : null);
		await waitFor(tenCalls, { what: 'ten calls', timeoutMs: 60_000 });
		await world.running.stopExecution(id);
		const execution = await world.running.waitForExecution(id);
		expect(execution.status).toBe('canceled');

		const calls = await callsOf();
		expect(calls).toBeLessThan(300);
		// Another run takes longer than a slow call, so the calls that were in flight have ended.
		const other = await world.addAccount();
		await world.controls.answerWith({ account: other.appId }, { delayMs: 300 });
		const marker = await world.run({
			items: mpItems(4),
			credential: other.credential,
			parameters: { options: { maxConcurrency: 1 } },
		});
		expect(sizesOf(marker)[0]).toBe(4);
		expect((await callsOf()) - calls).toBeLessThanOrEqual(concurrency);
		expect((await world.controls.stats()).inFlight).toBe(0);
	});
}
