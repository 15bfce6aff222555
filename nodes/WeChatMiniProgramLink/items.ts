import type { IExecuteFunctions } from 'n8n-workflow';

import type { Account } from '../accounts/account';
import { AccountFinder } from '../accounts/accountFinder';
import {
	CredentialReader,
	hintLanguageOf,
	type ItemCredential,
} from '../accounts/credentialReader';
import type { Platform } from '../accounts/platform';
import { Client, STOPPED } from '../calls/client';
import type { Places } from '../calls/waiting';
import { Transport } from '../calls/transport';
import { ACCOUNT_CREDENTIAL } from '../tokens/tokenFields';
import { PLATFORM_CREDENTIAL } from '../tokens/platformFields';
import { isObstacle, type Obstacle } from '../wechat/obstacle';
import { redactText } from '../wechat/redaction';
import { readLanguage, type Language } from '../wechat/text';
import { withInputFields } from './inputFields';
import type { Operation } from './operation';
import { parameterReader, readId, unreadable, type Options } from './parameters';
import { emitResult, unsentResult, type Emission, type Subject } from './results';

/** An input item while the node works on it. */
interface Item {
	readonly index: number;
	readonly subject: Subject;
	readonly parameter: (name: string) => unknown;
	/** Set once the credential has been read. */
	credential?: ItemCredential | Obstacle;
	/** Set once the account is known. */
	account?: Account;
}

/** What the items of a run share. */
export class Run {
	/** The language of the first item, and so of the run's summary. */
	language: Language;

	private readonly client: Client;

	private readonly credentials: CredentialReader;

	private readonly finder: AccountFinder;

	private readonly isOpenPlatform: boolean;

	private readonly signal: AbortSignal | undefined;

	private readonly read: (name: string, itemIndex: number) => unknown;

	constructor(
		private readonly context: IExecuteFunctions,
		private readonly operation: Operation,
		private readonly options: Options,
		places: Places,
		isUnwanted: () => boolean,
	) {
		this.read = parameterReader(context);
		const { maxTries, timeout, hintLanguage } = options;
		this.language = readLanguage(hintLanguage);
		this.signal = context.getExecutionCancelSignal?.();
		const { signal } = this;
		const transport = new Transport(context, timeout);
		this.client = new Client(transport, { maxTries, signal, places, isUnwanted });
		const itemCount = context.getInputData().length;
		this.isOpenPlatform = context.getNodeParameter('authentication', 0, '') === 'openPlatform';
		const type = this.isOpenPlatform ? PLATFORM_CREDENTIAL : ACCOUNT_CREDENTIAL;
		this.credentials = new CredentialReader(context, type, itemCount);
		this.finder = new AccountFinder(context, this.client);
	}

	/** Returns what leaves the node for an item. An exception in one item does not stop the others. */
	async emit(index: number): Promise<Emission[]> {
		const item: Item = {
			index,
			subject: {
				operation: this.operation.option.value,
				officialAccountAppId: null,
				miniProgramAppId: null,
				language: this.language,
			},
			parameter: (name) => this.read(name, index),
		};
		const emitted = await this.perform(item).catch(async (error: unknown) => {
			this.log(item, error);
			return await this.emitObstacle(item, UNEXPECTED);
		});
		try {
			return this.withInput(item, emitted);
		} catch (error) {
			this.log(item, error);
			return emitted;
		}
	}

	/** Stores the tokens that were made in this run. */
	async settle(): Promise<void> {
		await this.finder.settle();
	}

	private log(item: Item, error: unknown): void {
		logUnexpected(this.context, error, item.index, this.secretsOf(item));
	}

	/** Adds the input's own fields to the items of an operation on one Mini Program. */
	private withInput(item: Item, emitted: Emission[]): Emission[] {
		const isAboutOne = 'miniProgramId' in this.operation;
		if (!isAboutOne || !this.options.includeInputFields) return emitted;
		const input = this.context.getInputData()[item.index].json;
		const secrets = this.secretsOf(item);
		return emitted.map((emission) => ({
			...emission,
			json: withInputFields(emission.json, input, secrets),
		}));
	}

	/** The secrets that must not leave with the item; undefined if they are unknown. */
	private secretsOf({ account, credential }: Item): readonly string[] | undefined {
		const read = credential ?? this.credentials.shared;
		return read && !isObstacle(read)
			? [...read.secrets, ...(account?.usedTokens ?? [])]
			: undefined;
	}

	private async perform(item: Item): Promise<Emission[]> {
		// A person who stops a run does not want to wait until the parameters of 50,000 items are read.
		if (this.signal?.aborted) return await this.emitObstacle(item, STOPPED);
		const emitted = await this.execute(item).catch(unreadable);
		return isObstacle(emitted) ? await this.emitObstacle(item, emitted) : emitted;
	}

