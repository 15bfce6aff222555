import type {
	IDataObject,
	IExecuteFunctions,
	INodeExecutionData,
	JsonObject,
	OnError,
} from 'n8n-workflow';
import { NodeApiError, NodeOperationError } from 'n8n-workflow';

import { outputCountOf, outputIndexOf, type OutputMode } from './branches';
import type { Emission, Operation } from './operation';
import type { Result } from './results';
import { isFailure } from './emit';
import { carryOut } from './carryOut';
import { summarize } from './summary';
import { isToolExecution } from './tool';

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
	if (isTool && operation.isSecret) {
		throw new NodeOperationError(context.getNode(), 'This operation is not for AI agents', {
			description: 'It gives out a secret. Choose another operation for the tool.',
		});
	}
	const mode = isTool ? 'single' : (context.getNodeParameter('outputMode', 0) as OutputMode);
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

function findOperation(context: IExecuteFunctions, operations: readonly Operation[]): Operation {
	const resource = context.getNodeParameter('resource', 0) as string;
	const name = context.getNodeParameter('operation', 0) as string;
	const found = operations.find((o) => o.resource === resource && o.option.value === name);
	const isOpenPlatform = context.getNodeParameter('authentication', 0, '') === 'openPlatform';
	if (found && found.resource !== 'miniProgramLink' && !isOpenPlatform) {
		throw new NodeOperationError(context.getNode(), 'This operation belongs to a platform', {
			description:
				'Choose a credential of the type WeChat Open Platform API in the list Credential.',
		});
	}
	if (found) return found;
	throw new NodeOperationError(context.getNode(), `The operation "${name}" is not known`, {
		description: 'Choose an entry of the list Operation.',
	});
}

/** What becomes of an item that fails; undefined for the output of the others. */
function onErrorOf(context: IExecuteFunctions): OnError | undefined {
	return context.continueOnFail() ? context.getNode().onError : 'stopWorkflow';
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
