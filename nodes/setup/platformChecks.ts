import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import { readBaseUrl, readFallback } from '../calls/baseUrl';
import { isRejected } from '../calls/client';
import { NO_KEYS, readComponentFields } from '../tokens/recipes';
import { keptComponentToken } from '../tokens/tokenFields';
import type { Api } from '../wechat/apis';
import { isAppId } from '../wechat/appId';
import { explainReply, isObstacle, type Obstacle } from '../wechat/obstacle';
import type { Reply } from '../wechat/reply';
import { join } from '../wechat/text';
import { textOf } from '../wechat/values';
import * as HINTS from './checkHints';
import { finding, notChecked, ok, refused, type Finding } from './finding';
import { checkEncodingAesKey, checkTicket, checkTriggerBody, pastedTicket } from './pushChecks';

/** WeChat's answers to a caller whose IP address is not in the platform's whitelist. */
export const WRONG_IP: ReadonlyArray<number | null> = [40090, 40187, 45035, 61004];
/** Its answers to a wrong secret; 40001, 40125 and 61006 have all been seen. */
const WRONG_SECRET: ReadonlyArray<number | null> = [40001, 40125, 41004, 41019, 61006];
/** Its answers to an AppID that is not a third-party platform's. */
const WRONG_APP_ID: ReadonlyArray<number | null> = [40013, 41018, 61000, 61001, 61011, 61024];
/** Its answers to a wrong ticket, once AppID and AppSecret are accepted. */
const WRONG_TICKET: ReadonlyArray<number | null> = [40091, 41020, 61005, 61006, 61011];
/** Its answer if the tokens of the day are used up. */
const DAILY_LIMIT = 45009;

/**
 * Checks the platform itself: its keys, whether pushes arrive, its token and its IP whitelist.
 *
 * The call that asks WeChat to start its pushes shows whether AppID, AppSecret and IP whitelist are right. It
 * needs no ticket, and does no harm if WeChat already pushes
 * (doc/oplatform/openApi/ticket-token/api_startpushticket). Only a token shows whether the ticket works. The
 * check uses the kept token, and makes one only if none is kept, since a new token voids the former.
 */
export async function checkPlatform(
	data: ICredentialDataDecryptedObject,
	asking: {
		/** @param token '' for a call that takes none */
		ask(
			api: Api,
			body: Record<string, unknown>,
			token: string,
		): Promise<Reply & { obstacle?: Obstacle }>;
		/** The credential as it is now, if the processes of n8n share it. */
		reread(): Promise<ICredentialDataDecryptedObject>;
		/** Makes the platform's token; undefined if none may be made now. */
		makeToken(): Promise<(Reply & { obstacle?: Obstacle }) | undefined>;
	},
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

/** What is wrong with the fields that all calls need. */
function unusableField(data: ICredentialDataDecryptedObject): Finding | undefined {
	const baseUrl = readBaseUrl(data.apiBaseUrl);
	if (isObstacle(baseUrl)) return refused('credential', baseUrl);
	if (readComponentFields(data) === NO_KEYS) return refused('credential', NO_KEYS);
	if (isAppId(textOf(data.componentAppId))) return undefined;
	return finding(
		'credential',
		'failed',
		'Component App ID is not a valid appid',
		HINTS.APP_ID_FORM,
	);
}

function judgeStart(started: Reply): Finding {
	const { errcode } = started;
	if (errcode === 0) return ok('credential', 'WeChat accepted the AppID and the AppSecret');
	const obstacle = explainReply(started);
	if (WRONG_IP.includes(errcode)) return notChecked('credential', 'ipWhitelist');
	if (WRONG_SECRET.includes(errcode)) {
		const problem = 'Component App Secret does not belong to this Component App ID';
		return { ...refused('credential', { ...obstacle, problem }), hint: HINTS.WRONG_SECRET };
	}
	if (WRONG_APP_ID.includes(errcode)) {
		const problem = 'Component App ID does not belong to a third-party platform';
		return { ...refused('credential', { ...obstacle, problem }), hint: HINTS.WRONG_APP_ID };
	}
	// If nothing answers, the checks cannot go on, even if time alone may help.
	return errcode === null
		? { ...refused('credential', obstacle), status: 'failed' }
		: refused('credential', obstacle);
}

/** @returns the findings about ticket and token: a token from WeChat also proves the ticket */
async function checkToken(
	data: ICredentialDataDecryptedObject,
	ticket: Finding,
	{ ask, makeToken, reread }: Parameters<typeof checkPlatform>[1],
): Promise<Finding[]> {
	const check = 'componentToken';
	const kept = keptComponentToken(data);
	if (kept && !kept.isOfOtherValues) {
		const body = { component_appid: textOf(data.componentAppId), offset: 0, count: 1 };
		const reply = await ask('api_get_authorizer_list', body, kept.value);
		if (reply.errcode === 0) return [ticket, ok(check, 'WeChat accepted the kept token')];
		if (!isRejected(reply)) return [ticket, refused(check, explainReply(reply))];
		const newer = keptComponentToken(await reread());
		if (newer && newer.value !== kept.value) {
			return [ticket, ok(check, 'Another n8n process has just made a new token')];
		}
		const detail = `WeChat answered ${reply.errcode}: another system has replaced the kept token`;
		return [ticket, finding(check, 'attention', detail, HINTS.REPLACED)];
	}
	const made = await makeToken();
	if (!made) return [ticket, ok(check, 'The next run makes a token with these values')];
	if (made.errcode === 0 && !made.obstacle) {
		// WeChat accepted the ticket, so it is not the expired one from the last push.
		const isAlive = ticket.status === 'failed' ? pastedTicket() : ticket;
		return [isAlive, ok(check, 'WeChat returned a token')];
	}
	const obstacle = made.obstacle ?? explainReply(made);
	if (made.errcode === DAILY_LIMIT) {
		return [ticket, { ...refused(check, obstacle), status: 'failed', hint: HINTS.TOKEN_QUOTA }];
	}
	if (!WRONG_TICKET.includes(made.errcode)) return [ticket, refused(check, obstacle)];
	const refusal = { ...refused('ticket', obstacle), hint: HINTS.NO_TICKET };
	return [refusal, notChecked(check, 'ticket')];
}

/** What an answer says about the whitelist: WeChat checks the address first. */
export function judgeWhitelist(reply: Reply): Finding {
	const { errcode, requestIp = 'of n8n', detour } = reply;
	if (WRONG_IP.includes(errcode)) {
		const problem = `The IP address ${requestIp} is not in the platform's IP whitelist`;
		const obstacle = { ...explainReply(reply), problem };
		return { ...refused('ipWhitelist', obstacle), hint: HINTS.whitelist(reply.requestIp) };
	}
	if (errcode !== 0) return notChecked('ipWhitelist', 'credential');
	const detail = `${detour ? 'The fallback' : 'WeChat'} accepted the call, so n8n's IP address is in the whitelist`;
	return ok('ipWhitelist', detail, detour);
}

/** Adds to the finding about the credential that its fallback is unusable; calls work without a fallback. */
export function withFallback(found: Finding, data: ICredentialDataDecryptedObject): Finding {
	const fallback = readFallback(data);
	if (!isObstacle(fallback)) return found;
	return {
		...found,
		status: found.status === 'ok' ? 'attention' : found.status,
		detail: `${found.detail}. ${fallback.problem}`,
		hint: join(found.hint, fallback.hint),
	};
}
