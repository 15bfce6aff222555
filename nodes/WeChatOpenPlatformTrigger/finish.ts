import type { IDataObject, IWebhookFunctions } from 'n8n-workflow';

import { pause } from '../calls/waiting';
import { codeIn, type KeptCode } from '../tokens/keptCodes';
import type { PlatformTokens } from '../tokens/platformTokens';
import type { Language } from '../wechat/text';
import { exchange, exchangeForItem } from './authorization';
import { forwardPushes, type Target } from './forward';
import type { Inbox } from './inbox';
import { withoutCode } from './item';
import { ABANDONED_AFTER, type Received } from './receivedPushes';

/** Milliseconds within which n8n starts the workflow with the items that a webhook's function returns. */
const STARTED_AFTER = 300;

/** What this process needs to finish pushes after it has answered one. */
interface Reception {
	context: IWebhookFunctions;
	platform: PlatformTokens;
	inbox: Inbox;
	targets: readonly Target[];
	/** The language of hints. */
	language: () => Language;
}

/**
 * Finishes the push that was just answered. Items of one account leave in the order of their pushes, however
 * long their exchanges take.
 */
export async function finishOwn(
	reception: Reception,
	received: Received,
	appId: string,
	code: KeptCode | undefined,
): Promise<IDataObject[]> {
	const work = async () => await finish(reception, received, code);
	const account = `${reception.platform.appId}/${appId}`;
	return received.item ? await inOrder(account, work) : await work();
}

/**
 * Finishes pushes that a process has left behind.
 *
 * @param isPatient whether no item waits for this; this process then waits 12 seconds first, since another one
 *   may deal with them
 */
export async function finishLeft(reception: Reception, isPatient: boolean): Promise<IDataObject[]> {
	const { context, inbox, targets } = reception;
	const { kept } = reception.platform;
	if (isPatient && inbox.mayHaveLeft) {
		await pause(ABANDONED_AFTER);
		await kept.shared?.refresh();
		inbox.observe(kept.latest);
	}
	const left = await inbox.takeAbandoned();
	const forwards = left.flatMap(({ forward }) => forward ?? []);
	if (forwards.length > 0) void forwardPushes(context, inbox, targets, forwards);
	const items = left.map(async (one) => {
		return await finish(reception, one, codeIn(kept.latest, one.codeId));
	});
	return (await Promise.all(items)).flat();
}

/** Exchanges the code that came with a push, and completes its item. */
async function finish(
	{ platform, inbox, language }: Reception,
	{ eventId, item }: Received,
	code: KeptCode | undefined,
): Promise<IDataObject[]> {
	let isFinished = false;
	try {
		const exchanging = item ? exchangeForItem : exchange;
		const fields = code && (await exchanging(platform, code, language()));
		isFinished = true;
		// Only once n8n has the item: if the process ends earlier, nothing has started.
		void pause(item ? STARTED_AFTER : 0).then(() => inbox.noteStarted(eventId));
		if (!item) return [];
		return [{ ...item, ...(fields ?? withoutCode(item, language())) }];
	} finally {
		if (!isFinished) inbox.leave(eventId);
	}
}

/** For each account, a promise that resolves once n8n has started the account's last item. */
const LEAVING = new Map<string, Promise<void>>();

/**
 * Does some work at once, but returns its result only after n8n has started the account's earlier items.
 */
async function inOrder<T>(account: string, work: () => Promise<T>): Promise<T> {
	const before = LEAVING.get(account);
	let leave: () => void = () => undefined;
	const leaving = new Promise<void>((resolve) => {
		leave = resolve;
	});
	LEAVING.set(account, leaving);
	try {
		const result = await work();
		await before;
		return result;
	} finally {
		void pause(STARTED_AFTER).then(() => {
			leave();
			if (LEAVING.get(account) === leaving) LEAVING.delete(account);
		});
	}
}
