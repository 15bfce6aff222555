import type { ICredentialDataDecryptedObject as Data } from 'n8n-workflow';

import { ME } from '../tokens/keptCodes';
import type { Change } from '../tokens/pendingChange';
import type { SharedCredential } from '../tokens/sharedCredential';
import { dropOldest } from '../wechat/values';
import { ABANDONED_AFTER, FORWARDS_ABANDONED_AFTER, noteSign, silenceOf } from './otherProcesses';
import {
	asStarted,
	isFull,
	leftForward,
	leftPush,
	readPushes,
	withoutNeedless,
	writePushes,
	type Entry,
	type LeftForward,
	type LeftPush,
	type Progress,
	type Received,
} from './receivedPushes';

/** Milliseconds in which notes wait for others to be stored with them. */
const NOTE_WITHIN = 2000;

/** Pushes that are being stored here, and those that are dealt with here, by node and event. */
const TAKING = new Map<string, Promise<Taken>>();
const IN_PROGRESS = new Set<string>();

/** Pushes that were started here: they start nothing else while this process lives. */
const STARTED = new Set<string>();
const MOST_STARTED = 5000;

/**
 * What became of a push; `known` is dealt with already, `unsaved` could not be kept, and `joined` could not
 * either, but this process deals with it already.
 */
export type Taken = 'new' | 'known' | 'unsaved' | 'joined';

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
	 * @returns `unsaved` for one that is still this process's: it is to be noted as started, or left
	 */
	async take(received: Received, alongWith: Change, signal: AbortSignal): Promise<Taken> {
		const key = this.keyOf(received.eventId);
		const other = TAKING.get(key);
		if (other) return (await other) === 'unsaved' ? 'joined' : 'known';
		if (IN_PROGRESS.has(key) || STARTED.has(key)) {
			return (await this.shared.ensure(alongWith, signal)) ? 'known' : 'joined';
		}
		const taking = this.store(received, alongWith, signal);
		TAKING.set(key, taking);
		return await taking.finally(() => TAKING.delete(key));
	}

	private async store(received: Received, alongWith: Change, signal: AbortSignal): Promise<Taken> {
		const { eventId, item, codeId, forward } = received;
		const key = this.keyOf(eventId);
		/** The push as it was last seen here, since it was added. */
		let added: Entry | undefined;
		let hasRoom = true;
		const isSaved = await this.shared.ensure((now) => {
			const along = alongWith(now);
			const entries = readPushes(now);
			const entry = entries.find((one) => one.eventId === eventId);
			const mine = entry?.nodes[this.node];
			if (added && mine) added = entry;
			if (mine && !this.isLeft(eventId, mine)) return along;
			if (STARTED.has(key)) {
				// Another process's write took it out: a repeat would start it there.
				return added && !mine
					? { ...along, ...writePushes(now, entries, [asStarted(added, this.node)]) }
					: along;
			}
			hasRoom = !isFull(entries);
			if (!hasRoom) return undefined;
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
			return { ...along, ...writePushes(now, entries, [added]) };
		}, signal);
		const isMine = this.progressOf(eventId)?.by === ME;
		if (isSaved && hasRoom && added && isMine) return 'new';
		if (!isSaved || !hasRoom) return 'unsaved';
		IN_PROGRESS.delete(key);
		return 'known';
	}

	/** Whether another process has pushes of this node that may turn out to be left. */
	get mayHaveLeft(): boolean {
		return readPushes(this.shared.latest).some(({ nodes }) => {
			const mine = nodes[this.node];
			return mine !== undefined && !mine.isStarted && mine.by !== ME;
		});
	}

	/** Takes up the pushes of this node that a process has left behind, the oldest first. */
	async takeAbandoned(): Promise<LeftPush[]> {
		const taken = await this.takeOver(({ eventId, nodes }) => {
			return this.node in nodes && this.isLeft(eventId, nodes[this.node]);
		});
		return taken.map((entry) => leftPush(entry, this.node));
	}

	/** Takes up the pushes of this node that a process has not sent to a target, the oldest first. */
	async takeForwards(): Promise<LeftForward[]> {
		const taken = await this.takeOver((entry) => {
			const mine = entry.nodes[this.node];
			// Who takes up a push that was not started sends it on as well.
			const isWaiting = mine?.isStarted && leftForward(entry, this.node) !== undefined;
			return isWaiting && this.isSilent(entry.eventId, mine.by, FORWARDS_ABANDONED_AFTER);
		});
		return taken.flatMap((entry) => leftForward(entry, this.node) ?? []);
	}

	/** Notes that n8n has these items, so that no process starts them again. */
	noteStarted(eventIds: readonly string[]): void {
		for (const eventId of eventIds) {
			const key = this.keyOf(eventId);
			STARTED.add(key);
			dropOldest(STARTED, MOST_STARTED);
			IN_PROGRESS.delete(key);
		}
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
			const entries = readPushes(now);
			const changed = entries.flatMap((entry) => {
				const mine = entry.nodes[this.node];
				if (!mine || !eventIds.includes(entry.eventId)) return [];
				const next = change(mine);
				const nodes = { ...entry.nodes, [this.node]: next };
				return next === mine ? [] : [withoutNeedless({ ...entry, nodes })];
			});
			return changed.length > 0 ? writePushes(now, entries, changed) : undefined;
		}, NOTE_WITHIN);
	}

	/** Puts this process's name on pushes, as far as no other process does the same. */
	private async takeOver(isLeft: (entry: Entry) => boolean): Promise<Entry[]> {
		if (!readPushes(this.shared.latest).some(isLeft)) return [];
		let wanted: string[] | undefined;
		await this.shared.claim((now) => {
			const entries = readPushes(now);
			wanted ??= entries.filter(isLeft).map(({ eventId }) => eventId);
			const taken = entries.flatMap((entry) => {
				const mine = entry.nodes[this.node];
				if (!mine || !wanted?.includes(entry.eventId) || mine.by === ME) return [];
				if (!isLeft(entry)) return [];
				return [{ ...entry, nodes: { ...entry.nodes, [this.node]: { ...mine, by: ME } } }];
			});
			return taken.length > 0 ? writePushes(now, entries, taken) : undefined;
		});
		const isMine = ({ eventId, nodes }: Entry) => {
			const key = this.keyOf(eventId);
			const isFree = nodes[this.node]?.isStarted || !IN_PROGRESS.has(key);
			return wanted?.includes(eventId) && nodes[this.node]?.by === ME && isFree;
		};
		const taken = readPushes(this.shared.latest).filter(isMine);
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
		return by !== ME && silenceOf(by, this.keyOf(eventId)) > after;
	}

	/** Takes note of what other processes have done since the last look. */
	observe(now: Data): void {
		for (const { eventId, nodes } of readPushes(now)) {
			const mine = nodes[this.node];
			if (mine && mine.by !== ME) noteSign(mine.by, this.keyOf(eventId), JSON.stringify(mine));
		}
	}

	private progressOf(eventId: string): Progress | undefined {
		return readPushes(this.shared.latest).find((one) => one.eventId === eventId)?.nodes[this.node];
	}

	private keyOf(eventId: string): string {
		return `${this.node}/${eventId}`;
	}
}
