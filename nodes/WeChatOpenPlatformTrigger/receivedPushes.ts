import type { ICredentialDataDecryptedObject as Data, IDataObject } from 'n8n-workflow';

import { PlatformField, platformOf } from '../tokens/platformFields';
import { isRecord } from '../wechat/values';
import type { RawPush } from './verify';

/** Hidden field of the credential: pushes that were received. */
const FIELD = new PlatformField<Entry[]>('receivedPushes');

/** Pushes kept at the most that are dealt with, and that are not; a push beyond them is refused. */
const MOST_DONE = 300;
const MOST_WAITING = 1000;

/** Characters of what goes on to other servers; the oldest of it makes room. */
const MOST_RAW = 500_000;

/** Milliseconds a push is kept: WeChat repeats one within minutes, if at all. */
const LIFE = 24 * 60 * 60_000;

/** Milliseconds for which a push is sent to other servers: an authorization code lives about as long. */
export const FORWARD_FOR = 60 * 60_000;

/** A push that was received. */
export interface Received {
	/** The same for every repeat. */
	eventId: string;
	/** The item, as far as the push tells it; undefined when no workflow is to start. */
	item: IDataObject | undefined;
	/** Id of the code that came with it. */
	codeId?: string;
	/** What goes on to other servers, and to which. */
	forward?: KeptForward;
}

/** A push as it came, for as long as a target has not taken it. */
export interface KeptForward {
	/** What WeChat calls it, for the log. */
	infoType: string;
	raw: RawPush;
	/** Ids of the targets. */
	to: readonly string[];
}

/** A kept push that a process has left, on its way to targets. */
export interface LeftForward extends KeptForward {
	eventId: string;
	/** Milliseconds since 1970. */
	receivedAt: number;
}

/** A push that a process has left before it started anything, and what of it still goes on. */
export interface LeftPush extends Received {
	forward?: LeftForward;
}

/** What a trigger node has done about a push. */
export interface Progress {
	/** The process that has it. */
	by: string;
	/** Whether its workflow was started. */
	isStarted: boolean;
	/** Targets that have not taken it, and how often that was tried since they are silent. */
	forwardTo?: readonly string[];
	tries?: number;
}

/** What the credential keeps of a push. */
export interface Entry {
	eventId: string;
	at: number;
	/** For each trigger node that got it. */
	nodes: Record<string, Progress>;
	/** Kept until all workflows were started. */
	item?: IDataObject;
	codeId?: string;
	/** Kept until all targets have taken it. */
	infoType?: string;
	raw?: RawPush;
}

/** Whether no further push can be kept. */
export function isFull(entries: readonly Entry[]): boolean {
	return entries.filter((one) => !isDone(one)).length >= MOST_WAITING;
}

function isDone({ nodes }: Entry): boolean {
	const isOver = ({ isStarted, forwardTo = [] }: Progress) => isStarted && forwardTo.length === 0;
	return Object.values(nodes).every(isOver);
}

/** What a process has left of a node's push. */
export function leftPush(entry: Entry, node: string): LeftPush {
	const { eventId, item, codeId } = entry;
	return { eventId, item, codeId, forward: leftForward(entry, node) };
}

/** What of a node's push still goes on to other servers; undefined once nothing does. */
export function leftForward(
	{ eventId, at, infoType = '', raw, nodes }: Entry,
	node: string,
): LeftForward | undefined {
	const to = nodes[node]?.forwardTo ?? [];
	const isWaiting = raw !== undefined && to.length > 0 && at > Date.now() - FORWARD_FOR;
	return isWaiting ? { eventId, receivedAt: at, infoType, raw, to } : undefined;
}

/** A push whose workflow was started at a node. */
export function asStarted(entry: Entry, node: string): Entry {
	const nodes = { ...entry.nodes, [node]: { ...entry.nodes[node], isStarted: true } };
	return withoutNeedless({ ...entry, nodes });
}

/** A push without what nobody needs any more. */
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

function isRawPush(raw: unknown): raw is RawPush {
	if (!isRecord(raw)) return false;
	return [raw.body, raw.query, raw.contentType].every((text) => typeof text === 'string');
}

function isProgress(node: unknown): node is Progress {
	return isRecord(node) && (node.forwardTo === undefined || Array.isArray(node.forwardTo));
}

/** The fields that keep pushes as they were changed, beside the others. */
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
