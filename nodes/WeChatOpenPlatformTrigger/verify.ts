import type { IWebhookFunctions } from 'n8n-workflow';

import { unlessStopped } from '../calls/waiting';
import {
	readEncrypt,
	readPush,
	readPushQuery,
	type Push,
	type ReceivedPush,
	type RefusedPush,
} from '../wechat/push';
import { textOf } from '../wechat/values';
import { readBody } from './body';
import { readCredential, type Reading } from './credentialReading';

/** A push exactly as it came. */
export interface RawPush {
	/** The bytes of the body, in base64. */
	body: string;
	/** The query as it stood in the URL, without its question mark. */
	query: string;
	contentType: string;
}

/** A push that is proven, and the credential that has proven it. */
interface VerifiedPush extends Reading {
	push: Push;
}

/** Milliseconds for the credential: WeChat waits 5 seconds for the answer to a push. */
const READ_WITHIN = 4000;

const NOT_READ: RefusedPush = {
	statusCode: 503,
	reason: "n8n's database did not give the credential in time",
};

/**
 * Reads a push that is proven to come from WeChat, for this platform and lately. Whatever can be
 * refused by its looks is refused before the credential is read: anybody can send that.
 */
export async function verifyPush(context: IWebhookFunctions): Promise<VerifiedPush | RefusedPush> {
	const received = await receive(context);
	if ('reason' in received) return received;
	const reading = await unlessStopped(readCredential(context), AbortSignal.timeout(READ_WITHIN));
	if (!reading) return NOT_READ;
	const { credentials } = reading;
	const push = readPush(received, {
		componentAppId: textOf(credentials.componentAppId),
		messageToken: textOf(credentials.messageToken),
		encodingAesKey: textOf(credentials.encodingAesKey),
		previousEncodingAesKey: textOf(credentials.previousEncodingAesKey),
	});
	return 'reason' in push ? push : { ...reading, push };
}

/** What goes on to another server, so that it can verify the push itself. Only for one that was verified. */
export async function readRawPush(context: IWebhookFunctions): Promise<RawPush> {
	const { originalUrl, url, headers, rawBody } = context.getRequestObject();
	const [, query = ''] = String(originalUrl ?? url).split(/\?(.*)/s);
	return {
		body: rawBody.toString('base64'),
		query,
		contentType: headers['content-type'] ?? 'text/xml',
	};
}

/** n8n brings nothing but POST here, so the query is the first thing to look at. */
async function receive(context: IWebhookFunctions): Promise<ReceivedPush | RefusedPush> {
	const query = readPushQuery(context.getQueryData() as object, Date.now());
	if ('reason' in query) return query;
	const body = await readBody(context);
	if ('reason' in body) return body;
	const encrypt = readEncrypt(body);
	return typeof encrypt === 'string' ? { ...query, encrypt } : encrypt;
}
