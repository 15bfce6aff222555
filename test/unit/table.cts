import type { ICredentialDataDecryptedObject as Data } from 'n8n-workflow';

import type { CredentialAccess } from '../../nodes/tokens/credentialStore';
import { KeptTokens } from '../../nodes/tokens/keptTokens';
import { SharedCredential } from '../../nodes/tokens/sharedCredential';
import { TokenCache } from '../../nodes/tokens/tokenCache';
import { PLATFORM_TOKENS } from '../../nodes/tokens/tokenFields';

/** How long the database takes, in milliseconds; default: 0. */
interface Delays {
	read: number | (() => number);
	write: number | (() => number);
}

/** One of several processes that use the table. */
export interface Process extends CredentialAccess {
	/** When its reads and stores began, by the clock of the test. */
	readonly readAt: number[];
	readonly storedAt: number[];
	readonly warnings: string[];
	/** After a process has ended, nothing that it began finishes. */
	hasEnded: boolean;
}

/** Makes reads or writes fail. */
class Troubles {
	/** How many of the next ones fail, and how many never finish. */
	failing = 0;
	hanging = 0;
	/** Whether every second one fails, beginning with the first. */
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
 * writes it back, so what another process has written in between is lost.
 */
export class Table {
	readonly reads = new Troubles();
	readonly stores = new Troubles();

	/** Number of stores under way. */
	storing = 0;

	/**
	 * @param isOldN8n whether it is n8n up to 2.30, which writes back all fields as the node read them; later
	 *   releases read the record again and change only the fields of the node
	 */
	constructor(
		public record: Data,
		private readonly delays: Delays = { read: 0, write: 0 },
		private readonly isOldN8n = false,
	) {}

	/** @param lasts whether it may use its access as long as it lives, as a trigger does */
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

/** n8n stores objects as their JSON. */
export function asStored(fields: Data): Data {
	const entries = Object.entries(fields).map(([name, value]) => {
		return [name, typeof value === 'object' ? JSON.stringify(value) : value];
	});
	return Object.fromEntries(entries) as Data;
}

/** Makes `AbortSignal.timeout` use the clock of the test in place of the real one. */
export function fakeTimeouts(): void {
	jest.spyOn(AbortSignal, 'timeout').mockImplementation((milliseconds) => {
		const controller = new AbortController();
		setTimeout(() => controller.abort(), milliseconds);
		return controller.signal;
	});
}

/** Pseudo-random numbers: the same for the same seed. */
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
 * @param known the credential as it was read last
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
