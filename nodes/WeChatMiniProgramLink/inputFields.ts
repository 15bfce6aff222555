import type { IDataObject } from 'n8n-workflow';

import { mayBeSecret } from '../wechat/redaction';

/** n8n's engine counts an item with one of these fields as failed, whatever else the item contains. */
const RESERVED = ['error', '$error'];

/** Names of fields that contain a WeChat secret, in any spelling. */
const SECRET_NAME =
	/(?:access|refresh|rejected)[_-]?token|verify_?ticket|(?:app|component)_?secret|aes_?key|(?:pre_?)?auth(?:orization)?_?code/i;

/** A text that may be a token: long, without spaces. */
const OPAQUE = /^\s*[\x21-\x7e]{32,}\s*$/;

/**
 * Puts the input item's fields before those of a result. Fields with the name of a result field are left
 * out, and so are secrets at any depth: a workflow may pass the token in a field of the item.
 *
 * A secret that does not look like one is ignored: if a Message Token is an ordinary word, it may occur in
 * merchants' fields by chance.
 *
 * @param secrets of the item's credential; if they are unknown, every text that may be a token is left out
 */
export function withInputFields(
	result: IDataObject,
	input: IDataObject,
	secrets: readonly string[] | undefined,
): IDataObject {
	const hasSecret = secrets ? lookFor(secrets) : (text: string) => OPAQUE.test(text);
	const kept = Object.entries(input).filter(
		([name]) => !Object.hasOwn(result, name) && !RESERVED.includes(name),
	);
	return Object.fromEntries([...withoutSecrets(kept, hasSecret), ...Object.entries(result)]);
}

type HasSecret = (text: string) => boolean;

/** Finds a secret also within a longer text such as a URL, which may percent-encode it. */
function lookFor(secrets: readonly string[]): HasSecret {
	const parts = secrets
		.filter(mayBeSecret)
		.flatMap((secret) => [secret, encodeURIComponent(secret)]);
	return (text) => parts.some((part) => text.includes(part));
}

type Entries = Array<[string, IDataObject[string]]>;

function withoutSecrets(entries: Entries, hasSecret: HasSecret): Entries {
	const kept: Entries = [];
	for (const [name, value] of entries) {
		if (SECRET_NAME.test(name) || hasSecret(name)) continue;
		const clean = withoutSecret(value, hasSecret);
		if (clean !== undefined) kept.push([name, clean]);
	}
	return kept;
}

/** @returns undefined for a text with a secret */
function withoutSecret(value: unknown, hasSecret: HasSecret): IDataObject[string] {
	if (typeof value === 'string') return hasSecret(value) ? undefined : value;
	if (Array.isArray(value)) {
		return value
			.map((entry) => withoutSecret(entry, hasSecret))
			.filter((entry) => entry !== undefined) as IDataObject[];
	}
	if (typeof value !== 'object' || value === null || !isPlain(value)) {
		return value as IDataObject[string];
	}
	return Object.fromEntries(
		withoutSecrets(Object.entries(value) as Entries, hasSecret),
	) as IDataObject;
}

/** Whether an object is only a container of fields; a date, for example, is not. */
function isPlain(value: object): boolean {
	const prototype: unknown = Object.getPrototypeOf(value);
	return prototype === Object.prototype || prototype === null;
}
