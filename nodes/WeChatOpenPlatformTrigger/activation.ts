import type { ICredentialDataDecryptedObject, IHookFunctions, JsonObject } from 'n8n-workflow';
import { NodeApiError } from 'n8n-workflow';

import { readBaseUrl } from '../calls/baseUrl';
import { PLATFORM_CREDENTIAL } from '../tokens/platformShelf';
import { jsonPost, readResponse } from '../calls/jsonPost';
import { pathOf } from '../wechat/apis';
import { describeErrcode } from '../wechat/errcodes';
import { noReply, type Reply } from '../wechat/reply';

const TIMEOUT = 10_000;

/**
 * Asks WeChat to start pushing (doc/oplatform/openApi/ticket-token/api_startpushticket), which also
 * tells whether the platform's keys and its IP whitelist are right. Harmless when it pushes already.
 *
 * @throws NodeApiError with what to do, when a person activates the workflow; when n8n starts, it is
 *   only logged, since WeChat usually goes on pushing by itself
 */
export async function startPushing(context: IHookFunctions): Promise<void> {
	const credentials =
		await context.getCredentials<ICredentialDataDecryptedObject>(PLATFORM_CREDENTIAL);
	const reply = await ask(context, credentials);
	if (reply.errcode === 0) return;
	const { message, hint } = explain(reply);
	if (['init', 'leadershipChange'].includes(context.getActivationMode())) {
		context.logger.warn(`${message}. ${hint}`);
		return;
	}
	throw new NodeApiError(context.getNode(), { message } as JsonObject, {
		message,
		description: hint,
	});
}

async function ask(
	context: IHookFunctions,
	credentials: ICredentialDataDecryptedObject,
): Promise<Reply> {
	const baseUrl = readBaseUrl(credentials.apiBaseUrl);
	if (typeof baseUrl !== 'string') return noReply('notWeChat', baseUrl.problem);
	const body = {
		component_appid: String(credentials.componentAppId).trim(),
		component_secret: String(credentials.componentAppSecret).trim(),
	};
	try {
		const url = baseUrl + pathOf('api_start_push_ticket');
		return readResponse(await context.helpers.httpRequest(jsonPost(url, body, TIMEOUT)));
	} catch {
		return noReply('noAnswer', 'No answer from WeChat');
	}
}

function explain(reply: Reply): { message: string; hint: string } {
	if (reply.errcode === null) {
		return { message: reply.errmsg, hint: 'Check the API Base URL in the credential.' };
	}
	const { meaning, hint } = describeErrcode(reply.errcode);
	const seen = reply.requestIp ? ` WeChat saw the IP address ${reply.requestIp}.` : '';
	return {
		message: `WeChat does not start pushing: ${meaning || reply.errmsg}`,
		hint: hint + seen,
	};
}
