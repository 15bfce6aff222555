import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import { readBaseUrl } from '../calls/baseUrl';
import { isRejected } from '../calls/client';
import {
	haveReadTicket,
	LATE_TICKET,
	ticketReceivedAt,
	workflowsWithParsedBodies,
} from '../tokens/platformFields';
import { NO_KEYS, NO_TICKET, readComponentFields } from '../tokens/recipes';
import { keptComponentToken } from '../tokens/tokenFields';
import type { Api } from '../wechat/apis';
import { isAppId } from '../wechat/appId';
import { explainReply, isObstacle, type Obstacle } from '../wechat/obstacle';
import { readEncodingAesKey } from '../wechat/messageCrypto';
import { redactText } from '../wechat/redaction';
import type { Reply } from '../wechat/reply';
import { textOf } from '../wechat/values';
import * as HINTS from './checkHints';
import { judgeWhitelist, withFallback, WRONG_IP } from './connectionChecks';
import {
	finding,
	isAnswered,
	named,
	notChecked,
	ok,
	plural,
	refused,
	type Finding,
} from './finding';

/** How the checks call WeChat: from a run, or from the test of a credential. */
export interface Asking {
	/** @param token '' for a call that takes none */
	ask(
		api: Api,
		body: Record<string, unknown>,
		token: string,
	): Promise<Reply & { obstacle?: Obstacle }>;
	/** The credential as it is now, where the processes of n8n share it. */
	reread?(): Promise<ICredentialDataDecryptedObject>;
	/** Makes the platform's token, where none is kept; undefined where none is to be made now. */
	makeToken(): Promise<(Reply & { obstacle?: Obstacle }) | undefined>;
}

const MINUTE = 60_000;
/** A ticket lives 12 hours. */
const DEAD_TICKET = 12 * 60 * MINUTE;

/** WeChat's answers to a wrong secret; 40001, 40125 and 61006 are all on record. */
const WRONG_SECRET: ReadonlyArray<number | null> = [40001, 40125, 41004, 41019, 61006];
/** Its answers to an AppID that is not a third-party platform's. */
const WRONG_APP_ID: ReadonlyArray<number | null> = [40013, 41018, 61000, 61001, 61011, 61024];
/** Its answers to a ticket, where AppID and AppSecret have been accepted. */
const WRONG_TICKET: ReadonlyArray<number | null> = [40091, 41020, 61005, 61006, 61011];
/** Its answer where the tokens of the day are used up. */
const DAILY_LIMIT = 45009;

/**
 * Checks the platform itself: its keys, whether pushes arrive, its token and its IP whitelist.
 *
 * Asking WeChat to push tells whether AppID, AppSecret and IP whitelist are right, needs no ticket, and
 * is harmless when it pushes already (doc/oplatform/openApi/ticket-token/api_startpushticket). Whether
 * the ticket works shows with a token: the one that is kept, or a new one where none is, since a new one
 * voids the former.
 */
export async function checkPlatform(
	data: ICredentialDataDecryptedObject,
	asking: Asking,
): Promise<Finding[]> {
	const unusable = unusableField(data);
	const pushes = [checkEncodingAesKey(data), checkTriggerBody(data)];
	const ticket = checkTicket(data);
	if (unusable) {
		const left = (['componentToken', 'ipWhitelist'] as const).map((check) =>
			notChecked(check, 'credential'),
		);
		return [unusable, ...pushes, ticket, ...left];
	}
	const component_appid = textOf(data.componentAppId);
	const component_secret = textOf(data.componentAppSecret);
	const started = await asking.ask(
		'api_start_push_ticket',
		{ component_appid, component_secret },
		'',
	);
	const credential = withFallback(judgeStart(started), data);
	const ipWhitelist = judgeWhitelist(started);
	if (started.errcode !== 0) {
		const earlier = ipWhitelist.status === 'failed' ? 'ipWhitelist' : 'credential';
		return [credential, ...pushes, ticket, notChecked('componentToken', earlier), ipWhitelist];
	}
	const hasNone = textOf(data.componentVerifyTicket) === '' && !keptComponentToken(data);
	const token = hasNone
		? [ticket, notChecked('componentToken', 'ticket')]
		: await checkToken(data, ticket, asking);
	return [credential, ...pushes, ...token, ipWhitelist];
}

/** What is wrong with the fields that every call needs. */
function unusableField(data: ICredentialDataDecryptedObject): Finding | undefined {
	const baseUrl = readBaseUrl(data.apiBaseUrl);
	if (isObstacle(baseUrl)) return refused('credential', baseUrl);
	if (readComponentFields(data) === NO_KEYS) return refused('credential', NO_KEYS);
	if (isAppId(textOf(data.componentAppId))) return undefined;
	return finding('credential', 'failed', 'The Component App ID is not an appid', HINTS.APP_ID_FORM);
}

function judgeStart(started: Reply): Finding {
	const { errcode } = started;
	if (errcode === 0) return ok('credential', 'WeChat accepted the AppID and the AppSecret');
	const obstacle = explainReply(started);
	if (WRONG_IP.includes(errcode)) return notChecked('credential', 'ipWhitelist');
	if (WRONG_SECRET.includes(errcode)) {
		const problem = 'The Component App Secret is not that of this Component App ID';
		return { ...refused('credential', { ...obstacle, problem }), hint: HINTS.WRONG_SECRET };
	}
	if (WRONG_APP_ID.includes(errcode)) {
		const problem = 'The Component App ID is not that of a third-party platform';
		return { ...refused('credential', { ...obstacle, problem }), hint: HINTS.WRONG_APP_ID };
	}
	// Who does not answer is not reached, whatever time may do about it.
	return isAnswered(started)
		? refused('credential', obstacle)
		: { ...refused('credential', obstacle), status: 'failed' };
}

