import { decrypt, getSignature } from '@wecom/crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { MakesTokens } from './makesTokens.cts';

/** What the provider's server knows of its platform. */
export interface PlatformValues {
	appId: string;
	appSecret: string;
	messageToken: string;
	encodingAesKey: string;
}

/** A push as the server has read it. */
export interface ReadPush {
	infoType: string;
	account: string | null;
	body: string;
	query: string;
}

/**
 * The server of a provider who has run a third-party platform for years: it receives pushes, makes
 * tokens and hands them out. It stands for software that knows nothing of n8n: what it reads and verifies
 * pushes with is Tencent's own library.
 */
export class ProviderServer {
	/** Pushes that were proven to come from WeChat. */
	readonly pushes: ReadPush[] = [];

	/** Requests that were not. */
	refused = 0;

	/** How it answers a push: WeChat wants `success`. */
	answer: { status: number; afterMs: number } = { status: 200, afterMs: 0 };

	/** Where it sends on what it receives. */
	forwardTo: string | null = null;

	/** Requests to its token service. */
	asked = 0;

	readonly tokens: MakesTokens;

	private server: Server | undefined;

	/** @param apiBaseUrl WeChat */
	constructor(
		private readonly platform: PlatformValues,
		apiBaseUrl: string,
	) {
		this.tokens = new MakesTokens(platform, apiBaseUrl);
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
		const { pathname, search } = new URL(request.url ?? '/', 'http://provider');
		if (pathname.startsWith('/tokens/')) {
			return await this.giveToken(pathname.slice('/tokens/'.length), response);
		}
		const chunks: Buffer[] = [];
		for await (const chunk of request) chunks.push(chunk as Buffer);
		const body = Buffer.concat(chunks).toString('utf8');
		const push = this.read(body, search.slice(1));
		if (!push) {
			this.refused++;
			return void response.writeHead(401).end();
		}
		this.pushes.push(push);
		const { status, afterMs } = this.answer;
		if (afterMs > 0) await new Promise((resolve) => setTimeout(resolve, afterMs));
		response.writeHead(status).end('success');
		if (this.forwardTo !== null) await this.sendOn(this.forwardTo, push);
	}

	private read(body: string, query: string): ReadPush | undefined {
		const parameters = new URLSearchParams(query);
		const { appId, messageToken, encodingAesKey } = this.platform;
		const encrypted = textIn(body, 'Encrypt') ?? '';
		const [timestamp, nonce] = ['timestamp', 'nonce'].map((name) => parameters.get(name) ?? '');
		const signature = getSignature(messageToken, timestamp, nonce, encrypted);
		if (signature !== parameters.get('msg_signature')) return undefined;
		const { message, id } = decrypt(encodingAesKey, encrypted);
		if (id !== appId) return undefined;
		const ticket = textIn(message, 'ComponentVerifyTicket');
		if (ticket !== null) this.tokens.ticket = ticket;
		const infoType = textIn(message, 'InfoType') ?? '';
		const account = textIn(message, 'AuthorizerAppid');
		const code = textIn(message, 'AuthorizationCode');
		if (account !== null && code !== null) this.tokens.noteCode(account, code);
		return { infoType, account, body, query };
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

/** The text of an element, with or without CDATA; null where there is none. */
function textIn(xml: string, name: string): string | null {
	const element = new RegExp(`<${name}>(?:<!\\[CDATA\\[)?(.*?)(?:\\]\\]>)?</${name}>`, 's').exec(
		xml,
	);
	return element ? element[1] : null;
}
