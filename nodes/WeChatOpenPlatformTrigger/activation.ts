import type { ICredentialDataDecryptedObject, IHookFunctions, JsonObject } from 'n8n-workflow';
import { NodeApiError } from 'n8n-workflow';

import { COMPONENT_TOKEN } from '../tokens/componentToken';
import { readBaseUrl } from '../accounts/credentialReader';
import { jsonPost, readResponse } from '../calls/jsonPost';
import { pathOf } from '../wechat/apis';
import { describeErrcode } from '../wechat/errcodes';
import { noReply, type Reply } from '../wechat/reply';

/** Milliseconds to wait for WeChat's answer. */
const TIMEOUT = 10_000;

/** Why WeChat was not asked to push, or does not, and what to do about it. */
interface Fault {
	problem: string;
	hint: string;
}

/**
 * Asks WeChat to start pushing (doc/oplatform/openApi/ticket-token/api_startpushticket), which also
 * tells whether the platform's keys and its IP whitelist are right. Harmless when it pushes already.
 *
 * Where it does not succeed, it is logged what to do, and the activation goes on: WeChat usually
 * pushes by itself, and n8n registers no webhook where this throws, yet shows the workflow as active.
 *
 * @throws NodeApiError with what to do, when a person tests the trigger in the editor
 */
export async function startPushing(context: IHookFunctions): Promise<void> {
	const fault = await findFault(context);
	if (!fault) return;
	const { problem, hint } = fault;
	if (context.getActivationMode() !== 'manual') {
		context.logger.warn(`WeChat Open Platform Trigger: ${problem}. ${hint}`);
		return;
	}
	throw new NodeApiError(context.getNode(), { message: problem } as JsonObject, {
		message: problem,
		description: hint,
	});
}

async function findFault(context: IHookFunctions): Promise<Fault | undefined> {
	let credentials: ICredentialDataDecryptedObject;
	try {
		credentials = await context.getCredentials(COMPONENT_TOKEN.type);
	} catch {
		return {
			problem: 'The credential could not be read',
			hint: 'Open the trigger and choose the credential WeChat Open Platform API again; it may have been deleted, or an expression in it found nothing.',
		};
	}
	const baseUrl = readBaseUrl(credentials.apiBaseUrl);
	if (typeof baseUrl !== 'string') return baseUrl;
	const secret = textOf(credentials.componentAppSecret);
	const body = { component_appid: textOf(credentials.componentAppId), component_secret: secret };
	return explain(await ask(context, baseUrl, body), secret);
}

async function ask(context: IHookFunctions, baseUrl: string, body: object): Promise<Reply> {
	try {
		const url = baseUrl + pathOf('api_start_push_ticket');
		return readResponse(await context.helpers.httpRequest(jsonPost(url, body, TIMEOUT)));
	} catch {
		return noReply('noAnswer', 'No answer from WeChat');
	}
}

function explain(reply: Reply, secret: string): Fault | undefined {
	if (reply.errcode === 0) return undefined;
	if (reply.errcode === null) {
		return {
			problem: reply.errmsg,
			hint: 'Check the API Base URL in the credential, and that n8n can reach it.',
		};
	}
	const { meaning, hint } = describeErrcode(reply.errcode);
	const errmsg = secret ? reply.errmsg.replaceAll(secret, '***') : reply.errmsg;
	const seen = reply.requestIp ? ` WeChat saw the IP address ${reply.requestIp}.` : '';
	return {
		problem: `WeChat does not start pushing: ${meaning || `${reply.errcode} ${errmsg}`.trim()}`,
		hint: hint + seen,
	};
}

function textOf(value: unknown): string {
	return typeof value === 'string' ? value.trim() : '';
}
