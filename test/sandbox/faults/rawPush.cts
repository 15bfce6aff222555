import { createHash } from 'node:crypto';
import type { Platform } from '../platform/platforms.cts';
import { encrypt, encryptBytes, padded, plainBytes } from '../pushes/pushCrypto.cts';
import { signedQuery } from '../pushes/pusher.cts';
import type { Pusher } from '../pushes/pusher.cts';
import type { Sendable } from '../pushes/pushSender.cts';
import type { PushFlaw, RawPush } from '../pushes/pushTypes.cts';
import { outerXml } from '../pushes/pushXml.cts';
import { randomAlphanumeric, randomDigits, randomText } from '../randomText.cts';

const DEFAULT_HUGE_BYTES = 10 * 1024 * 1024;

/** Ten entities, each ten times the previous one. */
function nestedEntities(message: string): string {
	const entities = Array.from({ length: 9 }, (_, index) => {
		const inner = `&e${index};`.repeat(10);
		return `<!ENTITY e${index + 1} "${inner}">`;
	});
	const doctype = `<!DOCTYPE xml [<!ENTITY e0 "ticket">${entities.join('')}]>`;
	return doctype + message.replace('</xml>', '<Bomb>&e9;</Bomb>\n</xml>');
}

function externalEntity(message: string): string {
	const doctype = '<!DOCTYPE xml [<!ENTITY file SYSTEM "file:///etc/passwd">]>';
	return doctype + message.replace('</xml>', '<File>&file;</File>\n</xml>');
}

function flawedMessage(message: string, flaw: PushFlaw | undefined): string {
	switch (flaw) {
		case 'innerNotXml':
			return '{"InfoType":"component_verify_ticket"}';
		case 'nestedEntities':
			return nestedEntities(message);
		case 'doctype':
			return externalEntity(message);
		case 'misprintedEnd':
			return message.replace(/<\/xml>$/, '<xml>');
		case 'controlCharacters':
			return message.replaceAll('</', '\u0001</');
		default:
			return message;
	}
}

/** A well-formed appid that belongs to nobody here. */
function foreignAppId(appId: string): string {
	return `wx${createHash('sha256').update(appId).digest('hex').slice(0, 16)}`;
}

/** The value of Encrypt, with the given flaw. */
function flawedCiphertext(message: string, platform: Platform, flaw?: PushFlaw): string {
	const { appId, encodingAesKey } = platform;
	const plain = { message, appId };
	switch (flaw) {
		case 'otherAppId':
			return encrypt({ message, appId: foreignAppId(appId) }, encodingAesKey);
		case 'wrongKey':
			return encrypt(plain, randomAlphanumeric(43));
		case 'lengthTooLarge':
			return encrypt({ ...plain, length: 0x7fff_ffff }, encodingAesKey);
		case 'badPadding': {
			const bytes = padded(plainBytes(plain));
			bytes[bytes.length - 1] = 0;
			return encryptBytes(bytes, encodingAesKey);
		}
		case 'notBase64':
			return '*** this is no base64 ***';
		case 'shortCiphertext':
			return encryptBytes(Buffer.alloc(16, 16), encodingAesKey);
		default:
			return encrypt(plain, encodingAesKey);
	}
}

/** Changes the 40th character of the ciphertext. */
function changed(encrypted: string): string {
	return encrypted.slice(0, 40) + (encrypted[40] === 'A' ? 'B' : 'A') + encrypted.slice(41);
}

function flawedBody(encrypted: string, platform: Platform, raw: RawPush): string {
	const body = outerXml(platform.appId, encrypted);
	switch (raw.flaw) {
		case 'changedBytes':
			return outerXml(platform.appId, changed(encrypted));
		case 'truncated':
			return body.slice(0, body.length / 2);
		case 'hugeBody': {
			const missing = (raw.bytes ?? DEFAULT_HUGE_BYTES) - outerXml(platform.appId, '').length;
			return outerXml(platform.appId, 'A'.repeat(Math.max(missing, 0)));
		}
		case 'notXml':
			return new URLSearchParams({ AppId: platform.appId, Encrypt: encrypted }).toString();
		case 'outerDoctype':
			return externalEntity(body);
		case 'get':
		case 'emptyBody':
			return '';
		default:
			return body;
	}
}

/** The request of a push, with a flaw or without. Its ticket was never issued. */
function requestOf(raw: RawPush, platform: Platform, pusher: Pusher): Sendable {
	if (platform.eventUrl === null && raw.url === undefined) throw new Error('there is no event URL');
	const fields = raw.fields ?? { ComponentVerifyTicket: `ticket@@@flawed${randomText(80)}` };
	const infoType = raw.infoType ?? 'component_verify_ticket';
	const message = raw.message ?? pusher.message(platform, infoType, fields);
	const { flaw } = raw;
	const encrypted = flawedCiphertext(flawedMessage(message, flaw), platform, flaw);
	const timestamp = raw.timestamp ?? pusher.time();
	const signed = flaw === 'wrongSignature' ? `${encrypted}.` : encrypted;
	const nonce = raw.nonce ?? randomDigits(10);
	const query = signedQuery(platform.messageToken, timestamp, nonce, signed);
	for (const name of raw.omit ?? []) query.delete(name);
	return {
		url: raw.url ?? platform.eventUrl ?? '',
		query: query.toString(),
		body: Buffer.from(raw.body ?? flawedBody(encrypted, platform, raw)),
		method: raw.method ?? (flaw === 'get' ? 'GET' : undefined),
	};
}

/**
 * The request of a raw push. In a replay, only `url` and `method` can be changed.
 *
 * @throws Error if there is no event URL, or no such push to replay
 */
export function rawRequest(raw: RawPush, platform: Platform, pusher: Pusher): Sendable {
	if (raw.replayOf === undefined) return requestOf(raw, platform, pusher);
	const sent = pusher.sent(raw.replayOf);
	return { ...sent, url: raw.url ?? sent.url, method: raw.method };
}
