import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import {
	haveReadTicket,
	LATE_TICKET,
	ticketReceivedAt,
	workflowsWithParsedBodies,
} from '../tokens/platformFields';
import { NO_TICKET } from '../tokens/recipes';
import { readEncodingAesKey } from '../wechat/messageCrypto';
import { redactText } from '../wechat/redaction';
import { textOf } from '../wechat/values';
import * as HINTS from './checkHints';
import { finding, named, ok, plural, type Finding } from './finding';

const MINUTE = 60_000;
/** A ticket lives 12 hours. */
const DEAD_TICKET = 12 * 60 * MINUTE;

/** Only a push that was read with a key proves that the key is right. */
export function checkEncodingAesKey(data: ICredentialDataDecryptedObject): Finding {
	const check = 'encodingAesKey';
	const key = textOf(data.encodingAesKey);
	const previous = textOf(data.previousEncodingAesKey);
	const bad = [
		...(key !== '' && !readEncodingAesKey(key) ? ['Encoding AES Key'] : []),
		...(previous !== '' && !readEncodingAesKey(previous) ? ['Previous Encoding AES Key'] : []),
	];
	if (bad.length > 0) {
		const isNot = bad.length > 1 ? 'are not valid keys' : 'is not a valid key';
		return finding(check, 'failed', `${bad.join(' and ')} ${isNot}`, HINTS.KEY_FORM);
	}
	const empty = [
		...(key === '' ? ['Encoding AES Key'] : []),
		...(textOf(data.messageToken) === '' ? ['Message Token'] : []),
	];
	if (empty.length > 0) {
		const isEmpty = empty.length > 1 ? 'are empty' : 'is empty';
		return finding(check, 'attention', `${empty.join(' and ')} ${isEmpty}`, HINTS.NO_KEY);
	}
	const age = ticketAge(data);
	if (age !== undefined && age < LATE_TICKET && haveReadTicket(data)) {
		return ok(check, `A push was read with this key ${describeAge(age)} ago`);
	}
	const detail = 'The key has a valid form, but no push in the last hour was read with it';
	return { ...finding(check, 'unknown', detail, HINTS.UNPROVEN_KEY), waitsForPush: true };
}

/** Whether n8n parses what a trigger receives before the trigger can check that it comes from WeChat. */
export function checkTriggerBody(data: ICredentialDataDecryptedObject): Finding {
	const check = 'triggerBody';
	const workflows = workflowsWithParsedBodies(data);
	if (workflows.length === 0) return ok(check, 'n8n does not parse what triggers receive');
	const which = `${plural(workflows.length, 'workflow', 'workflows')}: ${named(workflows)}`;
	const detail = `n8n parses what the trigger receives in ${which}`;
	return finding(check, 'attention', redactText(detail), HINTS.PARSED_BODY);
}

/** Whether WeChat's pushes bring tickets, and how old the newest one is. */
export function checkTicket(data: ICredentialDataDecryptedObject): Finding {
	const check = 'ticket';
	if (textOf(data.componentVerifyTicket) === '') {
		const none = finding(check, 'failed', NO_TICKET.problem, HINTS.NO_TICKET);
		return { ...none, waitsForPush: true };
	}
	const age = ticketAge(data);
	if (age === undefined) return pastedTicket();
	const detail = `The newest ticket came ${describeAge(age)} ago`;
	if (age >= DEAD_TICKET) {
		return finding(check, 'failed', `${detail}; a ticket lives 12 hours`, HINTS.NO_TICKET);
	}
	return age >= LATE_TICKET
		? finding(check, 'attention', `${detail}; WeChat pushes one every 10 minutes`, HINTS.NO_TICKET)
		: ok(check, detail);
}

/** For a ticket that no push brought. */
export function pastedTicket(): Finding {
	const detail = 'The ticket did not come with a push: it was pasted or comes from an expression';
	return { ...finding('ticket', 'unknown', detail, HINTS.PASTED_TICKET), waitsForPush: true };
}

/** Milliseconds since a push brought the ticket; undefined if none did. */
function ticketAge(data: ICredentialDataDecryptedObject): number | undefined {
	const receivedAt = ticketReceivedAt(data);
	return receivedAt === undefined ? undefined : Math.max(0, Date.now() - receivedAt);
}

function describeAge(milliseconds: number): string {
	const minutes = Math.floor(milliseconds / MINUTE);
	return minutes < 120 ? `${minutes} min` : `${Math.floor(minutes / 60)} h`;
}
