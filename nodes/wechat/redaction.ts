/** What stands in place of a secret. */
const HIDDEN = '***';

/** Names of fields and query parameters that hold secrets, or personal data. */
const SECRET_NAME =
	/token|secret|ticket|password|aes_?key|auth(?:orization)?_?code|signature$|email$/i;

/** WeChat's tokens, tickets, codes and keys: nothing else in its answers is so long without a break. */
const SECRET_VALUE = /[\w@-]{32,}/g;

/** `name=value` of a query string. */
const PARAMETER = /([^?&=\s]+)=([^&#\s]*)/g;

/** A text without what could be a secret: values of such query parameters, and long runs of letters. */
export function redactText(text: string): string {
	return text
		.replace(PARAMETER, (pair: string, name: string) =>
			SECRET_NAME.test(name) ? `${name}=${HIDDEN}` : pair,
		)
		.replace(SECRET_VALUE, HIDDEN);
}

/** A value of JSON without what could be a secret, by the names of fields and by the form of values. */
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
