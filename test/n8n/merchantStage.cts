import type { Controls } from '../sandbox/index.cts';
import { MerchantTable, setNames, setWorkflow } from './merchantSet.cts';
import { bringTicket, eventUrlOf, preparePlatform } from './platform.cts';
import type { RunningN8n } from './runningN8n.cts';
import { prepareStory } from './story.cts';
import type { Stage } from './story.cts';
import { STORY } from './storyMerchants.cts';
import type { Workflow } from './types.cts';

/** The example set with its credential and its Data Table, published as far as it has to be. */
export async function setMerchants(
	controls: Controls,
	running: RunningN8n,
	weChatUrl: string,
): Promise<Stage> {
	const domain = new URL(running.url).hostname;
	const credential = await preparePlatform(controls, weChatUrl, domain);
	const credentialId = await running.replaceCredential(credential);
	const workflows = new Map<string, Workflow & { id: string }>();
	for (const name of setNames()) {
		const workflow = setWorkflow(name, credentialId);
		if (name === 'followed') lookEveryMinute(workflow);
		workflows.set(name, await running.replaceWorkflow(workflow));
	}
	const get = (name: string) => {
		const workflow = workflows.get(name);
		if (!workflow) throw new Error(`The example set has no workflow "${name}"`);
		return workflow;
	};

	await MerchantTable.remove(running.rest);
	await running.runWorkflow(get('table').id);
	const table = await MerchantTable.open(running.rest);
	await table.fill(
		STORY.map(({ merchant, miniProgramAppId }) => ({ merchant, miniProgramAppId, state: 'new' })),
	);

	await prepareStory(controls);
	await controls.setEventUrl(eventUrlOf(running, get('authorised')));
	for (const name of ['authorised', 'welcome', 'followed']) {
		await running.activateWorkflow(get(name).id);
	}
	await bringTicket(controls, running, credentialId);
	return {
		controls,
		running,
		table,
		credentialId,
		followed: get('followed').id,
		pageOf: () => `${running.url}/webhook/welcome-stub`,
	};
}

/** A person who plays an administrator does not want to wait for a quarter of an hour. */
function lookEveryMinute({ nodes }: Workflow): void {
	for (const { type, parameters } of nodes) {
		if (!type.endsWith('.weChatMiniProgramLinkTrigger')) continue;
		parameters.pollTimes = { item: [{ mode: 'everyMinute' }] };
		parameters.options = { ...(parameters.options as object), quietInterval: 1 };
	}
}
