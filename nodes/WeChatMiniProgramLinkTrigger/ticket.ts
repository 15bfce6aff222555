import type { IDataObject } from 'n8n-workflow';

import { LATE_TICKET } from '../tokens/platformFields';
import { shortHash } from '../wechat/values';
import { join, NO_TEXT, type Language, type Text } from '../wechat/text';
import { NO_LINK } from './item';
import type { Memory } from './memory';
import type { Watched } from './watched';

const MINUTE = 60_000;

/**
 * For this many milliseconds after the start of the process, no ticket is overdue: n8n may have been down for
 * hours, and the next push comes within ten minutes.
 */
const STARTING = 15 * MINUTE;

/**
 * Checks whether a ticket has come within the last hour. A clock that was set back makes no ticket overdue.
 *
 * @param before what the trigger remembers about the ticket
 * @param isPublishing whether the hour begins now if no ticket has ever come
 * @returns `known`: what to remember, undefined if the credential contains enough; `items`: one item if the
 *   ticket is overdue; `isNews`: whether n8n has to save `known`
 */
export function checkTicket(
	{ origin, lastTicket = 0 }: Pick<Watched, 'origin' | 'lastTicket'>,
	before: Memory['ticket'],
	now: number,
	isPublishing: boolean,
	language: Language,
): { known: Memory['ticket']; items: IDataObject[]; isNews: boolean } {
	const minute = Math.floor(now / MINUTE);
	const noted = isPublishing ? minute : Math.min(before?.since ?? minute, minute);
	const since = lastTicket > 0 ? Math.ceil(lastTicket / MINUTE) : noted;
	const hasCome = lastTicket > 0 && since !== before?.since;
	const isReported = before?.isReported === true && !hasCome;
	const isLate = now - since * MINUTE >= LATE_TICKET && performance.now() >= STARTING;
	const isOverdue = isLate && !isReported;
	const isKept = lastTicket === 0 || isReported || isOverdue;
	return {
		known: isKept ? { since, isReported: isReported || isOverdue } : undefined,
		items: isOverdue ? [ticketItem(origin, lastTicket, since, now, language)] : [],
		// While no ticket has ever come, only the memory knows when the hour began.
		isNews: isOverdue || (isKept && since !== before?.since),
	};
}

const TICKET_OVERDUE: Text = {
	en: 'WeChat has not pushed a ticket for over an hour. Without a new one, all calls fail after twelve hours. Make sure that a workflow with the WeChat Open Platform Trigger is published (n8n 1.x: active), then run Check Setup to see what else is wrong.',
	'zh-CN':
		'微信已超过一小时没有推送 ticket。没有新的 ticket，十二小时后所有调用都会失败。请确认带有 WeChat Open Platform Trigger 的工作流已发布（n8n 1.x：已激活），然后运行 Check Setup 查看其他问题。',
};

/**
 * @param platform identifies the platform in event ids
 * @param last when the last ticket came: milliseconds since 1970, 0 if none ever has
 * @param since minutes since 1970 when the hour without a ticket began
 */
function ticketItem(
	platform: string,
	last: number,
	since: number,
	now: number,
	language: Language,
): IDataObject {
	const event = 'ticketOverdue';
	const lastCame = last > 0 ? lastCameAt(new Date(last).toISOString()) : NO_TEXT;
	return {
		event,
		eventId: shortHash(JSON.stringify([platform, event, since])),
		officialAccountAppId: null,
		...NO_LINK,
		detectedAt: new Date(now).toISOString(),
		hint: join(TICKET_OVERDUE, lastCame)[language],
	};
}

function lastCameAt(time: string): Text {
	return {
		en: `The last one came at ${time}.`,
		'zh-CN': `上一次收到 ticket 的时间是 ${time}。`,
	};
}
