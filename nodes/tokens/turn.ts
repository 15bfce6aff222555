import { randomBytes } from 'crypto';
import type { ICredentialDataDecryptedObject as Data } from 'n8n-workflow';

import { pause } from '../calls/waiting';
import { PlatformField } from './platformFields';
import type { SharedCredential } from './sharedCredential';

/*
 * WeChat voids a token when a new one is made, so only one of several processes may make a platform's tokens
 * at a time. All they share is the credential, which can be read and written but not locked. That is enough
 * (Fischer's mutual exclusion, 1985): write your name if nobody else's is there, wait longer than a write
 * takes, and go ahead if your name is still there. If a write takes longer than that, two processes make
 * tokens; then the rules for rejected tokens bring them together again.
 *
 * No process reads another one's clock: a name counts as long as its count goes up.
 */

/** Milliseconds between a claim and the read that tells whether it succeeded: longer than a write takes. */
const WRITE_TIME = 500;

/** Milliseconds between two beats of the process that makes tokens. */
const BEAT = 1000;

/**
 * Milliseconds, from the start of the last beat that a read found, during which a call that makes a token may
 * start. Such a call has 5 seconds, so it ends before other processes may go ahead.
 */
const MINE_FOR = 2000;

/** Milliseconds that another process's name counts after this process saw its count go up. */
const COUNTS_FOR = 8000;

/** Milliseconds that a process waits before it asks for a turn, and the longest turn once a process has asked. */
const ASKS_AFTER = 1000;
const LONGEST_TURN = 3000;

/** Milliseconds for which the former maker leaves the turn to the process that asked. */
const REST = 1500;

/** Milliseconds between two checks of the turn, and how long the turn lasts after the last token. */
const CHECKED_EVERY = 250;
const LINGER = 2000;

/** What the credential says about the turn. */
interface Note {
	/** The process that makes tokens. */
	by: string;
	count: number;
	/** The process that waits for a turn. */
	asked?: string;
}

/** Hidden field of the credential: whose turn it is. */
const FIELD = new PlatformField<Note | null>('tokenMaker');

/** Whose turn it is to make tokens from one set of keys, as far as this process knows. */
export class Turn {
	private readonly me = randomBytes(6).toString('base64url');

	private note: Note | null = null;

	/** The count of each other process, and when it was last seen to go up. */
	private readonly others = new Map<string, { count: number; at: number }>();

	private heldSince: number | undefined;

	/** This process's beats: their count, when the last ones began, and when the last one found stored began. */
	private count = 0;
	private beatAt = -Infinity;
	private readonly begun = new Map<number, number>();
	private provenAt = -Infinity;

	private waitsSince: number | undefined;
	private restsUntil = -Infinity;

	/** Tokens being made here, and when the last one was done. */
	private makers = 0;
	private idleSince = -Infinity;

	private taking: Promise<boolean> | undefined;

	private isTended = false;

	/** @param origin tells sets of keys apart */
	constructor(
		private readonly shared: SharedCredential,
		private readonly origin: string,
	) {
		shared.onRead((now) => this.see(now));
	}

	/** Whether a call that makes a token may start now. */
	get isMine(): boolean {
		return this.isHeld && !this.isToEnd && isWithin(MINE_FOR, this.provenAt);
	}

	/** Tries to take the turn; returns whether it succeeded. */
	async take(): Promise<boolean> {
		this.taking ??= this.tryToTake().finally(() => {
			this.taking = undefined;
		});
		return await this.taking;
	}

	/** Runs work that makes a token; the turn does not end meanwhile. */
	async during<T>(work: () => Promise<T>): Promise<T> {
		this.makers++;
		try {
			return await work();
		} finally {
			this.makers--;
			this.idleSince = performance.now();
		}
	}

	/** Ends the turn if no token is being made. */
	async end(): Promise<void> {
		if (!this.isHeld || this.makers > 0) return;
		if (this.isToEnd) this.restsUntil = performance.now() + REST;
		this.heldSince = undefined;
		await this.shared.claim((now) => {
			return this.isNamed && !this.isHeld ? FIELD.write(now, this.origin, null) : undefined;
		});
	}

	/** A beat to add to a write that happens anyway, so that it costs nothing. */
	beatAlong(now: Data): Data | undefined {
		// If the name is gone, the turn has ended: the name is not written again.
		if (!this.isNamed) this.heldSince = undefined;
		return this.isHeld ? this.beat(now) : undefined;
	}

	private async tryToTake(): Promise<boolean> {
		if (this.isHeld) {
			if (this.isToEnd) await this.end();
			return this.isMine;
		}
		if (this.isTaken) {
			await this.shared.claim((now) => this.ask(now));
			return false;
		}
		const outcome = await this.shared.claim(this.claim(), WRITE_TIME);
		// If n8n cannot change the credential, no other process can take the turn either.
		this.begin(outcome === 'failed');
		if (this.isHeld && !this.isTended) void this.tend();
		return this.isMine;
	}

	/** Continues the turn while tokens are being made, and then ends it. */
	private async tend(): Promise<void> {
		this.isTended = true;
		const isBeatDue = () => !isWithin(BEAT, this.beatAt);
		while (this.isHeld) {
			await pause(CHECKED_EVERY);
			const isIdle = this.makers === 0 && performance.now() - this.idleSince > LINGER;
			if (isIdle || this.isToEnd) await this.end();
			else if (isBeatDue()) {
				await this.shared.claim((now) => (isBeatDue() ? this.beatAlong(now) : undefined));
			}
		}
		this.isTended = false;
	}

	/** Notes what the credential says. */
	private see(now: Data): void {
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

	private get isHeld(): boolean {
		return this.heldSince !== undefined;
	}

	private get isNamed(): boolean {
		return this.note?.by === this.me;
	}

	/** Whether another process makes tokens, or is about to. */
	private get isTaken(): boolean {
		const other = this.note ? this.others.get(this.note.by) : undefined;
		const isOthers = other !== undefined && isWithin(COUNTS_FOR, other.at);
		return isOthers || performance.now() < this.restsUntil;
	}

	/** Whether another process has asked for the turn, and this one has had it for long enough. */
	private get isToEnd(): boolean {
		const isAsked = this.isNamed && this.note?.asked !== undefined;
		return isAsked && !isWithin(LONGEST_TURN, this.heldSince ?? -Infinity);
	}

	/**
	 * The change that claims the turn unless another process has it. It writes this process's name even if the
	 * name is already there: a late write may have brought back an old one.
	 */
	private claim(): (now: Data) => Data | undefined {
		let isWritten = false;
		return (now) => {
			if (this.isTaken || (isWritten && this.isNamed)) return undefined;
			isWritten = true;
			return this.beat(now);
		};
	}

	/** After a claim: begins the turn if the name is still there. */
	private begin(isAlone: boolean): void {
		const isClaimed = this.isNamed && this.note?.count === this.count;
		if (!isClaimed && !isAlone) return;
		this.heldSince = performance.now();
		this.provenAt = isAlone ? Infinity : this.beatAt;
		this.waitsSince = undefined;
	}

	/** Asks for a turn once this process has waited for a while. */
	private ask(now: Data): Data | undefined {
		const { note } = this;
		this.waitsSince ??= performance.now();
		const isToAsk = note && !this.isNamed && !note.asked && !isWithin(ASKS_AFTER, this.waitsSince);
		return isToAsk ? FIELD.write(now, this.origin, { ...note, asked: this.me }) : undefined;
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
