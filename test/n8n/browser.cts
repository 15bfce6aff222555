import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, Locator, Page } from 'playwright-core';
import type { RunningN8n } from './server.cts';

// Node.js 20 loads a .cts file that tsx was given through its ES module loader, whose `require` cannot
// load the JSON files that playwright-core asks for.
const { chromium } = createRequire(__filename)('playwright-core') as typeof import('playwright-core');

const CHROMIUM = '/usr/bin/chromium';
const ARGUMENTS = [
	'--no-sandbox',
	'--disable-gpu',
	'--disable-quic',
	'--no-first-run',
	'--disable-background-networking',
	'--disable-component-update',
	'--disable-sync',
];

/** Sharp enough for a README at half its pixel width. */
const VIEWPORT = { width: 1440, height: 1080 };
const SCALE = 2;

/** Everything of the editor that lies over the canvas or beside it. */
const NOT_IN_PICTURES = `
	[data-test-id="main-sidebar"], [data-test-id="canvas-controls"], [data-test-id="banner-stack"],
	.el-notification, .n8n-toast { display: none !important; }
`;

/** Opens n8n's editor in a headless Chromium, logged in as the owner. */
export async function openEditor(n8n: RunningN8n): Promise<Editor> {
	if (!existsSync(CHROMIUM)) {
		throw new Error(
			`Tests of the editor need ${CHROMIUM}. Install it with: sudo apt-get install -y chromium`,
		);
	}
	const browser = await chromium.launch({ executablePath: CHROMIUM, args: ARGUMENTS });
	try {
		const page = await browser.newPage({ viewport: VIEWPORT, deviceScaleFactor: SCALE });
		await page.goto(`${n8n.url}/signin`);
		const { email, password } = n8n.owner;
		const answer = await page.request.post(`${n8n.url}/rest/login`, {
			data: { emailOrLdapLoginId: email, password },
		});
		if (!answer.ok()) throw new Error(`The login was answered with ${answer.status()}`);
		return new Editor(browser, page, n8n.url);
	} catch (error) {
		await browser.close();
		throw error;
	}
}

/** n8n's editor in a browser. */
export class Editor {
	constructor(
		private readonly browser: Browser,
		/** For whatever has no method here. */
		readonly page: Page,
		private readonly url: string,
	) {}

	/** Shows a workflow and waits until its nodes are drawn. */
	async openWorkflow(id: string): Promise<void> {
		await this.page.goto(`${this.url}/workflow/${id}`);
		await this.page.locator('[data-test-id="canvas-node"]').first().waitFor();
	}

	/** Opens the panel of a node. */
	async openNode(name: string): Promise<void> {
		await this.node(name).dblclick();
		await this.page.locator('[data-test-id="ndv"]').waitFor();
	}

	/** Labels of a node's outputs as the canvas shows them, from top to bottom. */
	async outputLabels(nodeName: string): Promise<string[]> {
		return await this.node(nodeName)
			.locator('[data-test-id="canvas-node-output-handle"]')
			.allInnerTexts();
	}

	/** Saves a picture of the workflow alone, as large as it fits. */
	async screenshotCanvas(path: string): Promise<void> {
		await this.page.keyboard.press('1');
		await this.page.addStyleTag({ content: NOT_IN_PICTURES });
		await this.page.locator('[data-test-id="canvas"]').screenshot({ path });
	}

	async close(): Promise<void> {
		await this.browser.close();
	}

	private node(name: string): Locator {
		return this.page.locator(`[data-test-id="canvas-node"][data-node-name="${name}"]`);
	}
}
