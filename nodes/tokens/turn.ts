import { randomBytes } from 'crypto';
import type { ICredentialDataDecryptedObject as Data } from 'n8n-workflow';

import { PlatformField } from './platformFields';

/*
 * WeChat voids a token when a new one is made, so of several processes only one may make a platform's
 * tokens at a time. They share nothing but the credential, which can be read and written, and has no
 * lock. That is enough (Fischer's mutual exclusion, 1985): write your name if nobody else's is there, wait
 * longer than a write takes, and go ahead if your name is still there. If a write takes longer than that,
 * two processes make tokens; then the rules for rejected tokens bring them together again.
 *
 * No process reads another one's clock. A name counts as long as its count goes up.
 */

/** Milliseconds between a claim and the look that tells whether it stands: longer than a write takes. */
export const WRITE_TIME = 500;

/** Milliseconds between two beats of the one that makes tokens. */
const BEAT = 1000;

/**
 * Milliseconds from the start of the last beat that was found stored, in which a call that makes a token
 * may start; with the 5 seconds that such a call has, it ends before others may go ahead.
 */
const MINE_FOR = 2000;

/** Milliseconds for which another's name counts after its count went up before our eyes. */
const COUNTS_FOR = 8000;

/** Milliseconds that a process waits until it asks for a turn, and that the maker then goes on. */
const ASKS_AFTER = 1000;
const LONGEST_TURN = 3000;

/** Milliseconds for which the former maker leaves the turn to the one that asked. */
const REST = 1500;

/** What the credential says about the turn. */
interface Note {
	/** Who makes tokens. */
	by: string;
	count: number;
	/** Who waits for a turn. */
	asked?: string;
}

/** Hidden field of the credential: whose turn it is. */
const FIELD = new PlatformField<Note | null>('tokenMaker');

/** Whose turn it is to make tokens from one set of keys, as this process knows it. */
export class Turn {
	private readonly me = randomBytes(6).toString('base64url');

	private note: Note | null = null;

	/** When each other one's count was last seen to go up. */
	private readonly others = new Map<string, { count: number; at: number }>();

	private heldSince: number | undefined;

	/** My beats: their count, when the last one began, and when the last one that was found did. */
	private count = 0;
	private beatAt = -Infinity;
	private readonly begun = new Map<number, number>();
	private provenAt = -Infinity;

	private waitsSince: number | undefined;
	private restsUntil = -Infinity;

	/** @param origin tells sets of keys apart */
	constructor(private readonly origin: string) {}

	/** Takes note of what the credential says. */
	see(now: Data): void {
		this.note = FIELD.read(now, this.origin) ?? null;
		if (!this.note) return;
		const { by, count } = this.note;
		if (by === this.me) {
			this.provenAt = this.begun.get(count) ?? this.provenAt;
			return;
		}
		this.heldSince = undefined;
		const known = this.others.get(by);
		if (!known || count > known.count) this.others.set(by, { count, at: performance.now() });
	}

	/** Whether this process has the turn. */
	get isHeld(): boolean {
		return this.heldSince !== undefined;
	}

	/** Whether a call that makes a token may start now. */
	get isMine(): boolean {
		return this.isHeld && !this.isToEnd && isWithin(MINE_FOR, this.provenAt);
	}

	/** Whether another process makes tokens, or is about to. */
	get isTaken(): boolean {
		const other = this.note ? this.others.get(this.note.by) : undefined;
		const isOthers = other !== undefined && isWithin(COUNTS_FOR, other.at);
		return isOthers || performance.now() < this.restsUntil;
	}

	/**
	 * A change that claims the turn, unless another process has it. The name is written in any case: one
	 * that is there already may be an old one, which a late write has brought back.
	 */
	claim(): (now: Data) => Data | undefined {
		let isWritten = false;
		return (now) => {
			if (this.isTaken || (isWritten && this.isNamed)) return undefined;
			isWritten = true;
			return this.beat(now);
		};
	}

	/**
	 * After a claim: begins the turn if the name is still there.
	 *
	 * @param isAlone whether the credential cannot be changed: then nobody shares it
	 */
	begin(isAlone: boolean): void {
		const isClaimed = this.isNamed && this.note?.count === this.count;
		if (!isClaimed && !isAlone) return;
		this.heldSince = performance.now();
		this.provenAt = isAlone ? Infinity : this.beatAt;
		this.waitsSince = undefined;
	}

	/** The change that has the name go on to count; a name that is gone is not written again. */
	goOn = (now: Data): Data | undefined => (this.isBeatDue ? this.goOnWith(now) : undefined);

	/** The same for a write that happens in any case: it costs nothing to count there. */
	goOnWith(now: Data): Data | undefined {
		if (!this.isNamed) this.heldSince = undefined;
		return this.isHeld ? this.beat(now) : undefined;
	}

	get isBeatDue(): boolean {
		return !isWithin(BEAT, this.beatAt);
	}

	/** Ends the turn, and leaves it to the process that has asked for it. */
	leave(): void {
		if (this.isToEnd) this.restsUntil = performance.now() + REST;
		this.heldSince = undefined;
	}

	/** The change that says so to the others. */
	end = (now: Data): Data | undefined => {
		return this.isNamed && !this.isHeld ? FIELD.write(now, this.origin, null) : undefined;
	};

	/** The change that asks for a turn, once this process has waited for a while. */
	ask = (now: Data): Data | undefined => {
		const { note } = this;
		this.waitsSince ??= performance.now();
		const isToAsk = note && !this.isNamed && !note.asked && !isWithin(ASKS_AFTER, this.waitsSince);
		return isToAsk ? FIELD.write(now, this.origin, { ...note, asked: this.me }) : undefined;
	};

	private get isNamed(): boolean {
		return this.note?.by === this.me;
	}

	/** Whether another process has asked for the turn, and this one has had it for long enough. */
	get isToEnd(): boolean {
		const isAsked = this.isNamed && this.note?.asked !== undefined;
		return isAsked && !isWithin(LONGEST_TURN, this.heldSince ?? -Infinity);
	}

	private beat(now: Data): Data {
		this.count++;
		this.beatAt = performance.now();
		this.begun.set(this.count, this.beatAt);
		this.begun.delete(this.count - 10);
		const asked = this.isNamed ? this.note?.asked : undefined;
		return FIELD.write(now, this.origin, {
			by: this.me,
			count: this.count,
			...(asked && { asked }),
		});
	}
}

function isWithin(milliseconds: number, since: number): boolean {
	return performance.now() - since < milliseconds;
}
