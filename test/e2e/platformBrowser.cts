import { openEditor } from '../n8n/browser.cts';
import type { Editor } from '../n8n/browser.cts';
import {
	linkWorkflow,
	MESSAGE_PATH,
	NODE,
	outputOf,
	pushWorkflow,
	TRIGGER,
	WEBHOOK_PATH,
} from './platformWorkflows.cts';
import type { PlatformWorld } from './platformWorld.cts';

/** Over http, because from an https page browsers send no Referer to the local WeChat, which has no certificate. */
const START_PAGE = 'http://merchants.example.com/start';
const REDIRECT = 'https://merchants.example.com/authorized';
const NEWCOMER = { appId: 'wx00000000000000a9', name: 'Harbour Coffee', status: 'none' } as const;

/** What a person sees: the trigger's panel, the list of accounts, and WeChat's page. */
export function testBrowser(world: PlatformWorld): void {
	let editor: Editor;

	beforeAll(async () => {
		editor = await openEditor(world.running);
	});

	afterAll(async () => await editor?.close());

	it('The panel of the trigger shows the URLs for WeChat and the events that start the workflow', async () => {
		await editor.openWorkflow(world.trigger);
		await editor.openNode(TRIGGER);
		const panel = editor.page.locator('[data-test-id="node-parameters"]');
		expect(await panel.innerText()).toContain('Open Webhook URLs above, choose Production URL');
		await panel.getByText('Webhook URLs').first().click();
		await panel.getByRole('radio', { name: 'Production URL' }).click({ force: true });
		await panel.getByText(`/webhook/${WEBHOOK_PATH}`).waitFor();
		await panel.getByText(`/webhook/${MESSAGE_PATH}`).waitFor();
		const text = await panel.innerText();
		expect(text).toContain('授权事件接收URL');
		expect(text).toContain('the second, with $APPID$ in place of :appid, into 消息与事件接收URL');
		for (const name of ['Authorized', 'Authorization Updated', 'Authorization Withdrawn']) {
			expect(text).toContain(name);
		}
	});

	describe('Beside the parameters', () => {
		const beside = () => editor.page.locator('[data-test-id="ndv"]');

		it('The trigger of a published workflow says that it needs no click, and never to point a live platform at the Test URL', async () => {
			await editor.openWorkflow(world.trigger);
			await editor.openNode(TRIGGER);
			const text = await beside().innerText();
			expect(text).toContain('Listen for a push to the Test URL');
			expect(text).toContain('never point a live one to the Test URL');
			expect(text).toContain('start the published workflow without a click');
		});

		it('The trigger of an unpublished workflow says what to do next', async () => {
			const { id } = await world.running.createWorkflow(pushWorkflow(world.credential));
			await editor.openWorkflow(id);
			await editor.openNode(TRIGGER);
			const text = await beside().innerText();
			expect(text).toContain('work once the workflow is published (in n8n 1.x: activated)');
		});

		it('The trigger says how to try it without WeChat, and the editor offers that', async () => {
			await beside().getByText('When will this node trigger my flow?').click();
			await beside().getByText('n8n uses mock data only in the editor').waitFor();
			await beside().getByText('with $APPID$ in place of :appid. n8n answers').waitFor();
			const output = beside().locator('[data-test-id="output-panel"]');
			await output.getByText('set mock data').click();
			await output.getByText('Edit Output').waitFor();
			await output.getByText('Cancel').click();
		});
	});

	it('The list of Official Accounts shows merchants by name', async () => {
		const { controls, credential, running } = world;
		const parameters = { officialAccountAppId: { __rl: true, mode: 'list', value: '' } };
		const workflow = linkWorkflow({ items: [{}], credential, parameters });
		const { id } = await running.createWorkflow(workflow);
		await controls.configure({ listNewestFirst: true });
		await controls.addAccount({ appId: 'wx00000000000000a8', name: 'Lotus Tea House' });
		await editor.openWorkflow(id);
		await editor.openNode(NODE);
		const locator = editor.page.locator('[data-test-id="resource-locator-officialAccountAppId"]');
		await locator.locator('[data-test-id="rlc-input-container"]').click();
		const entries = editor.page.locator('[data-test-id="rlc-item"]');
		await entries.first().waitFor();
		expect(await entries.allInnerTexts()).toContain('Lotus Tea House (wx00000000000000a8)');
	});

	it('An authorization URL leads a merchant to an exchanged code', async () => {
		const { controls } = world;
		await controls.addAccount(NEWCOMER);
		await controls.changePlatform({ redirectDomain: new URL(START_PAGE).hostname });
		const created = await world.run({
			resource: 'officialAccount',
			operation: 'createAuthorizationUrl',
			redirectUrl: REDIRECT,
			onlyThisAccount: NEWCOMER.appId,
		});
		const [{ computerUrl }] = outputOf(created, 0);
		const { page } = editor;
		const link = `<a href="${String(computerUrl).replaceAll('&', '&amp;')}">Authorize</a>`;
		await page.route(/merchants\.example\.com\/(start|authorized)/, async (route) => {
			await route.fulfill({ contentType: 'text/html', body: link });
		});
		const agree = async () => {
			await page.goto(START_PAGE);
			await page.getByText('Authorize').click();
			await page.locator(`[name="account"][value="${NEWCOMER.appId}"]`).check();
			await page.locator('#agree').click();
			await page.waitForURL(/\/authorized\?auth_code=/);
		};
		expect(await world.itemsOf(agree)).toMatchObject([
			{ officialAccountAppId: NEWCOMER.appId, codeExchanged: true, canLink: true },
		]);
	});
}
