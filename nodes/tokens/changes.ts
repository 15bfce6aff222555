import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import { pause } from '../calls/waiting';
import type { CredentialAccess } from './shelf';

/** How a change of a credential ended; `edited` where it is another platform's by now. */
export type Outcome = 'done' | 'busy' | 'edited';

/** A change of a credential: the fields to store, or undefined where nothing is to be changed. */
export type Change = (
	credentials: ICredentialDataDecryptedObject,
) => ICredentialDataDecryptedObject | undefined;

/** Milliseconds until a change that was not stored is tried once more. */
const RETRY_PAUSE = 500;

/**
 * The changes that this process makes to one credential. A write in n8n replaces the whole record, so
 * they go one after the other, and each reads right before.
 */
export class Changes {
	private queue: Promise<unknown> = Promise.resolve();

	/**
	 * @param see takes note of what was read, and tells whether it still is the same credential
	 * @param changed takes note of what the credential is after a change
	 */
	constructor(
		private readonly see: (credentials: ICredentialDataDecryptedObject) => boolean,
		private readonly changed: (credentials: ICredentialDataDecryptedObject) => void,
	) {}

	/** Reads the credential, has the change made of what it is now, and stores that. */
	async make(access: CredentialAccess, change: Change): Promise<Outcome> {
		const work = async () => {
			const outcome = await this.try(access, change);
			if (outcome !== 'busy') return outcome;
			await pause(RETRY_PAUSE);
			return await this.try(access, change);
		};
		const result = this.queue.then(work);
		this.queue = result.catch(() => undefined);
		return await result;
	}

	private async try(access: CredentialAccess, change: Change): Promise<Outcome> {
		try {
			const credentials = await access.read();
			if (!this.see(credentials)) return 'edited';
			const changes = change(credentials);
			if (changes === undefined) return 'done';
			if (!(await access.store(credentials, changes))) return 'busy';
			this.changed({ ...credentials, ...changes });
			return 'done';
		} catch {
			return 'busy';
		}
	}
}
