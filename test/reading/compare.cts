/**
 * Reads parameters of generated items in both ways: as the node does, and with n8n's getNodeParameter.
 * As a program, it takes the name of n8n's expression engine and the number of items, and prints its
 * counts.
 */
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { ExecuteContext } from 'n8n-core';
import {
	createRunExecutionData,
	Expression,
	type IExecuteFunctions,
	type INode,
	type INodeParameters,
	type INodeTypes,
	type IWorkflowExecuteAdditionalData,
	Workflow,
} from 'n8n-workflow';

import { parameterReader } from '../../nodes/WeChatMiniProgramLink/parameters';
import { readingCase, type ReadingCase } from './cases.cts';

export interface Counts {
	/** Number of parameters that were read in both ways. */
	cases: number;
	/** Number of parameters that the node read without n8n. */
	direct: number;
	/** Number of parameters for which n8n threw an error. */
	thrown: number;
	/** Descriptions of the parameters for which the two differed. */
	differences: string[];
}

/** The result of a reading: a value or a message. */
type Read = { value: unknown } | { message: string };

/** @returns the counts for this many generated items with eight parameters each */
export async function compareReading(items: number): Promise<Counts> {
	const counts: Counts = { cases: 0, direct: 0, thrown: 0, differences: [] };
	const workflow = workflowOfOne();
	await workflow.expression.acquireIsolate();
	try {
		for (const sample of fc.sample(readingCase, items)) compareOne(workflow, sample, counts);
	} finally {
		await workflow.expression.releaseIsolate();
	}
	return counts;
}

function compareOne(workflow: Workflow, { json, parameters }: ReadingCase, counts: Counts): void {
	const named = parameters.map((value, n): [string, INodeParameters[string]] => [
		`parameter${n}`,
		n % 2 === 0 ? value : { __rl: true, mode: 'id', value },
	]);
	const context = contextOf(workflow, json, Object.fromEntries(named));
	let asked = 0;
	const counting = Object.create(context, {
		getNodeParameter: {
			value: (name: string, itemIndex: number, fallback: unknown): unknown => {
				asked++;
				return context.getNodeParameter(name, itemIndex, fallback);
			},
		},
	}) as IExecuteFunctions;
	const read = parameterReader(counting);
	for (const [n, [name]] of named.entries()) {
		const before = asked;
		const ours = outcomeOf(() => read(name, 0));
		const theirs = outcomeOf(() => unwrap(context.getNodeParameter(name, 0, '')));
		counts.cases++;
		if (asked === before) counts.direct++;
		if ('message' in theirs) counts.thrown++;
		if (!isDeepStrictEqual(ours, theirs)) {
			counts.differences.push(`${parameters[n]}: ${describe(ours)}, n8n ${describe(theirs)}`);
		}
	}
}

function workflowOfOne(): Workflow {
	const type = { description: { properties: [], inputs: ['main'], outputs: ['main'] } };
	return new Workflow({
		id: 'workflow-1',
		name: 'reading',
		nodes: [
			{
				id: 'node-1',
				name: 'Reader',
				type: 'reader',
				typeVersion: 1,
				position: [0, 0],
				parameters: {},
			},
		],
		connections: {},
		active: false,
		nodeTypes: { getByName: () => type, getByNameAndVersion: () => type } as never as INodeTypes,
	});
}

function contextOf(workflow: Workflow, json: object, parameters: INodeParameters) {
	const node = workflow.getNode('Reader') as INode;
	node.parameters = parameters;
	const input = [{ json: json as never }];
	const additionalData = {
		formWaitingBaseUrl: 'http://127.0.0.1/form-waiting',
		webhookWaitingBaseUrl: 'http://127.0.0.1/webhook-waiting',
		variables: {},
	} as IWorkflowExecuteAdditionalData;
	const execution = createRunExecutionData({});
	const data = { main: [input] };
	const executeData = { node, data, source: null };
	const all = [workflow, node, additionalData, 'trigger', execution, 0, input, data] as const;
	return new ExecuteContext(...all, executeData, []) as unknown as IExecuteFunctions;
}

function unwrap(value: unknown): unknown {
	const isLocator = typeof value === 'object' && value !== null && '__rl' in value;
	return isLocator ? (value as { value?: unknown }).value : value;
}

function outcomeOf(read: () => unknown): Read {
	try {
		return { value: read() };
	} catch (error) {
		return { message: error instanceof Error ? error.message : String(error) };
	}
}

function describe(read: Read): string {
	if ('message' in read) return `throws "${read.message}"`;
	return `gives ${typeof read.value} ${String(JSON.stringify(read.value) ?? '')}`;
}

async function main(): Promise<void> {
	const [engine, items] = process.argv.slice(2);
	await Expression.initExpressionEngine({
		engine: engine as 'vm',
		bridgeTimeout: 30_000,
		bridgeMemoryLimit: 128,
		maxCodeCacheSize: 1024,
		poolSize: 1,
	});
	const counts = await compareReading(Number(items));
	process.stdout.write(JSON.stringify(counts), () => process.exit());
}

if (require.main === module) void main();
