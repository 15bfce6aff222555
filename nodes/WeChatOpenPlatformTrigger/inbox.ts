import type { ICredentialDataDecryptedObject, IDataObject } from 'n8n-workflow';

import { pushOriginOf } from '../tokens/platformShelf';
import type { Vault } from '../tokens/vault';
import type { CredentialAccess } from '../tokens/shelf';
import type { RawPush } from './verify';

/** Hidden field of the credential: pushes that were received, as JSON. */
const FIELD = 'receivedPushes';

/** Pushes kept at the most, and milliseconds: WeChat repeats one within minutes, if at all. */
const CAPACITY = 300;
const LIFE = 24 * 60 * 60_000;

/**
 * Milliseconds after which a push that started no workflow is taken up by another process: the one
 * that received it has ended. It answers WeChat and exchanges a code within less.
 */
export const ABANDONED_AFTER = 12_000;

/**
 * Milliseconds after which a push that a target has not taken is sent again, and for which it is tried:
 * an authorization code lives about as long.
 */
const FORWARD_AGAIN_AFTER = 60_000;
const FORWARD_FOR = 60 * 60_000;

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

/** What a trigger node has done about a push. */
interface Progress {
	at: number;
	/** Whether its workflow was started. */
	isStarted: boolean;
	/** Targets that have not taken it, and when that was tried last. */
	forwardTo?: readonly string[];
	forwardedAt?: number;
}

/** What a push changes in the credential, as that is now. */
type AlongWith = (
	credentials: ICredentialDataDecryptedObject,
	isRepeat: boolean,
) => ICredentialDataDecryptedObject;

const NOT_STARTED: Progress = { at: 0, isStarted: false };

/** What the credential keeps of it. */
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

/**
 * The pushes that one trigger node has received. They are kept in the credential, which all processes
 * share: one that ends before it has started the workflow leaves the push to whoever comes next.
 */
export class Inbox {
	/** @param node tells the trigger nodes of one credential apart */
	constructor(
		private readonly vault: Vault,
		private readonly access: CredentialAccess,
		private readonly node: string,
	) {}

	/**
	 * Takes a push, unless this node has it already.
	 *
	 * @param alongWith further fields to store with it; its second parameter says whether a node has had it already
	 * @returns `new` when it is kept now and this process has to act on it; `known` when it is dealt
	 *   with already; `unsaved` when it could not be kept
	 */
	async take(received: Received, alongWith: AlongWith): Promise<'new' | 'known' | 'unsaved'> {
		let isNew: boolean | undefined;
		const isSaved = await this.vault.change(this.access, (credentials) => {
			const entries = read(credentials);
			const entry = entries.find(({ eventId }) => eventId === received.eventId);
			const mine = entry?.nodes[this.node];
			isNew = mine === undefined || isAbandoned(mine);
			const along = alongWith(credentials, entry !== undefined);
			if (!isNew) return Object.keys(along).length > 0 ? along : undefined;
			const { eventId, item, codeId, forward } = received;
			const progress = {
				isStarted: item === undefined,
				...(forward && { forwardTo: forward.to, forwardedAt: Date.now() }),
			};
			const next: Entry = {
				...entry,
				...(forward && { infoType: forward.infoType, raw: forward.raw }),
				eventId,
				item,
				codeId,
				at: entry?.at ?? Date.now(),
				nodes: this.with(entry, progress),
			};
			return { ...write(credentials, entries, [next]), ...along };
		});
		if (!isSaved) return 'unsaved';
		return isNew ? 'new' : 'known';
	}

	/** Takes up the pushes of this node that a process has left behind. */
	async takeAbandoned(): Promise<Received[]> {
		const isMine = ({ nodes }: Entry) =>
			nodes[this.node] !== undefined && isAbandoned(nodes[this.node]);
		if (!read(this.vault.latest).some(isMine)) return [];
		let taken: Entry[] = [];
		const isSaved = await this.vault.change(this.access, (credentials) => {
			const entries = read(credentials);
			taken = entries.filter(isMine).map((entry) => ({ ...entry, nodes: this.with(entry, {}) }));
			return taken.length > 0 ? write(credentials, entries, taken) : undefined;
		});
		if (!isSaved) return [];
		return taken.map(({ eventId, item, codeId }) => ({ eventId, item, codeId }));
	}

