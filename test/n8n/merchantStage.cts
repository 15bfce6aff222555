import type { Controls } from '../sandbox/index.cts';
import {
	MerchantTable,
	setNames,
	setWorkflow,
	signingCredential,
	withCalled,
} from './merchantSet.cts';
import { bringTicket, pointTo, preparePlatform } from './platform.cts';
import type { RunningN8n } from './runningN8n.cts';
import { prepareStory } from './story.cts';
import type { Stage } from './story.cts';
import { STORY } from './storyMerchants.cts';
import type { Workflow } from './types.cts';

/** The example set with its credentials and its Data Table, published as far as the story needs it. */
export async function setStage(
	controls: Controls,
	running: RunningN8n,
	weChatUrl: string,
): Promise<Stage> {
	const platform = await preparePlatform(controls, weChatUrl, new URL(running.url).host);
	const credentialId = await running.replaceCredential(platform);
	const signingId = await running.replaceCredential(signingCredential());
	const store = async (name: string) => {
		const workflow = setWorkflow(name, credentialId, signingId);
		if (name === 'followed') lookEveryMinute(workflow);
		return await running.replaceWorkflow(workflow);
	};
	const ids = new Map<string, string>();
	for (const name of withCalled(...setNames())) ids.set(name, (await store(name)).id);
	const idOf = (name: string): string => {
		const id = ids.get(name);
		if (id === undefined) throw new Error(`The example set has no workflow "${name}"`);
		return id;
	};

	const table = await makeTable(running, idOf('table'));
	await prepareStory(controls);
	// n8n publishes a workflow only after those that it calls.
	for (const name of withCalled('authorized')) await running.activateWorkflow(idOf(name));
	await pointTo(controls, running, setWorkflow('authorized', credentialId));
	await bringTicket(controls, running, credentialId);
	for (const name of ['welcome', 'followed']) await running.activateWorkflow(idOf(name));
	const pages = await pagesOf(running, idOf('addresses'));
	return { controls, running, table, credentialId, followed: idOf('followed'), pages };
}

/** Creates the table with its workflow, and adds a row for each merchant. */
async function makeTable(running: RunningN8n, workflowId: string): Promise<MerchantTable> {
	await MerchantTable.remove(running.rest);
	await running.runWorkflow(workflowId);
	const table = await MerchantTable.open(running.rest);
	await table.fill(
		STORY.map(({ merchant, miniProgramAppId }) => ({ merchant, miniProgramAppId, state: 'new' })),
	);
	return table;
}

/** Addresses by merchant, from the workflow that makes them. */
async function pagesOf(running: RunningN8n, workflowId: string): Promise<Map<string, string>> {
	const { nodes } = await running.runWorkflow(workflowId);
	return new Map(
		nodes.Addresses.outputs[0].map(({ json }) => [String(json.merchant), String(json.address)]),
	);
}

/** Makes the link trigger poll each minute instead of each quarter of an hour. */
function lookEveryMinute({ nodes }: Workflow): void {
	for (const { type, parameters } of nodes) {
		if (!type.endsWith('.weChatMiniProgramLinkTrigger')) continue;
		parameters.pollTimes = { item: [{ mode: 'everyMinute' }] };
		parameters.options = { quietInterval: 1 };
	}
}
