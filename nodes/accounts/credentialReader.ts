import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import { isSameForAll } from '../tokens/credentialStore';
import type { Obstacle } from '../wechat/obstacle';
import { readLanguage, type Language } from '../wechat/text';
import { secretsOf } from './secrets';

/** n8n's way to read a credential; it resolves expressions with the item. */
export type GetCredentials = (
	type: string,
	itemIndex: number,
) => Promise<ICredentialDataDecryptedObject>;

/** A credential as it was read for an item. */
export interface ItemCredential {
	credentials: ICredentialDataDecryptedObject;
	/** Whether it is known to be the same for all items. */
	isShared: boolean;
	/** When the reading of it began, by `performance.now()`. */
	readAt: number;
}

/** What is known of an item's credential once it was read. */
interface Note {
	/** Undefined where it could not be read. */
	secrets?: readonly string[];
	language: Language;
}

/** Reads the credential of each item, and only twice where it proves to be the same for all. */
export class CredentialReader {
	/** What was read of the first items for the proof. */
	private early!: Array<Promise<ICredentialDataDecryptedObject>>;

	private shared: Promise<ICredentialDataDecryptedObject | undefined> | undefined;

	private sharedReadAt = -Infinity;

	private sharedNote: Note | undefined;

	private readonly notes = new Map<number, Note>();

	/**
	 * @param type name of the credential type
	 * @param displayName how the editor calls it
	 * @param itemCount number of items of the run
	 */
	constructor(
		private readonly getCredentials: GetCredentials,
		private readonly type: string,
		private readonly displayName: string,
		private readonly itemCount: number,
	) {}

	/** @returns the credential, or why the item cannot use it */
	async ofItem(itemIndex: number): Promise<ItemCredential | Obstacle> {
		this.shared ??= this.readShared();
		const shared = await this.shared;
		if (shared) {
			this.sharedNote ??= noteOf(shared);
			return { credentials: shared, isShared: true, readAt: this.sharedReadAt };
		}
		const isEarly = itemIndex in this.early;
		const readAt = isEarly ? this.sharedReadAt : performance.now();
		try {
			const read = this.early[itemIndex] ?? this.getCredentials(this.type, itemIndex);
			const credentials = await read;
			this.notes.set(itemIndex, noteOf(credentials));
			return { credentials, isShared: false, readAt };
		} catch (error) {
			this.notes.set(itemIndex, { language: readLanguage() });
			const reason = error instanceof Error ? error.message : String(error);
			return {
				category: 'authorization',
				problem: `The credential could not be read: ${reason}`,
				hint: {
					en: `Open the node and choose the credential ${this.displayName} again; it may have been deleted, or an expression in it found nothing for this item.`,
					'zh-CN': `请打开节点，重新选择凭证 ${this.displayName}；它可能已被删除，或其中的表达式对该条目没有取到值。`,
				},
				whoActs: 'operator',
			};
		}
	}

	/** The secrets of the item's credential, undefined where it was not read. */
	secretsOf(itemIndex: number): readonly string[] | undefined {
		return this.noteOf(itemIndex)?.secrets;
	}

	/** The language of hints that the item's credential says; English where it cannot be read. */
	async languageOf(itemIndex: number): Promise<Language> {
		if (!this.noteOf(itemIndex)) await this.ofItem(itemIndex);
		return readLanguage(this.noteOf(itemIndex)?.language);
	}

	private noteOf(itemIndex: number): Note | undefined {
		return this.sharedNote ?? this.notes.get(itemIndex);
	}

	/** The credential, if its word for two items is that it is the same for all. */
	private async readShared(): Promise<ICredentialDataDecryptedObject | undefined> {
		this.sharedReadAt = performance.now();
		const indexes = this.itemCount > 1 ? [0, 1] : [0];
		this.early = indexes.map(async (index) => await this.getCredentials(this.type, index));
		try {
			const read = await Promise.all(this.early);
			return read.every(isSameForAll) ? read[0] : undefined;
		} catch {
			// What one item's expression cannot resolve, another one's may.
			return undefined;
		}
	}
}

function noteOf(credentials: ICredentialDataDecryptedObject): Note {
	return { secrets: secretsOf(credentials), language: readLanguage(credentials.hintLanguage) };
}
