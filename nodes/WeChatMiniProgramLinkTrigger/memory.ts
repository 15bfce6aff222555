import type { IDataObject } from 'n8n-workflow';

import type { OtherKind } from '../wechat/accountKind';
import { isRecord, objectOf, textOf } from '../wechat/values';
import { isOpen, type KnownLinks } from './changes';

/** What the trigger remembers about an account between two visits. */
export interface KnownAccount {
	/** Its links as one text, see `unpackLinks`; undefined until its list has been read once. */
	links: string | undefined;
	/** Minutes since 1970 when the youngest open invitation was first seen; 0 if none is open. */
	openSince: number;
	/**
	 * Number of changes so far. If an account comes back after the trigger has forgotten it, counting
	 * starts at another number, so that event ids do not repeat.
	 */
	count: number;
	/** Minutes since 1970 of the last visit that read the list or counted as a miss. */
	visitedAt: number;
	/** Minutes since 1970 when WeChat accepts calls again; 0 if it does now. */
	heldUntil: number;
	/** Whether the trigger has reported that the account cannot be called. */
	isUnavailable: boolean;
	/** Whether the last visit found the list emptied, which the next visit has to confirm. */
	isEmptied: boolean;
	/** Consecutive visits without the list that count as misses, at most `RESTS_FROM`. */
	misses: number;
	/** Whether it was added after the trigger's first poll and its links have not been reported yet. */
	isNew: boolean;
}

/** After this many misses, an account rests for the quiet interval. */
export const RESTS_FROM = 2;

/** What a trigger remembers about one platform or one account. */
export interface Memory {
	/** Whether it covers the platform's whole list, so that any other account is a new one. */
	isWhole: boolean;
	/** Each account as one text, see `unpackAccount`: of thousands of accounts, a poll visits few. */
	accounts: Map<string, string>;
	/** Accounts of another kind, which have no links. */
	others: Map<string, OtherKind>;
	/**
	 * What is remembered about the ticket: set until a first ticket comes, and while one is reported as overdue.
	 */
	ticket?: {
		/** Minutes since 1970 when the hour without a ticket began. */
		since: number;
		isReported: boolean;
	};
}

const VERSION = 2;
const FIELD = 'seen';
const OTHER_KINDS: readonly OtherKind[] = ['miniProgram', 'shop', 'channels', 'other'];

export function newAccount(): KnownAccount {
	return {
		links: undefined,
		openSince: 0,
		count: 0,
		visitedAt: 0,
		heldUntil: 0,
		isUnavailable: false,
		isEmptied: false,
		misses: 0,
		isNew: false,
	};
}

/**
 * Reads the static data. Data that is damaged, or of another version or origin, is ignored. The next poll
 * is then a first poll, which reports nothing.
 *
 * @param origin names the platform or the account that the data must belong to
 */
export function readMemory(data: IDataObject, origin: string): Memory {
	const memory: Memory = { isWhole: false, accounts: new Map(), others: new Map() };
	const kept = objectOf(data[FIELD]);
	if (kept.version !== VERSION || kept.origin !== origin) return memory;
	memory.isWhole = kept.isWhole === true && isRecord(kept.accounts) && isRecord(kept.others);
	for (const [id, text] of Object.entries(objectOf(kept.accounts))) {
		memory.accounts.set(id, textOf(text));
	}
	for (const kind of OTHER_KINDS) {
		const ids = textOf(objectOf(kept.others)[kind]).split(' ').filter(Boolean);
		for (const id of ids) memory.others.set(unpackId(id), kind);
	}
	memory.ticket = readTicket(textOf(kept.ticket));
	return memory;
}

function readTicket(text: string): Memory['ticket'] {
	const [, since, told] = /^([0-9a-z]{1,8}),([01])$/.exec(text) ?? [];
	return since === undefined ? undefined : { since: parseInt(since, 36), isReported: told === '1' };
}

/**
 * Puts the memory into the static data if anything has changed. It assigns one new value, because n8n
 * notices only assignments and then saves everything.
 */
export function writeMemory(data: IDataObject, origin: string, memory: Memory): void {
	const kept = objectOf(data[FIELD]);
	const { isWhole } = memory;
	const ticket =
		memory.ticket && `${memory.ticket.since.toString(36)},${Number(memory.ticket.isReported)}`;
	const accounts = Object.fromEntries(memory.accounts);
	const others: IDataObject = {};
	for (const kind of new Set(memory.others.values())) {
		const ids = [...memory.others].filter(([, other]) => other === kind);
		others[kind] = ids.map(([id]) => packId(id)).join(' ');
	}
	const isSame =
		kept.version === VERSION &&
		kept.origin === origin &&
		kept.isWhole === isWhole &&
		kept.ticket === ticket &&
		isEqual(kept.accounts, accounts) &&
		isEqual(kept.others, others);
	if (isSame) return;
	data[FIELD] = { version: VERSION, origin, isWhole, accounts, others, ...(ticket && { ticket }) };
}

