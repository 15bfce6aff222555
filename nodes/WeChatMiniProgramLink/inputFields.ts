import type { IDataObject } from 'n8n-workflow';

import { mayBeSecret } from '../wechat/redaction';

/** Fields by which n8n's engine takes an item for a failure of the node, whatever else it holds. */
const RESERVED = ['error', '$error'];

/** Fields that hold a secret of WeChat by their name, in any spelling. */
const SECRET_NAME =
	/(?:access|refresh|rejected)[_-]?token|verify_?ticket|(?:app|component)_?secret|aes_?key|(?:pre_?)?auth(?:orization)?_?code/i;

/** A text that may be a token: long, and in one piece. */
const OPAQUE = /^\s*[\x21-\x7e]{32,}\s*$/;

/**
 * Puts the input item's fields before those of a result, except where a name is taken and where a secret
 * is held, at any depth: a workflow may well feed the token by a field of the item.
 *
 * Of the credential's secrets only those count that may be one by their form: a Message Token that is an
 * ordinary word occurs in merchants' fields by chance.
 *
 * @param secrets of the item's credential; where it could not be read, every text that may be a token
 *   is left out
 */
export function withInputFields(
	result: IDataObject,
	input: IDataObject,
	secrets: readonly string[] | undefined,
): IDataObject {
	const holdsSecret = secrets ? lookFor(secrets) : (text: string) => OPAQUE.test(text);
	const kept = Object.entries(input).filter(
		([name]) => !Object.hasOwn(result, name) && !RESERVED.includes(name),
	);
	return Object.fromEntries([...withoutSecrets(kept, holdsSecret), ...Object.entries(result)]);
}

type HoldsSecret = (text: string) => boolean;

/** Also as part of a longer text, such as a URL, where it may be percent-encoded. */
function lookFor(secrets: readonly string[]): HoldsSecret {
	const parts = secrets
		.filter(mayBeSecret)
		.flatMap((secret) => [secret, encodeURIComponent(secret)]);
	return (text) => parts.some((part) => text.includes(part));
}

type Entries = Array<[string, IDataObject[string]]>;

function withoutSecrets(entries: Entries, holdsSecret: HoldsSecret): Entries {
	const kept: Entries = [];
	for (const [name, value] of entries) {
		if (SECRET_NAME.test(name) || holdsSecret(name)) continue;
		const clean = withoutSecret(value, holdsSecret);
		if (clean !== undefined) kept.push([name, clean]);
	}
	return kept;
}

/** @returns undefined for a text that holds a secret */
function withoutSecret(value: unknown, holdsSecret: HoldsSecret): IDataObject[string] {
	if (typeof value === 'string') return holdsSecret(value) ? undefined : value;
	if (Array.isArray(value)) {
		return value
			.map((entry) => withoutSecret(entry, holdsSecret))
			.filter((entry) => entry !== undefined) as IDataObject[];
	}
	if (typeof value !== 'object' || value === null || !isPlain(value)) {
		return value as IDataObject[string];
	}
	return Object.fromEntries(
		withoutSecrets(Object.entries(value) as Entries, holdsSecret),
	) as IDataObject;
}

/** Dates, for one, are left as they are. */
function isPlain(value: object): boolean {
	const prototype: unknown = Object.getPrototypeOf(value);
	return prototype === Object.prototype || prototype === null;
}
