import type {
	ICredentialDataDecryptedObject,
	IDataObject,
	IExecuteFunctions,
	INodeExecutionData,
	JsonObject,
	OnError,
} from 'n8n-workflow';
import { NodeApiError, NodeOperationError } from 'n8n-workflow';
import pLimit from 'p-limit';

import { Accounts } from '../shared/accounts';
import { outputCountOf, outputIndexOf, type OutputMode } from '../shared/branches';
import { Client } from '../shared/client';
import type { Emission, Operation } from '../shared/operation';
import { unsentResult, type Obstacle, type Result, type Subject } from '../shared/results';
import { Transport } from '../shared/transport';
import { readMiniProgramId } from '../wechat/appId';
import { parameterReader, readOptions } from './parameters';
import { summarize } from './summary';

/**
 * Runs the node's operation for all input items and spreads the results over its outputs.
 *
 * @throws NodeApiError in the output mode `single`, for the first item that was not carried out,
 *   unless On Error says to go on; no further call is started then
 */
export async function runItems(
	context: IExecuteFunctions,
	operations: readonly Operation[],
): Promise<INodeExecutionData[][]> {
	const operation = findOperation(context, operations);
	const isTool = isToolExecution(context);
	const mode = isTool ? 'single' : (context.getNodeParameter('outputMode', 0) as OutputMode);
	const onFailure = mode === 'single' && !isTool ? onErrorOf(context) : undefined;

	const emissions = await emitAll(context, operation, onFailure === 'stopWorkflow');

	const outputs: INodeExecutionData[][] = Array.from(
		{ length: outputCountOf(mode, operation.branches) },
		() => [],
	);
	emissions.forEach((emitted, itemIndex) => {
		for (const emission of emitted) {
			if (onFailure === 'stopWorkflow' && isFailure(emission)) {
				throw toError(context, emission, itemIndex);
			}
			const isForErrorOutput = onFailure === 'continueErrorOutput' && isFailure(emission);
			outputs[outputIndexOf(mode, operation.branches, emission)].push({
				json: isForErrorOutput ? toErrorJson(emission) : emission.json,
				pairedItem: { item: itemIndex },
			});
		}
	});
	const message = summarize(operation, emissions.flat());
	if (message) context.addExecutionHints?.({ message, type: 'info', location: 'outputPane' });
	return outputs;
}

/** What each item gives, in the order of the items; at most `maxConcurrency` are under way. */
async function emitAll(
	context: IExecuteFunctions,
	operation: Operation,
	stopsAtFailure: boolean,
): Promise<Emission[][]> {
	const options = readOptions(context);
	const read = parameterReader(context);
	const signal = context.getExecutionCancelSignal?.();
	const client = new Client(new Transport(context, options.timeout, signal), options.maxTries);
	const accounts = new Accounts(
		async (type, itemIndex) =>
			await context.getCredentials<ICredentialDataDecryptedObject>(type, itemIndex),
	);

	const emit = async (itemIndex: number, subject: Subject): Promise<Emission[]> => {
		const parameter = (name: string) => read(name, itemIndex);
		if (operation.miniProgramId) {
			const acceptsOriginalId = operation.miniProgramId === 'appIdOrOriginalId';
			const given = parameter('miniProgramAppId');
			const id = readMiniProgramId(given, acceptsOriginalId);
			subject.miniProgramAppId = String(typeof id === 'string' ? id : (given ?? '')) || null;
			if (typeof id !== 'string') return emitObstacle(operation, subject, id);
		}
		const account = await accounts.ofItem(itemIndex);
		if ('problem' in account) return emitObstacle(operation, subject, account);
		subject.officialAccountAppId = account.appId;
		return await operation.execute({ account, client, options, subject, parameter });
	};

	let isStopped = false;
	const emitUntilStopped = async (itemIndex: number): Promise<Emission[]> => {
		if (isStopped) return [];
		const subject = {
			operation: operation.option.value,
			officialAccountAppId: null,
			miniProgramAppId: null,
		};
		const emitted = await emit(itemIndex, subject).catch((error: unknown) =>
			emitObstacle(operation, subject, unreadable(error)),
		);
		isStopped ||= stopsAtFailure && emitted.some(isFailure);
		return emitted;
	};
	const limit = pLimit(options.maxConcurrency);
	const items = context.getInputData();
	return await Promise.all(
		items.map(async (_, itemIndex) => await limit(emitUntilStopped, itemIndex)),
	);
}

function findOperation(context: IExecuteFunctions, operations: readonly Operation[]): Operation {
	const resource = context.getNodeParameter('resource', 0) as string;
	const name = context.getNodeParameter('operation', 0) as string;
	const found = operations.find((o) => o.resource === resource && o.option.value === name);
	if (found) return found;
	throw new NodeOperationError(context.getNode(), `The operation "${name}" is not known`, {
		description: 'Choose an entry of the list Operation.',
	});
}

/** n8n replaces the outputs of a node that an AI agent uses as a tool, and reads only the first. */
function isToolExecution(context: IExecuteFunctions): boolean {
	return (
		(context.isToolExecution?.() ?? false) ||
		context.getNodeOutputs().some(({ type }) => type === 'ai_tool')
	);
}

/** An expression that fails for one item must not take the others along. */
function unreadable(error: unknown): Obstacle {
	return {
		category: 'invalidRequest',
		problem: `A parameter could not be read: ${error instanceof Error ? error.message : String(error)}`,
		hint: "Check the expressions in the node's parameters: for this item one of them gives nothing.",
	};
}

function emitObstacle(operation: Operation, subject: Subject, obstacle: Obstacle): Emission[] {
	const result = unsentResult(subject, obstacle);
	const { category, outcome } = result;
	return [{ json: { ...result, ...operation.emptyFields }, category, outcome }];
}

function onErrorOf(context: IExecuteFunctions): OnError {
	if (!context.continueOnFail()) return 'stopWorkflow';
	const { onError } = context.getNode();
	return onError === 'continueErrorOutput' ? onError : 'continueRegularOutput';
}

function isFailure({ outcome }: Emission): boolean {
	return outcome === 'failed';
}

/** n8n moves items to the error output that have these keys and no others. */
function toErrorJson({ json }: Emission): IDataObject {
	return { error: messageOf(json as Result), message: json.hint, details: json };
}

function toError(context: IExecuteFunctions, { json }: Emission, itemIndex: number): NodeApiError {
	const result = json as Result;
	const { errcode, errmsg, rid, category, hint } = result;
	const message = messageOf(result);
	const details: JsonObject = { message, errcode, errmsg, rid, category };
	return new NodeApiError(context.getNode(), details, { message, description: hint, itemIndex });
}

function messageOf({ miniProgramAppId, errcode, errmsg }: Result): string {
	const answer = errcode === null ? errmsg : `WeChat answered ${errcode} ${errmsg}`.trim();
	return miniProgramAppId ? `Mini Program ${miniProgramAppId}: ${answer}` : answer;
}
