import { createCipheriv } from 'node:crypto';

import { encryptMessage, signMessage } from '../../../nodes/wechat/messageCrypto';
import {
	readEncrypt,
	readPush,
	readPushQuery,
	type PlatformKeys,
	type Push,
	type PushQuery,
	type RefusedPush,
} from '../../../nodes/wechat/push';
import {
	eventIdOf,
	fieldOf,
	invitationIdOf,
	isAboutTestAccount,
	kindOf,
	withoutSecrets,
} from '../../../nodes/wechat/pushEvent';
import { K1, K2, keyOf, PLATFORM, SIGNATURES, V9 } from '../pushVectors.cts';

const KEYS: PlatformKeys = { componentAppId: PLATFORM, messageToken: 'AAAAA', encodingAesKey: K1 };
const TICKET = 'ticket@@@fake-ticket-for-tests';
const MESSAGE = `<xml><AppId>${PLATFORM}</AppId><InfoType>unauthorized</InfoType></xml>`;
const TEA = MESSAGE.replace('</xml>', '<A>茶</A></xml>');
const outer = (encrypt: string) =>
	`<xml><AppId>${PLATFORM}</AppId><Encrypt>${encrypt}</Encrypt></xml>`;

/** A push as it comes: what its query says, and its body. */
type Sent = PushQuery & { body: Buffer };

function read({ body, ...query }: Sent, keys: PlatformKeys): Push | RefusedPush {
	const encrypt = readEncrypt(body);
	return typeof encrypt === 'string' ? readPush({ ...query, encrypt }, keys) : encrypt;
}

/** A push whose signature fits its Encrypt. */
function signed(encrypt: string, body = outer(encrypt)): Sent {
	const parts = { timestamp: '1715943329', nonce: '1590219412' };
	const msgSignature = signMessage(KEYS.messageToken, { ...parts, encrypt });
	return { ...parts, msgSignature, body: Buffer.from(body) };
}

const encrypted = (message: string, appId = PLATFORM, key = K1) =>
	encryptMessage(message, appId, keyOf(key));
/** A message of any bytes, encrypted as WeChat does it. */
function encryptBytes(message: Buffer): string {
	const length = Buffer.alloc(4);
	length.writeUInt32BE(message.length);
	const plain = Buffer.concat([Buffer.alloc(16, 'r'), length, message, Buffer.from(PLATFORM)]);
	const padding = 32 - (plain.length % 32);
	const key = keyOf(K1);
	const cipher = createCipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
	const padded = Buffer.concat([plain, Buffer.alloc(padding, padding)]);
	return Buffer.concat([cipher.update(padded), cipher.final()]).toString('base64');
}
const pushOf = (message: string, appId?: string, key?: string) =>
	signed(encrypted(message, appId, key));

describe('the push V9', () => {
	const { timestamp, nonce, signature: msgSignature } = SIGNATURES[SIGNATURES.length - 1];
	const push = { timestamp, nonce, msgSignature, body: Buffer.from(outer(V9)) };

	it('is a ticket', () => {
		const found = read(push, KEYS);
		if ('reason' in found) throw new Error(found.reason);
		expect(found).toMatchObject({ infoType: 'component_verify_ticket', createTime: 1715943329 });
		expect(kindOf(found)).toBe('ticket');
		expect(fieldOf(found, 'ComponentVerifyTicket')).toBe(TICKET);
		expect(fieldOf(found, 'AuthorizerAppid')).toBe('');
	});

	it('is taken with Encrypt in CDATA and further elements around it', () => {
		const body = `<?xml version="1.0"?>\n<xml>\n<ToUserName>x</ToUserName><Encrypt><![CDATA[${V9}]]></Encrypt>\n</xml>\n`;
		expect(read({ ...push, body: Buffer.from(body) }, KEYS)).not.toHaveProperty('reason');
	});

	it('is taken with the previous key during a change', () => {
		const keys = { ...KEYS, encodingAesKey: K2, previousEncodingAesKey: K1 };
		const found = { infoType: 'component_verify_ticket', isOfPreviousKey: true };
		expect(read(push, keys)).toMatchObject(found);
		expect(read(push, KEYS)).toMatchObject({ ...found, isOfPreviousKey: false });
	});
});

