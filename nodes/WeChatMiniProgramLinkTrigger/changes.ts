import { LinkList, type LinkEntry } from '../wechat/linkList';
import { shortHash } from '../wechat/values';

/** What the trigger remembers about a link or an invitation. */
interface KnownLink {
	appId: string | null;
	status: number | null;
	/** Minutes since 1970 when its open invitation was first seen; 0 if none is open. */
	since: number;
	/** Whether the trigger has reported that this invitation has waited too long. */
	isReminded: boolean;
}

/**
 * What the trigger remembers about an account's links, by original ID (or by appid, if WeChat sends no
 * original ID).
 */
export type KnownLinks = Map<string, KnownLink>;

/** What happened to a link between two visits to its account. */
export interface LinkChange {
	event:
		| 'invited'
		| 'officialAccountAdminAgreed'
		| 'linked'
		| 'refused'
		| 'removed'
		| 'waiting'
		| 'unknownStatus';
	eventId: string;
	username: string | null;
	appId: string | null;
	nickname: string | null;
	previousStatus: number | null;
	status: number | null;
	/** Whole days that the open invitation has been waiting; null if none is open. */
	waitingDays: number | null;
}

/** An account's list, and what the trigger remembers about it. */
interface Comparison {
	/** Identifies the account in event ids. */
	account: string;
	/** Undefined at the first visit. */
	before: KnownLinks | undefined;
	/** The whole list. */
	entries: readonly LinkEntry[];
	/**
	 * Number of the account's changes so far; it distinguishes a second change from a repeat of the first.
	 */
	count: number;
	/** Milliseconds since 1970. */
	now: number;
	waitingDays: number;
	/** Whether the account was added after the trigger's first poll; every link in it is then a change. */
	isNewAccount?: boolean;
}

const MINUTE = 60_000;
const MINUTES_A_DAY = 24 * 60;
const LINKED = 1;
const REFUSED = 3;
const WAITS_FOR_MINI_PROGRAM = 2;
const WAITS_FOR_OFFICIAL_ACCOUNT = 12;

/** Whether an invitation with this status waits for an administrator. */
export function isOpen(status: number | null | undefined): boolean {
	return status === WAITS_FOR_MINI_PROGRAM || status === WAITS_FOR_OFFICIAL_ACCOUNT;
}

/**
 * Compares a list with what the trigger remembers. The first visit only remembers links and reports none,
 * unless the account itself is new. Repeating a comparison returns the same event ids.
 *
 * @returns the changes in the order of the list, removed links last, and what to remember
 */
export function compare(given: Comparison): { changes: LinkChange[]; after: KnownLinks } {
	const { now, entries, waitingDays } = given;
	const before: KnownLinks = given.before ?? new Map();
	const after: KnownLinks = new Map();
	const changes: LinkChange[] = [];
	for (const [id, entry] of byId(entries)) {
		const known = before.get(id);
		const link = remember(entry, known, now);
		after.set(id, link);
		const isReported = given.before !== undefined || given.isNewAccount;
		for (const event of isReported ? eventsOf(known?.status, link.status) : []) {
			changes.push(toChange(given, event, id, link, known, entry));
		}
		if (isOpen(link.status) && !link.isReminded && daysOf(link, now) >= waitingDays) {
			link.isReminded = true;
			changes.push(toChange(given, 'waiting', id, link, known, entry));
		}
	}
	for (const [id, known] of before) {
		if (after.has(id) || !(known.status === LINKED || isOpen(known.status))) continue;
		const gone = { ...known, status: null, since: 0 };
		changes.push(toChange(given, 'removed', id, gone, known));
	}
	return { changes, after };
}

/** Minutes since 1970 when the youngest open invitation was first seen; 0 if none is open. */
export function openSinceOf(links: KnownLinks): number {
	let youngest = 0;
	for (const { since } of links.values()) youngest = Math.max(youngest, since);
	return youngest;
}

