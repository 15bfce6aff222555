import type { IDataObject, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';

import { giveUpFormerToken } from '../tokens/authorizationCodes';
import { toKeptCode } from '../tokens/keptCodes';
import { PlatformTokens } from '../tokens/platformTokens';
import type { RefusedPush } from '../wechat/push';
import { readLanguage } from '../wechat/text';
import { exchange, exchangeWhatIsLeft } from './authorization';
import { finishLeft, finishOwn } from './finish';
import { forwardPushes, readForward } from './forward';
import { Inbox } from './inbox';
import { toItem } from './item';
import { storedWith } from './stored';
import { verifyPush, type VerifiedPush } from './verify';

/**
 * Milliseconds for keeping a push, for keeping one with a code, and for exchanging the code of one that
 * could not be kept: WeChat waits 5 seconds.
 */
const KEEP_WITHIN = 4000;
const KEEP_CODE_WITHIN = 2500;
const EXCHANGE_WITHIN = 1500;

/** Milliseconds between two log lines with the same reason: anybody can send pushes, and many of them. */
const LINE_EVERY = 60_000;

/**
 * Receives a push from WeChat. If it is not proven to be recent, from WeChat and for this platform, the
 * answer is 4xx, or 503 if the credential cannot be read in time, and nothing changes. The answer is `success`
 * only if no part of the push can be lost any more: it is in the credential, where every process finds it, or
 * its code is exchanged.
 */
export async function receivePush(context: IWebhookFunctions): Promise<IWebhookResponseData> {
	const verified = await verifyPush(context);
	const items = 'reason' in verified ? refuse(context, verified) : await receive(context, verified);
	if (items.length === 0) return { noWebhookResponse: true };
	return { noWebhookResponse: true, workflowData: [items.map((json) => ({ json }))] };
}

/** @returns the items that start the workflow */
async function receive(
	context: IWebhookFunctions,
	{ push, credentials, readAt }: VerifiedPush,
): Promise<IDataObject[]> {
	const platform = new PlatformTokens(context, credentials, readAt);
	const { shared } = platform.kept;
	const node = `${context.getWorkflow().id}/${context.getNode().id}`;
	const inbox = shared && new Inbox(shared, node);
	const language = () => {
		const chosen = context.getNodeParameter('additionalFields.hintLanguage', '');
		return readLanguage(chosen, credentials.hintLanguage);
	};
	const response = context.getResponseObject();

	const code = push.code === '' ? undefined : toKeptCode(push.appId, push.code, push.codeEnd);
	const change = storedWith(context, credentials, push, code);
	const { targets, forward } = readForward(context, push);
	const received = {
		eventId: push.eventId,
		item: toItem(context, platform, push),
		codeId: code?.id,
		// A ticket is forwarded, too, but need not be kept for that: WeChat sends a newer one soon.
		...(push.kind !== 'ticket' && { forward }),
	};
	const until = AbortSignal.timeout(code ? KEEP_CODE_WITHIN : KEEP_WITHIN);
	const taken = (await inbox?.take(received, change, until)) ?? 'unsaved';
	const isRepeat = taken === 'known' || taken === 'joined';
	const isAboutToken = push.kind !== 'ticket' && (push.kind !== 'other' || code !== undefined);
	// This comes before the exchange of the code, which makes the next token.
	if (!isRepeat && isAboutToken) giveUpFormerToken(platform.kept, push.appId, code);
	const isSaved = taken === 'new' || taken === 'known';
	const exchanged =
		isSaved || !code ? undefined : await exchange(platform, code, language(), EXCHANGE_WITHIN);
	if (!isSaved && exchanged?.codeExchanged !== true) {
		if (taken === 'unsaved') inbox?.leave(push.eventId);
		context.logger.warn('A push of WeChat could not be kept; WeChat may send it again');
		response.status(503).type('text/plain').send('busy');
		return [];
	}
	response.status(200).type('text/plain').send('success');

	if (!inbox) return [];
	if (!isRepeat) void forwardPushes(context, inbox, targets, forward ? [forward] : []);
	const reception = { context, platform, inbox, targets, language };
	const hasItem = received.item !== undefined && !isRepeat;
	const items = await Promise.all([
		isRepeat ? [] : finishOwn(reception, received, push.appId, code),
		finishLeft(reception, !hasItem),
		exchangeWhatIsLeft(platform).then(() => []),
	]);
	return items.flat();
}

/** Answers a refused push without waiting for the rest of its body. */
function refuse(context: IWebhookFunctions, { statusCode, reason }: RefusedPush): [] {
	log(context, reason);
	const response = context.getResponseObject();
	if (!context.getRequestObject().complete) response.setHeader('Connection', 'close');
	response.status(statusCode).type('text/plain').send('refused');
	return [];
}

/** For each reason, when this process last logged it, and how many refusals it has not logged since. */
const lines = new Map<string, { at: number; unlogged: number }>();

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
