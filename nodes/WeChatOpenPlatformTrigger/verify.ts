import type { ICredentialDataDecryptedObject, IWebhookFunctions } from 'n8n-workflow';

import { unlessStopped } from '../calls/waiting';
import { PLATFORM_CREDENTIAL } from '../tokens/platformFields';
import { LARGEST_BODY, readPush, type RefusedPush } from '../wechat/push';
import type { Push } from '../wechat/pushEvent';

/** Milliseconds for the whole body and for the credential: WeChat waits 5 seconds for the answer. */
const BODY_WITHIN = 2000;
const CREDENTIAL_WITHIN = 4000;

/** Milliseconds for which a read of the credential serves further pushes: while it runs, and afterwards. */
const READ_SERVES_FOR = 4000;
const RESULT_SERVES_FOR = 1000;

const TOO_LARGE: RefusedPush = { statusCode: 413, reason: 'the body is too large' };
const TOO_SLOW: RefusedPush = { statusCode: 408, reason: 'the body did not come within 2 seconds' };
const COMPRESSED: RefusedPush = { statusCode: 415, reason: 'the body is compressed' };
const CUT_OFF: RefusedPush = { statusCode: 400, reason: 'the sender closed the connection' };
const NOT_READ: RefusedPush = {
	statusCode: 503,
	reason: "n8n's database did not return the credential in time",
};

/** A push that is proven to be recent, from WeChat and for this platform. */
export interface VerifiedPush {
	push: Push;
	/** The credential that proved it, and when reading the credential began, by `performance.now()`. */
	credentials: ICredentialDataDecryptedObject;
	readAt: number;
}

export async function verifyPush(context: IWebhookFunctions): Promise<VerifiedPush | RefusedPush> {
	const body = async () => await readBody(context);
	const credential = async () => await readCredential(context);
	return await readPush(context.getQueryData() as object, body, credential);
}

/**
 * Reads the body of a push, limited in size and time. The body goes into `rawBody` of the request, where
 * n8n puts bodies that it reads itself, so that n8n does not read it again. n8n's own `readRawBody` has no
 * deadline, accepts 16 MB and decompresses (n8n's middlewares/body-parser).
 */
async function readBody(context: IWebhookFunctions): Promise<Buffer | RefusedPush> {
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

/** Leaves the stream open if reading stops before the end, so that the sender still gets an answer. */
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

/** The last read for each trigger, and until when it serves, by `performance.now()`. */
const readings = new Map<string, { reading: Promise<Omit<VerifiedPush, 'push'>>; until: number }>();

/**
 * Reads the credential of the trigger. A read that is running, or ended less than a second ago, serves the
 * next push as well. A read costs n8n as much as the rest of its work on a push. Neither many pushes at once
 * nor a flood of wrong signatures may cause one read per push. A changed key takes effect within a second.
 */
async function readCredential(
	context: IWebhookFunctions,
): Promise<Omit<VerifiedPush, 'push'> | RefusedPush> {
	const deadline = AbortSignal.timeout(CREDENTIAL_WITHIN);
	const id = `${context.getWorkflow().id}/${context.getNode().id}`;
	const readAt = performance.now();
	let last = readings.get(id);
	if (!last || readAt >= last.until) {
		const reading = context
			.getCredentials(PLATFORM_CREDENTIAL)
			.then((credentials) => ({ credentials, readAt }));
		const next = { reading, until: readAt + READ_SERVES_FOR };
		readings.set(id, next);
		void reading.then(
			() => (next.until = performance.now() + RESULT_SERVES_FOR),
			() => readings.delete(id),
		);
		last = next;
	}
	return (await unlessStopped(last.reading, deadline)) ?? NOT_READ;
}
