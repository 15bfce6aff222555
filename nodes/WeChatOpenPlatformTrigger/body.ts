import type { IWebhookFunctions } from 'n8n-workflow';

import { unlessStopped } from '../calls/waiting';
import { LARGEST_BODY, type RefusedPush } from '../wechat/push';

/** Milliseconds for the whole body: WeChat sends it at once, and waits 5 seconds for the answer. */
const BODY_WITHIN = 2000;

const TOO_LARGE: RefusedPush = { statusCode: 413, reason: 'the body is too large' };
const TOO_SLOW: RefusedPush = { statusCode: 408, reason: 'the body did not come within 2 seconds' };
const COMPRESSED: RefusedPush = { statusCode: 415, reason: 'the body is compressed' };
const CUT_OFF: RefusedPush = { statusCode: 400, reason: 'the sender went away' };

/**
 * Reads the body of a push, up to a size and for a time. It stays at the request as `rawBody`, where
 * n8n keeps those that it reads itself: n8n leaves this one alone, and its own `readRawBody` knows no
 * deadline, takes 16 MB and unpacks what is compressed (n8n's middlewares/body-parser).
 */
export async function readBody(context: IWebhookFunctions): Promise<Buffer | RefusedPush> {
	const request = context.getRequestObject();
	const { 'content-encoding': encoding = 'identity', 'content-length': length } = request.headers;
	if (encoding !== 'identity') return COMPRESSED;
	if (Number(length) > LARGEST_BODY) return TOO_LARGE;
	if (!request.rawBody) {
		const body = await readStream(request, AbortSignal.timeout(BODY_WITHIN));
		if (!Buffer.isBuffer(body)) return body;
		request.rawBody = body;
	}
	return request.rawBody.length > LARGEST_BODY ? TOO_LARGE : request.rawBody;
}

/** The stream is left open where it is not read to its end, so that the sender can be answered. */
async function readStream(
	stream: AsyncIterable<Buffer>,
	deadline: AbortSignal,
): Promise<Buffer | RefusedPush> {
	const chunks: Buffer[] = [];
	let length = 0;
	const pieces = stream[Symbol.asyncIterator]();
	try {
		for (;;) {
			const piece = await unlessStopped(pieces.next(), deadline);
			if (!piece) return TOO_SLOW;
			if (piece.done) return Buffer.concat(chunks);
			chunks.push(piece.value);
			length += piece.value.length;
			if (length > LARGEST_BODY) return TOO_LARGE;
		}
	} catch {
		return CUT_OFF;
	}
}
