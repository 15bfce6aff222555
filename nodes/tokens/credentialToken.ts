import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import { describeErrcode } from '../wechat/errcodes';
import type { Reply } from '../wechat/reply';
import type { Transport, WeChatRequest } from '../calls/transport';

/** Sends requests with the token of one account. */
export interface TokenSource {
	/**
	 * Sends a request, and once more with a renewed token where WeChat rejected the first one.
	 *
	 * @returns the replies in their order, at least one; `notSent` when no token is to be had
	 */
	send(transport: Transport, request: WeChatRequest): Promise<Reply[]>;
}

/** A token from the credential, which nobody here can renew. */
export class PastedToken implements TokenSource {
	constructor(private readonly token: string) {}

	async send(transport: Transport, request: WeChatRequest): Promise<Reply[]> {
		return [await transport.send(request, this.token)];
	}
}

/** Where a credential type keeps its token. */
export interface TokenFields {
	/** Name of the credential type. */
	type: string;
	/** Its expirable field. */
	token: string;
	/** When the token counts as used up: milliseconds since 1970, 0 when unknown. */
	renewAt(credentials: ICredentialDataDecryptedObject): number;
	/** Whether the token was made from the fields as they are now; they may have been edited. */
	isCurrent(credentials: ICredentialDataDecryptedObject): boolean;
}

/** How often a server that does not answer is asked, and the first pause in milliseconds. */
const RENEWAL_TRIES = 3;
const RENEWAL_PAUSE = 1000;

/**
 * A token that n8n keeps in a credential for all workflows and workers.
 *
 * Renewed for all items at once, once for each rejected token, and not again when WeChat
 * rejects a token that has just come: then a further one would be rejected, too.
 */
export class CredentialToken implements TokenSource {
	private token = '';

	/** Milliseconds since 1970, 0 when the token's end is unknown. */
	private renewAt = 0;

	/** A token that was fetched in this run and that WeChat has not accepted yet. */
	private unproven: string | undefined;

	private renewal: Promise<Reply[]> | undefined;

	/** Why no token is to be had in this run. */
	private failure: Reply | undefined;

	/**
	 * @param credentials as read at the start of the run
	 * @param readCredentials reads them anew: another run or worker may have renewed the token
	 */
	constructor(
		private readonly fields: TokenFields,
		credentials: ICredentialDataDecryptedObject,
		private readonly readCredentials: () => Promise<ICredentialDataDecryptedObject>,
	) {
		this.adopt(credentials);
	}

	async send(transport: Transport, request: WeChatRequest): Promise<Reply[]> {
		const token = this.tokenOtherThan(undefined);
		if (!token) return await this.sendRenewed(transport, request, undefined);

		const reply = await this.sendWith(token, transport, request);
		if (!isRejected(reply) || this.unproven === token) return [reply];
		return [reply, ...(await this.sendRenewed(transport, request, token))];
	}

	/** Sends a request with a token that is not the rejected one. */
	private async sendRenewed(
		transport: Transport,
		request: WeChatRequest,
		rejected: string | undefined,
	): Promise<Reply[]> {
		if (!this.tokenOtherThan(rejected)) {
			if (!this.renewal) {
				this.renewal = this.renew(transport, request, rejected).finally(() => {
					this.renewal = undefined;
				});
				return await this.renewal;
			}
			const replies = await this.renewal;
			if (!this.tokenOtherThan(rejected)) return replies.slice(-1);
		}
		return [await this.sendWith(this.token, transport, request)];
	}

	/** Renews the token; the request that needed it rides along. */
	private async renew(
		transport: Transport,
		request: WeChatRequest,
		rejected: string | undefined,
	): Promise<Reply[]> {
		if (this.failure) return [this.failure];
		const replies: Reply[] = [];
		const credentials = await this.readCredentials();
		this.adopt(credentials);
		const stored = this.tokenOtherThan(rejected);
		if (stored) {
			replies.push(await this.sendWith(stored, transport, request));
			if (!isRejected(replies[0])) return replies;
		}

		for (let attempt = 1; ; attempt++) {
			const data = { ...credentials, [this.fields.token]: '' };
			const { type, token } = this.fields;
			const reply = await transport.sendRenewed(request, type, data, token);
			if (reply.missing !== 'notSent') {
				this.adopt(data);
				this.unproven = isAccepted(reply) ? undefined : this.token;
				return [...replies, reply];
			}
			if (!isTemporary(reply) || attempt === RENEWAL_TRIES || transport.stopped) {
				this.failure = reply;
				return [...replies, reply];
			}
			await transport.pause(RENEWAL_PAUSE * attempt);
		}
	}

	private async sendWith(
		token: string,
		transport: Transport,
		request: WeChatRequest,
	): Promise<Reply> {
		const reply = await transport.send(request, token);
		if (isAccepted(reply) && this.unproven === token) this.unproven = undefined;
		return reply;
	}

	private tokenOtherThan(rejected: string | undefined): string {
		const isAlive = this.renewAt === 0 || Date.now() < this.renewAt;
		return isAlive && this.token !== rejected ? this.token : '';
	}

	private adopt(credentials: ICredentialDataDecryptedObject): void {
		if (!this.fields.isCurrent(credentials)) return;
		this.token = String(credentials[this.fields.token] ?? '');
		this.renewAt = this.fields.renewAt(credentials);
	}
}

/** Whether the next token may be had in a moment; used-up calls (45009, 45011) come back later. */
function isTemporary({ advice, errcode }: Reply): boolean {
	if (advice?.category !== 'retryable') return false;
	return errcode === null || describeErrcode(errcode).retry === 'backOff';
}

/** Whether WeChat rejected the token itself. */
export function isRejected({ errcode }: Reply): boolean {
	return errcode !== null && describeErrcode(errcode).retry === 'renewToken';
}

/** Whether WeChat answered and did not reject the token. */
export function isAccepted(reply: Reply): boolean {
	return reply.errcode !== null && !isRejected(reply);
}
