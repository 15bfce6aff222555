import { randomBytes } from 'crypto';
import type { ICredentialDataDecryptedObject as Data, IDataObject } from 'n8n-workflow';

import { PlatformField, platformOf } from '../tokens/platformFields';
import type { Change, SharedCredential } from '../tokens/sharedCredential';
import { isRecord } from '../wechat/values';
import type { RawPush } from './verify';

/** Hidden field of the credential: pushes that were received. */
const FIELD = new PlatformField<Entry[]>('receivedPushes');

/** Pushes kept at the most that are dealt with, and that are not; a push beyond them is refused. */
const MOST_DONE = 300;
const MOST_WAITING = 1000;

/** Characters of what goes on to other servers; the oldest of it makes room. */
const MOST_RAW = 2_000_000;

/** Milliseconds a push is kept: WeChat repeats one within minutes, if at all. */
const LIFE = 24 * 60 * 60_000;

/** Milliseconds for which a push is sent to other servers: an authorization code lives about as long. */
export const FORWARD_FOR = 60 * 60_000;

/**
 * Milliseconds in which nothing was seen of the process that has a push, after which it has ended: one
 * answers WeChat and exchanges a code within less, and tries a silent target more often.
 */
export const ABANDONED_AFTER = 12_000;
const FORWARDS_ABANDONED_AFTER = 180_000;

/** Milliseconds in which notes wait for others to be stored with them. */
const NOTE_WITHIN = 2000;

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

/** What a trigger node has done about a push. */
interface Progress {
	/** The process that has it. */
	by: string;
	/** Whether its workflow was started. */
	isStarted: boolean;
	/** Targets that have not taken it, and how often that was tried since they are silent. */
	forwardTo?: readonly string[];
	tries?: number;
}

/** What the credential keeps of a push. */
interface Entry {
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

/** This process. */
const ME = randomBytes(6).toString('base64url');

/** Pushes that are being stored here, and those that are dealt with here, by node and event. */
const TAKING = new Map<string, Promise<Taken>>();
const IN_PROGRESS = new Set<string>();

/** Pushes that were started here: they start nothing else while this process lives. */
const STARTED = new Set<string>();
const MOST_STARTED = 5000;

/** What other processes do, by this process's clock: pushes as they were first seen, and any sign of life. */
const SEEN = new Map<string, { state: string; since: number }>();
const ALIVE = new Map<string, number>();

/** What became of a push; `known` is dealt with already, `unsaved` could not be kept. */
export type Taken = 'new' | 'known' | 'unsaved';

/**
 * The pushes that one trigger node has received. They are kept in the credential, which all processes
 * share: one that ends before it has started the workflow leaves the push to whoever comes next.
 */
export class Inbox {
	/** @param node tells the trigger nodes of one credential apart */
	constructor(
		private readonly shared: SharedCredential,
		private readonly node: string,
	) {
		this.observe(shared.latest);
	}

	/**
	 * Takes a push, unless it is dealt with already. A repeat that comes meanwhile waits for the same.
	 *
	 * @param alongWith what else is to be kept with it
	 * @param signal ends the wait
	 */
	async take(received: Received, alongWith: Change, signal: AbortSignal): Promise<Taken> {
		const key = this.keyOf(received.eventId);
		const other = TAKING.get(key);
		if (other) return (await other) === 'unsaved' ? 'unsaved' : 'known';
		const taking = this.store(received, alongWith, signal);
		TAKING.set(key, taking);
		return await taking.finally(() => TAKING.delete(key));
	}

