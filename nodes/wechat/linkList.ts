import { isRecord, wholeNumberOf } from './values';

/**
 * One entry of the answer of wxamplinkget
 * (doc/oplatform/openApi/officalaccount-management/link-miniprogram/api_getlinkminiprogram).
 * Refused entries carry only status, username, nickname, headimg_url, source and func_infos.
 */
export interface LinkEntry {
	/** Null where the answer has none that could be read. */
	status: number | null;
	/** Absent for refused entries, and in answers of 2018 altogether. */
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

/** Reads `wxopens.items`; an answer without links may leave either out, or empty (assumed). */
export function readLinkList(payload: Record<string, unknown>): LinkEntry[] {
	return (itemsOf(payload) ?? [])
		.filter((item): item is Record<string, unknown> => typeof item === 'object' && item !== null)
		.map(readEntry);
}

/** Whether a list, or nothing, stands where WeChat puts it. */
export function holdsLinkList(payload: Record<string, unknown>): boolean {
	return itemsOf(payload) !== undefined;
}

/**
 * What an answer says of the whole list, from which may be concluded what is not in it:
 *
 * - `list`: entries that can be told apart, where WeChat puts them
 * - `leftOut`: nothing in their place, which is taken for an empty list (assumed)
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

/** @returns undefined if something else is there instead of the list */
function itemsOf({ wxopens }: Record<string, unknown>): unknown[] | undefined {
	if (isNothing(wxopens)) return [];
	if (typeof wxopens !== 'object' || Array.isArray(wxopens)) return undefined;
	const { items } = wxopens as { items?: unknown };
	if (isNothing(items)) return [];
	return Array.isArray(items) ? items : undefined;
}

/** What servers put in the place of a list without entries. */
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

/** How much an entry says, when the same Mini Program stands in the list twice. */
const WEIGHT: Record<number, number> = { 1: 3, 2: 2, 12: 1 };

/**
 * The links and invitations of an account, to be looked up any number of times. An old refused entry
 * may stand beside a newer invitation: the one that is furthest on the way to a link counts, and
 * the first of several.
 */
export class LinkList {
	private readonly byId = new Map<string, LinkEntry>();

	/** Whether WeChat left out the appid of some: a refused one cannot be found by it. */
	readonly someHaveNoAppId: boolean;

	constructor(readonly entries: readonly LinkEntry[]) {
		for (const entry of entries) {
			for (const id of [entry.appid, entry.username]) this.put(id?.toLowerCase(), entry);
		}
		this.someHaveNoAppId = entries.some(({ appid }) => !appid);
	}

	/** @param id an appid or an original id (gh_…), in any case */
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

/** The fields an operator works with, under plain names; WeChat's whole entry otherwise. */
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

/** Leaves out the e-mail address, which is personal data nobody needs for linking. */
export function withoutEmail(entry: LinkEntry): LinkEntry {
	const rest = { ...entry };
	delete rest.email;
	return rest;
}

function flag(value: unknown): boolean | null {
	const number = wholeNumberOf(value);
	return number === undefined ? null : number === 1;
}
