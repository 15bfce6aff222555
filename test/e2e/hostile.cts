import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Something that is not WeChat: it repeats what it was asked with, as pages for faults do. */
export interface Hostile {
	/** Answers a page with the HTTP status that stands in the path, such as `/404`. */
	readonly url: string;
	/** What it was asked with. */
	readonly seen: string[];
	close(): void;
}

/** Starts the server; `/json` answers like WeChat, with the whole address in errmsg. */
export async function startHostile(): Promise<Hostile> {
	const seen: string[] = [];
	const server = createServer((request, response) => {
		const [, kind = ''] = /^\/(\w+)/.exec(request.url ?? '') ?? [];
		const text = `unexpected request ${request.url} with ${JSON.stringify(request.headers)}`;
		seen.push(text);
		if (kind === 'json') {
			response.writeHead(200, { 'content-type': 'application/json' });
			response.end(JSON.stringify({ errcode: 777002, errmsg: text }));
		} else {
			response.writeHead(Number(kind), { 'content-type': 'text/html' });
			response.end(`<html><body>${text}</body></html>`);
		}
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as AddressInfo;
	return { url: `http://127.0.0.1:${port}`, seen, close: () => void server.close() };
}
