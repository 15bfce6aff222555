import { readFileSync } from 'node:fs';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';

const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

/** The violations that axe finds in a copy of a page, because the page's own policy allows no script. */
export async function findings(page: Page): Promise<string[]> {
	const context = await page.context().browser()?.newContext({ bypassCSP: true });
	if (!context) throw new Error('The browser is closed');
	try {
		const copy = await context.newPage();
		await copy.setViewportSize(page.viewportSize() ?? { width: 900, height: 760 });
		await copy.setContent(await page.content());
		await copy.evaluate(AXE);
		const { violations, passes } = await copy.evaluate(async () => {
			const { axe } = globalThis as unknown as { axe: { run(): Promise<AxeResults> } };
			return await axe.run();
		});
		expect(passes.length).toBeGreaterThan(10);
		return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
	} finally {
		await context.close();
	}
}

/** Whether a visitor has to scroll sideways to read everything. */
export async function isTooWide(page: Page): Promise<boolean> {
	return await page.evaluate<boolean>(
		'document.documentElement.scrollWidth > document.documentElement.clientWidth',
	);
}
