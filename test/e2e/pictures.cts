import type { Editor } from '../n8n/browser.cts';

/** Hides everything that covers a node's panel. */
const ONLY_PANEL = `
	[class*="floatingNodes"], [data-test-id="panel-drag-button"], .el-notification {
		visibility: hidden;
	}
`;
const VIEWPORT = { width: 1180, height: 764 };
/** Moves the parameters left, so that the output gets the width of the input panel. */
const PARAMETERS_LEFT = 100;

/** Saves a picture of a node's parameters and of the fields of an output's first item. */
export async function screenshotPanel(
	editor: Editor,
	{ node, output, path }: { node: string; output: number; path: string },
): Promise<void> {
	const { page } = editor;
	const former = page.viewportSize();
	await page.setViewportSize(VIEWPORT);
	await editor.openNode(node);
	const handle = await page.locator('[data-test-id="panel-drag-button"]').boundingBox();
	if (!handle) throw new Error('The panel cannot be moved');
	await page.mouse.move(handle.x + handle.width / 2, handle.y + handle.height / 2);
	await page.mouse.down();
	await page.mouse.move(PARAMETERS_LEFT, handle.y, { steps: 10 });
	await page.mouse.up();
	const panel = page.locator('[data-test-id="output-panel"]');
	const tab = panel.locator(`[data-test-id="tab-${output}"]`);
	await tab.click();
	await panel.locator('[data-test-id="radio-button-schema"]').click();
	await panel.getByText('hint', { exact: true }).waitFor();

	await page.addStyleTag({ content: ONLY_PANEL });
	const parameters = await page.locator('[data-test-id="node-parameters"]').boundingBox();
	const items = await panel.boundingBox();
	if (!parameters || !items) throw new Error('The panel is not there');
	const right = items.x + items.width;
	await tab.evaluate((element) => element.scrollIntoView({ inline: 'center' }));
	const { x } = parameters;
	const clip = { x, y: items.y, width: right - x - 1, height: items.height - 12 };
	await page.mouse.move(0, 0);
	await page.screenshot({ path, clip, animations: 'disabled' });
	await editor.closeNode();
	if (former) await page.setViewportSize(former);
}
