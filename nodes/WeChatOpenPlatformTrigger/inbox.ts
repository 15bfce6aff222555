import type { ICredentialDataDecryptedObject, IDataObject } from 'n8n-workflow';

import { pushOriginOf } from '../tokens/platformShelf';
import type { Vault } from '../tokens/vault';
import type { CredentialAccess } from '../tokens/shelf';

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

/** A push that was received. */
export interface Received {
	/** The same for every repeat. */
	eventId: string;
	/** The item, as far as the push tells it; undefined when no workflow is to start. */
	item: IDataObject | undefined;
	/** Id of the code that came with it, '' without one. */
	codeId: string;
}

/** What the credential keeps of it. */
interface Entry {
	eventId: string;
	at: number;
	/** For each trigger node that got it: when, and whether its workflow was started. */
	nodes: Record<string, { at: number; isStarted: boolean }>;
	/** Kept until all workflows were started. */
	item?: IDataObject;
	codeId?: string;
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
	 * @param alongWith further fields to store where no node has had it so far
	 * @returns `new` when it is kept now and this process has to act on it; `known` when it is dealt
	 *   with already; `unsaved` when it could not be kept
	 */
	async take(
		received: Received,
		alongWith: (credentials: ICredentialDataDecryptedObject) => ICredentialDataDecryptedObject,
	): Promise<'new' | 'known' | 'unsaved'> {
		let isNew = false;
		const isSaved = await this.vault.change(this.access, (credentials) => {
			const entries = read(credentials);
			const entry = entries.find(({ eventId }) => eventId === received.eventId);
			const mine = entry?.nodes[this.node];
			isNew = mine === undefined || isAbandoned(mine);
			if (!isNew) return undefined;
			const isStarted = received.item === undefined;
			const next = { ...received, at: entry?.at ?? Date.now(), nodes: this.with(entry, isStarted) };
			return { ...write(credentials, entries, [next]), ...(!entry && alongWith(credentials)) };
		});
		if (!isSaved) return 'unsaved';
		return isNew ? 'new' : 'known';
	}

	/** Takes up the pushes of this node that a process has left behind. */
	async takeAbandoned(): Promise<Received[]> {
		const isMine = ({ nodes, item }: Entry) =>
			item !== undefined && nodes[this.node] !== undefined && isAbandoned(nodes[this.node]);
		if (!read(this.vault.latest).some(isMine)) return [];
		let taken: Entry[] = [];
		const isSaved = await this.vault.change(this.access, (credentials) => {
			const entries = read(credentials);
			taken = entries.filter(isMine).map((entry) => ({ ...entry, nodes: this.with(entry, false) }));
			return taken.length > 0 ? write(credentials, entries, taken) : undefined;
		});
		if (!isSaved) return [];
		return taken.map(({ eventId, item, codeId = '' }) => ({ eventId, item, codeId }));
	}

	/** Notes that the workflow was started for these pushes. */
	async noteStarted(eventIds: readonly string[]): Promise<void> {
		await this.vault.change(this.access, (credentials) => {
			const entries = read(credentials);
			const started = entries
				.filter(({ eventId }) => eventIds.includes(eventId))
				.map((entry) => withoutNeedless({ ...entry, nodes: this.with(entry, true) }));
			return write(credentials, entries, started);
		});
	}

	private with(entry: Entry | undefined, isStarted: boolean): Entry['nodes'] {
		return { ...entry?.nodes, [this.node]: { at: Date.now(), isStarted } };
	}
}

function isAbandoned({ at, isStarted }: Entry['nodes'][string]): boolean {
	return !isStarted && Math.abs(Date.now() - at) > ABANDONED_AFTER;
}

function withoutNeedless(entry: Entry): Entry {
	const { eventId, at, nodes } = entry;
	return Object.values(nodes).every(({ isStarted }) => isStarted) ? { eventId, at, nodes } : entry;
}

function read(credentials: ICredentialDataDecryptedObject): Entry[] {
	try {
		const stored = JSON.parse(String(credentials[FIELD] || '{}')) as {
			origin?: unknown;
			pushes?: unknown[];
		};
		if (stored.origin !== pushOriginOf(credentials) || !Array.isArray(stored.pushes)) return [];
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
