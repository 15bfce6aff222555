import { join } from 'node:path';
import type { Locator } from 'playwright-core';

import { openEditor } from '../n8n/browser.cts';
import type { Editor } from '../n8n/browser.cts';
import { projectDirectory } from '../n8n/paths.cts';
import { choose } from './panel.cts';
import { Reading, sectionOf, stepsIn } from './readmeSteps.cts';
import { useWorld } from './world.cts';

const README = 'README.md';
const STEPS = stepsIn(sectionOf(README, 'The first invitation'));
const PLATFORM = 'wx00000000000000c1';
const ACCOUNT = { appId: 'wx00000000000000a8', name: 'Lotus Tea House' };
const MINI_PROGRAM = { appId: 'wx00000000000000b8', nickname: 'Lotus Tea' };

/** An IP whitelist without the address of this n8n. */
const ELSEWHERE = ['203.0.113.1'];

/**
 * What a new user does with the README alone, in a new n8n with the package. The test looks for
 * each word in bold on the screen, in the order of the text.
 */
describe('README in a new n8n', () => {
	const world = useWorld();
	let editor: Editor;

	const find = (mark: string): Locator => editor.page.locator(`[data-test-id="${mark}"]`);
	const read = (step: number): Reading => new Reading(editor.page, STEPS[step - 1]);
	const creator = (): Locator => find('node-creator');
	const panel = (): Locator => find('node-parameters');
	const form = (): Locator => find('editCredential-modal');

	/** Begins a new workflow, and opens the list of first steps. */
	const beginWorkflow = async () => {
		await editor.page.goto(`${world.running.url}/workflow/new`);
		await find('canvas-add-button').locator('button').first().click();
		await creator().waitFor();
	};
	const search = async () => await find('node-creator-search-bar').fill('WeChat');
	/** Searches for the next step. */
	const searchNext = async () => {
		await find('canvas-handle-plus').first().click();
		await search();
	};

	beforeAll(async () => {
		await world.controls.addPlatform({ appId: PLATFORM });
		await world.controls.addAccount(ACCOUNT);
		await world.controls.addMiniProgram(MINI_PROGRAM);
		editor = await openEditor(world.running);
	});

	afterAll(async () => await editor?.close());

	it('The words of Installation lead to where you install the package', async () => {
		const { page } = editor;
		await page.goto(`${world.running.url}/home/workflows`);
		const installation = new Reading(page, sectionOf(README, 'Installation').split('\n\n')[1]);
		await page.goto(`${world.running.url}/settings`);
		await installation.see('Settings');
		await installation.click('Community nodes');
		await installation.click('Install a community node');
		await page
			.getByPlaceholder('e.g. n8n-nodes-chatwork')
			.fill('n8n-nodes-wechat-mini-program-link');
		await installation.click(
			'I understand the risks of installing unverified code from a public source.',
		);
		await installation.see('Install');
		installation.end();
	});

	it('The node asks for a credential as the page about credentials says', async () => {
		const reading = new Reading(editor.page, sectionOf('docs/credentials.md', 'Credentials'));
		await beginWorkflow();
		await creator().getByText('Trigger manually', { exact: true }).click();
		await searchNext();
		await creator().getByText('WeChat Mini Program Link', { exact: true }).click();
		await creator().getByText('Link mini program', { exact: true }).click();
		await reading.click('Connect to WeChat Authorizer Token', panel());
		await reading.click('Authorizer Token', form());
		await reading.click('Open Platform');
		await form().getByText('Component App ID').waitFor();
		reading.end();
	});

	it('Step 3 creates the credential from the trigger', async () => {
		const step = read(3);
		const { messageToken, encodingAesKey, appSecret } = await world.controls.platform();
		await world.controls.setIpWhitelist(ELSEWHERE);
		await beginWorkflow();
		await search();
		await step.click('WeChat Open Platform', creator());
		await step.click('On authorized', creator());
		await step.click('Connect to WeChat Open Platform', panel());
		const fields = {
			componentAppId: PLATFORM,
			componentAppSecret: appSecret,
			messageToken,
			encodingAesKey,
			// The local WeChat is not in the README.
			apiBaseUrl: world.url,
		};
		const names = ['Component App ID', 'Component App Secret', 'Message Token', 'Encoding AES Key'];
		for (const name of names) await step.see(name, form());
		for (const [name, value] of Object.entries(fields)) {
			await form().locator(`[data-test-id="parameter-input-${name}"] input`).fill(value);
		}
		await step.click('Save', form());
		await step.click('More details', form());
		await form().getByText('adds the IP address 127.0.0.1').waitFor();
		await world.controls.setIpWhitelist(null);
		await step.click('Retry', form());
		await form().getByText('More details').click();
		await form().getByText('has not pushed a ticket').waitFor();
		step.end();
		await form().getByRole('button', { name: 'Close this dialog' }).click();
	});

	it('Step 4 brings the first ticket', async () => {
		const step = read(4);
		await step.click('Webhook URLs', panel());
		await step.click('Production URL', panel());
		const events = panel().getByText('/wechat-open-platform');
		const messages = panel().getByText('/messages/:appid');
		await events.click();
		await editor.page.getByText('URL copied').waitFor();
		await world.controls.changePlatform({
			eventUrl: (await events.innerText()).trim(),
			messageUrl: (await messages.innerText()).trim().replace(':appid', '$APPID$'),
		});
		await editor.closeNode();
		await step.click('Publish');
		await step.click(
			'Publish',
			editor.page.getByRole('dialog').filter({ hasText: 'Version name' }),
		);
		await editor.page.getByText('Workflow published').waitFor();
		step.end();
		expect(await world.controls.pushTicket()).toMatchObject({ delivered: true });
		await world.controls.grant(ACCOUNT.appId, [1, 33]);
		const message = await world.controls.writeAsFollower(ACCOUNT.appId);
		expect(message).toMatchObject({ answer: { body: 'success' } });
	});

	it('Step 5 fills in the invitation', async () => {
		const step = read(5);
		await beginWorkflow();
		await step.click('Trigger manually', creator());
		await searchNext();
		await step.click('WeChat Mini Program Link', creator());
		await step.click('Link mini program', creator());
		await panel().waitFor();
		const credential = find('node-credentials-select').locator('input').first();
		expect(await credential.inputValue()).toBe('WeChat Open Platform account');
		await step.see('Official Account', panel());
		const account = find('resource-locator-officialAccountAppId');
		await step.seeChosen('From list', account.locator('[data-test-id="rlc-mode-selector"] input'));
		await account.locator('[data-test-id="rlc-input-container"]').click();
		await find('rlc-item').getByText(ACCOUNT.name).click();
		await step.see('Mini Program', panel());
		const miniProgram = find('resource-locator-miniProgramAppId');
		await step.seeChosen('By ID', miniProgram.locator('[data-test-id="rlc-mode-selector"] input'));
		await miniProgram.getByPlaceholder('e.g. wx1234567890abcdef').fill(MINI_PROGRAM.appId);
		step.end();
		await editor.closeNode();
	});

	/** Opens the node, and waits until its output shows the run's only item on this branch. */
	const openItem = async (branch: string, outcome: string) => {
		await find('canvas-node').nth(1).dblclick();
		await find('output-panel').getByText(`${branch} Branch (1 item)`).waitFor();
		await find('output-panel').getByText(outcome, { exact: true }).first().waitFor();
	};

	it('Step 6 sends the invitation', async () => {
		const step = read(6);
		await step.click('Execute workflow');
		await editor.page.getByText('Workflow executed successfully').waitFor();
		await step.see('Success', find('canvas-node-output-handle'));
		step.end();
		await openItem('Success', 'invitationSent');
	});

	it('Step 7 shows that both administrators have agreed', async () => {
		const step = read(7);
		const { controls } = world;
		await controls.officialAccountAdminAgrees(ACCOUNT.appId, MINI_PROGRAM.appId);
		await controls.miniProgramAdminAgrees(ACCOUNT.appId, MINI_PROGRAM.appId);
		await step.see('Operation', panel());
		await choose(editor.page, 'operation', 'Get Status');
		await step.seeChosen('Get Status', find('parameter-input-operation').locator('input').first());
		await editor.closeNode();
		await find('execute-workflow-button').click();
		await step.see('Linked', find('canvas-node-output-handle'));
		step.end();
		await openItem('Linked', 'linked');
	});

	it('You can import a workflow of the set from its file', async () => {
		const { page } = editor;
		const [, part = ''] = sectionOf(README, 'From one to many').split(/^(?=To import a workflow)/m);
		const reading = new Reading(page, part.split('\n\n')[0]);
		await page.goto(`${world.running.url}/workflow/new`);
		await find('workflow-menu').click();
		await reading.click('Import');
		const chosen = page.waitForEvent('filechooser');
		await reading.click('From file');
		const file = join(projectDirectory, 'examples', 'merchants', 'authorized.json');
		await (await chosen).setFiles(file);
		await page.getByText('WeChat pushes').first().waitFor();
		reading.end();
	});
});
