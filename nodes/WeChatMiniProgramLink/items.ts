import type { ICredentialDataDecryptedObject, IExecuteFunctions } from 'n8n-workflow';

import type { Account } from '../accounts/account';
import type { Accounts } from '../accounts/accounts';
import { AuthorizerTokenAccounts } from '../accounts/authorizerTokenAccounts';
import { Platforms } from '../accounts/platform';
import { PlatformAccounts } from '../accounts/platformAccounts';
import { Client, STOPPED } from '../calls/client';
import { limitConcurrency } from '../calls/limit';
import { Transport } from '../calls/transport';
import { isObstacle, type Obstacle } from '../wechat/obstacle';
import { emitResult } from './emit';
import { readGivenId, unreadable, type GivenId } from './givenId';
import { withInputFields } from './inputFields';
import type {
	AccountOperation,
	Emission,
	Operation,
	Options,
	PlatformOperation,
} from './operation';
import { parameterReader, readOptions } from './parameters';
import { unsentResult, type Subject } from './results';

/**
 * Carries out an operation for all input items, at most `maxConcurrency` at the same time; for the
 * first one alone where the operation runs once.
 *
 * @param stopsAtFailure whether no further item is started once one was not carried out
 * @returns what each item gives, in the order of the input
 */
export async function carryOut(
	context: IExecuteFunctions,
	operation: Operation,
	stopsAtFailure: boolean,
): Promise<Emission[][]> {
	const run = new Run(context, operation);
	const limit = limitConcurrency(run.options.maxConcurrency);
	let isStopped = false;
	const emitUntilStopped = async (itemIndex: number): Promise<Emission[]> => {
		if (isStopped) return [];
		const emitted = await run.emit(itemIndex);
		isStopped ||= stopsAtFailure && emitted.some(isFailure);
		return emitted;
	};
	const emissions = await Promise.all(
		inputOf(context, operation).map(
			async (_, itemIndex) => await limit(emitUntilStopped, itemIndex),
		),
	);
	await run.settle();
	return emissions;
}

/** The items to carry the operation out for. */
function inputOf(context: IExecuteFunctions, operation: Operation): unknown[] {
	const items = context.getInputData();
	return operation.runsOnce ? items.slice(0, 1) : items;
}

/** Whether an item was not carried out. */
export function isFailure({ outcome }: Emission): boolean {
	return outcome === 'failed';
}

/** One input item on its way. */
interface Item {
	readonly index: number;
	readonly subject: Subject;
	/** Set once it is known. */
	account?: Account;
}

/** What the items of a run share. */
class Run {
	readonly options: Options;

	private readonly client: Client;

	private readonly platforms: Platforms;

	private readonly accounts: Accounts;

	private readonly signal: AbortSignal | undefined;

	private readonly read: (name: string, itemIndex: number) => unknown;

	private readonly isOpenPlatform: boolean;

	/** The parameter Official Account by item, read once. */
	private readonly officialAccounts = new Map<number, unknown>();

	constructor(
		private readonly context: IExecuteFunctions,
		private readonly operation: Operation,
	) {
		this.options = readOptions(context);
		this.read = parameterReader(context);
		const { maxTries, timeout } = this.options;
		this.signal = context.getExecutionCancelSignal?.();
		const transport = new Transport(context, timeout);
		this.client = new Client(transport, { maxTries, signal: this.signal });
		const itemCount = context.getInputData().length;
		const getCredentials = async (type: string, itemIndex: number) =>
			await context.getCredentials<ICredentialDataDecryptedObject>(type, itemIndex);
		this.platforms = new Platforms(context, getCredentials, this.client, itemCount);
		this.isOpenPlatform = context.getNodeParameter('authentication', 0, '') === 'openPlatform';
		this.accounts = this.isOpenPlatform
			? new PlatformAccounts(this.platforms, (index) => this.officialAccounts.get(index))
			: new AuthorizerTokenAccounts(context, getCredentials, itemCount);
	}

