import type {
	ICredentialDataDecryptedObject,
	IDataObject,
	IWebhookFunctions,
	IWebhookResponseData,
} from 'n8n-workflow';

import { pause } from '../calls/waiting';
import { isTaken } from '../tokens/authorizationCodes';
import { knownKindOf } from '../tokens/authorizerInfo';
import { type KeptCode, missingCode } from '../tokens/keptCodes';
import type { Change } from '../tokens/pendingChange';
import { missingTicket, noteParsedBody } from '../tokens/platformFields';
import { PlatformTokens } from '../tokens/platformTokens';
import { authorizerKey } from '../tokens/tokenFields';
import type { Push } from '../wechat/push';
import { accountOf, eventIdOf, fieldOf, isAboutTestAccount, kindOf } from '../wechat/pushEvent';
import { readLanguage, type Language } from '../wechat/text';
import { codeById, codeOf, exchange, exchangeForItem, exchangeWhatIsLeft } from './authorization';
import type { Reading } from './credentialReading';
import { isForwarded, passOn, targetsOf } from './forward';
import { Inbox } from './inbox';
import { toItem, withoutCode } from './item';
import { inOrder, STARTED_AFTER } from './order';
import { ABANDONED_AFTER } from './otherProcesses';
import { isBodyParsed } from './parsing';
import type { KeptForward, Received } from './receivedPushes';
import { refuse } from './refusal';
import { readKinds, type Target } from './targets';
import { readRawPush, verifyPush } from './verify';

/** Milliseconds for keeping a push, and for exchanging its code instead: WeChat waits 5 seconds. */
const KEEP_WITHIN = 4000;
const KEEP_CODE_WITHIN = 2500;
const EXCHANGE_WITHIN = 1500;

/**
 * Receives a push of WeChat. Whatever is not proven to come from WeChat, for this platform and lately,
 * is answered 4xx and changes nothing. `success` is answered only when nothing of it can be lost any
 * more: what came is in the credential by then, from where any process takes it up.
 */
export async function receivePush(context: IWebhookFunctions): Promise<IWebhookResponseData> {
	const verified = await verifyPush(context);
	if ('reason' in verified) {
		refuse(context, verified);
		return { noWebhookResponse: true };
	}
	return await new Reception(context, verified).receive(verified.push);
}

/** One push on its way through this process. */
class Reception {
	private readonly platform: PlatformTokens;

	private readonly targets: Target[];

	constructor(
		private readonly context: IWebhookFunctions,
		private readonly reading: Reading,
	) {
		this.targets = targetsOf(context);
		this.platform = new PlatformTokens(context, reading.credentials, reading.readAt);
	}

	async receive(push: Push): Promise<IWebhookResponseData> {
		const { shared } = this.platform.kept;
		const node = `${this.context.getWorkflow().id}/${this.context.getNode().id}`;
		const inbox = shared && new Inbox(shared, node);
		const eventId = eventIdOf(push);
		const code = codeOf(push);
		const item = this.isToStart(push) ? this.toItem(push) : undefined;
		const forward = await this.forwardOf(push);
		const received: Received = {
			eventId,
			item,
			codeId: code?.id,
			// A ticket goes on as well, but WeChat sends a newer one soon.
			...(kindOf(push) !== 'ticket' && { forward }),
		};
		const until = AbortSignal.timeout(code ? KEEP_CODE_WITHIN : KEEP_WITHIN);
		const taken = (await inbox?.take(received, this.changeFor(push, code), until)) ?? 'unsaved';
		const isRepeat = taken === 'known' || taken === 'joined';
		// Before the code is exchanged: that makes the next token.
		if (!isRepeat) this.giveUpToken(push, code);
		const isSaved = taken === 'new' || taken === 'known';
		if (!isSaved && !(await this.isExchanged(code))) {
			if (taken === 'unsaved') inbox?.leave([eventId]);
			this.context.logger.warn('A push of WeChat could not be kept; WeChat may send it again');
			answer(this.context, 503, 'busy');
			return { noWebhookResponse: true };
		}
		answer(this.context, 200, 'success');
		if (inbox && !isRepeat) {
			const now = forward ? [{ ...forward, eventId, receivedAt: Date.now() }] : [];
			void passOn(this.context, inbox, this.targets, now);
		}
		const items = inbox ? await this.itemsOf(push, isRepeat, received, inbox, code) : [];
		if (items.length === 0) return { noWebhookResponse: true };
		return { noWebhookResponse: true, workflowData: [items.map((json) => ({ json }))] };
	}

	/** Deals with what came, and with what other processes have left. */
	private async itemsOf(
		push: Push,
		isRepeat: boolean,
		received: Received,
		inbox: Inbox,
		code: KeptCode | undefined,
	): Promise<IDataObject[]> {
		const isPatient = received.item === undefined || isRepeat;
		const items = await Promise.all([
			isRepeat ? [] : this.ownItems(accountOf(push), inbox, received, code),
			this.itemsLeft(inbox, isPatient),
			exchangeWhatIsLeft(this.platform).then(() => []),
		]);
		return items.flat();
	}

