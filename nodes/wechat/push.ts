import { decryptMessage, isSignedBy } from './messageCrypto';
import { readFields, type Push } from './pushEvent';
import { textOf } from './values';
import { parseXml } from './xml';

/** Why a push was refused, for the log: no secret, and nothing of the content. */
export interface RefusedPush {
	statusCode: 400 | 401 | 503 | 408 | 413 | 415;
	reason: string;
}

/** Maximum number of bytes of a body; WeChat's pushes are below 10 kB. */
export const LARGEST_BODY = 256 * 1024;

/** Maximum number of characters of a parameter; WeChat's longest is the signature, with 40. */
const LONGEST_PARAMETER = 128;

/** Maximum age of a push in seconds; WeChat repeats one within seconds. */
const OLDEST = 60 * 60;

/**
 * Verifies and decrypts a push to the authorization event URL
 * (doc/oplatform/Third-party_Platforms/2.0/api/Before_Develop/message_push.html). Anybody can send one, so
 * each step runs only if the cheaper ones before it succeed: query, body, credential, signature, decryption.
 *
 * @param query parameters by name; one that comes twice is a list, which WeChat never sends
 * @param readBody reads the request's body
 * @param readKeys reads the credential of the platform
 * @returns the push with what `readKeys` returned
 */
export async function readPush<Keys extends { credentials: Record<string, unknown> }>(
	query: { timestamp?: unknown; nonce?: unknown; msg_signature?: unknown },
	readBody: () => Promise<Buffer | RefusedPush>,
	readKeys: () => Promise<Keys | RefusedPush>,
): Promise<(Keys & { push: Push }) | RefusedPush> {
	const timestamp = textOf(query.timestamp);
	const nonce = textOf(query.nonce);
	const msgSignature = textOf(query.msg_signature);
	if (!/^\d{1,12}$/.test(timestamp) || !isParameter(nonce) || !isParameter(msgSignature)) {
		return refused(400, 'timestamp, nonce or msg_signature is missing or malformed');
	}
	if (Math.abs(Date.now() / 1000 - Number(timestamp)) > OLDEST) {
		return refused(401, 'its timestamp is more than an hour away from the clock here');
	}
	const body = await readBody();
	if ('reason' in body) return body;
	const encrypt = parseXml(body.toString('utf8'))?.Encrypt;
	if (typeof encrypt !== 'string' || encrypt === '') {
		return refused(400, 'the body is not XML with an Encrypt field');
	}
	const keys = await readKeys();
	if ('reason' in keys) return keys;
	const { credentials } = keys;
	const messageToken = textOf(credentials.messageToken);
	if (messageToken === '') {
		return refused(401, 'the credential has no message token to verify it with');
	}
	// `signature` does not cover the body.
	if (!isSignedBy(messageToken, { timestamp, nonce, encrypt, msgSignature })) {
		return refused(401, 'msg_signature does not match the message token');
	}
	const current = decryptMessage(encrypt, textOf(credentials.encodingAesKey));
	const decrypted = current ?? decryptMessage(encrypt, textOf(credentials.previousEncodingAesKey));
	if (!decrypted) return refused(401, 'the EncodingAESKey does not match');
	const componentAppId = textOf(credentials.componentAppId);
	if (decrypted.appId !== componentAppId) return refused(401, 'it is for another platform');
	const fields = parseXml(decrypted.message);
	if (!fields || typeof fields.InfoType !== 'string') {
		return refused(400, 'the message is not XML with an InfoType');
	}
	if ((fields.AppId ?? componentAppId) !== componentAppId) {
		return refused(401, 'it is for another platform');
	}
	return { ...keys, push: readFields(fields, current === undefined) };
}

function isParameter(text: string): boolean {
	return text !== '' && text.length <= LONGEST_PARAMETER;
}

function refused(statusCode: RefusedPush['statusCode'], reason: string): RefusedPush {
	return { statusCode, reason };
}
