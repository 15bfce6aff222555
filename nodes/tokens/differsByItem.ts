import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

/*
 * n8n resolves a credential's expressions for each item, which takes a look into its database, about
 * as much as a call. A hidden field holds an expression that tells whether any other field holds one
 * (n8n 1.123 to 2.41 resolve `$rawParameter` in it). It also names the item that it was resolved for:
 * n8n before 2.34 may have stored it resolved, as a constant, and a constant cannot speak for two
 * items.
 */

/** Name of that field in both credential types. */
export const DIFFERS_BY_ITEM = 'differsByItem';

/**
 * The hidden field's expression.
 *
 * @param fieldNames an expression that gives the names of the fields to look at, each with an "&":
 *   siblings are read as they were typed, and only those that are shown exist
 */
export function differsByItemExpression(fieldNames: string): string {
	return `={{ $itemIndex + ":" + ${fieldNames}.some((name) => String($rawParameter[name]).startsWith("=")) }}`;
}

/** Whether a credential that was read for this item says, now, that it is the same for all items. */
export function isSameForAll(
	credentials: ICredentialDataDecryptedObject,
	itemIndex: number,
): boolean {
	return credentials[DIFFERS_BY_ITEM] === `${itemIndex}:false`;
}
