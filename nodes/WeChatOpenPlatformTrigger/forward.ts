import type { IHookFunctions, IWebhookFunctions } from 'n8n-workflow';

import { pause } from '../calls/waiting';
import { kindOf, type Push } from '../wechat/pushEvent';
import { shortHash } from '../wechat/values';
import { ALL_PUSH_KINDS } from './description';
import type { Inbox } from './inbox';
import { FORWARD_FOR, type Forward } from './receivedPushes';

/** A server to which pushes are forwarded. */
export interface Target {
	/** Identifies the target in the credential, instead of its URL, which may contain a secret. */
	id: string;
	url: string;
	/** Its name in the log: its line and its host. */
	name: string;
}

/** A push on its way to a target. */
interface Delivery extends Omit<Forward, 'to'> {
	inbox: Inbox;
	/** Id of the node that received it. */
	node: string;
	target: Target;
}

/** Milliseconds to wait for an answer, and before a silent target is tried again. */
const TIMEOUT = 10_000;
const SILENCE = 60_000;

/**
 * Reads the parameter Forward To: URLs, one per line. The trigger's own URL is left out: the trigger would
 * forward each push to itself again and again.
 *
 * @returns the targets, and what is wrong with each line that is left out; that text contains no secret
 */
export function readTargets(context: IHookFunctions | IWebhookFunctions) {
	const ownUrl = context.getNodeWebhookUrl('default');
	const targets: Target[] = [];
	const problems: string[] = [];
	const lines = String(context.getNodeParameter('forwardTo', '') ?? '').split('\n');
	lines.forEach((text, index) => {
		const line = text.trim();
		if (line === '') return;
		const url = parse(line);
		const where = `Forward To, line ${index + 1}`;
		if (!url) problems.push(`${where}: it is not a URL that begins with http:// or https://`);
		else if (isOwn(url, ownUrl)) problems.push(`${where}: it is this trigger's own URL`);
		else targets.push({ id: shortHash(line), url: line, name: `${where} (${url.host})` });
	});
	return { targets: [...new Map(targets.map((one) => [one.id, one])).values()], problems };
}

function parse(text: string): URL | undefined {
	return /^https?:\/\/\S+$/i.test(text) && URL.canParse(text) ? new URL(text) : undefined;
}

/** The trigger's two addresses begin alike, and a webhook's test and production URLs differ in one word. */
function isOwn(url: URL, ownUrl: string | undefined): boolean {
	const own = parse(ownUrl ?? '');
	if (own?.host !== url.host) return false;
	const pathOf = ({ pathname }: URL) => pathname.replace('/webhook-test/', '/webhook/');
	return pathOf(url).startsWith(pathOf(own).replace(/[^/]*$/, ''));
}

/**
 * The targets of a trigger, and what it forwards of a verified push; `forward` is undefined if that is nothing.
 */
export function readForward(
	context: IWebhookFunctions,
	{ eventId, infoType }: Push,
): { targets: Target[]; forward: Forward | undefined } {
	const { targets, problems } = readTargets(context);
	for (const problem of problems) context.logger.warn(problem);
	if (targets.length === 0 || !isForwarded(context, infoType)) {
		return { targets, forward: undefined };
	}
	const { originalUrl, url, headers, rawBody } = context.getRequestObject();
	const [, query = ''] = String(originalUrl ?? url).split(/\?(.*)/s);
	const contentType = headers['content-type'] ?? 'text/xml';
	const raw = { body: rawBody.toString('base64'), query, contentType };
	const to = targets.map(({ id }) => id);
	return { targets, forward: { eventId, receivedAt: Date.now(), infoType, raw, to } };
}

/** Whether Forward Events includes a push. */
function isForwarded(context: IWebhookFunctions, infoType: string): boolean {
	const all = context.getNodeParameter('additionalFields.forwardEvents', ALL_PUSH_KINDS);
	// An expression may return something other than a list.
	return [all ?? ALL_PUSH_KINDS].flat().includes(kindOf(infoType));
}

/**
 * Forwards pushes to their targets, after those that another process has left behind. WeChat already has
 * its answer, and nothing waits for this.
 */
export async function forwardPushes(
	context: IWebhookFunctions,
	inbox: Inbox,
	targets: readonly Target[],
	pushes: readonly Forward[],
): Promise<void> {
	const node = context.getNode().id;
	const isWanted = (one: Delivery) =>
		targets.some(({ id }) => id === one.target.id) && isForwarded(context, one.infoType);
	for (const queue of QUEUES.values()) queue.retain((one) => one.node !== node || isWanted(one));
	if (targets.length === 0) return;
	const all = [...(await inbox.takeForwards()), ...pushes];
	for (const one of all.filter(({ infoType }) => isForwarded(context, infoType))) {
		for (const target of targets.filter(({ id }) => one.to.includes(id))) {
			queueOf(target).add(context, { ...one, inbox, node, target });
		}
	}
}

/** The pushes that wait for one target: they reach it one at a time, in the order in which they came. */
class Queue {
	private waiting: Delivery[] = [];

	/** The context of the newest push, so that the memory of earlier ones can be freed. */
	private context!: IWebhookFunctions;

	private isRunning = false;

	add(context: IWebhookFunctions, delivery: Delivery): void {
		this.context = context;
		const isTicket = ({ infoType }: Delivery) => kindOf(infoType) === 'ticket';
		// A newer ticket replaces an older one.
		if (isTicket(delivery)) this.waiting = this.waiting.filter((one) => !isTicket(one));
		this.waiting = [...this.waiting, delivery].sort((a, b) => a.receivedAt - b.receivedAt);
		if (!this.isRunning) void this.run();
	}

	/** Drops the pushes that a node no longer sends to the target. */
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
			if (isOver) warn(this.context, oldest, 'was not accepted for an hour and is not sent again');
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

/** @returns whether the target is silent, so that it is tried again later */
async function deliver(context: IWebhookFunctions, delivery: Delivery): Promise<boolean> {
	const { target, raw, infoType } = delivery;
	const status = await post(context.helpers, target, raw);
	if (status === 0 || status >= 500) {
		const what = status === 0 ? 'got no answer' : `was answered with HTTP ${status}`;
		warn(context, delivery, `${what}; it is sent again every minute, for an hour`);
		return true;
	}
	const isTaken = status >= 200 && status < 300;
	if (isTaken) context.logger.info(`${target.name}: ${infoType} was answered with HTTP ${status}`);
	else warn(context, delivery, `was answered with HTTP ${status} and is not sent again`);
	return false;
}

function warn({ logger }: IWebhookFunctions, { target, infoType }: Delivery, what: string): void {
	logger.warn(`${target.name}: ${infoType} ${what}`);
}

/** @returns the HTTP status, 0 if no answer came */
async function post(
	helpers: IWebhookFunctions['helpers'],
	{ url }: Target,
	{ body, query, contentType }: Forward['raw'],
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
