import type { Controls } from '../sandbox/index.cts';
import type { RunningN8n } from './n8n.cts';
import { ALL_SETS } from './storyMerchants.cts';
import type { Credential, Workflow } from './types.cts';
import { waitFor } from './waitFor.cts';

const TIMEOUT_MS = 30_000;

/** The same at every start, so that a credential that was created by hand still works. */
const PLATFORM = {
	appId: 'wx3f90b1c5a7e2d864',
	appSecret: 'thisisnosecretofarealplatform000',
	messageToken: 'localwechat',
	encodingAesKey: `${'localwechat'.repeat(3)}0123456789`,
} as const;

/**
 * Prepares a sandbox with a platform.
 *
 * @param startPageDomain domain of the page with the link, here with its port
 * @returns the credential for it
 */
export async function preparePlatform(
	controls: Controls,
	url: string,
	startPageDomain: string,
): Promise<Omit<Credential, 'id'>> {
	const platform = await controls.addPlatform({
		...PLATFORM,
		permissionSets: ALL_SETS,
		redirectDomain: startPageDomain,
	});
	return {
		name: 'Demo platform',
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

/** Production URL of the trigger in a stored workflow, for 授权事件接收URL. */
export function eventUrlOf({ url }: RunningN8n, workflow: Workflow): string {
	return `${url}/webhook/${webhookIdIn(workflow)}/wechat-open-platform`;
}

/** The other production URL, for 消息与事件接收URL, in the form for the console. */
export function messageUrlOf({ url }: RunningN8n, workflow: Workflow): string {
	const id = webhookIdIn(workflow);
	return `${url}/webhook/${id}/${id}/messages/$APPID$`;
}

function webhookIdIn({ nodes }: Workflow): string {
	const trigger = nodes.find(({ type }) => type.endsWith('.weChatOpenPlatformTrigger'));
	if (!trigger?.webhookId) throw new Error('The workflow has no trigger for pushes');
	return trigger.webhookId;
}

/** Fills in both addresses of the trigger in the console. */
export async function pointTo(
	controls: Controls,
	running: RunningN8n,
	workflow: Workflow,
): Promise<void> {
	await controls.changePlatform({
		eventUrl: eventUrlOf(running, workflow),
		messageUrl: messageUrlOf(running, workflow),
	});
}

/** Pushes a ticket and waits until n8n keeps it in the credential. */
export async function bringTicket(
	controls: Controls,
	{ rest }: RunningN8n,
	credentialId: string,
): Promise<void> {
	const { delivered, answers } = await controls.pushTicket();
	if (!delivered) throw new Error(`n8n did not accept the ticket: ${JSON.stringify(answers)}`);
	const ask = async () => {
		const { data } = await rest.get<Credential>(
			`/rest/credentials/${credentialId}?includeData=true`,
		);
		return Number(data.verifyTicketReceivedAt ?? 0) > 0 ? true : null;
	};
	await waitFor(ask, { what: 'n8n to keep the ticket', timeoutMs: TIMEOUT_MS });
}
