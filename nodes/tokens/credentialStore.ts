import type { ICredentialDataDecryptedObject, IDataObject } from 'n8n-workflow';

import { COMPONENT_TOKEN } from './componentToken';
import type { Context } from '../calls/transport';

/** Fields that tell `preAuthentication` what to keep; their content does not stay. */
const SCRATCH = { names: 'storedFieldNames', token: 'storedComponentAccessToken' } as const;

/**
 * Has n8n keep fields in the platform's credential, encrypted, for all workflows and workers. n8n
 * does that only as part of a request whose token is empty, so a request is begun and called off
 * before it leaves; the token goes along and stays what it was.
 *
 * @param credentials as they are now
 * @returns whether n8n kept the fields
 */
export async function storeInCredential(
	context: Context,
	credentials: ICredentialDataDecryptedObject,
	changes: ICredentialDataDecryptedObject,
): Promise<boolean> {
	const { type, token } = COMPONENT_TOKEN;
	const { id, name } = context.getNode().credentials?.[type] ?? { id: null, name: '' };
	const data: ICredentialDataDecryptedObject = {
		...credentials,
		...changes,
		[token]: '',
		[SCRATCH.token]: String(credentials[token] ?? ''),
		[SCRATCH.names]: Object.keys(changes).join(),
	};
	const abortSignal = AbortSignal.abort();
	const stopped = Object.create(context, {
		getExecutionCancelSignal: { value: () => abortSignal },
	}) as Context;
	const request = { url: String(credentials.apiBaseUrl), abortSignal };
	const options = { credentialsDecrypted: { id: id ?? '', name, type, data } };
	try {
		await context.helpers.httpRequestWithAuthentication.call(stopped, type, request, options);
	} catch {
		// The request was called off; whether the fields were kept shows in the data.
	}
	return data[SCRATCH.names] === '';
}

/** The credential's side of it: what `preAuthentication` has n8n keep, if it is asked to. */
export function fieldsToStore(
	credentials: ICredentialDataDecryptedObject,
): IDataObject | undefined {
	const names = String(credentials[SCRATCH.names] ?? '');
	if (names === '') return undefined;
	return {
		...Object.fromEntries(names.split(',').map((name) => [name, credentials[name]])),
		[COMPONENT_TOKEN.token]: credentials[SCRATCH.token],
		[SCRATCH.token]: '',
		[SCRATCH.names]: '',
	};
}
