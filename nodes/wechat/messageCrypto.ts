import { createCipheriv, createDecipheriv, createHash, randomBytes, timingSafeEqual } from 'crypto';

/**
 * WeChat's message encryption
 * (doc/oplatform/Third-party_Platforms/2.0/api/Before_Develop/Message_encryption_and_decryption.html):
 * AES-256-CBC with the first 16 bytes of the key as IV, PKCS#7 padding to blocks of 32 bytes, and
 * as plain text 16 random bytes, the length of the message as a 4-byte big-endian number, the
 * message in UTF-8, and the appid.
 */

const BLOCK = 32;
const RANDOM = 16;
const HEADER = RANDOM + 4;
const KEY_FORM = /^[A-Za-z0-9]{43}$/;

/** What a push is signed with, besides the platform's message token. */
interface SignedParts {
	timestamp: string;
	nonce: string;
	encrypt: string;
}

/**
 * The AES key of an EncodingAESKey, or undefined for anything but 43 letters and digits. The last
 * character may carry stray bits, which a strict base64 decoder would reject.
 */
export function readEncodingAesKey(encodingAesKey: string): Buffer | undefined {
	const key = encodingAesKey.trim();
	return KEY_FORM.test(key) ? Buffer.from(`${key}=`, 'base64') : undefined;
}

/** The msg_signature of a push: SHA-1 of the sorted parts, as lower-case hexadecimal digits. */
export function signMessage(token: string, { timestamp, nonce, encrypt }: SignedParts): string {
	const parts = [token, timestamp, nonce, encrypt].sort();
	return createHash('sha1').update(parts.join('')).digest('hex');
}

/** Compares msg_signature in a time that does not depend on where it differs. */
export function isSignedBy(token: string, push: SignedParts & { msgSignature: string }): boolean {
	const expected = Buffer.from(signMessage(token, push));
	const given = Buffer.from(push.msgSignature);
	return given.length === expected.length && timingSafeEqual(given, expected);
}

/**
 * Decrypts the Encrypt field of a push.
 *
 * @returns the message and the appid after it; undefined if the key does not match or the text was changed:
 *   both look the same
 */
export function decryptMessage(
	encrypt: string,
	encodingAesKey: string,
): { message: string; appId: string } | undefined {
	const key = readEncodingAesKey(encodingAesKey);
	if (!key) return undefined;
	const encrypted = Buffer.from(encrypt, 'base64');
	if (encrypted.length < BLOCK || encrypted.length % BLOCK !== 0) return undefined;
	const decipher = createDecipheriv('aes-256-cbc', key, key.subarray(0, 16));
	// OpenSSL's own padding check expects blocks of 16 bytes.
	decipher.setAutoPadding(false);
	const padded = Buffer.concat([decipher.update(encrypted), decipher.final()]);

	const padding = padded[padded.length - 1];
	if (padding < 1 || padding > BLOCK) return undefined;
	const end = padded.length - padding;
	if (!padded.subarray(end).every((byte) => byte === padding) || end < HEADER) return undefined;

	const messageEnd = HEADER + padded.readUInt32BE(RANDOM);
	if (messageEnd > end) return undefined;
	return {
		message: padded.toString('utf8', HEADER, messageEnd),
		appId: padded.toString('utf8', messageEnd, end),
	};
}

/** Encrypts a message as WeChat does. Only tests pass the 16 random bytes. */
export function encryptMessage(
	message: string,
	appId: string,
	key: Buffer,
	random: Buffer = randomBytes(RANDOM),
): string {
	const text = Buffer.from(message);
	const length = Buffer.alloc(4);
	length.writeUInt32BE(text.length);
	const plain = Buffer.concat([random, length, text, Buffer.from(appId)]);
	const padding = BLOCK - (plain.length % BLOCK);
	const cipher = createCipheriv('aes-256-cbc', key, key.subarray(0, 16));
	cipher.setAutoPadding(false);
	const padded = Buffer.concat([plain, Buffer.alloc(padding, padding)]);
	return Buffer.concat([cipher.update(padded), cipher.final()]).toString('base64');
}
