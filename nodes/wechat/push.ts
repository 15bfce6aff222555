import { decryptMessage, isSignedBy, readEncodingAesKey } from './messageCrypto';
import { textOf } from './values';
import { parseXml, type XmlFields } from './xml';

/** What a third-party platform's console says about its pushes. */
export interface PlatformKeys {
	componentAppId: string;
	messageToken: string;
	encodingAesKey: string;
	/** Tried as well while the key is being changed. */
	previousEncodingAesKey?: string;
}

/** What the query of a push says. */
export interface PushQuery {
	/** Unix time in seconds. */
	timestamp: string;
	nonce: string;
	msgSignature: string;
}

/** A push as it arrives: the query, and what the body has in its element Encrypt. */
export interface ReceivedPush extends PushQuery {
	encrypt: string;
}

/** A push that is proven to come from WeChat, for this platform. */
export interface Push {
	infoType: string;
	/** Unix time in seconds. */
	createTime: number;
	fields: XmlFields;
	/** Whether the former key has decrypted it, and not the one in force. */
	isOfPreviousKey: boolean;
}

/** Why a push was refused, for the log: it names no secret and nothing of the content. */
export interface RefusedPush {
	statusCode: 400 | 401 | 503 | 408 | 413 | 415;
	reason: string;
}

/** What a push is refused with that somebody else has signed, or nobody. */
const WRONG_SIGNATURE: RefusedPush = {
	statusCode: 401,
	reason: 'msg_signature does not fit the message token',
};

/** Bytes that a body may have; WeChat's pushes are below 10 kB. */
export const LARGEST_BODY = 256 * 1024;

/** Characters of a parameter; the longest of WeChat's is a signature, with 40. */
const LONGEST_PARAMETER = 128;

/** Seconds that a push may be old; WeChat repeats one within seconds. */
const OLDEST = 60 * 60;

/**
 * Reads the query of a push.
 *
 * @param query by name; a parameter that stands there twice is a list, and none of WeChat's
 * @param now milliseconds since 1970
 */
export function readPushQuery(
	query: { timestamp?: unknown; nonce?: unknown; msg_signature?: unknown },
	now: number,
): PushQuery | RefusedPush {
	const timestamp = textOf(query.timestamp);
	const nonce = textOf(query.nonce);
	const msgSignature = textOf(query.msg_signature);
	const isTime = /^\d{1,12}$/.test(timestamp);
	if (!isTime || !isParameter(nonce) || !isParameter(msgSignature)) {
		return { statusCode: 400, reason: 'timestamp, nonce or msg_signature is missing or malformed' };
	}
	if (Math.abs(now / 1000 - Number(timestamp)) > OLDEST) {
		return {
			statusCode: 401,
			reason: 'its timestamp is more than an hour away from the clock here',
		};
	}
	return { timestamp, nonce, msgSignature };
}

function isParameter(text: string): boolean {
	return text !== '' && text.length <= LONGEST_PARAMETER;
}

/** Reads what a body has in its element Encrypt. */
export function readEncrypt(body: Buffer): string | RefusedPush {
	const encrypt = parseXml(body.toString('utf8'))?.Encrypt;
	return typeof encrypt === 'string' && encrypt !== ''
		? encrypt
		: { statusCode: 400, reason: 'the body is not XML with an Encrypt field' };
}

/**
 * Verifies and decrypts a push to the authorization event URL
 * (doc/oplatform/Third-party_Platforms/2.0/api/Before_Develop/message_push.html). Only
 * msg_signature counts: `signature` does not cover the body.
 */
export function readPush(push: ReceivedPush, keys: PlatformKeys): Push | RefusedPush {
	if (keys.messageToken === '') {
		return { statusCode: 401, reason: 'the credential has no message token to verify it with' };
	}
	if (!isSignedBy(keys.messageToken, push, push.msgSignature)) return WRONG_SIGNATURE;
	const decrypted = decryptWithAny(push.encrypt, [
		keys.encodingAesKey,
		keys.previousEncodingAesKey,
	]);
	if (!decrypted) return { statusCode: 401, reason: 'the EncodingAESKey does not fit' };
	if (decrypted.appId !== keys.componentAppId) {
		return { statusCode: 401, reason: 'it is for another platform' };
	}
	return readMessage(decrypted, keys.componentAppId);
}

interface Decrypted {
	message: string;
	appId: string;
	isOfPreviousKey: boolean;
}

/** @param encodingAesKeys the one in force, then the former one */
function decryptWithAny(
	encrypt: string,
	encodingAesKeys: ReadonlyArray<string | undefined>,
): Decrypted | undefined {
	for (const [n, encodingAesKey] of encodingAesKeys.entries()) {
		const key = readEncodingAesKey(encodingAesKey ?? '');
		const decrypted = key && decryptMessage(encrypt, key);
		if (decrypted) return { ...decrypted, isOfPreviousKey: n > 0 };
	}
	return undefined;
}

function readMessage(
	{ message, isOfPreviousKey }: Decrypted,
	componentAppId: string,
): Push | RefusedPush {
	const fields = parseXml(message);
	const { InfoType, CreateTime, AppId } = fields ?? {};
	if (!fields || typeof InfoType !== 'string') {
		return { statusCode: 400, reason: 'the message is not XML with an InfoType' };
	}
	if (AppId !== undefined && AppId !== componentAppId) {
		return { statusCode: 401, reason: 'it is for another platform' };
	}
	return { infoType: InfoType, createTime: Number(CreateTime), fields, isOfPreviousKey };
}
