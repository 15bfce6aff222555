import type { ICredentialDataDecryptedObject as Data, IDataObject } from 'n8n-workflow';

import { givenText, shortHash } from '../wechat/values';
import { typedExpressionsOf } from './credentialStore';
import { isTokenService } from './tokenService';

/** Name of the credential type. */
export const PLATFORM_CREDENTIAL = 'weChatOpenPlatformApi';

/** Maximum number of platforms that one credential keeps data for; expressions may select several. */
const MOST_PLATFORMS = 5;

/** Maximum number of characters; this package never writes a longer text. */
const LONGEST_TEXT = 4_000_000;

/**
 * A hidden field of the credential that keeps a value for each platform, as JSON. Anyone who can edit the
 * credential may have changed it, so code that reads a value checks its form.
 */
export class PlatformField<T> {
	/** The text that was parsed last, and its entries: it is long, and usually has not changed since. */
	private text = '';
	private entries: Array<[key: string, value: T]> = [];

	constructor(private readonly name: string) {}

	/** @param key the platform, or another key that tells the entries apart */
	read(credentials: Data, key: string): T | undefined {
		return this.all(credentials).find(([known]) => known === key)?.[1];
	}

	/**
	 * The fields to store. A sixth platform replaces the one that was written least recently.
	 *
	 * @param value null to remove the platform's entry
	 */
	write(credentials: Data, key: string, value: T | null): Data {
		const others = this.all(credentials).filter(([known]) => known !== key);
		const entries =
			value === null ? others : [[key, value], ...others.slice(0, MOST_PLATFORMS - 1)];
		// It becomes a text only when it is stored, since several changes may come before that.
		return { [this.name]: entries as unknown as IDataObject[] };
	}

	/** All entries, the most recently written one first. */
	all(credentials: Data): ReadonlyArray<[key: string, value: T]> {
		const stored = credentials[this.name];
		if (Array.isArray(stored)) return stored as unknown as Array<[string, T]>;
		if (typeof stored !== 'string' || stored.length > LONGEST_TEXT) return [];
		if (stored !== this.text) {
			this.entries = parse<T>(stored);
			this.text = stored;
		}
		return this.entries;
	}
}

function parse<T>(text: string): Array<[string, T]> {
	try {
		const stored = JSON.parse(text || '[]') as unknown;
		return Array.isArray(stored) ? stored.filter(isEntry<T>) : [];
	} catch {
		return [];
	}
}

function isEntry<T>(entry: unknown): entry is [string, T] {
	return Array.isArray(entry) && typeof entry[0] === 'string' && Boolean(entry[1]);
}

/**
 * The platform that codes and pushes belong to: its appid alone, so that they stay valid when its secret or API
 * Base URL changes.
 */
export function platformOf(credentials: Data): string {
	return givenText(credentials.componentAppId);
}

/** Hidden fields of the credential: which keys read the push with the ticket, and when it came. */
const READ_WITH = 'verifyTicketReadWith';
const PUSHED_AT = 'verifyTicketPushedAt';
const RECEIVED_AT = 'verifyTicketReceivedAt';

/** A ticket from a push, which may have brought it before. */
interface ReceivedTicket {
	ticket: string;
	/** Unix time in the push, by WeChat's clock. */
	pushedAt: number;
	/** Milliseconds since 1970. */
	receivedAt: number;
	/** The keys that have read the push. */
	readWith: Data;
}

/** The fields to store for a ticket; undefined if the credential already keeps this or a later one. */
export function missingTicket(credentials: Data, received: ReceivedTicket): Data | undefined {
	const { ticket, pushedAt, receivedAt, readWith } = received;
	const pushed = Number(credentials[PUSHED_AT] ?? 0);
	const isKept = pushed === pushedAt && Number(credentials[RECEIVED_AT] ?? 0) >= receivedAt;
	if (pushed > pushedAt || isKept) return undefined;
	return {
		componentVerifyTicket: ticket,
		[RECEIVED_AT]: receivedAt,
		[PUSHED_AT]: pushedAt,
		[READ_WITH]: pushKeysOf(readWith),
	};
}

/** Whether the keys for pushes are still those that read the last ticket. */
export function haveReadTicket(credentials: Data): boolean {
	return credentials[READ_WITH] === pushKeysOf(credentials);
}

/** A hash, since both are secrets. */
function pushKeysOf({ messageToken, encodingAesKey }: Data): string {
	return shortHash(JSON.stringify([messageToken, encodingAesKey].map(givenText)));
}

/** Milliseconds: WeChat pushes a ticket every 10 minutes; after an hour without one something is wrong. */
export const LATE_TICKET = 60 * 60_000;

/** When a push brought the ticket, in milliseconds since 1970; undefined if none did or the time is unknown. */
export function ticketReceivedAt({ verifyTicketReceivedAt }: Data): number | undefined {
	const receivedAt = Number(verifyTicketReceivedAt ?? 0);
	return receivedAt > 0 && Number.isFinite(receivedAt) ? receivedAt : undefined;
}

/**
 * When a push brought the last ticket of a platform whose tokens this n8n makes.
 *
 * @returns milliseconds since 1970, 0 if none has ever come, and undefined if n8n does not need any: a
 *   server makes the tokens, or the ticket comes from an expression or was pasted
 */
export function lastTicketOf(credentials: Data): number | undefined {
	const field = 'componentVerifyTicket';
	if (isTokenService(credentials) || field in typedExpressionsOf(credentials)) return undefined;
	const hasTicket = givenText(credentials[field]) !== '';
	return ticketReceivedAt(credentials) ?? (hasTicket ? undefined : 0);
}

/*
 * n8n parses the bodies of all webhooks of a process with one parser. Certain malformed bodies break the parser,
 * and n8n then no longer answers any trigger of this process. n8n does not parse the body if the stored
 * parameters of a trigger of version 1 say so. Only a person can repair a workflow that is stored in another
 * form, so Check Setup names it.
 */

/** Hidden field of the credential: names of the workflows whose trigger gets parsed bodies, by id, as JSON. */
const PARSES_BODY = 'triggerParsesBody';

/** A workflow with a trigger of this credential. */
interface TriggerWorkflow {
	id?: string;
	name?: string;
}

/** Names of the workflows whose trigger gets parsed bodies. */
export function workflowsWithParsedBodies(credentials: Data): string[] {
	return Object.values(readParsedBodies(credentials));
}

/** The fields to store so that they say whether a workflow's trigger gets parsed bodies; undefined if they do. */
export function noteParsedBody(
	credentials: Data,
	{ id = '', name = id }: TriggerWorkflow,
	isParsed: boolean,
): Data | undefined {
	const { [id]: known, ...others } = readParsedBodies(credentials);
	if (known === (isParsed ? name : undefined)) return undefined;
	return { [PARSES_BODY]: JSON.stringify(isParsed ? { ...others, [id]: name } : others) };
}

function readParsedBodies(credentials: Data): Record<string, string> {
	try {
		const stored = JSON.parse(String(credentials[PARSES_BODY] || '{}')) as object | null;
		const entries: Array<[string, unknown]> = Object.entries(stored ?? {});
		return Object.fromEntries(entries.map(([id, name]) => [id, String(name)]));
	} catch {
		return {};
	}
}