describe('a push', () => {
	it.each(['<xml>', '<xml>\n', ''])('may end with %j in place of </xml>', (end) => {
		expect(read(pushOf(MESSAGE.replace(/<\/xml>$/, end)), KEYS)).toMatchObject({
			infoType: 'unauthorized',
		});
		const encrypt = encrypted(MESSAGE);
		expect(read(signed(encrypt, outer(encrypt).replace(/<\/xml>$/, end)), KEYS)).toMatchObject({
			infoType: 'unauthorized',
		});
	});

	it('holds each of the elements that come again, also empty ones', () => {
		const list = '<list><id>1</id></list><list/><list><id>2</id></list>';
		expect(read(pushOf(MESSAGE.replace('</xml>', `${list}</xml>`)), KEYS)).toMatchObject({
			fields: { list: [{ id: '1' }, '', { id: '2' }] },
		});
	});

	it('is read without the control characters in it, and with Chinese and a mark of byte order', () => {
		const message = `\uFEFF${MESSAGE.replaceAll('</', '\u0001</').replace('</xml>', '<A>\u0008茶&#0;</A></xml>')}`;
		const { body, ...push } = pushOf(message);
		for (const mark of ['', '\uFEFF', '\u0000']) {
			const found = read({ ...push, body: Buffer.from(mark + body.toString()) }, KEYS);
			expect(found).toMatchObject({
				infoType: 'unauthorized',
				fields: { A: '茶', AppId: PLATFORM },
			});
		}
	});

	it.each<[string, Buffer, unknown]>([
		// 茶 in GBK, which is no UTF-8.
		['GBK', Buffer.from(TEA.replace('茶', '\xb2\xe8'), 'latin1'), '\ufffd\ufffd'],
		['UTF-16', Buffer.from(TEA, 'utf16le'), expect.any(String)],
	])('in %s keeps what that leaves readable', (_, message, A) => {
		const found = read(signed(encryptBytes(message)), KEYS);
		expect(found).toMatchObject({ infoType: 'unauthorized', fields: { AppId: PLATFORM, A } });
	});

	it('of a kind nobody knows is read', () => {
		const found = read(pushOf('<xml><InfoType>new_one</InfoType></xml>'), KEYS);
		if ('reason' in found) throw new Error(found.reason);
		expect(kindOf(found)).toBe('other');
	});

	it.each(['authorized', 'updateauthorized', 'unauthorized'])('of the kind %s', (infoType) => {
		expect(kindOf({ infoType })).toBe(infoType);
	});
});

const BOMB = `<!DOCTYPE xml [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>`;
const FILE = '<!DOCTYPE xml [<!ENTITY f SYSTEM "file:///etc/passwd">]>';
const whole = pushOf(MESSAGE);

const REFUSED: Array<[string, number, Sent]> = [
	['another signature', 401, { ...whole, msgSignature: '0'.repeat(40) }],
	['a signature of another length', 401, { ...whole, msgSignature: 'abc' }],
	['another time', 401, { ...whole, timestamp: '1715943330' }],
	['another nonce', 401, { ...whole, nonce: '1' }],
	['another platform', 401, pushOf(MESSAGE, 'wx0000000000000000')],
	['another platform in its message', 401, pushOf(MESSAGE.replace(PLATFORM, 'wx0000000000000000'))],
	['no platform', 401, pushOf(MESSAGE, '')],
	['another key', 401, pushOf(MESSAGE, PLATFORM, K2)],
	['changed bytes', 401, { ...whole, body: Buffer.from(outer(`A${encrypted(MESSAGE).slice(1)}`)) }],
	['no base64', 401, signed('*** no base64 ***')],
	['a short text', 401, signed('A'.repeat(20))],
	['a cut text', 401, signed(encrypted(MESSAGE).slice(0, 50))],
	['an empty Encrypt', 400, signed('')],
	['no Encrypt', 400, signed('x', '<xml><Other>x</Other></xml>')],
	['Encrypt with children', 400, signed('x', '<xml><Encrypt><A>x</A></Encrypt></xml>')],
	['an empty body', 400, signed('x', '')],
	['half a body', 400, { ...whole, body: whole.body.subarray(0, whole.body.length / 2) }],
	['a form', 400, signed('x', `AppId=${PLATFORM}&Encrypt=x`)],
	['JSON', 400, signed('x', '{"Encrypt":"x"}')],
	['bytes of no text', 400, { ...whole, body: Buffer.from([0xff, 0xfe, 0, 1]) }],
	['the most bytes, none of them XML', 400, { ...whole, body: Buffer.alloc(256 * 1024, 'A') }],
	['a doctype outside', 400, signed('x', BOMB + outer('x'))],
	['a file outside', 400, signed('x', FILE + outer('&f;'))],
	['an unknown entity outside', 400, signed('x', outer('&f;'))],
	['a doctype inside', 400, pushOf(`<!DOCTYPE xml>${MESSAGE}`)],
	['nested entities inside', 400, pushOf(BOMB + MESSAGE.replace('unauthorized', '&b;'))],
	['a file inside', 400, pushOf(FILE + MESSAGE.replace('unauthorized', '&f;'))],
	['no XML inside', 400, pushOf('{"InfoType":"unauthorized"}')],
	['nothing inside', 400, pushOf('')],
	['Encrypt twice', 400, signed('x', '<xml><Encrypt>x</Encrypt><Encrypt>x</Encrypt></xml>')],
	[
		'InfoType twice',
		400,
		pushOf(MESSAGE.replace('</xml>', '<InfoType>authorized</InfoType></xml>')),
	],
	[
		'a platform and another one',
		401,
		pushOf(MESSAGE.replace('</xml>', '<AppId>wx1</AppId></xml>')),
	],
	['1 MB of elements in each other', 400, signed('x', '<A>'.repeat(350_000))],
	['deep elements outside', 400, signed('x', `<xml>${'<A>'.repeat(80_000)}${outer('x')}`)],
	['deep elements inside', 400, pushOf(MESSAGE.replace('</xml>', '<A>'.repeat(50_000)))],
	[
		'a number of an element that is none',
		400,
		pushOf(MESSAGE.replace('</xml>', '<A>&#x;</A></xml>')),
	],
	['no InfoType inside', 400, pushOf('<xml><AppId>x</AppId></xml>')],
];

