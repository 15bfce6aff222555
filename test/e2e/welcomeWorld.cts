import type { BrowserContextOptions, Page } from 'playwright-core';

import { openEditor } from '../n8n/browser.cts';
import type { Editor } from '../n8n/browser.cts';
import { MerchantTable, setWorkflow, signingCredential, withCalled } from '../n8n/merchantSet.cts';
import type { Row } from '../n8n/merchantSet.cts';
import { bringTicket, eventUrlOf } from '../n8n/platform.cts';
import { waitFor } from '../n8n/waitFor.cts';
import { usePlatformWorld } from './platformWorld.cts';
import type { PlatformWorld } from './platformWorld.cts';

/** Lets a page of a webhook have n8n's own origin, without which a browser sends no Referer. */
export const NO_SANDBOX = { N8N_INSECURE_DISABLE_WEBHOOK_IFRAME_SANDBOX: 'true' };

export const PHONE: BrowserContextOptions = {
	viewport: { width: 390, height: 780 },
	userAgent:
		'Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/134.0 Mobile Safari/537.36 MicroMessenger/8.0.50',
	locale: 'zh-CN',
};
export const COMPUTER: BrowserContextOptions = {
	viewport: { width: 900, height: 760 },
	locale: 'en-US',
};

export interface Merchant {
	name: string;
	account: string;
	miniProgram: string;
}

export const MERCHANTS: Merchant[] = [
	{
		name: 'Harbour Coffee & Söhne <3',
		account: 'wx00000000000000a1',
		miniProgram: 'wx00000000000000b1',
	},
	{ name: 'Lotus Tea House', account: 'wx00000000000000a2', miniProgram: 'wx00000000000000b2' },
	{ name: '老城面包房', account: 'wx00000000000000a3', miniProgram: 'wx00000000000000b3' },
];

/** The example set around the merchant's page, in a real n8n and with real browsers. */
export class WelcomeWorld {
	private opened?: { editor: Editor; table: MerchantTable };

	private signing = '';

	private isFollowed = false;

	constructor(readonly platform: PlatformWorld) {}

	/** Makes the table by its workflow, and publishes the page and what hears of authorizations. */
	async start(): Promise<void> {
		const { controls, running, credential } = this.platform;
		await this.allowPagesOf(running.url);
		this.signing = await running.createCredential(signingCredential());
		const table = await running.runWorkflow(this.workflow('table'));
		if (table.error) throw new Error(JSON.stringify(table.error));
		const rows = await MerchantTable.open(running.rest);
		this.opened = { editor: await openEditor(running), table: rows };
		for (const { name, account, miniProgram } of MERCHANTS) {
			await controls.addAccount({ appId: account, name, status: 'none' });
			await controls.addMiniProgram({ appId: miniProgram, nickname: name });
		}
		await rows.fill(
			MERCHANTS.map(({ name, miniProgram }) => ({
				merchant: name,
				miniProgramAppId: miniProgram,
				state: 'new',
			})),
		);
		for (const name of withCalled('welcome', 'authorized')) {
			const workflow = this.workflow(name);
			await running.saveWorkflow(workflow);
			await running.activateWorkflow(workflow.id);
		}
		await controls.setEventUrl(eventUrlOf(running, this.workflow('authorized')));
		await bringTicket(controls, running, credential);
	}

	async close(): Promise<void> {
		await this.opened?.editor.close();
	}

	workflow(name: string) {
		return setWorkflow(name, this.platform.credential, this.signing);
	}

	/** Tells WeChat on which domain links are shown. */
	async allowPagesOf(url: string): Promise<void> {
		await this.platform.controls.changePlatform({ redirectDomain: new URL(url).host });
	}

	/** Has the link trigger look now; the first time it only remembers what there is. */
	async look(): Promise<void> {
		const { running } = this.platform;
		const workflow = this.workflow('followed');
		if (this.isFollowed) await running.deactivateWorkflow(workflow.id);
		else await running.saveWorkflow(workflow);
		this.isFollowed = true;
		await running.activateWorkflow(workflow.id);
	}

	/**
	 * Addresses by merchant, as the workflow for it gives them.
	 *
	 * @param days until they expire; without it what the workflow says
	 */
	async addresses(days?: number): Promise<Record<string, string>> {
		const workflow = this.workflow('addresses');
		if (days !== undefined) {
			const text = JSON.stringify(workflow.nodes).replace('days: 30', `days: ${days}`);
			workflow.nodes = JSON.parse(text) as typeof workflow.nodes;
		}
		const { running } = this.platform;
		await running.saveWorkflow(workflow);
		const { nodes } = await running.runWorkflow(workflow.id);
		const items = nodes.Addresses.outputs[0].map(({ json }) => json);
		return Object.fromEntries(items.map(({ merchant, address }) => [merchant, String(address)]));
	}

	/** A browser of somebody who has never been here. */
	async browser(options: BrowserContextOptions = COMPUTER): Promise<Page> {
		const browser = this.all.editor.page.context().browser();
		if (!browser) throw new Error('The browser is closed');
		return await (await browser.newContext(options)).newPage();
	}

	/** Waits until a merchant's row has this state. */
	async row({ name }: Merchant, state: string): Promise<Row> {
		const ask = async () => {
			const row = (await this.all.table.rows())[name];
			return row.state === state ? row : null;
		};
		return await waitFor(ask, { what: `${name} to be ${state}`, timeoutMs: 30_000 });
	}

	get table(): MerchantTable {
		return this.all.table;
	}

	private get all(): NonNullable<WelcomeWorld['opened']> {
		if (!this.opened) throw new Error('not started');
		return this.opened;
	}
}

/** Starts the set before the tests of a file, and ends it after them. */
export function useWelcome(): WelcomeWorld {
	const world = new WelcomeWorld(usePlatformWorld(NO_SANDBOX));
	beforeAll(async () => await world.start());
	afterAll(async () => await world.close());
	return world;
}
