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

/** Why a call got no answer, by the code of the network layer. */
const NO_ANSWER: Record<string, string> = {
	ECONNREFUSED: 'the server refused the connection',
	ENOTFOUND: 'the host name was not found',
	EAI_AGAIN: 'the host name could not be looked up',
	ECONNRESET: 'the connection was closed before an answer arrived',
	ECONNABORTED: 'no answer arrived in time',
	ETIMEDOUT: 'no answer arrived in time',
	ERR_CANCELED: 'the run was stopped',
};

/** With these codes nothing was sent. */
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
	 * @param signal aborts the request
	 */
	async send(
		{ baseUrl, api, body }: { baseUrl: string; api: Api; body: Record<string, unknown> },
		token: string,
		signal?: AbortSignal,
	): Promise<Reply> {
		try {
			const response = (await this.context.helpers.httpRequest({
				...jsonPost(baseUrl + pathOf(api), body, this.timeout),
				...(token && { qs: { [tokenParameterOf(api)]: token } }),
				abortSignal: signal,
			})) as { statusCode: number; body: string };
			const reply = readReply(response.statusCode, response.body, api, textsIn(body, token));
			return hideToken(reply, token);
		} catch (error) {
			return readRequestFailure(error);
		}
	}
}

/** The texts of a request, which must not be repeated: tokens, secrets and codes are among them. */
function textsIn(body: Record<string, unknown>, token: string): string[] {
	return [token, ...Object.values(body)].filter((value) => typeof value === 'string');
}

function hideToken(reply: Reply, token: string): Reply {
	return token ? { ...reply, errmsg: reply.errmsg.replaceAll(token, '***') } : reply;
}

/** Errors of the request helper contain URL, query and body: only their code is passed on. */
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
 * A call in the form that WeChat takes, for n8n's request helper.
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
		// The URL contains a token, which must not follow a redirect to another host.
		disableFollowRedirect: true,
	};
}
