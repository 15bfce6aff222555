import type { Controls } from '../sandbox/index.cts';
import { fillDataTable } from './dataTable.cts';
import { addMiniPrograms, merchantOf, MERCHANTS, setRelations } from './merchants.cts';
import type { Execution, RunningN8n } from './n8n.cts';
import type { Credential, Workflow } from './types.cts';
import { waitFor } from './waitFor.cts';

const PLATFORM = 'wx3f90b1c5a7e2d864';
const DATA_TABLE = 'WeChat merchants';
const TIMEOUT_MS = 30_000;

/** Permission sets; 33 is the one for links. */
const ALL = [1, 33];
const WITHOUT_LINKS = [1];

type Step = (controls: Controls, account: string) => Promise<unknown>;

const authorize =
	(permissionSets: number[]): Step =>
	async (controls, account) =>
		await controls.authorize({ account, permissionSets });

/** What merchants do while the trigger listens, and the node of its example that hears of it. */
const STEPS: Array<[merchant: string, action: string, step: Step, nextStep: string]> = [
	['Harbour Coffee', 'authorizes', authorize(ALL), 'Welcome the merchant'],
	['Lotus Tea House', 'authorizes', authorize(ALL), 'Welcome the merchant'],
	[
		'Mountain Gear',
		'authorizes, without set 33',
		authorize(WITHOUT_LINKS),
		'Ask for permission set 33',
	],
	[
		'Willow Florist',
		'authorizes, without set 33',
		authorize(WITHOUT_LINKS),
		'Ask for permission set 33',
	],
	[
		'Willow Florist',
		'grants set 33',
		async (controls, account) => await controls.reauthorize({ account, permissionSets: ALL }),
		'Link with the next run',
	],
	[
		'Evergreen Garden',
		'withdraws',
		async (controls, account) => await controls.withdraw(account),
		'Stop linking',
	],
];

/** What the trigger's example did after a merchant's step. */
export interface MerchantStep {
	merchant: string;
	action: string;
	/** Name of the last node that ran, and of the one that was to. */
	nextStep: string;
	expected: string;
}

/**
 * Prepares a sandbox with a platform and an Official Account for each merchant of the examples. Some
 * have not authorised the platform yet; the others take every branch.
 *
 * @returns the credential that the examples use
 */
export async function preparePlatform(
	controls: Controls,
	url: string,
): Promise<Omit<Credential, 'id'>> {
	const platform = await controls.addPlatform({ appId: PLATFORM, permissionSets: ALL });
	const newcomers = STEPS.filter(([, action]) => action.startsWith('authorizes'));
	for (const { merchant, officialAccountAppId: appId } of MERCHANTS) {
		const isNew = newcomers.some(([name]) => name === merchant);
		const status = isNew ? 'none' : 'authorized';
		await controls.addAccount({ appId, name: merchant, permissionSets: ALL, status });
	}
	await addMiniPrograms(controls);
	await setRelations(controls, ({ officialAccountAppId }) => officialAccountAppId);
	return {
		name: 'Open Platform',
		type: 'weChatOpenPlatformApi',
		data: {
			componentAppId: platform.appId,
			componentAppSecret: platform.appSecret,
			messageToken: platform.messageToken,
			encodingAesKey: platform.encodingAesKey,
			apiBaseUrl: url,
		},
	};
}

/** Puts the merchants into the Data Table that examples/platform-merchants.json reads. */
export async function fillMerchantTable({ rest }: RunningN8n): Promise<void> {
	const rows = MERCHANTS.map(({ merchant, officialAccountAppId, miniProgramAppId }) => ({
		merchant,
		officialAccountAppId,
		miniProgramAppId,
	}));
	await fillDataTable(rest, DATA_TABLE, rows);
}

/** Production URL of the trigger in a stored workflow. */
export function eventUrlOf({ url }: RunningN8n, { nodes }: Workflow): string {
	const trigger = nodes.find(({ webhookId }) => webhookId !== undefined);
	if (!trigger) throw new Error('The workflow has no trigger for pushes');
	return `${url}/webhook/${trigger.webhookId}/wechat-open-platform`;
}

/** Pushes a ticket and waits until n8n keeps it in the credential. */
export async function bringTicket(
	controls: Controls,
	{ rest }: RunningN8n,
	credentialId: string,
): Promise<void> {
	const { delivered, answers } = await controls.pushTicket();
	if (!delivered) throw new Error(`n8n did not take the ticket: ${JSON.stringify(answers)}`);
	const ask = async () => {
		const { data } = await rest.get<Credential>(
			`/rest/credentials/${credentialId}?includeData=true`,
		);
		return Number(data.verifyTicketReceivedAt ?? 0) > 0 ? true : null;
	};
	await waitFor(ask, { what: 'n8n to keep the ticket', timeoutMs: TIMEOUT_MS });
}

/** Has merchants do their steps one after the other; each starts the trigger's workflow once. */
export async function playMerchants(
	controls: Controls,
	running: RunningN8n,
	workflowId: string,
): Promise<MerchantStep[]> {
	const results: MerchantStep[] = [];
	for (const [merchant, action, step, expected] of STEPS) {
		const known = await running.executionIds(workflowId);
		await step(controls, merchantOf(merchant).officialAccountAppId);
		const execution = await nextExecution(running, workflowId, known);
		results.push({ merchant, action, expected, nextStep: lastNodeOf(execution) });
	}
	return results;
}

/** Waits for an execution that is not among the known ones, and for its end. */
async function nextExecution(
	running: RunningN8n,
	workflowId: string,
	known: string[],
): Promise<Execution> {
	const ask = async () => {
		const ids = await running.executionIds(workflowId);
		return ids.find((id) => !known.includes(id)) ?? null;
	};
	const id = await waitFor(ask, { what: 'a push to start its workflow', timeoutMs: TIMEOUT_MS });
	return await running.waitForExecution(id);
}

function lastNodeOf({ nodes, error }: Execution): string {
	return error?.message ?? Object.keys(nodes).at(-1) ?? 'nothing';
}