describe('refused is a push with', () => {
	it.each(REFUSED)('%s (%i), and no secret is named', (_, statusCode, push) => {
		const found = read(push, { ...KEYS, messageToken: 'AAAAA' });
		expect(found).toEqual({ statusCode, reason: expect.stringMatching(/^[\w ,;-]+$/) });
		expect(JSON.stringify(found)).not.toMatch(new RegExp([K1, K2, 'AAAAA', PLATFORM].join('|')));
	});

	it('padding that is none', () => {
		// Bytes of the block before the last change those of the last one: its padding.
		const bytes = Buffer.from(encrypted(MESSAGE), 'base64');
		for (const mask of [0x01, 0x40, 0xff]) {
			const changed = Buffer.from(bytes);
			changed[changed.length - 17] ^= mask;
			const found = read(signed(changed.toString('base64')), KEYS);
			expect(found).toMatchObject({ statusCode: 401 });
		}
	});

	it('a length field that is too large', () => {
		const bytes = Buffer.from(encrypted('x'.repeat(100)), 'base64');
		// Bytes of the first block change those of the second, where the length stands.
		bytes[0] ^= 0x7f;
		expect(read(signed(bytes.toString('base64')), KEYS)).toMatchObject({ statusCode: 401 });
	});

	it('keys that were not filled in', () => {
		const keys = { ...KEYS, encodingAesKey: '' };
		expect(read(whole, keys)).toEqual({
			statusCode: 401,
			reason: 'the EncodingAESKey does not fit',
		});
	});
});

describe('the query of a push', () => {
	const NOW = 1_715_943_329;
	const query = { timestamp: String(NOW), nonce: '1590219412', msg_signature: '0'.repeat(40) };
	const readAt = (change: object) => readPushQuery({ ...query, ...change }, NOW * 1000);

	it.each([-3600, 0, 3600])('is read where its time is %i s away', (seconds) => {
		expect(readAt({ timestamp: ` ${NOW + seconds} `, signature: 'x', x: ['1', '2'] })).toEqual({
			timestamp: String(NOW + seconds),
			nonce: query.nonce,
			msgSignature: query.msg_signature,
		});
	});

	it.each([-3601, 3601, -NOW])('is refused where its time is %i s away', (seconds) => {
		expect(readAt({ timestamp: String(NOW + seconds) })).toEqual({
			statusCode: 401,
			reason: expect.stringContaining('more than an hour'),
		});
	});

	it.each<[string, object]>([
		['no time', { timestamp: undefined }],
		['an empty time', { timestamp: ' ' }],
		['a time that is no whole number', { timestamp: '1.7e9' }],
		['a time with a sign', { timestamp: `+${NOW}` }],
		['a time beyond all times', { timestamp: '9'.repeat(13) }],
		['a time twice', { timestamp: [query.timestamp, query.timestamp] }],
		['no nonce', { nonce: '' }],
		['a nonce that is a group', { nonce: { a: '1' } }],
		['a nonce of 129 characters', { nonce: '1'.repeat(129) }],
		['no signature', { msg_signature: undefined }],
		['a signature twice', { msg_signature: [query.msg_signature, 'x'] }],
		['a signature of 129 characters', { msg_signature: '0'.repeat(129) }],
	])('is refused with %s', (_, change) => {
		expect(readAt(change)).toEqual({
			statusCode: 400,
			reason: 'timestamp, nonce or msg_signature is missing or malformed',
		});
	});
});

