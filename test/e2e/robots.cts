import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { Sending } from '../n8n/merchantSet.cts';

export type Robot = 'weCom' | 'dingTalk' | 'feishu';

/** Each robot's answers for an accepted and a refused message, both with HTTP 200. */
const ANSWERS: Record<Robot, { taken: object; refused: object }> = {
	weCom: {
		taken: { errcode: 0, errmsg: 'ok' },
		refused: { errcode: 93000, errmsg: 'invalid webhook url, hint: [1]' },
	},
	dingTalk: {
		taken: { errcode: 0, errmsg: 'ok' },
		refused: { errcode: 310000, errmsg: 'keywords not in content' },
	},
	feishu: {
		taken: { code: 0, msg: 'success', data: {} },
		refused: { code: 19024, msg: 'Key Words Not Found' },
	},
};

const KEY = 'a-key-that-nobody-may-see';

interface Message {
	msgtype?: string;
	text?: { content: string };
	msg_type?: string;
	content?: { text: string };
}

/** The group robots of three companies, which keep the messages that they accept. */
export class Robots {
	/** Accepted texts, oldest first. */
	readonly texts: string[] = [];

	/** A robot refuses messages with this text; '' for all messages. */
	refuses: string | null = null;

	/** An answer in place of a robot's JSON. */
	page: string | null = null;

	private constructor(private readonly server: Server) {}

	static async start(): Promise<Robots> {
		const server = createServer();
		server.listen(0, '127.0.0.1');
		await once(server, 'listening');
		const robots = new Robots(server);
		server.on('request', (request, response) => {
			const parts: Buffer[] = [];
			request.on('data', (part: Buffer) => parts.push(part));
			request.on('end', () => {
				const robot = new URL(request.url ?? '', 'http://robots').pathname.slice(1) as Robot;
				const answer = robots.answer(robot, Buffer.concat(parts));
				response.writeHead(200, { 'Content-Type': 'application/json' }).end(answer);
			});
		});
		return robots;
	}

	/** The settings that send messages to one of these robots. */
	sending(robot: Robot): Sending {
		const { port } = this.server.address() as AddressInfo;
		return { robot, robotUrl: `http://127.0.0.1:${port}/${robot}?key=${KEY}` };
	}

	/** The secret part of an address. */
	get key(): string {
		return KEY;
	}

	/** The accepted texts since the last call. */
	take(): string[] {
		return this.texts.splice(0);
	}

	async close(): Promise<void> {
		this.server.closeAllConnections();
		this.server.close();
		await once(this.server, 'close');
	}

	private answer(robot: Robot, body: Buffer): string {
		if (this.page !== null) return this.page;
		const { taken, refused } = ANSWERS[robot];
		const text = textOf(robot, JSON.parse(body.toString()) as Message);
		const isTooLong = robot === 'weCom' && Buffer.byteLength(text) > 2048;
		const isRefused = this.refuses !== null && text.includes(this.refuses);
		if (isTooLong || isRefused || !text.startsWith('WeChat merchants')) {
			return JSON.stringify(refused);
		}
		this.texts.push(text);
		return JSON.stringify(taken);
	}
}

/** The text of a message in the robot's own format; robots accept no other. */
function textOf(robot: Robot, message: Message): string {
	const text =
		robot === 'feishu'
			? message.msg_type === 'text' && message.content?.text
			: message.msgtype === 'text' && message.text?.content;
	return text || '';
}
