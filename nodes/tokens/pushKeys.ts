import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import { shortHash } from '../wechat/shortHash';
import { givenText } from '../wechat/values';

/** Hidden field of the credential: what the push was read with that brought the ticket. */
const FIELD = 'verifyTicketReadWith';

/**
 * The fields that note a ticket as a push has brought it, also one that comes again.
 *
 * @param readWith the keys that have read the push
 */
export function writeTicket(
	ticket: string,
	readWith: ICredentialDataDecryptedObject,
): ICredentialDataDecryptedObject {
	return {
		componentVerifyTicket: ticket,
		verifyTicketReceivedAt: Date.now(),
		[FIELD]: pushKeysOf(readWith),
	};
}

/** Whether the keys for pushes are still those that have read the last ticket. */
export function haveReadTicket(credentials: ICredentialDataDecryptedObject): boolean {
	return credentials[FIELD] === pushKeysOf(credentials);
}

/** A hash, since both are secrets. */
function pushKeysOf({ messageToken, encodingAesKey }: ICredentialDataDecryptedObject): string {
	const keys = [messageToken, encodingAesKey].map(givenText);
	return shortHash(JSON.stringify(keys));
}
