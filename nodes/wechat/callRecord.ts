import type { LinkApi } from './errcodes';
import { redact, redactText } from './redaction';
import { readReply, type Reply } from './reply';
import { givenText, timeOf, wholeNumberOf } from './values';

const RID = /^(?:rid:\s*)?([0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8})$/i;
const LINK_CALL = /\/cgi-bin\/wxopen\/(wxamp(?:linkget|link|unlink))(?![a-z])/;

/** A call as WeChat has recorded it, without secrets. */
export interface CallRecord {
	/** ISO 8601. */
	invokeTime: string | null;
	costInMs: number | null;
	/** WeChat's page shows the query alone here. */
	requestUrl: string;
	/** Parsed where it is JSON. */
	requestBody: unknown;
	responseBody: unknown;
	clientIp: string | null;
	/** What the call was answered. */
	reply: Reply;
	/** The link call that it was, where that shows. */
	api: LinkApi | undefined;
}

/** Reads a rid as a person copies it; undefined for what cannot be one. */
export function readRid(value: unknown): string | undefined {
	return RID.exec(givenText(value))?.[1].toLowerCase();
}

/** Reads the answer of openapi/rid/get (doc/oplatform/openApi/openapi/api_getridinfo). */
export function readCallRecord(payload: Record<string, unknown>): CallRecord {
	const request = (payload.request ?? {}) as Record<string, unknown>;
	const url = textOf(request.request_url);
	const response = textOf(request.response_body);
	const reply = readReply(200, response);
	return {
		invokeTime: timeOf(request.invoke_time),
		costInMs: wholeNumberOf(request.cost_in_ms) ?? null,
		requestUrl: redactText(url),
		requestBody: readBody(textOf(request.request_body)),
		responseBody: readBody(response),
		clientIp: textOf(request.client_ip) || null,
		reply: { ...reply, errmsg: redactText(reply.errmsg) },
		api: LINK_CALL.exec(url)?.[1] as LinkApi | undefined,
	};
}

function readBody(text: string): unknown {
	if (text === '') return null;
	try {
		return redact(JSON.parse(text) as unknown);
	} catch {
		return redactText(text);
	}
}

function textOf(value: unknown): string {
	return typeof value === 'string' ? value : '';
}
