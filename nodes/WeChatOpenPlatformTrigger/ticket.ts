import type { ICredentialDataDecryptedObject, IWebhookFunctions } from 'n8n-workflow';

import { storeInCredential } from '../tokens/credentialStore';
import type { Push } from '../wechat/push';
import { fieldOf } from '../wechat/pushEvent';

/** Keeps a pushed ticket in the credential, from where the platform's token is made. */
export async function storeTicket(
	context: IWebhookFunctions,
	credentials: ICredentialDataDecryptedObject,
	push: Push,
): Promise<void> {
	const ticket = fieldOf(push, 'ComponentVerifyTicket');
	if (!ticket) return;
	const isStored = await storeInCredential(context, credentials, {
		componentVerifyTicket: ticket,
		verifyTicketReceivedAt: Date.now(),
	});
	if (!isStored) context.logger.warn('A ticket of WeChat could not be stored in the credential');
}
