import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { openEditor } from '../test/n8n/browser.cts';
import type { Editor } from '../test/n8n/browser.cts';
import { exampleWorkflow } from '../test/n8n/examples.cts';
import type { RunningN8n, Workflow } from '../test/n8n/n8n.cts';
import { projectDirectory } from '../test/n8n/paths.cts';
import { STORY } from '../test/n8n/storyMerchants.cts';

const IMAGES = join(projectDirectory, 'docs', 'images');

/** Hides everything that covers a node's panel. */
const ONLY_PANEL = `
	[class*="floatingNodes"], [data-test-id="panel-drag-button"], .el-notification {
		visibility: hidden;
	}
`;
const MARGIN = 8;
const ENTRIES_SHOWN = 5;

type Stored = Workflow & { id: string };

/** Takes the README's pictures of the platform examples, with the merchants of the story. */
export async function takePictures(running: RunningN8n, credentialId: string): Promise<void> {
	mkdirSync(IMAGES, { recursive: true });
	const store = (name: string) => running.replaceWorkflow(exampleWorkflow(name, credentialId));
	const trigger = await store('platform-trigger');
	const merchants = await store('platform-merchants');
	const editor = await openEditor(running);
	try {
		await editor.openWorkflow(merchants.id);
		await editor.execute();
		await editor.screenshotCanvas(join(IMAGES, 'platform.png'));
		await editor.openWorkflow(trigger.id);
		await takeTrigger(editor);
		await takeLocator(editor, running, merchants);
		await editor.openWorkflow(merchants.id);
		await takeSearch(editor);
	} finally {
		await editor.close();
	}
}

async function takeTrigger(editor: Editor): Promise<void> {
	const { page } = editor;
	await editor.openNode('WeChat pushes');
	const panel = page.locator('[data-test-id="ndv"]');
	await panel.getByText('Webhook URLs', { exact: true }).click();
	await panel.getByRole('radio', { name: 'Production URL' }).click({ force: true });
	await panel.getByText('/webhook/').first().waitFor();
	const last = panel.locator('[data-test-id="parameter-input-triggerOn"]');
	await take(editor, 'trigger.png', panel.getByText('Webhook URLs', { exact: true }), last);
}

/** The list of accounts, in a temporary copy of the workflow. */
async function takeLocator(editor: Editor, running: RunningN8n, merchants: Stored): Promise<void> {
	const name = 'Link Mini Program';
	const [{ merchant, officialAccountAppId: value }] = STORY;
	const cachedResultName = `${merchant} (${value})`;
	const nodes = merchants.nodes.map((node) => {
		const officialAccountAppId = { __rl: true, mode: 'list', value, cachedResultName };
		const parameters = { ...node.parameters, officialAccountAppId };
		return node.name === name ? { ...node, parameters } : node;
	});
	const copy = { name: 'Copy', nodes, connections: merchants.connections };
	const { id } = await running.createWorkflow(copy);
	await editor.openWorkflow(id);
	await editor.openNode(name);
	const { page } = editor;
	const locator = page.locator('[data-test-id="resource-locator-officialAccountAppId"]');
	await locator.locator('[data-test-id="rlc-input-container"]').click();
	const entry = page.locator('[data-test-id="rlc-item"]');
	await entry.filter({ hasText: merchant }).waitFor();
	const top = page.locator('[data-test-id="ndv"]').getByText('Official Account', { exact: true });
	await take(editor, 'locator.png', top.first(), entry.nth(ENTRIES_SHOWN));
	await running.rest.post(`/rest/workflows/${id}/archive`);
	await running.rest.request('DELETE', `/rest/workflows/${id}`);
}

/** The editor's search for 微信 with its results. */
async function takeSearch({ page }: Editor): Promise<void> {
	await page.locator('[data-test-id="node-creator-plus-button"]').click();
	const field = page.locator('[data-test-id="node-creator-search-bar"]');
	await field.fill('微信');
	const creator = page.locator('[data-test-id="node-creator"]');
	const entries = creator.locator('[data-test-id="item-iterator-item"]');
	await entries.filter({ hasText: 'WeChat Open Platform' }).waitFor();
	const top = await field.boundingBox();
	const bottom = await entries.last().boundingBox();
	if (!top || !bottom) throw new Error('The search is not there');
	const y = top.y - 2 * MARGIN;
	const height = bottom.y + bottom.height + MARGIN - y;
	const clip = { x: bottom.x, y, width: bottom.width, height };
	await page.mouse.move(0, 0);
	await page.screenshot({ path: join(IMAGES, 'search.png'), clip, animations: 'disabled' });
}

/** A picture as wide as the panel, from one element to another. */
async function take({ page }: Editor, name: string, from: Locator, to: Locator): Promise<void> {
	await page.addStyleTag({ content: ONLY_PANEL });
	const panel = await page.locator('[data-test-id="node-parameters"]').boundingBox();
	const top = await from.boundingBox();
	const bottom = await to.boundingBox();
	if (!panel || !top || !bottom) throw new Error(`There is nothing to see for ${name}`);
	const y = top.y - MARGIN;
	const height = bottom.y + bottom.height + MARGIN - y;
	const clip = { x: panel.x, y, width: panel.width, height };
	await page.mouse.move(0, 0);
	await page.screenshot({ path: join(IMAGES, name), clip, animations: 'disabled' });
}
