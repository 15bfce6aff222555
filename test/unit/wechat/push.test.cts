import { createCipheriv } from 'node:crypto';

import { encryptMessage, signMessage } from '../../../nodes/wechat/messageCrypto';
import { readPush, type RefusedPush } from '../../../nodes/wechat/push';
import { invitationIdOf, readFields, type Push } from '../../../nodes/wechat/pushEvent';
import { K1, K2, keyOf, PLATFORM, SIGNATURES, V9 } from '../pushVectors.cts';

const NOW = 1_715_943_329;
const KEYS = { componentAppId: PLATFORM, messageToken: 'AAAAA', encodingAesKey: K1 };
const TICKET = 'ticket@@@fake-ticket-for-tests';
const MESSAGE = `<xml><AppId>${PLATFORM}</AppId><InfoType>unauthorized</InfoType></xml>`;
const TEA = MESSAGE.replace('</xml>', '<A>茶</A></xml>');
const outer = (encrypt: string) =>
	`<xml><AppId>${PLATFORM}</AppId><Encrypt>${encrypt}</Encrypt></xml>`;

beforeEach(() => jest.spyOn(Date, 'now').mockReturnValue(NOW * 1000));
afterEach(() => jest.restoreAllMocks());

/** A push as WeChat sends it: its query and its body. */
interface Sent {
	timestamp: string;
	nonce: string;
	msg_signature: string;
	body: Buffer;
}

async function read({ body, ...query }: Sent, credentials: object = KEYS) {
	const readBody = jest.fn(async () => await Promise.resolve(body));
	const found = await readPush(
		query,
		readBody,
		async () => await Promise.resolve({ credentials: { ...credentials } }),
	);
	return 'reason' in found ? found : found.push;
}

/** A push whose signature fits its Encrypt. */
function signed(encrypt: string, body = outer(encrypt)): Sent {
	const parts = { timestamp: String(NOW), nonce: '1590219412' };
	const msg_signature = signMessage(KEYS.messageToken, { ...parts, encrypt });
	return { ...parts, msg_signature, body: Buffer.from(body) };
}

const encrypted = (message: string, appId = PLATFORM, key = K1) =>
	encryptMessage(message, appId, keyOf(key));

/** Encrypts a message of any bytes as WeChat does. */
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

describe('A ticket', () => {
	const { timestamp, nonce, signature: msg_signature } = SIGNATURES[SIGNATURES.length - 1];
	const push = { timestamp, nonce, msg_signature, body: Buffer.from(outer(V9)) };

	it('A push of the kind component_verify_ticket brings its ticket', async () => {
		expect(await read(push)).toMatchObject({
			kind: 'ticket',
			infoType: 'component_verify_ticket',
			createTime: NOW,
			ticket: TICKET,
			appId: '',
			code: '',
		});
	});

	it('A push is accepted with Encrypt in CDATA and with other elements around it', async () => {
		const body = `<?xml version="1.0"?>\n<xml>\n<ToUserName>x</ToUserName><Encrypt><![CDATA[${V9}]]></Encrypt>\n</xml>\n`;
		expect(await read({ ...push, body: Buffer.from(body) })).toMatchObject({ kind: 'ticket' });
	});

	it('A push is accepted with the previous key while the key is being changed', async () => {
		const keys = { ...KEYS, encodingAesKey: K2, previousEncodingAesKey: K1 };
		expect(await read(push, keys)).toMatchObject({ kind: 'ticket', isOfPreviousKey: true });
		expect(await read(push)).toMatchObject({ kind: 'ticket', isOfPreviousKey: false });
	});
});

