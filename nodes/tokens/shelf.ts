import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import type { Token } from './token';

/** A credential as a run can read and change it. */
export interface CredentialAccess {
	/** Reads it from n8n's database, as it is now. */
	read(): Promise<ICredentialDataDecryptedObject>;
	/** Changes fields of it, as read just before. Returns whether n8n stored them. */
	store(
		credentials: ICredentialDataDecryptedObject,
		changes: ICredentialDataDecryptedObject,
	): Promise<boolean>;
	/** Tells an administrator what went wrong, without secrets. */
	warn(message: string): void;
}

/** For a credential that differs by item: it must not be changed, so nothing is stored. */
export function privateAccess(credentials: ICredentialDataDecryptedObject): CredentialAccess {
	return {
		read: async () => credentials,
		store: async () => true,
		warn: () => undefined,
	};
}

/** How a credential type keeps its tokens. */
export interface Shelf {
	/** Hash of everything that the tokens are made from; they end when these fields are edited. */
	originOf(credentials: ICredentialDataDecryptedObject): string;
	/** The tokens it holds, by key. */
	read(credentials: ICredentialDataDecryptedObject): Iterable<[key: string, token: Token]>;
	/** The fields to store, so that it holds these, too. */
	write(
		credentials: ICredentialDataDecryptedObject,
		tokens: ReadonlyMap<string, Token>,
	): ICredentialDataDecryptedObject;
}
