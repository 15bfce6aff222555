import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, Locator, Page } from 'playwright-core';
import type { Execution } from './execution.cts';
import type { RunningN8n } from './runningN8n.cts';
import { waitFor } from './waitFor.cts';

// Node.js 20 loads a .cts file that tsx runs through its ES module loader, whose `require` cannot load
// the JSON files of playwright-core.
const { chromium } = createRequire(__filename)(
	'playwright-core',
) as typeof import('playwright-core');

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

/** Sharp enough for a README, which shows pictures at about two thirds of their pixel width. */
const VIEWPORT = { width: 1440, height: 1080 };
const SCALE = 1.5;

/**
 * Hides everything except the canvas: menus, buttons and messages. Lines end before the labels of
 * outputs.
 */
const ONLY_CANVAS = `
	body { visibility: hidden; }
	[data-test-id="canvas"] { visibility: visible; }
	[data-test-id="canvas"] .vue-flow__panel { visibility: hidden; }
	[data-test-id="canvas-node-output-handle"] [class*="outputLabel"] {
		background: var(--canvas--color--background, #fafafa);
	}
`;

/** Nodes, the names below them, and the labels of their outputs. */
const SHOWN = [
	'.vue-flow__node',
	'.vue-flow__node [class*="description"]',
	'[data-test-id="canvas-node-output-handle"] *',
].join(', ');

/** Space around the workflow in a picture. */
const MARGIN = 24;

/** A headless Chromium. */
export async function launchBrowser(): Promise<Browser> {
	if (!existsSync(CHROMIUM)) {
		throw new Error(
			`Tests in a browser need ${CHROMIUM}. Install it with: sudo apt-get install -y chromium`,
		);
	}
	return await chromium.launch({ executablePath: CHROMIUM, args: ARGUMENTS });
}

/** Opens n8n's editor in a headless Chromium, logged in as the owner. */
export async function openEditor(n8n: RunningN8n): Promise<Editor> {
	const browser = await launchBrowser();
	try {
		const page = await browser.newPage({ viewport: VIEWPORT, deviceScaleFactor: SCALE });
		await page.goto(`${n8n.url}/signin`);
		const { email, password } = n8n.owner;
		const answer = await page.request.post(`${n8n.url}/rest/login`, {
			data: { emailOrLdapLoginId: email, password },
		});
		if (!answer.ok()) throw new Error(`The login was answered with ${answer.status()}`);
		return new Editor(browser, page, n8n);
	} catch (error) {
		await browser.close();
		throw error;
	}
}

/** n8n's editor in a browser. */
export class Editor {
	constructor(
		private readonly browser: Browser,
		/** For actions without a method here. */
		readonly page: Page,
		private readonly n8n: RunningN8n,
	) {}

	/** Shows a workflow and waits until its nodes are drawn. */
	async openWorkflow(id: string): Promise<void> {
		await this.page.goto(`${this.n8n.url}/workflow/${id}`);
		await this.page.locator('[data-test-id="canvas-node"]').first().waitFor();
	}

	/** Opens the panel of a node. */
	async openNode(name: string): Promise<void> {
		await this.node(name).dblclick();
		await this.page.locator('[data-test-id="ndv"]').waitFor();
	}

	/** Closes the panel of a node. */
	async closeNode(): Promise<void> {
		await this.page.locator('[data-test-id="ndv-close-button"]').click();
		await this.page.locator('[data-test-id="ndv"]').waitFor({ state: 'hidden' });
	}

	/** Labels of a node's outputs as the canvas shows them, from top to bottom. */
	async outputLabels(nodeName: string): Promise<string[]> {
		return await this.node(nodeName)
			.locator('[data-test-id="canvas-node-output-handle"]')
			.allInnerTexts();
	}

	/** The line under a node's name. */
	async subtitle(nodeName: string): Promise<string> {
		return await this.node(nodeName).locator('[class*="subtitle"]').innerText();
	}

	/** Labels of a node's outputs that the canvas shortens. */
	async shortenedLabels(nodeName: string): Promise<string[]> {
		return await this.node(nodeName)
			.locator('[data-test-id="canvas-node-output-handle"] [class*="outputLabel"]')
			.evaluateAll((labels) =>
				labels
					.filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth)
					.map(({ textContent }) => textContent ?? ''),
			);
	}

	/** Runs the workflow with the editor's button and waits until the canvas shows its end. */
	async execute(): Promise<Execution> {
		const started = this.page.waitForResponse((response) =>
			/\/rest\/workflows\/\w+\/run$/.test(response.url()),
		);
		await this.page.locator('[data-test-id="execute-workflow-button"]').click();
		const { data } = (await (await started).json()) as { data: { executionId: string } };
		const execution = await this.n8n.waitForExecution(data.executionId);
		const marks = ['canvas-node-status-success', 'canvas-node-status-pinned', 'node-issues'];
		const ended = this.page.locator(marks.map((mark) => `[data-test-id="${mark}"]`).join(', '));
		await ended.nth(Object.keys(execution.nodes).length - 1).waitFor();
		return execution;
	}

	/** Saves a picture of the workflow and nothing else. */
	async screenshotCanvas(path: string): Promise<void> {
		await this.page.keyboard.press('1');
		const style = await this.page.addStyleTag({ content: ONLY_CANVAS });
		await this.page.screenshot({ path, clip: await this.workflowArea(), animations: 'disabled' });
		await style.evaluate((element) => element.parentNode?.removeChild(element));
	}

	async close(): Promise<void> {
		await this.browser.close();
	}

	private node(name: string): Locator {
		return this.page.locator(`[data-test-id="canvas-node"][data-node-name="${name}"]`);
	}

	/** The rectangle around the whole workflow, measured until the animated zoom has ended. */
	private async workflowArea(): Promise<{ x: number; y: number; width: number; height: number }> {
		const ask = async () => {
			const found = await this.page.locator(SHOWN).evaluateAll((elements) =>
				elements.map((element) => {
					const { left, top, right, bottom } = element.getBoundingClientRect();
					return { left, top, right, bottom };
				}),
			);
			const boxes = found.filter(({ left, right }) => right > left);
			const x = Math.min(...boxes.map(({ left }) => left)) - MARGIN;
			const y = Math.min(...boxes.map(({ top }) => top)) - MARGIN;
			const width = Math.max(...boxes.map(({ right }) => right)) + MARGIN - x;
			const height = Math.max(...boxes.map(({ bottom }) => bottom)) + MARGIN - y;
			return { x, y, width, height };
		};
		let former = '';
		return await waitFor(
			async () => {
				const area = await ask();
				const settled = JSON.stringify(area) === former;
				former = JSON.stringify(area);
				return settled ? area : null;
			},
			{ what: 'the canvas to stand still', timeoutMs: 10_000, intervalMs: 200 },
		);
	}
}
