import type {
	IDataObject,
	IExecuteFunctions,
	INodeExecutionData,
	JsonObject,
	OnError,
} from 'n8n-workflow';
import { NodeApiError, NodeOperationError, sleep } from 'n8n-workflow';

import { Places } from '../calls/waiting';
import { outputCountOf, outputIndexOf } from './branches';
import { Run } from './items';
import type { Operation } from './operation';
import { isToolExecution, readOptions } from './parameters';
import { isFailure, type Emission, type Result } from './results';
import { summarize } from './summary';

/**
 * After starting this many items, the loop lets other work run. Without that it might not pause, since items
 * that wait for something give up their places.
 */
const STARTED_AT_A_STRETCH = 100;

/**
 * Runs the node's operation for all input items and spreads the results over its outputs.
 *
 * @throws NodeApiError in the output mode `single`, for the first item that failed, unless On Error says to
 *   continue; after that item, no further call is started
 */
export async function runItems(
	context: IExecuteFunctions,
	operations: readonly Operation[],
): Promise<INodeExecutionData[][]> {
	const operation = findOperation(context, operations);
	const isTool = isToolExecution(context);
	if (isTool && operation.isSecret) {
		throw new NodeOperationError(context.getNode(), 'This operation is not for AI agents', {
			description: 'It returns a secret. Choose another operation for the tool.',
		});
	}
	const mode = isTool ? 'single' : (context.getNodeParameter('outputMode', 0) as string);
	const onFailure = mode === 'single' && !isTool ? onErrorOf(context) : undefined;

	const { emissions, language } = await carryOut(context, operation, onFailure === 'stopWorkflow');

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
	const message = summarize(emissions.flat(), language);
	if (message) context.addExecutionHints?.({ message, type: 'info', location: 'outputPane' });
	return outputs;
}

/**
 * Runs an operation for all input items, at most `maxConcurrency` at the same time. If the operation runs
 * once, it runs only for the first item.
 *
 * @param stopsAtFailure whether the first failure keeps further items from starting
 * @returns what leaves the node for each item, in input order; if the run stops, only the first failure
 */
async function carryOut(context: IExecuteFunctions, operation: Operation, stopsAtFailure: boolean) {
	const options = readOptions(context);
	const places = new Places(options.maxConcurrency);
	let isStopped = false;
	const run = new Run(context, operation, options, places, () => isStopped);
	const emitUntilStopped = async (itemIndex: number): Promise<Emission[]> => {
		if (isStopped) return [];
		const emitted = await run.emit(itemIndex);
		// Items that end after the first failure may have failed only because it stopped the run.
		if (isStopped) return emitted.filter((emission) => !isFailure(emission));
		isStopped = stopsAtFailure && emitted.some(isFailure);
		return emitted;
	};
	const started: Array<Promise<Emission[]>> = [];
	const itemCount = operation.runsOnce ? 1 : Infinity;
	for (const itemIndex of context.getInputData().slice(0, itemCount).keys()) {
		await places.take();
		started.push(emitUntilStopped(itemIndex).finally(() => places.give()));
		if (started.length % STARTED_AT_A_STRETCH === 0) await sleep(0);
	}
	const emissions = await Promise.all(started);
	await run.settle();
	return { emissions, language: run.language };
}

function findOperation(context: IExecuteFunctions, operations: readonly Operation[]): Operation {
	const resource = context.getNodeParameter('resource', 0) as string;
	const name = context.getNodeParameter('operation', 0) as string;
	const found = operations.find((o) => o.resource === resource && o.option.value === name);
	const isOpenPlatform = context.getNodeParameter('authentication', 0, '') === 'openPlatform';
	if (found && found.resource !== 'miniProgramLink' && !isOpenPlatform) {
		throw new NodeOperationError(context.getNode(), 'This operation requires a platform', {
			description:
				'Choose a credential of the type WeChat Open Platform API in the list Credential.',
		});
	}
	if (found) return found;
	throw new NodeOperationError(context.getNode(), `The operation "${name}" does not exist`, {
		description: 'Choose an entry of the list Operation.',
	});
}

/** What happens to an item that fails; undefined if it leaves with the others. */
function onErrorOf(context: IExecuteFunctions): OnError | undefined {
	return context.continueOnFail() ? context.getNode().onError : 'stopWorkflow';
}

/** n8n moves an item to the error output only if it has exactly these keys. */
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
