import type {
	ICredentialDataDecryptedObject,
	IDataObject,
	IWebhookFunctions,
	IWebhookResponseData,
} from 'n8n-workflow';

import { pause, unlessStopped } from '../calls/waiting';
import type { KeptCode } from '../tokens/authorizationCodes';
import { knownKindOf } from '../tokens/authorizerInfo';
import { PLATFORM_CREDENTIAL } from '../tokens/platformShelf';
import { PlatformTokens } from '../tokens/platformTokens';
import { noteParsedBody } from '../tokens/parsedBodies';
import { hasLaterTicket, writeTicket } from '../tokens/pushKeys';
import type { Push } from '../wechat/push';
import { accountOf, eventIdOf, fieldOf, isAboutTestAccount, kindOf } from '../wechat/pushEvent';
import { readLanguage, type Language } from '../wechat/text';
import {
	authorizationChanges,
	codeById,
	codeOf,
	exchange,
	exchangeForItem,
	exchangeWhatIsLeft,
} from './authorization';
import { isForwarded, passOn, targetsOf } from './forward';
import { Inbox, type KeptForward, type Received } from './inbox';
import { toItem } from './item';
import { isBodyParsed } from './parsing';
import { readKinds, type Target } from './targets';
import { readRawPush, verifyPush } from './verify';

/** Milliseconds for keeping a push, and for exchanging its code instead: WeChat waits 5 seconds. */
const KEEP_WITHIN = 2500;
const EXCHANGE_WITHIN = 1500;

/** Milliseconds after which n8n has started what this function returns. */
const STARTED_AFTER = 300;

/**
 * Receives a push of WeChat. Whatever is not proven to come from WeChat, for this platform and lately,
 * is answered 4xx and changes nothing. `success` is answered only when nothing of it can be lost any
 * more: what came is in the credential by then, from where any process takes it up.
 */
export async function receivePush(context: IWebhookFunctions): Promise<IWebhookResponseData> {
	const credentials =
		await context.getCredentials<ICredentialDataDecryptedObject>(PLATFORM_CREDENTIAL);
	const push = await verifyPush(context, credentials);
	if ('reason' in push) {
		context.logger.warn(`A push to the WeChat Open Platform Trigger was refused: ${push.reason}`);
		answer(context, push.statusCode, 'refused');
		return { noWebhookResponse: true };
	}
	return await new Reception(context, credentials).receive(push);
}

/** One push on its way through this process. */
class Reception {
	private readonly platform: PlatformTokens;

	private readonly inbox: Inbox;

	private readonly targets: Target[];

	constructor(
		private readonly context: IWebhookFunctions,
		private readonly credentials: ICredentialDataDecryptedObject,
	) {
		this.targets = targetsOf(context);
		this.platform = new PlatformTokens(context, credentials);
		const { vault, access } = this.platform;
		const node = `${context.getWorkflow().id}/${context.getNode().id}`;
		this.inbox = new Inbox(vault, access, node);
	}

	async receive(push: Push): Promise<IWebhookResponseData> {
		const code = codeOf(push);
		const forward = await this.forwardOf(push);
		// A ticket goes on as well, but WeChat sends a newer one soon.
		const isToBeKept = kindOf(push) !== 'ticket';
		const received: Received = {
			eventId: eventIdOf(push),
			item: this.isToStart(push) ? this.toItem(push) : undefined,
			codeId: code?.id,
			...(isToBeKept && { forward }),
		};
		const kept = await unlessStopped(
			this.inbox.take(received, (now, isRepeat) => this.changesFor(push, now, isRepeat)),
			AbortSignal.timeout(KEEP_WITHIN),
		);
		const isKept = kept === 'new' || kept === 'known';
		if (!isKept && !(await this.isExchanged(code))) {
			this.context.logger.warn('A push of WeChat could not be kept; WeChat may send it again');
			answer(this.context, 503, 'busy');
			return { noWebhookResponse: true };
		}
		answer(this.context, 200, 'success');
		if (kept !== 'known' && this.targets.length > 0) {
			const { eventId } = received;
			const isKept = isToBeKept && kept === 'new';
			const now = forward && { ...forward, eventId, isKept };
			void passOn(this.context, this.inbox, this.targets, now);
		}

		const left = await this.inbox.takeAbandoned();
		const [items] = await Promise.all([
			Promise.all([
				...(kept === 'known' ? [] : [this.finish(received.item, code)]),
				...left.map(async ({ item, codeId }) => {
					return await this.finish(item, codeById(this.platform, codeId));
				}),
			]),
			exchangeWhatIsLeft(this.platform),
		]);
		const starting = items.filter((item) => item !== undefined);
		if (starting.length === 0) return { noWebhookResponse: true };
		void this.noteStarted(starting);
		return { noWebhookResponse: true, workflowData: [starting.map((json) => ({ json }))] };
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
	 * What is to be stored with a push: what it changes, and for Check Setup how n8n treats its body, unless
	 * somebody tries the trigger in the editor.
	 */
	private changesFor(
		push: Push,
		now: ICredentialDataDecryptedObject,
		isRepeat: boolean,
	): ICredentialDataDecryptedObject {
		const { context } = this;
		const isTest = context.getMode() === 'manual';
		return {
			...(!isTest && noteParsedBody(now, context.getWorkflow(), isBodyParsed(context))),
			...this.changesOf(push, now, isRepeat),
		};
	}

	/** What a push changes: a ticket that comes again has come, all else is done once. */
	private changesOf(
		push: Push,
		now: ICredentialDataDecryptedObject,
		isRepeat: boolean,
	): ICredentialDataDecryptedObject {
		const kind = kindOf(push);
		const ticket = fieldOf(push, 'ComponentVerifyTicket');
		if (kind === 'ticket') {
			const isOutdated = isRepeat && hasLaterTicket(now, push.createTime);
			if (ticket === '' || isOutdated) return {};
			return writeTicket(ticket, this.readWith(push), push.createTime);
		}
		const code = codeOf(push);
		if (isRepeat || (kind === 'other' && !code)) return {};
		return authorizationChanges(this.platform, now, accountOf(push), code);
	}

	private readWith({ isOfPreviousKey }: Push): ICredentialDataDecryptedObject {
		const { messageToken, encodingAesKey, previousEncodingAesKey } = this.credentials;
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
		item: IDataObject | undefined,
		code: KeptCode | undefined,
	): Promise<IDataObject | undefined> {
		if (!item) {
			if (code) await exchange(this.platform, code, this.language);
			return undefined;
		}
		return code
			? { ...item, ...(await exchangeForItem(this.platform, code, this.language)) }
			: item;
	}

	/** Not before n8n has them: a process that ends earlier has not started anything. */
	private async noteStarted(items: IDataObject[]): Promise<void> {
		await pause(STARTED_AFTER);
		await this.inbox.noteStarted(items.map(({ eventId }) => String(eventId)));
	}

	private get language(): Language {
		return readLanguage(this.context.getNodeParameter('additionalFields.hintLanguage', 'en'));
	}

	private option(name: string): boolean {
		return this.context.getNodeParameter(`additionalFields.${name}`, false) === true;
	}
}

function answer(context: IWebhookFunctions, statusCode: number, text: string): void {
	const response = context.getResponseObject();
	response.status(statusCode).type('text/plain').send(text);
}
