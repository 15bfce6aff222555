import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import type { Obstacle } from '../WeChatMiniProgramLink/results';

/** n8n's way to read a credential; it resolves expressions with the item. */
export type GetCredentials = (
	type: string,
	itemIndex: number,
) => Promise<ICredentialDataDecryptedObject>;

/** Reads the credential of each item, and reads it once where it is the same for all. */
export class CredentialReader {
	private first: Promise<ICredentialDataDecryptedObject> | undefined;

	/**
	 * @param type name of the credential type
	 * @param displayName how the editor calls it
	 */
	constructor(
		private readonly getCredentials: GetCredentials,
		private readonly type: string,
		private readonly displayName: string,
	) {}

	/** @returns the credential, or why the item cannot use it */
	async ofItem(itemIndex: number): Promise<ICredentialDataDecryptedObject | Obstacle> {
		try {
			return await this.read(itemIndex);
		} catch (error) {
			const reason = error instanceof Error ? error.message : String(error);
			return {
				category: 'authorization',
				problem: `The credential could not be read: ${reason}`,
				hint: `Open the node and choose the credential ${this.displayName} again; it may have been deleted, or an expression in it found nothing for this item.`,
			};
		}
	}

	/** Reads it from n8n's database, as it is now. */
	async readAnew(itemIndex: number): Promise<ICredentialDataDecryptedObject> {
		return await this.getCredentials(this.type, itemIndex);
	}

	/** Reading costs n8n a look into its database, about as much as a call to WeChat. */
	private async read(itemIndex: number): Promise<ICredentialDataDecryptedObject> {
		this.first ??= this.readAnew(itemIndex);
		try {
			const first = await this.first;
			if (first.differsByItem === false) return first;
		} catch {
			// What the first item's expression cannot resolve, this one's may.
		}
		return await this.readAnew(itemIndex);
	}
}

/** Tokens hold no white space; a paste from a console or a mail may. */
export function readToken(value: unknown): string {
	return typeof value === 'string' ? value.replace(/\s+/g, '') : '';
}

/** Reads the address of WeChat's entry host, without spaces and trailing slashes. */
export function readBaseUrl(value: unknown): string | Obstacle {
	const url = String(value ?? '')
		.trim()
		.replace(/\/+$/, '');
	return /^https?:\/\/[^\s/?#]+[^\s?#]*$/i.test(url)
		? url
		: {
				category: 'invalidRequest',
				problem: 'The API Base URL is not a URL',
				hint: 'Fill in API Base URL in the credential; it starts with https:// and is normally https://api.weixin.qq.com.',
			};
}
