import type { ICredentialDataDecryptedObject as Data, IDataObject } from 'n8n-workflow';

import { givenText, shortHash } from '../wechat/values';
import { typedExpressionsOf } from './credentialStore';
import { isTokenService } from './tokenService';

/** Name of the credential type. */
export const PLATFORM_CREDENTIAL = 'weChatOpenPlatformApi';

/** Platforms that one credential keeps something for; expressions may give it several. */
const MOST_PLATFORMS = 5;

/** Characters; a longer text is none that was written here. */
const LONGEST_TEXT = 4_000_000;

/**
 * A hidden field of the credential that keeps something for each platform, as JSON. What is kept for a
 * platform was stored by anyone who could edit the credential: whoever reads it checks its form.
 */
export class PlatformField<T> {
	/** What was read last: the text is long, and mostly the same. */
	private text = '';
	private shelves: Array<[key: string, value: T]> = [];

	constructor(private readonly name: string) {}

	/** @param key the platform, or what else tells the shelves apart */
	read(credentials: Data, key: string): T | undefined {
		return this.all(credentials).find(([known]) => known === key)?.[1];
	}

	/**
	 * The fields to store; the least recently written platform makes room for a sixth one.
	 *
	 * @param value null to keep nothing for the platform any more
	 */
	write(credentials: Data, key: string, value: T | null): Data {
		const others = this.all(credentials).filter(([known]) => known !== key);
		const shelves =
			value === null ? others : [[key, value], ...others.slice(0, MOST_PLATFORMS - 1)];
		// It becomes a text when it is stored: several changes may come before that.
		return { [this.name]: shelves as unknown as IDataObject[] };
	}

	/** All shelves, that which was written last first. */
	all(credentials: Data): ReadonlyArray<[key: string, value: T]> {
		const stored = credentials[this.name];
		if (Array.isArray(stored)) return stored as unknown as Array<[string, T]>;
		if (typeof stored !== 'string' || stored.length > LONGEST_TEXT) return [];
		if (stored !== this.text) {
			this.shelves = parse<T>(stored);
			this.text = stored;
		}
		return this.shelves;
	}
}

function parse<T>(text: string): Array<[string, T]> {
	try {
		const stored = JSON.parse(text || '[]') as unknown;
		return Array.isArray(stored) ? stored.filter(isShelf<T>) : [];
	} catch {
		return [];
	}
}

function isShelf<T>(shelf: unknown): shelf is [string, T] {
	return Array.isArray(shelf) && typeof shelf[0] === 'string' && Boolean(shelf[1]);
}

/**
 * The platform that codes and pushes belong to, whatever its secret, and whichever host it is called at:
 * those may change while it goes on.
 */
export function platformOf(credentials: Data): string {
	return givenText(credentials.componentAppId);
}

/** Hidden fields of the credential: what the push was read with that brought the ticket, and its time. */
const READ_WITH = 'verifyTicketReadWith';
const PUSHED_AT = 'verifyTicketPushedAt';
const RECEIVED_AT = 'verifyTicketReceivedAt';

/** A ticket as a push has brought it, also one that comes again. */
interface ReceivedTicket {
	ticket: string;
	/** Unix time that the push tells, by WeChat's clock. */
	pushedAt: number;
	/** Milliseconds since 1970. */
	receivedAt: number;
	/** The keys that have read the push. */
	readWith: Data;
}

/** The fields that keep a ticket; undefined where this or a later one is kept. */
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

/** Whether the keys for pushes are still those that have read the last ticket. */
export function haveReadTicket(credentials: Data): boolean {
	return credentials[READ_WITH] === pushKeysOf(credentials);
}

/** A hash, since both are secrets. */
function pushKeysOf({ messageToken, encodingAesKey }: Data): string {
	return shortHash(JSON.stringify([messageToken, encodingAesKey].map(givenText)));
}

/** Milliseconds: WeChat pushes a ticket every 10 minutes; after an hour without one something is wrong. */
export const LATE_TICKET = 60 * 60_000;

/** Milliseconds since 1970 when a push brought the ticket; undefined where none has, or nobody can tell. */
export function ticketReceivedAt({ verifyTicketReceivedAt }: Data): number | undefined {
	const receivedAt = Number(verifyTicketReceivedAt ?? 0);
	return receivedAt > 0 && Number.isFinite(receivedAt) ? receivedAt : undefined;
}

/**
 * When a push brought the last ticket of a platform whose tokens this n8n makes.
 *
 * @returns milliseconds since 1970, 0 while none has ever come, and undefined where n8n need not get any:
 *   a server makes the tokens, or the ticket comes by an expression or was pasted
 */
export function lastTicketOf(credentials: Data): number | undefined {
	const field = 'componentVerifyTicket';
	if (isTokenService(credentials) || field in typedExpressionsOf(credentials)) return undefined;
	const hasTicket = givenText(credentials[field]) !== '';
	return ticketReceivedAt(credentials) ?? (hasTicket ? undefined : 0);
}

/*
 * n8n parses what comes to a webhook, with one parser for the whole process, which certain malformed
 * bodies break: from then on no trigger of this process is answered. It leaves the body alone where a
 * trigger of version 1 says so in its stored parameters. What is stored in another form is for a person to
 * mend, who has to be told.
 */

/** Hidden field of the credential: workflows for whose trigger n8n parses, by id, as JSON. */
const PARSES_BODY = 'triggerParsesBody';

/** A workflow with a trigger of this credential. */
interface TriggerWorkflow {
	id?: string;
	name?: string;
}

/** Names of the workflows for whose trigger n8n parses what comes. */
export function workflowsWithParsedBodies(credentials: Data): string[] {
	return Object.values(readParsedBodies(credentials));
}

/** The fields that note whether n8n parses for a workflow's trigger; undefined where that is noted already. */
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
