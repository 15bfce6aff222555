import {
	decrypt,
	encrypt,
	keyOf,
	padded,
	plainBytes,
	signatureOf,
} from '../sandbox/pushCrypto.cts';

const K1 = 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG';
const K2 = 'jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C';
const K3 = 'A'.repeat(43);
const PLATFORM = 'wx134c8103faa5a59e';

/** Official example of a push to a platform. */
const V1 = [
	'D7yzvUNAL930rd28wf21s4hvXhz0L6Uit/p2Di6C5DHyYGpEgdBRnKjBec34JwoQXicwaZC7fOVihW80F4VtsdvE',
	'//1vr7oAbqjDv8KenVp+ajKYpJnyQ4zMRhIC+a31fCVOMC03FfzV/QuC94kBP55a+Za3sJgvAn+ZbsNqZI5Dkyuz',
	'khQN8OBqCzFhizGmy0xpM0MEA4agpvE+RuNO1rhHTtuJB5yltw1FiYzecSXJ+y/D2r81VkRn2eYjh2ltsoyfbDR7',
	'Is6ookXIFxTfyeNyeHxMeT4KN5WpCDmSbTcUYrbBUlkGLJ9n/rU8YOywma6G7aTb7KZKOqCxgfoUlYEZPk4FUL/T',
	'K7ShriFDMVCLyjQJ15Ob++agDWtcxhfUfe6HIoIpRW8mKNBQiY/Jd1svvuskA1wLef1RTtzKfMpagSCX/laZINmd',
	'nX4zrF6kIaR9P4xQrWXbsTFHTYe0Mg==',
].join('');
/** Official example of an encrypted answer. */
const V2 = [
	'hE8R6mGXHkJJjU72KxzKUd1GEkKJaEZq7vRL8XgK3o+00k8JGq6+pZJUIlTSyhsX+bxIBQ72g3GyvDdIZcr6+3HA',
	'ZbSvPT9t/o11MI7d6WELwqrGd7jMnV0zv3Zc9Nq7',
].join('');
/** Official Java sample, encryption. */
const V3 = [
	'jn1L23DB+6ELqJ+6bruv21Y6MD7KeIfP82D6gU39rmkgczbWwt5+3bnyg5K55bgVtVzd832WzZGMhkP72vVOfg==',
].join('');
/** Official Java sample, check of a URL. */
const V4 = [
	'P9nAzCzyDtyTWESHep1vC5X9xho/qYX3Zpb4yKa9SKld1DsH3Iyt3tP3zNdtp+4RPcs8TgAE7OaBO+FZXvnaqQ==',
].join('');
/** A ticket; not official, made with the same scheme. */
const V9 = [
	'PDm0EY7vFufy4ECQc0Er0B9Aanvj72M6jnNc2dR01VHiZRiKHyWK1ir85qPEZxk2WilkmMUxqMclLKrFLA6dnUZE',
	't2mm2V3LqWhZuIltqY3BPxbUBhi5+LVcowku7EXe8icDUAi5HPfDK145Gt3n/FP+RIebyq1QLKwXT0MP63ZZmUej',
	'b5RTSMY2sRLH9RKb4D5DmiVeLf2a8hVOU0jH9a8eTEG90ZD/xK6k6+e+x4gSaHAiDtNYDXCzpmd+WYxK+WN+hytm',
	'Wv67uRfYr0t3i46oe/4c9ErwR11Jc9PLS6V4bCDAXSJQWfA3l+YdrN0XCTqhfn95MyX+tDDR1Yr0ZCQN+ALs4UcP',
	'ij4GVSfk1qbJw3C7K+IHI+pYIcnnAyLf',
].join('');
const V9_MESSAGE = `<xml>
<AppId><![CDATA[${PLATFORM}]]></AppId>
<CreateTime>1715943329</CreateTime>
<InfoType><![CDATA[component_verify_ticket]]></InfoType>
<ComponentVerifyTicket><![CDATA[ticket@@@fake-ticket-for-tests]]></ComponentVerifyTicket>
</xml>`;

describe('examples of the encryption', () => {
	test('official push: signatures and text', () => {
		expect(signatureOf('AAAAA', '1715943329', '1590219412')).toBe(
			'cc0c594499c1634947d5b502f158ee518947db27',
		);
		expect(signatureOf('AAAAA', '1715943329', '1590219412', V1)).toBe(
			'6c12a4205838198b8fa631b3220723bb07f1015c',
		);
		const plain = decrypt(V1, K3);
		expect(plain).toMatchObject({ random: '1205899eaf019bbd', length: 292, appId: PLATFORM });
		expect(plain.message.split('\n')).toHaveLength(7);
		for (const part of ['gh_97417a04a28d', '1715943329', 'debug_demo', 'hello world']) {
			expect(plain.message).toContain(part);
		}
		const bytes = plainBytes(plain);
		expect(bytes).toHaveLength(330);
		expect(padded(bytes)).toHaveLength(352);
		expect(padded(bytes)[351]).toBe(22);
		expect(encrypt(plain, K3)).toBe(V1);
	});

	test('official answer', () => {
		const message = '<xml><demo_resp>[CDATA[good luck]]</demo_resp></xml>';
		expect(encrypt({ message, appId: PLATFORM, random: '999951349e8ee746' }, K3)).toBe(V2);
		expect(signatureOf('AAAAA', '1713424427', '415670741', V2)).toBe(
			'03e0812039325c2712ef5f0f980fd14c70d6e307',
		);
	});

	test('official sample with Chinese characters', () => {
		const plain = { message: '我是中文abcd123', appId: 'wxb11529c136998cb6' };
		expect(encrypt({ ...plain, random: 'aaaabbbbccccdddd' }, K1)).toBe(V3);
		expect(decrypt(V3, K1)).toMatchObject({ ...plain, length: 19 });
	});

	test('official check of a URL', () => {
		expect(signatureOf('QDG6eK', '1409659589', '263014780', V4)).toBe(
			'5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3',
		);
		expect(decrypt(V4, K2)).toMatchObject({
			message: '1616140317555161061',
			appId: 'wx5823bf96d3bd56c7',
		});
	});

	test('signatures alone', () => {
		expect(signatureOf('RMNlACHlV5ThzfRlVS4D4', 'timestamp', 'nonce', 'encrypt')).toBe(
			'8edac0945683c119ee71c9f6256d76c48aa08a96',
		);
		expect(signatureOf('AAAAA', '1714036504', '1514711492')).toBe(
			'f464b24fc39322e44b38aa78f5edd27bd1441696',
		);
	});

	test('a ticket', () => {
		const plain = { message: V9_MESSAGE, appId: PLATFORM, random: '1205899eaf019bbd' };
		expect(encrypt(plain, K1)).toBe(V9);
		expect(decrypt(V9, K1)).toEqual({ ...plain, length: 241 });
		expect(signatureOf('AAAAA', '1715943329', '1590219412', V9)).toBe(
			'ffb4fda76922f6d0d6d25e458e86def3a3df97c6',
		);
	});
});

describe('what does not fit', () => {
	test('keys, padding and length', () => {
		expect(() => keyOf('short')).toThrow('43 characters');
		expect(() => decrypt(V1, K1)).toThrow();
		expect(() => decrypt(encrypt({ message: 'x', appId: PLATFORM, length: 99 }, K1), K1)).toThrow(
			'the length is wrong',
		);
	});

	test.each([0, 1, 31, 32, 33])('messages of any length come back: %i bytes', (length) => {
		const message = 'm'.repeat(length);
		expect(decrypt(encrypt({ message, appId: PLATFORM }, K2), K2).message).toBe(message);
	});
});
