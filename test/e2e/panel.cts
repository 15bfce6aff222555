import type { Locator, Page } from 'playwright-core';

/** Chooses an entry of a parameter's drop-down list in a node's panel. */
export async function choose(page: Page, parameter: string, entry: string): Promise<void> {
	await page.locator(`[data-test-id="parameter-input-${parameter}"]`).click();
	await page.getByRole('option', { name: entry }).click();
}

/** Names of the nodes that the editor's search finds for these words. */
export async function searchNodes(page: Page, words: string): Promise<string[]> {
	const field = page.locator('[data-test-id="node-creator-search-bar"]');
	const entries = page.locator('[data-test-id="node-creator"] [data-test-id="item-iterator-item"]');
	if (!(await field.isVisible())) {
		await page.locator('[data-test-id="node-creator-plus-button"]').click();
	}
	await field.fill('no node is called like this');
	await entries.first().waitFor({ state: 'hidden' });
	await field.fill(words);
	await entries.first().waitFor();
	const names = entries.locator('[data-test-id="node-creator-item-name"]');
	return await names.allInnerTexts();
}

/** The entries of the list of Mini Programs, or the message in its place. */
export async function miniProgramList(page: Page): Promise<string[]> {
	const locator = page.locator('[data-test-id="resource-locator-miniProgramAppId"]');
	await locator.locator('[data-test-id="rlc-input-container"]').click();
	const entries = page.locator('[data-test-id="rlc-item"], [data-test-id="rlc-error-container"]');
	await entries.first().waitFor();
	return await entries.allInnerTexts();
}

/** Opens the dialog of a credential, and waits for the result of its automatic test. */
export async function openCredential(
	page: Page,
	url: string,
	credential: string,
): Promise<Locator> {
	await page.goto(`${url}/home/credentials/${credential}`);
	const dialog = page.locator('[data-test-id="editCredential-modal"]');
	await retryButton(dialog).waitFor();
	return dialog;
}

/** What the dialog of a credential says after a click on its test button. */
export async function testInDialog(page: Page, url: string, credential: string): Promise<string> {
	const dialog = await openCredential(page, url, credential);
	const answered = page.waitForResponse(/\/rest\/credentials\/test$/);
	await retryButton(dialog).click();
	await answered;
	const details = dialog.getByText('More details');
	const success = dialog.getByText('Connection tested successfully');
	await details.or(success).filter({ visible: true }).waitFor();
	if (await success.isVisible()) return await success.innerText();
	await details.click();
	// The message is between the button and the first field.
	const [, message] = /Retry\s+([\s\S]+?)\s+Token Source/.exec(await dialog.innerText()) ?? [];
	return message ?? '';
}

const retryButton = (dialog: Locator): Locator => dialog.getByRole('button', { name: 'Retry' });
