import { randomBytes } from 'crypto';
import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import { pause } from '../calls/waiting';

/*
 * WeChat voids a token when a new one is made, so of several processes only one may make a platform's
 * tokens at a time. They share nothing but the credential, which can be read and written, and has no
 * lock. That is enough (Fischer's mutual exclusion, 1985): write your name where nobody's is, wait
 * longer than a write takes, and go ahead if your name still stands there. Where a write takes longer
 * than that, two processes make tokens; then the rules for rejected tokens bring them together again.
 */

/** Hidden field of the credential: who makes tokens, as JSON. */
const FIELD = 'tokenMaker';

/** Milliseconds to wait for a write of another process that was under way; some more by chance. */
const WRITE_TIME = 300;
const WRITE_TIME_SPREAD = 150;

/** Milliseconds a name counts after it was written: the maker itself stops a second earlier. */
const COUNTS_FOR = 3000;
const MINE_FOR = 2000;
/** Milliseconds after which it is written again while tokens are being made. */
const BEAT = 1000;

/** Milliseconds a process waits until it asks for its turn, and that the maker then has left. */
const ASKS_AFTER = 1000;
const LONGEST_TURN = 3000;
/** Milliseconds the former maker leaves to the one that asked. */
const REST = 1500;

interface Note {
	by: string;
	at: number;
}

interface Notes {
	maker?: Note;
	askedFor?: Note;
}

/** Whose turn it is to make a credential's tokens, as this process knows it. */
export class Turn {
	/** Tokens being made here. */
	makers = 0;

	private readonly me = randomBytes(6).toString('base64url');

	private notes: Notes = {};

	private heldSince = 0;

	private beatAt = 0;

	private isEnding = false;

	private restsUntil = 0;

	private waitsSince = 0;

	/** Takes note of what the credential says. */
	see(credentials: ICredentialDataDecryptedObject): void {
		this.notes = read(credentials);
		const { maker } = this.notes;
		if (maker?.by !== this.me && isFresh(maker)) this.heldSince = 0;
	}

	/** Whether tokens may be made here now. */
	get isMine(): boolean {
		return this.heldSince > 0 && !this.isEnding && isWithin(MINE_FOR, this.beatAt);
	}

	/** Whether another process makes tokens, or is about to. */
	get isTaken(): boolean {
		const { maker } = this.notes;
		return (maker?.by !== this.me && isFresh(maker)) || Date.now() < this.restsUntil;
	}

	/** The fields that claim the turn. */
	claim(): ICredentialDataDecryptedObject {
		return this.write({ maker: { by: this.me, at: Date.now() } });
	}

	/** After a claim was written: waits until no older write can replace it. */
	async waitForOthers(): Promise<void> {
		await pause(WRITE_TIME + Math.random() * WRITE_TIME_SPREAD);
	}

	/** Begins the turn, if the claim still stands. */
	begin(isClaimed = this.notes.maker?.by === this.me): boolean {
		if (!isClaimed) return false;
		this.heldSince = Date.now();
		this.beatAt = this.heldSince;
		this.isEnding = false;
		this.waitsSince = 0;
		return true;
	}

	/** The fields that ask for a turn, once this process has waited for a while. */
	ask(): ICredentialDataDecryptedObject | undefined {
		this.waitsSince ||= Date.now();
		const isAsked = isWithin(COUNTS_FOR / 2, this.notes.askedFor?.at ?? 0);
		if (isAsked || isWithin(ASKS_AFTER, this.waitsSince)) return undefined;
		return this.write({ ...this.notes, askedFor: { by: this.me, at: Date.now() } });
	}

	/** Whether the name has to be written again, so that it goes on to count. */
	get isBeatDue(): boolean {
		return this.heldSince > 0 && !isWithin(BEAT, this.beatAt);
	}

	/**
	 * What a write of new tokens says of the turn: that it goes on, or that it is over since another
	 * process has asked for it and nothing is being made here any more.
	 */
	goOn(): ICredentialDataDecryptedObject {
		if (this.heldSince === 0 || this.notes.maker?.by !== this.me) return {};
		const { askedFor } = this.notes;
		const isAsked = askedFor?.by !== this.me && isFresh(askedFor);
		this.isEnding ||= isAsked && (this.makers === 0 || !isWithin(LONGEST_TURN, this.heldSince));
		if (this.isEnding && this.makers === 0) {
			this.heldSince = 0;
			this.restsUntil = Date.now() + REST;
			return this.write({});
		}
		this.beatAt = Date.now();
		return this.write({ ...this.notes, maker: { by: this.me, at: this.beatAt } });
	}

	private write(notes: Notes): ICredentialDataDecryptedObject {
		this.notes = notes;
		return { [FIELD]: JSON.stringify(notes) };
	}
}

function read(credentials: ICredentialDataDecryptedObject): Notes {
	try {
		return (JSON.parse(String(credentials[FIELD] || '{}')) ?? {}) as Notes;
	} catch {
		return {};
	}
}

function isFresh(note: Note | undefined): boolean {
	return note !== undefined && isWithin(COUNTS_FOR, note.at);
}

/** Also a clock that was put back ends a wait. */
function isWithin(milliseconds: number, since: number): boolean {
	return Math.abs(Date.now() - since) < milliseconds;
}
