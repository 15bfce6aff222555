import type { IDataObject, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';

import { pause } from '../calls/waiting';
import { isTaken } from '../tokens/authorizationCodes';
import { knownKindOf } from '../tokens/authorizerInfo';
import { codeIn, missingCode, toKeptCode, type KeptCode } from '../tokens/keptCodes';
import type { CredentialChange } from '../tokens/pendingChange';
import { missingTicket, noteParsedBody } from '../tokens/platformFields';
import { PlatformTokens } from '../tokens/platformTokens';
import { authorizerKey } from '../tokens/tokenFields';
import type { Push } from '../wechat/pushEvent';
import { readLanguage, type Language } from '../wechat/text';
import { exchange, exchangeForItem, exchangeWhatIsLeft } from './authorization';
import { passOn, readKinds, readTargets, toForward, type Target } from './forward';
import { Inbox } from './inbox';
import { toItem, withoutCode } from './item';
import { isBodyParsed } from './parsing';
import { ABANDONED_AFTER, type Received } from './receivedPushes';
import { verifyPush } from './verify';

/** Milliseconds for keeping a push, and for exchanging its code instead: WeChat waits 5 seconds. */
const KEEP_WITHIN = 4000;
const KEEP_CODE_WITHIN = 2500;
const EXCHANGE_WITHIN = 1500;

/** Milliseconds after which n8n has started what a webhook's function returns. */
const STARTED_AFTER = 300;

/**
 * Receives a push of WeChat. One that is not proven to come from WeChat, for this platform and recently,
 * is answered with 4xx and changes nothing. `success` is answered only when nothing of the push can be lost
 * any more: by then it is in the credential, where every process finds it.
 */
export async function receivePush(context: IWebhookFunctions): Promise<IWebhookResponseData> {
	const verified = await verifyPush(context);
	const items = verified ? await new Reception(context, verified).receive() : [];
	if (items.length === 0) return { noWebhookResponse: true };
	return { noWebhookResponse: true, workflowData: [items.map((json) => ({ json }))] };
}

/** One push on its way through this process. */
class Reception {
	private readonly push: Push;

	private readonly targets: Target[];

	private readonly platform: PlatformTokens;

	private readonly inbox: Inbox | undefined;

	/** The code that came with the push. */
	private readonly code: KeptCode | undefined;

	constructor(
		private readonly context: IWebhookFunctions,
		private readonly verified: NonNullable<Awaited<ReturnType<typeof verifyPush>>>,
	) {
		const { credentials, readAt, push } = verified;
		const { targets, problems } = readTargets(context);
		for (const problem of problems) context.logger.warn(problem);
		this.push = push;
		this.targets = targets;
		this.platform = new PlatformTokens(context, credentials, readAt);
		const { shared } = this.platform.kept;
		this.inbox = shared && new Inbox(shared, `${context.getWorkflow().id}/${context.getNode().id}`);
		this.code = push.code === '' ? undefined : toKeptCode(push.appId, push.code, push.codeEnd);
	}

	/** @returns the items that start the workflow */
	async receive(): Promise<IDataObject[]> {
		const { context, push, targets, platform, inbox, code } = this;
		const forward = toForward(context, push, targets);
		const received: Received = {
			eventId: push.eventId,
			item: this.item(),
			codeId: code?.id,
			// A ticket is forwarded, too, but need not be kept for that: WeChat sends a newer one soon.
			...(push.kind !== 'ticket' && { forward }),
		};
		const until = AbortSignal.timeout(code ? KEEP_CODE_WITHIN : KEEP_WITHIN);
		const taken = (await inbox?.take(received, this.change(), until)) ?? 'unsaved';
		const isRepeat = taken === 'known' || taken === 'joined';
		if (!isRepeat && this.endsToken()) {
			// Before the code is exchanged, which makes the next token.
			platform.kept.giveUp(authorizerKey(platform.kept.origin, push.appId));
		}
		const isSaved = taken === 'new' || taken === 'known';
		if (!isSaved && !(await this.isExchanged())) {
			if (taken === 'unsaved') inbox?.leave(push.eventId);
			context.logger.warn('A push of WeChat could not be kept; WeChat may send it again');
			this.answer(503, 'busy');
			return [];
		}
		this.answer(200, 'success');
		if (!inbox) return [];
		if (!isRepeat) void passOn(context, inbox, targets, forward ? [forward] : []);
		const isPatient = received.item === undefined || isRepeat;
		const items = await Promise.all([
			isRepeat ? [] : this.ownItems(inbox, received),
			this.itemsLeft(inbox, isPatient),
			exchangeWhatIsLeft(platform).then(() => []),
		]);
		return items.flat();
	}

	private answer(statusCode: number, text: string): void {
		this.context.getResponseObject().status(statusCode).type('text/plain').send(text);
	}

	/** The item of the push, undefined if no workflow starts. */
	private item(): IDataObject | undefined {
		const { context, push, platform } = this;
		const isAsked = readKinds(context, 'triggerOn', []).includes(push.kind);
		if (!isAsked || (push.isAboutTestAccount && !this.option('includeTestAccounts'))) {
			return undefined;
		}
		const accountKind = knownKindOf(platform.kept, push.authorizerAppId) ?? null;
		return toItem(push, accountKind, this.option('includeAuthorizationCode'));
	}

	/**
	 * What to store with the push: its ticket or its code, and for Check Setup whether n8n parses its body,
	 * unless somebody tries the trigger in the editor.
	 */
	private change(): CredentialChange {
		const { context, push, code } = this;
		const { messageToken, encodingAesKey, previousEncodingAesKey } = this.verified.credentials;
		const isParsed = isBodyParsed(context);
		const isTest = context.getMode() === 'manual';
		const key = push.isOfPreviousKey ? previousEncodingAesKey : encodingAesKey;
		const ticket = push.kind === 'ticket' &&
			push.ticket !== '' && {
				ticket: push.ticket,
				pushedAt: push.createTime,
				receivedAt: Date.now(),
				readWith: { messageToken, encodingAesKey: key },
			};
		return (now) => {
			const note = isTest ? undefined : noteParsedBody(now, context.getWorkflow(), isParsed);
			const kept = ticket ? missingTicket(now, ticket) : code && missingCode(now, code);
			return note || kept ? { ...note, ...kept } : undefined;
		};
	}

	/** Whether the push ends the token that was made for the merchant before: it begins, changes or ends an authorization. */
	private endsToken(): boolean {
		const { push, platform, code } = this;
		if (push.kind === 'ticket' || (push.kind === 'other' && !code)) return false;
		// If the merchant's browser has brought the same code, its exchange makes the next token.
		return !code || !isTaken(platform.kept, code);
	}

	private async isExchanged(): Promise<boolean> {
		if (!this.code) return false;
		const { platform, code, language } = this;
		return (await exchange(platform, code, language, EXCHANGE_WITHIN)).codeExchanged === true;
	}

	/** Items of one account leave in the order of their pushes, however long their exchanges take. */
	private async ownItems(inbox: Inbox, received: Received): Promise<IDataObject[]> {
		const finish = async () => await this.finish(inbox, received, this.code);
		const key = `${this.platform.appId}/${this.push.appId}`;
		return received.item ? await inOrder(key, finish) : await finish();
	}

	/**
	 * The items of pushes that a process has left behind.
	 *
	 * @param isPatient whether no items of its own wait, so that this process may watch for 12 seconds whether
	 *   anybody deals with them
	 */
	private async itemsLeft(inbox: Inbox, isPatient: boolean): Promise<IDataObject[]> {
		const { kept } = this.platform;
		if (isPatient && inbox.mayHaveLeft) {
			await pause(ABANDONED_AFTER);
			await kept.shared?.refresh();
			inbox.observe(kept.latest);
		}
		const left = await inbox.takeAbandoned();
		const forwards = left.flatMap(({ forward }) => forward ?? []);
		if (forwards.length > 0) void passOn(this.context, inbox, this.targets, forwards);
		const items = left.map(async (one) => {
			return await this.finish(inbox, one, codeIn(kept.latest, one.codeId));
		});
		return (await Promise.all(items)).flat();
	}

	/** Exchanges the code that came with a push, and completes its item. */
	private async finish(
		inbox: Inbox,
		{ eventId, item }: Received,
		code: KeptCode | undefined,
	): Promise<IDataObject[]> {
		const { platform, language } = this;
		let isFinished = false;
		try {
			const exchanging = item ? exchangeForItem : exchange;
			const fields = code && (await exchanging(platform, code, language));
			isFinished = true;
			// Only once n8n has it: a process that ends earlier has not started anything.
			void pause(item ? STARTED_AFTER : 0).then(() => inbox.noteStarted(eventId));
			return item ? [{ ...item, ...(fields ?? withoutCode(item, language)) }] : [];
		} finally {
			if (!isFinished) inbox.leave(eventId);
		}
	}

	private get language(): Language {
		const chosen = this.context.getNodeParameter('additionalFields.hintLanguage', '');
		return readLanguage(chosen, this.verified.credentials.hintLanguage);
	}

	private option(name: string): boolean {
		return this.context.getNodeParameter(`additionalFields.${name}`, false) === true;
	}
}

/** The last item of each account that is on its way. */
const LEAVING = new Map<string, Promise<void>>();

/** Does some work at once, and returns its result when n8n has started what began before for the same account. */
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
