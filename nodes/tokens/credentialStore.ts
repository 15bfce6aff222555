import type {
	ICredentialDataDecryptedObject,
	IDataObject,
	IHttpRequestOptions,
} from 'n8n-workflow';

import type { Context } from '../calls/context';
import type { CredentialAccess } from './shelf';

/*
 * n8n gives a node no way to change a credential. It does store what the function
 * `preAuthentication` of a credential type returns, encrypted, for all workflows and processes, when
 * a request is made with a credential whose expirable field is empty (n8n 1.123 to 2.41). So a
 * request without an address is made, `preAuthentication` returns what is to be stored, and
 * `authenticate`, which n8n calls next, ends the request before it is sent.
 *
 * What is to be stored travels under a symbol, which no n8n writes into its database.
 */

/** The first expirable field of both credential types; it holds nothing but when it was written. */
export const STORED_AT = 'storedAt';

const ORDER = Symbol.for('n8n-nodes-wechat-mini-program-link.store');

interface Order {
	changes: ICredentialDataDecryptedObject;
	isDone: boolean;
}

type Data = ICredentialDataDecryptedObject & { [ORDER]?: Order };

/** The node's credential of a type, as it is for one item. */
export function accessTo(context: Context, type: string, itemIndex = 0): CredentialAccess {
	return {
		read: async () => await context.getCredentials(type, itemIndex),
		store: async (credentials, changes) =>
			await storeInCredential(context, type, credentials, changes),
		warn: (message) => context.logger.warn(message),
	};
}

/** The id of the node's credential of a type, '' when it has none. */
export function credentialIdOf(context: Context, type: string): string {
	return context.getNode().credentials?.[type]?.id ?? '';
}

/**
 * Stores fields in the node's credential.
 *
 * @param credentials as they are now, read for this
 * @returns whether n8n stored the fields
 */
export async function storeInCredential(
	context: Context,
	type: string,
	credentials: ICredentialDataDecryptedObject,
	changes: ICredentialDataDecryptedObject,
): Promise<boolean> {
	const { id, name } = context.getNode().credentials?.[type] ?? { id: null, name: '' };
	const order: Order = { changes, isDone: false };
	const data: Data = { ...credentials, ...changes, [STORED_AT]: '', [ORDER]: order };
	const options = { credentialsDecrypted: { id: id ?? '', name, type, data } };
	try {
		await context.helpers.httpRequestWithAuthentication.call(context, type, { url: '' }, options);
	} catch {
		// It ends in an error either way; whether the fields were stored is noted on the order.
	}
	return order.isDone;
}

/**
 * For `preAuthentication`: what n8n is to store, which is nothing unless it was ordered.
 *
 * @param expressions fields of the credential type that hold one by default: n8n before 2.34 stores
 *   all fields as they were resolved, and these have to stay what they are
 */
export function fieldsToStore(
	credentials: ICredentialDataDecryptedObject,
	expressions: IDataObject,
): IDataObject {
	const order = (credentials as Data)[ORDER];
	return order ? { ...expressions, ...order.changes, [STORED_AT]: Date.now() } : {};
}

/**
 * For `authenticate`: ends the request of an order, which n8n has carried out by then.
 *
 * @throws always for a request without an address
 */
export function endStoringRequest(
	credentials: ICredentialDataDecryptedObject,
	{ url }: IHttpRequestOptions,
): void {
	if (url !== '') return;
	const order = (credentials as Data)[ORDER];
	if (order && credentials[STORED_AT] !== '') order.isDone = true;
	throw new Error('A request without an address is not sent');
}
