import type { ICredentialDataDecryptedObject, INodeProperties } from 'n8n-workflow';

/*
 * n8n gives a node a credential with its expressions resolved for one item. A hidden field holds an
 * expression of its own, which lists all others as they were typed (n8n 1.123 to 2.41 resolve
 * `$rawParameter` in it). Two things need that:
 *
 * - A credential without an expression is the same for all items, and is not read for each: that takes
 *   a look into n8n's database, about as much as a call.
 * - n8n before 2.34 stores a credential as it was resolved. It is given the expressions as they were
 *   typed instead, and they stay.
 */

/** Name of that field in both credential types. */
export const TYPED_EXPRESSIONS = 'typedExpressions';

/**
 * The hidden field's expression. It gives "<item index>:<JSON>", and the JSON is a list of [name of a
 * field, its expression]. The index is that of the item it was resolved for: a constant, which an
 * import may bring, cannot speak for two items.
 *
 * @param properties the other fields of the credential type; each is shown always, or for one value of
 *   `tokenSource`
 */
export function typedExpressionsExpression(properties: INodeProperties[]): string {
	const fields = `${namesExpression(properties)}.map((name) => [name.slice(1), $rawParameter[name]])`;
	const typed = `${fields}.filter((field) => String(field[1]).startsWith("="))`;
	return `={{ $itemIndex + ":" + JSON.stringify(${typed}) }}`;
}

/**
 * Siblings are read by their name with an "&", and only those that are shown exist. There must be no
 * "}}" in it: n8n takes that for the end.
 */
function namesExpression(properties: INodeProperties[]): string {
	const names = new Map<unknown, string[]>();
	for (const { name, type, displayOptions } of properties) {
		if (type === 'hidden' || type === 'notice') continue;
		const source = displayOptions?.show?.tokenSource?.[0];
		names.set(source, [...(names.get(source) ?? []), `&${name}`]);
	}
	return [...names]
		.map(([source, list]) =>
			source === undefined
				? JSON.stringify(list)
				: `($rawParameter["&tokenSource"] === "${String(source)}" ? ${JSON.stringify(list)} : [])`,
		)
		.reduce((all, list) => `${all}.concat(${list})`);
}

/** Whether a credential that was read for this item says, now, that it is the same for all items. */
export function isSameForAll(
	credentials: ICredentialDataDecryptedObject,
	itemIndex: number,
): boolean {
	return credentials[TYPED_EXPRESSIONS] === `${itemIndex}:[]`;
}

/** The expressions of a credential that was read, as they were typed, by field. */
export function typedExpressionsOf(
	credentials: ICredentialDataDecryptedObject,
): Record<string, string> {
	const text = String(credentials[TYPED_EXPRESSIONS]);
	try {
		const list = JSON.parse(text.slice(text.indexOf(':') + 1)) as Array<[string, string]>;
		return Object.fromEntries(list);
	} catch {
		return {};
	}
}
