import { createCipheriv, createDecipheriv, createHash } from 'node:crypto';
import { randomAlphanumeric } from '../randomText.cts';

/** Padding fills blocks of this many bytes, although the cipher's own blocks have 16 (documented). */
const PAD_BLOCK = 32;

const RANDOM_LENGTH = 16;

/** The content of one ciphertext. */
export interface Plain {
	/** UTF-8, usually XML. */
	message: string;
	/** The platform's appid, even in messages for its merchants. */
	appId: string;
	/** 16 characters before the message, default random. */
	random?: string;
	/** The value of the length field, default the bytes of the message. */
	length?: number;
}

/** The 32 bytes behind a 43-character EncodingAESKey. */
export function keyOf(encodingAesKey: string): Buffer {
	const key = Buffer.from(`${encodingAesKey}=`, 'base64');
	if (key.length !== 32) throw new Error('an EncodingAESKey has 43 characters');
	return key;
}

/** 16 random characters, 4 bytes of length (big-endian), message, appid; not padded yet. */
export function plainBytes({ message, appId, random, length }: Plain): Buffer {
	const text = Buffer.from(message, 'utf8');
	const lengthField = Buffer.alloc(4);
	lengthField.writeUInt32BE(length ?? text.length);
	const start = Buffer.from(random ?? randomAlphanumeric(RANDOM_LENGTH), 'latin1');
	return Buffer.concat([start, lengthField, text, Buffer.from(appId, 'latin1')]);
}

/** Appends 1 to 32 bytes, each with their number as its value. */
export function padded(bytes: Buffer): Buffer {
	const count = PAD_BLOCK - (bytes.length % PAD_BLOCK);
	return Buffer.concat([bytes, Buffer.alloc(count, count)]);
}

/** AES-256-CBC with the first half of the key as IV. The bytes must be padded already. */
export function encryptBytes(bytes: Buffer, encodingAesKey: string): string {
	const key = keyOf(encodingAesKey);
	const cipher = createCipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
	return Buffer.concat([cipher.update(bytes), cipher.final()]).toString('base64');
}

/** The value of `Encrypt`, in base64 (documented; checked against official examples). */
export function encrypt(plain: Plain, encodingAesKey: string): string {
	return encryptBytes(padded(plainBytes(plain)), encodingAesKey);
}

/**
 * The reverse of `encrypt`.
 *
 * @throws Error if padding or length is wrong
 */
export function decrypt(encrypted: string, encodingAesKey: string): Required<Plain> {
	const key = keyOf(encodingAesKey);
	const decipher = createDecipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
	const bytes = Buffer.concat([decipher.update(encrypted, 'base64'), decipher.final()]);
	const pad = bytes[bytes.length - 1];
	if (!(pad >= 1 && pad <= PAD_BLOCK)) throw new Error('the padding is wrong');
	const length = bytes.readUInt32BE(RANDOM_LENGTH);
	const start = RANDOM_LENGTH + 4;
	if (start + length > bytes.length - pad) throw new Error('the length is wrong');
	return {
		random: bytes.toString('latin1', 0, RANDOM_LENGTH),
		length,
		message: bytes.toString('utf8', start, start + length),
		appId: bytes.toString('latin1', start + length, bytes.length - pad),
	};
}

/**
 * SHA-1 in hex over the sorted texts: of token, timestamp, nonce and Encrypt it is msg_signature,
 * without Encrypt it is signature (documented).
 */
export function signatureOf(...texts: string[]): string {
	return createHash('sha1').update(texts.sort().join('')).digest('hex');
}