describe('the message token', () => {
	it('must not be empty: then anybody could sign', () => {
		const encrypt = encrypted(MESSAGE);
		const parts = { timestamp: '1', nonce: '2' };
		const msgSignature = signMessage('', { ...parts, encrypt });
		const push = { ...parts, msgSignature, body: Buffer.from(outer(encrypt)) };
		expect(read(push, { ...KEYS, messageToken: '' })).toEqual({
			statusCode: 401,
			reason: 'the credential has no message token to verify it with',
		});
	});
});

describe('the id of an event', () => {
	const event = (fields: Push['fields']) => ({
		infoType: '',
		createTime: 0,
		fields,
		isOfPreviousKey: false,
	});

	it('is that of every repeat, and of no other push', () => {
		const push = { InfoType: 'authorized', AuthorizerAppid: 'wx1', CreateTime: '1' };
		expect(eventIdOf(event({ ...push }))).toBe(eventIdOf(event(push)));
		expect(eventIdOf(event({ ...push, CreateTime: '2' }))).not.toBe(eventIdOf(event(push)));
	});

	it('is another one where any of the elements that come again differs', () => {
		const ids = ['12', '13', '32'].map((list) => {
			const items = [...list].map((id) => `<list><id>${id}</id></list>`).join('');
			const found = read(pushOf(MESSAGE.replace('</xml>', `${items}</xml>`)), KEYS);
			if ('reason' in found) throw new Error(found.reason);
			return eventIdOf(found);
		});
		expect(new Set(ids).size).toBe(3);
	});

	it('is that of the ticket, whenever that is pushed', () => {
		const ticket = { ComponentVerifyTicket: TICKET, CreateTime: '1' };
		expect(eventIdOf(event({ ...ticket, CreateTime: '2' }))).toBe(eventIdOf(event(ticket)));
		const next = { ...ticket, ComponentVerifyTicket: `${TICKET}2` };
		expect(eventIdOf(event(next))).not.toBe(eventIdOf(event(ticket)));
	});

	it.each([
		['a ticket', eventIdOf(event({ ComponentVerifyTicket: TICKET }))],
		['an invitation', invitationIdOf(TICKET)],
	])('is short and does not give the secret away: %s', (_, id) => {
		expect(id).toMatch(/^[\w-]{8,32}$/);
		expect(TICKET).not.toContain(id);
	});

	it('of an invitation is empty where WeChat names no link', () => {
		expect(invitationIdOf('')).toBe('');
		expect(invitationIdOf('preauthcode@@@a')).not.toBe(invitationIdOf('preauthcode@@@b'));
	});
});

describe('a push about an account of WeChat’s own', () => {
	const about = (AuthorizerAppid: string) =>
		isAboutTestAccount({
			infoType: 'authorized',
			createTime: 0,
			fields: { AuthorizerAppid },
			isOfPreviousKey: false,
		});

	it('is told apart from one about a merchant', () => {
		expect(about('wx570bc396a51b8ff8')).toBe(true);
		expect(about('wx00000000000000a1')).toBe(false);
		expect(
			isAboutTestAccount({ infoType: 'x', createTime: 0, fields: {}, isOfPreviousKey: false }),
		).toBe(false);
	});
});

describe('the fields of a push', () => {
	it('lose secrets by their names, at any depth', () => {
		expect(
			withoutSecrets({
				AuthorizationCode: 'a',
				authorization_code: 'a',
				PreAuthCode: 'b',
				ComponentVerifyTicket: 'c',
				authorizer_access_token: 'd',
				Secret: 'e',
				auth_code: 'f',
				info: { token: 'h', name: 'Shop', deep: { ticket: 'i', status: '1' } },
				list: ['x', { auth_code: 'j', id: '1' }, [{ AuthCode: 'k' }]],
				AuthorizationCodeExpiredTime: '1715943329',
			}),
		).toEqual({
			info: { name: 'Shop', deep: { status: '1' } },
			list: ['x', { id: '1' }, [{}]],
			AuthorizationCodeExpiredTime: '1715943329',
		});
	});

	it('keep codes that open nothing: results, and the number of a company', () => {
		const fields = {
			ret_code: '0',
			errcode: '0',
			Code: 'x',
			info: { code: '9135', code_type: '1', unified_social_credit_code: '9135' },
			qrcode: 'https://example.com',
		};
		expect(withoutSecrets(fields)).toEqual(fields);
	});
});
