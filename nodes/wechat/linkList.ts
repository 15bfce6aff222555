import { isRecord, wholeNumberOf } from './values';

/**
 * One entry of the answer of wxamplinkget
 * (doc/oplatform/openApi/officalaccount-management/link-miniprogram/api_getlinkminiprogram).
 * Refused entries carry only status, username, nickname, headimg_url, source and func_infos.
 */
export interface LinkEntry {
	/** Null if the entry contains no status, or one that is not a number. */
	status: number | null;
	/** Absent in refused entries, and in all entries of answers of 2018. */
	appid?: string;
	/** The Mini Program's original id, gh_…; present in every known answer. */
	username?: string;
	nickname?: string;
	headimg_url?: string;
	/** The Mini Program's login e-mail address: personal data. */
	email?: string;
	selected?: number;
	nearby_display_status?: number;
	released?: number;
	func_infos?: Array<{ id: number; name: string; status: number }>;
	[field: string]: unknown;
}

/** Reads `wxopens.items`; an answer without links may omit either or leave it empty (assumed). */
export function readLinkList(payload: Record<string, unknown>): LinkEntry[] {
	return (itemsOf(payload) ?? [])
		.filter((item): item is Record<string, unknown> => typeof item === 'object' && item !== null)
		.map(readEntry);
}

/** Whether the answer contains a list, or nothing where the list belongs. */
export function holdsLinkList(payload: Record<string, unknown>): boolean {
	return itemsOf(payload) !== undefined;
}

/**
 * Whether the whole list is known, so that missing entries mean something:
 *
 * - `list`: entries with ids
 * - `leftOut`: nothing where the list belongs, which counts as an empty list (assumed)
 * - `unreadable`: anything else
 */
export function formOfList(payload: Record<string, unknown>): 'list' | 'leftOut' | 'unreadable' {
	const wxopens = payload.wxopens ?? {};
	if (!isRecord(wxopens)) return 'unreadable';
	const items = wxopens.items ?? {};
	if (!Array.isArray(items)) {
		return isRecord(items) && Object.keys(items).length === 0 ? 'leftOut' : 'unreadable';
	}
	const there = (items as unknown[]).filter((item) => item !== null);
	const entries = readLinkList(payload);
	const canBeToldApart = entries.every(({ appid, username }) => appid ?? username);
	return entries.length === there.length && canBeToldApart ? 'list' : 'unreadable';
}

/** @returns undefined if something else is where the list belongs */
function itemsOf({ wxopens }: Record<string, unknown>): unknown[] | undefined {
	if (isNothing(wxopens)) return [];
	if (typeof wxopens !== 'object' || Array.isArray(wxopens)) return undefined;
	const { items } = wxopens as { items?: unknown };
	if (isNothing(items)) return [];
	return Array.isArray(items) ? items : undefined;
}

/** Whether a server may send this value for an empty list. */
function isNothing(value: unknown): boolean {
	return (
		value === undefined ||
		value === null ||
		(typeof value === 'object' && Object.keys(value).length === 0)
	);
}

function readEntry(item: Record<string, unknown>): LinkEntry {
	const entry: LinkEntry = { ...item, status: wholeNumberOf(item.status) ?? null };
	for (const id of ['appid', 'username']) if (!isId(item[id])) delete entry[id];
	return entry;
}

function isId(value: unknown): boolean {
	return typeof value === 'string' && value !== '';
}

/** Which entry counts if the list contains a Mini Program twice. */
const WEIGHT: Record<number, number> = { 1: 3, 2: 2, 12: 1 };

/**
 * The links and invitations of an account, for any number of look-ups. The list may contain an old refused
 * entry and a newer invitation: the entry closest to a link counts, or the first of several.
 */
export class LinkList {
	private readonly byId = new Map<string, LinkEntry>();

	/** Whether WeChat omitted the appid of some entries: a refused entry cannot be found by its appid. */
	readonly someHaveNoAppId: boolean;

	constructor(readonly entries: readonly LinkEntry[]) {
		for (const entry of entries) {
			for (const id of [entry.appid, entry.username]) this.put(id?.toLowerCase(), entry);
		}
		this.someHaveNoAppId = entries.some(({ appid }) => !appid);
	}

	/** @param id an appid or an original ID (gh_…), in any case */
	find(id: string): LinkEntry | undefined {
		return this.byId.get(id.toLowerCase());
	}

	private put(id: string | undefined, entry: LinkEntry): void {
		if (id === undefined) return;
		const known = this.byId.get(id);
		if (!known || weightOf(entry) > weightOf(known)) this.byId.set(id, entry);
	}
}

function weightOf({ status }: LinkEntry): number {
	return WEIGHT[status ?? NaN] ?? 0;
}

/** The fields that operators work with, under plain names. */
export function simplifyLink(entry: LinkEntry): Record<string, unknown> {
	return {
		miniProgramAppId: entry.appid ?? null,
		username: entry.username ?? null,
		nickname: entry.nickname ?? null,
		linkStatus: entry.status,
		shownOnProfile: flag(entry.selected),
		shownNearby: flag(entry.nearby_display_status),
		released: flag(entry.released),
	};
}

/** An entry without the e-mail address: personal data that linking does not need. */
export function withoutEmail(entry: LinkEntry): LinkEntry {
	const rest = { ...entry };
	delete rest.email;
	return rest;
}

function flag(value: unknown): boolean | null {
	const number = wholeNumberOf(value);
	return number === undefined ? null : number === 1;
}
