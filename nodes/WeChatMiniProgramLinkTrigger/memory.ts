import type { IDataObject } from 'n8n-workflow';

import { isOpen, type KnownLink, type KnownLinks } from './changes';
import { packId, unpackId } from './packedId';

/** What is remembered of an account between two looks. */
export interface KnownAccount {
	/** Undefined until its list was read once. */
	links: KnownLinks | undefined;
	/** Changes that were seen so far. */
	count: number;
	/** Minutes since 1970 of the last look that read the list, or found that it cannot be read. */
	lookedAt: number;
	/** Minutes since 1970 until which WeChat counts no further calls; 0 for none. */
	heldUntil: number;
	/** Whether it is known that the account cannot be called. */
	isUnavailable: boolean;
}

/** What a trigger remembers, of one platform or one account. */
export interface Memory {
	/** Seconds since 1970 of its first look. */
	startedAt: number;
	/** Whether nothing was remembered before. */
	isNew: boolean;
	accounts: Map<string, KnownAccount>;
}

const VERSION = 1;
const FIELD = 'seen';

export function newAccount(): KnownAccount {
	return { links: undefined, count: 0, lookedAt: 0, heldUntil: 0, isUnavailable: false };
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
	};
	const kept = objectOf(data[FIELD]);
	if (kept.version !== VERSION || kept.origin !== origin) return memory;
	memory.isNew = false;
	if (Number.isSafeInteger(kept.startedAt)) memory.startedAt = Number(kept.startedAt);
	for (const [id, text] of Object.entries(objectOf(kept.accounts))) {
		const account = readAccount(text);
		if (account) memory.accounts.set(id, account);
	}
	return memory;
}

/** Puts the memory into the static data, as one new value: n8n notices only what is assigned. */
export function writeMemory(data: IDataObject, origin: string, memory: Memory): void {
	const accounts: IDataObject = {};
	for (const [id, account] of memory.accounts) accounts[id] = writeAccount(account);
	const value = { version: VERSION, origin, startedAt: memory.startedAt, accounts };
	if (JSON.stringify(value) !== JSON.stringify(data[FIELD] ?? null)) data[FIELD] = value;
}

/*
 * An account is one text: its numbers, then its links, separated by blanks. A link is
 * `id,appid,status` and, while an invitation is open, since when and whether it was reminded of.
 */
function writeAccount({ links, count, lookedAt, heldUntil, isUnavailable }: KnownAccount): string {
	const head = [count, lookedAt, heldUntil, Number(isUnavailable), Number(links !== undefined)];
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
	const [count, lookedAt, heldUntil, isUnavailable, isRead] = numbers;
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
		isUnavailable: isUnavailable === 1,
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
