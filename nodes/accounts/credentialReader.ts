import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import type { Context } from '../calls/transport';
import { ACCOUNT_CREDENTIAL } from '../tokens/tokenFields';
import { PLATFORM_CREDENTIAL } from '../tokens/platformFields';
import { isSameForAll } from '../tokens/credentialStore';
import { isObstacle, type Obstacle } from '../wechat/obstacle';
import { readLanguage, type Language } from '../wechat/text';

/** The credential types, by their names in the editor. */
const NAMES = {
	[ACCOUNT_CREDENTIAL]: 'WeChat Authorizer Token API',
	[PLATFORM_CREDENTIAL]: 'WeChat Open Platform API',
};

/** A credential as it was read for an item. */
export interface ItemCredential {
	type: keyof typeof NAMES;
	credentials: ICredentialDataDecryptedObject;
	itemIndex: number;
	/** Whether it is known to be the same for all items. */
	isShared: boolean;
	/** When reading it began, by `performance.now()`. */
	readAt: number;
	/** Its secrets, which must not leave the node. */
	secrets: readonly string[];
	/** The language of its hints. */
	language: Language;
}

/** Reads the credential of each item, but only twice if it proves to be the same for all. */
export class CredentialReader {
	/** The credentials of the first items, which were read for the proof. */
	private early: ReadonlyArray<Promise<ICredentialDataDecryptedObject>> = [];

	private earlyReadAt = -Infinity;

	private proof: Promise<ItemCredential | undefined> | undefined;

	/** The credential, once it has proved to be the same for all items. */
	shared: ItemCredential | undefined;

	/** @param itemCount number of items of the run */
	constructor(
		private readonly context: Pick<Context, 'getCredentials'>,
		private readonly type: keyof typeof NAMES,
		private readonly itemCount = 1,
	) {}

	/** @returns the credential, or why the item cannot use it */
	async ofItem(itemIndex: number): Promise<ItemCredential | Obstacle> {
		this.proof ??= this.readShared();
		this.shared = await this.proof;
		if (this.shared) return this.shared;
		const early = this.early.at(itemIndex);
		const readAt = early ? this.earlyReadAt : performance.now();
		try {
			const credentials = await (early ?? this.read(itemIndex));
			return this.describe({ credentials, itemIndex, isShared: false, readAt });
		} catch (error) {
			return unreadable(error, NAMES[this.type]);
		}
	}

	/** The credential, if it says for two items that it is the same for all. */
	private async readShared(): Promise<ItemCredential | undefined> {
		const readAt = performance.now();
		const indexes = this.itemCount > 1 ? [0, 1] : [0];
		this.earlyReadAt = readAt;
		this.early = indexes.map(async (index) => await this.read(index));
		try {
			const read = await Promise.all(this.early);
			if (!read.every(isSameForAll)) return undefined;
			return this.describe({ credentials: read[0], itemIndex: 0, isShared: true, readAt });
		} catch {
			// An expression that fails for one item may work for another.
			return undefined;
		}
	}

	private async read(itemIndex: number): Promise<ICredentialDataDecryptedObject> {
		return await this.context.getCredentials(this.type, itemIndex);
	}

	private describe(
		read: Pick<ItemCredential, 'credentials' | 'itemIndex' | 'isShared' | 'readAt'>,
	): ItemCredential {
		const { credentials } = read;
		const language = readLanguage(credentials.hintLanguage);
		return { ...read, type: this.type, secrets: secretsOf(credentials), language };
	}
}

/** The language of an item's hints; English if its credential cannot be read. */
export function hintLanguageOf(read: ItemCredential | Obstacle): Language {
	return isObstacle(read) ? readLanguage() : read.language;
}

/** Fields of both credentials that contain one secret each. */
const SECRET_FIELDS = [
	'accessToken',
	'authorizerAccessToken',
	'tokenServiceHeaderValue',
	'componentAppSecret',
	'messageToken',
	'encodingAesKey',
	'previousEncodingAesKey',
	'componentVerifyTicket',
	'componentAccessToken',
];

/** The secrets of a credential, as typed and as used: without white space. */
export function secretsOf(credentials: ICredentialDataDecryptedObject): string[] {
	const typed = SECRET_FIELDS.map((field) => credentials[field]).filter(
		(value) => typeof value === 'string',
	);
	const secrets = typed.flatMap((value) => [value.trim(), value.replace(/\s/g, '')]);
	return [...new Set(secrets)].filter(Boolean);
}

function unreadable(error: unknown, credentialName: string): Obstacle {
	const reason = error instanceof Error ? error.message : String(error);
	return {
		category: 'authorization',
		problem: `The credential could not be read: ${reason}`,
		hint: {
			en: `Open the node and choose the credential ${credentialName} again. It may have been deleted, or an expression in it found nothing for this item.`,
			'zh-CN': `请打开节点，重新选择凭证 ${credentialName}；它可能已被删除，或其中的表达式对该条目没有取到值。`,
		},
		whoActs: 'operator',
	};
}
