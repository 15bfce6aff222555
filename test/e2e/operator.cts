import type { INode } from 'n8n-workflow';

import type { Editor } from '../n8n/browser.cts';
import type { Workflow } from '../n8n/n8n.cts';
import { searchNodes } from './panel.cts';
import { mpItems, NODE, NODE_TYPE } from './workflows.cts';
import type { World } from './world.cts';

const SEARCH_WORDS = [
	'微信',
	'小程序',
	'公众号',
	'第三方平台',
	'weixin',
	'tencent',
	'mini program',
];

/** What an operator reads in the editor before anything runs. */
export function testOperator(world: World, editor: () => Editor): void {
	let credential: string;

	beforeAll(async () => {
		({ credential } = await world.addAccount());
	});

	const open = async (node: string = NODE) => {
		const { page } = editor();
		await editor().openNode(node);
		return page.locator('[data-test-id="node-parameters"]');
	};

	describe('Search', () => {
		beforeAll(async () => {
			await editor().openWorkflow(await world.addWorkflow({ items: mpItems(1), credential }));
		});

		it.each(SEARCH_WORDS)('A search for %s finds the nodes', async (words) => {
			const found = await searchNodes(editor().page, words);
			expect(found).toContain('WeChat Mini Program Link');
			expect(found).toContain('WeChat Open Platform');
		});

		it('In a search for the next step, the entry says what the node does, not that it starts a workflow', async () => {
			const { page } = editor();
			await searchNodes(page, 'mini program');
			const creator = page.locator('[data-test-id="node-creator"]');
			expect(await creator.innerText()).toContain('What happens next?');
			const entry = creator
				.locator('[data-test-id="item-iterator-item"]')
				.filter({ has: page.getByText('WeChat Mini Program Link', { exact: true }) });
			expect(await entry.innerText()).toContain('Link WeChat Mini Programs to Official Accounts');
		});

		it('The entry of the node lists its trigger beside its actions', async () => {
			const { page } = editor();
			await searchNodes(page, '微信');
			const creator = page.locator('[data-test-id="node-creator"]');
			await creator.getByText('WeChat Mini Program Link', { exact: true }).click();
			await creator.getByText('Link mini program', { exact: true }).waitFor();
			expect(await creator.innerText()).toMatch(/Triggers \([1-9]/);
		});
	});

	it('You choose the credential type in a list named Credential', async () => {
		await editor().openWorkflow(await world.addWorkflow({ items: mpItems(1), credential }));
		const panel = await open();
		expect(await panel.innerText()).toMatch(/^Credential\b/);
		expect(await panel.innerText()).not.toContain('Authentication');
		await panel.locator('[data-test-id="node-credentials-select"]').click();
		await editor()
			.page.getByRole('option', { name: 'WeChat Authorizer Token API' })
			.first()
			.waitFor();
	});

	it.each([
		['link', 'The appid'],
		['getStatus', 'The appid, or the original ID (gh_…)'],
		['unlink', 'The appid'],
	])('For %s, the panel asks for the Mini Program by: %s', async (operation, hint) => {
		const parameters = {
			miniProgramAppId: { __rl: true, mode: 'id', value: 'wx1234567890abcdef' },
		};
		const options = { items: mpItems(1), credential, operation, parameters };
		await editor().openWorkflow(await world.addWorkflow(options));
		await (await open()).getByText(hint, { exact: true }).waitFor();
	});

	it('The panel says that n8n keeps connections by position, and what the mode Single discards', async () => {
		await editor().openWorkflow(await world.addWorkflow({ items: mpItems(1), credential }));
		const panel = await open();
		await panel.locator('[data-test-id="parameter-input-outputMode"]').click();
		const single = editor().page.getByRole('option', { name: 'Single' });
		expect(await single.innerText()).toContain('discards the other results');
		expect(await panel.innerText()).toContain('n8n keeps them by position');
	});

	it('A tool of an AI agent has no Output Mode, which would do nothing', async () => {
		const { id } = await world.running.createWorkflow(toolWorkflow(credential));
		await editor().openWorkflow(id);
		const text = await (await open()).innerText();
		expect(text).toContain('Notify Followers');
		expect(text).not.toContain('Output Mode');
	});
}

/** The node as a tool of an agent without further settings. */
function toolWorkflow(credential: string): Workflow {
	const node = (index: number, part: Pick<INode, 'name' | 'type'> & Partial<INode>): INode => ({
		id: `00000000-0000-4000-8000-00000000002${index}`,
		typeVersion: 1,
		position: [200 * index, 100 * index],
		parameters: {},
		...part,
	});
	return {
		name: 'An agent with a tool',
		nodes: [
			node(0, { name: 'Agent', type: '@n8n/n8n-nodes-langchain.agent', typeVersion: 3.1 }),
			node(1, {
				name: NODE,
				type: `${NODE_TYPE}Tool`,
				credentials: { weChatAuthorizerTokenApi: { id: credential, name: 'Account' } },
			}),
		],
		connections: { [NODE]: { ai_tool: [[{ node: 'Agent', type: 'ai_tool', index: 0 }]] } },
	};
}
