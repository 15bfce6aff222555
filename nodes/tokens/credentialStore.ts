import type {
	ICredentialDataDecryptedObject,
	IDataObject,
	IHttpRequestOptions,
	INodeProperties,
} from 'n8n-workflow';

import type { Context } from '../calls/transport';
import { inTime } from '../calls/waiting';

/*
 * n8n offers nodes no way to change a credential. But before n8n makes a request with a credential whose
 * expirable field is empty, it calls `preAuthentication` of the credential type and stores what this function
 * returns, encrypted, for all workflows and processes (n8n 1.123 to 2.41). So this file makes a request without
 * an address. `preAuthentication` returns the fields to store, and `authenticate`, which n8n calls next, ends
 * the request before it is sent.
 *
 * A symbol in the request's credential carries the fields to store, since n8n does not write symbols into its
 * database.
 *
 * n8n 2.34 and later stores the returned fields unless they contain an expression. Older releases store the whole
 * credential of the request with the returned fields over it. So the request is made with the expressions as
 * they were typed, and no field with an expression is returned.
 */

/** A credential as a run can read and change it. */
export interface CredentialAccess {
	/** Whether it can be used until the process ends, and not only during one run. */
	readonly lasts: boolean;
	/** Reads it from n8n's database, as it is now. */
	read(): Promise<ICredentialDataDecryptedObject>;
	/** Changes fields of the credential, which was just read. Returns whether n8n stored them. */
	store(
		credentials: ICredentialDataDecryptedObject,
		changes: ICredentialDataDecryptedObject,
	): Promise<boolean>;
	/** Tells the operator what went wrong, without secrets. */
	warn(message: string): void;
}

/** Maximum milliseconds for one read or one write of n8n's database. */
const DEADLINE = 10_000;

/** The accesses to a credential that can be used now. */
export class Accesses {
	private readonly runs = new Set<CredentialAccess>();

	private lasting: CredentialAccess | undefined;

	/** The newest access of a run, which costs n8n less, or otherwise the lasting one. */
	get current(): CredentialAccess | undefined {
		return [...this.runs].at(-1) ?? this.lasting;
	}

	/** @throws if it cannot be read, and LATE if no answer comes in time */
	async read(): Promise<ICredentialDataDecryptedObject> {
		if (!this.current) throw new Error('No run can read the credential');
		return await inTime(this.current.read(), DEADLINE);
	}

	/** @throws if n8n stores nothing, and LATE if no answer comes in time */
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

/** The first expirable field of both credential types; its value is the time of the last write. */
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
		// n8n resolves no expressions for an execution that has ended; other contexts have no end.
		lasts: !('getInputData' in context),
		read: async () => await context.getCredentials(type, itemIndex),
		store: async (credentials, changes) =>
			await storeInCredential(context, type, credentials, asTexts(changes)),
		warn: (message) => context.logger.warn(message),
	};
}

/** The id of the node's credential of a type, '' if it has none. */
export function credentialIdOf(context: Context, type: string): string {
	return context.getNode().credentials?.[type]?.id ?? '';
}

/** Objects are stored as JSON, in which n8n does not look for expressions. */
function asTexts(changes: ICredentialDataDecryptedObject): ICredentialDataDecryptedObject {
	const entries = Object.entries(changes).map(([name, value]) => {
		return [name, typeof value === 'object' ? JSON.stringify(value) : value];
	});
	return Object.fromEntries(entries) as ICredentialDataDecryptedObject;
}

/**
 * Stores fields in the node's credential, except those that contain an expression.
 *
 * @param credentials as they have just been read
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
		// It ends in an error either way; the order says whether the fields were stored.
	}
	return order.isDone;
}

/**
 * For `preAuthentication`: returns the fields for n8n to store, none without an order.
 *
 * @param expressions the hidden field's own expression; if it is not returned, n8n stores its resolved value
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
 * For `authenticate`: ends the request of an order, which n8n has already carried out.
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
 * A node receives a credential with its expressions resolved for one item. A hidden field contains an
 * expression that lists all others as they were typed (n8n 1.123 to 2.41 resolve `$rawParameter` in it). The
 * list has two uses:
 *
 * - If it is empty, the credential is the same for all items and need not be read for each: a read is a query
 *   of n8n's database and takes about as long as a call.
 * - n8n before 2.34 would store the resolved values. The request's credential contains the expressions as they
 *   were typed instead, so n8n stores these.
 */

/** Name of that field in both credential types. */
export const TYPED_EXPRESSIONS = 'typedExpressions';

/**
 * The hidden field's expression. Its value is "<item index>:<JSON>"; the JSON is a list of [name of a field,
 * its expression]. The index is that of the item it was resolved for. So a constant value, which an imported
 * credential may contain, is never valid for two items.
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
 * `$rawParameter` contains each other field that is shown, under its name with an "&" in front. The expression
 * must not contain "}}", which n8n takes for its end.
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

/** Whether a credential that was read for this item says that it is the same for all items. */
export function isSameForAll(
	credentials: ICredentialDataDecryptedObject,
	itemIndex: number,
): boolean {
	return credentials[TYPED_EXPRESSIONS] === `${itemIndex}:[]`;
}

/** The expressions in a credential as they were typed, by field. */
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
