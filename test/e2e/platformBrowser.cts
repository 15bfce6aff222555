import { openEditor } from '../n8n/browser.cts';
import type { Editor } from '../n8n/browser.cts';
import { linkWorkflow, NODE, outputOf, TRIGGER } from './platformWorkflows.cts';
import type { PlatformWorld } from './platformWorld.cts';

const START_PAGE = 'http://merchants.example.com';
const NEWCOMER = { appId: 'wx00000000000000a9', name: 'Harbour Coffee', status: 'none' } as const;

/** What a person sees: the trigger's panel, the list of accounts, the page of WeChat. */
export function testBrowser(world: PlatformWorld): void {
	let editor: Editor;

	beforeAll(async () => {
		editor = await openEditor(world.running);
	});

	afterAll(async () => await editor?.close());

	it('shows the URL for WeChat and what starts the workflow', async () => {
		await editor.openWorkflow(world.trigger);
		await editor.openNode(TRIGGER);
		const panel = editor.page.locator('[data-test-id="ndv"]');
		await panel.getByText('Webhook URLs').click();
		await panel.getByRole('radio', { name: 'Production URL' }).waitFor();
		const text = await panel.innerText();
		expect(text).toContain('authorization event URL');
		for (const name of ['Authorized', 'Authorization Updated', 'Authorization Withdrawn']) {
			expect(text).toContain(name);
		}
	});

	it('lists the merchants by name', async () => {
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

	it('leads a merchant from the authorization URL to an exchanged code', async () => {
		const { controls } = world;
		await controls.addAccount(NEWCOMER);
		await controls.changePlatform({ redirectDomain: new URL(START_PAGE).hostname });
		const created = await world.run({
			resource: 'officialAccount',
			operation: 'createAuthorizationUrl',
			redirectUrl: `${START_PAGE}/authorized`,
			onlyThisAccount: NEWCOMER.appId,
		});
		const [{ computerUrl }] = outputOf(created, 0);
		const { page } = editor;
		const link = `<a href="${String(computerUrl).replaceAll('&', '&amp;')}">Authorize</a>`;
		await page.route(`${START_PAGE}/**`, async (route) => {
			await route.fulfill({ contentType: 'text/html', body: link });
		});
		const agree = async () => {
			await page.goto(`${START_PAGE}/start`);
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
