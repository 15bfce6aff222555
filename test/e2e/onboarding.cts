import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

import type { Editor } from '../n8n/browser.cts';
import type { Execution } from '../n8n/n8n.cts';
import {
	onboardingGaps,
	onboardingResults,
	onboardingWorkflow,
	prepareOnboarding,
} from '../n8n/onboarding.cts';
import { projectDirectory } from '../n8n/paths.cts';
import { OUTPUTS } from '../outputs.cts';
import { screenshotPanel } from './pictures.cts';
import type { World } from './world.cts';

const NODE = 'Link Mini Program';
const IMAGES = join(projectDirectory, 'docs', 'images');

/** The example, started with the editor's button; UPDATE_IMAGES=1 takes the README's pictures. */
export function testOnboarding(world: World, editor: () => Editor): void {
	let execution: Execution;

	beforeAll(async () => {
		const credential = await prepareOnboarding(world.controls, world.url);
		const workflow = onboardingWorkflow(await world.running.saveCredential(credential));
		await world.running.saveWorkflow(workflow);
		await editor().openWorkflow(workflow.id);
		execution = await editor().execute();
	});

	it('The example runs without a change, and every merchant gets an answer', () => {
		expect(execution.status).toBe('success');
		expect(onboardingGaps(execution, onboardingResults(execution))).toStrictEqual([]);
		expect(onboardingResults(execution)).toHaveLength(24);
	});

	it.each(OUTPUTS)('The example has a merchant on the branch %s, with a hint', (branch) => {
		const taken = onboardingResults(execution).filter((result) => result.branch === branch);
		expect(taken.length).toBeGreaterThan(0);
		for (const { hint } of taken) expect(hint).toMatch(/\S/);
	});

	it("The node after each branch of the example gets the merchant's name", () => {
		const ends = Object.entries(execution.nodes).filter(([name]) => name !== 'Merchants');
		const names = ends.flatMap(([, { outputs }]) =>
			outputs.flat().flatMap(({ json }) => (json.merchant ? [String(json.merchant)] : [])),
		);
		const merchants = execution.nodes.Merchants.outputs[0].map(({ json }) => json.merchant);
		expect([...new Set(names)].sort()).toEqual(merchants.map(String).sort());
	});

	it('The canvas shows the name of each wired branch in full', async () => {
		expect(await editor().shortenedLabels(NODE)).toStrictEqual([]);
	});

	if (process.env.UPDATE_IMAGES === '1') {
		it('The pictures of the README are taken', async () => {
			mkdirSync(IMAGES, { recursive: true });
			await editor().screenshotCanvas(join(IMAGES, 'onboarding.png'));
			const path = join(IMAGES, 'node.png');
			await screenshotPanel(editor(), {
				node: NODE,
				output: OUTPUTS.indexOf('Not Allowed'),
				path,
			});
		});
	}
}
