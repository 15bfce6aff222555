import type { TokenSource } from '../calls/caller';

/** A token from the credential, which nobody here can renew. */
export class PastedToken implements TokenSource {
	constructor(private readonly token: string) {}

	async get(): Promise<string> {
		return this.token;
	}

	async replace(): Promise<undefined> {
		return undefined;
	}

	accepted(): void {}
}

/** Tokens hold no white space; a paste from a console or a mail may. */
export function readToken(value: unknown): string {
	return typeof value === 'string' ? value.replace(/\s+/g, '') : '';
}
