import type { IncomingMessage, ServerResponse } from 'node:http';
import { isControlName } from './controlArguments.cts';
import type { ControlName } from './controls.cts';
import { readBody } from '../protocol/requestBody.cts';

/** Prefix of the name of a control, or of a path of the token service. */
export const CONTROL_PREFIX = '/_sandbox/';

/** Runs a control with unchecked arguments. Throws (or rejects) with a readable message. */
export type RunControl = (name: ControlName, args: readonly unknown[]) => unknown;

function parseArguments(raw: Buffer | null): unknown[] {
	const text = raw?.toString('utf8') ?? '';
	if (text.trim() === '') return [];
	let parsed: unknown;
	try {
		parsed = JSON.parse(text);
	} catch {
		throw new Error('the body is not JSON; send an array of arguments');
	}
	if (!Array.isArray(parsed)) throw new Error('the body must be a JSON array of arguments');
	return parsed;
}

async function carryOut(request: IncomingMessage, run: RunControl): Promise<unknown> {
	const raw = await readBody(request);
	const name = (request.url ?? '').split('?', 1)[0].slice(CONTROL_PREFIX.length);
	if (!isControlName(name)) throw new Error(`unknown control ${name}`);
	if (request.method !== 'POST') throw new Error(`use POST for the control ${name}`);
	return (await run(name, parseArguments(raw))) ?? null;
}

/** POST /_sandbox/<control>: answers the JSON result, or 400 with `{"error": ".."}`. */
export async function handleControlCall(
	request: IncomingMessage,
	response: ServerResponse,
	run: RunControl,
): Promise<void> {
	let status = 200;
	let result: unknown;
	try {
		result = await carryOut(request, run);
	} catch (error) {
		status = 400;
		result = { error: error instanceof Error ? error.message : String(error) };
	}
	response.writeHead(status, { 'Content-Type': 'application/json; charset=utf-8' });
	response.end(JSON.stringify(result));
}
