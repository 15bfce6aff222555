import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import { givenText } from '../wechat/values';
import { isTokenService } from './tokenService';
import { typedExpressionsOf } from './typedExpressions';

/** Milliseconds: WeChat pushes a ticket every 10 minutes; after an hour without one something is wrong. */
export const LATE_TICKET = 60 * 60_000;

/** Milliseconds since 1970 when a push brought the ticket; undefined where none has, or nobody can tell. */
export function ticketReceivedAt({
	verifyTicketReceivedAt,
}: ICredentialDataDecryptedObject): number | undefined {
	const receivedAt = Number(verifyTicketReceivedAt ?? 0);
	return receivedAt > 0 && Number.isFinite(receivedAt) ? receivedAt : undefined;
}

/**
 * When a push brought the last ticket of a platform whose tokens this n8n makes.
 *
 * @returns milliseconds since 1970, 0 while none has ever come, and undefined where n8n need not get any:
 *   a server makes the tokens, or the ticket comes by an expression or was pasted
 */
export function lastTicketOf(credentials: ICredentialDataDecryptedObject): number | undefined {
	const field = 'componentVerifyTicket';
	if (isTokenService(credentials) || field in typedExpressionsOf(credentials)) return undefined;
	const hasTicket = givenText(credentials[field]) !== '';
	return ticketReceivedAt(credentials) ?? (hasTicket ? undefined : 0);
}