	private async execute(item: Item): Promise<Emission[] | Obstacle> {
		const { operation, client, options } = this;
		const { subject, parameter } = item;
		const shared = { client, options, subject, parameter };
		if (operation.resource === 'miniProgramLink') {
			const account = await this.accountFor(item, operation.miniProgramId);
			if (isObstacle(account)) return account;
			await this.setLanguage(item);
			return await operation.execute({ account, ...shared });
		}
		const platform = await this.platformFor(item, operation.needsOfficialAccount);
		if (isObstacle(platform)) return platform;
		await this.setLanguage(item);
		return await operation.execute({ platform, ...shared });
	}

	/** Reads both IDs of the item before returning an obstacle, so that the result shows them. */
	private async accountFor(
		item: Item,
		needed?: 'appId' | 'appIdOrOriginalId',
	): Promise<Account | Obstacle> {
		const acceptsOriginalId = needed === 'appIdOrOriginalId';
		const miniProgram = needed && readId(item, 'miniProgramAppId', acceptsOriginalId);
		const account = await this.accountOf(item);
		if (!isObstacle(account)) {
			item.account = account;
			item.subject.officialAccountAppId = account.appId;
		}
		return isObstacle(miniProgram) ? miniProgram : account;
	}

	private async accountOf(item: Item): Promise<Account | Obstacle> {
		const appId = this.isOpenPlatform ? readId(item, 'officialAccountAppId') : '';
		if (isObstacle(appId)) return appId;
		const credential = await this.credentialOf(item);
		return isObstacle(credential) ? credential : this.finder.accountOf(credential, appId);
	}

	private async platformFor(
		item: Item,
		needsOfficialAccount?: boolean,
	): Promise<Platform | Obstacle> {
		const appId = needsOfficialAccount && readId(item, 'officialAccountAppId');
		if (isObstacle(appId)) return appId;
		const credential = await this.credentialOf(item);
		return isObstacle(credential) ? credential : this.finder.platformOf(credential);
	}

	private async credentialOf(item: Item): Promise<ItemCredential | Obstacle> {
		item.credential ??= await this.credentials.ofItem(item.index);
		return item.credential;
	}

	/** Sets the language of the item's hints: that of the node, otherwise that of the item's credential. */
	private async setLanguage(item: Item): Promise<void> {
		const { index, subject } = item;
		const { hintLanguage } = this.options;
		subject.language = hintLanguage ?? hintLanguageOf(await this.credentialOf(item));
		if (index === 0) this.language = subject.language;
	}

	private async emitObstacle(item: Item, obstacle: Obstacle): Promise<Emission[]> {
		const { subject } = item;
		if (obstacle !== STOPPED) await this.setLanguage(item);
		const { emitObstacle, emptyFields } = this.operation;
		return (
			(await emitObstacle?.(obstacle, subject)) ??
			emitResult(unsentResult(subject, obstacle), emptyFields)
		);
	}
}

/** The obstacle of an item whose operation threw something unexpected. */
const UNEXPECTED: Obstacle = {
	category: 'other',
	problem: 'Something unexpected happened inside this node',
	hint: {
		en: "Report this at https://github.com/n8n-nodes-wechat-mini-program-link/n8n-nodes-wechat-mini-program-link/issues, with the lines from n8n's log. WeChat may have received the call; for a link, Get Status shows whether it did.",
		'zh-CN':
			'请把 n8n 日志中的相关内容报告到 https://github.com/n8n-nodes-wechat-mini-program-link/n8n-nodes-wechat-mini-program-link/issues。不确定微信是否收到了这次调用；关联的状态可用 Get Status 查询。',
	},
	whoActs: 'operator',
};

/** Matches the lines of a stack that show where an exception was thrown, but not those of its message. */
const FRAME = /^\s+at /;

/**
 * Writes an unexpected exception to n8n's log, for the maintainers of this package.
 *
 * @param secrets of the item's credential; if they are unknown, the message is left out
 */
export function logUnexpected(
	{ logger }: Pick<IExecuteFunctions, 'logger'>,
	thrown: unknown,
	itemIndex: number,
	secrets: readonly string[] | undefined,
): void {
	const error = thrown instanceof Error ? thrown : new Error(String(thrown));
	const message = secrets
		? redactText(secrets.reduce((text, secret) => text.replaceAll(secret, '***'), error.message))
		: '';
	const frames = String(error.stack)
		.split('\n')
		.filter((line) => FRAME.test(line));
	logger.error(
		[`WeChat Mini Program Link, item ${itemIndex}: ${error.name} ${message}`, ...frames].join('\n'),
	);
}
