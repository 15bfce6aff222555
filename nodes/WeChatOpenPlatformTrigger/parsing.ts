import type { IHookFunctions, IWebhookFunctions } from 'n8n-workflow';

import { PARSED_BODY } from '../setup/checkHints';
import type { Change } from '../tokens/pendingChange';
import { noteParsedBody, PLATFORM_CREDENTIAL } from '../tokens/platformFields';
import { PlatformTokens } from '../tokens/platformTokens';

/** Whether n8n parses what comes to this trigger, which it looks up in the same way. */
export function isBodyParsed(context: IHookFunctions | IWebhookFunctions): boolean {
	return (
		context.getNode().typeVersion !== 1 || !context.getNodeParameter('options.binaryData', false)
	);
}

/** Tells the log where n8n parses what comes to this trigger. */
export function warnOfParsedBody(context: IHookFunctions): void {
	if (!isBodyParsed(context)) return;
	const warning = `WeChat Open Platform Trigger: n8n parses what comes to it. ${PARSED_BODY.en}`;
	context.logger.warn(warning);
}

/** Notes in the credential, for Check Setup, whether n8n parses for the trigger of this workflow. */
export async function noteParsing(
	context: IHookFunctions,
	platform: PlatformTokens,
	isParsed: boolean,
): Promise<void> {
	if (context.getActivationMode() === 'manual') return;
	const note: Change = (now) => noteParsedBody(now, context.getWorkflow(), isParsed);
	if (note(platform.kept.latest)) await platform.kept.shared?.ensure(note);
}

/** Takes back what is noted of a workflow that is unpublished. */
export async function forgetParsing(context: IHookFunctions): Promise<void> {
	try {
		const readAt = performance.now();
		const credentials = await context.getCredentials(PLATFORM_CREDENTIAL);
		await noteParsing(context, new PlatformTokens(context, credentials, readAt), false);
	} catch {
		// A workflow whose credential is gone is unpublished all the same.
	}
}
