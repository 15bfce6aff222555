import type {
	IExecuteFunctions,
	IHookFunctions,
	IHttpRequestOptions,
	ILoadOptionsFunctions,
	IPollFunctions,
	IWebhookFunctions,
} from 'n8n-workflow';

import { pathOf, tokenParameterOf, type Api } from '../wechat/apis';
import { noReply, readReply, type Reply } from '../wechat/reply';

/** Where the package calls WeChat from: a run of the node, a list in the editor, a trigger. */
export type Context =
	| IExecuteFunctions
	| IHookFunctions
	| ILoadOptionsFunctions
	| IPollFunctions
	| IWebhookFunctions;

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

/** The codes after which it is certain that nothing was sent. */
const NOT_CONNECTED: ReadonlyArray<string | undefined> = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN'];

/** Sends single requests through n8n's request helper and reads the answers; repeats nothing. */
export class Transport {
	/** @param timeout milliseconds to wait for an answer */
	constructor(
		private readonly context: Pick<Context, 'helpers'>,
		private readonly timeout: number,
	) {}

	/**
	 * Sends a request. Never throws: a missing answer is a reply, too.
	 *
	 * @param token '' for a call that takes none
	 * @param signal calls the request off
	 */
	async send(request: WeChatRequest, token: string, signal?: AbortSignal): Promise<Reply> {
		const { baseUrl, api, body } = request;
		try {
			const response: unknown = await this.context.helpers.httpRequest({
				...jsonPost(baseUrl + pathOf(api), body, this.timeout),
				...(token && { qs: { [tokenParameterOf(api)]: token } }),
				abortSignal: signal,
			});
			return withoutToken(readResponse(response, api, textsIn(body, token)), token);
		} catch (error) {
			return readRequestFailure(error);
		}
	}
}

/** Tokens, secrets and codes are texts of their own there. */
function textsIn(body: Record<string, unknown>, token: string): string[] {
	return [token, ...Object.values(body)].filter((value) => typeof value === 'string');
}

function withoutToken(reply: Reply, token: string): Reply {
	return token ? { ...reply, errmsg: reply.errmsg.replaceAll(token, '***') } : reply;
}

/** Errors of the request helper carry URL, query and body: only their code is passed on. */
function readRequestFailure(error: unknown): Reply {
	const code = causes(error)
		.map((cause) => (cause as { code?: unknown }).code)
		.find((value): value is string => typeof value === 'string');
	const reason = code && (NO_ANSWER[code] ?? `the connection was not possible (${code})`);
	return {
		...noReply('noAnswer', `No answer from WeChat${reason ? `: ${reason}` : ''}`),
		connection: NOT_CONNECTED.includes(code) ? 'none' : 'lost',
	};
}

/** An error and what caused it: n8n wraps what its helpers throw. */
function causes(error: unknown): Error[] {
	return error instanceof Error ? [error, ...causes(error.cause)] : [];
}

/**
 * A call as WeChat takes it, for n8n's request helper.
 *
 * @param timeout in milliseconds
 */
function jsonPost(url: string, body: object, timeout: number): IHttpRequestOptions {
	return {
		method: 'POST',
		url,
		// A string, since n8n drops an empty object and WeChat then answers 44002.
		body: JSON.stringify(body),
		headers: { 'Content-Type': 'application/json', Accept: 'application/json' },
		timeout,
		encoding: 'text',
		returnFullResponse: true,
		ignoreHttpStatusErrors: true,
		// Tokens stand in the URL: they must not follow a redirect to another host.
		disableFollowRedirect: true,
	};
}

/**
 * Reads what n8n's request helper returns for it.
 *
 * @param sent texts that the request carried, which must not be repeated
 */
function readResponse(response: unknown, api: Api, sent: readonly string[]): Reply {
	const { statusCode, body } = response as { statusCode: number; body: string };
	return readReply(statusCode, body, api, sent);
}
