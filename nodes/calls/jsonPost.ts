import type { IHttpRequestOptions } from 'n8n-workflow';

import type { Api } from '../wechat/apis';
import { readReply, type Reply } from '../wechat/reply';

/**
 * A call as WeChat takes it, for n8n's request helper.
 *
 * @param timeout in milliseconds
 */
export function jsonPost(url: string, body: object, timeout: number): IHttpRequestOptions {
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
export function readResponse(response: unknown, api: Api, sent: readonly string[]): Reply {
	const { statusCode, body } = response as { statusCode: number; body: string };
	return readReply(statusCode, body, api, sent);
}