	private async store(received: Received, alongWith: Change, signal: AbortSignal): Promise<Taken> {
		const { eventId, item, codeId, forward } = received;
		const key = this.keyOf(eventId);
		/** The push as it was last seen here, since it was added. */
		let added: Entry | undefined;
		let isFull = false;
		const isSaved = await this.shared.ensure((now) => {
			const along = alongWith(now);
			const entries = read(now);
			const entry = entries.find((one) => one.eventId === eventId);
			const mine = entry?.nodes[this.node];
			if (added && mine) added = entry;
			if (mine && !this.isLeft(eventId, mine)) return along;
			if (STARTED.has(key)) {
				// Another process's write took it out: a repeat would start it there.
				return added && !mine
					? { ...along, ...write(now, entries, [asStarted(added, this.node)]) }
					: along;
			}
			isFull = entries.filter((one) => !isDone(one)).length >= MOST_WAITING;
			if (isFull) return undefined;
			IN_PROGRESS.add(key);
			const progress: Progress = {
				by: ME,
				isStarted: item === undefined,
				...(forward && { forwardTo: forward.to }),
			};
			added = {
				...entry,
				...(forward && { infoType: forward.infoType, raw: forward.raw }),
				eventId,
				at: entry?.at ?? Date.now(),
				nodes: { ...entry?.nodes, [this.node]: progress },
				item,
				codeId,
			};
			return { ...along, ...write(now, entries, [added]) };
		}, signal);
		const isMine = this.progressOf(eventId)?.by === ME;
		if (isSaved && !isFull && added && isMine) return 'new';
		IN_PROGRESS.delete(key);
		return isSaved && !isFull ? 'known' : 'unsaved';
	}

	/** Whether another process has pushes of this node that may turn out to be left. */
	get mayHaveLeft(): boolean {
		return read(this.shared.latest).some(({ nodes }) => {
			const mine = nodes[this.node];
			return mine !== undefined && !mine.isStarted && mine.by !== ME;
		});
	}

	/** Takes up the pushes of this node that a process has left behind, the oldest first. */
	async takeAbandoned(): Promise<Received[]> {
		const taken = await this.takeOver(({ eventId, nodes }) => {
			return this.node in nodes && this.isLeft(eventId, nodes[this.node]);
		});
		return taken.map(({ eventId, item, codeId }) => ({ eventId, item, codeId }));
	}

	/** Takes up the pushes of this node that a process has not sent to a target, the oldest first. */
	async takeForwards(): Promise<LeftForward[]> {
		const taken = await this.takeOver(({ eventId, nodes, at, raw }) => {
			const { by, forwardTo = [] } = nodes[this.node] ?? {};
			const isWaiting = raw !== undefined && forwardTo.length > 0 && at > Date.now() - FORWARD_FOR;
			return isWaiting && this.isSilent(eventId, String(by), FORWARDS_ABANDONED_AFTER);
		});
		return taken.flatMap(({ eventId, at, infoType = '', raw, nodes }) => {
			const to = nodes[this.node].forwardTo ?? [];
			return raw ? [{ eventId, receivedAt: at, infoType, raw, to }] : [];
		});
	}

	/** Notes that n8n has these items, so that no process starts them again. */
	noteStarted(eventIds: readonly string[]): void {
		for (const eventId of eventIds) {
			const key = this.keyOf(eventId);
			STARTED.add(key);
			IN_PROGRESS.delete(key);
		}
		const [oldest] = STARTED;
		if (STARTED.size > MOST_STARTED) STARTED.delete(oldest);
		this.note(eventIds, (mine) => (mine.isStarted ? mine : { ...mine, isStarted: true }));
	}

	/** Notes that nothing came of these pushes here: whoever comes next takes them up. */
	leave(eventIds: readonly string[]): void {
		for (const eventId of eventIds) IN_PROGRESS.delete(this.keyOf(eventId));
	}

	/** Notes that a target has taken a push, or will get it no more. */
	noteForwarded(eventId: string, target: string): void {
		this.note([eventId], (mine) => {
			if (!mine.forwardTo?.includes(target)) return mine;
			return { ...mine, forwardTo: mine.forwardTo.filter((id) => id !== target) };
		});
	}

	/** Notes that a target was tried: a sign of life for the other processes. */
	noteTried(eventId: string): void {
		let tries: number | undefined;
		this.note([eventId], (mine) => {
			tries ??= (mine.tries ?? 0) + 1;
			if (!mine.forwardTo?.length) return mine;
			return (mine.tries ?? 0) >= tries ? mine : { ...mine, tries };
		});
	}

