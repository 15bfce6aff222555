import type { ICredentialDataDecryptedObject as Data } from 'n8n-workflow';

import { ME } from '../tokens/keptCodes';
import type { CredentialChange } from '../tokens/pendingChange';
import type { SharedCredential } from '../tokens/sharedCredential';
import { dropOldest } from '../wechat/values';
import {
	ABANDONED_AFTER,
	asStarted,
	FORWARDS_ABANDONED_AFTER,
	forwardOf,
	isFull,
	noteSign,
	readPushes,
	remainderOf,
	silenceOf,
	withoutNeedless,
	writePushes,
	type Entry,
	type Forward,
	type Progress,
	type Received,
} from './receivedPushes';

/** Milliseconds that a note waits, so that several are stored together. */
const NOTE_WITHIN = 2000;

/** The pushes that this process is storing, and those that it deals with, by node and event. */
const TAKING = new Map<string, Promise<Taken>>();
const IN_PROGRESS = new Set<string>();

/** Pushes whose workflows this process has started: they never start again here. */
const STARTED = new Set<string>();
const MOST_STARTED = 5000;

/**
 * The outcome of taking a push: `known` if it is being dealt with already, `unsaved` if it could not be
 * kept, `joined` if it could not be kept but this process already deals with it.
 */
type Taken = 'new' | 'known' | 'unsaved' | 'joined';

/**
 * The pushes that one trigger node has received. They are kept in the credential, which all processes
 * share: if a process ends before it has started the workflow, another one takes over the push.
 */
export class Inbox {
	/** @param node identifies the node among the trigger nodes of the credential */
	constructor(
		private readonly shared: SharedCredential,
		private readonly node: string,
	) {
		this.observe(shared.latest);
	}

	/**
	 * Takes a push that nobody deals with yet. A repeat that comes meanwhile waits for the outcome.
	 *
	 * @param alongWith what else to store with it
	 * @param signal ends the wait
	 * @returns the outcome; after `unsaved`, this process still has the push: call `noteStarted` or `leave`
	 */
	async take(received: Received, alongWith: CredentialChange, signal: AbortSignal): Promise<Taken> {
		const key = this.keyOf(received.eventId);
		const other = TAKING.get(key);
		if (other) return (await other) === 'unsaved' ? 'joined' : 'known';
		if (!IN_PROGRESS.has(key) && !STARTED.has(key)) {
			const taking = this.store(received, alongWith, signal);
			TAKING.set(key, taking);
			return await taking.finally(() => TAKING.delete(key));
		}
		return (await this.shared.ensure(alongWith, signal)) ? 'known' : 'joined';
	}

	private async store(
		received: Received,
		alongWith: CredentialChange,
		signal: AbortSignal,
	): Promise<Taken> {
		const { eventId, item, codeId, forward } = received;
		const key = this.keyOf(eventId);
		/** The push as it was last seen in the credential since this process added it. */
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
				// Another process has overwritten it, and would start the push again if WeChat repeated it.
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

	/** Whether another process has pushes of this node that it may have left behind. */
	get mayHaveLeft(): boolean {
		return readPushes(this.shared.latest).some(({ nodes }) => {
			const mine = nodes[this.node];
			return mine !== undefined && !mine.isStarted && mine.by !== ME;
		});
	}

	/** Takes over the pushes of this node that a process has left behind, oldest first. */
	async takeAbandoned(): Promise<Received[]> {
		const taken = await this.takeOver(({ eventId, nodes }) => {
			return this.node in nodes && this.isLeft(eventId, nodes[this.node]);
		});
		return taken.map((entry) => remainderOf(entry, this.node));
	}

	/** Takes over the pushes of this node that a process has not forwarded to all targets, oldest first. */
	async takeForwards(): Promise<Forward[]> {
		const taken = await this.takeOver((entry) => {
			const mine = entry.nodes[this.node];
			// A push that was not started is forwarded by the process that starts it.
			const isWaiting = mine?.isStarted && forwardOf(entry, this.node) !== undefined;
			return isWaiting && this.isSilent(entry.eventId, mine, FORWARDS_ABANDONED_AFTER);
		});
		return taken.flatMap((entry) => forwardOf(entry, this.node) ?? []);
	}

	/** Notes that n8n has the item of a push, so that no process starts it again. */
	noteStarted(eventId: string): void {
		const key = this.keyOf(eventId);
		STARTED.add(key);
		dropOldest(STARTED, MOST_STARTED);
		IN_PROGRESS.delete(key);
		this.note(eventId, (mine) => (mine.isStarted ? mine : { ...mine, isStarted: true }));
	}

	/** Leaves a push that this process could not start to the next process that looks for it. */
	leave(eventId: string): void {
		IN_PROGRESS.delete(this.keyOf(eventId));
	}

	/** Notes that a target has taken a push, or will not get it any more. */
	noteForwarded(eventId: string, target: string): void {
		this.note(eventId, (mine) => {
			if (!mine.forwardTo?.includes(target)) return mine;
			return { ...mine, forwardTo: mine.forwardTo.filter((id) => id !== target) };
		});
	}

	/** Notes that a target was tried, which shows the other processes that this one is alive. */
	noteTried(eventId: string): void {
		let tries: number | undefined;
		this.note(eventId, (mine) => {
			tries ??= (mine.tries ?? 0) + 1;
			if (!mine.forwardTo?.length) return mine;
			return (mine.tries ?? 0) >= tries ? mine : { ...mine, tries };
		});
	}

	private note(eventId: string, change: (mine: Progress) => Progress): void {
		this.shared.keep((now) => {
			const entries = readPushes(now);
			const entry = entries.find((one) => one.eventId === eventId);
			const mine = entry?.nodes[this.node];
			const next = mine && change(mine);
			if (!next || next === mine) return undefined;
			const nodes = { ...entry.nodes, [this.node]: next };
			return writePushes(now, entries, [withoutNeedless({ ...entry, nodes })]);
		}, NOTE_WITHIN);
	}

	/** Notes in the credential that this process has some pushes, unless another process does so first. */
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

	/** Whether the process that has a push ended before it started the workflow. */
	private isLeft(eventId: string, mine: Progress): boolean {
		const key = this.keyOf(eventId);
		if (mine.isStarted || STARTED.has(key)) return false;
		return mine.by === ME ? !IN_PROGRESS.has(key) : this.isSilent(eventId, mine, ABANDONED_AFTER);
	}

	private isSilent(eventId: string, mine: Progress, after: number): boolean {
		return mine.by !== ME && silenceOf(mine, this.keyOf(eventId)) > after;
	}

	/** Notes what other processes have done since the last look. */
	observe(now: Data): void {
		for (const { eventId, nodes } of readPushes(now)) {
			const mine = nodes[this.node];
			if (mine && mine.by !== ME) noteSign(mine, this.keyOf(eventId));
		}
	}

	private progressOf(eventId: string): Progress | undefined {
		return readPushes(this.shared.latest).find((one) => one.eventId === eventId)?.nodes[this.node];
	}

	private keyOf(eventId: string): string {
		return `${this.node}/${eventId}`;
	}
}
