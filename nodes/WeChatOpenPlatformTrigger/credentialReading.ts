import type { ICredentialDataDecryptedObject, IWebhookFunctions } from 'n8n-workflow';

import { PLATFORM_CREDENTIAL } from '../tokens/platformShelf';
import { textOf } from '../wechat/values';

/** Milliseconds for which a message token that was read may refuse pushes. */
const REFUSES_FOR = 1000;

interface Reading {
	messageToken: Promise<string>;
	/** When it ended, by `performance.now()`. */
	endedAt?: number;
}

/** The last reading for each trigger. */
const readings = new Map<string, Reading>();

/** Reads the credential, and keeps its message token for `recentMessageToken`. */
export async function readCredential(
	context: IWebhookFunctions,
): Promise<ICredentialDataDecryptedObject> {
	const read = context.getCredentials<ICredentialDataDecryptedObject>(PLATFORM_CREDENTIAL);
	const reading: Reading = {
		messageToken: read.then(
			({ messageToken }) => textOf(messageToken),
			() => '',
		),
	};
	void reading.messageToken.then(() => (reading.endedAt = performance.now()));
	readings.set(triggerOf(context), reading);
	return await read;
}

/**
 * The message token of a reading that is under way, or ended less than a second ago. Only for
 * refusing a push: a reading costs n8n as much as all else that it does for one, so that a flood of
 * wrong signatures must not have one each. A token that was changed counts within a second.
 *
 * @returns '' where there is none
 */
export async function recentMessageToken(context: IWebhookFunctions): Promise<string> {
	const reading = readings.get(triggerOf(context));
	if (!reading) return '';
	const { endedAt = Infinity } = reading;
	return performance.now() - endedAt < REFUSES_FOR ? await reading.messageToken : '';
}

function triggerOf(context: IWebhookFunctions): string {
	return `${context.getWorkflow().id}/${context.getNode().id}`;
}
