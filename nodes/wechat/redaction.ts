/** Replaces a secret. */
const HIDDEN = '***';

/** Names of fields and query parameters with secrets or personal data. */
const SECRET_NAME =
	/token|secret|ticket|password|aes_?key|auth(?:orization)?_?code|signature$|email$/i;

/** WeChat's tokens, tickets, codes and keys: nothing else in its answers is that long without a break. */
const SECRET_VALUE = /[\w@-]{32,}/g;

/** `name=value` of a query string. */
const PARAMETER = /([^?&=\s]+)=([^&#\s]*)/g;

/** `"name":"value"` of JSON, also inside a text of other JSON. */
const FIELD = /\b(\w+)(\\*["']\s*:\s*\\*["'])((?:\\.|[^"'\\])*)/g;

/** A text without possible secrets: values with the names of secrets, and long runs of letters and digits. */
export function redactText(text: string): string {
	return redactFields(text)
		.replace(PARAMETER, (pair: string, name: string) =>
			SECRET_NAME.test(name) ? `${name}=${HIDDEN}` : pair,
		)
		.replace(SECRET_VALUE, HIDDEN);
}

function redactFields(text: string): string {
	return text.replace(
		FIELD,
		(_, name: string, colon: string, value: string) =>
			`${name}${colon}${SECRET_NAME.test(name) ? HIDDEN : redactFields(value)}`,
	);
}

/** Lengths from which a value may be a secret: if it mixes letters and digits, and if not. */
const SHORTEST_MIXED = 8;
const SHORTEST_PLAIN = 24;

/**
 * Whether a value is long and random enough to be a secret. WeChat's tokens, tickets, keys and AppSecrets
 * are: they mix letters and digits in 32 characters or more. A value that a person makes up may be an
 * ordinary word, such as the Message Token "weixin", which occurs elsewhere by chance and protects nothing.
 */
export function mayBeSecret(value: string): boolean {
	const isMixed = /[a-z]/i.test(value) && /\d/.test(value);
	return value.length >= (isMixed ? SHORTEST_MIXED : SHORTEST_PLAIN);
}

/** A value of JSON without possible secrets, by the names of fields and the form of values. */
export function redact(value: unknown): unknown {
	if (typeof value === 'string') return redactText(value);
	if (Array.isArray(value)) return value.map(redact);
	if (typeof value !== 'object' || value === null) return value;
	return Object.fromEntries(
		Object.entries(value).map(([name, field]) => [
			name,
			SECRET_NAME.test(name) && !isEmpty(field) ? HIDDEN : redact(field),
		]),
	);
}

function isEmpty(value: unknown): boolean {
	return value === '' || value === null;
}