	/** Notes that the workflow was started for these pushes. */
	async noteStarted(eventIds: readonly string[]): Promise<void> {
		await this.vault.change(this.access, (credentials) => {
			const entries = read(credentials);
			const started = entries
				.filter(({ eventId }) => eventIds.includes(eventId))
				.map((entry) =>
					withoutNeedless({ ...entry, nodes: this.with(entry, { isStarted: true }) }),
				);
			return write(credentials, entries, started);
		});
	}

	/** Takes up the pushes of this node that a target has not taken, the oldest first. */
	async takeForwards(): Promise<Array<KeptForward & { eventId: string }>> {
		const isLeft = ({ at, raw, nodes }: Entry) => {
			const { forwardTo = [], forwardedAt = 0 } = nodes[this.node] ?? {};
			const isDue = Math.abs(Date.now() - forwardedAt) > FORWARD_AGAIN_AFTER;
			return raw && forwardTo.length > 0 && isDue && at > Date.now() - FORWARD_FOR;
		};
		if (!read(this.vault.latest).some(isLeft)) return [];
		let taken: Entry[] = [];
		const isSaved = await this.vault.change(this.access, (credentials) => {
			const entries = read(credentials);
			taken = entries.filter(isLeft).map((entry) => this.withForwards(entry));
			return taken.length > 0 ? write(credentials, entries, taken) : undefined;
		});
		if (!isSaved) return [];
		return taken.reverse().flatMap(({ eventId, infoType = '', raw, nodes }) => {
			return raw ? [{ eventId, infoType, raw, to: nodes[this.node].forwardTo ?? [] }] : [];
		});
	}

	/** Notes that a target has taken pushes. */
	async noteForwarded(eventIds: readonly string[], target: string): Promise<void> {
		await this.vault.change(this.access, (credentials) => {
			const entries = read(credentials);
			const forwarded = entries
				.filter(({ eventId, nodes }) => eventIds.includes(eventId) && nodes[this.node])
				.map((entry) => this.withForwards(entry, target));
			return write(credentials, entries, forwarded);
		});
	}

	private with(entry: Entry | undefined, progress: Partial<Progress>): Entry['nodes'] {
		const known = entry?.nodes[this.node] ?? NOT_STARTED;
		return { ...entry?.nodes, [this.node]: { ...known, at: Date.now(), ...progress } };
	}

	/** @param taken a target that has taken it */
	private withForwards(entry: Entry, taken?: string): Entry {
		const { at, isStarted, forwardTo } = entry.nodes[this.node];
		const left = forwardTo?.filter((id) => id !== taken);
		const now = { at, isStarted, forwardTo: left, forwardedAt: Date.now() };
		return withoutNeedless({ ...entry, nodes: { ...entry.nodes, [this.node]: now } });
	}
}

function isAbandoned({ at, isStarted }: Progress): boolean {
	return !isStarted && Math.abs(Date.now() - at) > ABANDONED_AFTER;
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

function read(credentials: ICredentialDataDecryptedObject): Entry[] {
	try {
		const stored = JSON.parse(String(credentials[FIELD] || '{}')) as {
			origin?: unknown;
			pushes: unknown[];
		};
		if (stored.origin !== pushOriginOf(credentials)) return [];
		return stored.pushes.filter(isEntry).filter(({ at }) => at > Date.now() - LIFE);
	} catch {
		return [];
	}
}

function isEntry(entry: unknown): entry is Entry {
	const { eventId, nodes } = (entry ?? {}) as Partial<Entry>;
	return typeof eventId === 'string' && typeof nodes === 'object' && nodes !== null;
}

function write(
	credentials: ICredentialDataDecryptedObject,
	entries: readonly Entry[],
	changed: readonly Entry[],
): ICredentialDataDecryptedObject {
	const ids = new Set(changed.map(({ eventId }) => eventId));
	const pushes = [...changed, ...entries.filter(({ eventId }) => !ids.has(eventId))]
		.sort((a, b) => b.at - a.at)
		.slice(0, CAPACITY);
	return { [FIELD]: JSON.stringify({ origin: pushOriginOf(credentials), pushes }) };
}
