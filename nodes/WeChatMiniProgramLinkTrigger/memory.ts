import type { IDataObject } from 'n8n-workflow';

import { packId, unpackId } from './packedIds';

/** What is remembered of one link, refusal or invitation. */
export interface KnownLink {
	/** WeChat's number; null where the entry had none, `gone` where the entry is no longer listed. */
	status: number | null | 'gone';
	/** The Mini Program's appid, '' where WeChat never gave it. */
	appId: string;
	/** How often it was removed, or invited again after a refusal: tells its events apart. */
	lives: number;
	/** Minutes since 1970 when the open invitation was first seen; 0 where there is none. */
	since: number;
	/** Whether it was told that this invitation has waited too long. */
	isToldWaiting: boolean;
}

/** What is remembered of one Official Account. */
export interface KnownAccount {
	/** Minutes since 1970; 0 where it was never looked at. */
	lookedAt: number;
	/** Minutes since 1970 until which it is not to be looked at. */
	heldUntil: number;
	/** How often it could not be called any more: tells those events apart. */
	losses: number;
	/** Whether that was told, and is still so. */
	isUnavailable: boolean;
	/** Whether the last answer had no list at all, which may or may not mean that it is empty. */
	hadNoList: boolean;
	/** By original id, or by appid where WeChat gave no original id. */
	links: Map<string, KnownLink>;
}

/** What a trigger remembers between two looks. */
export interface Memory {
	/** Minutes since 1970 when the platform's accounts were last listed. */
	listedAt: number;
	/** By appid; '' for the account of a credential that names none. */
	accounts: Map<string, KnownAccount>;
}

/** The form in which it is stored; another one is not read. */
const VERSION = 1;

type StoredLink = [
	status: unknown,
	appId?: unknown,
	lives?: unknown,
	since?: unknown,
	told?: unknown,
];

const GONE = -1;

export function newAccount(): KnownAccount {
	const counts = { lookedAt: 0, heldUntil: 0, losses: 0 };
	return { ...counts, isUnavailable: false, hadNoList: false, links: new Map() };
}

/**
 * Reads the trigger's static data. What is damaged, of another version or of another platform counts
 * as never seen, so that it starts no workflow.
 *
 * @param of tells whose accounts they are
 */
export function readMemory(data: IDataObject, of: string): Memory {
	const memory: Memory = { listedAt: 0, accounts: new Map() };
	if (data.version !== VERSION || data.of !== of) return memory;
	memory.listedAt = countOf(data.listedAt);
	for (const [appId, stored] of entriesOf(data.accounts)) {
		const account = readAccount(stored);
		if (account) memory.accounts.set(appId, account);
	}
	return memory;
}

/** Writes the static data in place: n8n saves the object that it gave. */
export function writeMemory(data: IDataObject, of: string, memory: Memory): void {
	for (const field of Object.keys(data)) delete data[field];
	const accounts: IDataObject = {};
	for (const [appId, account] of memory.accounts) accounts[appId] = toStored(account);
	Object.assign(data, { version: VERSION, of, listedAt: memory.listedAt, accounts });
}

function readAccount(stored: unknown): KnownAccount | undefined {
	if (!isRecord(stored)) return undefined;
	const account: KnownAccount = {
		lookedAt: countOf(stored.at),
		heldUntil: countOf(stored.held),
		losses: countOf(stored.losses),
		isUnavailable: stored.lost === 1,
		hadNoList: stored.noList === 1,
		links: new Map(),
	};
	if (account.lookedAt > 0 && !isRecord(stored.links)) return undefined;
	for (const [id, link] of entriesOf(stored.links)) {
		if (!Array.isArray(link)) return undefined;
		const [status, appId, lives, since, told] = link as unknown as StoredLink;
		if (status !== null && typeof status !== 'number') return undefined;
		account.links.set(unpackId(id, 'username'), {
			status: status === GONE ? 'gone' : status,
			appId: typeof appId === 'string' && appId !== '' ? unpackId(appId, 'appid') : '',
			lives: countOf(lives),
			since: countOf(since),
			isToldWaiting: told === 1,
		});
	}
	return account;
}

function toStored(account: KnownAccount): IDataObject {
	const { lookedAt, heldUntil, losses, isUnavailable, hadNoList } = account;
	const links: Record<string, unknown> = {};
	for (const [id, link] of account.links) links[packId(id)] = toStoredLink(link);
	return {
		at: lookedAt,
		...(heldUntil > 0 && { held: heldUntil }),
		...(losses > 0 && { losses }),
		...(isUnavailable && { lost: 1 }),
		...(hadNoList && { noList: 1 }),
		links: links as IDataObject,
	};
}

/** Zeros at the end are left out: most links are linked and stay so. */
function toStoredLink({ status, appId, lives, since, isToldWaiting }: KnownLink): StoredLink {
	const stored: StoredLink = [
		status === 'gone' ? GONE : status,
		appId && packId(appId),
		lives,
		since,
		isToldWaiting ? 1 : 0,
	];
	while (stored.length > 1 && !stored.at(-1)) stored.pop();
	return stored;
}

function countOf(value: unknown): number {
	return typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : 0;
}

function isRecord(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function entriesOf(value: unknown): Array<[string, unknown]> {
	return isRecord(value) ? Object.entries(value) : [];
}
