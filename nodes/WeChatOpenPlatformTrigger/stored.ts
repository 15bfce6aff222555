import type { IHookFunctions, IWebhookFunctions } from 'n8n-workflow';

import { PARSED_BODY } from '../setup/checkHints';
import type { CredentialChange } from '../tokens/pendingChange';
import { noteParsedBody, PLATFORM_CREDENTIAL } from '../tokens/platformFields';
import { PlatformTokens } from '../tokens/platformTokens';

/** Whether n8n parses the bodies that this trigger receives; n8n decides it in the same way. */
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