	private note(eventIds: readonly string[], change: (mine: Progress) => Progress): void {
		this.shared.keep((now) => {
			const entries = read(now);
			const changed = entries.flatMap((entry) => {
				const mine = entry.nodes[this.node];
				if (!mine || !eventIds.includes(entry.eventId)) return [];
				const next = change(mine);
				const nodes = { ...entry.nodes, [this.node]: next };
				return next === mine ? [] : [withoutNeedless({ ...entry, nodes })];
			});
			return changed.length > 0 ? write(now, entries, changed) : undefined;
		}, NOTE_WITHIN);
	}

	/** Puts this process's name on pushes, as far as no other process does the same. */
	private async takeOver(isLeft: (entry: Entry) => boolean): Promise<Entry[]> {
		if (!read(this.shared.latest).some(isLeft)) return [];
		let wanted: string[] | undefined;
		await this.shared.claim((now) => {
			const entries = read(now);
			wanted ??= entries.filter(isLeft).map(({ eventId }) => eventId);
			const taken = entries.flatMap((entry) => {
				const mine = entry.nodes[this.node];
				if (!mine || !wanted?.includes(entry.eventId) || mine.by === ME) return [];
				if (!isLeft(entry)) return [];
				return [{ ...entry, nodes: { ...entry.nodes, [this.node]: { ...mine, by: ME } } }];
			});
			return taken.length > 0 ? write(now, entries, taken) : undefined;
		});
		const isMine = ({ eventId, nodes }: Entry) =>
			wanted?.includes(eventId) && nodes[this.node]?.by === ME && !STARTED.has(this.keyOf(eventId));
		const taken = read(this.shared.latest).filter(isMine);
		for (const { eventId, nodes } of taken) {
			if (!nodes[this.node].isStarted) IN_PROGRESS.add(this.keyOf(eventId));
		}
		return taken.reverse();
	}

	/** Whether the process that has a push has ended before it has started anything. */
	private isLeft(eventId: string, { by, isStarted }: Progress): boolean {
		const key = this.keyOf(eventId);
		if (isStarted || STARTED.has(key)) return false;
		return by === ME ? !IN_PROGRESS.has(key) : this.isSilent(eventId, by, ABANDONED_AFTER);
	}

	private isSilent(eventId: string, by: string, after: number): boolean {
		if (by === ME) return false;
		const since = SEEN.get(this.keyOf(eventId))?.since ?? performance.now();
		return performance.now() - Math.max(since, ALIVE.get(by) ?? since) > after;
	}

	/** Takes note of what other processes have done since the last look. */
	observe(now: Data): void {
		for (const { eventId, nodes } of read(now)) {
			const mine = nodes[this.node];
			if (!mine || mine.by === ME) continue;
			const key = this.keyOf(eventId);
			const state = JSON.stringify(mine);
			const known = SEEN.get(key);
			if (known?.state === state) continue;
			SEEN.set(key, { state, since: performance.now() });
			if (known) ALIVE.set(mine.by, performance.now());
		}
		const [oldest] = SEEN.keys();
		if (SEEN.size > MOST_STARTED) SEEN.delete(oldest);
	}

	private progressOf(eventId: string): Progress | undefined {
		return read(this.shared.latest).find((one) => one.eventId === eventId)?.nodes[this.node];
	}

	private keyOf(eventId: string): string {
		return `${this.node}/${eventId}`;
	}
}

function isDone({ nodes }: Entry): boolean {
	const isOver = ({ isStarted, forwardTo = [] }: Progress) => isStarted && forwardTo.length === 0;
	return Object.values(nodes).every(isOver);
}

function asStarted(entry: Entry, node: string): Entry {
	const nodes = { ...entry.nodes, [node]: { ...entry.nodes[node], isStarted: true } };
	return withoutNeedless({ ...entry, nodes });
}

function withoutNeedless(entry: Entry): Entry {
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
function read(credentials: Data): Entry[] {
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

function write(now: Data, entries: readonly Entry[], changed: readonly Entry[]): Data {
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
