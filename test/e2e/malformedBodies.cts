import { once } from 'node:events';
import { Agent, request as httpRequest } from 'node:http';
import type { IncomingMessage } from 'node:http';

/** Bodies unlike any push. n8n's own parser throws an error for some, and stops working after others. */
export const MALFORMED_BODIES: ReadonlyArray<string | Buffer> = [
	'<xml></xml><xml>',
	'<xml></xml><xml/>',
	'<xml></xml></xml>',
	'<xml><Encrypt>x</xml>',
	'<xml><Encrypt>',
	'<xml><Encrypt></Encrypt></xml>',
	'<xml><Encrypt/></xml>',
	'<xml><Encrypt>x</Encrypt><Encrypt>y</Encrypt></xml>',
	'<xml><Encrypt><A>x</A></Encrypt></xml>',
	'<xml',
	'<',
	'>',
	'',
	' \n',
	'<xml></xml>',
	'<xml/>',
	'</xml>',
	'<xml></XML>',
	'< xml/>',
	'<1/>',
	'<a/><b/>',
	'success',
	'success<xml/>',
	'<xml/>success',
	'<xml>]]></xml>',
	'<xml><![CDATA[',
	']]>',
	'<!DOCTYPE xml>',
	'<!DOCTYPE xml [<!ENTITY a "b">]><xml>&a;</xml>',
	'<!DOCTYPE xml SYSTEM "file:///etc/passwd"><xml/>',
	'<!--',
	'<!-- a --><xml/>',
	'<?xml',
	'<?xml version="1.0" encoding="UTF-16"?><xml/>',
	'<?xml version="9.9"?><xml/>',
	'<xml>&amp</xml>',
	'<xml>&unknown;</xml>',
	'<xml>&#0;</xml>',
	'<xml a>',
	'<xml a=1/>',
	'<xml a="1" a="2"/>',
	'<xml><__proto__>1</__proto__><constructor/></xml>',
	'<xml xmlns:a="b"><a:Encrypt>x</a:Encrypt></xml>',
	'<xml>\u0000\u0001</xml>',
	'\uFEFF<xml></xml><xml>',
	Buffer.from('<xml></xml><xml>', 'utf16le'),
	Buffer.from([0x3c, 0x78, 0x3e, 0xb2, 0xe8, 0xff, 0xfe]),
	'{"Encrypt":',
	'Encrypt=x&AppId=y',
	'<A>'.repeat(20_000),
	`<xml>${'<A/>'.repeat(20_000)}</xml>`,
	'A'.repeat(300 * 1024),
	'<A>'.repeat(350_000),
];

/** Content types to send them with. */
export const CONTENT_TYPES = ['text/xml', 'application/xml', 'application/soap+xml', 'text/plain'];

/**
 * Sends a body in place of a push, and returns the status of the answer.
 *
 * @param url of the trigger
 */
export async function sendMalformed(
	url: string,
	body: string | Buffer,
	contentType = CONTENT_TYPES[0],
): Promise<number> {
	const { status } = await fetch(`${url}?${unprovenQuery()}`, {
		method: 'POST',
		headers: { 'Content-Type': contentType },
		body: typeof body === 'string' ? body : new Uint8Array(body),
	});
	return status;
}

/** Sends only the first bytes of a push. Returns the status of the answer once the connection is closed. */
export async function sendInPart(url: string): Promise<number | undefined> {
	const headers = { 'Content-Type': CONTENT_TYPES[0], 'Content-Length': 1000 };
	const request = httpRequest(`${url}?${unprovenQuery()}`, {
		method: 'POST',
		agent: new Agent({ keepAlive: true }),
		headers,
	});
	request.write('<xml>');
	const [response] = (await once(request, 'response')) as [IncomingMessage];
	if (!response.socket.closed) await once(response.resume().socket, 'close');
	return response.statusCode;
}

/** The query of a recent push without a valid signature. */
function unprovenQuery(): URLSearchParams {
	return new URLSearchParams({
		signature: '0'.repeat(40),
		timestamp: String(Math.floor(Date.now() / 1000)),
		nonce: '1',
		encrypt_type: 'aes',
		msg_signature: '0'.repeat(40),
	});
}