describe('Unusual pushes', () => {
	it.each(['<xml>', '<xml>\n', ''])('A push may end with %j instead of </xml>', async (end) => {
		expect(await read(pushOf(MESSAGE.replace(/<\/xml>$/, end)))).toMatchObject({
			kind: 'unauthorized',
		});
		const encrypt = encrypted(MESSAGE);
		const body = outer(encrypt).replace(/<\/xml>$/, end);
		expect(await read(signed(encrypt, body))).toMatchObject({ kind: 'unauthorized' });
	});

	it('Elements that occur several times are all kept, even empty ones', async () => {
		const list = '<list><id>1</id></list><list/><list><id>2</id></list>';
		expect(await read(pushOf(MESSAGE.replace('</xml>', `${list}</xml>`)))).toMatchObject({
			fields: { list: [{ id: '1' }, '', { id: '2' }] },
		});
	});

	it('Control characters and a byte order mark are ignored, and Chinese is kept', async () => {
		const message = `\uFEFF${MESSAGE.replaceAll('</', '\u0001</').replace('</xml>', '<A>\u0008茶&#0;</A></xml>')}`;
		const { body, ...push } = pushOf(message);
		for (const mark of ['', '\uFEFF', '\u0000']) {
			expect(await read({ ...push, body: Buffer.from(mark + body.toString()) })).toMatchObject({
				infoType: 'unauthorized',
				fields: { A: '茶', AppId: PLATFORM },
			});
		}
	});

	it.each<[string, Buffer, unknown]>([
		// 茶 in GBK, which is not UTF-8.
		['GBK', Buffer.from(TEA.replace('茶', '\xb2\xe8'), 'latin1'), '\ufffd\ufffd'],
		['UTF-16', Buffer.from(TEA, 'utf16le'), expect.any(String)],
	])('A push in %s keeps what remains readable', async (_, message, A) => {
		expect(await read(signed(encryptBytes(message)))).toMatchObject({
			infoType: 'unauthorized',
			fields: { AppId: PLATFORM, A },
		});
	});

	it.each([
		['authorized', 'authorized'],
		['updateauthorized', 'updateauthorized'],
		['unauthorized', 'unauthorized'],
		['new_one', 'other'],
	])('A push of the InfoType %s is of the kind %s', async (infoType, kind) => {
		const push = await read(pushOf(`<xml><InfoType>${infoType}</InfoType></xml>`));
		expect(push).toMatchObject({ infoType, kind });
	});
});

const BOMB = `<!DOCTYPE xml [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>`;
const FILE = '<!DOCTYPE xml [<!ENTITY f SYSTEM "file:///etc/passwd">]>';
const whole = pushOf(MESSAGE);

const REFUSED: Array<[string, number, Sent]> = [
	['another signature', 401, { ...whole, msg_signature: '0'.repeat(40) }],
	['a signature of another length', 401, { ...whole, msg_signature: 'abc' }],
	['another time', 401, { ...whole, timestamp: '1715943330' }],
	['another nonce', 401, { ...whole, nonce: '1' }],
	['another platform', 401, pushOf(MESSAGE, 'wx0000000000000000')],
	['another platform in its message', 401, pushOf(MESSAGE.replace(PLATFORM, 'wx0000000000000000'))],
	['no platform', 401, pushOf(MESSAGE, '')],
	['another key', 401, pushOf(MESSAGE, PLATFORM, K2)],
	['changed bytes', 401, { ...whole, body: Buffer.from(outer(`A${encrypted(MESSAGE).slice(1)}`)) }],
	['an empty Encrypt', 400, signed('')],
	['no Encrypt', 400, signed('x', '<xml><Other>x</Other></xml>')],
	['Encrypt with children', 400, signed('x', '<xml><Encrypt><A>x</A></Encrypt></xml>')],
	['an empty body', 400, signed('x', '')],
	['half a body', 400, { ...whole, body: whole.body.subarray(0, whole.body.length / 2) }],
	['a form', 400, signed('x', `AppId=${PLATFORM}&Encrypt=x`)],
	['JSON', 400, signed('x', '{"Encrypt":"x"}')],
	['bytes that are no text', 400, { ...whole, body: Buffer.from([0xff, 0xfe, 0, 1]) }],
	[
		'as many bytes as allowed, none of them XML',
		400,
		{ ...whole, body: Buffer.alloc(256 * 1024, 'A') },
	],
	['a doctype outside', 400, signed('x', BOMB + outer('x'))],
	['a file outside', 400, signed('x', FILE + outer('&f;'))],
	['a doctype inside', 400, pushOf(`<!DOCTYPE xml>${MESSAGE}`)],
	['no XML inside', 400, pushOf('{"InfoType":"unauthorized"}')],
	['nothing inside', 400, pushOf('')],
	['Encrypt twice', 400, signed('x', '<xml><Encrypt>x</Encrypt><Encrypt>x</Encrypt></xml>')],
	[
		'InfoType twice',
		400,
		pushOf(MESSAGE.replace('</xml>', '<InfoType>authorized</InfoType></xml>')),
	],
	[
		'two platforms in its message',
		401,
		pushOf(MESSAGE.replace('</xml>', '<AppId>wx1</AppId></xml>')),
	],
	['1 MB of nested elements', 400, signed('x', '<A>'.repeat(350_000))],
	['a malformed character number', 400, pushOf(MESSAGE.replace('</xml>', '<A>&#x;</A></xml>'))],
	['no InfoType inside', 400, pushOf('<xml><AppId>x</AppId></xml>')],
];

