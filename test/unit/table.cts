import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import type { CredentialAccess } from '../../nodes/tokens/shelf';

/** Milliseconds that the database takes; none at all by default. */
interface Delays {
	read: number;
	write: number;
}

/** One of several processes, as the table sees it. */
export interface Process extends CredentialAccess {
	/** When it read and stored. */
	readonly readAt: number[];
	readonly storedAt: number[];
	readonly warnings: string[];
	/** Once it has ended, nothing it has begun comes to an end. */
	hasEnded: boolean;
}

/**
 * The record of a credential in n8n's database. n8n stores as it does: it reads the record, changes
 * it, and writes back the whole of it, so that what another process has written in between is lost.
 */
export class Table {
	/** How many of the next reads and stores fail. */
	failingReads = 0;
	failingStores = 0;

	/** How many stores are under way. */
	storing = 0;

	constructor(
		public record: ICredentialDataDecryptedObject,
		private readonly delays: Delays = { read: 0, write: 0 },
	) {}

	process(): Process {
		const process: Process = {
			readAt: [],
			storedAt: [],
			warnings: [],
			hasEnded: false,
			read: async () => {
				process.readAt.push(Date.now());
				await this.pause(process, this.delays.read);
				if (this.failingReads-- > 0) throw new Error('The database is locked');
				return { ...this.record };
			},
			store: async (_, changes) => {
				process.storedAt.push(Date.now());
				const kept = { ...this.record };
				this.storing++;
				await this.pause(process, this.delays.write);
				this.storing--;
				if (this.failingStores-- > 0) return false;
				this.record = { ...kept, ...changes };
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