function isEqual(kept: unknown, texts: IDataObject): boolean {
	const fields = objectOf(kept);
	const keys = Object.keys(texts);
	return (
		keys.length === Object.keys(fields).length && keys.every((key) => fields[key] === texts[key])
	);
}

/**
 * Packs an account into one text: its numbers, then its links, separated by spaces. The fourth number has
 * one bit each for `isUnavailable`, `isEmptied` and whether the list was read, two bits for `misses`, and
 * one for `isNew`.
 */
export function packAccount(account: KnownAccount): string {
	const { links, openSince, count, visitedAt, heldUntil } = account;
	const { isUnavailable, isEmptied, misses, isNew } = account;
	const isRead = links !== undefined;
	const bits = Number(isUnavailable) + 2 * Number(isEmptied) + 4 * Number(isRead);
	const state = bits + 8 * misses + 32 * Number(isNew);
	const numbers = [count, visitedAt, heldUntil, state, openSince];
	const head = numbers.map((n) => n.toString(36)).join(',');
	return links ? `${head} ${links}` : head;
}

/** @returns undefined for a damaged text; does not check its links */
export function unpackAccount(text: string): KnownAccount | undefined {
	const end = text.includes(' ') ? text.indexOf(' ') : text.length;
	const numbers = text
		.slice(0, end)
		.split(',')
		.map((part) => parseInt(part, 36));
	if (numbers.length !== 5 || !numbers.every((n) => Number.isSafeInteger(n) && n >= 0)) {
		return undefined;
	}
	const [count, visitedAt, heldUntil, state, openSince] = numbers;
	const isSet = (bit: number) => Math.floor(state / bit) % 2 === 1;
	return {
		links: isSet(4) ? text.slice(end + 1) : undefined,
		openSince,
		count,
		visitedAt,
		heldUntil,
		isUnavailable: isSet(1),
		isEmptied: isSet(2),
		misses: Math.min(Math.floor(state / 8) % 4, RESTS_FROM),
		isNew: isSet(32),
	};
}

/**
 * Packs an account's links into one text, separated by spaces. Each is `id,appid,status`, followed by
 * `,since,isReminded` while an invitation is open.
 */
export function packLinks(links: KnownLinks): string {
	const rows = [...links].map(([id, { appId, status, since, isReminded }]) => {
		const row = [packId(id), packId(appId ?? ''), status ?? ''];
		return [...row, ...(since ? [since.toString(36), Number(isReminded)] : [])].join(',');
	});
	return rows.join(' ');
}

/**
 * @returns undefined for a damaged text: without its damaged links, the trigger would report them as new
 */
export function unpackLinks(text: string): KnownLinks | undefined {
	const links: KnownLinks = new Map();
	for (const row of text === '' ? [] : text.split(' ')) {
		const read = readLink(row);
		if (!read) return undefined;
		links.set(...read);
	}
	return links;
}

function readLink(row: string) {
	const [id, appId, statusText, sinceText, reminded] = row.split(',');
	if (!id) return undefined;
	const status = statusText === '' ? null : Number(statusText);
	if (status !== null && !Number.isSafeInteger(status)) return undefined;
	const since = sinceText === undefined ? 0 : parseInt(sinceText, 36);
	if (!Number.isSafeInteger(since) || isOpen(status) !== since > 0) return undefined;
	const isReminded = reminded === '1';
	return [unpackId(id), { appId: unpackId(appId) || null, status, since, isReminded }] as const;
}

const HEX_ID = /^(wx|gh_)((?:[0-9a-f]{2})+)$/;
const PREFIXES: Record<string, string> = { wx: '~', gh_: '!' };

/** Shortens an appid or original ID if hexadecimal digits follow its prefix; escapes any other ID. */
function packId(id: string): string {
	const [, prefix, hex] = HEX_ID.exec(id) ?? [];
	return prefix === undefined
		? encodeURIComponent(id).replace(/[!~]/g, (c) => (c === '!' ? '%21' : '%7E'))
		: PREFIXES[prefix] + Buffer.from(hex, 'hex').toString('base64url');
}

/** @returns the ID that was packed; for a damaged text, any text */
function unpackId(text: string): string {
	const prefix = Object.keys(PREFIXES).find((one) => PREFIXES[one] === text[0]);
	if (prefix !== undefined) {
		return prefix + Buffer.from(text.slice(1), 'base64url').toString('hex');
	}
	try {
		return decodeURIComponent(text);
	} catch {
		return text;
	}
}
