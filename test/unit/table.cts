import type { ICredentialDataDecryptedObject as Data } from 'n8n-workflow';

import type { CredentialAccess } from '../../nodes/tokens/credentialStore';
import { KeptTokens } from '../../nodes/tokens/keptTokens';
import { SharedCredential } from '../../nodes/tokens/sharedCredential';
import { TokenCache } from '../../nodes/tokens/tokenCache';
import { PLATFORM_TOKENS } from '../../nodes/tokens/tokenFields';

/** Milliseconds that the database takes; none at all by default. */
interface Delays {
	read: number | (() => number);
	write: number | (() => number);
}

/** One of several processes, as the table sees it. */
export interface Process extends CredentialAccess {
	/** When it began to read and to store, by the clock of the test. */
	readonly readAt: number[];
	readonly storedAt: number[];
	readonly warnings: string[];
	/** Once it has ended, nothing that it has begun comes to an end. */
	hasEnded: boolean;
}

/** Counts reads or writes that do not go well. */
class Troubles {
	/** How many of the next ones fail, and how many never end. */
	failing = 0;
	hanging = 0;
	/** Whether every second one fails, the first one too. */
	failsByTurns = false;
	private count = 0;

	next(): 'fails' | 'hangs' | undefined {
		if (this.hanging > 0) {
			this.hanging--;
			return 'hangs';
		}
		if (this.failing > 0) {
			this.failing--;
			return 'fails';
		}
		return this.failsByTurns && this.count++ % 2 === 0 ? 'fails' : undefined;
	}
}

/**
 * The record of a credential in n8n's database. n8n has no lock: it reads the whole record, changes it and
 * writes the whole of it back, so that what another process has written in between is lost.
 */
export class Table {
	readonly reads = new Troubles();
	readonly stores = new Troubles();

	/** How many stores are under way. */
	storing = 0;

	/**
	 * @param isOldN8n whether it is n8n up to 2.30, which writes back all fields as the node had read them;
	 *   later ones read the record again and change the fields of the node alone
	 */
	constructor(
		public record: Data,
		private readonly delays: Delays = { read: 0, write: 0 },
		private readonly isOldN8n = false,
	) {}

	/** @param lasts whether it may use its access for as long as it lives, as a trigger does */
	process(lasts = false): Process {
		const process: Process = {
			lasts,
			readAt: [],
			storedAt: [],
			warnings: [],
			hasEnded: false,
			read: async () => {
				process.readAt.push(Date.now());
				const trouble = this.reads.next();
				if (trouble === 'hangs') await new Promise(() => undefined);
				const delay = valueOf(this.delays.read);
				await this.pause(process, delay / 2);
				const record = { ...this.record };
				await this.pause(process, delay / 2);
				if (trouble === 'fails') throw new Error('The database is locked');
				return record;
			},
			store: async (credentials, changes) => {
				process.storedAt.push(Date.now());
				const trouble = this.stores.next();
				if (trouble === 'hangs') await new Promise(() => undefined);
				const kept = { ...(this.isOldN8n ? credentials : this.record), ...changes };
				this.storing++;
				await this.pause(process, valueOf(this.delays.write)).finally(() => this.storing--);
				if (trouble === 'fails') return false;
				this.record = asStored(kept);
				return true;
			},
			warn: (message) => process.warnings.push(message),
		};
		return process;
	}

	private async pause(process: Process, milliseconds: number): Promise<void> {
		if (milliseconds > 0) await new Promise((resolve) => setTimeout(resolve, milliseconds));
		if (process.hasEnded) await new Promise(() => undefined);
	}
}

function valueOf(delay: number | (() => number)): number {
	return typeof delay === 'number' ? delay : delay();
}

/** What was kept as an object is stored as its JSON. */
export function asStored(fields: Data): Data {
	const entries = Object.entries(fields).map(([name, value]) => {
		return [name, typeof value === 'object' ? JSON.stringify(value) : value];
	});
	return Object.fromEntries(entries) as Data;
}

/** `AbortSignal.timeout` goes by the real clock; from now on by that of the test. */
export function fakeTimeouts(): void {
	jest.spyOn(AbortSignal, 'timeout').mockImplementation((milliseconds) => {
		const controller = new AbortController();
		setTimeout(() => controller.abort(), milliseconds);
		return controller.signal;
	});
}

/** Numbers that look like chance and are the same for the same seed. */
export function chance(seed: number): () => number {
	let state = seed;
	return () => {
		state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
		return state / 2 ** 32;
	};
}

/**
 * The tokens that a process keeps in a table.
 *
 * @param known the credential as it was read by then
 */
export function keptIn(
	table: Table,
	cache = new TokenCache(),
	known: Data = { ...table.record },
	fields = PLATFORM_TOKENS,
): { kept: KeptTokens; access: Process } {
	const access = table.process();
	const shared = new SharedCredential(fields.identityOf, known);
	shared.open(access);
	return { kept: new KeptTokens(known, fields, cache, shared), access };
}
