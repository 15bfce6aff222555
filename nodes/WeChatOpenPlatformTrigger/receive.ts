import type {
	ICredentialDataDecryptedObject,
	IDataObject,
	IWebhookFunctions,
	IWebhookResponseData,
} from 'n8n-workflow';

import { COMPONENT_TOKEN } from '../tokens/componentToken';
import { readPush, type Push, type RefusedPush } from '../wechat/push';
import { kindOf, type PushKind } from '../wechat/pushEvent';
import { handleAuthorization } from './authorization';
import { isRepeated } from './seen';
import { storeTicket } from './ticket';
import { toItem } from './item';

/** Seconds that a push may be old; WeChat repeats one within seconds. */
const OLDEST = 60 * 60;

/**
 * Receives a push of WeChat. Whatever is not proven to come from WeChat, for this platform and
 * lately, is answered 4xx and changes nothing. WeChat is answered before anything else is done: it
 * waits no longer than 5 seconds.
 */
export async function receivePush(context: IWebhookFunctions): Promise<IWebhookResponseData> {
	const credentials = await context.getCredentials<ICredentialDataDecryptedObject>(
		COMPONENT_TOKEN.type,
	);
	const push = verify(context, credentials, await readBody(context));
	if ('reason' in push) {
		context.logger.warn(`A push to the WeChat Open Platform Trigger was refused: ${push.reason}`);
		answer(context, push.statusCode, 'refused');
		return { noWebhookResponse: true };
	}
	answer(context, 200, 'success');

	const kind = kindOf(push);
	const staticData = context.getWorkflowStaticData('node');
	if (isRepeated(push, staticData)) return { noWebhookResponse: true };
	const details = await actOn(context, credentials, push, kind);
	const triggerOn = context.getNodeParameter('triggerOn', []) as PushKind[];
	if (!triggerOn.includes(kind)) return { noWebhookResponse: true };
	const includeCode = context.getNodeParameter('includeAuthorizationCode', false) === true;
	return {
		noWebhookResponse: true,
		workflowData: [[{ json: { ...toItem(push, kind, includeCode), ...details } }]],
	};
}

/** The body as it came. One that is larger than n8n takes at all counts as empty. */
async function readBody(context: IWebhookFunctions): Promise<Buffer> {
	const request = context.getRequestObject();
	try {
		if (!('rawBody' in request)) await request.readRawBody();
	} catch {
		return Buffer.alloc(0);
	}
	return (request.rawBody as Buffer | undefined) ?? Buffer.alloc(0);
}

function verify(
	context: IWebhookFunctions,
	credentials: ICredentialDataDecryptedObject,
	body: Buffer,
): Push | RefusedPush {
	const query = context.getQueryData() as IDataObject;
	const timestamp = textOf(query.timestamp);
	if (Math.abs(Date.now() / 1000 - Number(timestamp)) > OLDEST) {
		return {
			statusCode: 401,
			reason: 'its timestamp is more than an hour away from the clock here',
		};
	}
	return readPush(
		{
			timestamp,
			nonce: textOf(query.nonce),
			msgSignature: textOf(query.msg_signature),
			body,
		},
		{
			componentAppId: textOf(credentials.componentAppId),
			messageToken: textOf(credentials.messageToken),
			encodingAesKey: textOf(credentials.encodingAesKey),
			previousEncodingAesKey: textOf(credentials.previousEncodingAesKey),
		},
	);
}

/** What a push means for the tokens, before any workflow hears of it. */
async function actOn(
	context: IWebhookFunctions,
	credentials: ICredentialDataDecryptedObject,
	push: Push,
	kind: PushKind,
): Promise<IDataObject> {
	if (kind === 'ticket') await storeTicket(context, credentials, push);
	return kind === 'ticket' || kind === 'other'
		? {}
		: await handleAuthorization(context, push, kind);
}

function answer(context: IWebhookFunctions, statusCode: number, text: string): void {
	const response = context.getResponseObject();
	response.status(statusCode).type('text/plain').send(text);
}

function textOf(value: unknown): string {
	return typeof value === 'string' ? value.trim() : '';
}
