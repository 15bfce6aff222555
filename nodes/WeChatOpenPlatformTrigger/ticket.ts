import type { ICredentialDataDecryptedObject, IWebhookFunctions } from 'n8n-workflow';

import { COMPONENT_TOKEN, withTicket } from '../shared/componentToken';
import type { Push } from '../wechat/push';
import { fieldOf } from '../wechat/pushEvent';

/**
 * Has n8n keep a pushed ticket in the credential, for all workflows and workers. n8n keeps fields
 * of a credential only as part of a request; this one is called off before it leaves.
 */
export async function storeTicket(
	context: IWebhookFunctions,
	credentials: ICredentialDataDecryptedObject,
	push: Push,
): Promise<void> {
	const ticket = fieldOf(push, 'ComponentVerifyTicket');
	if (!ticket) return;
	const { type } = COMPONENT_TOKEN;
	const { id, name } = context.getNode().credentials?.[type] ?? { id: null, name: '' };
	const data = withTicket(credentials, ticket, Date.now());
	const request = {
		url: String(credentials.apiBaseUrl),
		abortSignal: AbortSignal.abort(),
	};
	const options = { credentialsDecrypted: { id: id ?? '', name, type, data } };
	try {
		await context.helpers.httpRequestWithAuthentication.call(context, type, request, options);
	} catch {
		// The request was called off; whether the ticket was kept shows in the data.
	}
	if (data.keptComponentAccessToken !== '') {
		context.logger.warn('A ticket of WeChat could not be stored in the credential');
	}
}
