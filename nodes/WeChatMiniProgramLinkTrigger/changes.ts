import { LinkList, type LinkEntry } from '../wechat/linkList';
import type { KnownAccount, KnownLink } from './memory';

/** What may start a workflow, as the parameter Trigger On names it. */
export type EventName =
	| 'invited'
	| 'officialAccountAdminAgreed'
	| 'linked'
	| 'refused'
	| 'removed'
	| 'waiting'
	| 'unknownStatus'
	| 'accountUnavailable';

/** Something that happened to a link of an account. */
export interface Change {
	event: Exclude<EventName, 'accountUnavailable'>;
	/** The Mini Program's original id, or its appid where WeChat gives no original id. */
	id: string;
	appId: string;
	nickname: string | null;
	previousStatus: number | null;
	/** Null where it is no longer listed, or has no status. */
	status: number | null;
	/** Counts what became of the link before: the same for a repeat, another one the next time. */
	lives: number;
	/** Whole days since the open invitation was first seen; null where none is open. */
	waitingDays: number | null;
}

const LINKED = 1;
const WAITS_FOR_MINI_PROGRAM = 2;
const REFUSED = 3;
const WAITS_FOR_OFFICIAL_ACCOUNT = 12;

const MINUTES_A_DAY = 24 * 60;

/** Whether an administrator still has to answer. */
export function isOpen(status: KnownLink['status']): boolean {
	return status === WAITS_FOR_MINI_PROGRAM || status === WAITS_FOR_OFFICIAL_ACCOUNT;
}

/**
 * Compares an account's whole list with what was remembered, and remembers it.
 *
 * An account that was never looked at is only remembered: its links were made by others, at a time
 * nobody knows.
 *
 * @param known changed to what is there now
 * @param now minutes since 1970
 * @param waitingDays from how many days on an open invitation counts as waiting too long; undefined
 *   where nobody wants to hear of that
 */
export function takeIn(
	known: KnownAccount,
	list: LinkList,
	now: number,
	waitingDays: number | undefined,
): Change[] {
	const isFirstLook = known.lookedAt === 0;
	const entries = entriesById(list);
	const changes: Change[] = [];
	for (const [id, entry] of entries) {
		const before = known.links.get(id);
		const link = nextOf(before, entry, now);
		known.links.set(id, link);
		if (!isFirstLook) changes.push(...changesOf(id, before, link, entry));
	}
	for (const [id, before] of known.links) {
		if (entries.has(id) || before.status === 'gone') continue;
		if (before.status !== REFUSED)
			changes.push(toChange('removed', id, before, before, null, null));
		const lives = before.lives + 1;
		known.links.set(id, { ...before, status: 'gone', lives, since: 0, isToldWaiting: false });
	}
	if (waitingDays !== undefined) changes.push(...waiting(known, entries, now, waitingDays));
	known.lookedAt = now;
	return changes;
}

/** What is there now, as events, for somebody who wants to see what the trigger gives. */
export function presentState(list: LinkList, now: number): Change[] {
	const entries = [...entriesById(list)];
	return entries.map(([id, entry]) => {
		const link = nextOf(undefined, entry, now);
		return toChange(eventOf(link.status), id, undefined, link, entry.status, entry);
	});
}

/** Each Mini Program once, by the entry that says most about it. */
function entriesById(list: LinkList): Map<string, LinkEntry> {
	const byId = new Map<string, LinkEntry>();
	for (const { username, appid } of list.entries) {
		const id = username ?? appid;
		const entry = id === undefined ? undefined : list.find(id);
		if (id !== undefined && entry) byId.set(id.toLowerCase(), entry);
	}
	return byId;
}

function nextOf(before: KnownLink | undefined, entry: LinkEntry, now: number): KnownLink {
	const { status } = entry;
	const wasOpen = before !== undefined && isOpen(before.status);
	const isInvitedAgain = before?.status === REFUSED && status !== REFUSED;
	const staysOpen = wasOpen && isOpen(status);
	return {
		status,
		appId: entry.appid?.toLowerCase() ?? before?.appId ?? '',
		lives: (before?.lives ?? 0) + (isInvitedAgain ? 1 : 0),
		since: staysOpen ? before.since : isOpen(status) ? now : 0,
		isToldWaiting: staysOpen && before.isToldWaiting,
	};
}

function changesOf(
	id: string,
	before: KnownLink | undefined,
	link: KnownLink,
	entry: LinkEntry,
): Change[] {
	const { status } = entry;
	if (before?.status === status) return [];
	const event = eventOf(status);
	const isNewlyOpen = isOpen(status) && !(before && isOpen(before.status));
	const events: Array<Change['event']> = isNewlyOpen ? ['invited'] : [];
	// Whoever waits for the first administrator again was invited before.
	if (event !== 'invited') events.push(event);
	return events.map((name) => toChange(name, id, before, link, status, entry));
}

function eventOf(status: KnownLink['status']): Change['event'] {
	switch (status) {
		case LINKED:
			return 'linked';
		case WAITS_FOR_MINI_PROGRAM:
			return 'officialAccountAdminAgreed';
		case REFUSED:
			return 'refused';
		case WAITS_FOR_OFFICIAL_ACCOUNT:
			return 'invited';
		default:
			return 'unknownStatus';
	}
}

/** Each open invitation once, from the day on that was asked for. */
function waiting(
	known: KnownAccount,
	entries: Map<string, LinkEntry>,
	now: number,
	waitingDays: number,
): Change[] {
	const changes: Change[] = [];
	for (const [id, link] of known.links) {
		const isDue = isOpen(link.status) && now - link.since >= waitingDays * MINUTES_A_DAY;
		if (!isDue || link.isToldWaiting) continue;
		link.isToldWaiting = true;
		const entry = entries.get(id) ?? null;
		const status = entry?.status ?? null;
		const days = Math.floor((now - link.since) / MINUTES_A_DAY);
		changes.push({
			...toChange('waiting', id, link, link, status, entry),
			waitingDays: days,
		});
	}
	return changes;
}

function toChange(
	event: Change['event'],
	id: string,
	before: KnownLink | undefined,
	{ appId, lives }: KnownLink,
	status: number | null,
	entry: LinkEntry | null,
): Change {
	const previous = before?.status ?? null;
	return {
		event,
		id,
		appId,
		nickname: typeof entry?.nickname === 'string' ? entry.nickname : null,
		previousStatus: previous === 'gone' ? null : previous,
		status,
		lives,
		waitingDays: null,
	};
}
