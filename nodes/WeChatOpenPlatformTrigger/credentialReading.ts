import type { ICredentialDataDecryptedObject, IWebhookFunctions } from 'n8n-workflow';

import { PLATFORM_CREDENTIAL } from '../tokens/platformFields';

/** Milliseconds for which a reading that is under way, and one that has ended, serves further pushes. */
const WAITS_FOR = 4000;
const SERVES_FOR = 1000;

/** The credential as it was read for pushes. */
export interface Reading {
	credentials: ICredentialDataDecryptedObject;
	/** When the reading began, by `performance.now()`. */
	readAt: number;
}

/** The last reading for each trigger, and by `performance.now()` until when it serves. */
const readings = new Map<string, { reading: Promise<Reading>; until: number }>();

/**
 * Reads the credential of the trigger. A reading that is under way, or ended less than a second ago, serves
 * the next push, too: it costs n8n as much as all else that it does for one, so that neither many pushes
 * at once nor a flood of wrong signatures may have one each. A key that was changed counts within a second.
 */
export async function readCredential(context: IWebhookFunctions): Promise<Reading> {
	const id = `${context.getWorkflow().id}/${context.getNode().id}`;
	const last = readings.get(id);
	if (last && performance.now() < last.until) return await last.reading;
	const next = { reading: read(context), until: performance.now() + WAITS_FOR };
	readings.set(id, next);
	void next.reading.then(
		() => (next.until = performance.now() + SERVES_FOR),
		() => readings.delete(id),
	);
	return await next.reading;
}

async function read(context: IWebhookFunctions): Promise<Reading> {
	const readAt = performance.now();
	return { credentials: await context.getCredentials(PLATFORM_CREDENTIAL), readAt };
}
