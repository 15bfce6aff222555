import { isAcceptance, type Api } from './apis';
import { mayBeSecret, redactText } from './redaction';
import type { Text } from './text';
import { cut, isRecord, wholeNumberOf } from './values';

/** What came back from one call, as far as it can be read. */
export interface Reply {
	/** WeChat's code; 0 also where it leaves that out. Null when no answer of WeChat came. */
	errcode: number | null;
	/** WeChat's text without the rid, or what is known about the missing answer. */
	errmsg: string;
	/** WeChat's id of the call, good for a look-up within 7 days. */
	rid: string | null;
	/** Why there is no errcode: no answer came, or it was not WeChat's. */
	missing?: 'noAnswer' | 'notWeChat';
	/** Where no HTTP answer came at all: whether there was a connection, over which the call may have arrived. */
	connection?: 'none' | 'lost';
	/** How the call went around an outage, where it did. */
	detour?: Text;
	/** What came in place of WeChat's answer. */
	foreign?: Text;
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

/** HTTP statuses of a server that could not answer yet. 5xx and these go by. */
const NOT_YET: readonly number[] = [408, 425, 429];

/**
 * Reads an HTTP answer. WeChat answers HTTP 200 with a JSON object also on failure; some calls
 * leave out errcode on success, some answers carry it as a text, and errmsg ends with the rid
 * (doc/oplatform/developers/dev/guide.md, and answers that developers posted). Whatever is no answer
 * to the call comes from something in between, and is never a success.
 *
 * @param api the call, where it is known: it says what tells that it was accepted
 * @param sent texts that the request carried, which must not be repeated
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

/** @returns undefined where the JSON is no answer of WeChat */
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

/** Raw control characters have no meaning in JSON; WeChat has let some through in names and texts. */
const CONTROL = /\p{Cc}+/gu;

function parseObject(text: string): Record<string, unknown> | undefined {
	const value = parse(text.trim()) ?? parse(text.replace(CONTROL, '').trim());
	return isRecord(value) ? value : undefined;
}

/** @returns undefined for what is no JSON */
function parse(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

/** Characters of it that a person is shown. */
const SHOWN = 80;

/** Characters of it that are looked at: more than are shown, and few enough for any pattern. */
const READ = 2000;

/** Scripts, styles and tags of a page. */
const MARKUP = /<(script|style)\b[^]*?<\/\1\s*>|<[^>]*>?/gi;

/** Whatever could be a secret of whoever answered. */
const WORD = /[\w@%+~-]+/g;

/** Control characters, invisible ones, and halves of characters. */
const UNPRINTABLE = /[\p{C}\s]+/gu;

/**
 * What came in place of an answer of WeChat, for a person who looks for what is in between: the HTTP
 * status, the kind, and the beginning of it without anything that could be a secret.
 *
 * @param sent what the request carried, which a proxy may repeat
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
	// A word that is cut in two would not be known for what it is.
	const read = text.length > READ ? text.slice(0, READ).replace(/[^\s"'<>]*$/, '') : text;
	const secrets = sent.flatMap((secret) => [secret, encodeURIComponent(secret)]).filter(Boolean);
	const rest = secrets.reduce((left, secret) => left.replaceAll(secret, '***'), read);
	const harmless = redactText(rest.replace(MARKUP, ' ')).replace(WORD, (word) =>
		mayBeSecret(word) ? '***' : word,
	);
	return cut(harmless.replace(UNPRINTABLE, ' ').trim(), SHOWN);
}
