import { LATE_TICKET } from '../tokens/platformFields';

const MINUTE = 60_000;

/**
 * Milliseconds after the start of the process in which nothing is told: n8n may have been down for hours,
 * and the next push comes within ten minutes.
 */
const STARTING = 15 * MINUTE;

/** What is remembered of the platform's ticket: while none has ever come, and once it was told. */
export interface KnownTicket {
	/** Minutes since 1970 from which the hour counts. */
	since: number;
	isTold: boolean;
}

/** What one look at the ticket gave. */
interface TicketLook {
	/** What is to be remembered; undefined where the credential itself says enough. */
	known: KnownTicket | undefined;
	/** Whether it is to be told now that no ticket comes. */
	isOverdue: boolean;
}

/**
 * Looks whether a ticket has come within the last hour. A clock that was put back tells nothing.
 *
 * @param last when the last one came: milliseconds since 1970, 0 while none ever has
 * @param isPublishing whether the hour begins now while none ever has
 */
export function lookAtTicket(
	last: number,
	before: KnownTicket | undefined,
	now: number,
	isPublishing: boolean,
): TicketLook {
	const minute = Math.floor(now / MINUTE);
	const noted = isPublishing ? minute : Math.min(before?.since ?? minute, minute);
	const since = last > 0 ? Math.ceil(last / MINUTE) : noted;
	const hasCome = last > 0 && since !== before?.since;
	const isTold = before?.isTold === true && !hasCome;
	const isLate = now - since * MINUTE >= LATE_TICKET && performance.now() >= STARTING;
	const isOverdue = isLate && !isTold;
	const isKept = last === 0 || isTold || isOverdue;
	return { known: isKept ? { since, isTold: isTold || isOverdue } : undefined, isOverdue };
}
