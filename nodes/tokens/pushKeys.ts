import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import { shortHash } from '../wechat/shortHash';
import { givenText } from '../wechat/values';

/** Hidden fields of the credential: what the push was read with that brought the ticket, and its time. */
const READ_WITH = 'verifyTicketReadWith';
const PUSHED_AT = 'verifyTicketPushedAt';

/**
 * The fields that note a ticket as a push has brought it, also one that comes again.
 *
 * @param readWith the keys that have read the push
 * @param pushedAt Unix time that the push tells, by WeChat's clock
 */
export function writeTicket(
	ticket: string,
	readWith: ICredentialDataDecryptedObject,
	pushedAt: number,
): ICredentialDataDecryptedObject {
	return {
		componentVerifyTicket: ticket,
		verifyTicketReceivedAt: Date.now(),
		[PUSHED_AT]: pushedAt,
		[READ_WITH]: pushKeysOf(readWith),
	};
}

/** Whether a later push than that of this time has brought a ticket already. */
export function hasLaterTicket(
	credentials: ICredentialDataDecryptedObject,
	pushedAt: number,
): boolean {
	return Number(credentials[PUSHED_AT] ?? 0) > pushedAt;
}

/** Whether the keys for pushes are still those that have read the last ticket. */
export function haveReadTicket(credentials: ICredentialDataDecryptedObject): boolean {
	return credentials[READ_WITH] === pushKeysOf(credentials);
}

/** A hash, since both are secrets. */
function pushKeysOf({ messageToken, encodingAesKey }: ICredentialDataDecryptedObject): string {
	const keys = [messageToken, encodingAesKey].map(givenText);
	return shortHash(JSON.stringify(keys));
}
