import { randomUUID } from 'node:crypto';
import type { INodeParameters } from 'n8n-workflow';

import { openEditor } from '../n8n/browser.cts';
import { exampleWorkflow } from '../n8n/examples.cts';
import type { Workflow } from '../n8n/n8n.cts';
import { eventUrlOf } from '../n8n/platform.cts';
import { CONTENT_TYPES, MALFORMED_BODIES, sendMalformed } from './malformedBodies.cts';
import { outputOf, pushWorkflow, TRIGGER } from './platformWorkflows.cts';
import type { PlatformWorld } from './platformWorld.cts';

/** How long WeChat waits for an answer. */
const PATIENCE_MS = 5000;

const WARNING = /One malformed request can keep this trigger from answering WeChat/;

/** Triggers as the editor, the import and the API store them, and bodies that would break n8n's parser. */
export function testBodies(world: PlatformWorld): void {
	const published: string[] = [];

	/** A workflow with only the trigger, which has its own id and URL. */
	const workflowWith = (name: string, parameters: INodeParameters): Workflow & { id: string } => {
		const { nodes, ...rest } = pushWorkflow(world.credential, parameters);
		const ids = { id: randomUUID(), name, settings: { executionOrder: 'v1' } } as const;
		return { ...rest, ...ids, nodes: nodes.map((one) => ({ ...one, webhookId: randomUUID() })) };
	};

	/** Publishes a stored workflow. Returns the URL for WeChat's pushes. */
	const publish = async (id: string): Promise<string> => {
		published.push(id);
		await world.running.activateWorkflow(id);
		return eventUrlOf(world.running, await world.running.rest.get(`/rest/workflows/${id}`));
	};

	const storedByEditor = async (workflow: Workflow) =>
		await publish((await world.running.createWorkflow(workflow)).id);

	const storedByImport = async (workflow: Workflow & { id: string }) => {
		await world.n8n.importAll('workflow', [workflow]);
		return await publish(workflow.id);
	};

	const storedByApi = async ({ name, nodes, connections, settings }: Workflow) => {
		const { rest, url } = world.running;
		const { rawApiKey } = await rest.post<{ rawApiKey: string }>('/rest/api-keys', {
			label: name,
			expiresAt: null,
			scopes: ['workflow:create'],
		});
		const response = await fetch(`${url}/api/v1/workflows`, {
			method: 'POST',
			headers: { 'Content-Type': 'application/json', 'X-N8N-API-KEY': rawApiKey },
			body: JSON.stringify({ name, nodes, connections, settings }),
		});
		const stored = (await response.json()) as { id?: string };
		if (!stored.id) throw new Error(JSON.stringify(stored));
		return await publish(stored.id);
	};

	const pushTo = async (url: string, infoType = 'brand_new') => {
		await world.controls.setEventUrl(url);
		return await world.controls.push(infoType, { id: randomUUID() });
	};

	/** The result of the check of how pushes are read. */
	const finding = async () => {
		const run = await world.run({
			resource: 'platform',
			operation: 'checkSetup',
			outputMode: 'single',
		});
		return outputOf(run, 0).find(({ check }) => check === 'triggerBody');
	};

	afterAll(async () => await world.listen());

	const unpublishAll = async () => {
		for (const id of published.splice(0)) await world.running.deactivateWorkflow(id);
	};

	it.each<[string, () => Promise<string>]>([
		[
			'an example',
			async () => await storedByEditor(exampleWorkflow('platform-trigger', world.credential)),
		],
		['the editor', async () => await storedByEditor(workflowWith('Editor', {}))],
		[
			'the import command, with choices of the operator',
			async () =>
				await storedByImport(
					workflowWith('Import', { additionalFields: { includeTestAccounts: true } }),
				),
		],
		['the public API', async () => await storedByApi(workflowWith('API', {}))],
	])(
		'Malformed bodies do not stop valid pushes from reaching a trigger that was stored by %s',
		async (_, store) => {
			const url = await store();
			const statuses = await Promise.all(
				MALFORMED_BODIES.map(
					async (body, n) =>
						await sendMalformed(url, body, CONTENT_TYPES[n % CONTENT_TYPES.length]),
				),
			);
			expect(new Set(statuses)).toEqual(new Set([400, 413]));
			const push = await pushTo(url);
			expect(push).toMatchObject({ delivered: true, answers: [{ body: 'success' }] });
			expect(push.answers[0].ms).toBeLessThan(PATIENCE_MS);
		},
	);

	it('Check Setup reports ok for triggers that read the body themselves', async () => {
		expect(await finding()).toMatchObject({ status: 'ok' });
	});

	describe('Trigger with options in its JSON', () => {
		it.each<[string, INodeParameters, (workflow: Workflow & { id: string }) => Promise<string>]>([
			['Empty', {}, storedByEditor],
			['In Part', { hintLanguage: 'zh-CN' }, storedByImport],
			['False', { binaryData: false }, storedByApi],
		])(
			'The log and Check Setup name a trigger whose JSON has options: %s',
			async (name, options, store) => {
				const logged = world.printed.length;
				const url = await store(workflowWith(name, { options }));
				expect(world.printed.slice(logged)).toMatch(
					/n8n parses the bodies that it receives\. One malformed request/,
				);
				expect(await finding()).toMatchObject({
					status: 'attention',
					detail: expect.stringContaining(name),
					hint: expect.stringContaining('Delete the trigger'),
				});
				expect(await pushTo(url)).toMatchObject({ delivered: true });
			},
		);

		it('Only a trigger with options in its JSON shows a notice', async () => {
			const editor = await openEditor(world.running);
			const notice = editor.page.locator('[data-test-id="node-parameters"]').getByText(WARNING);
			const { id } = await world.running.createWorkflow(workflowWith('Notice', { options: {} }));
			await editor.openWorkflow(id);
			await editor.openNode(TRIGGER);
			await notice.waitFor();
			await editor.openWorkflow(world.trigger);
			await editor.openNode(TRIGGER);
			await editor.page.getByText('Open Webhook URLs above').waitFor();
			expect(await notice.count()).toBe(0);
			await editor.close();
		});

		it('Check Setup names no trigger of an unpublished workflow', async () => {
			await unpublishAll();
			expect(await finding()).toMatchObject({ status: 'ok' });
		});
	});
}
