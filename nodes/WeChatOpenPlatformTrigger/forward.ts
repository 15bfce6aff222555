import type { IWebhookFunctions } from 'n8n-workflow';

import { pause } from '../calls/waiting';
import type { Push } from '../wechat/push';
import { kindOf } from '../wechat/pushEvent';
import { ALL_PUSH_KINDS } from './description';
import type { Inbox } from './inbox';
import { FORWARD_FOR, type LeftForward } from './receivedPushes';
import { readKinds, readTargets, type Target } from './targets';
import type { RawPush } from './verify';

/** A push on its way to a target. */
interface Delivery extends Omit<LeftForward, 'to'> {
	inbox: Inbox;
	/** The node that it comes from. */
	node: string;
	target: Target;
}

/** Milliseconds for an answer, and for which a target that gives none is left alone. */
const TIMEOUT = 10_000;
const SILENCE = 60_000;

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
 * Has pushes go on to their targets, and before them what another process has left. WeChat has its answer
 * by then, and nothing waits for this.
 */
export async function passOn(
	context: IWebhookFunctions,
	inbox: Inbox,
	targets: readonly Target[],
	pushes: readonly LeftForward[],
): Promise<void> {
	const node = context.getNode().id;
	const isWanted = (one: Delivery) =>
		targets.some(({ id }) => id === one.target.id) && isForwarded(context, one);
	for (const queue of QUEUES.values()) queue.retain((one) => one.node !== node || isWanted(one));
	if (targets.length === 0) return;
	const all = [...(await inbox.takeForwards()), ...pushes];
	for (const one of all.filter((each) => isForwarded(context, each))) {
		for (const target of targets.filter(({ id }) => one.to.includes(id))) {
			queueOf(target).add(context, { ...one, inbox, node, target });
		}
	}
}

/** The pushes that wait for one target: they reach it one at a time, in the order in which they came. */
class Queue {
	private waiting: Delivery[] = [];

	/** Of the newest push: earlier ones hold on to more memory. */
	private context!: IWebhookFunctions;

	private isRunning = false;

	add(context: IWebhookFunctions, delivery: Delivery): void {
		this.context = context;
		const isTicket = kindOf(delivery) === 'ticket';
		// An older ticket is of no use beside a newer one.
		if (isTicket) this.waiting = this.waiting.filter((one) => kindOf(one) !== 'ticket');
		this.waiting = [...this.waiting, delivery].sort((a, b) => a.receivedAt - b.receivedAt);
		if (!this.isRunning) void this.run();
	}

	/** Forgets what a node no longer sends to a target. */
	retain(isWanted: (delivery: Delivery) => boolean): void {
		this.waiting = this.waiting.filter(isWanted);
	}

	private async run(): Promise<void> {
		this.isRunning = true;
		while (this.waiting.length > 0) {
			const [oldest] = this.waiting;
			const isOver = Date.now() - oldest.receivedAt > FORWARD_FOR;
			const isSilent = !isOver && (await deliver(this.context, oldest));
			if (isSilent) {
				oldest.inbox.noteTried(oldest.eventId);
				await pause(SILENCE);
				continue;
			}
			if (isOver) warn(this.context, oldest, 'was not taken for an hour and is not sent any more');
			this.waiting = this.waiting.filter((one) => one !== oldest);
			oldest.inbox.noteForwarded(oldest.eventId, oldest.target.id);
		}
		this.isRunning = false;
	}
}

const QUEUES = new Map<string, Queue>();

function queueOf({ url }: Target): Queue {
	const queue = QUEUES.get(url) ?? new Queue();
	QUEUES.set(url, queue);
	return queue;
}

/** @returns whether the target is silent: it is tried again later */
async function deliver(context: IWebhookFunctions, delivery: Delivery): Promise<boolean> {
	const { target, raw, infoType } = delivery;
	const status = await post(context.helpers, target, raw);
	if (status === 0 || status >= 500) {
		const what = status === 0 ? 'got no answer' : `was answered HTTP ${status}`;
		warn(context, delivery, `${what}; it is sent again each minute, for an hour`);
		return true;
	}
	const isTaken = status >= 200 && status < 300;
	if (isTaken) context.logger.info(`${target.name}: ${infoType} was answered HTTP ${status}`);
	else warn(context, delivery, `was answered HTTP ${status} and is not sent again`);
	return false;
}

function warn({ logger }: IWebhookFunctions, { target, infoType }: Delivery, what: string): void {
	logger.warn(`${target.name}: ${infoType} ${what}`);
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
