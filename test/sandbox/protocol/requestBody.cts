import type { IncomingMessage } from 'node:http';
import type { JsonObject } from './answer.cts';

/** Longer bodies are not kept, and are answered with 45002 (the size is assumed). */
const MAX_BODY_BYTES = 1024 * 1024;

/** An escape such as `\u4e2d`, but not an escaped backslash before a `u`. */
const UNICODE_ESCAPE = /(?<!\\)(?:\\\\)*\\u[0-9a-fA-F]{4}/;

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** A request body: its errcode if it is unusable, and what could be read. */
export interface RequestBody {
	readonly errcode: number;
	readonly object: JsonObject | null;
	/** Parsed JSON or raw text, for the log. */
	readonly logged: unknown;
}

/**
 * Reads a whole request body. Resolves to null if it is too long.
 *
 * @throws Error if the client closes the connection first
 */
export function readBody(request: IncomingMessage): Promise<Buffer | null> {
	return new Promise((resolve, reject) => {
		const chunks: Buffer[] = [];
		let length = 0;
		request.on('data', (chunk: Buffer) => {
			length += chunk.length;
			if (length <= MAX_BODY_BYTES) chunks.push(chunk);
		});
		request.on('end', () => {
			if (length > MAX_BODY_BYTES) resolve(null);
			else resolve(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks));
		});
		request.on('error', reject);
		request.on('close', () => reject(new Error('connection closed')));
	});
}

function isObject(value: unknown): value is JsonObject {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Judges a POST body: 44002 empty, 47001 not a JSON object in UTF-8, 47002 with `\uXXXX` escapes
 * (the general table of return codes names these; their order is assumed).
 */
export function parseBody(raw: Buffer | null): RequestBody {
	if (raw === null) return { errcode: 45002, object: null, logged: '(too long)' };
	if (raw.length === 0) return { errcode: 44002, object: null, logged: '' };
	let text: string;
	try {
		text = decoder.decode(raw);
	} catch {
		return { errcode: 47001, object: null, logged: raw.toString('latin1') };
	}
	let parsed: unknown;
	try {
		parsed = JSON.parse(text);
	} catch {
		return { errcode: 47001, object: null, logged: text };
	}
	if (!isObject(parsed)) return { errcode: 47001, object: null, logged: parsed };
	const errcode = text.includes('\\u') && UNICODE_ESCAPE.test(text) ? 47002 : 0;
	return { errcode, object: parsed, logged: parsed };
}
