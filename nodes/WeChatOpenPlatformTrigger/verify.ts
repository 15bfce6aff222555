import type { ICredentialDataDecryptedObject, IDataObject, IWebhookFunctions } from 'n8n-workflow';

import { readPush, type Push, type RefusedPush } from '../wechat/push';
import { textOf } from '../wechat/values';

/** A push exactly as it came. */
export interface RawPush {
	/** The bytes of the body, in base64. */
	body: string;
	/** The query as it stood in the URL, without its question mark. */
	query: string;
	contentType: string;
}

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

/** What goes on to another server, so that it can verify the push itself. */
export async function readRawPush(context: IWebhookFunctions): Promise<RawPush> {
	const { originalUrl, url, headers } = context.getRequestObject();
	const [, query = ''] = String(originalUrl ?? url).split(/\?(.*)/s);
	return {
		body: (await readBody(context)).toString('base64'),
		query,
		contentType: headers['content-type'] ?? 'text/xml',
	};
}

/** The body as it came. */
async function readBody(context: IWebhookFunctions): Promise<Buffer> {
	const request = context.getRequestObject();
	try {
		if (!('rawBody' in request)) await request.readRawBody();
	} catch {
		// One that is larger than n8n takes at all counts as empty.
	}
	return (request.rawBody as Buffer | undefined) ?? Buffer.alloc(0);
}
