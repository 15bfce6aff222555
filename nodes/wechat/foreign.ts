import { mayBeSecret, redactText } from './redaction';
import type { Text } from './text';
import { cut } from './values';

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
export function describeForeign(statusCode: number, text: string, sent: readonly string[]): Text {
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
