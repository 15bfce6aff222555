import type {
	ICredentialDataDecryptedObject,
	IExecuteFunctions,
	IHttpRequestOptions,
	ILoadOptionsFunctions,
	IWebhookFunctions,
} from 'n8n-workflow';
import { sleep } from 'n8n-workflow';

import { pathOf, tokenParameterOf, type Api } from '../wechat/apis';
import { noReply, notSent, type Reply } from '../wechat/reply';
import { jsonPost, readResponse } from './jsonPost';
import { TokenFailure } from '../tokens/tokenFailure';

/** Where the package calls WeChat from: a run of the node, a list in the editor, a push. */
export type Context = IExecuteFunctions | ILoadOptionsFunctions | IWebhookFunctions;

/** One call as WeChat sees it, without its token. */
export interface WeChatRequest {
	baseUrl: string;
	api: Api;
	body: Record<string, unknown>;
}

/** What is known about a call that got no answer, by the code of the network layer. */
const NO_ANSWER: Record<string, string> = {
	ECONNREFUSED: 'the server refused the connection',
	ENOTFOUND: 'the host name was not found',
	EAI_AGAIN: 'the host name could not be looked up',
	ECONNRESET: 'the connection was closed before the answer came',
	ECONNABORTED: 'no answer came in time',
	ETIMEDOUT: 'no answer came in time',
	ERR_CANCELED: 'the run was stopped',
};

/** Sends single requests through n8n's request helpers and reads the answers; repeats nothing. */
export class Transport {
	constructor(
		private readonly context: Context,
		/** Milliseconds to wait for an answer. */
		private readonly timeout: number,
		private readonly signal?: AbortSignal,
	) {}

	/** Sends a request with a token. Never throws: a missing answer is a reply, too. */
	async send(request: WeChatRequest, token: string): Promise<Reply> {
		try {
			const response: unknown = await this.context.helpers.httpRequest({
				...this.options(request),
				qs: { [tokenParameterOf(request.api)]: token },
			});
			return readSafely(response, token);
		} catch (error) {
			return readRequestFailure(error);
		}
	}

	/**
	 * Has n8n renew the expirable field of a credential, keep the new value in the credential,
	 * and sends the request with it: n8n renews on its own only on HTTP 401, which WeChat never
	 * answers, and only as part of a request.
	 *
	 * @param type name of the credential type
	 * @param credentials its expirable field is '' and holds the new token afterwards
	 * @param field name of the expirable field
	 * @returns the reply; `notSent` when there is no new token
	 */
	async sendRenewed(
		request: WeChatRequest,
		type: string,
		credentials: ICredentialDataDecryptedObject,
		field: string,
	): Promise<Reply> {
		const { id, name } = this.context.getNode().credentials?.[type] ?? { id: null, name: '' };
		try {
			const response: unknown = await this.context.helpers.httpRequestWithAuthentication.call(
				this.context,
				type,
				this.options(request),
				{ credentialsDecrypted: { id: id ?? '', name, type, data: credentials } },
			);
			return readSafely(response, String(credentials[field]));
		} catch (error) {
			return credentials[field] === '' ? readTokenFailure(error) : readRequestFailure(error);
		}
	}

	/** Waits, or returns early when the run is stopped. */
	async pause(milliseconds: number): Promise<void> {
		const { signal } = this;
		if (!signal) return await sleep(milliseconds);
		if (signal.aborted) return;
		await Promise.race([
			sleep(milliseconds),
			new Promise<void>((resolve) => {
				signal.addEventListener('abort', () => resolve(), { once: true });
			}),
		]);
	}

	/** Whether the run was stopped: no further call may start. */
	get stopped(): boolean {
		return this.signal?.aborted ?? false;
	}

	private options({ baseUrl, api, body }: WeChatRequest): IHttpRequestOptions {
		return { ...jsonPost(baseUrl + pathOf(api), body, this.timeout), abortSignal: this.signal };
	}
}

function readSafely(response: unknown, token: string): Reply {
	const reply = readResponse(response);
	return token ? { ...reply, errmsg: reply.errmsg.replaceAll(token, '***') } : reply;
}

/** Errors of the request helper carry URL, query and body: only their code is passed on. */
function readRequestFailure(error: unknown): Reply {
	const code = causes(error)
		.map((cause) => (cause as { code?: unknown }).code)
		.find((value): value is string => typeof value === 'string');
	const reason = code && (NO_ANSWER[code] ?? `the connection was not possible (${code})`);
	return noReply('noAnswer', `No answer from WeChat${reason ? `: ${reason}` : ''}`);
}

function readTokenFailure(error: unknown): Reply {
	const failure = causes(error).find((cause) => cause instanceof TokenFailure);
	return failure
		? { ...notSent(failure.message, failure.category, failure.hint), errcode: failure.errcode }
		: notSent(
				'n8n could not renew the token of the credential',
				'authorization',
				'Open the credential, test it and save it again.',
			);
}

/** An error and what caused it: n8n wraps what its helpers throw. */
function causes(error: unknown): Error[] {
	return error instanceof Error ? [error, ...causes(error.cause)] : [];
}
