import type { IDataObject } from 'n8n-workflow';
import type { BrowserContextOptions, Page } from 'playwright-core';

import { openEditor } from '../n8n/browser.cts';
import type { Editor } from '../n8n/browser.cts';
import { MerchantTable, setWorkflow, signingCredential, withCalled } from '../n8n/merchantSet.cts';
import type { Row } from '../n8n/merchantSet.cts';
import { bringTicket, eventUrlOf } from '../n8n/platform.cts';
import type { Workflow } from '../n8n/types.cts';
import { usePlatformWorld } from './platformWorld.cts';
import type { PlatformWorld } from './platformWorld.cts';

/** Lets a webhook's page have n8n's own origin, without which a browser sends no Referer. */
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
	{ name: 'Jade Pharmacy', account: 'wx00000000000000a4', miniProgram: 'wx00000000000000b4' },
];

/** Merchants whose browsers come back without a push, together with it, or this many milliseconds before it. */
export const RETURNING: Array<Merchant & { push: 'drop' | number }> = [
	{ push: 'drop' as const, n: 5 },
	{ push: 0, n: 6 },
	{ push: 300, n: 7 },
	{ push: 3000, n: 8 },
].map(({ push, n }) => ({
	push,
	name: `Bookshop ${n}`,
	account: `wx00000000000000a${n}`,
	miniProgram: `wx00000000000000b${n}`,
}));

const EVERYBODY: Merchant[] = [...MERCHANTS, ...RETURNING];

const ADMINISTRATOR = /^Agree/;

/** The values of the node Your company in the page's workflow, as published. */
export const COMPANY = { name: 'Example Platform', contact: 'help@example.com', sign: 'EP' };

/** The workflows around the merchant's page, in a real n8n with real browsers. */
export class WelcomeWorld {
	private opened?: { editor: Editor; table: MerchantTable };

	private signing = '';

	private isFollowed = false;

	constructor(readonly platform: PlatformWorld) {}

	/** Creates the table with its workflow, and publishes the page and the workflow for authorizations. */
	async start(): Promise<void> {
		const { controls, running, credential } = this.platform;
		await this.allowPagesOf(running.url);
		this.signing = await running.createCredential(signingCredential());
		const table = await running.runWorkflow(this.workflow('table'));
		if (table.error) throw new Error(JSON.stringify(table.error));
		const rows = await MerchantTable.open(running.rest);
		this.opened = { editor: await openEditor(running), table: rows };
		for (const { name, account, miniProgram } of EVERYBODY) {
			await controls.addAccount({ appId: account, name, status: 'none' });
			await controls.addMiniProgram({ appId: miniProgram, nickname: name });
		}
		await rows.fill(
			EVERYBODY.map(({ name, miniProgram }) => ({
				merchant: name,
				miniProgramAppId: miniProgram,
				state: 'new',
			})),
		);
		for (const name of withCalled('welcome', 'authorized')) await this.publish(this.workflow(name));
		await controls.setEventUrl(eventUrlOf(running, this.workflow('authorized')));
		await bringTicket(controls, running, credential);
	}

	async close(): Promise<void> {
		await this.opened?.editor.close();
	}

	workflow(name: string) {
		return setWorkflow(name, this.platform.credential, this.signing);
	}

	/** Publishes the page with another company on it. */
	async publishWelcome(company: typeof COMPANY): Promise<void> {
		const workflow = this.workflow('welcome');
		await this.platform.running.deactivateWorkflow(workflow.id);
		await this.publish(withFields(workflow, 'Your company', company));
	}

	/** Stores a workflow and publishes it. */
	async publish(workflow: Workflow & { id: string }): Promise<void> {
		await this.platform.running.saveWorkflow(workflow);
		await this.platform.running.activateWorkflow(workflow.id);
	}

	/** Tells WeChat the domain of the pages with authorization links. */
	async allowPagesOf(url: string): Promise<void> {
		await this.platform.controls.changePlatform({ redirectDomain: new URL(url).host });
	}

