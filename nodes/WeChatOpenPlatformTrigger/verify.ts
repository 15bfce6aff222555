import type { ICredentialDataDecryptedObject, IDataObject, IWebhookFunctions } from 'n8n-workflow';

import { readPush, type Push, type RefusedPush } from '../wechat/push';

/** Seconds that a push may be old; WeChat repeats one within seconds. */
const OLDEST = 60 * 60;

/** Reads a push that is proven to come from WeChat, for this platform and lately. */
export async function verifyPush(
	context: IWebhookFunctions,
	credentials: ICredentialDataDecryptedObject,
): Promise<Push | RefusedPush> {
	const body = await readBody(context);
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

function textOf(value: unknown): string {
	return typeof value === 'string' ? value.trim() : '';
}