describe('Refused pushes', () => {
	it.each(REFUSED)(
		'A push with %s is answered with %i, and the reason names no secret',
		async (_, statusCode, push) => {
			const found = await read(push);
			expect(found).toEqual({ statusCode, reason: expect.stringMatching(/^[\w ,;-]+$/) });
			expect(JSON.stringify(found)).not.toMatch(new RegExp([K1, K2, 'AAAAA', PLATFORM].join('|')));
		},
	);

	it('Every push is refused while the credential has no key', async () => {
		expect(await read(whole, { ...KEYS, encodingAesKey: '' })).toEqual({
			statusCode: 401,
			reason: 'the EncodingAESKey does not match',
		});
	});

	it('Every push is refused while the credential has no message token, since anybody could sign', async () => {
		const encrypt = encrypted(MESSAGE);
		const parts = { timestamp: String(NOW), nonce: '2' };
		const msg_signature = signMessage('', { ...parts, encrypt });
		const push = { ...parts, msg_signature, body: Buffer.from(outer(encrypt)) };
		expect(await read(push, { ...KEYS, messageToken: '' })).toEqual({
			statusCode: 401,
			reason: 'the credential has no message token to verify it with',
		});
	});
});

describe('The order of the checks', () => {
	const { body, ...query } = whole;
	const BAD: RefusedPush = { statusCode: 413, reason: 'the body is too large' };
	const LATE: RefusedPush = { statusCode: 503, reason: 'late' };

	it('The body of a push is not read if its query is refused', async () => {
		const readBody = jest.fn();
		const readKeys = jest.fn();
		const found = await readPush({ ...query, nonce: '' }, readBody, readKeys);
		expect(found).toMatchObject({ statusCode: 400 });
		expect(readBody).not.toHaveBeenCalled();
		expect(readKeys).not.toHaveBeenCalled();
	});

	it.each([
		['could not be read', BAD],
		['is not XML', Buffer.from('x')],
	])('The credential is not read if the body %s', async (_, given) => {
		const readKeys = jest.fn();
		const found = await readPush(query, async () => await Promise.resolve(given), readKeys);
		expect(found).toHaveProperty('reason');
		expect(readKeys).not.toHaveBeenCalled();
	});

	it('A push whose body could not be read is refused for that reason', async () => {
		const readBody = async () => await Promise.resolve(BAD);
		expect(await readPush(query, readBody, jest.fn())).toEqual(BAD);
	});

	it('A push is refused if the credential could not be read', async () => {
		const readBody = async () => await Promise.resolve(body);
		expect(await readPush(query, readBody, async () => await Promise.resolve(LATE))).toEqual(LATE);
	});

	it('A verified push is returned with the credential that was read to verify it', async () => {
		const keys = { credentials: { ...KEYS }, readAt: 7 };
		const readBody = async () => await Promise.resolve(body);
		const found = await readPush(query, readBody, async () => await Promise.resolve(keys));
		expect(found).toMatchObject({ ...keys, push: { kind: 'unauthorized' } });
	});
});

describe('The query of a push', () => {
	const readAt = async (change: object) => await read({ ...whole, ...change });
	/** A sound query whose signature does not match. */
	const UNSIGNED = { statusCode: 401, reason: 'msg_signature does not match the message token' };

	it.each([-3600, 0, 3600])('A query is accepted if its time is %i s away', async (seconds) => {
		const timestamp = ` ${NOW + seconds} `;
		const parts = { timestamp: timestamp.trim(), nonce: whole.nonce };
		const encrypt = encrypted(MESSAGE);
		const msg_signature = signMessage(KEYS.messageToken, { ...parts, encrypt });
		const body = Buffer.from(outer(encrypt));
		const more = { signature: 'x', x: ['1', '2'] };
		expect(await readAt({ timestamp, msg_signature, body, ...more })).toMatchObject({
			kind: 'unauthorized',
		});
	});

	it.each([-3601, 3601, -NOW])('A query is refused if its time is %i s away', async (seconds) => {
		expect(await readAt({ timestamp: String(NOW + seconds) })).toEqual({
			statusCode: 401,
			reason: expect.stringContaining('more than an hour'),
		});
	});

	it.each<[string, object]>([
		['no time', { timestamp: undefined }],
		['an empty time', { timestamp: ' ' }],
		['a time that is not a whole number', { timestamp: '1.7e9' }],
		['a signed time', { timestamp: `+${NOW}` }],
		['a time of 13 digits', { timestamp: '9'.repeat(13) }],
		['two times', { timestamp: [whole.timestamp, whole.timestamp] }],
		['no nonce', { nonce: '' }],
		['a nonce that is a group', { nonce: { a: '1' } }],
		['a nonce of 129 characters', { nonce: '1'.repeat(129) }],
		['no signature', { msg_signature: undefined }],
		['two signatures', { msg_signature: [whole.msg_signature, 'x'] }],
		['a signature of 129 characters', { msg_signature: '0'.repeat(129) }],
	])('A query with %s is refused', async (_, change) => {
		expect(await readAt(change)).toEqual({
			statusCode: 400,
			reason: 'timestamp, nonce or msg_signature is missing or malformed',
		});
	});

	it('A query with a nonce and a signature of 128 characters is well formed', async () => {
		expect(await readAt({ nonce: '1'.repeat(128), msg_signature: '0'.repeat(128) })).toEqual(
			UNSIGNED,
		);
	});
});

