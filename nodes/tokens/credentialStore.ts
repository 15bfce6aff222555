import type {
	ICredentialDataDecryptedObject,
	IDataObject,
	IHttpRequestOptions,
	INodeProperties,
} from 'n8n-workflow';

import type { Context } from '../calls/transport';
import { inTime } from '../calls/waiting';

/*
 * n8n gives a node no way to change a credential. It does store what the function
 * `preAuthentication` of a credential type returns, encrypted, for all workflows and processes, when
 * a request is made with a credential whose expirable field is empty (n8n 1.123 to 2.41). So a
 * request without an address is made, `preAuthentication` returns what is to be stored, and
 * `authenticate`, which n8n calls next, ends the request before it is sent.
 *
 * What is to be stored travels under a symbol, which no n8n writes into its database.
 *
 * n8n from 2.34 on stores the fields that are returned, unless they hold an expression. Up to 2.30 it
 * stores the whole credential that the request was made with, and the returned fields over it. So the
 * request is made with the expressions as they were typed, and no field that holds one is returned.
 */

/** A credential as a run can read and change it. */
export interface CredentialAccess {
	/** Whether it can be used for as long as the process lives; else only while the run goes on. */
	readonly lasts: boolean;
	/** Reads it from n8n's database, as it is now. */
	read(): Promise<ICredentialDataDecryptedObject>;
	/** Changes fields of it, as read just before. Returns whether n8n stored them. */
	store(
		credentials: ICredentialDataDecryptedObject,
		changes: ICredentialDataDecryptedObject,
	): Promise<boolean>;
	/** Tells an administrator what went wrong, without secrets. */
	warn(message: string): void;
}

/** Milliseconds for one read or one write of n8n's database. */
const DEADLINE = 10_000;

/** The ways to a credential that can be used now. */
export class Accesses {
	private readonly runs = new Set<CredentialAccess>();

	private lasting: CredentialAccess | undefined;

	/** The newest one; that of a run takes n8n less. */
	get current(): CredentialAccess | undefined {
		return [...this.runs].at(-1) ?? this.lasting;
	}

	/** @throws where it cannot be read, and LATE where no answer comes in time */
	async read(): Promise<ICredentialDataDecryptedObject> {
		if (!this.current) throw new Error('No run can read the credential');
		return await inTime(this.current.read(), DEADLINE);
	}

	/** @throws where n8n stores nothing, and LATE where no answer comes in time */
	async store(
		credentials: ICredentialDataDecryptedObject,
		changes: ICredentialDataDecryptedObject,
	): Promise<void> {
		const storing = this.current?.store(credentials, changes);
		const isStored = storing && (await inTime(storing, DEADLINE));
		if (!isStored) throw new Error('n8n stored nothing');
	}

	open(access: CredentialAccess): void {
		if (access.lasts) this.lasting = access;
		else this.runs.add(access);
	}

	close(access: CredentialAccess): void {
		this.runs.delete(access);
	}
}

/** The first expirable field of both credential types; it holds nothing but when it was written. */
export const STORED_AT = 'storedAt';

const ORDER = Symbol.for('n8n-nodes-wechat-mini-program-link.store');

interface Order {
	changes: ICredentialDataDecryptedObject;
	isDone: boolean;
}

type Data = ICredentialDataDecryptedObject & { [ORDER]?: Order };

/** The node's credential of a type, as it is for one item. */
export function accessTo(context: Context, type: string, itemIndex = 0): CredentialAccess {
	return {
		// n8n resolves no expression for an execution that has ended; all else has no end.
		lasts: !('getInputData' in context),
		read: async () => await context.getCredentials(type, itemIndex),
		store: async (credentials, changes) =>
			await storeInCredential(context, type, credentials, asTexts(changes)),
		warn: (message) => context.logger.warn(message),
	};
}

/** The id of the node's credential of a type, '' when it has none. */
export function credentialIdOf(context: Context, type: string): string {
	return context.getNode().credentials?.[type]?.id ?? '';
}

/** What is kept as an object is stored as its JSON, which n8n does not look into for expressions. */
function asTexts(changes: ICredentialDataDecryptedObject): ICredentialDataDecryptedObject {
	const entries = Object.entries(changes).map(([name, value]) => {
		return [name, typeof value === 'object' ? JSON.stringify(value) : value];
	});
	return Object.fromEntries(entries) as ICredentialDataDecryptedObject;
}

/**
 * Stores fields in the node's credential, but none that holds an expression.
 *
 * @param credentials as they are now, read for this
 * @returns whether n8n stored the fields
 */
export async function storeInCredential(
	context: Context,
	type: string,
	credentials: ICredentialDataDecryptedObject,
	changes: ICredentialDataDecryptedObject,
): Promise<boolean> {
	const { id, name } = context.getNode().credentials?.[type] ?? { id: null, name: '' };
	const typed = typedExpressionsOf(credentials);
	const kept = Object.entries(changes).filter(([field]) => !(field in typed));
	const order: Order = { changes: Object.fromEntries(kept), isDone: false };
	const data: Data = { ...credentials, ...typed, [STORED_AT]: '', [ORDER]: order };
	const options = { credentialsDecrypted: { id: id ?? '', name, type, data } };
	try {
		await context.helpers.httpRequestWithAuthentication.call(context, type, { url: '' }, options);
	} catch {
		// It ends in an error either way; whether the fields were stored is noted on the order.
	}
	return order.isDone;
}

/**
 * For `preAuthentication`: what n8n is to store, which is nothing unless it was ordered.
 *
 * @param expressions the hidden field's own expression, which is stored resolved unless it is returned
 */
export function fieldsToStore(
	credentials: ICredentialDataDecryptedObject,
	expressions: string,
): IDataObject {
	const order = (credentials as Data)[ORDER];
	if (!order) return {};
	return { ...order.changes, [TYPED_EXPRESSIONS]: expressions, [STORED_AT]: Date.now() };
}

/**
 * For `authenticate`: ends the request of an order, which n8n has carried out by then.
 *
 * @throws always for a request without an address
 */
export function endStoringRequest(
	credentials: ICredentialDataDecryptedObject,
	{ url }: IHttpRequestOptions,
): void {
	if (url !== '') return;
	const order = (credentials as Data)[ORDER];
	if (order && credentials[STORED_AT] !== '') order.isDone = true;
	throw new Error('A request without an address is not sent');
}

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