/** For each link, the change that led to its present state. */
export function latestChanges(
	account: string,
	entries: readonly LinkEntry[],
	now: number,
): LinkChange[] {
	return [...byId(entries)].map(([id, entry]) => {
		const link = remember(entry, undefined, now);
		const events = eventsOf(undefined, link.status);
		const event = events[events.length - 1];
		return toChange({ account, count: 0, now }, event, id, link, undefined, entry);
	});
}

/** The entries by ID, one for each Mini Program: if it has several, the one that is closest to a link. */
function byId(entries: readonly LinkEntry[]): Map<string, LinkEntry> {
	const list = new LinkList(entries);
	const found = new Map<string, LinkEntry>();
	for (const one of entries) {
		const id = idOf(one);
		const entry = id === undefined ? undefined : list.find(id);
		if (id !== undefined && entry) found.set(id, entry);
	}
	return found;
}

/** Undefined if the entry has neither an original ID nor an appid. */
function idOf({ username, appid }: LinkEntry): string | undefined {
	return (username ?? appid)?.toLowerCase();
}

/** Whether a known link or invitation is missing from the list. */
export function hasLost(known: KnownLinks | undefined, entries: readonly LinkEntry[]): boolean {
	const ids = new Set(entries.map(idOf));
	return [...(known?.keys() ?? [])].some((id) => !ids.has(id));
}

/** The entries of a list, and those that only an earlier reading of it contained. */
export function withEarlier(
	entries: readonly LinkEntry[],
	earlier: readonly LinkEntry[],
): readonly LinkEntry[] {
	const ids = new Set(entries.map(idOf));
	return [...entries, ...earlier.filter((entry) => !ids.has(idOf(entry)))];
}

function remember(entry: LinkEntry, known: KnownLink | undefined, now: number): KnownLink {
	const { status } = entry;
	const appId = entry.appid?.toLowerCase() ?? known?.appId ?? null;
	if (!isOpen(status)) return { appId, status, since: 0, isReminded: false };
	// If the status goes from 2 back to 12, it belongs to another invitation.
	const isSame = known && isOpen(known.status) && !isReset(known.status, status);
	return {
		appId,
		status,
		since: isSame ? known.since : Math.floor(now / MINUTE),
		isReminded: isSame ? known.isReminded : false,
	};
}

function isReset(from: number | null, to: number | null): boolean {
	return from === WAITS_FOR_MINI_PROGRAM && to === WAITS_FOR_OFFICIAL_ACCOUNT;
}

/**
 * What must have happened between two statuses; visits may miss steps in between.
 *
 * @param from undefined if the link was not there
 */
function eventsOf(from: number | null | undefined, to: number | null): Array<LinkChange['event']> {
	if (from === to) return [];
	switch (to) {
		case LINKED:
			return ['linked'];
		case REFUSED:
			return ['refused'];
		case WAITS_FOR_OFFICIAL_ACCOUNT:
			return ['invited'];
		case WAITS_FOR_MINI_PROGRAM:
			return from === WAITS_FOR_OFFICIAL_ACCOUNT
				? ['officialAccountAdminAgreed']
				: ['invited', 'officialAccountAdminAgreed'];
		default:
			return ['unknownStatus'];
	}
}

function toChange(
	{ account, count, now }: Pick<Comparison, 'account' | 'count' | 'now'>,
	event: LinkChange['event'],
	id: string,
	link: KnownLink,
	known: KnownLink | undefined,
	entry?: LinkEntry,
): LinkChange {
	const previousStatus = known?.status ?? null;
	const distinction = event === 'waiting' ? link.since : [previousStatus, link.status, count];
	return {
		event,
		eventId: shortHash(JSON.stringify([account, id, event, distinction])),
		username: entry?.username ?? (id.startsWith('gh_') ? id : null),
		appId: link.appId,
		nickname: typeof entry?.nickname === 'string' ? entry.nickname : null,
		previousStatus,
		status: link.status,
		waitingDays: isOpen(link.status) ? daysOf(link, now) : null,
	};
}

function daysOf({ since }: KnownLink, now: number): number {
	return Math.max(0, Math.floor((now / MINUTE - since) / MINUTES_A_DAY));
}
