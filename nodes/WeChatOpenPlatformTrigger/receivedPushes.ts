import type { ICredentialDataDecryptedObject as Data, IDataObject } from 'n8n-workflow';

import { PlatformField, platformOf } from '../tokens/platformFields';
import { dropOldest, isRecord } from '../wechat/values';

/** Hidden field of the credential: pushes that were received. */
const FIELD = new PlatformField<Entry[]>('receivedPushes');

/** How many finished pushes are kept, and how many waiting ones; further waiting ones are refused. */
const MOST_DONE = 300;
const MOST_WAITING = 1000;

/** How many characters of raw pushes are kept for forwarding; the oldest are dropped. */
const MOST_RAW = 500_000;

/** Milliseconds a push is kept: WeChat repeats one within minutes, if at all. */
const LIFE = 24 * 60 * 60_000;

/** Milliseconds for which a push is forwarded: an authorization code lives about as long. */
export const FORWARD_FOR = 60 * 60_000;

/** A push that was received. */
export interface Received {
	/** The same for every repeat. */
	eventId: string;
	/** The item, as far as the push itself determines it; undefined if no workflow starts. */
	item: IDataObject | undefined;
	/** Id of the code that came with it. */
	codeId?: string;
	forward?: Forward;
}

/** A push on its way to other servers. */
export interface Forward {
	eventId: string;
	/** Milliseconds since 1970. */
	receivedAt: number;
	/** WeChat's name for its kind. */
	infoType: string;
	/** The push exactly as it came: its body in base64, and its query without the question mark. */
	raw: { body: string; query: string; contentType: string };
	/** Ids of the targets. */
	to: readonly string[];
}

/** What a trigger node has done about a push. */
export interface Progress {
	/** The process that deals with it. */
	by: string;
	/** Whether its workflow was started. */
	isStarted: boolean;
	/** Targets that have not taken it, and how many times it was tried since they became silent. */
	forwardTo?: readonly string[];
	tries?: number;
}

/** What the credential keeps of a push. */
export interface Entry {
	eventId: string;
	at: number;
	/** For each trigger node that received it. */
	nodes: Record<string, Progress>;
	/** Kept until all workflows were started. */
	item?: IDataObject;
	codeId?: string;
	/** Kept until all targets have taken it. */
	infoType?: string;
	raw?: Forward['raw'];
}

/** Whether there is no room for another push. */
export function isFull(entries: readonly Entry[]): boolean {
	return entries.filter((one) => !isDone(one)).length >= MOST_WAITING;
}

function isDone({ nodes }: Entry): boolean {
	const isOver = ({ isStarted, forwardTo = [] }: Progress) => isStarted && forwardTo.length === 0;
	return Object.values(nodes).every(isOver);
}

/** What remains to be done about a node's push. */
export function remainderOf(entry: Entry, node: string): Received {
	const { eventId, item, codeId } = entry;
	return { eventId, item, codeId, forward: forwardOf(entry, node) };
}

/** What a node still has to forward of a push; undefined if nothing is left. */
export function forwardOf(
	{ eventId, at, infoType = '', raw, nodes }: Entry,
	node: string,
): Forward | undefined {
	const to = nodes[node]?.forwardTo ?? [];
	const isWaiting = raw !== undefined && to.length > 0 && at > Date.now() - FORWARD_FOR;
	return isWaiting ? { eventId, receivedAt: at, infoType, raw, to } : undefined;
}

/** The entry, with a note that the node has started its workflow. */
export function asStarted(entry: Entry, node: string): Entry {
	const nodes = { ...entry.nodes, [node]: { ...entry.nodes[node], isStarted: true } };
	return withoutNeedless({ ...entry, nodes });
}

/** A push without what is no longer needed. */
export function withoutNeedless(entry: Entry): Entry {
	const { eventId, at, nodes, item, codeId, infoType, raw } = entry;
	const all = Object.values(nodes);
	return {
		eventId,
		at,
		nodes,
		...(all.some(({ isStarted }) => !isStarted) && { item, codeId }),
		...(all.some(({ forwardTo = [] }) => forwardTo.length > 0) && { infoType, raw }),
	};
}

/** The pushes that the credential keeps, the newest first. */
export function readPushes(credentials: Data): Entry[] {
	const entries: unknown = FIELD.read(credentials, platformOf(credentials));
	if (!Array.isArray(entries)) return [];
	return entries.filter(isEntry).filter(({ at }) => at > Date.now() - LIFE);
}

function isEntry(entry: unknown): entry is Entry {
	if (!isRecord(entry) || typeof entry.eventId !== 'string' || !isRecord(entry.nodes)) return false;
	const { item, raw, nodes } = entry;
	const isWhole = (item === undefined || isRecord(item)) && (raw === undefined || isRawPush(raw));
	return isWhole && Object.values(nodes).every(isProgress);
}

function isRawPush(raw: unknown): raw is Forward['raw'] {
	if (!isRecord(raw)) return false;
	return [raw.body, raw.query, raw.contentType].every((text) => typeof text === 'string');
}

function isProgress(node: unknown): node is Progress {
	return isRecord(node) && (node.forwardTo === undefined || Array.isArray(node.forwardTo));
}

/** The credential fields that keep the pushes, with the changed ones replaced or added. */
export function writePushes(now: Data, entries: readonly Entry[], changed: readonly Entry[]): Data {
	const ids = new Set(changed.map(({ eventId }) => eventId));
	const all = [...changed, ...entries.filter(({ eventId }) => !ids.has(eventId))].sort(
		(a, b) => b.at - a.at,
	);
	let done = 0;
	let raw = 0;
	const kept = all.flatMap((entry) => {
		if (isDone(entry)) return done++ < MOST_DONE ? [entry] : [];
		raw += entry.raw?.body.length ?? 0;
		return [raw > MOST_RAW ? { ...entry, raw: undefined } : entry];
	});
	return FIELD.write(now, platformOf(now), kept);
}

/*
 * A process cannot ask another one whether it still deals with a push. It watches what the other one
 * writes, and measures the time with its own clock, since those of two machines may differ.
 */

/**
 * After this many milliseconds without a sign of life, the process that has a push counts as ended. A live
 * one answers WeChat and exchanges a code sooner, and tries a silent target more often.
 */
export const ABANDONED_AFTER = 12_000;
export const FORWARDS_ABANDONED_AFTER = 180_000;

/** How many pushes this process remembers the state of. */
const MOST_SEEN = 5000;

/** The state in which each push was last seen, and since when. */
const SEEN = new Map<string, { state: string; since: number }>();

/** When each process was last seen to do something. */
const ALIVE = new Map<string, number>();

/**
 * Remembers what another process has noted about a push.
 *
 * @param push identifies the push of a node
 */
export function noteSign(progress: Progress, push: string): void {
	const state = JSON.stringify(progress);
	const known = SEEN.get(push);
	if (known?.state === state) return;
	SEEN.set(push, { state, since: performance.now() });
	if (known) ALIVE.set(progress.by, performance.now());
	dropOldest(SEEN, MOST_SEEN);
}

/** Milliseconds since a push's process was last seen to do anything, 0 for a push never seen before. */
export function silenceOf({ by }: Progress, push: string): number {
	const since = SEEN.get(push)?.since ?? performance.now();
	return performance.now() - Math.max(since, ALIVE.get(by) ?? since);
}
