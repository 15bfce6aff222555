import type { Controls } from '../sandbox/index.cts';
import type { RunningN8n } from './n8n.cts';
import { ALL_SETS } from './storyMerchants.cts';
import type { Credential, Workflow } from './types.cts';
import { waitFor } from './waitFor.cts';

const TIMEOUT_MS = 30_000;

/** The same at every start, so that a credential that was made by hand goes on working. */
const PLATFORM = {
	appId: 'wx3f90b1c5a7e2d864',
	appSecret: 'thisisnosecretofarealplatform000',
	messageToken: 'localwechat',
	encodingAesKey: `${'localwechat'.repeat(3)}0123456789`,
	messageUrl: 'https://provider.example.com/messages/$APPID$',
} as const;

/**
 * Prepares a sandbox with a platform.
 *
 * @param startPageDomain Domain of the page with the link, here with its port
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

/** Production URL of the trigger in a stored workflow. */
export function eventUrlOf({ url }: RunningN8n, { nodes }: Workflow): string {
	const trigger = nodes.find(({ type }) => type.endsWith('.weChatOpenPlatformTrigger'));
	if (!trigger?.webhookId) throw new Error('The workflow has no trigger for pushes');
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
