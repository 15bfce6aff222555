import { pathOf, tokenParameterOf, type Api } from '../wechat/apis';
import { noReply, type Reply } from '../wechat/reply';
import type { Context } from './context';
import { jsonPost, readResponse } from './jsonPost';

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
