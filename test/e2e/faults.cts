import { waitFor } from '../n8n/waitFor.cts';
import { OUTPUTS } from '../outputs.cts';
import { startHostile } from './hostile.cts';
import type { Hostile } from './hostile.cts';
import { givenBy, mp, mpItems, sizesOf } from './workflows.cts';
import type { Given } from './workflows.cts';
import type { World } from './world.cts';

const NOBODY = 'http://127.0.0.1:1';

/** What goes wrong outside of WeChat. */
export function testFaults(world: World): void {
	let hostile: Hostile;

	beforeAll(async () => void (hostile = await startHostile()));
	afterAll(() => hostile.close());

	describe('an address that is not WeChat\u2019s', () => {
		let given: Given[];

		beforeAll(async () => {
			const { appId } = await world.addAccount();
			const credential = await world.addCredential({
				accessToken: await world.controls.issueToken(appId),
				apiBaseUrl: '={{ $json.baseUrl }}',
			});
			const { url } = hostile;
			const urls = [
				world.url,
				NOBODY,
				`${url}/200`,
				`${url}/404`,
				`${url}/502`,
				'weixin',
				world.url,
			];
			const items = urls.map((baseUrl, n) => ({ appId: mp(n), baseUrl }));
			const parameters = { options: { maxTries: 1 } };
			given = givenBy(await world.run({ items, credential, parameters }));
		});

		it('does not keep the other items from being sent', () => {
			expect(given).toHaveLength(7);
			for (const item of [given[0], given[6]]) {
				expect(item).toMatchObject({ outcome: 'invitationSent', errcode: 0 });
			}
		});

		it.each([
			[
				'nobody listens',
				1,
				'Retry Later',
				'No answer from WeChat: the server refused the connection',
			],
			['a page comes', 2, 'Retry Later', "The answer is not WeChat's (HTTP 200)"],
			['a page for 404 comes', 3, 'Retry Later', "The answer is not WeChat's (HTTP 404)"],
			['a page for 502 comes', 4, 'Retry Later', 'The server answered HTTP 502'],
			['it is no URL', 5, 'Other', 'The API Base URL is not a URL'],
		])('is told when %s', (_, index, output, errmsg) => {
			const item = given[index];
			expect(OUTPUTS[item.output]).toBe(output);
			expect(item).toMatchObject({ errmsg, errcode: null, outcome: 'failed' });
			expect(item.hint).toContain('API Base URL');
		});
	});

	describe('a credential that was deleted', () => {
		const runWithout = async (outputMode: string) => {
			const { appId: account, credential } = await world.addAccount();
			const parameters = { outputMode };
			const workflow = await world.addWorkflow({ items: mpItems(3), credential, parameters });
			await world.running.rest.request('DELETE', `/rest/credentials/${credential}`);
			const execution = await world.running.runWorkflow(workflow);
			expect(await world.controls.calls({ account })).toStrictEqual([]);
			return execution;
		};

		it('sends the items to Authorization and asks to choose another', async () => {
			const execution = await runWithout('category');
			expect(sizesOf(execution)).toEqual([0, 0, 0, 0, 3, 0, 0]);
			for (const item of givenBy(execution)) {
				expect(item).toMatchObject({ outcome: 'failed', errcode: null, attempts: 0 });
				expect(item.errmsg).toContain('The credential could not be read');
				expect(item.hint).toContain('choose the credential');
			}
		});

		it('stops the node in the mode Single, with the same words', async () => {
			const { status, error } = await runWithout('single');
			expect(status).toBe('error');
			expect(error?.message).toContain('The credential could not be read');
			expect(error?.description).toContain('choose the credential');
		});
	});

	describe('a run of 300 slow items that is stopped', () => {
		it('starts no further call', async () => {
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
			// Another run takes longer than a slow call: whatever was to come has come.
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
	});
}
