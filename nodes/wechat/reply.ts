import { wholeNumberOf } from './values';

/** What came back from one call, as far as it can be read. */
export interface Reply {
	/** WeChat's code; 0 when a readable answer has none. Null when no answer of WeChat came. */
	errcode: number | null;
	/** WeChat's text without the rid, or what is known about the missing answer. */
	errmsg: string;
	/** WeChat's id of the call, good for a look-up within 7 days. */
	rid: string | null;
	/** Why there is no errcode: no answer came, or it was not WeChat's. */
	missing?: 'noAnswer' | 'notWeChat';
	/** The IP address WeChat saw, where it complains about that. */
	requestIp?: string;
	/** The whole answer. */
	payload: Record<string, unknown>;
}

const RID = /[\s,]*rid:\s*([0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8})\s*$/i;
const IP_ADDRESS = /\b(?:\d{1,3}\.){3}\d{1,3}\b|\b[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7}\b/i;

/** A reply for a call that WeChat did not answer. */
export function noReply(missing: 'noAnswer' | 'notWeChat', errmsg: string): Reply {
	return { errcode: null, errmsg, rid: null, missing, payload: {} };
}

/**
 * Reads an HTTP answer. WeChat answers HTTP 200 with a JSON object also on failure; some calls
 * leave out errcode on success, some answers carry it as a text, and errmsg ends with the rid
 * (doc/oplatform/developers/dev/guide.md, and answers that developers posted).
 */
export function readReply(statusCode: number, text: string): Reply {
	if (statusCode >= 500) return noReply('noAnswer', `The server answered HTTP ${statusCode}`);
	const payload = parseObject(text);
	if (!payload) {
		return text.trimStart().startsWith('{')
			? noReply('noAnswer', 'The answer broke off before its end')
			: noReply('notWeChat', `The answer is not WeChat's (HTTP ${statusCode}, no JSON)`);
	}
	const errcode = statusCode < 400 && !('errcode' in payload) ? 0 : wholeNumberOf(payload.errcode);
	if (errcode === undefined) {
		return noReply('notWeChat', `The answer is not WeChat's (HTTP ${statusCode}, no errcode)`);
	}
	const errmsg = typeof payload.errmsg === 'string' ? payload.errmsg : '';
	const ip = IP_ADDRESS.exec(errmsg);
	return {
		errcode,
		errmsg: errmsg.replace(RID, '').trim(),
		rid: RID.exec(errmsg)?.[1] ?? null,
		...(ip && { requestIp: ip[0] }),
		payload,
	};
}

function parseObject(text: string): Record<string, unknown> | undefined {
	try {
		const value: unknown = JSON.parse(text);
		return typeof value === 'object' && value !== null && !Array.isArray(value)
			? (value as Record<string, unknown>)
			: undefined;
	} catch {
		return undefined;
	}
}
