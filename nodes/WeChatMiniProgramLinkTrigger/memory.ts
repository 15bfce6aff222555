import type { IDataObject } from 'n8n-workflow';

import type { OtherKind } from '../wechat/accountKind';
import { isRecord, objectOf, textOf } from '../wechat/values';
import { isOpen, type KnownLink, type KnownLinks } from './changes';
import { packId, unpackId } from './packedId';
import type { KnownTicket } from './ticket';

/** What is remembered of an account between two looks. */
export interface KnownAccount {
	/** Its links as one text, see `unpackLinks`; undefined until its list was read once. */
	links: string | undefined;
	/** Minutes since 1970 when the youngest open invitation was first seen; 0 where none is open. */
	openSince: number;
	/** Changes that were seen so far, counted from a number that differs when the account comes back. */
	count: number;
	/** Minutes since 1970 of the last look that read the list, or after which the account rests. */
	lookedAt: number;
	/** Minutes since 1970 until which WeChat counts no further calls; 0 for none. */
	heldUntil: number;
	/** Whether it was told that the account cannot be called. */
	isUnavailable: boolean;
	/** Whether the last look found the whole list gone, which the next one has to confirm. */
	isEmptied: boolean;
	/** Looks in a row that did not get the list, as far as they are counted. */
	misses: number;
	/** Whether it came after the trigger's first look, and its links were not told yet. */
	isNew: boolean;
}

/** So many looks without a list, and the account rests for the quiet interval. */
export const RESTS_FROM = 2;

/** What a trigger remembers, of one platform or one account. */
export interface Memory {
	/** Whether the platform's whole list is in it, so that an account that is not is a new one. */
	isWhole: boolean;
	/** Each as one text, see `unpackAccount`: of thousands of accounts, few are looked at in one poll. */
	accounts: Map<string, string>;
	/** Accounts that have no links, since they are of another kind. */
	others: Map<string, OtherKind>;
	ticket?: KnownTicket;
}

const VERSION = 2;
const FIELD = 'seen';
const OTHER_KINDS: readonly OtherKind[] = ['miniProgram', 'shop', 'channels', 'other'];

export function newAccount(): KnownAccount {
	return {
		links: undefined,
		openSince: 0,
		count: 0,
		lookedAt: 0,
		heldUntil: 0,
		isUnavailable: false,
		isEmptied: false,
		misses: 0,
		isNew: false,
	};
}

/**
 * Reads the static data. What another version, another origin or a damage left is no memory: then
 * the next look is a first one, which invents no event.
 *
 * @param origin a name for the platform or the account that the data has to be about
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

/** The minute, and whether it was told. */
function readTicket(text: string): KnownTicket | undefined {
	const [, since, told] = /^([0-9a-z]{1,8}),([01])$/.exec(text) ?? [];
	return since === undefined ? undefined : { since: parseInt(since, 36), isTold: told === '1' };
}

/**
 * Puts the memory into the static data, as one new value, if anything has changed: n8n notices only
 * what is assigned, and then saves all of it.
 */
export function writeMemory(data: IDataObject, origin: string, memory: Memory): void {
	const kept = objectOf(data[FIELD]);
	const { isWhole, ticket: known } = memory;
	const ticket = known && `${known.since.toString(36)},${Number(known.isTold)}`;
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
		holdsSame(kept.accounts, accounts) &&
		holdsSame(kept.others, others);
	if (isSame) return;
	data[FIELD] = { version: VERSION, origin, isWhole, accounts, others, ...(ticket && { ticket }) };
}

/** Whether something holds these texts and nothing else. */
function holdsSame(kept: unknown, texts: IDataObject): boolean {
	const fields = objectOf(kept);
	const keys = Object.keys(texts);
	return (
		keys.length === Object.keys(fields).length && keys.every((key) => fields[key] === texts[key])
	);
}

/*
 * An account is one text: its numbers (the fourth has a bit each for what was told, what was found gone
 * and whether its list was read, two for the misses, and one for a new account), then its links,
 * separated by blanks.
 */

/** The text that `unpackAccount` reads. */
export function packAccount(account: KnownAccount): string {
	const { links, openSince, count, lookedAt, heldUntil } = account;
	const { isUnavailable, isEmptied, misses, isNew } = account;
	const isRead = links !== undefined;
	const told = Number(isUnavailable) + 2 * Number(isEmptied) + 4 * Number(isRead);
	const state = told + 8 * misses + 32 * Number(isNew);
	const numbers = [count, lookedAt, heldUntil, state, openSince];
	const head = numbers.map((n) => n.toString(36)).join(',');
	return links ? `${head} ${links}` : head;
}

/** @returns undefined for a text that is none of an account; its links are not looked into */
export function unpackAccount(text: string): KnownAccount | undefined {
	const end = text.includes(' ') ? text.indexOf(' ') : text.length;
	const numbers = text
		.slice(0, end)
		.split(',')
		.map((part) => parseInt(part, 36));
	if (numbers.length !== 5 || !numbers.every((n) => Number.isSafeInteger(n) && n >= 0)) {
		return undefined;
	}
	const [count, lookedAt, heldUntil, state, openSince] = numbers;
	const isSet = (bit: number) => Math.floor(state / bit) % 2 === 1;
	return {
		links: isSet(4) ? text.slice(end + 1) : undefined,
		openSince,
		count,
		lookedAt,
		heldUntil,
		isUnavailable: isSet(1),
		isEmptied: isSet(2),
		misses: Math.min(Math.floor(state / 8) % 4, RESTS_FROM),
		isNew: isSet(32),
	};
}

/**
 * An account's links as one text, separated by blanks: `id,appid,status` each and, while an invitation
 * is open, since when and whether it was reminded of.
 */
export function packLinks(links: KnownLinks): string {
	const rows = [...links].map(([id, { appId, status, since, isReminded }]) => {
		const row = [packId(id), packId(appId ?? ''), status ?? ''];
		return [...row, ...(since ? [since.toString(36), Number(isReminded)] : [])].join(',');
	});
	return rows.join(' ');
}

/** @returns undefined for a damaged text: half of the links would be compared as if the others were new */
export function unpackLinks(text: string): KnownLinks | undefined {
	const links: KnownLinks = new Map();
	for (const row of text === '' ? [] : text.split(' ')) {
		const read = readLink(row);
		if (!read) return undefined;
		links.set(...read);
	}
	return links;
}

function readLink(row: string): [string, KnownLink] | undefined {
	const [id, appId, statusText, sinceText, reminded] = row.split(',');
	if (!id) return undefined;
	const status = statusText === '' ? null : Number(statusText);
	if (status !== null && !Number.isSafeInteger(status)) return undefined;
	const since = sinceText === undefined ? 0 : parseInt(sinceText, 36);
	if (!Number.isSafeInteger(since) || isOpen(status) !== since > 0) return undefined;
	const isReminded = reminded === '1';
	return [unpackId(id), { appId: unpackId(appId) || null, status, since, isReminded }];
}
