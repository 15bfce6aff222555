import type { ICredentialDataDecryptedObject, IExecuteFunctions } from 'n8n-workflow';

import type { Accounts } from '../accounts/accounts';
import { AuthorizerTokenAccounts } from '../accounts/authorizerTokenAccounts';
import { Platforms } from '../accounts/platform';
import { PlatformAccounts } from '../accounts/platformAccounts';
import { Client, STOPPED } from '../calls/client';
import { limitConcurrency } from '../calls/limit';
import { Transport } from '../calls/transport';
import { readAppId } from '../wechat/appId';
import { isObstacle, type Obstacle } from '../wechat/obstacle';
import { emitResult } from './emit';
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
	const runsOnce = operation.resource !== 'miniProgramLink' && operation.runsOnce;
	return runsOnce ? items.slice(0, 1) : items;
}

/** Whether an item was not carried out. */
export function isFailure({ outcome }: Emission): boolean {
	return outcome === 'failed';
}

/** What the items of a run share. */
class Run {
	readonly options: Options;

	private readonly client: Client;

	private readonly platforms: Platforms;

	private readonly accounts: Accounts;

	private readonly signal: AbortSignal | undefined;

	private readonly read: (name: string, itemIndex: number) => unknown;

	constructor(
		context: IExecuteFunctions,
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
		this.accounts =
			context.getNodeParameter('authentication', 0, 'authorizerToken') === 'openPlatform'
				? new PlatformAccounts(this.platforms, (i) => this.read('officialAccountAppId', i))
				: new AuthorizerTokenAccounts(context, getCredentials, itemCount);
	}

	/** An expression that fails for one item does not take the others along. */
	async emit(itemIndex: number): Promise<Emission[]> {
		const { operation } = this;
		const subject: Subject = {
			operation: operation.option.value,
			officialAccountAppId: null,
			miniProgramAppId: null,
		};
		// Reading the parameters of 50,000 items takes longer than a person waits for a stop.
		if (this.signal?.aborted) return this.emitObstacle(subject, STOPPED);
		try {
			const emitted =
				operation.resource === 'officialAccount'
					? await this.emitForPlatform(operation, subject, itemIndex)
					: await this.emitForAccount(operation, subject, itemIndex);
			return Array.isArray(emitted) ? emitted : this.emitObstacle(subject, emitted);
		} catch (error) {
			return this.emitObstacle(subject, unreadable(error));
		}
	}

	/** Stores the tokens that were made in this run. */
	async settle(): Promise<void> {
		await this.platforms.settle();
		await this.accounts.settle();
	}

	private async emitForAccount(
		operation: AccountOperation,
		subject: Subject,
		itemIndex: number,
	): Promise<Emission[] | Obstacle> {
		if (operation.miniProgramId) {
			const given = this.read('miniProgramAppId', itemIndex);
			const acceptsOriginalId = operation.miniProgramId === 'appIdOrOriginalId';
			const id = readAppId(given, 'Mini Program', acceptsOriginalId);
			subject.miniProgramAppId = shownId(id, given);
			if (typeof id !== 'string') return id;
		}
		const account = await this.accounts.ofItem(itemIndex);
		if (isObstacle(account)) return account;
		subject.officialAccountAppId = account.appId;
		return await operation.execute({ account, ...this.itemCall(subject, itemIndex) });
	}

	private async emitForPlatform(
		operation: PlatformOperation,
		subject: Subject,
		itemIndex: number,
	): Promise<Emission[] | Obstacle> {
		if (operation.needsOfficialAccount) {
			const given = this.read('officialAccountAppId', itemIndex);
			const id = readAppId(given, 'Official Account');
			subject.officialAccountAppId = shownId(id, given);
			if (typeof id !== 'string') return id;
		}
		const platform = await this.platforms.ofItem(itemIndex);
		if (isObstacle(platform)) return platform;
		return await operation.execute({ platform, ...this.itemCall(subject, itemIndex) });
	}

	private itemCall(subject: Subject, itemIndex: number) {
		const { client, options } = this;
		return { client, options, subject, parameter: (name: string) => this.read(name, itemIndex) };
	}

	private emitObstacle(subject: Subject, obstacle: Obstacle): Emission[] {
		return emitResult(unsentResult(subject, obstacle), this.operation.emptyFields);
	}
}

/** The id that a result shows: as it is sent, or as it was given where it cannot be sent. */
function shownId(id: string | object, given: unknown): string | null {
	return String(typeof id === 'string' ? id : (given ?? '')) || null;
}

function unreadable(error: unknown): Obstacle {
	return {
		category: 'invalidRequest',
		problem: `A parameter could not be read: ${messageOf(error)}`,
		hint: "Check the expressions in the node's parameters: for this item one of them gives nothing.",
	};
}

function messageOf(error: unknown): string {
	return error instanceof Error ? error.message : String(error);
}
