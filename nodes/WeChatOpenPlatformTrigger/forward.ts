import type { IWebhookFunctions } from 'n8n-workflow';

import { pause } from '../calls/waiting';
import type { Push } from '../wechat/push';
import { kindOf } from '../wechat/pushEvent';
import { ALL_PUSH_KINDS } from './description';
import type { Inbox, KeptForward } from './inbox';
import { readKinds, readTargets, type Target } from './targets';
import type { RawPush } from './verify';

/** A push on its way to the targets. */
interface Forward extends KeptForward {
	eventId: string;
	/** Whether it is sent again later where a target does not take it. */
	isKept: boolean;
}

/** How often a push is sent to a target at once, milliseconds in between, and for an answer. */
const TRIES = 3;
const PAUSES = [1000, 4000];
const TIMEOUT = 10_000;

/** Milliseconds for which a target that does not answer is left alone. */
const SILENCE = 60_000;

/** What each target is busy with: pushes reach it one after the other, in the order they came. */
const QUEUES = new Map<string, Promise<unknown>>();
const SILENT_UNTIL = new Map<string, number>();

/** Whether a push goes on to other servers. */
export function isForwarded(context: IWebhookFunctions, push: Pick<Push, 'infoType'>): boolean {
	const kinds = readKinds(context, 'additionalFields.forwardEvents', ALL_PUSH_KINDS);
	return kinds.includes(kindOf(push));
}

/** The targets of a trigger; what is wrong with the parameter is logged. */
export function targetsOf(context: IWebhookFunctions): Target[] {
	const { targets, problems } = readTargets(context);
	for (const problem of problems) context.logger.warn(problem);
	return targets;
}

/**
 * Sends a push to all targets, after what they have not taken before. WeChat has its answer by then, and
 * nothing waits for this.
 *
 * @param push undefined where the one that came does not go on
 */
export async function passOn(
	context: IWebhookFunctions,
	inbox: Inbox,
	targets: readonly Target[],
	push: Forward | undefined,
): Promise<void> {
	const left = (await inbox.takeForwards()).filter((one) => isForwarded(context, one));
	const forwards = [...left.map((one) => ({ ...one, isKept: true })), ...(push ? [push] : [])];
	await Promise.all(
		targets.map(async (target) => {
			const own = forwards.filter(({ to }) => to.includes(target.id));
			const taken = (await sendTo(context, target, own)).filter(({ isKept }) => isKept);
			const eventIds = taken.map(({ eventId }) => eventId);
			if (eventIds.length > 0) await inbox.noteForwarded(eventIds, target.id);
		}),
	);
}

/**
 * Sends pushes to a target, in their order, until it stops answering.
 *
 * @returns those that it took
 */
async function sendTo(
	context: IWebhookFunctions,
	target: Target,
	forwards: readonly Forward[],
): Promise<Forward[]> {
	const send = async () => await sendInOrder(context, target, forwards);
	const sent = (QUEUES.get(target.url) ?? Promise.resolve()).then(send, send);
	QUEUES.set(target.url, sent);
	return await sent;
}

async function sendInOrder(
	context: IWebhookFunctions,
	target: Target,
	forwards: readonly Forward[],
): Promise<Forward[]> {
	const taken: Forward[] = [];
	for (const forward of forwards) {
		if (Date.now() < (SILENT_UNTIL.get(target.url) ?? 0)) break;
		const status = await sendWithTries(context, target, forward);
		if (isTaken(status)) taken.push(forward);
		if (status !== 0) continue;
		SILENT_UNTIL.set(target.url, Date.now() + SILENCE);
		break;
	}
	return taken;
}

async function sendWithTries(
	{ helpers, logger }: IWebhookFunctions,
	target: Target,
	{ raw, infoType, isKept }: Forward,
): Promise<number> {
	for (let tries = 1; ; tries++) {
		const status = await post(helpers, target, raw);
		const what = `${target.name}: ${infoType} ${status === 0 ? 'got no answer' : `was answered HTTP ${status}`}`;
		if (isTaken(status)) {
			logger.info(what);
			return status;
		}
		if (tries >= TRIES) {
			const next = isKept
				? 'it is sent again with a later push, for an hour'
				: 'it is not sent again';
			logger.warn(`${what} in ${TRIES} tries; ${next}`);
			return status;
		}
		await pause(PAUSES[tries - 1]);
	}
}

/** @returns the HTTP status, 0 when no answer came */
async function post(
	helpers: IWebhookFunctions['helpers'],
	{ url }: Target,
	{ body, query, contentType }: RawPush,
): Promise<number> {
	try {
		const { statusCode } = (await helpers.httpRequest({
			method: 'POST',
			url: withQuery(url, query),
			headers: { 'Content-Type': contentType },
			body: Buffer.from(body, 'base64'),
			timeout: TIMEOUT,
			encoding: 'text',
			returnFullResponse: true,
			ignoreHttpStatusErrors: true,
			disableFollowRedirect: true,
		})) as { statusCode: number };
		return statusCode;
	} catch {
		return 0;
	}
}

function withQuery(url: string, query: string): string {
	if (query === '') return url;
	return `${url}${url.includes('?') ? '&' : '?'}${query}`;
}

function isTaken(status: number): boolean {
	return status >= 200 && status < 300;
}
