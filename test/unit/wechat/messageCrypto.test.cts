import { createCipheriv } from 'node:crypto';

import {
	decryptMessage,
	encryptMessage,
	isSignedBy,
	readEncodingAesKey,
	signMessage,
} from '../../../nodes/wechat/messageCrypto';
import { K1, K2, K3, keyOf, MESSAGES, PLATFORM, SIGNATURES } from '../pushVectors.cts';

describe.each(MESSAGES)('The message $name', ({ key, appId, random, message, encrypt }) => {
	it("WeChat's example is decrypted", () => {
		expect(decryptMessage(encrypt, key)).toEqual({ message, appId });
	});

	it('The example is encrypted to the same bytes', () => {
		expect(encryptMessage(message, appId, keyOf(key), Buffer.from(random))).toBe(encrypt);
	});
});

describe.each(SIGNATURES)('The signature of $name', ({ token, signature, ...parts }) => {
	it('The signature of the parts is that of the example', () =>
		expect(signMessage(token, parts)).toBe(signature));

	it('The signature is accepted, and no other one', () => {
		expect(isSignedBy(token, { ...parts, msgSignature: signature })).toBe(true);
		const last = signature.endsWith('0') ? '1' : '0';
		for (const other of [
			signature.slice(0, -1) + last,
			signature.slice(0, -1),
			`${signature}0`,
			signature.toUpperCase().padStart(41),
			'',
			'\u00e9'.repeat(20),
			'\u00e9'.repeat(40),
		]) {
			expect(isSignedBy(token, { ...parts, msgSignature: other })).toBe(false);
		}
	});

	it('The signature changes with each part', () => {
		expect(signMessage(`${token}x`, parts)).not.toBe(signature);
		for (const name of ['timestamp', 'nonce', 'encrypt'] as const) {
			const changed = { ...parts, [name]: `${parts[name]}1` };
			expect(signMessage(token, changed)).not.toBe(signature);
		}
	});
});

describe('The EncodingAESKey', () => {
	it.each([K1, K2, K3])('The key %s has 32 bytes', (key) => {
		expect(readEncodingAesKey(key)).toHaveLength(32);
		expect(readEncodingAesKey(` ${key}\n`)).toEqual(readEncodingAesKey(key));
	});

	it.each(['', 'A'.repeat(42), 'A'.repeat(44), `${'A'.repeat(42)}=`, `${'A'.repeat(42)}+`, '中'])(
		'%j is not a key',
		(key) => expect(readEncodingAesKey(key)).toBeUndefined(),
	);
});

describe('Encrypted messages', () => {
	const key = keyOf(K1);

	it.each(Array.from({ length: 66 }, (_, length) => length))(
		'A message of %i bytes is decrypted again',
		(length) => {
			const message = 'x'.repeat(length);
			const encrypt = encryptMessage(message, PLATFORM, key);
			expect(Buffer.from(encrypt, 'base64').length % 32).toBe(0);
			expect(decryptMessage(encrypt, K1)).toEqual({ message, appId: PLATFORM });
		},
	);

	it('A message in Chinese and with emoji is decrypted again', () => {
		const message = '<xml>小程序关联管理 🍵</xml>';
		expect(decryptMessage(encryptMessage(message, PLATFORM, key), K1)?.message).toBe(message);
	});

	it('A message is encrypted differently each time', () => {
		const once = () => encryptMessage('x', PLATFORM, key);
		expect(once()).not.toBe(once());
	});

	it('A message is not decrypted with another key', () => {
		const encrypt = encryptMessage('<xml></xml>', PLATFORM, key);
		const other = decryptMessage(encrypt, K2);
		expect(other?.appId === PLATFORM).toBe(false);
	});

	it.each(['', 'AAAA', 'no base64 *** at all', 'A'.repeat(43), 'A'.repeat(64)])(
		'%j is not an encrypted message',
		(encrypt) => expect(decryptMessage(encrypt, K1)?.appId === PLATFORM).toBe(false),
	);

	it('An empty message for an empty appid is decrypted again', () => {
		expect(decryptMessage(encryptMessage('', '', key), K1)).toEqual({ message: '', appId: '' });
	});

	it('A truncated message is not accepted, and throws nothing', () => {
		const encrypt = encryptMessage('<xml>some text that is long enough</xml>', PLATFORM, key);
		for (let end = 0; end < encrypt.length; end++) {
			expect(decryptMessage(encrypt.slice(0, end), K1)?.appId === PLATFORM).toBe(false);
		}
	});

	it('A message with a changed byte throws nothing', () => {
		const bytes = Buffer.from(encryptMessage('<xml>text</xml>', PLATFORM, key), 'base64');
		for (let at = 0; at < bytes.length; at++) {
			const changed = Buffer.from(bytes);
			changed[at] ^= 0x55;
			expect(() => decryptMessage(changed.toString('base64'), K1)).not.toThrow();
		}
	});
});

describe('Malformed messages of somebody who has the key', () => {
	const key = keyOf(K1);

	/** Decrypts a message of this many bytes that claims another length and ends with any padding. */
	function decrypted(length: number, claimed: number, padding: number[]) {
		const lengthField = Buffer.alloc(4);
		lengthField.writeUInt32BE(claimed);
		const plain = Buffer.concat([
			Buffer.alloc(16),
			lengthField,
			Buffer.alloc(length, 'x'),
			Buffer.from(padding),
		]);
		const cipher = createCipheriv('aes-256-cbc', key, key.subarray(0, 16));
		cipher.setAutoPadding(false);
		return decryptMessage(
			Buffer.concat([cipher.update(plain), cipher.final()]).toString('base64'),
			K1,
		);
	}

	const bytes = (count: number, byte = count) => Array.from({ length: count }, () => byte);

	it('A message is decrypted if only its content is odd', () => {
		expect(decrypted(12, 12, bytes(32))).toEqual({ message: 'x'.repeat(12), appId: '' });
		expect(decrypted(11, 4, bytes(1))).toEqual({ message: 'xxxx', appId: 'x'.repeat(7) });
	});

	it.each<[string, number, number, number[]]>([
		['no padding', 11, 4, [0]],
		['a padding of more than a block', 44, 4, [...bytes(31, 33), 33]],
		['a padding of 33 times 33', 11, 4, bytes(33)],
		['a padding of unequal bytes', 10, 4, [1, 2]],
		['a padding of which one byte is right', 8, 4, [9, 9, 9, 4]],
		['a padding that reaches into the length', 0, 0, bytes(12, 13)],
		['a length beyond the padding', 11, 12, bytes(1)],
		['a length beyond the text', 11, 0xffffffff, bytes(1)],
	])('A message with %s is not decrypted', (_, length, claimed, padding) => {
		expect(decrypted(length, claimed, padding)).toBeUndefined();
	});
});
