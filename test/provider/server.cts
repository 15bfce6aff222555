import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { PlatformValues, ReadMessage, Software, TokenMaker } from './software.cts';
import { wecom } from './wecom.cts';

/** A push as the server has read it. */
interface ReadPush extends ReadMessage {
	body: string;
	query: string;
}

/**
 * The server of a provider who has run a third-party platform for years: it receives pushes, makes
 * tokens and hands them out. It stands for software that knows nothing of n8n: what it reads and verifies
 * pushes with was made by others.
 */
export class ProviderServer {
	/** Pushes that were proven to come from WeChat. */
	readonly pushes: ReadPush[] = [];

	/** Requests that were not. */
	refused = 0;

	/** How it answers a push: WeChat wants `success`, which it says unless told another text. */
	answer: { status: number; afterMs: number; text?: string } = { status: 200, afterMs: 0 };

	/** Where it sends on what it receives. */
	forwardTo: string | null = null;

	/** Number of requests to its token service, and how many of them asked to bypass its cache. */
	asked = 0;
	askedPastCache = 0;

	private readonly software: Software;

	private server: Server | undefined;

	/** @param apiBaseUrl WeChat */
	constructor(platform: PlatformValues, apiBaseUrl: string, setUp = wecom) {
		this.software = setUp(platform, apiBaseUrl);
	}

	get tokens(): TokenMaker {
		return this.software.tokens;
	}

	/** @param port any free one unless it is given */
	async start(port = 0): Promise<void> {
		this.server = createServer((request, response) => {
			void this.handle(request, response).catch(() => response.destroy());
		});
		await new Promise<void>((resolve) => this.server?.listen(port, '127.0.0.1', resolve));
	}

	async close(): Promise<void> {
		this.server?.closeAllConnections();
		await new Promise((resolve) => this.server?.close(resolve));
	}

	get url(): string {
		return `http://127.0.0.1:${(this.server?.address() as AddressInfo).port}`;
	}

	get pushUrl(): string {
		return `${this.url}/wechat/events`;
	}

	get tokenServiceUrl(): string {
		return `${this.url}/tokens/{appid}`;
	}

	private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
		const { pathname } = new URL(request.url ?? '/', 'http://provider');
		if (pathname.startsWith('/tokens/')) {
			if (/no-cache/.test(request.headers['cache-control'] ?? '')) {
				this.askedPastCache++;
				await this.tokens.forgetOne(pathname.slice('/tokens/'.length));
			}
			return await this.giveToken(pathname.slice('/tokens/'.length), response);
		}
		const chunks: Buffer[] = [];
		for await (const chunk of request) chunks.push(chunk as Buffer);
		const body = Buffer.concat(chunks).toString('utf8');
		const push = await this.read(request, body);
		if (!push) {
			this.refused++;
			return void response.writeHead(401).end();
		}
		this.pushes.push(push);
		const { status, afterMs, text = 'success' } = this.answer;
		if (afterMs > 0) await new Promise((resolve) => setTimeout(resolve, afterMs));
		response.writeHead(status).end(text);
		if (this.forwardTo !== null) await this.sendOn(this.forwardTo, push);
	}

	private async read(request: IncomingMessage, body: string): Promise<ReadPush | undefined> {
		const { url = '/', headers } = request;
		const message = await this.software.read({ url, headers, body }).catch(() => undefined);
		if (!message) return undefined;
		const { account, fields } = message;
		const { ComponentVerifyTicket: ticket, AuthorizationCode: code } = fields;
		if (ticket) this.tokens.ticket = ticket;
		if (account !== null && code) this.tokens.noteCode(account, code);
		return { ...message, body, query: new URL(url, 'http://provider').search.slice(1) };
	}

	private async sendOn(url: string, { body, query }: ReadPush): Promise<void> {
		await fetch(`${url}?${query}`, {
			method: 'POST',
			headers: { 'Content-Type': 'text/xml' },
			body,
		});
	}

	private async giveToken(account: string, response: ServerResponse): Promise<void> {
		this.asked++;
		response.setHeader('Content-Type', 'application/json');
		if (account === '') return void response.end(JSON.stringify(await this.tokens.list()));
		const { token, expiresIn } = await this.tokens.of(account);
		response.end(
			JSON.stringify({
				authorizer_appid: account,
				authorizer_access_token: token,
				expires_in: expiresIn,
			}),
		);
	}
}