/** A key has proven itself when a push was read with it; a wrong one shows in pushes alone. */
export function checkEncodingAesKey(data: ICredentialDataDecryptedObject): Finding {
	const check = 'encodingAesKey';
	const key = textOf(data.encodingAesKey);
	const previous = textOf(data.previousEncodingAesKey);
	const bad = [
		...(key !== '' && !readEncodingAesKey(key) ? ['Encoding AES Key'] : []),
		...(previous !== '' && !readEncodingAesKey(previous) ? ['Previous Encoding AES Key'] : []),
	];
	if (bad.length > 0) {
		return finding(check, 'failed', `The ${bad.join(' and the ')} is not one`, HINTS.KEY_FORM);
	}
	const empty = [
		...(key === '' ? ['Encoding AES Key'] : []),
		...(textOf(data.messageToken) === '' ? ['Message Token'] : []),
	];
	if (empty.length > 0) {
		return finding(check, 'attention', `The ${empty.join(' and the ')} is empty`, HINTS.NO_KEY);
	}
	const age = ticketAge(data);
	if (age !== undefined && age < LATE_TICKET && haveReadTicket(data)) {
		return ok(check, `A push was read with it ${describeAge(age)} ago`);
	}
	const detail = 'It has the form of a key; no push of the last hour was read with it';
	return { ...finding(check, 'unknown', detail, HINTS.UNPROVEN_KEY), waitsForPush: true };
}

/** Whether n8n parses what comes to a trigger, before that can tell whether it is WeChat's. */
export function checkTriggerBody(data: ICredentialDataDecryptedObject): Finding {
	const check = 'triggerBody';
	const workflows = workflowsWithParsedBodies(data);
	if (workflows.length === 0) return ok(check, 'n8n parses nothing that comes to a trigger');
	const which = `${plural(workflows.length, 'workflow', 'workflows')}: ${named(workflows)}`;
	const detail = `n8n parses what comes to the trigger of ${which}`;
	return finding(check, 'attention', redactText(detail), HINTS.PARSED_BODY);
}

function checkTicket(data: ICredentialDataDecryptedObject): Finding {
	const check = 'ticket';
	if (textOf(data.componentVerifyTicket) === '') {
		const none = finding(check, 'failed', NO_TICKET.problem, HINTS.NO_TICKET);
		return { ...none, waitsForPush: true };
	}
	const age = ticketAge(data);
	if (age === undefined) return pastedTicket();
	const detail = `The newest ticket came ${describeAge(age)} ago`;
	if (age >= DEAD_TICKET) {
		return finding(check, 'failed', `${detail}; it lives 12 hours`, HINTS.NO_TICKET);
	}
	return age >= LATE_TICKET
		? finding(check, 'attention', `${detail}; WeChat pushes every 10 minutes`, HINTS.NO_TICKET)
		: ok(check, detail);
}

function pastedTicket(): Finding {
	const detail = 'A ticket is there that no push brought: it was pasted, or comes by an expression';
	return { ...finding('ticket', 'unknown', detail, HINTS.PASTED_TICKET), waitsForPush: true };
}

/** @returns the findings about ticket and token: a token that WeChat gives proves its ticket, too */
async function checkToken(
	data: ICredentialDataDecryptedObject,
	ticket: Finding,
	{ ask, makeToken, reread }: Asking,
): Promise<Finding[]> {
	const check = 'componentToken';
	const kept = keptComponentToken(data);
	if (kept && !kept.isOfOtherValues) {
		const body = { component_appid: textOf(data.componentAppId), offset: 0, count: 1 };
		const reply = await ask('api_get_authorizer_list', body, kept.value);
		if (reply.errcode === 0) return [ticket, ok(check, 'WeChat accepted the kept token')];
		if (!isRejected(reply)) return [ticket, refused(check, explainReply(reply))];
		const newer = reread && keptComponentToken(await reread());
		if (newer && newer.value !== kept.value) {
			return [ticket, ok(check, 'Another process of n8n has just made a new one')];
		}
		const detail = `WeChat answered ${reply.errcode}: another system has replaced the kept token`;
		return [ticket, finding(check, 'attention', detail, HINTS.REPLACED)];
	}
	const made = await makeToken();
	if (!made) return [ticket, ok(check, 'The next run makes one with these values')];
	if (made.errcode === 0 && !made.obstacle) {
		// Another one than the last push has brought, since WeChat took it.
		const isAlive = ticket.status === 'failed' ? pastedTicket() : ticket;
		return [isAlive, ok(check, 'WeChat gave a token')];
	}
	const obstacle = made.obstacle ?? explainReply(made);
	if (made.errcode === DAILY_LIMIT) {
		return [ticket, { ...refused(check, obstacle), status: 'failed', hint: HINTS.TOKEN_QUOTA }];
	}
	if (!WRONG_TICKET.includes(made.errcode)) return [ticket, refused(check, obstacle)];
	const refusal = { ...refused('ticket', obstacle), hint: HINTS.NO_TICKET };
	return [refusal, notChecked(check, 'ticket')];
}

/** Milliseconds since a push brought the ticket; undefined where none has. */
function ticketAge(data: ICredentialDataDecryptedObject): number | undefined {
	const receivedAt = ticketReceivedAt(data);
	return receivedAt === undefined ? undefined : Math.max(0, Date.now() - receivedAt);
}

function describeAge(milliseconds: number): string {
	const minutes = Math.floor(milliseconds / MINUTE);
	return minutes < 120 ? `${minutes} min` : `${Math.floor(minutes / 60)} h`;
}
