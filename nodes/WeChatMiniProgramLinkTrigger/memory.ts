import type { IDataObject } from 'n8n-workflow';

import type { OtherKind } from '../wechat/accountKind';
import { textOf } from '../wechat/values';
import { isOpen, type KnownLink, type KnownLinks } from './changes';
import { packId, unpackId } from './packedId';

/** What is remembered of an account between two looks. */
export interface KnownAccount {
	/** Undefined until its list was read once. */
	links: KnownLinks | undefined;
	/** Changes that were seen so far. */
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
}

/** So many looks without a list, and the account rests for the quiet interval. */
export const RESTS_FROM = 2;

/** What a trigger remembers, of one platform or one account. */
export interface Memory {
	/** Seconds since 1970 of its first look. */
	startedAt: number;
	/** Whether nothing was remembered before. */
	isNew: boolean;
	accounts: Map<string, KnownAccount>;
	/** Accounts that have no links, since they are of another kind. */
	others: Map<string, OtherKind>;
}

const VERSION = 1;
const FIELD = 'seen';
const OTHER_KINDS: readonly OtherKind[] = ['miniProgram', 'shop', 'channels', 'other'];

export function newAccount(): KnownAccount {
	return {
		links: undefined,
		count: 0,
		lookedAt: 0,
		heldUntil: 0,
		isUnavailable: false,
		isEmptied: false,
		misses: 0,
	};
}

/**
 * Reads the static data. What another version, another origin or a damage left is no memory: then
 * the next look is a first one, which invents no event.
 *
 * @param origin a name for the platform or the account that the data has to be about
 * @param now milliseconds since 1970
 */
export function readMemory(data: IDataObject, origin: string, now: number): Memory {
	const memory: Memory = {
		startedAt: Math.floor(now / 1000),
		isNew: true,
		accounts: new Map(),
		others: new Map(),
	};
	const kept = objectOf(data[FIELD]);
	if (kept.version !== VERSION || kept.origin !== origin) return memory;
	memory.isNew = false;
	if (Number.isSafeInteger(kept.startedAt)) memory.startedAt = Number(kept.startedAt);
	for (const [id, text] of Object.entries(objectOf(kept.accounts))) {
		const account = readAccount(text);
		if (account) memory.accounts.set(id, account);
	}
	for (const kind of OTHER_KINDS) {
		const ids = textOf(objectOf(kept.others)[kind]).split(' ').filter(Boolean);
		for (const id of ids) memory.others.set(unpackId(id), kind);
	}
	return memory;
}

/** Puts the memory into the static data, as one new value: n8n notices only what is assigned. */
export function writeMemory(data: IDataObject, origin: string, memory: Memory): void {
	const accounts: IDataObject = {};
	for (const [id, account] of memory.accounts) accounts[id] = writeAccount(account);
	const others: IDataObject = {};
	for (const kind of new Set(memory.others.values())) {
		const ids = [...memory.others].filter(([, other]) => other === kind);
		others[kind] = ids.map(([id]) => packId(id)).join(' ');
	}
	const value = {
		version: VERSION,
		origin,
		startedAt: memory.startedAt,
		accounts,
		...(memory.others.size > 0 && { others }),
	};
	if (JSON.stringify(value) !== JSON.stringify(data[FIELD] ?? null)) data[FIELD] = value;
}

/*
 * An account is one text: its numbers (the fourth has a bit each for what was told and what was found
 * gone, and then the misses), then its links, separated by blanks. A link is
 * `id,appid,status` and, while an invitation is open, since when and whether it was reminded of.
 */
function writeAccount(account: KnownAccount): string {
	const { links, count, lookedAt, heldUntil, isUnavailable, isEmptied, misses } = account;
	const state = Number(isUnavailable) + 2 * Number(isEmptied) + 4 * misses;
	const head = [count, lookedAt, heldUntil, state, Number(links !== undefined)];
	const rows = [...(links ?? [])].map(([id, { appId, status, since, isReminded }]) => {
		const row = [packId(id), packId(appId ?? ''), status ?? ''];
		return [...row, ...(since ? [since.toString(36), Number(isReminded)] : [])].join(',');
	});
	return [head.map((n) => n.toString(36)).join(','), ...rows].join(' ');
}

function readAccount(text: unknown): KnownAccount | undefined {
	if (typeof text !== 'string') return undefined;
	const [head, ...rows] = text.split(' ');
	const numbers = head.split(',').map((part) => parseInt(part, 36));
	if (numbers.length !== 5 || !numbers.every((n) => Number.isSafeInteger(n) && n >= 0)) {
		return undefined;
	}
	const [count, lookedAt, heldUntil, state, isRead] = numbers;
	const links: KnownLinks = new Map();
	for (const row of rows) {
		const read = readLink(row);
		// Half an account would be compared as if the other half were new.
		if (!read) return undefined;
		links.set(...read);
	}
	return {
		links: isRead === 1 ? links : undefined,
		count,
		lookedAt,
		heldUntil,
		isUnavailable: state % 2 === 1,
		isEmptied: Math.floor(state / 2) % 2 === 1,
		misses: Math.min(Math.floor(state / 4), RESTS_FROM),
	};
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

/** Anything as an object; one without fields for nothing. */
function objectOf(value: unknown): Record<string, unknown> {
	return Object(value) as Record<string, unknown>;
}