	/** What an item gives; with an operation on one Mini Program its own fields, too. */
	async emit(index: number): Promise<Emission[]> {
		const { operation, options } = this;
		const subject: Subject = {
			operation: operation.option.value,
			officialAccountAppId: null,
			miniProgramAppId: null,
			language: options.hintLanguage,
		};
		const item: Item = { index, subject };
		const emitted = await this.perform(item);
		const isAboutOne = 'miniProgramId' in operation;
		if (!isAboutOne || !options.includeInputFields) return emitted;
		const input = this.context.getInputData()[index].json;
		const secrets = this.secretsOf(item);
		return emitted.map((emission) => ({
			...emission,
			json: withInputFields(emission.json, input, secrets),
		}));
	}

	/** Stores the tokens that were made in this run. */
	async settle(): Promise<void> {
		await this.platforms.settle();
		await this.accounts.settle();
	}

	/** An expression that fails for one item does not take the others along. */
	private async perform(item: Item): Promise<Emission[]> {
		const { operation } = this;
		const { subject } = item;
		// Reading the parameters of 50,000 items takes longer than a person waits for a stop.
		if (this.signal?.aborted) return await this.emitObstacle(subject, STOPPED);
		try {
			const emitted =
				operation.resource === 'miniProgramLink'
					? await this.emitForAccount(operation, item)
					: await this.emitForPlatform(operation, item);
			return Array.isArray(emitted) ? emitted : await this.emitObstacle(subject, emitted);
		} catch (error) {
			return await this.emitObstacle(subject, unreadable(error));
		}
	}

	/** What the item names is read before anything can stand in its way, so that its result has it. */
	private async emitForAccount(
		operation: AccountOperation,
		item: Item,
	): Promise<Emission[] | Obstacle> {
		const { index, subject } = item;
		const miniProgram = this.readMiniProgram(operation, index);
		subject.miniProgramAppId = miniProgram?.shown ?? null;
		const account = await this.accountOf(item);
		if (miniProgram?.obstacle) return miniProgram.obstacle;
		if (isObstacle(account)) return account;
		return await operation.execute({ account, ...this.itemCall(item) });
	}

	private readMiniProgram({ miniProgramId }: AccountOperation, index: number): GivenId | undefined {
		if (!miniProgramId) return undefined;
		const acceptsOriginalId = miniProgramId === 'appIdOrOriginalId';
		return readGivenId(
			() => this.read('miniProgramAppId', index),
			'Mini Program',
			acceptsOriginalId,
		);
	}

	private async accountOf(item: Item): Promise<Account | Obstacle> {
		const { index, subject } = item;
		if (this.isOpenPlatform) {
			const officialAccount = this.readOfficialAccount(item);
			if (officialAccount.obstacle) return officialAccount.obstacle;
			this.officialAccounts.set(index, officialAccount.given);
		}
		const account = await this.accounts.ofItem(index);
		if (isObstacle(account)) return account;
		item.account = account;
		subject.officialAccountAppId = account.appId;
		return account;
	}

	private readOfficialAccount({ index, subject }: Item): GivenId {
		const officialAccount = readGivenId(
			() => this.read('officialAccountAppId', index),
			'Official Account',
		);
		subject.officialAccountAppId = officialAccount.shown;
		return officialAccount;
	}

	/** What must not leave with the item; undefined where that is not known. */
	private secretsOf({ index, account }: Item): readonly string[] | undefined {
		const secrets = this.accounts.secretsOf(index);
		return secrets && [...secrets, ...(account?.usedTokens ?? [])];
	}

	private async emitForPlatform(
		operation: PlatformOperation,
		item: Item,
	): Promise<Emission[] | Obstacle> {
		if (operation.needsOfficialAccount) {
			const { obstacle } = this.readOfficialAccount(item);
			if (obstacle) return obstacle;
		}
		const platform = await this.platforms.ofItem(item.index);
		if (isObstacle(platform)) return platform;
		return await operation.execute({ platform, ...this.itemCall(item) });
	}

	private itemCall({ index, subject }: Item) {
		const { client, options } = this;
		return { client, options, subject, parameter: (name: string) => this.read(name, index) };
	}

	private async emitObstacle(subject: Subject, obstacle: Obstacle): Promise<Emission[]> {
		const { emitObstacle, emptyFields } = this.operation;
		return (
			(await emitObstacle?.(obstacle, subject)) ??
			emitResult(unsentResult(subject, obstacle), emptyFields)
		);
	}
}
