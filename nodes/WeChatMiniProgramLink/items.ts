import type { ICredentialDataDecryptedObject, IExecuteFunctions } from 'n8n-workflow';

import type { Account } from '../accounts/account';
import { AuthorizerTokenAccounts } from '../accounts/authorizerTokenAccounts';
import { Platforms } from '../accounts/platform';
import { Client, STOPPED } from '../calls/client';
import type { Places } from '../calls/waiting';
import { Transport } from '../calls/transport';
import { isObstacle, type Obstacle } from '../wechat/obstacle';
import { readLanguage, type Language } from '../wechat/text';
import { emitResult } from './emit';
import { readGivenId, unreadable } from './givenId';
import { withInputFields } from './inputFields';
import type {
	AccountOperation,
	Emission,
	Operation,
	Options,
	PlatformOperation,
} from './operation';
import { parameterReader } from './parameters';
import { unsentResult, type Subject } from './results';
import { logUnexpected, UNEXPECTED } from './unexpected';

/** One input item on its way. */
interface Item {
	readonly index: number;
	readonly subject: Subject;
	/** Set once it is known. */
	account?: Account;
}

/** What the items of a run share. */
export class Run {
	private readonly client: Client;

	private readonly platforms: Platforms;

	private readonly tokenAccounts: AuthorizerTokenAccounts;

	/** The credential of the node: one of the two above. */
	private readonly source: Platforms | AuthorizerTokenAccounts;

	private readonly signal: AbortSignal | undefined;

	private readonly read: (name: string, itemIndex: number) => unknown;

	/** The language of the first item, which the run's summary has, too. */
	language: Language;

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
		const getCredentials = async (type: string, itemIndex: number) =>
			await context.getCredentials<ICredentialDataDecryptedObject>(type, itemIndex);
		this.platforms = new Platforms(context, getCredentials, this.client, itemCount);
		this.tokenAccounts = new AuthorizerTokenAccounts(context, getCredentials, itemCount);
		const isOpenPlatform = context.getNodeParameter('authentication', 0, '') === 'openPlatform';
		this.source = isOpenPlatform ? this.platforms : this.tokenAccounts;
	}

	/** What an item gives. Whatever is thrown for it, the others go on. */
	async emit(index: number): Promise<Emission[]> {
		const { operation, language } = this;
		const subject: Subject = {
			operation: operation.option.value,
			officialAccountAppId: null,
			miniProgramAppId: null,
			language,
		};
		const item: Item = { index, subject };
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

	private log(item: Item, error: unknown): void {
		logUnexpected(this.context, error, item.index, this.secretsOf(item));
	}

	/** With an operation on one Mini Program its items have the input's own fields, too. */
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

	/** Stores the tokens that were made in this run. */
	async settle(): Promise<void> {
		await this.source.settle();
	}

	private async perform(item: Item): Promise<Emission[]> {
		// Reading the parameters of 50,000 items takes longer than a person waits for a stop.
		if (this.signal?.aborted) return await this.emitObstacle(item, STOPPED);
		const { operation } = this;
		const work =
			operation.resource === 'miniProgramLink'
				? this.emitForAccount(operation, item)
				: this.emitForPlatform(operation, item);
		const emitted = await work.catch(unreadable);
		return Array.isArray(emitted) ? emitted : await this.emitObstacle(item, emitted);
	}

	/** What the item names is read before anything can stand in its way, so that its result has it. */
	private async emitForAccount(
		operation: AccountOperation,
		item: Item,
	): Promise<Emission[] | Obstacle> {
		const miniProgram = this.readMiniProgram(operation, item);
		const account = await this.accountOf(item);
		if (isObstacle(miniProgram)) return miniProgram;
		if (isObstacle(account)) return account;
		await this.setLanguage(item);
		return await operation.execute({ account, ...this.itemCall(item) });
	}

	/** @returns undefined if the operation is about no single one */
	private readMiniProgram(
		{ miniProgramId }: AccountOperation,
		{ index, subject }: Item,
	): string | Obstacle | undefined {
		if (!miniProgramId) return undefined;
		const read = () => this.read('miniProgramAppId', index);
		const acceptsOriginalId = miniProgramId === 'appIdOrOriginalId';
		const { id, shown } = readGivenId(read, 'Mini Program', acceptsOriginalId);
		subject.miniProgramAppId = shown;
		return id;
	}

	private async accountOf(item: Item): Promise<Account | Obstacle> {
		const account =
			this.source === this.platforms
				? await this.merchantOf(item)
				: await this.tokenAccounts.ofItem(item.index);
		if (isObstacle(account)) return account;
		item.account = account;
		item.subject.officialAccountAppId = account.appId;
		return account;
	}

	private async merchantOf(item: Item): Promise<Account | Obstacle> {
		const appId = this.readOfficialAccount(item);
		if (isObstacle(appId)) return appId;
		const platform = await this.platforms.ofItem(item.index);
		return isObstacle(platform) ? platform : platform.accountOf(appId);
	}

	private readOfficialAccount({ index, subject }: Item): string | Obstacle {
		const read = () => this.read('officialAccountAppId', index);
		const { id, shown } = readGivenId(read, 'Official Account');
		subject.officialAccountAppId = shown;
		return id;
	}

	/** What must not leave with the item; undefined where that is not known. */
	private secretsOf({ index, account }: Item): readonly string[] | undefined {
		const secrets = this.source.secretsOf(index);
		return secrets && [...secrets, ...(account?.usedTokens ?? [])];
	}

	private async emitForPlatform(
		operation: PlatformOperation,
		item: Item,
	): Promise<Emission[] | Obstacle> {
		if (operation.needsOfficialAccount) {
			const appId = this.readOfficialAccount(item);
			if (isObstacle(appId)) return appId;
		}
		const platform = await this.platforms.ofItem(item.index);
		if (isObstacle(platform)) return platform;
		await this.setLanguage(item);
		return await operation.execute({ platform, ...this.itemCall(item) });
	}

	private itemCall({ index, subject }: Item) {
		const { client, options } = this;
		return { client, options, subject, parameter: (name: string) => this.read(name, index) };
	}

	/** Before anything is put into words: the node's language, or that of the item's credential. */
	private async setLanguage({ index, subject }: Item): Promise<void> {
		const { hintLanguage } = this.options;
		subject.language = hintLanguage ?? (await this.source.languageOf(index));
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
