import type {
	ICredentialDataDecryptedObject,
	IHookFunctions,
	IWebhookFunctions,
} from 'n8n-workflow';

import { PARSED_BODY } from '../setup/checkHints';
import { missingCode, type KeptCode } from '../tokens/keptCodes';
import type { CredentialChange } from '../tokens/pendingChange';
import { missingTicket, noteParsedBody, PLATFORM_CREDENTIAL } from '../tokens/platformFields';
import { PlatformTokens } from '../tokens/platformTokens';
import type { Push } from '../wechat/pushEvent';

/**
 * What to store with a push: its ticket or its code and, except in a test in the editor, whether n8n parses
 * the body, for Check Setup.
 */
export function storedWith(
	context: IWebhookFunctions,
	credentials: ICredentialDataDecryptedObject,
	push: Push,
	code: KeptCode | undefined,
): CredentialChange {
	const { messageToken, encodingAesKey, previousEncodingAesKey } = credentials;
	const isParsed = isBodyParsed(context);
	const isTest = context.getMode() === 'manual';
	const key = push.isOfPreviousKey ? previousEncodingAesKey : encodingAesKey;
	const ticket = push.kind === 'ticket' &&
		push.ticket !== '' && {
			ticket: push.ticket,
			pushedAt: push.createTime,
			receivedAt: Date.now(),
			readWith: { messageToken, encodingAesKey: key },
		};
	return (now) => {
		const kept = ticket ? missingTicket(now, ticket) : code && missingCode(now, code);
		const note = isTest ? undefined : noteParsedBody(now, context.getWorkflow(), isParsed);
		return note || kept ? { ...note, ...kept } : undefined;
	};
}

/** Whether n8n parses the bodies that this trigger receives, by the same conditions as in n8n. */
export function isBodyParsed(context: IHookFunctions | IWebhookFunctions): boolean {
	return (
		context.getNode().typeVersion !== 1 || !context.getNodeParameter('options.binaryData', false)
	);
}

/** Warns in the log if n8n parses the bodies. */
export function warnOfParsedBody(context: IHookFunctions): void {
	if (!isBodyParsed(context)) return;
	const warning = `WeChat Open Platform Trigger: n8n parses the bodies that it receives. ${PARSED_BODY.en}`;
	context.logger.warn(warning);
}

/** Notes in the credential, for Check Setup, whether n8n parses the bodies for this workflow's trigger. */
export async function noteParsing(
	context: IHookFunctions,
	platform: PlatformTokens,
	isParsed: boolean,
): Promise<void> {
	if (context.getActivationMode() === 'manual') return;
	const note: CredentialChange = (now) => noteParsedBody(now, context.getWorkflow(), isParsed);
	if (note(platform.kept.latest)) await platform.kept.shared?.ensure(note);
}

/** Removes the note when the workflow is unpublished. */
export async function forgetParsing(context: IHookFunctions): Promise<void> {
	try {
		const readAt = performance.now();
		const credentials = await context.getCredentials(PLATFORM_CREDENTIAL);
		await noteParsing(context, new PlatformTokens(context, credentials, readAt), false);
	} catch {
		// n8n must unpublish the workflow even if its credential is gone.
	}
}