	/**
	 * @param isPatient whether nothing waits for these items: then this process may see for itself that
	 *   nobody is dealing with them
	 */
	private async itemsLeft(inbox: Inbox, isPatient: boolean): Promise<IDataObject[]> {
		if (isPatient && inbox.mayHaveLeft) {
			await pause(ABANDONED_AFTER);
			await this.platform.kept.shared?.look();
			inbox.observe(this.platform.kept.latest);
		}
		const left = await inbox.takeAbandoned();
		const forwards = left.flatMap(({ forward }) => forward ?? []);
		if (forwards.length > 0) void passOn(this.context, inbox, this.targets, forwards);
		const codeOf = ({ codeId }: Received) => codeById(this.platform, codeId);
		const items = left.map(async (one) => await this.finish(inbox, one, codeOf(one)));
		return (await Promise.all(items)).flat();
	}

	/** What a merchant's authorization, its change or its end means for the token that was made before it. */
	private giveUpToken(push: Push, code: KeptCode | undefined): void {
		const kind = kindOf(push);
		if (kind === 'ticket' || (kind === 'other' && !code)) return;
		// The merchant's browser has brought the same code: its exchange makes the next token.
		if (code && isTaken(this.platform, code)) return;
		const { kept } = this.platform;
		kept.giveUp(authorizerKey(kept.origin, accountOf(push)));
	}

	/** Items of one account leave in the order of their pushes, whatever their exchanges take. */
	private async ownItems(
		account: string,
		inbox: Inbox,
		received: Received,
		code: KeptCode | undefined,
	): Promise<IDataObject[]> {
		const finish = async () => await this.finish(inbox, received, code);
		const key = `${this.platform.appId}/${account}`;
		return received.item ? await inOrder(key, finish) : await finish();
	}

	/** What goes on to other servers; undefined where there are none, or not for this push. */
	private async forwardOf(push: Push): Promise<KeptForward | undefined> {
		if (this.targets.length === 0 || !isForwarded(this.context, push)) return undefined;
		const { infoType } = push;
		const to = this.targets.map(({ id }) => id);
		return { infoType, raw: await readRawPush(this.context), to };
	}

	private isToStart(push: Push): boolean {
		const isAsked = readKinds(this.context, 'triggerOn', []).includes(kindOf(push));
		return isAsked && (!isAboutTestAccount(push) || this.option('includeTestAccounts'));
	}

	private toItem(push: Push): IDataObject {
		const accountKind = knownKindOf(this.platform, fieldOf(push, 'AuthorizerAppid'));
		return toItem(push, kindOf(push), this.option('includeAuthorizationCode'), accountKind);
	}

	/**
	 * What is to be stored with a push: its ticket or its code, and for Check Setup how n8n treats its body,
	 * unless somebody tries the trigger in the editor.
	 */
	private changeFor(push: Push, code: KeptCode | undefined): Change {
		const { context } = this;
		const isParsed = isBodyParsed(context);
		const isTest = context.getMode() === 'manual';
		const ticket = fieldOf(push, 'ComponentVerifyTicket');
		const received = {
			ticket,
			pushedAt: push.createTime,
			receivedAt: Date.now(),
			readWith: this.readWith(push),
		};
		return (now) => {
			const note = isTest ? undefined : noteParsedBody(now, context.getWorkflow(), isParsed);
			const isTicket = kindOf(push) === 'ticket' && ticket !== '';
			const kept = isTicket ? missingTicket(now, received) : code && missingCode(now, code);
			return note || kept ? { ...note, ...kept } : undefined;
		};
	}

	private readWith({ isOfPreviousKey }: Push): ICredentialDataDecryptedObject {
		const { messageToken, encodingAesKey, previousEncodingAesKey } = this.reading.credentials;
		const key = isOfPreviousKey ? previousEncodingAesKey : encodingAesKey;
		return { messageToken, encodingAesKey: key };
	}

	private async isExchanged(code: KeptCode | undefined): Promise<boolean> {
		if (!code) return false;
		const fields = await exchange(this.platform, code, this.language, EXCHANGE_WITHIN);
		return fields.codeExchanged === true;
	}

	/** Exchanges the code that came along, and gives the item, if a workflow is to start. */
	private async finish(
		inbox: Inbox,
		{ eventId, item }: Received,
		code: KeptCode | undefined,
	): Promise<IDataObject[]> {
		let isFinished = false;
		try {
			const fields = code && (await this.exchangeFor(item, code));
			isFinished = true;
			// Not before n8n has it: a process that ends earlier has not started anything.
			void pause(item ? STARTED_AFTER : 0).then(() => inbox.noteStarted([eventId]));
			return item ? [{ ...item, ...(fields ?? withoutCode(item, this.language)) }] : [];
		} finally {
			if (!isFinished) inbox.leave([eventId]);
		}
	}

	private async exchangeFor(item: IDataObject | undefined, code: KeptCode): Promise<IDataObject> {
		return item
			? await exchangeForItem(this.platform, code, this.language)
			: await exchange(this.platform, code, this.language);
	}

	private get language(): Language {
		const chosen = this.context.getNodeParameter('additionalFields.hintLanguage', '');
		return readLanguage(chosen, this.reading.credentials.hintLanguage);
	}

	private option(name: string): boolean {
		return this.context.getNodeParameter(`additionalFields.${name}`, false) === true;
	}
}

function answer(context: IWebhookFunctions, statusCode: number, text: string): void {
	const response = context.getResponseObject();
	response.status(statusCode).type('text/plain').send(text);
}
