import { LinkList, type LinkEntry } from '../wechat/linkList';
import { shortHash } from '../wechat/values';

/** What is remembered of one link or invitation. */
export interface KnownLink {
	appId: string | null;
	status: number | null;
	/** Minutes since 1970 when its open invitation was first seen; 0 where none is open. */
	since: number;
	/** Whether it was told that this invitation has waited too long. */
	isReminded: boolean;
}

/** What is remembered of an account's links, by original id (or appid, where WeChat gives no other). */
export type KnownLinks = Map<string, KnownLink>;

export type LinkEvent =
	| 'invited'
	| 'officialAccountAdminAgreed'
	| 'linked'
	| 'refused'
	| 'removed'
	| 'waiting'
	| 'unknownStatus';

/** Something that happened to a link between two looks. */
export interface Change {
	event: LinkEvent;
	eventId: string;
	username: string | null;
	appId: string | null;
	nickname: string | null;
	previousStatus: number | null;
	status: number | null;
	/** Whole days that the open invitation has been waiting; null where none is open. */
	waitingDays: number | null;
}

/** One look at an account's list. */
export interface Look {
	/** Names the account in event ids. */
	account: string;
	/** Undefined at the first look. */
	before: KnownLinks | undefined;
	/** The whole list, from an answer that was read to its end. */
	entries: readonly LinkEntry[];
	/** Changes of the account that were seen before: tells a second time from a repeat. */
	count: number;
	/** Milliseconds since 1970. */
	now: number;
	waitingDays: number;
	/** Whether the account came after the trigger's first look: then all that is found at it is told. */
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
 * Compares a list with what was there before. The first look remembers and reports nothing, unless the
 * account is new itself. The same look at the same list gives the same ids.
 *
 * @returns the changes in the order of the list, removed ones last, and what to remember
 */
export function compare(look: Look): { changes: Change[]; after: KnownLinks } {
	const { now } = look;
	const before: KnownLinks = look.before ?? new Map();
	const after: KnownLinks = new Map();
	const changes: Change[] = [];
	for (const [id, entry] of byId(look.entries)) {
		const known = before.get(id);
		const link = remember(entry, known, now);
		after.set(id, link);
		const isTold = look.before !== undefined || look.isNewAccount;
		for (const event of isTold ? eventsOf(known?.status, link.status) : []) {
			changes.push(toChange(look, event, id, link, known, entry));
		}
		if (isOpen(link.status) && !link.isReminded && daysOf(link, now) >= look.waitingDays) {
			link.isReminded = true;
			changes.push(toChange(look, 'waiting', id, link, known, entry));
		}
	}
	for (const [id, known] of before) {
		if (after.has(id) || !(known.status === LINKED || isOpen(known.status))) continue;
		const gone = { ...known, status: null, since: 0 };
		changes.push(toChange(look, 'removed', id, gone, known));
	}
	return { changes, after };
}

/** Minutes since 1970 when the youngest open invitation was first seen; 0 where none is open. */
export function openSinceOf(links: KnownLinks): number {
	let youngest = 0;
	for (const { since } of links.values()) youngest = Math.max(youngest, since);
	return youngest;
}

/** The present state as it would have been reported, for a test in the editor. */
export function sample(look: Look): Change[] {
	return [...byId(look.entries)].map(([id, entry]) => {
		const link = remember(entry, undefined, look.now);
		const events = eventsOf(undefined, link.status);
		return toChange(look, events[events.length - 1], id, link, undefined, entry);
	});
}

/** The entries, each Mini Program once: of several the one that is furthest on the way to a link. */
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

/** Undefined for an entry that cannot be told from others. */
function idOf({ username, appid }: LinkEntry): string | undefined {
	return (username ?? appid)?.toLowerCase();
}

/** Whether a link or an invitation that is known is not in the list. */
export function hasLost(known: KnownLinks | undefined, entries: readonly LinkEntry[]): boolean {
	const ids = new Set(entries.map(idOf));
	return [...(known?.keys() ?? [])].some((id) => !ids.has(id));
}

/** The entries of a list, and those that an earlier reading had beside them. */
export function together(
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
	// From 2 back to 12 it is another invitation.
	const goesOn = known && isOpen(known.status) && !isReset(known.status, status);
	return {
		appId,
		status,
		since: goesOn ? known.since : Math.floor(now / MINUTE),
		isReminded: goesOn ? known.isReminded : false,
	};
}

function isReset(from: number | null, to: number | null): boolean {
	return from === WAITS_FOR_MINI_PROGRAM && to === WAITS_FOR_OFFICIAL_ACCOUNT;
}

/**
 * What must have happened for a status to become another one; looks may miss steps in between.
 *
 * @param from undefined for a link that was not there
 */
function eventsOf(from: number | null | undefined, to: number | null): LinkEvent[] {
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
	look: Look,
	event: LinkEvent,
	id: string,
	link: KnownLink,
	known: KnownLink | undefined,
	entry?: LinkEntry,
): Change {
	const previousStatus = known?.status ?? null;
	const distinction = event === 'waiting' ? link.since : [previousStatus, link.status, look.count];
	return {
		event,
		eventId: shortHash(JSON.stringify([look.account, id, event, distinction])),
		username: entry?.username ?? (id.startsWith('gh_') ? id : null),
		appId: link.appId,
		nickname: typeof entry?.nickname === 'string' ? entry.nickname : null,
		previousStatus,
		status: link.status,
		waitingDays: isOpen(link.status) ? daysOf(link, look.now) : null,
	};
}

function daysOf({ since }: KnownLink, now: number): number {
	return Math.max(0, Math.floor((now / MINUTE - since) / MINUTES_A_DAY));
}
