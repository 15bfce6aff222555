import type { IWebhookFunctions } from 'n8n-workflow';

import type { RefusedPush } from '../wechat/push';

/** Milliseconds between two lines about the same reason: anybody can send pushes, and many of them. */
const LINE_EVERY = 60_000;

/** By reason, the last line of this process and how many refusals came since. */
const lines = new Map<string, { at: number; unlogged: number }>();

/** Answers a push that is refused, and does not wait for the rest of its body. */
export function refuse(context: IWebhookFunctions, { statusCode, reason }: RefusedPush): void {
	log(context, reason);
	const response = context.getResponseObject();
	if (!context.getRequestObject().complete) response.setHeader('Connection', 'close');
	response.status(statusCode).type('text/plain').send('refused');
}

function log(context: IWebhookFunctions, reason: string): void {
	const now = performance.now();
	const last = lines.get(reason);
	if (last && now - last.at < LINE_EVERY) {
		last.unlogged++;
		return;
	}
	const more = last?.unlogged ? ` (${last.unlogged} more since it was last logged)` : '';
	context.logger.warn(`A push to the WeChat Open Platform Trigger was refused: ${reason}${more}`);
	lines.set(reason, { at: now, unlogged: 0 });
}
