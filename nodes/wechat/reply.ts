import { isAcceptance, type Api } from './apis';
import { mayBeSecret, redactText } from './redaction';
import type { Text } from './text';
import { cut, isRecord, wholeNumberOf } from './values';

/** What a call returned, as far as it can be read. */
export interface Reply {
	/** WeChat's code; 0 also if WeChat omits it, and null if WeChat did not answer. */
	errcode: number | null;
	/** WeChat's text without the rid, or why there is no answer. */
	errmsg: string;
	/** WeChat's id of the call, which can be looked up for 7 days. */
	rid: string | null;
	/** Why there is no errcode: there was no answer, or it was not WeChat's. */
	missing?: 'noAnswer' | 'notWeChat';
	/** If no HTTP answer arrived: whether a connection existed, so that the call may have arrived. */
	connection?: 'none' | 'lost';
	/** How the call avoided an outage, if it did. */
	detour?: Text;
	/** What was returned instead of WeChat's answer. */
	foreign?: Text;
	/** The IP address that WeChat saw, if it refused that address. */
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

/** HTTP statuses of a server that cannot answer yet; these and 5xx are temporary. */
const NOT_YET: readonly number[] = [408, 425, 429];

/**
 * Reads an HTTP answer. WeChat answers HTTP 200 with a JSON object even on failure; some calls
 * omit errcode on success, some answers contain it as a text, and errmsg ends with the rid
 * (doc/oplatform/developers/dev/guide.md, and answers that developers posted). Any other answer comes from
 * something between n8n and WeChat, and is never a success.
 *
 * @param api the call, if known: it decides what a success looks like
 * @param sent texts of the request that must not be shown
 */
export function readReply(
	statusCode: number,
	text: string,
	api?: Api,
	sent: readonly string[] = [],
): Reply {
	if (statusCode >= 500 || NOT_YET.includes(statusCode)) {
		return noReply('noAnswer', `The server answered HTTP ${statusCode}`);
	}
	const payload = parseObject(text);
	const errcode = payload && errcodeOf(payload, statusCode, api);
	if (!payload && isBrokenOff(text.trim())) {
		return noReply('noAnswer', 'The answer was incomplete');
	}
	if (!payload || errcode === undefined) {
		return {
			...noReply('notWeChat', `The answer is not WeChat's (HTTP ${statusCode})`),
			foreign: describeForeign(statusCode, text, sent),
		};
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

/** @returns undefined if the JSON is not an answer of WeChat */
function errcodeOf(
	payload: Record<string, unknown>,
	statusCode: number,
	api: Api | undefined,
): number | undefined {
	const errcode = 'errcode' in payload ? wholeNumberOf(payload.errcode) : 0;
	if (errcode !== 0) return errcode;
	const isSuccess = statusCode >= 200 && statusCode < 300;
	return isSuccess && (!api || isAcceptance(api, payload)) ? 0 : undefined;
}

function isBrokenOff(text: string): boolean {
	return text.startsWith('{') && !text.endsWith('}');
}

/** Raw control characters are not valid in JSON, but WeChat has let some through in names and texts. */
const CONTROL = /\p{Cc}+/gu;

function parseObject(text: string): Record<string, unknown> | undefined {
	const value = parse(text.trim()) ?? parse(text.replace(CONTROL, '').trim());
	return isRecord(value) ? value : undefined;
}

/** @returns undefined if the text is not JSON */
function parse(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

/** Maximum number of characters of an unexpected answer that a person sees. */
const SHOWN = 80;

/** Maximum number of characters to read: enough to fill the quote, and few enough for any pattern to be fast. */
const READ = 2000;

/** Scripts, styles and tags of a page. */
const MARKUP = /<(script|style)\b[^]*?<\/\1\s*>|<[^>]*>?/gi;

/** Anything that could be a secret. */
const WORD = /[\w@%+~-]+/g;

/** Control characters, invisible ones, and halves of characters. */
const UNPRINTABLE = /[\p{C}\s]+/gu;

/**
 * Describes what was returned instead of WeChat's answer, to help a person find what is between n8n and WeChat:
 * the HTTP status, the kind, and the beginning without anything that could be a secret.
 *
 * @param sent texts of the request, which a proxy may repeat
 */
function describeForeign(statusCode: number, text: string, sent: readonly string[]): Text {
	const kind = kindOf(text.trim());
	const quote = quoteOf(text, sent);
	return {
		en: `The answer was HTTP ${statusCode} with ${kind.en}${quote && `: "${quote}"`}.`,
		'zh-CN': `收到的是 HTTP ${statusCode}，${kind['zh-CN']}${quote && `：“${quote}”`}。`,
	};
}

function kindOf(text: string): Text {
	if (text === '') return { en: 'an empty body', 'zh-CN': '空内容' };
	if (text.startsWith('<')) return { en: 'a page', 'zh-CN': '网页' };
	return /^[[{]/.test(text)
		? { en: 'other JSON', 'zh-CN': '其他 JSON' }
		: { en: 'a text', 'zh-CN': '文本' };
}

function quoteOf(text: string, sent: readonly string[]): string {
	// Half a secret would not be recognized as one.
	const read = text.length > READ ? text.slice(0, READ).replace(/[^\s"'<>]*$/, '') : text;
	const secrets = sent.flatMap((secret) => [secret, encodeURIComponent(secret)]).filter(Boolean);
	const rest = secrets.reduce((left, secret) => left.replaceAll(secret, '***'), read);
	const harmless = redactText(rest.replace(MARKUP, ' ')).replace(WORD, (word) =>
		mayBeSecret(word) ? '***' : word,
	);
	return cut(harmless.replace(UNPRINTABLE, ' ').trim(), SHOWN);
}
