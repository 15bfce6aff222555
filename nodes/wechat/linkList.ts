/**
 * One entry of the answer of wxamplinkget
 * (doc/oplatform/openApi/officalaccount-management/link-miniprogram/api_getlinkminiprogram).
 * Refused entries carry only status, username, nickname, headimg_url, source and func_infos.
 */
export interface LinkEntry {
	status: number;
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

/** Reads `wxopens.items`; an answer without links may leave either out. */
export function readLinkList(payload: Record<string, unknown>): LinkEntry[] {
	const wxopens = payload.wxopens as { items?: unknown } | undefined;
	const items = Array.isArray(wxopens?.items) ? (wxopens.items as unknown[]) : [];
	return items
		.filter((item): item is Record<string, unknown> => typeof item === 'object' && item !== null)
		.map((item) => ({ ...item, status: Number(item.status) }));
}

/** How much an entry says, when the same Mini Program stands in the list twice. */
const WEIGHT: Record<number, number> = { 1: 3, 2: 2, 12: 1 };

/**
 * Finds a Mini Program by appid or, for a gh_… id, by username. An old refused entry may stand
 * beside a newer invitation: the one that is furthest on the way to a link is returned.
 */
export function findLink(entries: LinkEntry[], id: string): LinkEntry | undefined {
	const wanted = id.toLowerCase();
	const key = wanted.startsWith('gh_') ? 'username' : 'appid';
	return entries
		.filter((entry) => entry[key]?.toLowerCase() === wanted)
		.sort((a, b) => (WEIGHT[b.status] ?? 0) - (WEIGHT[a.status] ?? 0))[0];
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
	return value === undefined ? null : Number(value) === 1;
}