describe('The ids of pushes and invitations', () => {
	const eventIdOf = (fields: Push['fields']) => readFields(fields, false).eventId;

	it('Repeats of a push have the same id, and other pushes have another one', () => {
		const push = { InfoType: 'authorized', AuthorizerAppid: 'wx1', CreateTime: '1' };
		expect(eventIdOf({ ...push })).toBe(eventIdOf(push));
		expect(eventIdOf({ ...push, CreateTime: '2' })).not.toBe(eventIdOf(push));
	});

	it('A push has another id if any of several elements of one name differs', async () => {
		const ids = ['12', '13', '32'].map(async (list) => {
			const items = [...list].map((id) => `<list><id>${id}</id></list>`).join('');
			const found = await read(pushOf(MESSAGE.replace('</xml>', `${items}</xml>`)));
			return 'reason' in found ? found.reason : found.eventId;
		});
		expect(new Set(await Promise.all(ids)).size).toBe(3);
	});

	it('A push of a ticket has the id of the ticket, whenever it is pushed', () => {
		const ticket = { ComponentVerifyTicket: TICKET, CreateTime: '1' };
		expect(eventIdOf({ ...ticket, CreateTime: '2' })).toBe(eventIdOf(ticket));
		const next = { ...ticket, ComponentVerifyTicket: `${TICKET}2` };
		expect(eventIdOf(next)).not.toBe(eventIdOf(ticket));
	});

	it.each([
		['a ticket', eventIdOf({ ComponentVerifyTicket: TICKET })],
		['an invitation', invitationIdOf(TICKET)],
	])('The id of %s is short and does not reveal the secret', (_, id) => {
		expect(id).toMatch(/^[\w-]{8,32}$/);
		expect(TICKET).not.toContain(id);
	});

	it('An invitation has an id only if WeChat names the link', () => {
		expect(readFields({}, false).invitationId).toBe('');
		const [a, b] = ['preauthcode@@@a', 'preauthcode@@@b'];
		expect(readFields({ PreAuthCode: a }, false).invitationId).toBe(invitationIdOf(a));
		expect(invitationIdOf(a)).not.toBe(invitationIdOf(b));
	});
});

describe('The fields of a push', () => {
	const fieldsOf = (fields: Push['fields']) => ({ ...readFields(fields, false).fields });

	it.each([
		['wx570bc396a51b8ff8', true],
		['wx00000000000000a1', false],
		['', false],
	])('A push about the account %j is about a test account of WeChat: %s', (AuthorizerAppid, is) => {
		expect(readFields({ AuthorizerAppid }, false).isAboutTestAccount).toBe(is);
	});

	it('An authorization names its account, its code and the end of the code', () => {
		const fields = {
			AuthorizerAppid: 'wx1',
			AuthorizationCode: 'code',
			AuthorizationCodeExpiredTime: '1715946929',
		};
		expect(readFields(fields, false)).toMatchObject({
			authorizerAppId: 'wx1',
			appId: 'wx1',
			code: 'code',
			codeEnd: '1715946929',
		});
	});

	it('A registration names its account and its code in other fields', () => {
		const fields = { appid: 'wx1', auth_code: 'code', status: '0' };
		expect(readFields(fields, false)).toMatchObject({
			authorizerAppId: '',
			appId: 'wx1',
			code: 'code',
			codeEnd: '',
		});
	});

	it('Secrets are removed by their names, at any depth', () => {
		expect(
			fieldsOf({
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

	it('Codes that are not secret are kept, such as results and the number of a company', () => {
		const fields = {
			ret_code: '0',
			errcode: '0',
			Code: 'x',
			info: { code: '9135', code_type: '1', unified_social_credit_code: '9135' },
			qrcode: 'https://example.com',
		};
		expect(fieldsOf(fields)).toEqual(fields);
	});
});
