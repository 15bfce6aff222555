import type { Browser, Page } from 'playwright-core';

import { openEditor } from '../n8n/browser.cts';
import type { Editor } from '../n8n/browser.cts';
import { MerchantLists } from '../n8n/merchantLists.cts';
import type { Answer } from '../n8n/merchantLists.cts';
import { findings } from './axe.cts';
import type { Merchants } from './merchantsWorld.cts';

const SCREENS = {
	'on a phone of 390 px': { width: 390, height: 844 },
	'on a desktop': { width: 1280, height: 800 },
};

/** The pages of the work list and the weekly report, and a browser for them. */
class ListPages {
	private opened?: { lists: MerchantLists; editor: Editor };

	/** @param answers replacements for workflows that the lists call */
	constructor(
		private readonly merchants: Merchants,
		private readonly answers?: Readonly<Record<string, Answer>>,
	) {}

	async start(): Promise<void> {
		const { running, credential } = this.merchants.world;
		const lists = new MerchantLists(running, credential, this.answers);
		await lists.prepare();
		this.opened = { lists, editor: await openEditor(running) };
	}

	async close(): Promise<void> {
		await this.opened?.editor.close();
	}

	get lists(): MerchantLists {
		return this.all.lists;
	}

	/** Opens a list's page with the login. */
	async open(name: string, { query = '', width = 1280, height = 800 } = {}): Promise<Page> {
		const context = await this.browser.newContext({
			httpCredentials: MerchantLists.httpCredentials,
			viewport: { width, height },
		});
		const page = await context.newPage();
		await page.goto(`${this.lists.address(name)}${query}`);
		return page;
	}

	/** Violations that axe finds and contents that are too wide, for each screen. */
	async faults(name: string): Promise<Record<string, string[]>> {
		const found: Record<string, string[]> = {};
		for (const [screen, size] of Object.entries(SCREENS)) {
			const page = await this.open(name, size);
			const width = await page.evaluate<number>('document.documentElement.scrollWidth');
			found[screen] = await findings(page);
			if (width > size.width) found[screen].push(`${width} px wide`);
			await page.context().close();
		}
		return found;
	}

	get browser(): Browser {
		const browser = this.all.editor.page.context().browser();
		if (!browser) throw new Error('The browser is closed');
		return browser;
	}

	private get all(): NonNullable<ListPages['opened']> {
		if (!this.opened) throw new Error('not started');
		return this.opened;
	}
}

/** Opens the pages before the tests of a group, and closes the browser after them. */
export function useListPages(
	merchants: Merchants,
	answers?: Readonly<Record<string, Answer>>,
): ListPages {
	const pages = new ListPages(merchants, answers);
	beforeAll(async () => await pages.start());
	afterAll(async () => await pages.close());
	return pages;
}
