import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';

import type { Credential } from '../n8n/n8n.cts';

/** A received e-mail. */
export interface Mail {
	to: string[];
	subject: string;
	text: string;
}

/** A mail server that keeps what it receives, and has no mailbox for `nobody@`. */
export class Mailbox {
	private readonly mails: Mail[] = [];

	private constructor(private readonly server: Server) {}

	static async start(): Promise<Mailbox> {
		const server = createServer();
		server.listen(0, '127.0.0.1');
		await once(server, 'listening');
		const mailbox = new Mailbox(server);
		server.on('connection', (socket) => mailbox.serve(socket));
		return mailbox;
	}

	/** n8n's credential for this server. */
	credential(): Omit<Credential, 'id'> {
		const { port } = this.server.address() as AddressInfo;
		const data = { host: '127.0.0.1', port, secure: false, disableStartTls: true };
		return { name: 'Mail server', type: 'smtp', data };
	}

	/** The mails since the last call. */
	take(): Mail[] {
		return this.mails.splice(0);
	}

	async close(): Promise<void> {
		this.server.close();
		await once(this.server, 'close');
	}

	private serve(socket: Socket): void {
		let to: string[] = [];
		let data: string | null = null;
		let rest = '';
		const say = (line: string) => socket.write(`${line}\r\n`);
		const hear = (line: string) => {
			if (data !== null) {
				if (line !== '.') data += `${line}\n`;
				else {
					this.mails.push({ to, ...read(data) });
					[to, data] = [[], null];
					say('250 taken');
				}
			} else if (/^RCPT TO:/i.test(line)) {
				const address = /<(.*)>/.exec(line)?.[1] ?? '';
				const isKnown = !address.startsWith('nobody@');
				if (isKnown) to.push(address);
				say(isKnown ? '250 ok' : '550 no such mailbox');
			} else if (/^DATA/i.test(line)) {
				data = '';
				say('354 go on');
			} else if (/^QUIT/i.test(line)) {
				say('221 bye');
				socket.end();
			} else say('250 ok');
		};
		say('220 mailbox');
		socket.on('error', () => socket.destroy());
		socket.on('data', (bytes) => {
			const lines = (rest + bytes.toString('latin1')).split('\r\n');
			rest = lines.pop() ?? '';
			lines.forEach(hear);
		});
	}
}

function read(source: string): Omit<Mail, 'to'> {
	const [head, body] = [
		source.slice(0, source.indexOf('\n\n')),
		source.slice(source.indexOf('\n\n') + 2),
	];
	const plain = head.replaceAll(/\n[ \t]+/g, '');
	const fieldOf = (name: string) => new RegExp(`^${name}: *(.*)$`, 'im').exec(plain)?.[1] ?? '';
	const words = /=\?utf-8\?([bq])\?([^?]*)\?=/gi;
	const subject = fieldOf('Subject').replaceAll(words, (_, form: string, word: string) =>
		form.toLowerCase() === 'b' ? fromBase64(word) : fromQuoted(word.replaceAll('_', ' ')),
	);
	const encoding = fieldOf('Content-Transfer-Encoding').toLowerCase();
	const text =
		encoding === 'base64'
			? fromBase64(body)
			: encoding === 'quoted-printable'
				? fromQuoted(body)
				: body;
	return { subject, text: text.trim() };
}

const fromBase64 = (text: string): string => Buffer.from(text, 'base64').toString();

function fromQuoted(text: string): string {
	const joined = text.replaceAll('=\n', '');
	const bytes = joined.replaceAll(/=([0-9A-F]{2})/gi, (_, code: string) =>
		String.fromCharCode(parseInt(code, 16)),
	);
	return Buffer.from(bytes, 'latin1').toString();
}
