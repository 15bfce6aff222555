import { request as httpRequest } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { PushAnswer } from './pushTypes.cts';

/** Longer answers are cut in the record. */
const SHOWN_CHARACTERS = 2000;

const MAX_ANSWER_BYTES = 64 * 1024;

/** One HTTP request of WeChat, byte for byte. */
export interface Sendable {
	readonly url: string;
	/** Without the question mark. */
	readonly query: string;
	readonly body: Buffer;
	/** Default POST. */
	readonly method?: string;
}

type Ending = { status: number; body: string } | { error: string };

function readAnswer(response: IncomingMessage, end: (ending: Ending) => void): void {
	const chunks: Buffer[] = [];
	let length = 0;
	response.on('data', (chunk: Buffer) => {
		if (length < MAX_ANSWER_BYTES) chunks.push(chunk);
		length += chunk.length;
	});
	response.on('end', () =>
		end({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') }),
	);
	response.on('error', (error) => end({ error: error.message }));
}

function addressOf({ url, query }: Sendable): URL {
	const mark = url.includes('?') ? '&' : '?';
	return new URL(query === '' ? url : `${url}${mark}${query}`);
}

/**
 * Sends one request on a connection of its own and waits for the whole answer. Redirects are not
 * followed (assumed). Never rejects.
 *
 * @param timeoutMs from the start to the end of the answer
 * @param stop ends the wait early
 */
export function send(push: Sendable, timeoutMs: number, stop: AbortSignal): Promise<PushAnswer> {
	const startedAt = performance.now();
	return new Promise((resolve) => {
		const address = addressOf(push);
		const method = push.method ?? 'POST';
		const makeRequest = address.protocol === 'https:' ? httpsRequest : httpRequest;
		// Headers of WeChat's pushes as seen years ago.
		const headers: Record<string, string | number> = { Accept: '*/*', 'User-Agent': 'Mozilla/4.0' };
		if (method !== 'GET') {
			headers['Content-Type'] = 'text/xml';
			headers['Content-Length'] = push.body.length;
		}
		const request = makeRequest(address, { method, headers, agent: false });
		const end = (ending: Ending): void => {
			clearTimeout(timer);
			stop.removeEventListener('abort', stopped);
			const ms = Math.round(performance.now() - startedAt);
			if ('error' in ending) resolve({ status: null, body: '', ms, error: ending.error });
			else resolve({ ...ending, body: ending.body.slice(0, SHOWN_CHARACTERS), ms, error: null });
			request.destroy();
		};
		const stopped = (): void => end({ error: 'stopped' });
		const timer = setTimeout(() => end({ error: 'timeout' }), timeoutMs);
		stop.addEventListener('abort', stopped);
		request.on('response', (response) => readAnswer(response, end));
		request.on('error', (error) => end({ error: error.message }));
		if (stop.aborted) stopped();
		else request.end(method === 'GET' ? undefined : push.body);
	});
}