	/** Makes the link trigger poll now; its first poll only remembers the present state. */
	async look(): Promise<void> {
		const { running } = this.platform;
		const workflow = this.workflow('followed');
		if (this.isFollowed) await running.deactivateWorkflow(workflow.id);
		else await running.saveWorkflow(workflow);
		this.isFollowed = true;
		await running.activateWorkflow(workflow.id);
	}

	/**
	 * Addresses by merchant, from the workflow that makes them.
	 *
	 * @param settings other values in its node Settings
	 */
	async addresses(
		settings: { days?: number; page?: string } = {},
	): Promise<Record<string, string>> {
		const workflow = withFields(this.workflow('addresses'), 'Settings', settings);
		const { running } = this.platform;
		await running.saveWorkflow(workflow);
		const { nodes } = await running.runWorkflow(workflow.id);
		const items = nodes.Addresses.outputs[0].map(({ json }) => json);
		return Object.fromEntries(items.map(({ merchant, address }) => [merchant, String(address)]));
	}

	/** What a workflow of the set returns to a workflow that calls it with these items. */
	async called(name: string, items: IDataObject[]): Promise<IDataObject[]> {
		const workflow = this.workflow(name);
		await this.publish(workflow);
		const { nodes } = await this.platform.running.runWorkflow(callOf(workflow.id), {
			inputs: items,
		});
		return nodes.Call.outputs[0].map(({ json }) => json);
	}

	/** A browser without cookies or history. */
	async browser(options: BrowserContextOptions = COMPUTER): Promise<Page> {
		const browser = this.all.editor.page.context().browser();
		if (!browser) throw new Error('The browser is closed');
		return await (await browser.newContext(options)).newPage();
	}

	/** An administrator answers the template message on the people's page of the local WeChat. */
	async agree(kind: 'official-account' | 'mini-program', appId: string): Promise<void> {
		const people = await this.browser();
		await people.goto(`${this.platform.url}/people/${kind}/${appId}`);
		await people
			.getByRole('region', { name: 'Template messages' })
			.getByRole('button', { name: ADMINISTRATOR })
			.click();
		await people.getByRole('status').waitFor();
		await people.close();
	}

	/** Waits until a merchant's row has this state. */
	async row({ name }: Merchant, state: string): Promise<Row> {
		return await this.all.table.rowIn(state, name, 30_000);
	}

	get table(): MerchantTable {
		return this.all.table;
	}

	private get all(): NonNullable<WelcomeWorld['opened']> {
		if (!this.opened) throw new Error('not started');
		return this.opened;
	}
}

/** A workflow that calls another one with what its trigger gives. */
function callOf(id: string): Workflow {
	const workflowId = { __rl: true, mode: 'id', value: id };
	const node = { typeVersion: 1, position: [0, 0] as [number, number], parameters: {} };
	return {
		name: 'Caller',
		nodes: [
			{ ...node, id: 'start', name: 'Start', type: 'n8n-nodes-base.manualTrigger' },
			{
				...node,
				id: 'call',
				name: 'Call',
				type: 'n8n-nodes-base.executeWorkflow',
				typeVersion: 1.3,
				parameters: { workflowId, workflowInputs: {}, options: {} },
			},
		],
		connections: { Start: { main: [[{ node: 'Call', type: 'main', index: 0 }]] } },
	};
}

/** A workflow with other values in one of its Set nodes. */
function withFields<T extends Workflow>(
	workflow: T,
	node: string,
	values: Record<string, string | number | undefined>,
): T {
	const set = workflow.nodes.find(({ name }) => name === node);
	if (!set) throw new Error(`There is no node "${node}"`);
	const { assignments } = set.parameters.assignments as {
		assignments: Array<{ name: string; value: unknown }>;
	};
	for (const field of assignments) field.value = values[field.name] ?? field.value;
	return workflow;
}

/** Starts the set before the tests of a file, and ends it after them. */
export function useWelcome(): WelcomeWorld {
	const world = new WelcomeWorld(usePlatformWorld(NO_SANDBOX));
	beforeAll(async () => await world.start());
	afterAll(async () => await world.close());
	return world;
}
